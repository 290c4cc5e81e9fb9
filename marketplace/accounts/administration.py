"""What administrators do with accounts: roles, suspension, a lost code app. The route commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant, SignInEnd
from marketplace.accounts.sign_ins import end_sign_ins
from marketplace.audit import Action, record
from marketplace.vocabulary import Role

PAGE_SIZE = 25
LONGEST_SEARCH = 120


class LastAdministratorError(Exception):
    """Somebody must be able to give roles: the last administrator stays one."""


@dataclass(frozen=True)
class AccountsPage:
    """Accounts in the order of their addresses, a page at a time."""

    accounts: Sequence[Account]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def accounts_page(
    session: Session, *, search: str = "", role: Role | None = None, page: int = 1
) -> AccountsPage:
    """One page of the accounts whose name or address holds *search*, with *role* if given."""
    found = select(Account)
    text = search.strip()[:LONGEST_SEARCH]
    if text:
        found = found.where(
            or_(Account.email.icontains(text, autoescape=True), Account.name.icontains(text, autoescape=True))
        )
    if role is not None:
        found = found.where(Account.grants.any(RoleGrant.role == role))
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    accounts = session.scalars(
        found.order_by(Account.email, Account.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    return AccountsPage(accounts=accounts, total=total, page=page)


def remove_role(session: Session, *, account: Account, role: Role, by: Account | None) -> None:
    """Take *role* away, at once; nothing happens where it is not there.

    Raises ``LastAdministratorError``.
    """
    grant = next((grant for grant in account.grants if grant.role is role), None)
    if grant is None:
        return
    if role is Role.ADMINISTRATOR:
        _another_administrator(session, account)
    account.grants.remove(grant)
    session.flush()
    record(
        session,
        action=Action.ROLE_REMOVED,
        subject=account,
        details={"role": role, "organisation": grant.organisation},
        actor=by,
        role=_acting(by),
    )


def suspend(session: Session, *, account: Account, by: Account | None) -> None:
    """Close *account* for now: nobody can sign in to it, and whoever is signed in is out.

    Raises ``LastAdministratorError``.
    """
    if account.suspended_at is not None:
        return
    if Role.ADMINISTRATOR in account.roles:
        _another_administrator(session, account)
    account.suspended_at = datetime.now(UTC)
    session.flush()
    end_sign_ins(session, account_id=account.id, reason=SignInEnd.SUSPENDED)
    record(session, action=Action.ACCOUNT_SUSPENDED, subject=account, actor=by, role=_acting(by))


def restore(session: Session, *, account: Account, by: Account | None) -> None:
    """Open a suspended account again."""
    if account.suspended_at is None:
        return
    account.suspended_at = None
    session.flush()
    record(session, action=Action.ACCOUNT_RESTORED, subject=account, actor=by, role=_acting(by))


def _another_administrator(session: Session, account: Account) -> None:
    """Raise unless someone else is an administrator who can sign in.

    Roles and accounts are locked: two administrators who remove or suspend each other at once wait for
    one another, and the second sees what the first did.
    """
    others = session.scalars(
        select(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Account.suspended_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    if all(grant.account_id == account.id for grant in others):
        raise LastAdministratorError


def _acting(by: Account | None) -> Role | None:
    return Role.ADMINISTRATOR if by is not None else None
