"""Tables of those who help a person, and of carers' own needs."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Word


class Basis(Word):
    """What entitles someone to act for, or see the record of, another person."""

    CONSENT = "consent", N_("The person agreed")
    ATTORNEY = "attorney", N_("Lasting power of attorney")
    DEPUTY = "deputy", N_("Deputy of the Court of Protection")
    SUITABLE_PERSON = "suitable_person", N_("Suitable or authorised person for a direct payment")
    BEST_INTERESTS = "best_interests", N_("Best interests decision")


class Scope(Word):
    """How much a supporter may do; each includes the ones before."""

    LOOK = "look", N_("Look")
    HELP = "help", N_("Look and help to fill in")
    ACT = "act", N_("Look, fill in, and act for the person")


class SupportEnd(Word):
    """Why someone's support on this site ended."""

    WITHDRAWN = "withdrawn", N_("The person ended it")
    DECLINED = "declined", N_("The invitation was turned down")
    STOPPED = "stopped", N_("The supporter stopped")
    PRACTITIONER = "practitioner", N_("A practitioner ended it")


class Supporter(Base):
    """Someone who may see or help with a person's record: on which basis, how far, until when."""

    __tablename__ = "supporter"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint(
            "basis <> 'best_interests' OR length(basis_reason) > 0", name="reason_for_best_interests"
        ),
        CheckConstraint(
            "accepted_at IS NULL OR account_id IS NOT NULL OR ended_at IS NOT NULL",
            name="accepted_by_an_account",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    """None until the invitation is accepted."""
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    relationship_words: Mapped[str] = mapped_column("relationship", String(60), default="")
    """In the person's words: 'my sister'."""
    basis: Mapped[Basis] = mapped_column(enum_type(Basis))
    basis_reason: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[Scope] = mapped_column(enum_type(Scope))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invitation_expires_at: Mapped[datetime | None]
    invited_at: Mapped[datetime]
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    end_reason: Mapped[SupportEnd | None] = mapped_column(enum_type(SupportEnd))


class Carer(Base):
    """What an unpaid carer needs for themselves, kept apart from the record of the person.

    Matching reads it only while the person agrees that their matches respect it.
    """

    __tablename__ = "carer"
    __table_args__ = (
        UniqueConstraint("account_id", "person_id"),
        CheckConstraint(
            "shortest_break_minutes IS NULL OR shortest_break_minutes BETWEEN 15 AND 10080", name="break_sane"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    works: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Hours of paid work by day, as in the needs document: ``{"mon": ["09:30-14:30"]}``."""
    shortest_break_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    breaks_wanted_hours: Mapped[float | None] = mapped_column(Numeric(5, 1, asdecimal=False))
    """Hours of break wanted in a week."""
    notice_days: Mapped[int | None] = mapped_column(SmallInteger)
    """How long before a change they need to know."""
    own_words: Mapped[str] = mapped_column(Text, default="")
    counts_in_matches: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
