"""The job around the end of a check: reminds a provider in time, and tells both sides once it ran out.

That a check no longer counts needs no job: every page compares its last day with the day in London.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.db import Database, write_session
from marketplace.moderation.affected import names_of, people_using
from marketplace.offers.models import Offer, OfferHold
from marketplace.offers.standing import stand
from marketplace.outbox import post
from marketplace.people.readers import Reader, readers_of
from marketplace.providers.checks import (
    Demand,
    answers_for,
    demands_for,
    demands_of,
    last_day,
    managed_here,
    standing,
)
from marketplace.providers.models import Check, Provider, ProviderStatus
from marketplace.providers.queries import live_accounts_of
from marketplace.vocabulary import OfferStatus
from marketplace.web.today import london_day

FIRST_REMINDER = timedelta(days=30)
SECOND_REMINDER = timedelta(days=7)
BLOCK = 200
_END = "\n\nMeaningful Day\n"


@dataclass(frozen=True, slots=True)
class _End:
    """A check and the last day on which it counts; *is_asked*: offers depend on it."""

    check: Check
    last: date
    is_asked: bool


@dataclass(frozen=True, slots=True)
class _Due:
    """What a provider has to be told today."""

    soon: Sequence[_End]
    over: Sequence[_End]

    @property
    def anything(self) -> bool:
        return bool(self.soon or self.over)


def tell_of_lapses(database: Database, *, base_url: str, now: datetime) -> int:
    """Tell what is due at *now*; returns how many mails were written.

    Each provider has a transaction of its own, in which it is also kept that it was told: two workers
    tell nobody twice.
    """
    today = london_day(now)
    told = 0
    for provider_id in _providers_with_something_due(database, today):
        with write_session(database) as session:
            told += _tell(session, provider_id, base_url=base_url, now=now)
    return told


def _providers_with_something_due(database: Database, today: date) -> Iterator[uuid.UUID]:
    after: uuid.UUID | None = None
    while True:
        with database.read() as session:
            query = (
                select(Provider)
                .where(Provider.status == ProviderStatus.ACTIVE, Provider.checks.any())
                .options(selectinload(Provider.checks))
            )
            if after is not None:
                query = query.where(Provider.id > after)
            block = session.scalars(query.order_by(Provider.id).limit(BLOCK)).all()
            managed = managed_here(session, [provider.id for provider in block])
            demands = demands_of(session, block)
            due = [
                provider.id
                for provider in block
                if provider.id in managed and _due(provider.checks, demands[provider.id], today).anything
            ]
            after = block[-1].id if block else None
        yield from due
        if after is None:
            return


def _due(checks: Sequence[Check], demands: Sequence[Demand], today: date) -> _Due:
    missing = standing(checks, demands, today=today).missing
    ends = []
    for check in sorted(checks, key=lambda check: check.kind.position):
        asking = [demand for demand in demands if check.kind in answers_for(demand.kind)]
        days = [last_day(check, demand) for demand in asking] or [check.expires_on]
        last = min((day for day in days if day is not None), default=None)
        if last is None:
            continue
        # What ran out hides offers only where nothing else answers the same demand.
        is_asked = any(demand in missing or last >= today for demand in asking)
        ends.append(_End(check, last, is_asked))
    return _Due(
        soon=[one for one in ends if one.last >= today and _is_reminder_due(one, today)],
        over=[one for one in ends if one.last < today and one.check.lapse_told_at is None],
    )


def _is_reminder_due(end: _End, today: date) -> bool:
    """Thirty days before, and seven days before; once where it was noted later than that."""
    left = end.last - today
    if left > FIRST_REMINDER:
        return False
    reminded = end.check.reminded_at
    if reminded is None:
        return True
    return left <= SECOND_REMINDER and london_day(reminded) < end.last - SECOND_REMINDER


def _tell(session: Session, provider_id: uuid.UUID, *, base_url: str, now: datetime) -> int:
    today = london_day(now)
    provider = session.get_one(Provider, provider_id)
    checks = session.scalars(select(Check).where(Check.provider_id == provider_id).with_for_update()).all()
    due = _due(checks, demands_for(session, provider), today)
    if provider.status is not ProviderStatus.ACTIVE or not due.anything:
        return 0  # another worker was faster, or it changed in between
    for end in due.soon:
        end.check.reminded_at = now
    for end in due.over:
        end.check.lapse_told_at = now
    stand(session, provider_id=provider_id, today=today)
    told = 0
    for account in live_accounts_of(session, provider_id):
        if due.soon:
            told += _remind(session, account, provider, due.soon, base_url=base_url, today=today)
        if due.over:
            told += _tell_end(session, account, provider, due.over, base_url=base_url, today=today)
    if any(end.is_asked for end in due.over):
        told += _tell_people(session, provider, base_url=base_url, today=today)
    for end in due.over:
        record(
            session,
            action=Action.CHECK_LAPSED,
            subject=("provider_check", end.check.id),
            details={"provider": provider_id, "kind": end.check.kind, "last_day": end.last},
            actor=None,
            role=None,
        )
    return told


def _remind(
    session: Session, to: Account, provider: Provider, ends: Sequence[_End], *, base_url: str, today: date
) -> int:
    lines = "\n".join(f"- {end.check.kind.label}: it counts until {_day(end.last)}." for end in ends)
    asked = (
        "When a check runs out that is asked for, your offers are not shown until the new one was seen.\n"
        if any(end.is_asked for end in ends)
        else "After that day people no longer see it.\n"
    )
    post(
        session,
        recipient=to.email,
        kind="check_runs_out",
        subject=f"A check of {provider.name} runs out soon",
        body=f"Hello {to.name},\n\nThis runs out soon for {provider.name}:\n\n{lines}\n\n{asked}"
        f"Here you see how to show the new paper:\n\n{base_url}/provide/{provider.id}/checks{_END}",
        account_id=to.id,
        same_as=f"check-runs-out-{provider.id}-{today}-{to.id}",
    )
    return 1


def _tell_end(
    session: Session, to: Account, provider: Provider, ends: Sequence[_End], *, base_url: str, today: date
) -> int:
    lines = "\n".join(f"- {end.check.kind.label}: it counted until {_day(end.last)}." for end in ends)
    asked = (
        "It is asked for, so your offers are not shown now. They come back as soon as the new paper was "
        "seen.\nPeople who saved them are told. We say nothing against you.\n"
        if any(end.is_asked for end in ends)
        else "People no longer see it. Your offers are still shown.\n"
    )
    post(
        session,
        recipient=to.email,
        kind="check_ran_out",
        subject=f"A check of {provider.name} ran out",
        body=f"Hello {to.name},\n\nThis ran out for {provider.name}:\n\n{lines}\n\n{asked}"
        f"Here you see how to show the new paper:\n\n{base_url}/provide/{provider.id}/checks{_END}",
        account_id=to.id,
        same_as=f"check-ran-out-{provider.id}-{today}-{to.id}",
    )
    return 1


def _tell_people(session: Session, provider: Provider, *, base_url: str, today: date) -> int:
    """Whoever saved or was given an offer that is not shown for this; nothing is said against anyone."""
    hidden = set(
        session.scalars(
            select(Offer.id).where(
                Offer.provider_id == provider.id,
                Offer.status == OfferStatus.PUBLIC,
                Offer.hold == OfferHold.CHECK_MISSING,
            )
        )
    )
    using = {
        person_id: [offer for offer in offers if offer in hidden]
        for person_id, offers in people_using(session, provider.id).items()
    }
    using = {person_id: offers for person_id, offers in using.items() if offers}
    names = names_of(session, hidden)
    told = 0
    for person_id, readers in readers_of(session, list(using), today=today).items():
        own = [reader for reader in readers if reader.is_person]
        for reader in own or readers:
            lines = "\n".join(f"- {names[offer]}" for offer in using[person_id])
            post(
                session,
                recipient=reader.account.email,
                kind="saved_not_shown",
                subject="Something on your list is not shown now",
                body=_body(reader, lines, address=f"{base_url}/people/{person_id}/matches"),
                account_id=reader.account.id,
                same_as=f"lapse-{provider.id.hex}-{today:%Y%m%d}-{person_id.hex}-{reader.account.id.hex}",
            )
            told += 1
    return told


def _body(reader: Reader, lines: str, *, address: str) -> str:
    whose = "your list" if reader.is_person else "the list of someone you help"
    return (
        f"Hello {reader.account.name},\n\nThis is on {whose}:\n\n{lines}\n\n"
        "Its page is not shown now, because a check ran out. Nothing is said against anyone.\n"
        "It comes back when the new paper was seen.\n\n"
        f"Here is what else fits:\n\n{address}{_END}"
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
