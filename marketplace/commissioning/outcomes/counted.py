"""What people answered and how long they waited, counted once a week with the gap report: on every day in
between, a number that moves would tell of the one person who took their word back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council
from marketplace.commissioning.outcomes.figures import (
    AgeBand,
    Outcome,
    Quarter,
    Told,
    Wait,
    Waits,
    told_of,
    waits,
    weights_of,
)
from marketplace.commissioning.outcomes.questions import Questions, read_questions
from marketplace.commissioning.report.kept import Reading
from marketplace.commissioning.report.making import Made, counted_part
from marketplace.gaps.disclosure import Kept, Row, Shown, as_kept, as_shown

NAME = "outcomes"
PARTS_OF_A_WAIT = ("answered", "agreed", "started", "whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedOutcomes:
    """Every measure and the waits, as they were on one day."""

    day: date
    up_to: date
    """The last day whose answers are counted, a Sunday."""
    by_question: Mapping[str, Outcome]
    waits: Waits


@counted_part(NAME)
def count_outcomes(session: Session, made: Made, council_code: str) -> dict[str, Any]:
    """The part of one council, as ``outcomes_in`` reads it."""
    geography = made.geography
    districts = geography.districts_in(geography.council_of(council_code)).tolist()
    codes = [geography.district_codes[at] for at in districts]
    asked = [one for one in read_questions(made.seeds_dir).all if one.asks is not None]
    told = told_of(session, asked, codes, today=made.today)
    quarters = next(iter(told.values()))
    waited = waits(session, codes, today=made.today)
    return {
        "districts": codes,
        "quarters": [
            [one.quarter.first.isoformat(), one.quarter.end.isoformat(), one.quarter.is_over]
            for one in quarters
        ],
        "measures": {
            question: [[_row(one.answered), _row(one.counting)] for one in over_time]
            for question, over_time in told.items()
        },
        "waits": {
            "up_to": waited.up_to.isoformat(),
            **{name: _wait(getattr(waited, name)) for name in PARTS_OF_A_WAIT},
        },
    }


def outcomes_in(reading: Reading | None, council: Council, questions: Questions) -> CountedOutcomes | None:
    """What a kept report says; None where nothing was counted for the council yet."""
    part = None if reading is None else reading.part(NAME, council.code)
    if reading is None or part is None:
        return None
    quarters = [
        Quarter(date.fromisoformat(first), date.fromisoformat(end), is_over)
        for first, end, is_over in part["quarters"]
    ]
    groups = tuple((code, band) for code in part["districts"] for band in AgeBand)
    weights = weights_of(council)
    measures = part["measures"]
    waited = part["waits"]
    return CountedOutcomes(
        day=reading.day,
        up_to=quarters[-1].last,
        by_question={
            one.id: Outcome(
                one,
                tuple(
                    Told(quarter, _row_in(answered), _row_in(counting))
                    for quarter, (answered, counting) in zip(quarters, measures[one.id], strict=True)
                ),
                groups,
                weights,
            )
            for one in questions.all
            if one.id in measures
        },
        waits=Waits(
            up_to=date.fromisoformat(waited["up_to"]),
            **{name: Wait(_told(waited[name][0]), waited[name][1]) for name in PARTS_OF_A_WAIT},
        ),
    )


def _row(row: Row) -> list[Any]:
    return [as_kept(row.total), None if row.parts is None else [as_kept(part) for part in row.parts]]


def _row_in(row: Sequence[Any]) -> Row:
    total, parts = row
    return Row(_told(total), None if parts is None else tuple(_told(part) for part in parts))


def _told(kept: Kept) -> Shown:
    """Totals and waits are always told, if only as a star."""
    return as_shown(kept) or Shown(None)


def _wait(one: Wait) -> list[Any]:
    return [as_kept(one.people), one.days]
