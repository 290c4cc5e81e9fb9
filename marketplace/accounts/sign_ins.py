"""Beginning and ending sign-ins. The route commits."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, SignIn, SignInEnd
from marketplace.accounts.tokens import hash_of, new_token
from marketplace.settings import Settings

NOTED_EACH = timedelta(minutes=1)
"""Being used is noted no more often than this: reading pages stays free of writing."""
WARNED_BEFORE = timedelta(minutes=5)
"""How long before an idle sign-in ends its owner is asked to stay."""


def lifetime_of(account: Account, settings: Settings) -> timedelta:
    """However busy it is, a sign-in of *account* ends after so long."""
    return settings.staff_sign_in_lifetime if account.is_staff else settings.sign_in_lifetime


def idle_limit_of(account: Account, settings: Settings) -> timedelta:
    """Unused for so long, a sign-in of *account* ends."""
    return settings.staff_sign_in_idle if account.is_staff else settings.sign_in_idle


def asks_for_code(account: Account) -> bool:
    """Whether signing in to *account* takes a code from an app beside the password or the link."""
    return account.is_staff or account.code_confirmed_at is not None


def begin_sign_in(
    session: Session,
    *,
    account: Account,
    settings: Settings,
    device: str = "",
    code_given: bool = False,
    instead_of: SignIn | None = None,
) -> tuple[SignIn, str]:
    """Begin a sign-in; returns it with the token for the cookie. *instead_of* ends with it."""
    now = datetime.now(UTC)
    if instead_of is not None:
        end_sign_in(session, sign_in=instead_of, reason=SignInEnd.NEW_SIGN_IN)
    token = new_token()
    sign_in = SignIn(
        account=account,
        token_hash=hash_of(token),
        begun_at=now,
        used_at=now,
        ends_at=now + lifetime_of(account, settings),
        code_given_at=now if code_given else None,
        device=device,
    )
    session.add(sign_in)
    session.flush()
    return sign_in, token


def end_sign_in(session: Session, *, sign_in: SignIn, reason: SignInEnd) -> None:
    """End one sign-in; the next request with its cookie is a visitor's."""
    if sign_in.ended_at is None:
        sign_in.ended_at = datetime.now(UTC)
        sign_in.end_reason = reason
        session.flush()


def end_sign_ins(
    session: Session, *, account_id: uuid.UUID, reason: SignInEnd, but: uuid.UUID | None = None
) -> int:
    """End all sign-ins of an account, *but* one where given; returns how many."""
    ended = (
        update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .values(ended_at=datetime.now(UTC), end_reason=reason)
        .returning(SignIn.id)
    )
    if but is not None:
        ended = ended.where(SignIn.id != but)
    return len(session.execute(ended).all())


def note_use(session: Session, *, sign_in: SignIn, now: datetime) -> None:
    """Note that *sign_in* was used *now*, so that it isn't idle."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in.id, SignIn.ended_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def is_live(sign_in: SignIn, *, settings: Settings, now: datetime) -> bool:
    """Whether *sign_in* still counts: not ended, not too old, not idle, not of a suspended account."""
    return (
        sign_in.ended_at is None
        and now < sign_in.ends_at
        and now < sign_in.used_at + idle_limit_of(sign_in.account, settings)
        and sign_in.account.suspended_at is None
    )


def is_complete(sign_in: SignIn) -> bool:
    """Whether nothing is missing any more: the code was given where the account asks for one."""
    return sign_in.code_given_at is not None or not asks_for_code(sign_in.account)
