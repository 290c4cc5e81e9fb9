"""Tables of gap reports, and of demand that a council brings."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.gaps.bands import TimeBand
from marketplace.vocabulary import N_, Theme, Word


class ReportState(Word):
    WAITING = "waiting", N_("Waiting")
    RUNNING = "running", N_("Being made")
    DONE = "done", N_("Done")
    FAILED = "failed", N_("It did not work")


class GapReport(Base):
    """One report of what is missing. Its document holds only counts that may be seen."""

    __tablename__ = "gap_report"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (document IS NOT NULL)", name="document_when_done"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_percent"),
        Index(
            "uq_gap_report_unfinished",
            "state",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    day: Mapped[date] = mapped_column(index=True)
    """Of which it tells, in London."""
    state: Mapped[ReportState] = mapped_column(enum_type(ReportState))
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Percent."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    """None for the one that is made by itself."""
    heard_of_at: Mapped[datetime | None]
    """When whoever makes it last said so; one that went silent is begun again."""
    done_at: Mapped[datetime | None]
    version: Mapped[str] = mapped_column(String(30), default="")
    """Of the rules that it was made with."""
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    problem: Mapped[str] = mapped_column(String(300), default="")


class BroughtDemand(Base):
    """A file of demand that a council brought: people counted elsewhere, by district and theme."""

    __tablename__ = "brought_demand"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    council_code: Mapped[str] = mapped_column(String(9), index=True)
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(300), default="")
    """Where the numbers come from."""
    counted_on: Mapped[date | None]
    weight: Mapped[Decimal]
    brought_at: Mapped[datetime]
    brought_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    removed_at: Mapped[datetime | None]

    rows: Mapped[list[BroughtRow]] = relationship(cascade="all, delete-orphan", order_by="BroughtRow.line")


class BroughtRow(Base):
    """One line of a council's file."""

    __tablename__ = "brought_row"
    __table_args__ = (
        CheckConstraint("people > 0", name="some"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_known"),
    )

    demand_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("brought_demand.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    district_code: Mapped[str] = mapped_column(String(9))
    theme: Mapped[Theme] = mapped_column(enum_type(Theme))
    band: Mapped[TimeBand] = mapped_column(enum_type(TimeBand))
    level: Mapped[int] = mapped_column(SmallInteger)
    """1 to 4, or 5 where it is not said."""
    people: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Text, default="")
