"""What a person looks for: the needs document and its checks.

The document is the same wherever needs come from: the questions on the pages, a file given to
``marketplace match``, a profile, a case load. A field that is absent is *not known*; it is never
read as 'no'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from marketplace.matching.reading import Reader
from marketplace.vocabulary import (
    Day,
    Feature,
    FundingRoute,
    GoalStance,
    Priority,
    SupportLevel,
    Theme,
    TravelMode,
    TravelPass,
)

MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
MAX_GOALS = 20
MAX_GOAL_CHARACTERS = 500
MAX_AS_WRITTEN = 50
DEFAULT_IMPORTANCE = 2

_TIME_RANGE = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")


class NeedsError(ValueError):
    """The needs document has problems; each names its field and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Goal(NamedTuple):
    """One thing to keep doing, do more of, try or learn: a theme, own words, or both.

    It and the next three are named tuples: what was made of an answer is looked up by the answer, and a data
    class takes five times as long to be looked up.
    """

    theme: Theme | None = None
    text: str = ""
    importance: int = DEFAULT_IMPORTANCE
    """1 a little, 2 quite, 3 very important."""
    stance: GoalStance | None = None
    not_themes: tuple[Theme, ...] = ()
    """Themes that the words suggested and the person said they did not mean."""
    as_written: tuple[str, ...] = ()
    """Words that look like a spelling mistake and are meant as they stand."""

    @property
    def reading(self) -> tuple[str, tuple[Theme, ...], tuple[str, ...]]:
        """All that decides what the words mean: goals with the same reading are read once."""
        return self.text, self.not_themes, self.as_written


class Window(NamedTuple):
    """A time in the week when the person could come, in minutes from Monday 00:00.

    ``end`` may lie past the end of the day, and past the end of the week for Sunday night.
    """

    start: int
    end: int


class Travel(NamedTuple):
    modes: tuple[TravelMode, ...] = ()
    """Empty is not known."""
    max_minutes: int | None = None
    """One way."""
    wheelchair_space: bool = False
    with_support: bool = False
    passes: tuple[TravelPass, ...] = ()


class Carer(NamedTuple):
    """When whoever cares for the person works, and the breaks they need. All of it may be not known."""

    works: tuple[Window, ...] = ()
    shortest_break_minutes: int | None = None
    """Below this a break is hardly one. The person's own shortest visit stands apart."""
    breaks_wanted_hours: float | None = None
    """Hours a week of break, on top of the time at work."""
    notice_days: int | None = None
    """How long before they must know of a change."""


TRAVEL_NOT_TOLD, CARER_NOT_TOLD = Travel(), Carer()


@dataclass(frozen=True, slots=True)
class Needs:
    """A person's needs, as given. ``None`` and empty are 'not known'."""

    goals: tuple[Goal, ...]
    reference: str = ""
    postcode: str | None = None
    age: int | None = None
    support_level: SupportLevel | None = None
    travel: Travel = TRAVEL_NOT_TOLD
    when: tuple[Window, ...] = ()
    hours_wanted: float | None = None
    shortest_visit_minutes: int | None = None
    must_have: tuple[Feature, ...] = ()
    would_like: tuple[Feature, ...] = ()
    funding: FundingRoute | None = None
    weekly_budget: Decimal | None = None
    matters_most: tuple[Priority, ...] = ()
    carer: Carer = CARER_NOT_TOLD


def parse_needs(document: object) -> Needs:
    """Turn a needs document (decoded JSON) into :class:`Needs`.

    Raises :class:`NeedsError` with every problem found, each beginning with the field's name.
    """
    reader = Reader()
    if not isinstance(document, Mapping):
        raise NeedsError(["needs: give one JSON object, with at least 'goals'"])
    reader.refuse_unknown(document, "", _TOP_FIELDS)
    travel = _travel(reader, document.get("travel"))
    needs = Needs(
        goals=_goals(reader, document.get("goals")),
        reference=reader.text(document, "reference", limit=200),
        postcode=reader.text(document, "postcode", limit=20) or None,
        age=reader.whole(document, "age", 16, 120),
        support_level=_level(reader, document.get("support_level")),
        travel=travel,
        when=_windows(reader, document, "when"),
        hours_wanted=reader.number(document, "hours_wanted", 0.25, 168),
        shortest_visit_minutes=reader.whole(document, "shortest_visit_minutes", 1, MINUTES_A_DAY),
        must_have=reader.members(document, "must_have", Feature),
        would_like=reader.members(document, "would_like", Feature),
        funding=reader.member(document, "funding", FundingRoute),
        weekly_budget=_money(reader, document.get("weekly_budget")),
        matters_most=reader.members(document, "matters_most", Priority),
        carer=_carer(reader, document.get("carer")),
    )
    if reader.problems:
        raise NeedsError(reader.problems)
    return needs


_TOP_FIELDS = frozenset(
    "reference postcode age support_level goals travel when hours_wanted shortest_visit_minutes "
    "must_have would_like funding weekly_budget matters_most carer".split()
)
_GOAL_FIELDS = frozenset("theme text importance stance not_themes as_written".split())
_TRAVEL_FIELDS = frozenset("modes max_minutes wheelchair_space with_support passes".split())
_CARER_FIELDS = frozenset("works shortest_break_minutes breaks_wanted_hours notice_days".split())
MAX_NOTICE_DAYS = 365


def _goals(reader: Reader, value: object) -> tuple[Goal, ...]:
    if not isinstance(value, list) or not value:
        reader.problem("goals", 'give at least one, like [{"theme": "cookery"}]')
        return ()
    if len(value) > MAX_GOALS:
        reader.problem("goals", f"give at most {MAX_GOALS}")
        return ()
    goals = []
    for number, item in enumerate(value):
        prefix = f"goals[{number}]."
        if not isinstance(item, Mapping):
            reader.problem(f"goals[{number}]", 'give an object, like {"theme": "cookery"}')
            continue
        reader.refuse_unknown(item, prefix, _GOAL_FIELDS)
        theme = reader.member(item, "theme", Theme, prefix=prefix)
        text = reader.text(item, "text", limit=MAX_GOAL_CHARACTERS, prefix=prefix)
        if item.get("theme") is None and not item.get("text"):
            reader.problem(f"goals[{number}]", "give a theme, or a text, or both")
            continue
        importance = reader.whole(item, "importance", 1, 3, prefix=prefix)
        goals.append(
            Goal(
                theme=theme,
                text=text,
                importance=DEFAULT_IMPORTANCE if importance is None else importance,
                stance=reader.member(item, "stance", GoalStance, prefix=prefix),
                not_themes=reader.members(item, "not_themes", Theme, prefix=prefix),
                as_written=reader.texts(item, "as_written", most=MAX_AS_WRITTEN, prefix=prefix),
            )
        )
    return tuple(goals)


def _travel(reader: Reader, value: object) -> Travel:
    if value is None:
        return Travel()
    if not isinstance(value, Mapping):
        reader.problem("travel", 'give an object, like {"modes": ["bus"], "max_minutes": 40}')
        return Travel()
    prefix = "travel."
    reader.refuse_unknown(value, prefix, _TRAVEL_FIELDS)
    return Travel(
        modes=reader.members(value, "modes", TravelMode, prefix=prefix),
        max_minutes=reader.whole(value, "max_minutes", 1, 600, prefix=prefix),
        wheelchair_space=reader.yes_no(value, "wheelchair_space", prefix=prefix),
        with_support=reader.yes_no(value, "with_support", prefix=prefix),
        passes=reader.members(value, "passes", TravelPass, prefix=prefix),
    )


def _level(reader: Reader, value: object) -> SupportLevel | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 4:
        return SupportLevel(value)
    reader.problem("support_level", "give 1, 2, 3 or 4")
    return None


def _carer(reader: Reader, value: object) -> Carer:
    if value is None:
        return Carer()
    if not isinstance(value, Mapping):
        reader.problem("carer", 'give an object, like {"shortest_break_minutes": 180}')
        return Carer()
    prefix = "carer."
    reader.refuse_unknown(value, prefix, _CARER_FIELDS)
    return Carer(
        works=_windows(reader, value, "works", prefix=prefix),
        shortest_break_minutes=reader.whole(value, "shortest_break_minutes", 1, MINUTES_A_DAY, prefix=prefix),
        breaks_wanted_hours=reader.number(value, "breaks_wanted_hours", 0.25, 168, prefix=prefix),
        notice_days=reader.whole(value, "notice_days", 0, MAX_NOTICE_DAYS, prefix=prefix),
    )


def _windows(reader: Reader, values: Mapping[Any, Any], name: str, *, prefix: str = "") -> tuple[Window, ...]:
    value = values.get(name)
    field = prefix + name
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        reader.problem(field, 'give an object, like {"tue": ["17:00-21:00"]}')
        return ()
    windows: list[Window] = []
    for day_name, ranges in value.items():
        if day_name not in set(Day):
            reader.problem(f"{field}.{day_name}", "the days are " + ", ".join(Day))
            continue
        day = Day(day_name)
        if not isinstance(ranges, list):
            reader.problem(f"{field}.{day_name}", 'give a list, like ["10:00-16:00"]')
            continue
        for text in ranges:
            window = parse_window(day, text) if isinstance(text, str) else None
            if window is None:
                reader.problem(f"{field}.{day_name}", f"{text!r} is not a time like '10:00-16:00'")
            else:
                windows.append(window)
    return tuple(sorted(windows, key=lambda window: (window.start, window.end)))


def parse_window(day: Day, text: str) -> Window | None:
    """'22:00-02:00' on a day, as minutes of the week; None where it is not a time range.

    An end at or before the start lies on the next day; both the same is not a range.
    """
    found = _TIME_RANGE.match(text.strip())
    if found is None:
        return None
    start = int(found[1]) * 60 + int(found[2])
    end = int(found[3]) * 60 + int(found[4])
    if end > MINUTES_A_DAY or start == end:
        return None
    if end < start:
        end += MINUTES_A_DAY
    first = day.position * MINUTES_A_DAY
    return Window(first + start, first + end)


def _money(reader: Reader, value: object) -> Decimal | None:
    if value is None:
        return None
    advice = "give pounds as a text, like '120.00'"
    if isinstance(value, bool) or not isinstance(value, str | int):
        reader.problem("weekly_budget", advice)
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        reader.problem("weekly_budget", advice)
        return None
    if not amount.is_finite() or not 0 <= amount <= 100_000:
        reader.problem("weekly_budget", advice)
        return None
    return amount.quantize(Decimal("0.01"))


def needs_document(needs: Needs) -> dict[str, Any]:
    """The needs document of *needs*; ``parse_needs`` gives it back equal."""
    goals = []
    for goal in needs.goals:
        entry: dict[str, Any] = {"importance": goal.importance}
        if goal.theme:
            entry["theme"] = goal.theme.value
        if goal.text:
            entry["text"] = goal.text
        if goal.stance:
            entry["stance"] = goal.stance.value
        if goal.not_themes:
            entry["not_themes"] = [theme.value for theme in goal.not_themes]
        if goal.as_written:
            entry["as_written"] = list(goal.as_written)
        goals.append(entry)
    travel: dict[str, Any] = {
        "modes": [mode.value for mode in needs.travel.modes],
        "wheelchair_space": needs.travel.wheelchair_space,
        "with_support": needs.travel.with_support,
        "passes": [item.value for item in needs.travel.passes],
    }
    if needs.travel.max_minutes is not None:
        travel["max_minutes"] = needs.travel.max_minutes
    optional: list[tuple[str, object, Callable[[Any], Any]]] = [
        ("reference", needs.reference or None, str),
        ("postcode", needs.postcode, str),
        ("age", needs.age, int),
        ("support_level", needs.support_level, int),
        ("when", _by_day(needs.when) or None, dict),
        ("hours_wanted", needs.hours_wanted, float),
        ("shortest_visit_minutes", needs.shortest_visit_minutes, int),
        ("funding", needs.funding, str),
        ("weekly_budget", needs.weekly_budget, str),
        ("carer", _carer_document(needs.carer) or None, dict),
    ]
    document: dict[str, Any] = {"goals": goals, "travel": travel}
    document |= {name: turn(value) for name, value, turn in optional if value is not None}
    for name in ("must_have", "would_like", "matters_most"):
        chosen = getattr(needs, name)
        if chosen:
            document[name] = [item.value for item in chosen]
    return document


def _by_day(windows: tuple[Window, ...]) -> dict[str, list[str]]:
    days: dict[str, list[str]] = {}
    for window in windows:
        day = list(Day)[window.start // MINUTES_A_DAY]
        days.setdefault(day.value, []).append(f"{clock(window.start)}-{clock(window.end, is_end=True)}")
    return days


def _carer_document(carer: Carer) -> dict[str, Any]:
    told = {
        "works": _by_day(carer.works) or None,
        "shortest_break_minutes": carer.shortest_break_minutes,
        "breaks_wanted_hours": carer.breaks_wanted_hours,
        "notice_days": carer.notice_days,
    }
    return {name: value for name, value in told.items() if value is not None}


def clock(minute: int, *, is_end: bool = False) -> str:
    """Minute of the week or day as '09:30'; an end at midnight is '24:00'."""
    within = minute % MINUTES_A_DAY
    if is_end and within == 0:
        return "24:00"
    return f"{within // 60:02d}:{within % 60:02d}"
