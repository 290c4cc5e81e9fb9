"""What an offer's score can be at most, before its times and price are looked at: in NumPy.

The same idea as ``first_bounds.closer_bounds``, over whole arrays: a part that is not worked out yet counts as 1, or
as the most that hints let it be, which is never below the true score.
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
from marketplace.matching.hints import (
    ANY_LENGTH,
    DEAREST_STEP,
    MINUTES_A_STEP,
    NO_PRICE,
    NO_SESSIONS,
    PENCE_A_STEP,
    VISIT_STEP,
    halves_asked,
)
from marketplace.matching.query import PARTS, Query
from marketplace.matching.weights import (
    BEST_SESSION_SHARE,
    COST_AT_BUDGET,
    HOURS_SHARE,
    NO_TRANSPORT,
    SHORT_VISIT_FLOOR,
    TRAVEL_AT_LIMIT,
)
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
    fits &= (c.halves[rows] & np.uint16(halves_asked(query.windows, query.has_when))) != 0
    if query.budget_pence >= 0:
        prices, most = c.least_price[rows], min(query.budget_pence // PENCE_A_STEP, DEAREST_STEP)
        fits &= (prices == NO_PRICE) | (prices <= most)
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
    if query.home is not None:
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
    times, carer = _times(query, catalogue, rows)
    parts[:, _TIMES], parts[:, _CARER] = times, carer
    if query.score_budget_pence >= 0:
        prices = c.least_price[rows]
        share = np.minimum(prices * (PENCE_A_STEP / max(query.score_budget_pence, 1)), 2.0)
        parts[:, _COST] = np.where(prices == NO_PRICE, np.nan, 1.0 - (1.0 - COST_AT_BUDGET) * share)
    bounds = np.where(reachable, weigh(query, parts)[0], -1.0)
    order = np.argsort(-bounds, kind="stable")[: int(reachable.sum())]
    return Possible(rows[order], bounds[order], goal_scores[order])


def _near(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Ints, Floats]:
    """Rows in the circle of those who come, or in the person's; rows without a place too."""
    distance = distances(query, catalogue, rows)
    if query.home is None:
        return rows, distance
    c = catalogue.columns
    furthest = np.where(c.place_kind[rows] == COMES, c.radius_km[rows], query.reach_km * (1.0 + SLACK))
    keep = np.flatnonzero(~(distance > furthest) | (c.place_kind[rows] == ONLINE))
    return rows[keep], distance[keep]


def _times(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Floats, Floats]:
    """The parts of times and of the carer's time, as good as the hints let them be; NaN where not known."""
    c = catalogue.columns
    times = np.full(len(rows), np.nan)
    carer = times.copy()
    timed = (c.halves[rows] & np.uint16(NO_SESSIONS)) == 0
    weekly, longest = c.weekly[rows], c.longest[rows]
    minutes = np.where(weekly == ANY_LENGTH, np.inf, weekly * float(MINUTES_A_STEP))
    visit = np.where(longest == ANY_LENGTH, np.inf, longest * float(VISIT_STEP))
    if query.has_when:
        score = np.ones(len(rows))
        if query.shortest > 0:
            score = SHORT_VISIT_FLOOR + (1.0 - SHORT_VISIT_FLOOR) * np.minimum(visit / query.shortest, 1.0)
        if query.wanted_minutes > 0:
            filled = np.minimum(minutes / query.wanted_minutes, 1.0)
            score = BEST_SESSION_SHARE * score + HOURS_SHARE * filled
        times[timed] = score[timed]
    if query.has_carer:
        told = [
            np.minimum(most / asked, 1.0)
            for most, asked in (
                (visit, query.shortest_break),
                (minutes, query.work_minutes),
                (minutes, query.break_minutes),
            )
            if asked > 0
        ]
        carer[timed] = np.mean(told, axis=0)[timed]
    return times, carer


def _least_minutes(query: Query, distance: Floats) -> Floats:
    """By the quickest of all ways that the person names."""
    minutes = np.full(len(distance), np.inf)
    used = query.ways[0] > 0.0
    for fixed, per_km in query.ways[1:3, used].T.tolist():
        minutes = np.minimum(minutes, fixed + per_km * distance)
    return minutes
