"""Saving the answers of an anonymous journey into what a person has already told us.

What the journey says takes the place of what it answered, and of nothing else: a question that was
skipped in the journey keeps its answer. Goals that the person sorted (keep doing, do more of, try,
learn) answer questions that the journey does not ask, and stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marketplace.matching.needs import MAX_GOALS
from marketplace.people.answers import Answers
from marketplace.people.steps import Step

FIELDS: Mapping[Step, tuple[str, ...]] = {
    Step.WHAT: ("goals",),
    Step.SUPPORT: ("support_level", "age"),
    Step.WHERE: ("postcode",),
    Step.TRAVEL: ("travel.modes",),
    Step.MINUTES: ("travel.max_minutes",),
    Step.ON_THE_WAY: ("travel.with_support", "travel.wheelchair_space", "travel.passes"),
    Step.WHEN: ("when", "hours_wanted"),
    Step.MUST: ("must_have",),
    Step.LIKE: ("would_like",),
    Step.PAYING: ("funding",),
    Step.BUDGET: ("weekly_budget",),
    Step.MATTERS: ("matters_most",),
}
"""Where the answer of each question stands in the needs document."""

_BESIDE = frozenset({"age", "hours_wanted"})
"""Asked beside a question and answered apart from it: one without the other says nothing of the other."""


def answer_of(step: Step, answers: Answers) -> dict[str, Any]:
    """The fields of *answers* that belong to a question; {} where it was not answered."""
    return _answered(FIELDS[step], answers)


def merged(own: Answers, journey: Answers) -> dict[str, Any]:
    """*own* answers after those of *journey* were saved into them."""
    result = dict(own)
    for fields in _answered_as_one():
        if not _answered(fields, journey):
            continue
        for field in fields:
            value = read_field(journey, field)
            result = write_field(result, field, _goals(own, value) if field == "goals" else value)
    if answer_of(Step.MUST, journey):
        # What must be there is not asked again as 'would like'.
        liked = [name for name in result.get("would_like", ()) if name not in result["must_have"]]
        result = write_field(result, "would_like", liked)
    return result


def replaced(own: Answers, journey: Answers) -> tuple[Step, ...]:
    """The questions whose earlier answer is another one after saving."""
    after = merged(own, journey)
    return tuple(
        step for step in FIELDS if answer_of(step, own) and answer_of(step, own) != answer_of(step, after)
    )


def _answered_as_one() -> Iterator[tuple[str, ...]]:
    """The fields that one answer sets together."""
    for fields in FIELDS.values():
        yield tuple(field for field in fields if field not in _BESIDE)
        yield from ((field,) for field in fields if field in _BESIDE)


def _answered(fields: Iterable[str], answers: Answers) -> dict[str, Any]:
    found = {field: read_field(answers, field) for field in fields}
    return {field: value for field, value in found.items() if value not in (None, False, "", [], {})}


def _goals(own: Answers, new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sorted_ones = [goal for goal in own.get("goals", ()) if goal.get("stance")]
    known = {(goal.get("theme"), goal.get("text")) for goal in sorted_ones}
    fresh = [goal for goal in new if (goal.get("theme"), goal.get("text")) not in known]
    # The newest wishes come first, so the limit never drops what was just said.
    return [*fresh, *sorted_ones][:MAX_GOALS]


def read_field(answers: Answers, field: str) -> Any:
    outer, _, inner = field.partition(".")
    value = answers.get(outer)
    return (value or {}).get(inner) if inner else value


def write_field(answers: Answers, field: str, value: Any) -> dict[str, Any]:
    outer, _, inner = field.partition(".")
    if inner:
        group = write_field(answers.get(outer) or {}, inner, value)
        return write_field(answers, outer, group)
    kept = {name: old for name, old in answers.items() if name != outer}
    return kept if value in (None, False, "", [], {}) else {**kept, outer: value}
