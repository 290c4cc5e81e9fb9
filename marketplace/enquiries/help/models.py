"""Tables of help that people ask for without saying who they are."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Double,
    ForeignKey,
    SmallInteger,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Word


class HelpState(Word):
    """Where a request for help stands that a person posted without their name."""

    OPEN = "open", N_("Open")
    FOUND = "found", N_("Help was found")
    TAKEN_BACK = "taken_back", N_("Taken back")
    OVER = "over", N_("Over")


class HelpWanted(Base):
    """What a person needs help with, posted without saying who they are."""

    __tablename__ = "help_wanted"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(500))
    district_code: Mapped[str | None] = mapped_column(String(9), index=True)
    needs: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The needs document that providers are matched with; its postcode never leaves."""
    state: Mapped[HelpState] = mapped_column(enum_type(HelpState), default=HelpState.OPEN, index=True)
    posted_at: Mapped[datetime]
    posted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    open_until: Mapped[date]
    told: Mapped[int] = mapped_column(SmallInteger, default=0)
    """To how many providers it went."""
    form_token: Mapped[str] = mapped_column(String(64), unique=True)


class HelpTold(Base):
    """A provider that was told of a request, and what it answered."""

    __tablename__ = "help_told"

    help_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("help_wanted.id", ondelete="CASCADE"), primary_key=True
    )
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    told_at: Mapped[datetime]
    score: Mapped[float | None] = mapped_column(Double)
    answered_at: Mapped[datetime | None]
    can_help: Mapped[bool | None]
    words: Mapped[str] = mapped_column(String(500), default="")
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
