"""The kept table of what people want. The database itself refuses a count that was never rounded."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Dialect, Integer, SmallInteger, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.vocabulary import Theme

_STAR = -1


class ShownCount(TypeDecorator[Shown]):
    """A count of people as it may be seen; a star is kept as -1."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Shown | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return _STAR if value.number is None else value.number

    def process_result_value(self, value: int | None, dialect: Dialect) -> Shown | None:
        if value is None:
            return None
        return Shown(None if value == _STAR else value)


def _was_rounded(column: str) -> str:
    return f"{column} IN ({_STAR}, 0) OR ({column} >= 10 AND {column} / 5 * 5 = {column})"


class WantedCount(Base):
    """How many people of a district ask for a theme in a part of the week, and for how many nothing fits.

    Counted anew each week. Only what ``gaps.disclosure`` lets through is kept, so that no reader of the
    table, whoever they are, finds a person in it.
    """

    __tablename__ = "wanted_count"
    __table_args__ = (
        CheckConstraint(f"unmet IS NULL OR {_was_rounded('unmet')}", name="unmet_was_rounded"),
        CheckConstraint(f"asked IS NULL OR {_was_rounded('asked')}", name="asked_was_rounded"),
        CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
    )

    district_code: Mapped[str] = mapped_column(String(9), primary_key=True)
    theme: Mapped[Theme] = mapped_column(enum_type(Theme), primary_key=True)
    band: Mapped[TimeBand] = mapped_column(enum_type(TimeBand), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """0 all levels together, 1 to 4, 5 for people who did not say theirs. Where a level has no row, nobody is
    at it or it is not told."""
    asked: Mapped[Shown | None] = mapped_column(ShownCount)
    unmet: Mapped[Shown | None] = mapped_column(ShownCount)
    hindrance: Mapped[Hindrance | None] = mapped_column(enum_type(Hindrance))
    counted_on: Mapped[date] = mapped_column(index=True)
