"""Tables of the matches that a person keeps, and of being told about new ones."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Word


class Keeping(Word):
    SAVED = "saved", N_("Saved")
    HIDDEN = "hidden", N_("Hidden")


class HideReason(Word):
    """Why a person doesn't want to see an offer again."""

    NOT_FOR_ME = "not_for_me", N_("It is not for me")
    TOO_FAR = "too_far", N_("It is too far")
    TOO_DEAR = "too_dear", N_("It costs too much")
    WRONG_TIME = "wrong_time", N_("The times are wrong")
    BEEN_THERE = "been_there", N_("I have been there before")
    WORRIED = "worried", N_("Something about it worries me")
    OTHER = "other", N_("Something else")


class Rhythm(Word):
    """How often a person is told about new offers that fit."""

    DAILY = "daily", N_("Each day")
    WEEKLY = "weekly", N_("Each week")
    MONTHLY = "monthly", N_("Each month")


class SavedMatch(Base):
    """An offer that a person saved or hid, with the result of matching as it was then."""

    __tablename__ = "saved_match"
    __table_args__ = (UniqueConstraint("person_id", "offer_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    keeping: Mapped[Keeping] = mapped_column(enum_type(Keeping))
    hide_reason: Mapped[HideReason | None] = mapped_column(enum_type(HideReason))
    note: Mapped[str] = mapped_column(String(500), default="")
    score: Mapped[float | None] = mapped_column(Double)
    rules_version: Mapped[str] = mapped_column(String(20))
    """The version of the published rules that gave the score."""
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The match as the command line prints it: parts, reasons, minutes, costs, what to ask."""
    kept_at: Mapped[datetime]
    kept_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class NewMatchAlert(Base):
    """'Tell me when something new fits': how often, and what is already known."""

    __tablename__ = "new_match_alert"

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    """Who is told."""
    rhythm: Mapped[Rhythm] = mapped_column(enum_type(Rhythm))
    known_offers: Mapped[list[str]] = mapped_column(JSON)
    """Identifiers of offers that fitted before: only others are news."""
    next_at: Mapped[datetime] = mapped_column(index=True)
    last_told_at: Mapped[datetime | None]
