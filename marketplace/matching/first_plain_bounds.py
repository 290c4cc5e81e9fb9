"""How good each row could be, in two steps, over whole arrays: as ``first_bounds`` for compiled code.

Goals and the way there are known of all rows that were found, so all get a rough bound of these, in which
every other part counts as 1. Some hundreds get the closer one: what an offer states of itself as it is, times,
price and the carer's part as good as hints let them be.
"""

from __future__ import annotations

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import COMES, NOT_KNOWN, ONLINE, Floats, Ints
from marketplace.matching.evaluate import called_for, weigh
from marketplace.matching.evaluate_goals import level_part, preferences_part
from marketplace.matching.hints import (
    ANY_LENGTH,
    MINUTES_A_STEP,
    NO_PRICE,
    NO_SESSIONS,
    PENCE_A_STEP,
    VISIT_STEP,
)
from marketplace.matching.query import PARTS, Query
from marketplace.matching.weights import (
    ALL_GOALS_SHARE,
    BEST_GOAL_SHARE,
    BEST_SESSION_SHARE,
    COST_AT_BUDGET,
    GOAL_FLOOR,
    HOURS_SHARE,
    NO_TRANSPORT,
    SHORT_VISIT_FLOOR,
    TRAVEL_AT_LIMIT,
    WORDS_ALONE,
    WORDS_KIN,
    WORDS_THEME,
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
_STEPS_OF_WEEK = np.append(np.arange(ANY_LENGTH) * float(MINUTES_A_STEP), np.inf)
_STEPS_OF_VISIT = np.append(np.arange(ANY_LENGTH) * float(VISIT_STEP), np.inf)
"""Minutes by the hint's byte."""


def most_of_travel(query: Query, catalogue: Catalogue, rows: Ints, distance: Floats) -> Floats:
    """The most that the way to each row can score; -1 for what is too far by every way."""
    if query.home is None:
        return np.ones(len(rows))
    c, limit = catalogue.columns, query.max_minutes
    minutes = np.full(len(rows), np.inf)
    for fixed, per_km in query.ways[1:3, query.ways[0] > 0.0].T.tolist():
        minutes = np.minimum(minutes, fixed + per_km * distance)
    place = c.place_kind.take(rows)
    free = (place == COMES) | (place == ONLINE) | (np.isnan(distance))
    if query.uses_provider_transport:  # where it is not known whether they fetch people, they may
        free |= c.transport.take(rows) == NOT_KNOWN
    travel = 1.0 - ((1.0 - TRAVEL_AT_LIMIT) / limit) * minutes
    travel[minutes > limit] = -1.0
    travel[free] = 1.0
    return travel


def most_of_goals(query: Query, catalogue: Catalogue, rows: Ints, closeness: Floats) -> tuple[Floats, Floats]:
    """The most that the goals' part of each row can be, and its best goal's score; *closeness* by goal and row.

    A goal's score rises with the closeness of the words along one of two lines: with a theme, without.
    """
    c, goals = catalogue.columns, query.goals
    about = np.array([goal.themes | goal.word_themes | goal.kin_themes for goal in goals], dtype=np.uint32)
    start = np.array(
        [1.0 if goal.themes else WORDS_THEME if goal.word_themes else WORDS_KIN for goal in goals]
    )
    importance = np.array([float(goal.goal.importance) for goal in goals])
    listed = c.themes.take(rows) | c.suggested_themes.take(rows)
    # By sums and products: where the processor would have to guess which line a row is on, it guesses wrong.
    with_theme = ((listed & about[:, None]) != 0).astype(np.float64)
    score = with_theme * (1.0 - start - WORDS_ALONE)[:, None]
    score += WORDS_ALONE
    score *= closeness
    with_theme *= start[:, None]
    score += with_theme
    best = (score * (BEST_GOAL_SHARE * importance / importance.max())[:, None]).max(axis=0)
    return best + (ALL_GOALS_SHARE * importance / importance.sum()) @ score, score.max(axis=0)


def rough_bounds(query: Query, travel: Floats, goals: Floats, best_goal: Floats) -> Floats:
    """The best score that goals and the way there let each row have; -1 for what can't be a match."""
    weights = query.weights
    every = called_for(query)
    own = weights[_GOALS] + (weights[_TRAVEL] if query.home is not None else 0.0)
    bounds: Floats = goals * (weights[_GOALS] / every) + (every - own) / every
    if query.home is not None:
        bounds += travel * (weights[_TRAVEL] / every)
    bounds[(travel < 0.0) | (best_goal < GOAL_FLOOR - SLACK)] = -1.0
    return bounds


def closer_bounds(query: Query, catalogue: Catalogue, rows: Ints, travel: Floats, goals: Floats) -> Floats:
    """The best score that their own facts and hints let the *rows* have, of which all else is known."""
    c = catalogue.columns
    by_part = np.full((len(PARTS), len(rows)), np.nan)
    by_part[_GOALS] = goals
    by_part[_LEVEL] = level_part(query, catalogue, rows)[0]
    if query.home is not None:
        by_part[_TRAVEL] = travel
    if query.wants_transport:
        place, transport = c.place_kind.take(rows), c.transport.take(rows)
        needless = (place == COMES) | (place == ONLINE) | (transport == 1)
        by_part[_TRANSPORT] = np.where(needless, 1.0, np.where(transport == NOT_KNOWN, np.nan, NO_TRANSPORT))
    if query.like:
        by_part[_PREFERENCES] = preferences_part(query, catalogue, rows)
    if query.has_when or query.has_carer:
        untimed = (c.halves.take(rows) & np.uint16(NO_SESSIONS)) != 0
        week, visit = _STEPS_OF_WEEK.take(c.weekly.take(rows)), _STEPS_OF_VISIT.take(c.longest.take(rows))
        if query.has_when:
            by_part[_TIMES] = _most_of_times(query, week, visit)
            by_part[_TIMES, untimed] = np.nan
        if query.has_carer:
            by_part[_CARER] = _most_of_carer(query, week, visit)
            by_part[_CARER, untimed] = np.nan
    if query.score_budget_pence >= 0:
        prices = c.least_price.take(rows)
        share = prices * (PENCE_A_STEP / max(query.score_budget_pence, 1))
        by_part[_COST] = 1.0 - (1.0 - COST_AT_BUDGET) * np.minimum(share, 2.0)
        by_part[_COST, prices == NO_PRICE] = np.nan
    return weigh(query, by_part.T)[0]


def _most_of_times(query: Query, minutes: Floats, visit: Floats) -> Floats | float:
    """What is shorter than asked for, and a week that can't fill the hours, is never as good as another."""
    score: Floats | float = 1.0
    if query.shortest > 0:
        score = SHORT_VISIT_FLOOR + (1.0 - SHORT_VISIT_FLOOR) * np.minimum(visit / query.shortest, 1.0)
    if query.wanted_minutes > 0:
        filled = np.minimum(minutes / query.wanted_minutes, 1.0)
        score = BEST_SESSION_SHARE * score + HOURS_SHARE * filled
    return score


def _most_of_carer(query: Query, week: Floats, visit: Floats) -> Floats:
    told = [
        np.minimum(most / asked, 1.0)
        for most, asked in (
            (visit, query.shortest_break),
            (week, query.work_minutes),
            (week, query.break_minutes),
        )
        if asked > 0
    ]
    return np.asarray(sum(told[1:], told[0]) / len(told))
