"""Tables of people and of the anonymous journeys that find a match."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, UtcDateTime
from marketplace.matching.needs import Needs, parse_needs


class Person(Base):
    """Someone who draws on care and support and looks for a meaningful day.

    ``answers`` is the needs document, in the one format that the journey, the command line and
    the gap report share; ``to_needs`` is the only way from here to matching.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("support_level IS NULL OR support_level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("age IS NULL OR age BETWEEN 16 AND 120", name="age_sane"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), unique=True
    )
    """None for someone who is not online: a practitioner or supporter fills in for them."""
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    first_name: Mapped[str] = mapped_column(String(60))
    age: Mapped[int | None] = mapped_column(SmallInteger)
    district_code: Mapped[str | None] = mapped_column(String(9), index=True)
    support_level: Mapped[int | None] = mapped_column(SmallInteger, index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    counts_in_gaps: Mapped[bool] = mapped_column(default=False)
    """The person agreed to be counted, without being named, in what is missing near them."""
    is_example: Mapped[bool] = mapped_column(default=False)
    family_name: Mapped[str] = mapped_column(String(80), default="")
    """Hidden from providers until the person chooses."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Grows with every change: a form that began from an older one is shown the conflict."""
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    def to_needs(self) -> Needs:
        return parse_needs({**self.answers, "reference": self.reference})


class FindJourney(Base):
    """The answers of a visitor without an account.

    Only a hash of the visitor's token is kept, so nobody who reads the table can become them.
    Deleted after the idle period, and at once when the visitor clears the answers.
    """

    __tablename__ = "find_journey"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When what was looked for was counted, without its words: once for each visitor."""

    def to_needs(self) -> Needs:
        return parse_needs(self.answers)
