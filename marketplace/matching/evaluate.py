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
    goal_score,
    goals_part,
    level_part,
    preferences_part,
    wrong_age,
)
from marketplace.matching.evaluate_times import Sessions, fitting_sessions, times_part
from marketplace.matching.evaluate_travel import distances, journeys, transport_part
from marketplace.matching.query import PARTS, Query
from marketplace.vocabulary import Stop

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
    parts = np.full((len(rows), len(PARTS)), np.nan)
    stops = np.zeros(len(rows), dtype=np.int64)

    vacancy = catalogue.columns.vacancy[rows]
    stops |= np.where(vacancy == FULL, Stop.NOT_TAKING_PEOPLE.bit, 0)
    stops |= np.where(vacancy == GONE, EVERY_STOP, 0)
    stops |= np.where(wrong_age(query, catalogue, rows), Stop.AGE.bit, 0)
    missing = (catalogue.columns.features_no[rows] & query.must) != 0
    stops |= np.where(missing, Stop.MUST_HAVE.bit, 0)

    if goal_scores is None:
        goal_scores = goal_scores_of(query, catalogue, rows)
    parts[:, 0], off_topic = goals_part(query, goal_scores)
    stops |= np.where(off_topic, Stop.GOALS.bit, 0)

    parts[:, 1], wrong_level = level_part(query, catalogue, rows)
    stops |= np.where(wrong_level, Stop.LEVEL.bit, 0)

    distance = distances(query, catalogue, rows)
    journey = journeys(query, catalogue, rows, distance)
    parts[:, 2] = journey.score
    stops |= np.where(journey.too_far, Stop.TRAVEL.bit, 0)

    sessions = fitting_sessions(query, catalogue, rows)
    times = times_part(query, catalogue, rows, sessions)
    parts[:, 3] = times.score
    stops |= np.where(times.none_fits, Stop.TIMES.bit, 0)

    parts[:, 4] = transport_part(query, catalogue, rows, distance, journey.comes)

    offer_pence = offer_prices(catalogue, rows, times.visit)
    travel_pence = travel_prices(query, catalogue, rows, journey, times)
    weekly = weekly_prices(catalogue, rows, offer_pence + np.maximum(travel_pence, 0), times.best)
    weekly = np.where(offer_pence < 0, -1, weekly)
    parts[:, 5], too_dear = cost_part(query, weekly)
    stops |= np.where(too_dear, Stop.COST.bit, 0)

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
    return np.column_stack([goal_score(goal, catalogue, rows) for goal in query.goals])


def applicable_parts(query: Query) -> Flags:
    """Which parts a person's answers call for, shape (parts,)."""
    return np.array(
        [
            True,
            query.level > 0,
            query.home is not None,
            query.has_when,
            query.wants_transport,
            query.score_budget_pence >= 0,
            query.like != 0,
            query.has_carer,
        ]
    )


def weigh(query: Query, parts: Floats) -> tuple[Floats, Floats]:
    """Weighted mean of the known parts, and the share of the called-for weight that is known."""
    total = np.zeros(len(parts))
    weight = np.zeros(len(parts))
    for number in range(len(PARTS)):
        known = ~np.isnan(parts[:, number])
        total += np.where(known, query.weights[number] * parts[:, number], 0.0)
        weight += np.where(known, query.weights[number], 0.0)
    called_for = 0.0
    for number, applies in enumerate(applicable_parts(query)):
        if applies:
            called_for += float(query.weights[number])
    return total / weight, weight / called_for
