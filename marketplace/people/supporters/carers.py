"""A carer's time: how it is typed, and how it becomes a part of the needs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.matching.needs import clock, parse_window
from marketplace.people.supporters.models import Carer
from marketplace.vocabulary import Day

MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 24 * MINUTES_AN_HOUR
MOST_SPANS = 4
"""Times of work on one day."""

_SPAN = re.compile(
    r"\s*(?P<start>.+?)\s*(?:-|–|—|\bto\b|\btill\b|\buntil\b)\s*(?P<end>.+?)\s*", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:,|;|&|\band\b)\s*", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.\s]?(?P<minute>\d{2}))?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE
)
_WORDS = {"midday": 12 * MINUTES_AN_HOUR, "noon": 12 * MINUTES_AN_HOUR, "midnight": MINUTES_A_DAY}


class TimesError(ValueError):
    """What was typed is no time of a day."""


def parse_times(text: str) -> list[str]:
    """'9:30 to 2.30pm and 17-19' as ['09:30-14:30', '17:00-19:00'].

    A span that ends before it begins goes past midnight. Raises ``TimesError``.
    """
    spans = []
    for piece in filter(None, _BETWEEN.split(text.strip())):
        found = _SPAN.fullmatch(piece)
        if found is None:
            raise TimesError(piece)
        start, end = _minutes(found["start"]), _minutes(found["end"])
        if start == MINUTES_A_DAY:
            start = 0
        if start == end:
            raise TimesError(piece)
        spans.append(f"{clock(start)}-{clock(end, is_end=True)}")
    if len(spans) > MOST_SPANS:
        raise TimesError(text)
    return spans


def times_text(spans: Sequence[str]) -> str:
    """The other way: '09:30 to 14:30, 17:00 to 19:00'."""
    return ", ".join(" to ".join(span.split("-")) for span in spans)


def merged(carers: Sequence[Carer]) -> dict[str, Any]:
    """What several carers told, as the one ``carer`` of a needs document.

    Work of either counts, so that a match covers the hours when one of them can't be there; of
    breaks and notice the largest counts, so that what suits the one doesn't fail the other.
    """
    told: dict[str, Any] = {
        "works": works_of([carer.works for carer in carers]),
        "shortest_break_minutes": _largest([carer.shortest_break_minutes for carer in carers]),
        "breaks_wanted_hours": _largest([carer.breaks_wanted_hours for carer in carers]),
        "notice_days": _largest([carer.notice_days for carer in carers]),
    }
    return {name: value for name, value in told.items() if value not in (None, {})}


def works_of(all_of_them: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The hours of work of all, by day, in the order of the week and of the day; said once."""
    days: dict[str, list[str]] = {}
    for day in Day:
        spans = {span for works in all_of_them for span in works.get(day.value, ())}
        if spans:
            days[day.value] = sorted(spans)
    return days


def hours_at_work(works: Mapping[str, Sequence[str]]) -> float:
    """Hours a week."""
    minutes = 0
    for day, spans in works.items():
        for span in spans:
            window = parse_window(Day(day), span)
            if window is not None:
                minutes += window.end - window.start
    return minutes / MINUTES_AN_HOUR


def _largest(values: Sequence[Any]) -> Any:
    known = [value for value in values if value is not None]
    return max(known) if known else None


def _minutes(text: str) -> int:
    word = _WORDS.get(text.strip().casefold())
    if word is not None:
        return word
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise TimesError(text)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or "").replace(".", "").casefold()
    if half and not 1 <= hour <= 12:
        raise TimesError(text)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    total = hour * MINUTES_AN_HOUR + minute
    if minute >= MINUTES_AN_HOUR or total > MINUTES_A_DAY:
        raise TimesError(text)
    return total
