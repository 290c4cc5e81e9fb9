"""For which councils a commissioner works. Only an administrator, or who runs the machine, says so."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.models import Account, RoleCouncil, RoleGrant
from marketplace.audit import Action, record
from marketplace.vocabulary import Role


class NotACommissionerError(Exception):
    """Only a commissioner works for councils here."""


def councils_of_account(session: Session, account_id: uuid.UUID) -> Sequence[str]:
    """ONS codes of the councils that an account works for as a commissioner, the first given first. One
    query."""
    return session.scalars(
        select(RoleCouncil.council_code)
        .join(RoleGrant, RoleGrant.id == RoleCouncil.grant_id)
        .where(RoleGrant.account_id == account_id, RoleGrant.role == Role.COMMISSIONER)
        .order_by(RoleCouncil.given_at, RoleCouncil.council_code)
    ).all()


def works_for(council_code: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether an ``Account`` works for a council, as a condition of a query."""
    return exists().where(
        and_(
            RoleGrant.account_id == Account.id,
            RoleGrant.role == Role.COMMISSIONER,
            RoleCouncil.grant_id == RoleGrant.id,
            RoleCouncil.council_code == council_code,
        )
    )


def give_council(session: Session, *, account: Account, council_code: str, by: Account | None) -> None:
    """From now on *account* sees the pages of this council; twice is once. *council_code* is a known one.

    Raises ``NotACommissionerError``.
    """
    grant = _grant(account)
    if grant is None:
        raise NotACommissionerError
    if session.get(RoleCouncil, (grant.id, council_code)) is not None:
        return
    session.add(
        RoleCouncil(
            grant_id=grant.id,
            council_code=council_code,
            given_at=datetime.now(UTC),
            given_by_id=by.id if by else None,
        )
    )
    session.flush()
    _record(session, Action.COUNCIL_GIVEN, account, council_code, by)


def take_council(session: Session, *, account: Account, council_code: str, by: Account | None) -> None:
    """From now on *account* sees nothing of this council; nothing happens where it did not before."""
    grant = _grant(account)
    known = None if grant is None else session.get(RoleCouncil, (grant.id, council_code))
    if known is None:
        return
    session.delete(known)
    session.flush()
    _record(session, Action.COUNCIL_TAKEN, account, council_code, by)


def _grant(account: Account) -> RoleGrant | None:
    return next((grant for grant in account.grants if grant.role is Role.COMMISSIONER), None)


def _record(
    session: Session, action: Action, account: Account, council_code: str, by: Account | None
) -> None:
    record(
        session,
        action=action,
        subject=account,
        details={"council": council_code},
        actor=by,
        role=Role.ADMINISTRATOR if by is not None else None,
    )
