"""Working days in England: Monday to Friday without bank holidays, as days in London.

Bank holidays are those of England and Wales that ``matching.bank_holidays`` reads from the dates of
GOV.UK; after the last known one (the end of 2028) only weekends are free.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from marketplace.matching.bank_holidays import bank_holidays
from marketplace.settings import LONDON

HOURS_A_DAY = 8
"""What a working day counts for in ``working_hours``; 9 in the morning to 5, on the clock in London."""
_OPENS, _CLOSES = 9, 9 + HOURS_A_DAY


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday of England and Wales."""
    return day.weekday() < 5 and day not in _holidays()


def add_working_days(day: date, n: int) -> date:
    """The *n*-th working day after *day*; *day* itself is never counted. ``n=0`` gives *day* back.

    Days are days in London. Raises ``ValueError`` where *n* is negative.
    """
    if n < 0:
        raise ValueError(f"{n} working days are in the past")
    for _ in range(n):
        day = next(_working_days_after(day))
    return day


def after_working_days(since: datetime, n: int) -> datetime:
    """The same time on the clock in London, *n* working days after *since*, which needs a zone.

    What came on a Monday at 14:00 has waited three working days on Thursday at 14:00. The clocks change
    on Sundays, so for *n* > 0 there is exactly one such moment. Raises ``ValueError`` for a negative *n*.
    """
    local = since.astimezone(LONDON)
    return datetime.combine(add_working_days(local.date(), n), local.time(), tzinfo=LONDON)


def working_hours(since: datetime, until: datetime) -> float:
    """Hours between two moments that lie within working hours: 9 to 5 in London on working days.

    Both need a zone; 0.0 where *until* is not later. A whole working day gives ``HOURS_A_DAY``.
    """
    start, end = since.astimezone(LONDON), until.astimezone(LONDON)
    if end <= start:
        return 0.0
    total = 0.0
    day = start.date()
    while day <= end.date():
        if is_working_day(day):
            # Within one day between 9 and 5 no clock changes, so wall times subtract truly.
            first = max(_hour(start), _OPENS) if day == start.date() else _OPENS
            last = min(_hour(end), _CLOSES) if day == end.date() else _CLOSES
            total += max(0.0, last - first)
        day += timedelta(days=1)
    return total


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60 + moment.second / 3600


def _working_days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        if is_working_day(day):
            yield day


@lru_cache(maxsize=1)
def _holidays() -> frozenset[date]:
    return frozenset(holiday.date for holiday in bank_holidays())
