"""Tables of the gap register."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.gaps.bands import TimeBand
from marketplace.vocabulary import N_, Theme, Word


class GapState(Word):
    OPEN = "open", N_("Open")
    IN_HAND = "in_hand", N_("Something is being done")
    CLOSED = "closed", N_("Closed")
    SET_ASIDE = "set_aside", N_("Set aside")


class Gap(Base):
    """Something that is missing, that someone at a council takes on."""

    __tablename__ = "gap"
    __table_args__ = (
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 4", name="level_known"),
        CheckConstraint(
            "(state IN ('closed', 'set_aside')) = (closed_at IS NOT NULL)", name="closed_with_moment"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    """What people call it by: 'gap 12'."""
    council_code: Mapped[str] = mapped_column(String(9), index=True)
    district_code: Mapped[str | None] = mapped_column(String(9), index=True)
    """None for a gap of the whole council."""
    theme: Mapped[Theme | None] = mapped_column(enum_type(Theme))
    band: Mapped[TimeBand | None] = mapped_column(enum_type(TimeBand))
    level: Mapped[int | None] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[GapState] = mapped_column(enum_type(GapState), default=GapState.OPEN, index=True)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    report_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("gap_report.id", ondelete="SET NULL"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the report said when the gap was opened: counts as they may be seen."""
    closed_at: Mapped[datetime | None]
    closed_words: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the newest report said when it was closed."""
    evidence: Mapped[str] = mapped_column(Text, default="")
    """Of the investment case: what practitioners and people say, in the owner's words."""
    options: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[str] = mapped_column(Text, default="")
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    offers: Mapped[list[GapOffer]] = relationship(cascade="all, delete-orphan", order_by="GapOffer.noted_at")


class GapStep(Base):
    """One thing that was done or said about a gap."""

    __tablename__ = "gap_step"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    gap_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gap.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    state: Mapped[GapState | None] = mapped_column(enum_type(GapState))
    """Where it changed with this step."""
    words: Mapped[str] = mapped_column(Text, default="")


class GapOffer(Base):
    """An offer that closes a gap, or part of it."""

    __tablename__ = "gap_offer"

    gap_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gap.id", ondelete="CASCADE"), primary_key=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
