"""Schedules of Open Referral (a small part of RFC 5545) as sessions of ours.

A session has one weekday and two times. What a schedule says and a session can't hold (every third week,
a day of the month) gives no session: its times are then not known, and asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from marketplace.vocabulary import Repeats

MINUTES_A_DAY = 24 * 60
LONGEST_MINUTES = 16 * 60
"""A session that seems longer is a slip, mostly an afternoon written as a morning."""
MOST_SESSIONS = 100
_ANCHOR = date(2024, 1, 1)
"""A Monday. Where a monthly schedule tells no date, its first is counted from here."""

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)[A-Z]*")
_TIME = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.]\d{2}(?:\.\d+)?)?\s*([ap]m)?(?:z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")


class Times(NamedTuple):
    """One session: ``day`` 0 is Monday; minutes after midnight, past midnight above 1440."""

    day: int
    start: int
    end: int
    repeats: Repeats
    first: date | None
    last: date | None


class _Day(NamedTuple):
    number: int
    nth: int | None
    """1 to 5, or -1 for the last of the month."""


class _Clock(NamedTuple):
    start: int
    end: int


class _Span(NamedTuple):
    """The dates of a schedule."""

    anchor: date | None
    """From which every second week is counted."""
    begin: date | None
    last: date | None


def sessions_of(schedules: Iterable[dict[str, Any]]) -> tuple[list[Times], list[str]]:
    """Sessions that *schedules* state, and what could not be read of them.

    Those that are over are kept: an offer whose sessions are all over is not one whose times nobody knows.
    """
    found: dict[Times, None] = {}
    problems: list[str] = []
    for schedule in schedules:
        try:
            for times in _sessions(schedule):
                found[times] = None
        except _UnreadableError as problem:
            problems.append(str(problem))
    ordered = sorted(found, key=lambda times: times[:3])
    return ordered[:MOST_SESSIONS], problems


def rhythms_in_words(schedules: Iterable[dict[str, Any]]) -> list[str]:
    """What no session can show of *schedules*: 'First and third Saturday of the month', 'Every 3 weeks, Monday'."""
    said: dict[str, None] = {}
    for schedule in schedules:
        try:
            days = _days(schedule.get("byday"))
            interval = _interval(schedule)
        except _UnreadableError:
            continue
        freq = str(schedule.get("freq") or "").strip().upper()
        if freq == "MONTHLY" and interval == 1:
            for number in dict.fromkeys(day.number for day in days if day.nth):
                which = [_NTH[day.nth] for day in days if day.number == number and day.nth]
                said[f"{' and '.join(which).capitalize()} {_NAMES[number]} of the month"] = None
        elif interval > (2 if freq == "WEEKLY" else 1) and freq in {"WEEKLY", "MONTHLY"}:
            unit = "weeks" if freq == "WEEKLY" else "months"
            names = [f", {_NTH[day.nth] + ' ' if day.nth else ''}{_NAMES[day.number]}" for day in days]
            said[f"Every {interval} {unit}{''.join(names)}"] = None
    return list(said)


class _UnreadableError(ValueError):
    """The schedule says something that a session can't hold."""


def _sessions(schedule: dict[str, Any]) -> list[Times]:
    span = _span(schedule)
    days = _days(schedule.get("byday"))
    freq = str(schedule.get("freq") or "").strip().upper()
    if not days:
        day = _only_day(schedule, freq, span)
        if day is None:
            # Without a day and without times nothing is said that could be misread.
            if schedule.get("opens_at") or freq:
                raise _UnreadableError("no day of the week")
            return []
        if not freq:
            times = _clock(schedule)
            return [Times(day.weekday(), *times, Repeats.DATED, day, day)]
        days = [_Day(day.weekday(), None)]
    clock = _clock(schedule)
    interval = _interval(schedule)
    if freq in {"", "WEEKLY"}:
        sessions = [_weekly(day, clock, interval, span) for day in days]
    elif freq == "MONTHLY":
        sessions = [_monthly(day, clock, interval, span) for day in days]
    else:
        raise _UnreadableError(f"it repeats {freq[:20]}")
    sessions = _counted(sessions, schedule, span, interval)
    return [
        times for times in sessions if times.first is None or times.last is None or times.first <= times.last
    ]


def _span(schedule: dict[str, Any]) -> _Span:
    starts, valid_from = read_date(schedule.get("dtstart")), read_date(schedule.get("valid_from"))
    ends = [day for name in ("valid_to", "until") if (day := read_date(schedule.get(name)))]
    begin = max((day for day in (starts, valid_from) if day), default=None)
    last = min(ends, default=None)
    if begin and last and last < begin:
        raise _UnreadableError("it ends before it starts")
    return _Span(starts or valid_from, begin, last)


def _only_day(schedule: dict[str, Any], freq: str, span: _Span) -> date | None:
    """The date that stands for the day where no day of the week is named."""
    if freq == "MONTHLY" or schedule.get("bymonthday"):
        return None
    if freq or span.last in (None, span.begin):
        return span.anchor
    return None


def _weekly(day: _Day, clock: _Clock, interval: int, span: _Span) -> Times:
    if interval == 1:
        return Times(day.number, *clock, Repeats.WEEKLY, span.begin, span.last)
    if interval != 2:
        raise _UnreadableError(f"it is on every {interval} weeks")
    first = None
    if span.anchor and span.begin:
        # Every second week counts from the week of the anchor, whatever day of it that is.
        first = span.anchor - timedelta(days=span.anchor.weekday() - day.number)
        while first < span.begin:
            first += timedelta(weeks=2)
    return Times(day.number, *clock, Repeats.FORTNIGHTLY, first, span.last)


def _monthly(day: _Day, clock: _Clock, interval: int, span: _Span) -> Times:
    if interval != 1:
        raise _UnreadableError(f"it is on every {interval} months")
    if day.nth is None:
        return Times(day.number, *clock, Repeats.WEEKLY, span.begin, span.last)
    return Times(day.number, *clock, Repeats.MONTHLY, _nth(span.begin or _ANCHOR, day), span.last)


def _nth(since: date, day: _Day) -> date:
    """The first nth weekday of a month on or after *since*."""
    month = since.replace(day=1)
    while True:
        following = (month + timedelta(days=31)).replace(day=1)
        first = month + timedelta(days=(day.number - month.weekday()) % 7)
        weekdays = [first + timedelta(weeks=week) for week in range(5)]
        weekdays = [one for one in weekdays if one < following]
        at = -1 if day.nth == -1 else (day.nth or 1) - 1
        if at < len(weekdays) and weekdays[at] >= since:
            return weekdays[at]
        month = following


def _counted(sessions: list[Times], schedule: dict[str, Any], span: _Span, interval: int) -> list[Times]:
    """With a count of times: until the last of them. RFC 5545 counts all days together."""
    count = whole_number(schedule.get("count"))
    monthly = any(times.repeats is Repeats.MONTHLY for times in sessions)
    if not count or count < 0 or span.anchor is None or monthly:
        return sessions
    rounds = min(-(-count // len(sessions)), 1_000)
    last = span.anchor + timedelta(weeks=rounds * interval, days=-1)
    return [times._replace(last=min(last, times.last or last)) for times in sessions]


def _days(value: object) -> list[_Day]:
    """'MO,WE', ['MO', 'WE'], '1MO', 'Monday'."""
    texts = value if isinstance(value, list) else re.split(r"[,;\s]+", str(value or ""))
    days: dict[_Day, None] = {}
    for text in texts[:31]:
        word = str(text or "").strip().upper()
        if not word:
            continue
        match = _DAY.fullmatch(word)
        if match is None:
            raise _UnreadableError(f"{word[:20]!r} is not a day")
        nth = int(match[1]) if match[1] else None
        if nth is not None and nth < -1:
            raise _UnreadableError(f"{word[:20]!r} can't be kept")
        days[_Day(_DAYS.index(match[2]), nth)] = None
    return list(days)


def _interval(schedule: dict[str, Any]) -> int:
    value = schedule.get("interval")
    if value in (None, "", 0):
        return 1
    number = whole_number(value)
    if not number or number < 1:
        raise _UnreadableError("its interval is not a number")
    return number


def _clock(schedule: dict[str, Any]) -> _Clock:
    opens = _minutes(schedule.get("opens_at"), "opens_at")
    closes = _minutes(schedule.get("closes_at"), "closes_at")
    end = closes if closes > opens else closes + MINUTES_A_DAY
    if opens == MINUTES_A_DAY or not 0 < end - opens <= LONGEST_MINUTES:
        raise _UnreadableError(
            f"from {schedule.get('opens_at')!s:.20} to {schedule.get('closes_at')!s:.20} is no session"
        )
    return _Clock(opens, end)


def _minutes(value: object, name: str) -> int:
    text = str(value if value is not None else "").strip()
    match = _TIME.fullmatch(text.rpartition("T")[2])
    if not match:
        raise _UnreadableError(f"{name} is missing" if not text else f"{name} {text[:20]!r} is not a time")
    hour, minute = int(match[1]), int(match[2] or 0)
    half = (match[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if minute > 59 or hour * 60 + minute > MINUTES_A_DAY:
        raise _UnreadableError(f"{name} {text[:20]!r} is not a time")
    return hour * 60 + minute


def read_date(value: object) -> date | None:
    """The date of '2026-11-01' or '2026-11-01T10:00:00Z'; None for anything else."""
    match = _DATE.fullmatch(str(value).strip()) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    # '0001-01-01' and '9999-12-31' are what some systems write where there is no date.
    return found if 1900 <= found.year <= 2100 else None


def whole_number(value: object) -> int | None:
    """An int from 2, '2' or 2.0; None for anything else and for what no field needs."""
    if isinstance(value, bool):
        return None
    text = str(value).strip() if value is not None else ""
    match = re.fullmatch(r"([+-]?\d{1,9})(?:\.0*)?", text, re.ASCII)
    return int(match[1]) if match else None
