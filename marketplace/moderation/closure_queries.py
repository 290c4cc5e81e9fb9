"""Reading who is touched by what closes: for moderators as counts, for whoever helps as people."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from marketplace.moderation.models import ClosureNotice
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.people.supporters.models import Scope
from marketplace.providers.models import Provider

MOST_CLOSINGS = 50


@dataclass(frozen=True, slots=True)
class Closing:
    """A provider that closes, and how many people it touches. The counts go through ``gaps.disclosure``."""

    provider: Provider
    people: int
    settled: int
    untold: int

    @property
    def last_day(self) -> date | None:
        return self.provider.last_day


def closings(session: Session, provider_id: uuid.UUID | None = None) -> list[Closing]:
    """Providers that close or closed, with how many people had a notice; those with open ones first."""
    found = (
        select(
            Provider,
            func.count(ClosureNotice.id),
            func.count(ClosureNotice.settled_at),
            func.count(ClosureNotice.id) - func.count(ClosureNotice.told_at),
        )
        .outerjoin(ClosureNotice, ClosureNotice.provider_id == Provider.id)
        .where(Provider.closed_at.is_not(None))
        .group_by(Provider.id)
        .order_by(Provider.closed_at.desc(), Provider.id)
        .limit(MOST_CLOSINGS)
    )
    if provider_id is not None:
        found = found.where(Provider.id == provider_id)
    return [Closing(*row) for row in session.execute(found)]


def notice_of(session: Session, person_id: uuid.UUID, notice_id: uuid.UUID) -> tuple[ClosureNotice, Provider]:
    """One notice. Raises ``NoResultFound``, also for one of someone else."""
    row = session.execute(
        select(ClosureNotice, Provider)
        .join(Provider, Provider.id == ClosureNotice.provider_id)
        .where(ClosureNotice.id == notice_id, ClosureNotice.person_id == person_id)
    ).one()
    return row[0], row[1]


def notices_of(session: Session, person_id: uuid.UUID) -> list[tuple[ClosureNotice, Provider]]:
    """What closes that a person uses, while they have nothing else."""
    rows = session.execute(
        select(ClosureNotice, Provider)
        .join(Provider, Provider.id == ClosureNotice.provider_id)
        .where(ClosureNotice.person_id == person_id, ClosureNotice.settled_at.is_(None))
        .order_by(ClosureNotice.closes_on, ClosureNotice.id)
    )
    return [(row[0], row[1]) for row in rows]


def notices_of_caseload(
    session: Session, account_id: uuid.UUID, *, today: date
) -> list[tuple[ClosureNotice, Person, Provider]]:
    """Open notices of the people whom a practitioner works with, the nearest day first."""
    rows = session.execute(
        select(ClosureNotice, Person, Provider)
        .join(Person, Person.id == ClosureNotice.person_id)
        .join(Provider, Provider.id == ClosureNotice.provider_id)
        .where(
            ClosureNotice.settled_at.is_(None),
            exists().where(
                Case.person_id == Person.id,
                Case.account_id == account_id,
                Case.scope == Scope.HELP,
                Case.ended_at.is_(None),
                Case.starts_on <= today,
                Case.ends_on >= today,
            ),
        )
        .order_by(ClosureNotice.closes_on, func.lower(Person.first_name), ClosureNotice.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
