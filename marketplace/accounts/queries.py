"""Reading accounts and sign-ins."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RecoveryCode, SignIn
from marketplace.accounts.tokens import hash_of


def account_of_email(session: Session, email: str) -> Account | None:
    """The account with the address *email*, which is in its normal form."""
    return session.scalars(select(Account).where(Account.email == email)).one_or_none()


def sign_in_of_token(session: Session, token: str) -> SignIn | None:
    """The sign-in, ended or not, whose cookie holds *token*; its account comes with it."""
    return session.scalars(select(SignIn).where(SignIn.token_hash == hash_of(token))).one_or_none()


def open_sign_ins(session: Session, *, account_id: uuid.UUID, now: datetime) -> Sequence[SignIn]:
    """Sign-ins that have not ended, the latest used first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.ends_at > now)
        .order_by(SignIn.used_at.desc(), SignIn.id)
    ).all()


def own_sign_in(session: Session, *, account_id: uuid.UUID, sign_in_id: uuid.UUID) -> SignIn:
    """The sign-in with that identifier, if it is this account's. Raises ``NoResultFound``."""
    return session.scalars(
        select(SignIn).where(SignIn.id == sign_in_id, SignIn.account_id == account_id)
    ).one()


def unused_recovery_codes(session: Session, *, account_id: uuid.UUID) -> int:
    """How many recovery codes are left."""
    return (
        session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )
