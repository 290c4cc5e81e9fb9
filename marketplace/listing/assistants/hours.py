"""The hours when a Personal Assistant can work: a grid of days and parts of the day, or exact times. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time

from marketplace.matching.needs import clock, parse_window
from marketplace.offers.document import SessionSaid
from marketplace.vocabulary import Day, TimeOfDay

MINUTES_AN_HOUR = 60
_MORNING = 9 * MINUTES_AN_HOUR
_MIDDAY = 12 * MINUTES_AN_HOUR
_EVENING_LENGTH = 4 * MINUTES_AN_HOUR

Span = tuple[int, int]
"""Minutes after midnight, from and to; past midnight the end is above 1440."""


def span_of(part: TimeOfDay, *, evening_starts: time) -> Span:
    """The hours of a part of the day, the same as people choose from when they say when they can go."""
    evening = evening_starts.hour * MINUTES_AN_HOUR + evening_starts.minute
    match part:
        case TimeOfDay.MORNING:
            return _MORNING, _MIDDAY
        case TimeOfDay.AFTERNOON:
            return _MIDDAY, evening
        case TimeOfDay.EVENING:
            return evening, min(evening + _EVENING_LENGTH, 24 * MINUTES_AN_HOUR)


ALL_TICKS = tuple(f"{day.value}-{part.value}" for day in Day for part in TimeOfDay)
"""Names of the boxes of the grid: 'tue-evening'."""


def sessions_of_ticks(ticks: Iterable[str], *, evening_starts: time) -> tuple[SessionSaid, ...]:
    """The sessions of ticked boxes; parts of a day that touch become one."""
    spans: dict[Day, list[Span]] = {}
    for tick in ticks:
        day, _, part = tick.partition("-")
        spans.setdefault(Day(day), []).append(span_of(TimeOfDay(part), evening_starts=evening_starts))
    return _sessions(spans)


def ticks_of(sessions: Iterable[SessionSaid], *, evening_starts: time) -> frozenset[str]:
    """The boxes that lie wholly within the sessions."""
    spans = _spans(sessions)
    return frozenset(
        f"{day.value}-{part.value}"
        for day in Day
        for part in TimeOfDay
        if _covers(spans.get(day, ()), span_of(part, evening_starts=evening_starts))
    )


def needs_exact_times(sessions: Sequence[SessionSaid], *, evening_starts: time) -> bool:
    """Whether the grid would say something else than *sessions*."""
    ticks = ticks_of(sessions, evening_starts=evening_starts)
    return sessions_of_ticks(ticks, evening_starts=evening_starts) != tuple(sessions)


def sessions_of_times(times: Mapping[str, Sequence[str]]) -> tuple[SessionSaid, ...]:
    """The sessions of times by day, written as in a needs document: ``{'mon': ['09:30-14:30']}``."""
    spans: dict[Day, list[Span]] = {}
    for day, windows in times.items():
        for text in windows:
            window = parse_window(Day(day), text)
            if window is not None:
                start = window.start % (24 * MINUTES_AN_HOUR)
                spans.setdefault(Day(day), []).append((start, start + window.end - window.start))
    return _sessions(spans)


def times_of(sessions: Iterable[SessionSaid]) -> dict[str, list[str]]:
    """The other way, for the form that shows them."""
    return {
        day.value: [f"{clock(start)}-{clock(end, is_end=True)}" for start, end in spans]
        for day, spans in _spans(sessions).items()
    }


def _sessions(spans: Mapping[Day, Iterable[Span]]) -> tuple[SessionSaid, ...]:
    return tuple(
        SessionSaid(day=day, starts=start, ends=end)
        for day in Day
        for start, end in _joined(spans.get(day, ()))
    )


def _spans(sessions: Iterable[SessionSaid]) -> dict[Day, list[Span]]:
    found: dict[Day, list[Span]] = {}
    for session in sessions:
        found.setdefault(session.day, []).append((session.starts, session.ends))
    return {day: _joined(found[day]) for day in Day if day in found}


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _covers(spans: Iterable[Span], wanted: Span) -> bool:
    return any(start <= wanted[0] and wanted[1] <= end for start, end in spans)
