"""The job behind 'tell me when something new fits': ranks, and mails what was not known before.

People are taken in blocks; each is ranked in a reading transaction and told in a short writing one, so
a long night of alerts keeps no writer waiting and can be stopped and begun again at any person.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database, write_session
from marketplace.geo.places import Place
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.needs import Needs, NeedsError, parse_needs
from marketplace.matching.ranking import Ranking, rank
from marketplace.outbox import post
from marketplace.people.access import Relation, person_and_relation
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart
from marketplace.people.profile.parts import answers_shown
from marketplace.people.saved.models import NewMatchAlert
from marketplace.people.saved.operations import EACH
from marketplace.people.saved.queries import due_alerts, kept_offers
from marketplace.people.supporters.models import Scope
from marketplace.people.supporters.queries import with_carers_time

log = structlog.get_logger(__name__)

BLOCK = 50
MOST_NAMED = 5
"""So many new offers are named in one mail; the list has them all."""


@dataclass(frozen=True, kw_only=True)
class Matching:
    """What ranking needs from outside: the catalogue of a session's view, and places of postcodes."""

    catalogue: Callable[[Session], Catalogue]
    home: Callable[[Needs], Place | None]


@dataclass(frozen=True, slots=True)
class _News:
    """What is new for one person, best first; without a reader the alert has nobody to tell."""

    reader: Account | None
    person: Person | None
    is_own: bool
    offers: Sequence[uuid.UUID]
    names: Sequence[str]


def tell_new_matches(
    database: Database, matching: Matching, *, base_url: str, now: datetime, today: date
) -> int:
    """Tell everyone whose alert is due at *now*; returns how many mails were written.

    What was told is known from then on. Where nothing is new there is no mail. An alert whose reader may
    no longer act for the person is removed.
    """
    told = 0
    after: uuid.UUID | None = None
    while True:
        with database.read() as session:
            block = due_alerts(session, now=now, after=after, most=BLOCK)
        if not block:
            return told
        for person_id in block:
            with database.read() as session:
                alert = session.get(NewMatchAlert, person_id)
                if alert is None:
                    continue
                due = alert.next_at
                news = _news(session, alert, matching, today=today)
            told += _tell(database, person_id, news, due=due, base_url=base_url, now=now)
        after = block[-1]


def _news(session: Session, alert: NewMatchAlert, matching: Matching, *, today: date) -> _News:
    account = session.get(Account, alert.account_id)
    found = (
        None
        if account is None or account.suspended_at is not None
        else person_and_relation(
            session, account=account, person_id=alert.person_id, today=today, is_practitioner=False
        )
    )
    if found is None or not found[1].reaches(Scope.ACT):
        return _News(None, None, is_own=False, offers=(), names=())
    person, relation = found
    ranking = _ranking(session, person, relation, matching, today=today)
    if ranking is None:
        return _News(account, person, is_own=relation.is_person, offers=(), names=())
    kept = kept_offers(session, person.id)
    known = set(alert.known_offers)
    offers = [
        offer
        for offer in ranking.offers()
        if str(offer) not in known and offer not in kept.saved and offer not in kept.hidden
    ]
    names = [ranking.catalogue.names[ranking.catalogue.row_of[offer]] for offer in offers[:MOST_NAMED]]
    return _News(account, person, is_own=relation.is_person, offers=offers, names=names)


def _ranking(
    session: Session, person: Person, relation: Relation, matching: Matching, *, today: date
) -> Ranking | None:
    """What fits the person, from what the reader may see."""
    seen = person.answers
    if not relation.is_person:
        hidden = session.scalars(select(HiddenPart.part).where(HiddenPart.person_id == person.id))
        seen = answers_shown(seen, frozenset(hidden))
    answers, _names = with_carers_time(session, person=person, answers=seen, today=today)
    if not answers.get("goals"):
        return None
    try:
        needs = parse_needs(answers)
    except NeedsError as error:
        # One person's answers that nobody can read any more keep no other from being told.
        log.warning("needs_not_readable", person=str(person.id), problems=len(error.problems))
        return None
    return rank(needs, matching.catalogue(session), home=matching.home(needs), today=today)


def _tell(
    database: Database, person_id: uuid.UUID, news: _News, *, due: datetime, base_url: str, now: datetime
) -> int:
    with write_session(database) as session:
        alert = session.get(NewMatchAlert, person_id, with_for_update=True)
        if alert is None or alert.next_at != due:
            return 0  # switched off, or another worker was faster
        if news.reader is None or news.person is None:
            session.delete(alert)
            return 0
        alert.next_at = now + EACH[alert.rhythm]
        if not news.offers:
            return 0
        alert.known_offers = sorted({*alert.known_offers, *(str(offer) for offer in news.offers)})
        alert.last_told_at = now
        post(
            session,
            recipient=news.reader.email,
            kind="new_matches",
            subject="Something new fits you"
            if news.is_own
            else f"Something new fits {news.person.first_name}",
            body=_body(news, base_url=base_url),
            account_id=news.reader.id,
            same_as=f"new-matches-{person_id}-{due.isoformat(timespec='seconds')}",
        )
        return 1


def _body(news: _News, *, base_url: str) -> str:
    assert news.reader is not None and news.person is not None  # noqa: S101, PT018 (for the type checker)
    whom = "you" if news.is_own else news.person.first_name
    more = len(news.offers) - len(news.names)
    lines = [f"- {name}" for name in news.names]
    if more:
        lines.append(f"- and {more} more")
    page = f"{base_url}/people/{news.person.id}"
    return (
        f"Hello {news.reader.name},\n\nThis is new and fits {whom}:\n\n" + "\n".join(lines) + "\n\n"
        f"See the list, with the reasons:\n\n{page}/matches\n\n"
        f"If you don't want these mails any more, switch them off here:\n\n{page}/alerts\n\nMeaningful Day\n"
    )
