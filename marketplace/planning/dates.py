"""On which days something that repeats really happens, as far as that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.matching.bank_holidays import bank_holidays
from marketplace.vocabulary import BankHolidayRule, Repeats

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Repeating:
    """A time of the week: ``day_number`` 0 is Monday; *first* and *last* are in it, None is not known."""

    day_number: int
    repeats: Repeats
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Happens:
    """A day on which it happens, or may happen."""

    day: date
    is_sure: bool
    """False where only the provider knows: every two weeks from nobody knows when, or a bank holiday."""
    is_bank_holiday: bool


def days_on(
    times: Repeating,
    *,
    since: date,
    until: date,
    breaks: Iterable[tuple[date, date]] = (),
    on_bank_holidays: BankHolidayRule = BankHolidayRule.ASK,
) -> tuple[Happens, ...]:
    """The days from *since* to *until*, both in it, soonest first.

    *breaks* are first and last days on which nothing happens. Every two weeks counts from the first
    day. Once a month is the same weekday of the month as the first day; a fourth one that was also the
    last may mean either, so both are given in a month with five, neither of them sure. Bank holidays
    are those of England and Wales, known to the end of 2028.
    """
    pauses, holidays = tuple(breaks), {one.date for one in bank_holidays()}
    found = []
    for day, is_sure in _days(times, since, until):
        is_holiday = day in holidays
        if is_holiday and on_bank_holidays is BankHolidayRule.CLOSED:
            continue
        if any(first <= day <= last for first, last in pauses):
            continue
        doubtful = is_holiday and on_bank_holidays is BankHolidayRule.ASK
        found.append(Happens(day, is_sure and not doubtful, is_holiday))
    return tuple(found)


def _days(times: Repeating, since: date, until: date) -> Iterator[tuple[date, bool]]:
    if times.repeats is Repeats.DATED:
        if times.first is not None and since <= times.first <= until:
            yield times.first, True
        return
    start = max(since, times.first or since)
    end = min(until, times.last or until)
    day = _weekday_from(start, times.day_number)
    anchor = None if times.first is None else _weekday_from(times.first, times.day_number)
    while day <= end:
        is_sure = _is_on(day, times.repeats, anchor)
        if is_sure is not False:
            yield day, bool(is_sure)
        day += _WEEK


def _is_on(day: date, repeats: Repeats, anchor: date | None) -> bool | None:
    """Whether it happens on a day of its weekday; None where that can't be known."""
    if repeats is Repeats.WEEKLY:
        return True
    if anchor is None:
        return None
    if repeats is Repeats.FORTNIGHTLY:
        return (day - anchor).days % 14 == 0
    return _is_month_day(day, anchor)


def _is_month_day(day: date, anchor: date) -> bool | None:
    wanted, here = _nth(anchor), _nth(day)
    if wanted <= 3 or (wanted == 4 and not _is_last(anchor)):
        return here == wanted
    if wanted == 5:  # the fifth, or the last: the same in a month with five
        return True if here == 5 else (None if _is_last(day) else False)
    if here == 4 and _is_last(day):
        return True
    return None if here >= 4 else False


def _nth(day: date) -> int:
    return (day.day - 1) // 7 + 1


def _is_last(day: date) -> bool:
    return (day + _WEEK).month != day.month


def _weekday_from(day: date, number: int) -> date:
    return day + timedelta(days=(number - day.weekday()) % 7)
