"""The table of what was searched for. It holds counts only: no words, no times of day, nobody's answers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.hindrances import Hindrance
from marketplace.vocabulary import Theme

MET = ""
"""Stands where something fitted, so that nothing hindered."""


class SearchCount(Base):
    """How many searches of one week asked for a theme in a part of the week, from one postcode sector.

    A search with several themes or parts of the week counts in each. The sector is as near as it ever
    gets; it is never shown, only whole districts and outcodes are.
    """

    __tablename__ = "search_count"
    __table_args__ = (
        CheckConstraint("searches > 0", name="some"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_known"),
    )

    week: Mapped[date] = mapped_column(primary_key=True)
    """Its Monday, in London."""
    sector: Mapped[str] = mapped_column(String(7), primary_key=True)
    """Like 'NG18 1'; empty where only the district was said."""
    district_code: Mapped[str] = mapped_column(String(9), primary_key=True)
    theme: Mapped[Theme] = mapped_column(enum_type(Theme), primary_key=True)
    band: Mapped[TimeBand] = mapped_column(enum_type(TimeBand), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """1 to 4, or 5 where it was not said."""
    hindrance: Mapped[str] = mapped_column(String(60), primary_key=True)
    """What stopped the offers about it first (``Hindrance``), or ``MET``."""
    searches: Mapped[int] = mapped_column(Integer)


def hindrance_of(row: SearchCount) -> Hindrance | None:
    """None where something fitted."""
    return Hindrance(row.hindrance) if row.hindrance else None
