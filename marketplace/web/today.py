"""The day that it is in London: facts about offers, checks and rights change at its midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime

from marketplace.settings import LONDON


def now() -> datetime:
    """This moment in UTC; the one place to stand still in a test of midnights."""
    return datetime.now(UTC)


def london_day(moment: datetime) -> date:
    """The day in London at a moment with a zone."""
    return moment.astimezone(LONDON).date()


def london_today() -> date:
    return london_day(now())
