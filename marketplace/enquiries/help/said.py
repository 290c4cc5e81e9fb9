"""What is read out of a request in a person's own words: the times, and the wish without its beginning.

    slots_said("Someone to take me swimming on Thursday evenings") == {(Day.THU, TimeOfDay.EVENING)}
    wish_in("Someone to take me swimming on Thursday evenings") == "swimming on Thursday evenings"

Pure, and only a proposal: the person sees what was read, and changes it. Saying no time is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import time
from typing import Any, NamedTuple

from marketplace.matching.needs import Window, clock, parse_window
from marketplace.vocabulary import Day, TimeOfDay

NINE, MIDDAY, MIDNIGHT = 9 * 60, 12 * 60, 24 * 60
EVENING_LENGTH = 4 * 60
LEAST_MINUTES = 60
"""So much time in a part of a day counts as having time then."""

_WEEKDAYS = tuple(day for day in Day if not day.is_weekend)
_WEEKEND = tuple(day for day in Day if day.is_weekend)
_DAYS: Mapping[str, Sequence[Day]] = {
    **{str(day.label).casefold(): (day,) for day in Day},
    **{f"{str(day.label).casefold()}s": (day,) for day in Day},
    **dict.fromkeys(("weekday", "weekdays"), _WEEKDAYS),
    **dict.fromkeys(("weekend", "weekends"), _WEEKEND),
    **dict.fromkeys(("daily", "everyday"), tuple(Day)),
    "mon": (Day.MON,),
    "mons": (Day.MON,),
    "tue": (Day.TUE,),
    "tues": (Day.TUE,),
    "weds": (Day.WED,),
    "thu": (Day.THU,),
    "thur": (Day.THU,),
    "thurs": (Day.THU,),
    "fri": (Day.FRI,),
    "fris": (Day.FRI,),
}
"""Short names that are words of their own ('sat', 'sun', 'wed') are left out."""
_MORNING, _AFTERNOON, _EVENING = TimeOfDay
_PARTS: Mapping[str, Sequence[TimeOfDay]] = {
    **dict.fromkeys(("morning", "mornings", "breakfast"), (_MORNING,)),
    **dict.fromkeys(("afternoon", "afternoons", "lunchtime", "lunchtimes", "teatime"), (_AFTERNOON,)),
    **dict.fromkeys(("evening", "evenings", "eve", "night", "nights", "nighttime"), (_EVENING,)),
    **dict.fromkeys(("daytime", "daytimes"), (_MORNING, _AFTERNOON)),
}
_BUT = frozenset({"not", "except", "but", "no", "never"})
_GOES_ON = frozenset({"on", "in", "the", "a", "any", "of", "and", "or"})
_WORD = re.compile(r"\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b|[a-z]+|[.;!?]")
_HOUR = re.compile(r"(\d{1,2})(?:[:.]\d\d)? ?([ap])")
_BEGINNING = re.compile(
    r"^\W*(?:i (?:want|need|would like|am looking for|look for)|i'd like|i'm looking for|looking for)?\W*"
    r"(?:someone|somebody|a person|a pa|a buddy|anyone|help)?\W*"
    r"(?:who (?:can|could|will)|that can|to)?\W*"
    r"(?:take me|bring me|come with me|go with me|go|come|help me|support me)\b\W*(?:to (?:the )?|with (?:the )?)?",
    re.IGNORECASE,
)


class Slot(NamedTuple):
    """A part of a day of the week."""

    day: Day
    part: TimeOfDay

    @property
    def value(self) -> str:
        """As a form sends it: 'thu-evening'."""
        return f"{self.day.value}-{self.part.value}"


ALL_SLOTS = tuple(Slot(day, part) for day in Day for part in TimeOfDay)


def slots_said(text: str, *, evening: time = time(17)) -> frozenset[Slot]:
    """The parts of the week that *text* names; none where it names no time.

    Days belong with the parts of the day that follow: 'Monday mornings and Thursday evenings' is two.
    A day after 'not' or 'except' is taken away; an hour ('6pm') stands for its part of the day.
    """
    said: set[Slot] = set()
    ruled_out: set[Slot] = set()
    named = False
    for group in _groups(text, evening=evening):
        days = group.days or list(Day)
        slots = {Slot(day, part) for day in days for part in (group.parts or list(TimeOfDay))}
        if group.is_out:
            ruled_out |= slots
        else:
            named = True
            said |= slots
    if ruled_out and not named:
        said = set(ALL_SLOTS)
    return frozenset(said - ruled_out)


class _Group:
    """Days and parts of the day that stand together."""

    def __init__(self, *, is_out: bool) -> None:
        self.days: list[Day] = []
        self.parts: list[TimeOfDay] = []
        self.is_out = is_out


def _groups(text: str, *, evening: time) -> list[_Group]:
    found: list[_Group] = []
    now = _Group(is_out=False)
    out_next = False
    was_day = False
    for word in _WORD.findall(text.casefold().replace("’", "'")):
        days, parts = _DAYS.get(word, ()), _parts(word, evening=evening)
        if days or parts:
            # 'Monday mornings, Thursday': a day after the parts of other days begins anew.
            ends = days and now.parts and now.days and not was_day
            if out_next or ends:
                found.append(now)
                now = _Group(is_out=out_next)
            was_day = bool(days)
            now.days.extend(days)
            now.parts.extend(parts)
            out_next = False
        elif word in _BUT:
            out_next = True
        elif word in ".;!?":
            out_next = False
            if now.is_out or now.parts:  # 'Sunday is fine. Mornings': days wait for their part
                found.append(now)
                now = _Group(is_out=False)
        elif word not in _GOES_ON:
            out_next = False
    found.append(now)
    return [group for group in found if group.days or group.parts]


def _parts(word: str, *, evening: time) -> Sequence[TimeOfDay]:
    hour = _HOUR.match(word)
    if hour is None:
        return _PARTS.get(word, ())
    number = int(hour[1]) % 12 + (12 if hour[2] == "p" else 0)
    if number < MIDDAY // 60:
        return (_MORNING,)
    return (_EVENING,) if number >= evening.hour else (_AFTERNOON,)


def wish_in(text: str) -> str:
    """What the help is for, without 'someone to take me': of a helper that says nothing."""
    rest = _BEGINNING.sub("", text, count=1).strip()
    return rest or text.strip()


def when_of(slots: Iterable[Slot], *, evening: time) -> dict[str, list[str]]:
    """The times of a needs document; parts of a day that touch become one. All of the week is no limit."""
    chosen = frozenset(slots)
    if not chosen or len(chosen) == len(ALL_SLOTS):
        return {}
    when: dict[str, list[str]] = {}
    for day in Day:
        spans: list[tuple[int, int]] = []
        for part in TimeOfDay:
            if Slot(day, part) not in chosen:
                continue
            start, end = _span(part, evening=evening)
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        if spans:
            when[day.value] = [f"{clock(start)}-{clock(end, is_end=True)}" for start, end in spans]
    return when


def slots_of(when: Mapping[str, Any], *, evening: time) -> frozenset[Slot]:
    """The parts of the week in which the times of a needs document leave an hour."""
    windows = [
        window
        for day, ranges in when.items()
        for text in ranges
        if (window := parse_window(Day(day), text)) is not None
    ]
    return frozenset(slot for slot in ALL_SLOTS if _has_time(slot, windows, evening=evening))


def _has_time(slot: Slot, windows: Collection[Window], *, evening: time) -> bool:
    start, end = (slot.day.position * MIDNIGHT + minute for minute in _span(slot.part, evening=evening))
    return any(min(window.end, end) - max(window.start, start) >= LEAST_MINUTES for window in windows)


def _span(part: TimeOfDay, *, evening: time) -> tuple[int, int]:
    """Minutes of the day: mornings from 9 to 12, afternoons until evening, evenings four hours."""
    begins = evening.hour * 60 + evening.minute
    return {
        TimeOfDay.MORNING: (NINE, MIDDAY),
        TimeOfDay.AFTERNOON: (MIDDAY, begins),
        TimeOfDay.EVENING: (begins, min(begins + EVENING_LENGTH, MIDNIGHT)),
    }[part]
