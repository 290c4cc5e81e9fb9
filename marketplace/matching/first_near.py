"""Who may be near a person, and how good each could be: the first three steps of ``first_rows``."""
# ruff: noqa: PLR0915, PLR0917, C901, PLR0912 - compiled loops: a call a step would cost more than the step

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.catalogue import VACANCIES
from marketplace.matching.codes import COMES, ENABLEMENT, FULL, ONLINE, PROVIDER
from marketplace.matching.first_numbers import DRAWERS, Floats, QueryNumbers, Records, Rows, Scratch
from marketplace.matching.first_words import Wanted
from marketplace.matching.grid import ANYWHERE, CELLS, LAT_STEP, LAYERS, LINES, LON_STEP, SOUTH, WEST
from marketplace.matching.grid import COLUMNS as GRID_COLUMNS
from marketplace.matching.kernel import compiled
from marketplace.matching.weights import (
    ALL_GOALS_SHARE,
    BEST_GOAL_SHARE,
    GOAL_FLOOR,
    NO_TRANSPORT,
    TRAVEL_AT_LIMIT,
    WORDS_ALONE,
    WORDS_KIN,
    WORDS_THEME,
)

SLACK = 1e-9
"""A bound is added up in another order than the score; so much lower it may come out at most."""
NEAR_SLACK = 1.000001
"""The same for squares of kilometres."""
LEAST_KM_PER_DEGREE = 110.5
"""Of latitude, anywhere on the ellipsoid."""
LEVEL_SETS = 16
"""Sets of the four levels."""
TAKING = sum(1 << at for at in range(len(VACANCIES)) if at != FULL)
"""A bit for each code of a vacancy that lets somebody in; rows that are gone have none."""


@compiled
def spans_near(
    q: QueryNumbers, first: npt.NDArray[np.int32], coming_km: Floats, spans: Rows
) -> tuple[int, int]:
    """Fill *spans* (start, end, rows in all before); how many have a place, and how many there are with the
    one of the rows that have none."""
    ruler = q.ruler
    count, rows = 0, 0
    for layer in range(LAYERS):
        reach = q.reach_km if layer == 0 else coming_km[layer]
        low, high = 0, LINES - 1
        if q.has_home:
            up = reach / LEAST_KM_PER_DEGREE
            low = max(int((q.lat - up - SOUTH) / LAT_STEP), 0)
            high = min(int((q.lat + up - SOUTH) / LAT_STEP), LINES - 1)
        for line in range(low, high + 1):
            left, right = 0, GRID_COLUMNS - 1
            if q.has_home:
                # Half the circle's width where the line comes nearest to its middle.
                south = SOUTH + line * LAT_STEP - q.lat
                north = south + LAT_STEP
                nearest = south if south > 0.0 else min(north, 0.0)
                away = kernel.ruler_km(nearest, 0.0, ruler)
                rest = reach * reach * NEAR_SLACK - away * away
                if rest < 0.0:
                    continue
                shortest = min(
                    ruler[3] + 0.5 * south * (ruler[4] + 0.5 * south * ruler[5]),
                    ruler[3] + 0.5 * north * (ruler[4] + 0.5 * north * ruler[5]),
                )
                half = math.sqrt(rest) / shortest + 1e-6
                left = min(max(int((q.lon - half - WEST) / LON_STEP), 0), GRID_COLUMNS - 1)
                right = min(max(int((q.lon + half - WEST) / LON_STEP), 0), GRID_COLUMNS - 1)
            cell = layer * CELLS + line * GRID_COLUMNS
            start, end = first[cell + left], first[cell + right + 1]
            if start < end:
                spans[count, 0], spans[count, 1], spans[count, 2] = start, end, rows
                rows += end - start
                count += 1
    spans[count, 0], spans[count, 1], spans[count, 2] = first[ANYWHERE], first[ANYWHERE + 1], rows
    return count, count + 1


@compiled
def gather(
    q: QueryNumbers,
    near: Records,
    any_theme: np.uint64,
    any_words: bool,
    placed: int,
    spans: int,
    s: Scratch,
) -> int:
    """Rows within reach that nothing simple stops, into ``rows`` with their ``distances``; how many.

    Unless *any_words* are heard too, only rows about a theme of the goals. All tests without a branch: what
    a row lacks is as good as chance, and a wrong guess costs more than all tests.
    """
    rows, distances, line = s.rows, s.distances, s.line
    n0, n1, n2, e0, e1, e2 = q.ruler
    lat, lon, must = q.lat, q.lon, np.uint32(q.must)
    age = np.int64(q.age)
    any_age, any_row = int(q.age < 0), int(any_words)
    fitting_levels = 0
    for levels in range(LEVEL_SETS):
        if not kernel.level_of(q.level, levels, 0, False) < 0.0:
            fitting_levels |= 1 << levels
    reach = q.reach_km * q.reach_km * NEAR_SLACK
    found = 0
    for span in range(spans):
        anywhere = int(not (q.has_home and span < placed))
        before = np.uint64(s.spans[span, 2]) - np.uint64(s.spans[span, 0])
        for row in range(np.uint64(s.spans[span, 0]), np.uint64(s.spans[span, 1])):
            its = near[row]
            up, across = np.float64(its.lat) - lat, np.float64(its.lon) - lon
            middle = up * 0.5
            dy = up * (n0 + middle * (n1 + middle * n2))
            dx = across * (e0 + middle * (e1 + middle * e2))
            square = dx * dx + dy * dy
            radius = np.float64(its.radius_km)
            furthest = radius * radius * NEAR_SLACK if its.place_kind == COMES else reach
            fits = anywhere | int(square <= furthest)
            fits &= int((its.features_no & must) == 0)
            fits &= TAKING >> int(np.int64(its.vacancy))
            fits &= fitting_levels >> int(np.int64(its.levels))
            fits &= any_age | (
                int(age >= np.int64(its.min_age)) & int(age <= np.int64(np.uint8(its.max_age)))
            )
            fits &= any_row | int(((its.themes | its.suggested_themes) & any_theme) != 0)
            fits &= 1
            rows[found] = row
            distances[found] = square
            found += fits
            line[row + before] = found * fits
    has_home = q.has_home
    for at in range(found):
        distances[at] = math.sqrt(distances[at]) if has_home else np.nan
    return found


@compiled
def queue(q: QueryNumbers, near: Records, w: Wanted, found: int, s: Scratch) -> None:
    """Put the first *found* of ``rows`` into drawers by the best score that each could have."""
    rows, distances, bounds, others, known = s.rows, s.distances, s.bounds, s.others, s.known
    below, drawers, dots = s.below, s.drawers, s.dots
    uses, fixed, per_km, weights = q.ways[0], q.ways[1], q.ways[2], q.weights
    may_fetch = uses[PROVIDER] > 0.0
    ways = 0
    start_minutes, km_minutes = np.empty(len(uses)), np.empty(len(uses))
    for way in range(len(uses)):
        if uses[way] > 0.0:
            start_minutes[ways], km_minutes[ways] = fixed[way], per_km[way]
            ways += 1
    goals = len(w.importance)
    # A goal's score rises with the closeness of the words along one of two lines: with a theme, without.
    about, line_start, line_rise = np.empty(goals, np.uint64), np.empty(goals), np.empty(goals)
    for goal in range(goals):
        about[goal] = q.goals[goal, 0] | q.goals[goal, 1] | q.goals[goal, 2]
        line_start[goal] = 1.0 if q.goals[goal, 0] else WORDS_THEME if q.goals[goal, 1] else WORDS_KIN
        line_rise[goal] = 1.0 - line_start[goal]
    lows, slopes, least = w.low, w.slope, w.least
    best_share, share = shares_of(w.importance)
    level_total, level_weight = np.zeros(4 * LEVEL_SETS), np.zeros(4 * LEVEL_SETS)
    own = q.level - 1 if q.level > 0 else 0
    for at in range(4 * LEVEL_SETS):
        level = kernel.level_of(
            q.level, at % LEVEL_SETS, ((at // LEVEL_SETS) & 1) << own, at >= 2 * LEVEL_SETS
        )
        if not np.isnan(level):
            level_total[at], level_weight[at] = weights[1] * level, weights[1]
    minute_loss = (1.0 - TRAVEL_AT_LIMIT) / q.max_minutes
    later = 0.0
    if q.has_when:
        later += weights[3]
    if q.score_budget_pence >= 0:
        later += weights[5]
    if q.has_carer:
        later += weights[7]
    travel_weight, like, wants_transport = weights[2] if q.has_home else 0.0, q.like, q.wants_transport
    drawers[:] = -1
    for at in range(found):
        row, distance = rows[at], distances[at]
        its = near[row]
        stays = its.place_kind in (COMES, ONLINE)
        transport = its.transport
        total, weight = later, later + travel_weight
        travel = 1.0
        if not (stays or np.isnan(distance)):
            minutes = np.inf
            for way in range(ways):
                minutes = min(minutes, start_minutes[way] + km_minutes[way] * distance)
            if minutes > q.max_minutes:
                continue
            if not (may_fetch and transport == -1):
                travel = 1.0 - minute_loss * minutes
        total += travel_weight * travel
        level_at = int(its.levels) | ((int(its.made_for) >> own) & 1) * LEVEL_SETS
        if its.kind == ENABLEMENT:
            level_at += 2 * LEVEL_SETS
        total += level_total[level_at]
        weight += level_weight[level_at]
        if wants_transport:
            if stays or transport == 1:
                total += weights[4]
                weight += weights[4]
            elif transport == 0:
                total += weights[4] * NO_TRANSPORT
                weight += weights[4]
        if like:
            met = kernel.preferences_of(like, its.features_yes, its.features_no)
            if not np.isnan(met):
                total += weights[6] * met
                weight += weights[6]
        listed = its.themes | its.suggested_themes
        most, best, all_goals = 0.0, 0.0, 0.0
        for goal in range(goals):
            close = max(min((dots[(at + 1) * goals + goal] - lows[goal]) * slopes[goal], 1.0), least[goal])
            score = WORDS_ALONE * close
            if listed & about[goal]:
                score = line_start[goal] + line_rise[goal] * close
            most = max(most, score)
            best = max(best, best_share[goal] * score)
            all_goals += share[goal] * score
        if most < GOAL_FLOOR - SLACK:
            continue
        goals_score = best + all_goals
        bound = (total + weights[0] * goals_score) / (weight + weights[0])
        drawer = min(int((bound + SLACK) * (DRAWERS - 1)), DRAWERS - 1)
        bounds[at], others[at], known[at] = bound, total, weight
        below[at] = drawers[drawer]
        drawers[drawer] = at


@compiled
def shares_of(importance: Floats) -> tuple[Floats, Floats]:
    """Of ``kernel.goals_part``, what the best goal's score counts, and every goal's: by goal."""
    most, total = importance.max(), importance.sum()
    return BEST_GOAL_SHARE * (importance / most), ALL_GOALS_SHARE * (importance / total)
