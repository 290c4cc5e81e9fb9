"""Who may be near a person, and how good each could be: the first three steps of ``first_rows``."""
# ruff: noqa: PLR0915, PLR0917, C901, PLR0912 - compiled loops: a call a step would cost more than the step

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.catalogue import GONE, Columns
from marketplace.matching.codes import COMES, ENABLEMENT, FULL, ONLINE, PROVIDER
from marketplace.matching.first_numbers import DRAWERS, Floats, QueryNumbers, Rows, Scratch
from marketplace.matching.grid import ANYWHERE, CELLS, LAT_STEP, LAYERS, LINES, LON_STEP, SOUTH, WEST
from marketplace.matching.grid import COLUMNS as GRID_COLUMNS
from marketplace.matching.kernel import compiled
from marketplace.matching.weights import NO_TRANSPORT, TRAVEL_AT_LIMIT

SLACK = 1e-9
"""A bound is added up in another order than the score; so much lower it may come out at most."""
NEAR_SLACK = 1.000001
"""The same for squares of kilometres."""
LEAST_KM_PER_DEGREE = 110.5
"""Of latitude, anywhere on the ellipsoid."""
EXACT_GOALS = 8
"""For so many goals the bound tells served from not served; any further count as served."""


@compiled
def spans_near(
    q: QueryNumbers, first: npt.NDArray[np.int32], coming_km: Floats, spans: Rows
) -> tuple[int, int]:
    """Fill *spans*; how many there are with a place, and how many with the rows that have none."""
    ruler = q.ruler
    count = 0
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
                spans[count, 0], spans[count, 1] = start, end
                count += 1
    spans[count, 0], spans[count, 1] = first[ANYWHERE], first[ANYWHERE + 1]
    return count, count + 1


@compiled
def gather(
    q: QueryNumbers, c: Columns, any_theme: np.uint64, any_words: bool, placed: int, spans: int, s: Scratch
) -> int:
    """Rows within reach that nothing simple stops, into ``rows`` with their ``distances``; how many.

    Distances first, several at once; then the tests without a branch: what a row lacks is as good as
    chance, and a wrong guess costs more than all tests.
    """
    rows, distances = s.rows, s.distances
    lats, lons, radii, places, levels = c.lat, c.lon, c.radius_km, c.place_kind, c.levels
    stated, suggested, vacancies, lacking = c.themes, c.suggested_themes, c.vacancy, c.features_no
    youngest, oldest = c.min_age, c.max_age
    n0, n1, n2, e0, e1, e2 = q.ruler
    lat, lon, any_age, must = q.lat, q.lon, q.age < 0, np.uint32(q.must)
    age = np.int16(q.age)
    bit = np.uint8((1 << q.level) >> 1)
    any_level, unknown_level = q.level == 0, q.level != 4
    reach = q.reach_km * q.reach_km * NEAR_SLACK
    found = 0
    for span in range(spans):
        placed_here = q.has_home and span < placed
        for row in range(np.uint64(s.spans[span, 0]), np.uint64(s.spans[span, 1])):
            up, across = np.float64(lats[row]) - lat, np.float64(lons[row]) - lon
            middle = up * 0.5
            dy = up * (n0 + middle * (n1 + middle * n2))
            dx = across * (e0 + middle * (e1 + middle * e2))
            square = dx * dx + dy * dy
            level, vacancy = levels[row], vacancies[row]
            radius = np.float64(radii[row])
            furthest = radius * radius * NEAR_SLACK if places[row] == COMES else reach
            fits = (not placed_here) | (square <= furthest)
            fits &= (lacking[row] & must) == 0
            fits &= (vacancy != FULL) & (vacancy != GONE)
            fits &= any_level | ((level & bit) != 0) | ((level == 0) & unknown_level)
            fits &= any_age | ((age >= youngest[row]) & ((oldest[row] < 0) | (age <= oldest[row])))
            fits &= any_words | (((stated[row] | suggested[row]) & any_theme) != 0)
            rows[found] = row
            distances[found] = square
            found += int(fits)
    has_home = q.has_home
    for at in range(found):
        distances[at] = math.sqrt(distances[at]) if has_home else np.nan
    return found


@compiled
def queue(q: QueryNumbers, c: Columns, closest: Floats, found: int, s: Scratch) -> None:
    """Put the first *found* of ``rows`` into drawers by the best score that each could have."""
    kinds, places, transports = c.kind, c.place_kind, c.transport
    levels, made_for, stated, suggested = c.levels, c.made_for, c.themes, c.suggested_themes
    has, lacks = c.features_yes, c.features_no
    rows, distances, bounds, others, known = s.rows, s.distances, s.bounds, s.others, s.known
    below, drawers = s.below, s.drawers
    uses, fixed, per_km, weights = q.ways[0], q.ways[1], q.ways[2], q.weights
    may_fetch = uses[PROVIDER] > 0.0
    ways = 0
    start_minutes, km_minutes = np.empty(len(uses)), np.empty(len(uses))
    for way in range(len(uses)):
        if uses[way] > 0.0:
            start_minutes[ways], km_minutes[ways] = fixed[way], per_km[way]
            ways += 1
    goals = min(len(closest), EXACT_GOALS)
    about = np.empty(goals, dtype=np.uint64)
    for goal in range(goals):
        about[goal] = q.goals[goal, 0] | q.goals[goal, 1] | q.goals[goal, 2]
    by_served = np.full(1 << goals, np.nan)
    scores = np.empty(len(closest))
    importance = q.goals[:, 5].astype(np.float64)
    minute_loss = (1.0 - TRAVEL_AT_LIMIT) / q.max_minutes
    later = 0.0
    if q.has_when:
        later += weights[3]
    if q.score_budget_pence >= 0:
        later += weights[5]
    if q.has_carer:
        later += weights[7]
    drawers[:] = -1
    for at in range(found):
        row, distance = rows[at], distances[at]
        bounds[at] = -1.0
        stays = places[row] == COMES or places[row] == ONLINE
        total, weight = later, later
        if q.has_home:
            travel = 1.0
            if not (stays or np.isnan(distance)):
                minutes = np.inf
                for way in range(ways):
                    minutes = min(minutes, start_minutes[way] + km_minutes[way] * distance)
                if minutes > q.max_minutes:
                    continue
                if not (may_fetch and transports[row] == -1):
                    travel = 1.0 - minute_loss * minutes
            total += weights[2] * travel
            weight += weights[2]
        level = kernel.level_of(q.level, levels[row], made_for[row], kinds[row] == ENABLEMENT)
        if not np.isnan(level):
            total += weights[1] * level
            weight += weights[1]
        if q.wants_transport:
            transport = transports[row]
            if stays or transport == 1:
                total += weights[4]
                weight += weights[4]
            elif transport == 0:
                total += weights[4] * NO_TRANSPORT
                weight += weights[4]
        if q.like:
            met = kernel.preferences_of(q.like, has[row], lacks[row])
            if not np.isnan(met):
                total += weights[6] * met
                weight += weights[6]
        listed = stated[row] | suggested[row]
        served = 0
        for goal in range(goals):
            served |= int((listed & about[goal]) != 0) << goal
        if np.isnan(by_served[served]):
            for goal in range(len(closest)):
                unserved = goal < goals and not (served >> goal) & 1
                scores[goal] = closest[goal] if unserved else 1.0
            by_served[served] = kernel.goals_part(scores, importance)
        bound = (total + weights[0] * by_served[served]) / (weight + weights[0])
        drawer = min(int((bound + SLACK) * (DRAWERS - 1)), DRAWERS - 1)
        bounds[at], others[at], known[at] = bound, total, weight
        below[at] = drawers[drawer]
        drawers[drawer] = at
