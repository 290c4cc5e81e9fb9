"""Keeping what people want, for providers to read: the very rows of the weekly gap report.

Both are counted in one go, from the same people at the same moment. Two counts of different days would
differ by whoever joined between them, and that can be one person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.gaps.wanted import WantedRow
from marketplace.listing.wanted.models import WantedCount


def keep_wanted(session: Session, rows: Iterable[WantedRow], *, today: date) -> None:
    """Put *rows* in place of those that are kept, within the caller's transaction."""
    kept = [
        {
            "district_code": row.district_code,
            "theme": row.theme,
            "band": row.band,
            "level": row.level,
            "asked": row.asked,
            "unmet": row.unmet,
            "hindrance": row.hindrance,
            "counted_on": today,
        }
        for row in rows
    ]
    session.execute(delete(WantedCount))
    if kept:
        session.execute(insert(WantedCount), kept)
