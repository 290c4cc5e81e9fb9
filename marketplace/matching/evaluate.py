"""Every rule of matching over many offers at once, in NumPy.

The rules use only additions, multiplications, comparisons and look-ups on float64 and whole
numbers, in a fixed order, so that another implementation of the same rules gives the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import FULL, Flags, Floats, Ints
from marketplace.matching.evaluate_carer import carer_part
from marketplace.matching.evaluate_cost import cost_part, offer_prices, travel_prices, weekly_prices
from marketplace.matching.evaluate_goals import (
    goals_part,
    in_order,
    level_part,
    preferences_part,
    score_goals,
    wrong_age,
)
from marketplace.matching.evaluate_times import Sessions, fitting_sessions, times_part
from marketplace.matching.evaluate_travel import distances, journeys, transport_part
from marketplace.matching.query import PARTS, Query
from marketplace.vocabulary import Stop

_NOT_TAKING_PEOPLE, _AGE, _MUST_HAVE, _GOALS, _LEVEL, _TRAVEL, _TIMES, _COST = (
    stop.bit
    for stop in (
        Stop.NOT_TAKING_PEOPLE,
        Stop.AGE,
        Stop.MUST_HAVE,
        Stop.GOALS,
        Stop.LEVEL,
        Stop.TRAVEL,
        Stop.TIMES,
        Stop.COST,
    )
)
_AT_ONCE = 8_192
"""Rows whose goals are looked at together, so that what is in between stays in the processor's cache."""
EVERY_STOP = sum(stop.bit for stop in Stop)
"""Of a row that is no offer any more, so that it is not even nearly a match."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Facts and scores of the evaluated rows; all arrays have one entry a row.

    ``parts`` has shape (rows, parts), NaN where a part is not known. ``stops`` is a mask of
    ``Stop`` bits. Money is in pence, -1 for not known.
    """

    rows: Ints
    stops: Ints
    parts: Floats
    score: Floats
    confidence: Floats
    goal_scores: Floats
    """Shape (rows, goals)."""
    distance_km: Floats
    minutes: Floats
    mode: Ints
    comes_to_you: Flags
    best_session: Ints
    """Position in the catalogue's session columns; -1 where none is known or none fits."""
    visit_minutes: Floats
    offer_pence: Ints
    travel_pence: Ints
    weekly_pence: Ints
    sessions: Sessions


def evaluate(
    query: Query, catalogue: Catalogue, rows: Ints, *, goal_scores: Floats | None = None
) -> Evaluation:
    """Hold a person's needs against the catalogue's *rows*, an int64 array of row numbers.

    *goal_scores* are those of the rows, shape (rows, goals), where somebody has them already.
    """
    c = catalogue.columns
    parts = np.full((len(PARTS), len(rows)), np.nan).T
    vacancy = c.vacancy.take(rows)
    stops = (vacancy == FULL) * _NOT_TAKING_PEOPLE
    stops[vacancy == GONE] = EVERY_STOP
    stops |= wrong_age(query, catalogue, rows) * _AGE
    stops |= ((c.features_no.take(rows) & query.must) != 0) * _MUST_HAVE

    if goal_scores is None:
        goal_scores = goal_scores_of(query, catalogue, rows)
    parts[:, 0], off_topic = goals_part(query, goal_scores)
    stops |= off_topic * _GOALS

    parts[:, 1], wrong_level = level_part(query, catalogue, rows)
    stops |= wrong_level * _LEVEL

    distance = distances(query, catalogue, rows)
    journey = journeys(query, catalogue, rows, distance)
    parts[:, 2] = journey.score
    stops |= journey.too_far * _TRAVEL

    sessions = fitting_sessions(query, catalogue, rows)
    times = times_part(query, catalogue, rows, sessions)
    parts[:, 3] = times.score
    stops |= times.none_fits * _TIMES

    parts[:, 4] = transport_part(query, catalogue, rows, distance, journey.comes)

    offer_pence = offer_prices(catalogue, rows, times.visit)
    travel_pence = travel_prices(query, catalogue, rows, journey, times)
    weekly = weekly_prices(catalogue, rows, offer_pence + np.maximum(travel_pence, 0), times.best)
    weekly[offer_pence < 0] = -1
    parts[:, 5], too_dear = cost_part(query, weekly)
    stops |= too_dear * _COST

    parts[:, 6] = preferences_part(query, catalogue, rows)
    parts[:, 7] = carer_part(query, catalogue, len(rows), sessions)

    score, confidence = weigh(query, parts)
    return Evaluation(
        rows=rows,
        stops=stops,
        parts=parts,
        score=score,
        confidence=confidence,
        goal_scores=goal_scores,
        distance_km=distance,
        minutes=journey.minutes,
        mode=journey.mode,
        comes_to_you=journey.comes,
        best_session=times.best,
        visit_minutes=times.visit,
        offer_pence=offer_pence,
        travel_pence=travel_pence,
        weekly_pence=weekly,
        sessions=sessions,
    )


def goal_scores_of(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """How well each row serves each goal, shape (rows, goals)."""
    c, close = catalogue.columns, closeness_of(query, catalogue, rows)
    scores = np.empty(close.shape)
    for start in range(0, len(rows), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        themes = c.themes.take(rows[some]), c.suggested_themes.take(rows[some])
        scores[:, some] = score_goals(query.goals, *themes, close[:, some])
    return scores.T


def closeness_of(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """How close the words of each row are to each goal, shape (goals, rows), 0–1; 0 for a goal without words."""
    text = catalogue.text
    with_words = [number for number, goal in enumerate(query.goals) if goal.meaning is not None]
    said = [
        text.kept_goal(goal.goal.reading, goal.meaning) for goal in query.goals if goal.meaning is not None
    ]
    lines = text.closeness_by_goal(said, rows)
    if len(said) == len(query.goals):
        return lines
    close = np.zeros((len(query.goals), len(rows)))
    close[with_words] = lines
    return close


def applicable_parts(query: Query) -> tuple[bool, ...]:
    """Which parts a person's answers call for, in the order of the parts."""
    return (
        True,
        query.level > 0,
        query.home is not None,
        query.has_when,
        query.wants_transport,
        query.score_budget_pence >= 0,
        query.like != 0,
        query.has_carer,
    )


def called_for(query: Query) -> float:
    """The sum of the weights of all parts that a person's answers call for."""
    weights: list[float] = query.weights.tolist()
    return sum(weight for weight, applies in zip(weights, applicable_parts(query), strict=True) if applies)


def weigh(query: Query, parts: Floats) -> tuple[Floats, Floats]:
    """Weighted mean of the known parts, and the share of the called-for weight that is known.

    *parts* have shape (rows, parts), NaN where one is not known.
    """
    by_part = np.ascontiguousarray(parts.T)
    weights = np.where(np.isnan(by_part), 0.0, query.weights[:, None])
    weight = in_order(weights)
    products = weights * by_part
    products[weights == 0.0] = 0.0
    return in_order(products) / weight, weight / called_for(query)
