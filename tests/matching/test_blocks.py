"""Visits of one offer that touch are one block: long enough for a visit of use, and for a break."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.matching.catalogue import OfferRow
from marketplace.vocabulary import CostBasis, Day, Part, Repeats
from tests.matching.offers import match, offer, session

ASKED: dict[str, Any] = {
    "when": {"tue": ["09:00-17:00"]},
    "shortest_visit_minutes": 180,
    "carer": {"shortest_break_minutes": 240},
}
TEN_TO_TWELVE, TWELVE_TO_TWO = session(Day.TUE, "10:00", "12:00"), session(Day.TUE, "12:00", "14:00")
LONG = offer("Long", sessions=(session(Day.TUE, "10:00", "14:00"),))
SHORT = offer("Short", sessions=(TEN_TO_TWELVE,))


def scores(row: OfferRow, **more: Any) -> tuple[float, float, float]:
    """Times, the carer's time, and the whole."""
    found = match({**ASKED, **more}, row).match(0)
    parts = {one.part: one.score for one in found.parts}
    return parts[Part.TIMES], parts[Part.CARER], found.score


def test_ten_to_twelve_and_twelve_to_two_are_as_good_as_ten_to_two() -> None:
    both = offer("Both", sessions=(TEN_TO_TWELVE, TWELVE_TO_TWO))
    assert scores(both) == scores(LONG)
    assert scores(both)[:2] == (1.0, 1.0)
    assert scores(SHORT)[:2] == (pytest.approx(0.5 + 0.5 * 120 / 180), 0.5)
    reasons = {one.part: str(one.reason) for one in match(ASKED, both).match(0).parts}
    assert (
        reasons[Part.CARER]
        == "The longest visit is 4 hours. That is long enough: your carer needs a break of 4 hours."
    )
    assert "shorter" not in reasons[Part.TIMES]


def test_three_that_touch_are_one_block_whatever_else_ends_and_begins_there() -> None:
    row = offer(
        "Three",
        sessions=(
            session(Day.TUE, "09:00", "10:00"),
            TEN_TO_TWELVE,
            session(Day.TUE, "11:30", "12:00"),
            session(Day.TUE, "12:00", "13:00"),
        ),
    )
    assert scores(row)[:2] == (1.0, 1.0)


@pytest.mark.parametrize(
    "row",
    [
        offer("A minute between", sessions=(TEN_TO_TWELVE, session(Day.TUE, "12:01", "14:01"))),
        offer("One in the other", sessions=(TEN_TO_TWELVE, session(Day.TUE, "11:00", "13:00"))),
        offer("Two days", sessions=(TEN_TO_TWELVE, session(Day.WED, "12:00", "14:00"))),
        offer(
            "Not every week",
            sessions=(TEN_TO_TWELVE, TWELVE_TO_TWO),
            repeats=(Repeats.WEEKLY, Repeats.FORTNIGHTLY),
        ),
    ],
    ids=lambda row: row.name,
)
def test_what_does_not_touch_stays_apart(row: OfferRow) -> None:
    assert scores(row, when={"tue": ["09:00-17:00"], "wed": ["09:00-17:00"]})[:2] == scores(SHORT)[:2]


def test_a_block_is_as_long_as_the_person_can_stay() -> None:
    both = offer("Both", sessions=(TEN_TO_TWELVE, TWELVE_TO_TWO))
    assert scores(both, when={"tue": ["10:45-17:00"]})[1] == pytest.approx(195 / 240)
    assert scores(both, when={"tue": ["09:00-11:30", "12:00-17:00"]})[1] == 0.5


def test_over_midnight_nothing_joins() -> None:
    night = offer("Night", sessions=(session(Day.TUE, "22:00", "00:00"), session(Day.WED, "00:00", "02:00")))
    assert scores(night, when={"tue": ["20:00-04:00"]})[1] == 0.5


def test_hours_and_prices_stay_those_of_the_visits() -> None:
    asked = {"when": {"tue": ["09:00-17:00"]}, "shortest_visit_minutes": 180, "hours_wanted": 8}
    hourly = {"cost_basis": CostBasis.HOUR, "cost_pence": 1000}
    both = match(asked, offer("Both", sessions=(TEN_TO_TWELVE, TWELVE_TO_TWO), **hourly)).match(0)
    times = next(one.score for one in both.parts if one.part is Part.TIMES)
    assert times == pytest.approx(0.8 + 0.2 * 4 / 8)
