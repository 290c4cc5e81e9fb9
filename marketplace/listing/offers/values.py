"""Times, days, numbers and money as people type them, and back into text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 24 * MINUTES_AN_HOUR
KM_PER_MILE = 1.609344

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.\s]?(?P<minute>\d{2}))?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE
)
_CLOCK_WORDS = {
    "midday": 12 * MINUTES_AN_HOUR,
    "noon": 12 * MINUTES_AN_HOUR,
    "midnight": MINUTES_A_DAY,
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[a-z]{3,9})[\s./,-]+(\d{4}|\d{2})", re.IGNORECASE
)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_LONGEST = 40
_MORE_THAN_ANY_PRICE = Decimal(10) ** 12


class TypedError(ValueError):
    """What was typed is no such value."""


def parse_clock(text: str) -> int:
    """Minutes after midnight of '9:30', '2.30pm', '1400', 'midday'; midnight is 1440."""
    text = text.strip()[:_LONGEST]
    word = _CLOCK_WORDS.get(text.casefold())
    if word is not None:
        return word
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise TypedError(text)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or "").replace(".", "").casefold()
    if half:
        if not 1 <= hour <= 12:
            raise TypedError(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour * MINUTES_AN_HOUR + minute > MINUTES_A_DAY or minute >= MINUTES_AN_HOUR:
        raise TypedError(text)
    return hour * MINUTES_AN_HOUR + minute


def clock_text(minute: int) -> str:
    """The other way, as it stands in a field: '09:30'; what runs past midnight is of the next day."""
    minute %= MINUTES_A_DAY
    return f"{minute // MINUTES_AN_HOUR:02d}:{minute % MINUTES_AN_HOUR:02d}"


def parse_span(starts: str, ends: str) -> tuple[int, int]:
    """Minutes from and to. An end at or before the start is on the next day."""
    start, end = parse_clock(starts) % MINUTES_A_DAY, parse_clock(ends)
    if end % MINUTES_A_DAY == start:
        raise TypedError(ends)
    return start, end if end > start else end + MINUTES_A_DAY


def parse_day(text: str) -> date:
    """The day of '4 8 2027', '4/8/27', '4 August 2027' or '2027-08-04'; day before month."""
    text = text.strip()[:_LONGEST]
    iso = _ISO_DAY.fullmatch(text)
    found = None if iso else _DAY.fullmatch(text)
    if iso is not None:
        year, month, day = (int(part) for part in iso.groups())
    elif found is not None:
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
        year += 2000 if year < 100 else 0
    else:
        raise TypedError(text)
    try:
        return date(year, month, day)
    except ValueError:
        raise TypedError(text) from None


def day_text(day: date | None) -> str:
    """The other way, as it stands in a field: '4 8 2027'."""
    return "" if day is None else f"{day.day} {day.month} {day.year}"


def parse_pounds(text: str) -> Decimal:
    """'£4.50' or '1,200' in pounds."""
    try:
        amount = Decimal(text.strip()[:_LONGEST].lstrip("£").replace(",", "").strip())
    except InvalidOperation:
        raise TypedError(text) from None
    # More digits than a Decimal rounds are no price.
    if not amount.is_finite() or not 0 <= amount < _MORE_THAN_ANY_PRICE or amount != round(amount, 2):
        raise TypedError(text)
    return round(amount, 2)


def pounds_text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}".removesuffix(".00")


def parse_whole(text: str, *, least: int, most: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or not least <= int(text) <= most:
        raise TypedError(text)
    return int(text)


def parse_miles(text: str, *, most: int) -> float:
    """Miles as kilometres, to a hundred metres."""
    try:
        miles = float(text.strip()[:_LONGEST])
    except ValueError:
        raise TypedError(text) from None
    if not 0 < miles <= most:
        raise TypedError(text)
    return round(miles * KM_PER_MILE, 1)


def miles_text(km: float | None) -> str:
    return "" if km is None else f"{round(km / KM_PER_MILE, 1):g}"


def parts_of(text: str) -> Iterable[str]:
    """What stands between commas, semicolons and line breaks."""
    return filter(None, (part.strip() for part in re.split(r"[,;\n]", text)))


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    short = text[:3].casefold()
    if short not in _MONTHS:
        raise TypedError(text)
    return _MONTHS.index(short) + 1
