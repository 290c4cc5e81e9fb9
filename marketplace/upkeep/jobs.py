"""The jobs of ``marketplace work``. A room that has one adds a line to ``JOBS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import structlog
from sqlalchemy.orm import Session

from marketplace.accounts.expiry import delete_old_links, delete_old_sign_ins
from marketplace.audit import Action, record
from marketplace.audit.checking import NOTED_HEAD, note_head
from marketplace.commissioning import holdings as _commissioning  # noqa: F401 (what goes with a person, as below)
from marketplace.commissioning.groups import finding as _finding  # noqa: F401 (kept with a report)
from marketplace.commissioning.groups.telling import tell_groups
from marketplace.commissioning.market import counted as _counted  # noqa: F401 (a report's part)
from marketplace.commissioning.next_offers import closing as _closing  # noqa: F401 (a report's part)
from marketplace.commissioning.next_offers import proposing as _proposing  # noqa: F401 (a report's part)
from marketplace.commissioning.outcomes import counted as _outcomes  # noqa: F401 (a report's part)
from marketplace.commissioning.register.reminding import remind_owners
from marketplace.commissioning.report import places as _places  # noqa: F401 (a report's part)
from marketplace.commissioning.report.making import Making, make_due_report, now_utc
from marketplace.db import Database, write_session
from marketplace.enquiries import holdings as _enquiries  # noqa: F401
from marketplace.enquiries.agreements.asking_how import ask_how_it_goes
from marketplace.enquiries.agreements.changing_jobs import put_changes_in_force, remind_of_changes
from marketplace.enquiries.agreements.keeping import tell_what_is_kept_no_longer
from marketplace.enquiries.agreements.operations import forget_shared_of_ended
from marketplace.enquiries.agreements.refusing import forget_refused
from marketplace.enquiries.deadlines.closing import end_what_closed
from marketplace.enquiries.deadlines.reminding import Reminded, remind_providers
from marketplace.enquiries.help.jobs import LookedAgain, look_again
from marketplace.enquiries.meetings.jobs import remind_of_meetings
from marketplace.enquiries.messages.pauses import tell_of_pauses
from marketplace.enquiries.places.jobs import give_places_on
from marketplace.geo.districts import read_districts
from marketplace.geo.places import Place
from marketplace.geo.postcodes import PostcodeDirectory, PostcodeError
from marketplace.listing.freshness.asking import Asked, ask_providers
from marketplace.listing.joining import holdings as _listing  # noqa: F401
from marketplace.matching.embedding import installed_embedder
from marketplace.matching.needs import Needs
from marketplace.moderation import holdings as _moderation  # noqa: F401
from marketplace.moderation.brought_in import queue_imports
from marketplace.moderation.lapses import tell_of_lapses
from marketplace.moderation.telling import closures_are_due, tell_of_closures
from marketplace.offers.catalogue import CatalogueHolder, kept_file
from marketplace.outbox.models import OutboxMessage
from marketplace.outbox.sending import Sent, forget_old, send_waiting
from marketplace.outbox.transports import Transport, chosen_transport
from marketplace.people.operations import delete_idle_journeys
from marketplace.people.rights.erasing import Erased, erase_due
from marketplace.people.rights.retention import end_idle_accounts, forget_what_is_over
from marketplace.people.saved.alerts import Matching, tell_new_matches
from marketplace.people.saved.queries import due_alerts
from marketplace.people.searched.counting import count_searches
from marketplace.settings import Settings
from marketplace.web.rate_counts import delete_over

log = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Work:
    """What a job may use."""

    settings: Settings
    database: Database

    @cached_property
    def transport(self) -> Transport:
        return chosen_transport(self.settings)

    @cached_property
    def postcodes(self) -> PostcodeDirectory:
        return PostcodeDirectory.open(self.settings.postcode_dir)

    @cached_property
    def catalogues(self) -> CatalogueHolder:
        return CatalogueHolder(
            self.settings.seeds_dir,
            self.postcodes,
            embedder=installed_embedder() if self.settings.uses_sentence_model else None,
            kept_at=kept_file(self.settings),
        )

    @cached_property
    def matching(self) -> Matching:
        """Ranking as the pages do it; the catalogue is made when the first job asks for it."""
        postcodes = self.postcodes

        def home(needs: Needs) -> Place | None:
            try:
                return postcodes.lookup(needs.postcode) if needs.postcode else None
            except PostcodeError:
                return None  # kept before the directory changed: distance then plays no part

        return Matching(catalogue=self.catalogues.current, home=home)


@dataclass(frozen=True)
class Job:
    """Done again after *every*. It opens its own transactions, and may run in two processes at once.

    What it returns is told when it is true, such as how many it deleted.
    """

    name: str
    every: timedelta
    run: Callable[[Work], object]


def send_mail(work: Work) -> Sent:
    """Mail that is due."""
    return send_waiting(work.database, work.transport, given_up=_record_given_up)


def write_down_audit_head(work: Work) -> str:
    """The last audit entry, beside the database and in the log: a witness against a rewritten chain."""
    with work.database.read() as session:
        noted = note_head(session, work.settings.instance_dir / NOTED_HEAD)
    return f"entry {noted.number} {noted.hash}" if noted else ""


def delete_visitors_answers(work: Work) -> int:
    with write_session(work.database) as session:
        return delete_idle_journeys(session, idle=work.settings.journey_idle)


def delete_links(work: Work) -> int:
    with write_session(work.database) as session:
        return delete_old_links(session, now=datetime.now(UTC))


def delete_sign_ins(work: Work) -> int:
    with write_session(work.database) as session:
        return delete_old_sign_ins(session, now=datetime.now(UTC))


def delete_tries(work: Work) -> int:
    with write_session(work.database) as session:
        return delete_over(session, now=datetime.now(UTC))


def tell_of_new_matches(work: Work) -> int:
    """Who asked to be told when something new fits."""
    now = datetime.now(UTC)
    with work.database.read() as session:
        if not due_alerts(session, now=now, after=None, most=1):
            return 0  # ranking isn't even got ready
    return tell_new_matches(
        work.database,
        work.matching,
        base_url=work.settings.base_url,
        now=now,
        today=now.astimezone(work.settings.timezone).date(),
    )


def ask_still_right(work: Work) -> Asked:
    """Providers whose offers were confirmed long enough ago; and what was not answered."""
    return ask_providers(
        work.database, work.settings.freshness, base_url=work.settings.base_url, now=datetime.now(UTC)
    )


def tell_of_groups(work: Work) -> int:
    """People who would be in a group, when somebody's offer for it is public."""
    return tell_groups(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def remind_of_gaps(work: Work) -> int:
    """Owners of gaps in the register, a week before the day and when it is over."""
    return remind_owners(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def count_what_is_searched_for(work: Work) -> int:
    """What visitors looked for, reduced to counts of coarse facts."""
    now = datetime.now(UTC)
    return count_searches(
        work.database,
        matching=lambda: work.matching,
        evening_starts=work.settings.evening_starts,
        now=now,
        today=now.astimezone(work.settings.timezone).date(),
    )


def making_of(work: Work) -> Making:
    """What a gap report is made with."""
    return Making(
        database=work.database,
        matching=lambda: work.matching,
        unconfirmed=lambda session, today: work.catalogues.unconfirmed(session, today=today),
        postcodes=lambda: work.postcodes,
        districts=read_districts(work.settings.seeds_dir),
        evening_starts=work.settings.evening_starts,
        seeds_dir=work.settings.seeds_dir,
    )


def make_gap_report(work: Work) -> str:
    """This week's report of what is missing, and with it what providers read of what people want."""
    today = datetime.now(UTC).astimezone(work.settings.timezone).date()
    return make_due_report(making_of(work), today=today, clock=now_utc)


def tell_who_uses_what_closes(work: Work) -> int:
    """Providers whose last day is over, and everyone whom it touches, with what fits instead."""
    now = datetime.now(UTC)
    with work.database.read() as session:
        if not closures_are_due(session):
            return 0  # ranking isn't even got ready
    return tell_of_closures(
        work.database,
        work.matching,
        base_url=work.settings.base_url,
        now=now,
        today=now.astimezone(work.settings.timezone).date(),
    )


def remind_of_enquiries(work: Work) -> Reminded:
    """Providers who have not answered; and that there was no answer, with what fits instead."""
    return remind_providers(
        work.database, lambda: work.matching, base_url=work.settings.base_url, now=datetime.now(UTC)
    )


def end_enquiries_of_what_closed(work: Work) -> int:
    """Open enquiries about what has closed, with what fits instead."""
    return end_what_closed(
        work.database, lambda: work.matching, base_url=work.settings.base_url, now=datetime.now(UTC)
    )


def tell_of_stops(work: Work) -> int:
    """Both sides of open enquiries, when their provider is stopped or misses a check, and when it is back."""
    return tell_of_pauses(work.database, base_url=work.settings.base_url, now=datetime.now(UTC))


def look_again_for_help(work: Work) -> LookedAgain:
    """Who could help by now with what people asked for, and requests whose time is over."""
    now = datetime.now(UTC)
    return look_again(
        work.database,
        lambda: work.matching,
        base_url=work.settings.base_url,
        now=now,
        today=now.astimezone(work.settings.timezone).date(),
    )


def give_places_on_to_who_waits(work: Work) -> int:
    """Places that were held too long, and who is next on a waiting list."""
    return give_places_on(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def tell_of_meetings(work: Work) -> int:
    """Both sides of a meeting or taster: the day before, and when it is over how it went."""
    return remind_of_meetings(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def close_what_ended(work: Work) -> int:
    """Providers read nothing of a profile after the last day of what was agreed; refused words have their time."""
    today = datetime.now(UTC).astimezone(work.settings.timezone).date()
    with write_session(work.database) as session:
        return forget_shared_of_ended(session, today=today) + forget_refused(session, now=datetime.now(UTC))


def change_what_was_agreed(work: Work) -> int:
    """Changes that both sides said yes to, on the day from which they hold."""
    return put_changes_in_force(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def remind_of_asked_changes(work: Work) -> int:
    """Whoever is asked for a change and has not answered."""
    return remind_of_changes(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def ask_how(work: Work) -> int:
    """Both sides, 2, 6 and 12 weeks after something started."""
    return ask_how_it_goes(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def tell_of_places_kept(work: Work) -> int:
    """Both sides, two weeks before a place is no longer kept for someone who may come back."""
    return tell_what_is_kept_no_longer(work.database, now=datetime.now(UTC), base_url=work.settings.base_url)


def erase_people(work: Work) -> Erased:
    """Who asked to be erased and did not change their mind."""
    done = erase_due(work.database, now=datetime.now(UTC))
    for mail in done.mails:
        for copy in work.settings.mail_dir.glob(f"*-{mail.hex[:12]}.eml"):
            copy.unlink(missing_ok=True)
    return done


def keep_to_retention(work: Work) -> dict[str, int]:
    """What about people has had its time, by the settings."""
    now = datetime.now(UTC)
    kept = work.settings.retention
    idle = end_idle_accounts(
        work.database,
        idle=kept.idle_accounts,
        base_url=work.settings.base_url,
        now=now,
        today=now.astimezone(work.settings.timezone).date(),
    )
    return {**idle, **forget_what_is_over(work.database, kept, now=now)}


def tell_of_checks(work: Work) -> int:
    """Whose checks run out soon, or ran out, and who saved what is not shown for it."""
    return tell_of_lapses(work.database, base_url=work.settings.base_url, now=datetime.now(UTC))


def queue_what_was_imported(work: Work) -> int:
    """What waits of imports that were stopped before they told the moderators."""
    return queue_imports(work.database)


def forget_mail(work: Work) -> int:
    kept_for = work.settings.mail.kept_for
    now = datetime.now(UTC)
    with write_session(work.database) as session:
        forgotten = forget_old(session, kept_for=kept_for, now=now)
    for file in work.settings.mail_dir.glob("*.eml"):
        if datetime.fromtimestamp(file.stat().st_mtime, UTC) < now - kept_for:
            file.unlink(missing_ok=True)
            forgotten += 1
    return forgotten


def _record_given_up(session: Session, message: OutboxMessage) -> None:
    record(
        session,
        action=Action.MAIL_GIVEN_UP,
        subject=message,
        details={"kind": message.kind, "attempts": message.attempts},
        actor=None,
        role=None,
    )


JOBS: tuple[Job, ...] = (
    Job("send mail", timedelta(seconds=5), send_mail),
    Job("tell of new matches", timedelta(minutes=10), tell_of_new_matches),
    Job("tell of checks that run out", timedelta(minutes=10), tell_of_checks),
    Job("queue what imports brought in", HOUR, queue_what_was_imported),
    Job("tell who uses what closes", timedelta(seconds=30), tell_who_uses_what_closes),
    Job("tell of enquiries that stop or go on", timedelta(minutes=1), tell_of_stops),
    Job("end enquiries about what closed", timedelta(minutes=10), end_enquiries_of_what_closed),
    Job("give free places to who waits", timedelta(minutes=1), give_places_on_to_who_waits),
    Job("remind of meetings", timedelta(minutes=10), tell_of_meetings),
    Job("stop sharing what ended", HOUR, close_what_ended),
    Job("put changes in force", timedelta(minutes=10), change_what_was_agreed),
    Job("remind of changes", HOUR, remind_of_asked_changes),
    Job("ask how it is going", HOUR, ask_how),
    Job("tell of places that are kept no longer", HOUR, tell_of_places_kept),
    Job("erase people who asked for it", timedelta(minutes=10), erase_people),
    Job("forget what has had its time", HOUR, keep_to_retention),
    Job("ask if offers are still right", HOUR, ask_still_right),
    Job("remind of enquiries", HOUR, remind_of_enquiries),
    Job("look again for help", HOUR, look_again_for_help),
    Job("make the gap report", timedelta(seconds=30), make_gap_report),
    Job("tell of groups that somebody offers", timedelta(minutes=1), tell_of_groups),
    Job("remind of gaps", HOUR, remind_of_gaps),
    Job("count what visitors looked for", HOUR, count_what_is_searched_for),
    Job("write down the audit head", timedelta(minutes=1), write_down_audit_head),
    Job("delete idle visitors' answers", HOUR, delete_visitors_answers),
    Job("delete old links", HOUR, delete_links),
    Job("delete old sign-ins", HOUR, delete_sign_ins),
    Job("delete counts of tries", HOUR, delete_tries),
    Job("forget old mail", HOUR, forget_mail),
)
