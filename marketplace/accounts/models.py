"""Tables of accounts, their roles, and the ways to sign in."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Role, Word

STAFF_ROLES = frozenset({Role.PRACTITIONER, Role.MODERATOR, Role.COMMISSIONER, Role.ADMINISTRATOR})
"""Roles that see other people's records or decide about listings: they also need a code."""


class LinkPurpose(Word):
    """What a link in a mail lets its reader do, once."""

    SIGN_IN = "sign_in", N_("Sign in")
    JOIN = "join", N_("Open an account")
    NEW_PASSWORD = "new_password", N_("Choose a new password")
    NEW_EMAIL = "new_email", N_("Confirm a new e-mail address")


class SignInEnd(Word):
    """Why a sign-in ended."""

    SIGNED_OUT = "signed_out", N_("You signed out")
    ENDED_ELSEWHERE = "ended_elsewhere", N_("You ended it from another device")
    NEW_PASSWORD = "new_password", N_("The password was changed")
    NEW_SIGN_IN = "new_sign_in", N_("You signed in again")
    SUSPENDED = "suspended", N_("The account was suspended")


class Account(Base):
    """Someone who can sign in. What they may do follows from their roles and their relationships."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    """What to call them."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2; None for those who only use links from mail."""
    created_at: Mapped[datetime]
    email_confirmed_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    code_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Secret of the code app, encrypted with a key made from the settings' secret."""
    code_confirmed_at: Mapped[datetime | None]
    """From then on signing in asks for a code."""
    code_last_step: Mapped[int | None] = mapped_column(BigInteger)
    """The 30-second step of the last code used: an old or repeated code is refused."""
    is_example: Mapped[bool] = mapped_column(default=False)

    grants: Mapped[list[RoleGrant]] = relationship(
        cascade="all, delete-orphan",
        lazy="selectin",
        order_by="RoleGrant.role",
        foreign_keys="RoleGrant.account_id",
    )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)


class RoleGrant(Base):
    """A role of an account: who gave it, when, and for which council or organisation."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role))
    organisation: Mapped[str] = mapped_column(String(120), default="")
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class RoleCouncil(Base):
    """A council that a commissioner works for: they see its pages and no other's. It goes with the role."""

    __tablename__ = "role_council"

    grant_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("role_grant.id", ondelete="CASCADE"), primary_key=True
    )
    council_code: Mapped[str] = mapped_column(String(9), primary_key=True)
    """ONS code of a council with adult social care."""
    given_at: Mapped[datetime]
    given_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class SignIn(Base):
    """One signed-in browser. The cookie holds a token; here is only its hash.

    A new token is made at every sign-in and when the code is given, so a cookie from before is worth
    nothing afterwards.
    """

    __tablename__ = "sign_in"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    begun_at: Mapped[datetime]
    used_at: Mapped[datetime]
    """Kept to the minute: it says whether the sign-in is idle."""
    ends_at: Mapped[datetime]
    """However busy it is, it ends then."""
    code_given_at: Mapped[datetime | None]
    """Staff pages open only after the code."""
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[SignInEnd | None] = mapped_column(enum_type(SignInEnd))
    device: Mapped[str] = mapped_column(String(80), default="")
    """In words that its owner recognises: 'Firefox on Windows'."""

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class MailedLink(Base):
    """A link that was mailed, good once and for a short time. Only the hash of its token is kept."""

    __tablename__ = "mailed_link"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_type(LinkPurpose))
    email: Mapped[str] = mapped_column(String(254), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code on paper for someone who has lost the device with the code app; good once."""

    __tablename__ = "recovery_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime | None]
