"""Reading who helps a person, and what carers told of their own time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.tokens import hash_of
from marketplace.people.models import Person
from marketplace.people.supporters.carers import merged
from marketplace.people.supporters.models import Carer, Supporter


@dataclass(frozen=True, slots=True)
class CarerOf:
    """A carer of a person, with the name under which they help."""

    carer: Carer
    name: str


def supporters_of(session: Session, person_id: uuid.UUID) -> list[Supporter]:
    """All who help or were asked to, also those whose time is over; not those who were ended."""
    return list(
        session.scalars(
            select(Supporter)
            .where(Supporter.person_id == person_id, Supporter.ended_at.is_(None))
            .order_by(Supporter.accepted_at.is_(None), Supporter.name, Supporter.id)
        )
    )


def supporter_of(
    session: Session, person_id: uuid.UUID, supporter_id: uuid.UUID, *, or_ended: bool = False
) -> Supporter:
    """One who helps or was asked to. Raises ``NoResultFound``, also for one of someone else."""
    found = select(Supporter).where(Supporter.id == supporter_id, Supporter.person_id == person_id)
    return session.scalars(found if or_ended else found.where(Supporter.ended_at.is_(None))).one()


def invitation_of(session: Session, token: str, *, now: datetime) -> tuple[Supporter, Person] | None:
    """An invitation that can still be answered, with the person it is about."""
    found = session.execute(
        select(Supporter, Person)
        .join(Person, Person.id == Supporter.person_id)
        .where(
            Supporter.invitation_hash == hash_of(token),
            Supporter.invitation_expires_at > now,
            Supporter.accepted_at.is_(None),
            Supporter.ended_at.is_(None),
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def people_supported(session: Session, account_id: uuid.UUID) -> list[tuple[Supporter, Person]]:
    """Everyone whom the account helps, in order of their names; also where the time is over."""
    rows = session.execute(
        select(Supporter, Person)
        .join(Person, Person.id == Supporter.person_id)
        .where(
            Supporter.account_id == account_id,
            Supporter.accepted_at.is_not(None),
            Supporter.ended_at.is_(None),
        )
        .order_by(Person.first_name, Person.id, Supporter.id)
    )
    return [(supporter, person) for supporter, person in rows]


def account_named(session: Session, account_id: uuid.UUID | None) -> Account | None:
    return None if account_id is None else session.get(Account, account_id)


def own_carer(session: Session, *, account_id: uuid.UUID, person_id: uuid.UUID) -> Carer | None:
    """What the account told of its own time as a carer of the person."""
    return session.scalars(
        select(Carer).where(Carer.account_id == account_id, Carer.person_id == person_id)
    ).one_or_none()


def carers_of(session: Session, person_id: uuid.UUID, *, today: date) -> list[CarerOf]:
    """The carers who told of their time and may help today, in order of their names."""
    rows = session.execute(
        select(Carer, Supporter.name)
        .join(Supporter, _live_link(today))
        .where(Carer.person_id == person_id)
        .order_by(Supporter.name, Carer.id, Supporter.id)
    )
    found: dict[uuid.UUID, CarerOf] = {}
    for carer, name in rows:
        found.setdefault(carer.id, CarerOf(carer, name))
    return list(found.values())


def carer_of(session: Session, person_id: uuid.UUID, carer_id: uuid.UUID, *, today: date) -> CarerOf:
    """One of them. Raises ``LookupError``'s kin ``NoResultFound`` where they don't help any more."""
    carer, name = session.execute(
        select(Carer, Supporter.name)
        .join(Supporter, _live_link(today))
        .where(Carer.id == carer_id, Carer.person_id == person_id)
        .order_by(Supporter.id)
        .limit(1)
    ).one()
    return CarerOf(carer, name)


def with_carers_time(
    session: Session,
    *,
    person: Person,
    answers: Mapping[str, Any],
    today: date,
    only_of: uuid.UUID | None = None,
) -> tuple[dict[str, Any], Sequence[str]]:
    """*answers* (those that this reader may see) with the time of the carers that counts, and their names.

    A carer counts while the person agrees and while their help goes on. With *only_of* only the time
    of that account's carer is told: reasons speak of work and breaks, which are the carer's own matter.
    Where nobody told anything here, what the record of someone without an account came with counts.
    """
    everyone = carers_of(session, person.id, today=today)
    counting = [
        one for one in everyone if one.carer.counts_in_matches and only_of in (None, one.carer.account_id)
    ]
    without = {name: value for name, value in answers.items() if name != "carer"}
    if counting:
        return {**without, "carer": merged([one.carer for one in counting])}, [one.name for one in counting]
    if everyone or person.account_id is not None:
        return without, []
    return dict(answers), []


def _live_link(today: date) -> ColumnElement[bool]:
    return and_(
        Supporter.person_id == Carer.person_id,
        Supporter.account_id == Carer.account_id,
        Supporter.accepted_at.is_not(None),
        Supporter.ended_at.is_(None),
        Supporter.starts_on <= today,
        Supporter.ends_on >= today,
    )
