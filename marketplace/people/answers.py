"""Between the choices on the pages and the needs document that is kept.

Functions here take the answers (a needs document, perhaps without goals yet) and give back a new
one; nothing is changed in place. An answer that is taken away leaves no trace: absent is 'not known'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from decimal import Decimal
from typing import Any

from marketplace.matching.needs import MAX_AS_WRITTEN, MAX_GOAL_CHARACTERS, MAX_GOALS, clock, parse_window
from marketplace.matching.words import words_of
from marketplace.people.steps import (
    NOT_SURE,
    WHEELCHAIR_SPACE,
    WITH_SUPPORT,
    EasyTime,
    Step,
)
from marketplace.vocabulary import Day, Theme, TravelPass

Answers = Mapping[str, Any]

MOST_OWN_WORDS = 10
MINUTES_AN_HOUR = 60
FIRST_HOUR = 7
LAST_HOUR = 23
"""The weekly grid runs from 07:00 to 23:00."""

MOST_NAMED = (
    Theme.FRIENDS,
    Theme.ARTS_CRAFTS,
    Theme.SPORT,
    Theme.COOKERY,
    Theme.DAYS_OUT,
)
"""What people named most often in the strategy's survey: shown to who does not know yet."""

_WEEKDAYS = tuple(day for day in Day if not day.is_weekend)


_DAYS_OF = {
    EasyTime.WEEKDAY_MORNINGS: _WEEKDAYS,
    EasyTime.WEEKDAY_AFTERNOONS: _WEEKDAYS,
    EasyTime.WEEKDAY_EVENINGS: _WEEKDAYS,
    EasyTime.SATURDAYS: (Day.SAT,),
    EasyTime.SATURDAY_EVENINGS: (Day.SAT,),
    EasyTime.SUNDAYS: (Day.SUN,),
    EasyTime.SUNDAY_EVENINGS: (Day.SUN,),
}
_MORNING = 9 * MINUTES_AN_HOUR
_MIDDAY = 12 * MINUTES_AN_HOUR
_EVENING_LENGTH = 4 * MINUTES_AN_HOUR


def span_of(choice: EasyTime, *, evening_starts: time) -> tuple[int, int]:
    """Minutes of the day from and to. Mornings 9 to 12, afternoons until evening, evenings four hours."""
    evening = evening_starts.hour * MINUTES_AN_HOUR + evening_starts.minute
    if choice is EasyTime.WEEKDAY_MORNINGS:
        return _MORNING, _MIDDAY
    if choice is EasyTime.WEEKDAY_AFTERNOONS:
        return _MIDDAY, evening
    if choice in (EasyTime.SATURDAYS, EasyTime.SUNDAYS):
        return _MORNING, evening
    return evening, min(evening + _EVENING_LENGTH, 24 * MINUTES_AN_HOUR)


def with_easy_times(answers: Answers, chosen: Iterable[EasyTime], *, evening_starts: time) -> dict[str, Any]:
    """Answers with the windows of the chosen easy times; windows that touch become one."""
    spans: dict[Day, list[tuple[int, int]]] = {}
    for choice in chosen:
        for day in _DAYS_OF[choice]:
            spans.setdefault(day, []).append(span_of(choice, evening_starts=evening_starts))
    return _with_spans(answers, spans)


def easy_times_of(answers: Answers, *, evening_starts: time) -> tuple[EasyTime, ...]:
    """The easy times that lie wholly within the answers."""
    spans = _spans(answers)
    return tuple(
        choice
        for choice in EasyTime
        if all(
            _covers(spans.get(day, ()), span_of(choice, evening_starts=evening_starts))
            for day in _DAYS_OF[choice]
        )
    )


def needs_exact_times(answers: Answers, *, evening_starts: time) -> bool:
    """True where the easy times would say something else than what was chosen in the grid."""
    easy = easy_times_of(answers, evening_starts=evening_starts)
    again = with_easy_times({}, easy, evening_starts=evening_starts)
    return bool(answers.get("when")) and again.get("when") != answers["when"]


def with_hours(answers: Answers, slots: Iterable[str]) -> dict[str, Any]:
    """Answers with the ticked hours of the weekly grid, given as 'tue-17'."""
    spans: dict[Day, list[tuple[int, int]]] = {}
    for slot in slots:
        day, _, hour = slot.partition("-")
        start = int(hour) * MINUTES_AN_HOUR
        spans.setdefault(Day(day), []).append((start, start + MINUTES_AN_HOUR))
    return _with_spans(answers, spans)


def hours_of(answers: Answers) -> frozenset[str]:
    """The hours of the weekly grid that lie wholly within the answers, as 'tue-17'."""
    spans = _spans(answers)
    return frozenset(
        f"{day.value}-{hour}"
        for day in Day
        for hour in range(FIRST_HOUR, LAST_HOUR)
        if _covers(spans.get(day, ()), (hour * MINUTES_AN_HOUR, (hour + 1) * MINUTES_AN_HOUR))
    )


def with_goals(answers: Answers, *, themes: Sequence[Theme], own_words: str) -> dict[str, Any]:
    """Answers with these goals. Each line of the own words is a goal of its own.

    What was known about a kept goal (its importance, what was meant) stays.
    """
    before = {(goal.get("theme"), goal.get("text")): goal for goal in answers.get("goals", ())}
    lines = [" ".join(line.split())[:MAX_GOAL_CHARACTERS] for line in own_words.splitlines()]
    wanted: list[tuple[str | None, str | None]] = [(theme.value, None) for theme in themes]
    wanted += [(None, line) for line in dict.fromkeys(filter(None, lines))]
    goals = []
    for theme, text in wanted[:MAX_GOALS]:
        fresh = {"theme": theme} if theme else {"text": text}
        goals.append(before.get((theme, text), fresh))
    return _with(answers, "goals", goals)


def with_most_named(answers: Answers) -> dict[str, Any]:
    """Answers of someone who does not know yet: a little of what many people enjoy."""
    goals = [{"theme": theme.value, "importance": 1} for theme in MOST_NAMED]
    return _with(answers, "goals", goals)


def is_most_named(answers: Answers) -> bool:
    return bool(answers.get("goals")) and answers["goals"] == with_most_named({})["goals"]


def without_meaning(answers: Answers, *, goal: int, theme: Theme) -> dict[str, Any]:
    """Answers where the words of a goal (by its place in the list) do not mean *theme*."""
    goals = [dict(one) for one in answers.get("goals", ())]
    if 0 <= goal < len(goals):
        refused = goals[goal].get("not_themes", [])
        if theme.value not in refused:
            goals[goal]["not_themes"] = [*refused, theme.value]
    return _with(answers, "goals", goals)


def with_word_as_written(answers: Answers, *, goal: int, word: str) -> dict[str, Any]:
    """Answers where *word* of a goal (by its place in the list) is no spelling mistake."""
    goals = [dict(one) for one in answers.get("goals", ())]
    if 0 <= goal < len(goals) and word in words_of(goals[goal].get("text", "")):
        kept = goals[goal].get("as_written", [])
        if word not in kept and len(kept) < MAX_AS_WRITTEN:
            goals[goal]["as_written"] = [*kept, word]
    return _with(answers, "goals", goals)


def themes_of(answers: Answers) -> tuple[Theme, ...]:
    return tuple(Theme(goal["theme"]) for goal in answers.get("goals", ()) if goal.get("theme"))


def own_words_of(answers: Answers) -> tuple[str, ...]:
    return tuple(goal["text"] for goal in answers.get("goals", ()) if goal.get("text"))


def with_postcode(answers: Answers, postcode: str) -> dict[str, Any]:
    return _with(answers, "postcode", postcode)


def with_travel(answers: Answers, **fields: Any) -> dict[str, Any]:
    """Answers with these fields of ``travel``; empty ones are taken away."""
    travel = {**answers.get("travel", {}), **fields}
    return _with(answers, "travel", {name: value for name, value in travel.items() if value})


def with_way(answers: Answers, chosen: Iterable[str]) -> dict[str, Any]:
    """Answers with what is needed on the way: someone alongside, space, passes."""
    ticked = set(chosen)
    return with_travel(
        answers,
        with_support=WITH_SUPPORT in ticked,
        wheelchair_space=WHEELCHAIR_SPACE in ticked,
        passes=[item.value for item in TravelPass if item.value in ticked],
    )


def way_of(answers: Answers) -> tuple[str, ...]:
    travel = answers.get("travel", {})
    flags = [name for name in (WITH_SUPPORT, WHEELCHAIR_SPACE) if travel.get(name)]
    return (*flags, *travel.get("passes", ()))


def ticked(step: Step, answers: Answers, *, evening_starts: time) -> tuple[str, ...]:
    """The choices of a question that these answers stand for."""
    travel = answers.get("travel", {})
    match step:
        case Step.WHAT:
            return (NOT_SURE,) if is_most_named(answers) else themes_of(answers)
        case Step.SUPPORT:
            return _one(answers.get("support_level"))
        case Step.TRAVEL:
            return tuple(travel.get("modes", ()))
        case Step.MINUTES:
            return _one(travel.get("max_minutes"))
        case Step.ON_THE_WAY:
            return way_of(answers)
        case Step.WHEN:
            return easy_times_of(answers, evening_starts=evening_starts)
        case Step.MUST:
            return tuple(answers.get("must_have", ()))
        case Step.LIKE:
            return tuple(answers.get("would_like", ()))
        case Step.PAYING:
            return _one(answers.get("funding"))
        case Step.MATTERS:
            return tuple(answers.get("matters_most", ()))
        case _:
            return ()


def keep_ticked(
    step: Step, answers: Answers, chosen: Sequence[str], *, evening_starts: time
) -> dict[str, Any]:
    """Answers after *chosen* was ticked for the question; nothing, or 'not sure', takes it away."""
    sure = [value for value in chosen if value != NOT_SURE]
    one = sure[0] if sure else None
    match step:
        case Step.SUPPORT:
            return _with(answers, "support_level", int(one) if one else None)
        case Step.TRAVEL:
            return with_travel(answers, modes=sure)
        case Step.MINUTES:
            return with_travel(answers, max_minutes=int(one) if one else None)
        case Step.ON_THE_WAY:
            return with_way(answers, sure)
        case Step.WHEN:
            times = [EasyTime(value) for value in sure]
            return with_easy_times(answers, times, evening_starts=evening_starts)
        case Step.MUST:
            liked = [value for value in answers.get("would_like", ()) if value not in sure]
            return _with(_with(answers, "must_have", sure), "would_like", liked)
        case Step.LIKE:
            return _with(answers, "would_like", sure)
        case Step.PAYING:
            return _with(answers, "funding", one)
        case Step.MATTERS:
            return _with(answers, "matters_most", sure)
        case _:
            raise ValueError(f"{step} has no choices to tick")


def without(step: Step, answers: Answers) -> dict[str, Any]:
    """Answers after the question was skipped."""
    match step:
        case Step.WHAT:
            return _with(answers, "goals", None)
        case Step.WHERE:
            return _with(answers, "postcode", None)
        case Step.BUDGET:
            return _with(answers, "weekly_budget", None)
        case Step.SUPPORT:
            return with_age(_with(answers, "support_level", None), None)
        case Step.WHEN:
            return with_hours_wanted(_with(answers, "when", None), None)
        case _:
            return keep_ticked(step, answers, (), evening_starts=time(17))


def is_answered(step: Step, answers: Answers) -> bool:
    """Whether the answers say anything about the question."""
    return without(step, answers) != answers


def with_age(answers: Answers, years: int | None) -> dict[str, Any]:
    return _with(answers, "age", years)


def age_of(answers: Answers) -> str:
    """The age as it stands in its field; '' where it was not given."""
    return str(answers.get("age", ""))


def with_hours_wanted(answers: Answers, hours: Decimal | None) -> dict[str, Any]:
    if hours is None:
        return _with(answers, "hours_wanted", None)
    whole = hours == hours.to_integral_value()
    return _with(answers, "hours_wanted", int(hours) if whole else float(hours))


def hours_wanted_of(answers: Answers) -> str:
    """The hours a week as they stand in their field; '' where none were given."""
    hours = answers.get("hours_wanted")
    return "" if hours is None else f"{hours:g}"


def _one(value: object) -> tuple[str, ...]:
    return () if value is None else (str(value),)


def with_budget(answers: Answers, amount: Decimal | None) -> dict[str, Any]:
    return _with(answers, "weekly_budget", None if amount is None else f"{amount:.2f}")


def _with(answers: Answers, name: str, value: Any) -> dict[str, Any]:
    kept = {key: old for key, old in answers.items() if key != name}
    # An empty answer is no answer; a budget of '0.00' is one.
    return kept if value in (None, "", [], {}) else {**kept, name: value}


def _with_spans(answers: Answers, spans: Mapping[Day, Iterable[tuple[int, int]]]) -> dict[str, Any]:
    when = {
        day.value: [f"{clock(start)}-{clock(end, is_end=True)}" for start, end in _joined(spans[day])]
        for day in Day
        if day in spans
    }
    return _with(answers, "when", when)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _spans(answers: Answers) -> dict[Day, list[tuple[int, int]]]:
    """Joined spans of each day, in minutes of that day; what runs past midnight counts until it."""
    spans: dict[Day, list[tuple[int, int]]] = {}
    for name, ranges in answers.get("when", {}).items():
        day = Day(name)
        first = day.position * 24 * MINUTES_AN_HOUR
        windows = [parse_window(day, text) for text in ranges]
        spans[day] = _joined(
            (window.start - first, min(window.end - first, 24 * MINUTES_AN_HOUR))
            for window in windows
            if window is not None
        )
    return spans


def _covers(spans: Iterable[tuple[int, int]], wanted: tuple[int, int]) -> bool:
    return any(start <= wanted[0] and wanted[1] <= end for start, end in spans)
