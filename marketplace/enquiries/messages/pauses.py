"""The job that tells both sides when a provider's open enquiries stop, and when they go on.

That no message passes needs no job: every page asks anew. Whatever the reason is (suspended, closed, a
check that ran out at midnight, a council that asks for a new one), it is told once, and its end once:
``paused_at`` of each enquiry says what its two sides know.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.directory.words import public_name
from marketplace.enquiries.messages.passing import Stopped, pause_of
from marketplace.enquiries.models import OPEN_STATES, Enquiry
from marketplace.offers.models import Offer
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.readers import readers_of
from marketplace.providers.checks import standing_of
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.queries import live_accounts_of
from marketplace.web.today import london_day

_END = "\n\nMeaningful Day\n"
_CHOICE = "You can wait, take your enquiry back, or ask somebody else."
_TO_PEOPLE = {
    Stopped.PAUSED: "We don't show {name} at the moment. This can have many reasons. It says nothing against anyone.\n\n"
    f"No message passes until {{name}} is shown again. We tell you then. {_CHOICE}",
    Stopped.CHECK: "A check of {name} is missing or ran out. It says nothing against anyone.\n\n"
    f"No message passes until the paper was seen. We tell you then. {_CHOICE}",
}
_TO_PROVIDERS = {
    Stopped.PAUSED: "What people asked {name} is kept. While it is not shown no message passes, to them or to you. "
    "You can still say no to what you can't do.",
    Stopped.CHECK: "What people asked {name} is kept. A check is missing or ran out, and no message passes until the "
    "paper was seen. You can still say no to what you can't do.",
}


def tell_of_pauses(database: Database, *, base_url: str, now: datetime) -> int:
    """Tell what changed since the last run; how many enquiries that touched. A provider is a transaction."""
    today = london_day(now)
    with database.read() as session:
        changed = _changed(session, today=today)
    told = 0
    for provider_id in changed:
        with write_session(database) as session:
            told += _tell(session, provider_id, base_url=base_url, now=now, today=today)
    return told


def _changed(session: Session, *, today: date) -> list[uuid.UUID]:
    """Providers of whose open enquiries somebody knows something else than what is so now."""
    rows = session.execute(
        select(Enquiry.provider_id, Provider.status, Enquiry.paused_at.is_not(None))
        .join(Provider, Provider.id == Enquiry.provider_id)
        .where(Enquiry.state.in_(OPEN_STATES), Provider.status != ProviderStatus.CLOSED)
        .distinct()
    ).all()
    missing = {
        provider_id
        for provider_id, standing in standing_of(session, {row[0] for row in rows}, today=today).items()
        if standing.missing
    }
    return sorted(
        {
            provider_id
            for provider_id, status, knows in rows
            if (pause_of(status, misses_check=provider_id in missing) is not None) != knows
        }
    )


def _tell(session: Session, provider_id: uuid.UUID, *, base_url: str, now: datetime, today: date) -> int:
    provider = session.get(Provider, provider_id, with_for_update={"key_share": True})
    if provider is None or provider.status is ProviderStatus.CLOSED:
        return 0  # what is open with who has closed is ended, by ``deadlines.closing``
    standing = standing_of(session, [provider_id], today=today)[provider_id]
    why = pause_of(provider.status, misses_check=bool(standing.missing))
    touched = session.execute(
        update(Enquiry)
        .where(
            Enquiry.provider_id == provider_id,
            Enquiry.state.in_(OPEN_STATES),
            Enquiry.paused_at.is_(None) if why else Enquiry.paused_at.is_not(None),
        )
        .values(paused_at=now if why else None)
        .returning(Enquiry.person_id, Enquiry.offer_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not touched:
        return 0  # another worker was faster
    offers: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for person_id, offer_id in touched:
        offers[person_id].append(offer_id)
    _tell_people(session, provider, offers, why, base_url=base_url, today=today)
    _tell_provider(session, provider, why, base_url=base_url)
    return len(touched)


def _tell_people(
    session: Session,
    provider: Provider,
    offers: dict[uuid.UUID, list[uuid.UUID]],
    why: Stopped | None,
    *,
    base_url: str,
    today: date,
) -> None:
    name = public_name(provider)
    subject = _subject(name, why)
    words = _TO_PEOPLE[why].format(name=name) if why else f"Messages with {name} pass again."
    first_names = dict(_pairs(session, select(Person.id, Person.first_name).where(Person.id.in_(offers))))
    wanted = {one for some in offers.values() for one in some}
    names = dict(_pairs(session, select(Offer.id, Offer.name).where(Offer.id.in_(wanted))))
    for person_id, readers in readers_of(session, list(offers), today=today).items():
        asked = "\n".join(f"- {one}" for one in sorted(names[offer] for offer in offers[person_id]))
        for reader in readers:
            who = "You" if reader.is_person else first_names[person_id]
            post(
                session,
                recipient=reader.account.email,
                kind="enquiry_paused" if why else "enquiry_goes_on",
                subject=subject,
                body=f"Hello {reader.account.name},\n\n{who} asked about this:\n\n{asked}\n\n{words}\n\n"
                f"See it here:\n\n{base_url}/people/{person_id}/enquiries{_END}",
                account_id=reader.account.id if reader.is_person else None,
            )


def _tell_provider(session: Session, provider: Provider, why: Stopped | None, *, base_url: str) -> None:
    name = provider.name
    words = (
        _TO_PROVIDERS[why].format(name=name) if why else f"Messages with those who asked {name} pass again."
    )
    page = "checks" if why is Stopped.CHECK else "enquiries"
    for account in live_accounts_of(session, provider.id):
        post(
            session,
            recipient=account.email,
            kind="enquiry_paused" if why else "enquiry_goes_on",
            subject=_subject(name, why),
            body=f"Hello {account.name},\n\n{words}\n\nSee it here:\n\n{base_url}/provide/{provider.id}/{page}{_END}",
            account_id=account.id,
        )


def _subject(name: str, why: Stopped | None) -> str:
    return f"Messages with {name} are stopped for now" if why else f"Messages with {name} pass again"


def _pairs(session: Session, query: Select[uuid.UUID, str]) -> Iterator[tuple[uuid.UUID, str]]:
    for row in session.execute(query):
        yield row[0], row[1]
