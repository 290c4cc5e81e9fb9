"""What an offer's score can be at most, before its times and price are looked at: in NumPy.

The same idea as ``first_rows.queue``, over whole arrays: a part that is not worked out yet counts as
1, which is never below the true score.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import COMES, FULL, ONLINE, Floats, Ints
from marketplace.matching.evaluate import goal_scores_of, weigh
from marketplace.matching.evaluate_goals import (
    goals_part,
    level_part,
    preferences_part,
    wrong_age,
)
from marketplace.matching.evaluate_travel import distances
from marketplace.matching.query import PARTS, Query
from marketplace.matching.weights import NO_TRANSPORT, TRAVEL_AT_LIMIT
from marketplace.vocabulary import Part

SLACK = 1e-9
"""A bound is added up in another order than the score; so much lower it may come out at most."""
_GOALS, _LEVEL, _TRAVEL, _TIMES, _TRANSPORT, _COST, _PREFERENCES, _CARER = (
    PARTS.index(part)
    for part in (
        Part.GOALS,
        Part.LEVEL,
        Part.TRAVEL,
        Part.TIMES,
        Part.TRANSPORT,
        Part.COST,
        Part.PREFERENCES,
        Part.CARER,
    )
)


class Possible(NamedTuple):
    """Rows that could be matches, by falling bound."""

    rows: Ints
    bounds: Floats
    goal_scores: Floats
    """Shape (rows, goals)."""


def possible(query: Query, catalogue: Catalogue, rows: Ints) -> Possible:
    """Those of *rows* that are in reach and that nothing simple stops."""
    rows, distance = _near(query, catalogue, rows)
    c = catalogue.columns
    vacancy = c.vacancy[rows]
    fits = (vacancy != FULL) & (vacancy != GONE) & ((c.features_no[rows] & np.uint32(query.must)) == 0)
    fits &= ~wrong_age(query, catalogue, rows)
    level, stopped = level_part(query, catalogue, rows)
    fits &= ~stopped
    if not any(goal.meaning for goal in query.goals):
        about = np.bitwise_or.reduce([goal.themes for goal in query.goals])
        fits &= ((c.themes[rows] | c.suggested_themes[rows]) & np.uint64(about)) != 0
    keep = np.flatnonzero(fits)
    rows, distance, level = rows[keep], distance[keep], level[keep]
    goal_scores = goal_scores_of(query, catalogue, rows)
    goals, off_topic = goals_part(query, goal_scores)

    parts = np.full((len(rows), len(PARTS)), np.nan)
    parts[:, _GOALS], parts[:, _LEVEL] = goals, level
    place, transport = c.place_kind[rows], c.transport[rows]
    stays = (place == COMES) | (place == ONLINE)
    reachable = ~off_topic
    if query.ruler is not None:
        minutes = _least_minutes(query, distance)
        travel = 1.0 - (1.0 - TRAVEL_AT_LIMIT) * (minutes / query.max_minutes)
        open_end = stays | np.isnan(distance)
        if query.uses_provider_transport:
            travel = np.where(transport == -1, 1.0, travel)
        parts[:, _TRAVEL] = np.where(open_end, 1.0, travel)
        reachable &= open_end | (minutes <= query.max_minutes)
    if query.wants_transport:
        parts[:, _TRANSPORT] = np.where(
            stays | (transport == 1), 1.0, np.where(transport == -1, np.nan, NO_TRANSPORT)
        )
    parts[:, _PREFERENCES] = preferences_part(query, catalogue, rows)
    for part, counts in (
        (_TIMES, query.has_when),
        (_COST, query.score_budget_pence >= 0),
        (_CARER, query.has_carer),
    ):
        if counts:
            parts[:, part] = 1.0
    bounds = np.where(reachable, weigh(query, parts)[0], -1.0)
    order = np.argsort(-bounds, kind="stable")[: int(reachable.sum())]
    return Possible(rows[order], bounds[order], goal_scores[order])


def _near(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Ints, Floats]:
    """Rows in the circle of those who come, or in the person's; rows without a place too."""
    distance = distances(query, catalogue, rows)
    if query.ruler is None:
        return rows, distance
    c = catalogue.columns
    furthest = np.where(c.place_kind[rows] == COMES, c.radius_km[rows], query.reach_km * (1.0 + SLACK))
    keep = np.flatnonzero(~(distance > furthest) | (c.place_kind[rows] == ONLINE))
    return rows[keep], distance[keep]


def _least_minutes(query: Query, distance: Floats) -> Floats:
    """By the quickest of all ways that the person names."""
    minutes = np.full(len(distance), np.inf)
    used = query.ways[0] > 0.0
    for fixed, per_km in query.ways[1:3, used].T.tolist():
        minutes = np.minimum(minutes, fixed + per_km * distance)
    return minutes
