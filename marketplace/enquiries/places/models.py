"""Tables of places that are held or taken, and of turns on waiting lists."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Integer,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base


class TakenPlace(Base):
    """A place of a session that is held or taken. ``places_left`` counts down with it, in one statement."""

    __tablename__ = "taken_place"
    __table_args__ = (
        Index(
            "uq_taken_place_live",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("offer_session.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    enquiry_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("enquiry.id", ondelete="SET NULL"), index=True
    )
    taken_at: Mapped[datetime]
    held_until: Mapped[datetime | None] = mapped_column(index=True)
    """None once it is taken for good; a hold is released after this moment."""
    released_at: Mapped[datetime | None]


class WaitingPlace(Base):
    """A turn on the waiting list of an offer: first come, first offered."""

    __tablename__ = "waiting_place"
    __table_args__ = (
        Index(
            "uq_waiting_place_live",
            "offer_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    enquiry_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("enquiry.id", ondelete="SET NULL"), index=True
    )
    session_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The sessions that would do; empty is any."""
    turn: Mapped[int] = mapped_column(Integer)
    """Grows by one for each who joins the list of an offer."""
    joined_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """While no message passes the time to answer stands still: since when it does."""
    ended_at: Mapped[datetime | None]
