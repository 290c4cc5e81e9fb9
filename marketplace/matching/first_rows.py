"""One person's first rows in compiled code: who may be near, who may be good, who is best.

1. ``spans_near``: the spans of the grid's rows that touch the person's circles.
2. ``gather``: of these, the rows within reach that no simple stop rules out.
3. ``queue``: each with the best score it could have, had it the closest words and the best times and
   price; put into drawers by that bound.
4. ``first_rows``: from the highest drawer down, the rules in full, until no bound is as good as the
   last of the list. What could have come later can't be in the list, so the answer is exact.

A bound is a weighted mean in which what is not worked out yet counts as 1. That is never below the
true score: a part is at most 1, and a part that turns out unknown leaves a mean that is at most 1.
"""
# ruff: noqa: PLR0915, PLR0917, C901, PLR0912 - one loop: a call a step would cost more than the step

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel, kernel_times
from marketplace.matching.catalogue import GONE, Columns
from marketplace.matching.codes import COMES, ENABLEMENT, FULL, ONLINE, PROVIDER
from marketplace.matching.grid import (
    ANYWHERE,
    CELLS,
    LAT_STEP,
    LAYERS,
    LINES,
    LON_STEP,
    SOUTH,
    WEST,
)
from marketplace.matching.grid import COLUMNS as GRID_COLUMNS
from marketplace.matching.kernel import compiled
from marketplace.matching.text import WEIGHT_UNIT
from marketplace.matching.weights import GOAL_FLOOR, NO_TRANSPORT, TRAVEL_AT_LIMIT, WORDS_ALONE
from marketplace.vocabulary import Part

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PARTS = len(Part)
DRAWERS = 1024
"""Of bounds from 0 to 1."""
SLACK = 1e-9
"""A bound is added up in another order than the score; so much lower it may come out at most."""
NEAR_SLACK = 1.000001
"""The same for squares of kilometres."""
LEAST_KM_PER_DEGREE = 110.5
"""Of latitude, anywhere on the ellipsoid."""
EXACT_GOALS = 8
"""For so many goals the bound tells served from not served; any further count as served."""
AT_ONCE = 24
"""Rows whose words and times are fetched from memory together."""


class QueryNumbers(NamedTuple):
    """A person's needs as compiled code takes them; the meanings are those of ``Query``.

    Numbers where it can be and few arrays: handing over an array costs more than ten numbers.
    """

    has_home: bool
    lat: float
    lon: float
    ruler: tuple[float, float, float, float, float, float]
    """North, then east, as in ``Ruler``."""
    reach_km: float
    wants_transport: bool
    max_minutes: float
    has_free_bus: bool
    has_when: bool
    wanted_minutes: float
    shortest: int
    level: int
    age: int
    must: int
    like: int
    budget_pence: int
    score_budget_pence: int
    has_carer: bool
    shortest_break: int
    break_minutes: float
    work_minutes: int
    ways: Floats
    """Shape (5, modes): 1 where the person goes this way; minutes fixed and per km; pence the same."""
    free_bus: npt.NDArray[np.bool_]
    windows: Rows
    works: Rows
    weights: Floats
    goals: npt.NDArray[np.uint64]
    """Shape (6, goals): chosen, understood, akin and refused themes; 1 with words; importance."""


class WordColumns(NamedTuple):
    """``TextColumns`` as compiled code takes them; vectors of shape (0, 0) without a model."""

    first: npt.NDArray[np.int32]
    terms: npt.NDArray[np.unsignedinteger]
    weights: npt.NDArray[np.uint8]
    vectors: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]


class GoalWords(NamedTuple):
    """The ``GoalText`` of all goals: the terms of goal *g* are ``first[g]:first[g + 1]``."""

    first: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int32]
    weights: Floats
    vectors: npt.NDArray[np.int8]
    """Shape (goals, dimension); a goal with scale 0 has none."""
    scales: Floats
    low: Floats
    slope: Floats


class Scratch(NamedTuple):
    """Memory of one thread for its searches, made once: see ``scratch_for``."""

    spans: Rows
    rows: npt.NDArray[np.int32]
    distances: Floats
    bounds: Floats
    below: npt.NDArray[np.int32]
    """The next row in the same drawer."""
    drawers: npt.NDArray[np.int32]
    """The first row in each drawer; -1 is none."""
    wanted: npt.NDArray[np.int16]
    """By term: 1 + the first entry of a goal that wants it; all 0 between two searches."""


def scratch_for(rows: int, terms: int) -> Scratch:
    """For catalogues of at most so many *rows* and *terms* in the vocabulary: 24 bytes a row."""
    return Scratch(
        spans=np.empty((LAYERS * LINES + 1, 2), dtype=np.int64),
        rows=np.empty(rows + 1, dtype=np.int32),
        distances=np.empty(rows + 1),
        bounds=np.empty(rows + 1),
        below=np.empty(rows + 1, dtype=np.int32),
        drawers=np.empty(DRAWERS, dtype=np.int32),
        wanted=np.zeros(terms + 1, dtype=np.int16),
    )


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
    rows, distances, squares = s.rows, s.distances, s.bounds
    n0, n1, n2, e0, e1, e2 = q.ruler
    lat, lon, has_home, any_age, must = q.lat, q.lon, q.has_home, q.age < 0, np.uint32(q.must)
    age = np.int16(q.age)
    bit = np.uint8((1 << q.level) >> 1)
    any_level, unknown_level = q.level == 0, q.level != 4
    reach = q.reach_km * q.reach_km * NEAR_SLACK
    found = 0
    for span in range(spans):
        start, end = s.spans[span, 0], s.spans[span, 1]
        count = end - start
        lats, lons, radii, places = (
            c.lat[start:end],
            c.lon[start:end],
            c.radius_km[start:end],
            c.place_kind[start:end],
        )
        levels, stated, suggested = c.levels[start:end], c.themes[start:end], c.suggested_themes[start:end]
        vacancies, lacking = c.vacancy[start:end], c.features_no[start:end]
        youngest, oldest = c.min_age[start:end], c.max_age[start:end]
        away = squares[:count]
        for at in range(count):
            up, across = np.float64(lats[at]) - lat, np.float64(lons[at]) - lon
            middle = up * 0.5
            dy = up * (n0 + middle * (n1 + middle * n2))
            dx = across * (e0 + middle * (e1 + middle * e2))
            away[at] = dx * dx + dy * dy
        if has_home and span < placed:
            for at in range(count):
                radius = np.float64(radii[at])
                furthest = radius * radius * NEAR_SLACK if places[at] == COMES else reach
                away[at] = away[at] if away[at] <= furthest else -1.0
        for at in range(count):
            level, vacancy = levels[at], vacancies[at]
            fits = not (away[at] < 0.0)
            fits &= (lacking[at] & must) == 0
            fits &= (vacancy != FULL) & (vacancy != GONE)
            fits &= any_level | ((level & bit) != 0) | ((level == 0) & unknown_level)
            fits &= any_age | ((age >= youngest[at]) & ((oldest[at] < 0) | (age <= oldest[at])))
            fits &= any_words | (((stated[at] | suggested[at]) & any_theme) != 0)
            rows[found] = start + at
            distances[found] = away[at]
            found += int(fits)
    for at in range(found):
        distances[at] = math.sqrt(distances[at]) if has_home else np.nan
    return found


@compiled
def queue(q: QueryNumbers, c: Columns, closest: Floats, found: int, s: Scratch) -> None:
    """Put the first *found* of ``rows`` into drawers by the best score that each could have."""
    kinds, places, transports = c.kind, c.place_kind, c.transport
    levels, made_for, stated, suggested = c.levels, c.made_for, c.themes, c.suggested_themes
    has, lacks = c.features_yes, c.features_no
    rows, distances, bounds, below, drawers = (
        s.rows,
        s.distances,
        s.bounds,
        s.below,
        s.drawers,
    )
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
        about[goal] = q.goals[0, goal] | q.goals[1, goal] | q.goals[2, goal]
    by_served = np.full(1 << goals, np.nan)
    scores = np.empty(len(closest))
    importance = q.goals[5].astype(np.float64)
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
                known = goal < goals and not (served >> goal) & 1
                scores[goal] = closest[goal] if known else 1.0
            by_served[served] = kernel.goals_part(scores, importance)
        bound = (total + weights[0] * by_served[served]) / (weight + weights[0])
        drawer = min(int((bound + SLACK) * (DRAWERS - 1)), DRAWERS - 1)
        bounds[at] = bound
        below[at] = drawers[drawer]
        drawers[drawer] = at


@compiled
def first_rows(
    q: QueryNumbers,
    columns: tuple[Any, ...],
    word_arrays: tuple[Any, ...],
    goal_arrays: tuple[Any, ...],
    grid_arrays: tuple[Any, ...],
    turn: npt.NDArray[np.uint32],
    scratch: tuple[Any, ...],
    best_row: Rows,
    best_score: Floats,
) -> int:
    """Fill *best_row* and *best_score* with the first rows; how many there are.

    By score, then distance, then the day's turn, then row number. The arrays are handed over as plain
    tuples, which is quicker, and fetched once: see the kernel's head.
    """
    c, words, said = Columns(*columns), WordColumns(*word_arrays), GoalWords(*goal_arrays)
    s = Scratch(*scratch)
    cells, coming_km = grid_arrays
    kinds, places, radii, transports, fetch_radii = (
        c.kind,
        c.place_kind,
        c.radius_km,
        c.transport,
        c.transport_radius_km,
    )
    levels, made_for, stated, suggested = c.levels, c.made_for, c.themes, c.suggested_themes
    has, lacks, fetch_pence, flexible = c.features_yes, c.features_no, c.transport_pence, c.flexible
    own_shortest, bases, prices = c.shortest_visit, c.cost_basis, c.cost_pence
    first_session, session_count = c.first_session, c.session_count
    starts, ends, repeats = c.session_start, c.session_end, c.session_repeats
    uses, fixed, per_km, fare_fixed, fare_per_km = q.ways[0], q.ways[1], q.ways[2], q.ways[3], q.ways[4]
    free_bus, windows, works, weights = q.free_bus, q.windows, q.works, q.weights
    themes, word_themes, kin_themes, refused = q.goals[0], q.goals[1], q.goals[2], q.goals[3]
    has_words, importance = q.goals[4] == 1, q.goals[5].astype(np.float64)
    term_first, terms, term_weights = words.first, words.terms, words.weights
    vectors, vector_scales, goal_vectors, goal_scales = words.vectors, words.scales, said.vectors, said.scales
    goal_first, goal_terms, goal_weights = said.first, said.terms, said.weights
    lows, slopes = said.low, said.slope
    rows, distances, bounds, below, drawers, wanted = (
        s.rows,
        s.distances,
        s.bounds,
        s.below,
        s.drawers,
        s.wanted,
    )
    limit, goals = len(best_row), len(themes)

    closest = np.zeros(goals)
    any_words = False
    any_theme = np.uint64(0)
    for goal in range(goals):
        any_theme |= themes[goal] | word_themes[goal] | kin_themes[goal]
        if has_words[goal]:
            any_words = True
            silent = goal_first[goal] == goal_first[goal + 1] and goal_scales[goal] == 0.0
            most = min(max(-lows[goal] * slopes[goal], 0.0), 1.0) if silent else 1.0
            closest[goal] = WORDS_ALONE * most
    placed, spans = spans_near(q, cells, coming_km, s.spans)
    found = gather(q, c, any_theme, any_words, placed, spans, s)
    queue(q, c, closest, found, s)

    by_day = kernel_times.windows_by_day(windows)
    works_by_day = kernel_times.windows_by_day(works)
    # The goals that want a term, one after the other.
    entries = goal_first[goals] - goal_first[0]
    entry_goal, entry_next = np.empty(entries, dtype=np.int64), np.empty(entries, dtype=np.int16)
    entry_weight = np.empty(entries)
    entry = 0
    for goal in range(goals):
        for at in range(goal_first[goal], goal_first[goal + 1]):
            entry_goal[entry], entry_weight[entry] = goal, goal_weights[at]
            entry_next[entry] = wanted[goal_terms[at]]
            entry += 1
            wanted[goal_terms[at]] = entry

    parts, goal_scores, dots = np.empty(PARTS), np.empty(goals), np.zeros(goals)
    best_distance, best_turn = np.empty(limit), np.empty(limit, dtype=np.uint32)
    taken = np.empty(AT_ONCE, dtype=np.int64)
    held = 0
    fetched = 0.0
    drawer = DRAWERS - 1
    while drawer >= 0:
        least = best_score[limit - 1] - SLACK if held == limit else -1.0
        if (drawer + 1) / (DRAWERS - 1) < least:
            break
        count = 0
        while count < AT_ONCE and drawer >= 0:
            at = drawers[drawer]
            if at < 0:
                drawer -= 1
                continue
            drawers[drawer] = below[at]
            if bounds[at] >= least:
                taken[count] = at
                count += 1
        # Fetched together, they come in the time of one: reading does not wait for the row before.
        for number in range(count):
            row = rows[taken[number]]
            word, session = term_first[row], first_session[row]
            fetched += np.float64(prices[row]) + np.float64(own_shortest[row])
            if word < len(terms):
                fetched += np.float64(terms[word]) + np.float64(term_weights[word])
            if session < len(starts):
                fetched += np.float64(starts[session]) + np.float64(ends[session])
        for number in range(count):
            at = taken[number]
            row, distance = rows[at], distances[at]
            if held == limit and bounds[at] < best_score[limit - 1] - SLACK:
                continue
            journey = kernel.journey_of(
                distance,
                places[row],
                radii[row],
                transports[row],
                fetch_radii[row],
                uses,
                fixed,
                per_km,
                q.max_minutes,
                q.has_home,
            )
            if journey.too_far:
                continue
            parts[1] = kernel.level_of(q.level, levels[row], made_for[row], kinds[row] == ENABLEMENT)
            parts[2] = journey.score
            parts[4] = np.nan
            if q.wants_transport:
                needless = journey.comes or places[row] == ONLINE
                parts[4] = kernel.transport_of(distance, needless, transports[row], fetch_radii[row])
            parts[6] = kernel.preferences_of(q.like, has[row], lacks[row]) if q.like else np.nan
            if any_words:
                for goal in range(goals):
                    dots[goal] = 0.0
                for word in range(np.uint64(term_first[row]), np.uint64(term_first[row + 1])):
                    entry = wanted[terms[word]]
                    while entry > 0:
                        weight = entry_weight[entry - 1] * (np.float64(term_weights[word]) * WEIGHT_UNIT)
                        dots[entry_goal[entry - 1]] += weight
                        entry = entry_next[entry - 1]
            most = 0.0
            for goal in range(goals):
                closeness = 0.0
                if has_words[goal]:
                    closeness = dots[goal]
                    if goal_scales[goal] > 0.0 and len(vectors) > 0:
                        dot = kernel.whole_dot(vectors[row], goal_vectors[goal])
                        closeness += dot * (np.float64(vector_scales[row]) * goal_scales[goal])
                    closeness = min(max((closeness - lows[goal]) * slopes[goal], 0.0), 1.0)
                goal_scores[goal] = kernel.goal_of(
                    stated[row],
                    suggested[row],
                    themes[goal],
                    word_themes[goal],
                    kin_themes[goal],
                    refused[goal],
                    has_words[goal],
                    closeness,
                )
                most = max(most, goal_scores[goal])
            if most < GOAL_FLOOR:
                continue
            parts[0] = kernel.goals_part(goal_scores, importance)
            parts[3] = 1.0 if q.has_when else np.nan
            parts[5] = 1.0 if q.score_budget_pence >= 0 else np.nan
            parts[7] = 1.0 if q.has_carer else np.nan
            if held == limit and kernel.mean_of(parts, weights) < best_score[limit - 1] - SLACK:
                continue
            visit = kernel_times.visit_of(
                starts,
                ends,
                repeats,
                first_session[row],
                session_count[row],
                flexible[row],
                own_shortest[row],
                windows,
                by_day,
                q.has_when,
                q.shortest,
                q.wanted_minutes,
                q.has_carer,
                works,
                works_by_day,
            )
            if not visit.fits:
                continue
            known = visit.best >= 0
            weekly = kernel.weekly_of(
                visit.minutes,
                int(np.int64(starts[visit.best])) if known else -1,
                int(np.int64(ends[visit.best])) if known else -1,
                int(repeats[visit.best]) if known else -1,
                bases[row],
                prices[row],
                journey.mode,
                journey.minutes,
                distance,
                fetch_pence[row],
                fare_fixed,
                fare_per_km,
                q.has_free_bus,
                free_bus,
            )
            if q.budget_pence >= 0 and weekly > q.budget_pence:
                continue
            parts[3] = visit.score
            parts[5] = np.nan
            if q.score_budget_pence >= 0 and weekly >= 0:
                parts[5] = kernel.cost_of(weekly, q.score_budget_pence)
            parts[7] = np.nan
            if q.has_carer:
                parts[7] = kernel_times.carer_of(
                    visit, session_count[row], q.shortest_break, q.work_minutes, q.break_minutes
                )
            score = kernel.mean_of(parts, weights)
            far = np.inf if np.isnan(distance) else distance
            place = held
            while place > 0 and _before(
                score,
                far,
                turn[row],
                row,
                best_score[place - 1],
                best_distance[place - 1],
                best_turn[place - 1],
                best_row[place - 1],
            ):
                place -= 1
            if place == limit:
                continue
            held = min(held + 1, limit)
            for other in range(held - 1, place, -1):
                best_score[other], best_row[other] = best_score[other - 1], best_row[other - 1]
                best_distance[other], best_turn[other] = best_distance[other - 1], best_turn[other - 1]
            best_score[place], best_row[place] = score, row
            best_distance[place], best_turn[place] = far, turn[row]
    bounds[-1] = fetched  # so that the fetching is not left out as useless
    for at in range(goal_first[0], goal_first[goals]):
        wanted[goal_terms[at]] = 0
    return held


@compiled
def _before(
    score: float,
    far: float,
    turn: int,
    row: int,
    other_score: float,
    other_far: float,
    other_turn: int,
    other_row: int,
) -> bool:
    """Whether a row comes before another: the order of the list."""
    if score != other_score:
        return score > other_score
    if far != other_far:
        return far < other_far
    if turn != other_turn:
        return turn < other_turn
    return row < other_row
