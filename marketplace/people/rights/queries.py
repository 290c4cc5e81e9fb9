"""Reading who looked at a profile, what was asked about data, and what holds a record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant
from marketplace.people.profile.models import ProfilePart
from marketplace.people.rights.models import LawfulHold, ProfileView, RequestKind, RequestState, RightsRequest
from marketplace.vocabulary import Role

OPEN_STATES = (RequestState.ASKED, RequestState.HELD)


@dataclass(frozen=True, slots=True)
class LookShown:
    """Someone's looks on one day: who they were then, at what, and how often."""

    view_id: uuid.UUID
    account_id: uuid.UUID
    name: str
    role: Role
    organisation: str
    day: date
    parts: tuple[ProfilePart, ...]
    times: int


def looks(session: Session, person_id: uuid.UUID, *, offset: int, most: int) -> list[LookShown]:
    """Who looked, a line for each account and day, the latest first. Two queries."""
    last = func.max(ProfileView.last_at)
    groups = session.execute(
        select(ProfileView.account_id, ProfileView.looked_on)
        .where(ProfileView.person_id == person_id)
        .group_by(ProfileView.account_id, ProfileView.looked_on)
        .order_by(last.desc(), ProfileView.account_id)
        .offset(offset)
        .limit(most)
    ).all()
    if not groups:
        return []
    rows = session.scalars(
        select(ProfileView)
        .where(
            ProfileView.person_id == person_id,
            or_(
                *(
                    and_(ProfileView.account_id == account, ProfileView.looked_on == day)
                    for account, day in groups
                )
            ),
        )
        .order_by(ProfileView.last_at.desc(), ProfileView.id)
    ).all()
    return [
        _shown([row for row in rows if (row.account_id, row.looked_on) == (account, day)])
        for account, day in groups
    ]


def look(session: Session, person_id: uuid.UUID, view_id: uuid.UUID) -> ProfileView:
    """One look at this person's profile. Raises ``NoResultFound``."""
    return session.scalars(
        select(ProfileView).where(ProfileView.id == view_id, ProfileView.person_id == person_id)
    ).one()


def administrators(session: Session) -> list[Account]:
    return list(
        session.scalars(
            select(Account)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(RoleGrant.role == Role.ADMINISTRATOR, Account.suspended_at.is_(None))
            .order_by(Account.email)
        )
    )


def open_erasure(session: Session, person_id: uuid.UUID) -> RightsRequest | None:
    """The request to erase that waits to be carried out, if there is one."""
    return session.scalars(
        select(RightsRequest)
        .where(
            RightsRequest.person_id == person_id,
            RightsRequest.kind == RequestKind.ERASE,
            RightsRequest.state.in_(OPEN_STATES),
        )
        .order_by(RightsRequest.asked_at, RightsRequest.id)
        .limit(1)
    ).one_or_none()


def live_holds(session: Session, person_id: uuid.UUID) -> list[LawfulHold]:
    """The reasons in law that keep the record now; the one to be looked at first comes first."""
    return list(
        session.scalars(
            select(LawfulHold)
            .where(LawfulHold.person_id == person_id, LawfulHold.released_at.is_(None))
            .order_by(LawfulHold.review_on, LawfulHold.id)
        )
    )


def holds(session: Session, person_id: uuid.UUID) -> list[LawfulHold]:
    """All of them, the live ones first."""
    return list(
        session.scalars(
            select(LawfulHold)
            .where(LawfulHold.person_id == person_id)
            .order_by(LawfulHold.released_at.is_not(None), LawfulHold.placed_at.desc(), LawfulHold.id)
        )
    )


def hold(session: Session, person_id: uuid.UUID, hold_id: uuid.UUID) -> LawfulHold:
    """One of them. Raises ``NoResultFound``, also for one of someone else."""
    return session.scalars(
        select(LawfulHold).where(LawfulHold.id == hold_id, LawfulHold.person_id == person_id)
    ).one()


def _shown(rows: list[ProfileView]) -> LookShown:
    latest = rows[0]
    return LookShown(
        view_id=min(row.id for row in rows),
        account_id=latest.account_id,
        name=latest.name,
        role=latest.role,
        organisation=latest.organisation,
        day=latest.looked_on,
        parts=tuple(sorted((row.part for row in rows), key=lambda part: part.position)),
        times=max(row.times for row in rows),
    )
