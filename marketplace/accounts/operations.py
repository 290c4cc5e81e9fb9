"""Opening accounts and changing them. The route commits."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import mails
from marketplace.accounts.models import Account, MailedLink, RoleGrant, SignInEnd
from marketplace.accounts.passwords import hash_password, needs_new_hash, verify_password
from marketplace.accounts.queries import account_of_email
from marketplace.accounts.sign_ins import end_sign_ins
from marketplace.audit import Action, record
from marketplace.vocabulary import Role


def open_account(
    session: Session,
    *,
    email: str,
    name: str,
    password: str | None = None,
    email_confirmed: bool = True,
    is_example: bool = False,
) -> Account:
    """Open an account without any role. *email* is in its normal form and belongs to nobody yet."""
    now = datetime.now(UTC)
    account = Account(
        id=uuid.uuid4(),
        email=email,
        name=name,
        password_hash=hash_password(password) if password else None,
        created_at=now,
        email_confirmed_at=now if email_confirmed else None,
        is_example=is_example,
        grants=[],
    )
    session.add(account)
    session.flush()
    record(session, action=Action.ACCOUNT_OPENED, subject=account, actor=account, role=None)
    return account


def password_is_right(session: Session, *, account: Account | None, password: str) -> bool:
    """Whether *password* opens *account*; as much work for an account that isn't there."""
    usable = account is not None and account.suspended_at is None
    right = verify_password(account.password_hash if account is not None and usable else None, password)
    if right and account is not None and account.password_hash and needs_new_hash(account.password_hash):
        account.password_hash = hash_password(password)
        session.flush()
    return right


def change_password(
    session: Session, *, account: Account, password: str, keep_sign_in: uuid.UUID | None = None
) -> None:
    """Give *account* a new password; all its sign-ins end *but* this one, and it is told by mail."""
    account.password_hash = hash_password(password)
    session.flush()
    end_sign_ins(session, account_id=account.id, reason=SignInEnd.NEW_PASSWORD, but=keep_sign_in)
    _spend_links(session, account.email)
    mails.tell_password_changed(session, account=account)
    record(session, action=Action.PASSWORD_CHANGED, subject=account, actor=account, role=None)


def change_name(session: Session, *, account: Account, name: str) -> None:
    account.name = name
    session.flush()


def note_email_works(session: Session, *, account: Account) -> None:
    """A mailed link was used: the address is its owner's."""
    if account.email_confirmed_at is None:
        account.email_confirmed_at = datetime.now(UTC)
        session.flush()


def confirm_new_email(session: Session, *, account: Account, email: str) -> bool:
    """Give *account* the address *email*, whose owner has just confirmed it.

    False, and nothing changes, where someone else has that address by now.
    """
    if account_of_email(session, email) is not None:
        return False
    before = account.email
    account.email = email
    account.email_confirmed_at = datetime.now(UTC)
    session.flush()
    _spend_links(session, before)
    mails.tell_email_changed(session, account=account, before=before)
    record(session, action=Action.EMAIL_CHANGED, subject=account, actor=account, role=None)
    return True


def grant_role(
    session: Session,
    *,
    account: Account,
    role: Role,
    organisation: str = "",
    granted_by: Account | None = None,
) -> RoleGrant:
    """Give *account* a role; one that it has already stays as it is."""
    known = next((grant for grant in account.grants if grant.role is role), None)
    if known is not None:
        return known
    grant = RoleGrant(
        account_id=account.id,
        role=role,
        organisation=organisation,
        granted_at=datetime.now(UTC),
        granted_by_id=granted_by.id if granted_by else None,
    )
    account.grants.append(grant)
    session.flush()
    record(
        session,
        action=Action.ROLE_GRANTED,
        subject=account,
        details={"role": role, "organisation": organisation},
        actor=granted_by,
        role=Role.ADMINISTRATOR if granted_by is not None and granted_by is not account else None,
    )
    return grant


def _spend_links(session: Session, email: str) -> None:
    """Links that were mailed before something changed are worth nothing afterwards."""
    now = datetime.now(UTC)
    for link in session.scalars(
        select(MailedLink).where(MailedLink.email == email, MailedLink.used_at.is_(None))
    ):
        link.used_at = now
    session.flush()
