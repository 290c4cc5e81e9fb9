"""One result taken apart: each stop told with its facts, and a sum that a reader can check."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from marketplace.matching.catalogue import OfferRow
from marketplace.matching.evaluate import evaluate
from marketplace.matching.fit import FIT_FROM, Fit, fit_of, points_of
from marketplace.matching.stops_told import Outcome, StopTold
from marketplace.matching.taken_apart import TakenApart, in_hundredths, take_apart
from marketplace.vocabulary import Day, Feature, Part, PlaceKind, Stop, Theme, Vacancy
from tests.matching.offers import levels, match, offer, session

BY_CAR: dict[str, Any] = {"travel": {"modes": ["car"], "max_minutes": 30}}
EVERYTHING: dict[str, Any] = {
    **BY_CAR,
    "age": 34,
    "support_level": 1,
    "when": {"tue": ["09:00-13:00"]},
    "must_have": ["step_free"],
    "would_like": ["quiet_space"],
    "weekly_budget": "40.00",
}


def _apart(document: dict[str, Any], row: OfferRow, *others: OfferRow) -> TakenApart:
    ranking = match(document, row, *others)
    return take_apart(ranking, ranking.catalogue.row_of[row.id])


def _told(document: dict[str, Any], stop: Stop, **changes: Any) -> StopTold:
    return next(one for one in _apart(document, offer(**changes)).stops if one.stop is stop)


@pytest.mark.parametrize(
    ("stop", "document", "changes", "outcome", "said"),
    [
        (Stop.NOT_TAKING_PEOPLE, {}, {}, Outcome.FITS, "It says that it has places."),
        (
            Stop.NOT_TAKING_PEOPLE,
            {},
            {"vacancy": Vacancy.FULL},
            Outcome.STOPS,
            "It says that it is full.",
        ),
        (
            Stop.AGE,
            {"age": 17},
            {"min_age": 18},
            Outcome.STOPS,
            "You are 17. It is for people aged 18 and over.",
        ),
        (
            Stop.AGE,
            {"age": 30},
            {"min_age": 18, "max_age": 30},
            Outcome.FITS,
            "You are 30. It is for people aged 18 to 30.",
        ),
        (
            Stop.AGE,
            {},
            {"max_age": 25},
            Outcome.NOT_ASKED,
            "You did not say your age. It is for people up to age 25.",
        ),
        (Stop.AGE, {"age": 30}, {}, Outcome.FITS, "It names no ages."),
        (
            Stop.LEVEL,
            {"support_level": 3},
            {},
            Outcome.STOPS,
            "Your level is: Personalised support. It supports: Early intervention and prevention, and Enablement.",
        ),
        (
            Stop.LEVEL,
            {"support_level": 4},
            {"levels": 0, "made_for": 0},
            Outcome.STOPS,
            "It must say that it gives specialist support. It has not said so.",
        ),
        (
            Stop.LEVEL,
            {"support_level": 3},
            {"levels": 0, "made_for": 0},
            Outcome.NOT_KNOWN,
            "It has not said which levels it supports.",
        ),
        (
            Stop.MUST_HAVE,
            {"must_have": ["step_free", "bsl"]},
            {"features_yes": Feature.STEP_FREE.bit},
            Outcome.NOT_KNOWN,
            "It has not said if it has: British Sign Language.",
        ),
        (
            Stop.MUST_HAVE,
            {"must_have": ["step_free", "bsl"]},
            {"features_no": Feature.BSL.bit},
            Outcome.STOPS,
            "It does not have: British Sign Language.",
        ),
        (
            Stop.MUST_HAVE,
            {"must_have": ["step_free"]},
            {"features_yes": Feature.STEP_FREE.bit},
            Outcome.FITS,
            "It has what you must have: Step-free way in.",
        ),
        (
            Stop.TRAVEL,
            BY_CAR,
            {"lat": 53.6},
            Outcome.STOPS,
            "The way there takes about 57 minutes. The most is 30 minutes.",
        ),
        (
            Stop.TRAVEL,
            BY_CAR,
            {"lat": 53.3, "place_kind": PlaceKind.TRAVELS_TO_YOU, "radius_km": 8.0},
            Outcome.STOPS,
            "They come to people up to 5 miles away. You live further away.",
        ),
        (
            Stop.TRAVEL,
            BY_CAR,
            {"lat": 53.3, "place_kind": PlaceKind.TRAVELS_TO_YOU, "radius_km": 1.6},
            Outcome.STOPS,
            "They come to people up to 1 mile away. You live further away.",
        ),
        (Stop.TRAVEL, BY_CAR, {"lat": None, "lon": None}, Outcome.NOT_KNOWN, "We do not know where it is."),
        (
            Stop.TIMES,
            {"when": {"wed": ["10:00-12:00"]}},
            {},
            Outcome.STOPS,
            "It is on: Tuesday 10am to midday. You can't come then.",
        ),
        (
            Stop.TIMES,
            {"when": {"wed": ["10:00-12:00"]}},
            {"sessions": ()},
            Outcome.NOT_KNOWN,
            "It has not said its days and times.",
        ),
        (
            Stop.GOALS,
            {"goals": [{"theme": "swimming"}]},
            {},
            Outcome.STOPS,
            "For your best goal it scores 0 of 100. It needs 20.",
        ),
    ],
)
def test_each_stop_is_told_with_its_facts(
    stop: Stop, document: dict[str, Any], changes: dict[str, Any], outcome: Outcome, said: str
) -> None:
    told = _told(document, stop, **changes)
    assert (told.outcome, str(told.said)) == (outcome, said)


def test_what_was_not_answered_stops_nothing_and_says_so() -> None:
    outcomes = {one.stop: one.outcome for one in _apart({}, offer(min_age=18)).stops}
    assert [stop for stop, outcome in outcomes.items() if outcome is Outcome.NOT_ASKED] == [
        Stop.AGE,
        Stop.LEVEL,
        Stop.MUST_HAVE,
        Stop.TIMES,
        Stop.COST,
    ]


def test_the_stops_told_are_the_stops_of_the_evaluation() -> None:
    rows = [
        offer("Full", vacancy=Vacancy.FULL, max_age=30),
        offer("Evenings", sessions=(session(Day.TUE, "18:00", "20:00"),), cost_pence=9900, cost_basis=None),
        offer("Others", levels=levels(4), features_no=Feature.STEP_FREE.bit),
        offer("Pool", themes=Theme.SWIMMING.bit, lat=54.5),
        offer("Good"),
    ]
    ranking = match(EVERYTHING, *rows)
    found = evaluate(ranking.query, ranking.catalogue, np.arange(len(rows)))
    for row in range(len(rows)):
        taken = take_apart(ranking, row)
        told = sum(one.stop.bit for one in taken.stopped_by)
        assert told == int(found.stops[row])
        assert taken.fits == (told == 0)


def test_the_points_add_up_to_the_score_to_the_hundredth() -> None:
    row = offer(features_yes=Feature.QUIET_SPACE.bit | Feature.STEP_FREE.bit)
    taken = _apart({**EVERYTHING, "matters_most": ["near_home"]}, row)
    assert taken.fits
    counted = {part.part: part.counted for part in taken.parts if part.counted}
    assert set(counted) == {
        Part.GOALS,
        Part.LEVEL,
        Part.TRAVEL,
        Part.TIMES,
        Part.COST,
        Part.PREFERENCES,
    }
    assert taken.points == round(100 * taken.match.score, 2)
    assert round(sum(part.points for part in counted.values()), 2) == taken.points
    for part in counted.values():
        assert part.points == pytest.approx(100 * part.value * part.share, abs=0.01)
    # Getting there counts twice: 0.15 becomes 0.30 of 1.10.
    travel = next(part for part in taken.parts if part.part is Part.TRAVEL)
    assert travel.published == 0.15
    assert travel.wanted == pytest.approx(0.30 / 1.10)


def test_what_is_not_known_has_a_share_in_the_wish_but_none_in_the_sum() -> None:
    taken = _apart(EVERYTHING, offer())  # it has not said if there is a quiet space
    part = next(part for part in taken.parts if part.part is Part.PREFERENCES)
    assert (part.called_for, part.counted) == (True, None)
    assert sum(part.counted.share for part in taken.parts if part.counted) == pytest.approx(1.0)
    uncalled = next(part for part in taken.parts if part.part is Part.TRANSPORT)
    assert (uncalled.called_for, uncalled.wanted) == (False, 0.0)


def test_equals_know_their_turn_and_it_is_their_order() -> None:
    twins = [offer("One"), offer("Two"), offer("Three")]
    ranking = match(BY_CAR, *twins, offer("Further", lat=53.20))
    places = [take_apart(ranking, int(ranking.found.rows[at])).place for at in ranking.order]
    assert [(one.number, one.total, one.equals, one.turn) for one in places if one] == [
        (1, 4, 2, 1),
        (2, 4, 2, 2),
        (3, 4, 2, 3),
        (4, 4, 0, 1),
    ]


@pytest.mark.parametrize(
    ("products", "total", "expected"),
    [
        ([0.33334, 0.33334, 0.33334], 1.00002, [33.34, 33.33, 33.33]),
        ([0.5, 0.25], 0.75, [50.0, 25.0]),
        ([0.12345, 0.0], 0.12345, [12.34, 0.0]),
    ],
)
def test_hundredths_go_to_the_largest_remainders(
    products: list[float], total: float, expected: list[float]
) -> None:
    assert in_hundredths(products, total) == expected


def test_random_products_always_add_up() -> None:
    chance = np.random.default_rng(4)
    for _ in range(500):
        products = (chance.dirichlet(np.ones(6)) * chance.random(6)).tolist()
        hundredths = in_hundredths(products, sum(products))
        assert round(100 * sum(hundredths)) == round(10_000 * sum(products))


def test_the_word_for_a_fit_goes_by_the_points_that_are_shown() -> None:
    assert [fit_of(score) for score in (1.0, 0.795, 0.794, 0.6, 0.594, 0.0)] == [
        Fit.WELL,
        Fit.WELL if points_of(0.795) >= FIT_FROM[Fit.WELL] else Fit.FITS,
        Fit.FITS,
        Fit.FITS,
        Fit.IN_PART,
        Fit.IN_PART,
    ]
