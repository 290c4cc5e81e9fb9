"""Who may be near a person, and how good each could be: the first three steps of ``first_rows``."""
# ruff: noqa: PLR0915, PLR0917, C901, PLR0912 - compiled loops: a call a step would cost more than the step

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.codes import COMES, ENABLEMENT, FULL, ONLINE, PROVIDER, VACANCIES
from marketplace.matching.first_numbers import DRAWERS, Floats, Near, QueryNumbers, Rows, Scratch
from marketplace.matching.first_words import Wanted
from marketplace.matching.grid import ANYWHERE, CELLS, LAT_STEP, LAYERS, LINES, LON_STEP, SOUTH, WEST
from marketplace.matching.grid import COLUMNS as GRID_COLUMNS
from marketplace.matching.hints import (
    ANY_LENGTH,
    DEAREST_STEP,
    MINUTES_A_STEP,
    NO_PRICE,
    NO_SESSIONS,
    PENCE_A_STEP,
    VISIT_STEP,
    halves_asked,
    minutes_by_halves,
)
from marketplace.matching.kernel import compiled
from marketplace.matching.records import NEAR
from marketplace.matching.weights import (
    ALL_GOALS_SHARE,
    BEST_GOAL_SHARE,
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

OLDEST = 127
THEMES_TYPE, FEATURES_TYPE = NEAR["themes"].type, NEAR["features_no"].type
SLACK = 1e-9
"""A bound is added up in another order than the score; so much lower it may come out at most."""
NEAR_SLACK = 1.000001
"""The same for squares of kilometres."""
LEAST_KM_PER_DEGREE = 110.5
"""Of latitude, anywhere on the ellipsoid."""
STEP = 32
"""Rows that are looked at in one step of a loop, or in a few."""
LEVEL_SETS = 16
"""Sets of the four levels."""
LEVEL_TRAITS, REST_TRAITS = 4 * LEVEL_SETS - 1, 6
"""A row's traits for the bound: bits 0 to 3 its levels, 4 made for the person's own, 5 an enablement programme;
and above these: ``STAYS`` for no way to go, ``TRANSPORT`` for its own (0 not known, 1 no, 2 yes), 9 with sessions."""
STAYS, TRANSPORT = 1 << 6, 3 << 7
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
    near: Near,
    any_theme: np.uint64,
    any_words: bool,
    placed: int,
    spans: int,
    s: Scratch,
) -> int:
    """Rows within reach that nothing simple stops, into ``rows`` with their ``distances``; how many.

    Unless *any_words* are heard too, only rows about a theme of the goals. One plain loop a question, over
    all rows of a span: so the processor asks it of many rows in one step, and no guess can be wrong.
    """
    rows, distances, line = s.rows, s.distances, s.line
    n0, n1, n2, e0, e1, e2 = q.ruler
    lat, lon, must = q.lat, q.lon, FEATURES_TYPE(q.must)
    age = np.int8(min(q.age, OLDEST))
    themes = THEMES_TYPE(any_theme)
    halves = np.uint16(halves_asked(q.windows, q.has_when))
    steps = np.uint16(min(q.budget_pence // PENCE_A_STEP, DEAREST_STEP))
    fitting_levels = 0
    for levels in range(LEVEL_SETS):
        if not kernel.level_of(q.level, levels, 0, False) < 0.0:
            fitting_levels |= 1 << levels
    level_bits, vacancy_bits = np.uint32(fitting_levels), np.uint32(TAKING)
    reach = q.reach_km * q.reach_km * NEAR_SLACK
    found = np.uint64(0)
    for span in range(spans):
        start, end, before = s.spans[span, 0], s.spans[span, 1], s.spans[span, 2]
        # Some rows behind the span too, so that all are looked at in full steps.
        end = min(start + ((end - start + STEP - 1) // STEP) * STEP, len(near.lat))
        count = end - start
        squares, fits = s.squares[:count], s.fits[:count]
        lats, lons = near.lat[start:end], near.lon[start:end]
        for at in range(count):
            up, across = np.float64(lats[at]) - lat, np.float64(lons[at]) - lon
            middle = up * 0.5
            dy = up * (n0 + middle * (n1 + middle * n2))
            dx = across * (e0 + middle * (e1 + middle * e2))
            squares[at] = dx * dx + dy * dy
        if q.has_home and span < placed:
            places, radii = near.place_kind[start:end], near.radius_km[start:end]
            for at in range(count):
                radius = np.float64(radii[at])
                furthest = radius * radius * NEAR_SLACK if places[at] == COMES else reach
                fits[at] = np.uint8(squares[at] <= furthest)
        else:
            fits[:] = np.uint8(1)
        vacancies, levels_of = near.vacancy[start:end], near.levels[start:end]
        for at in range(count):
            taking = vacancy_bits >> np.uint32(vacancies[at])
            fits[at] &= np.uint8(taking & (level_bits >> np.uint32(levels_of[at])))
        lacking, on = near.features_no[start:end], near.halves[start:end]
        for at in range(count):
            fits[at] &= np.uint8((lacking[at] & must) == 0) & np.uint8((on[at] & halves) != 0)
        if q.age >= 0:
            youngest, eldest = near.min_age[start:end], near.max_age[start:end]
            for at in range(count):
                fits[at] &= np.uint8(youngest[at] <= age) & np.uint8((eldest[at] < 0) | (eldest[at] >= age))
        if q.budget_pence >= 0:
            prices = near.least_price[start:end]
            for at in range(count):
                fits[at] &= np.uint8(prices[at] <= steps) | np.uint8(prices[at] == NO_PRICE)
        if not any_words:
            stated, suggested = near.themes[start:end], near.suggested_themes[start:end]
            for at in range(count):
                fits[at] &= np.uint8(((stated[at] | suggested[at]) & themes) != 0)
        places_of = line[before:]
        for at in range(s.spans[span, 1] - start):
            rows[found] = np.uint32(start + at)
            distances[found] = squares[at]
            one = np.uint64(fits[at])
            found += one
            places_of[at] = np.uint32(found * one)
    gathered = int(np.int64(found))
    if q.has_home:
        for at in range(gathered):
            distances[at] = math.sqrt(distances[at])
    else:
        distances[:gathered] = np.nan
    return gathered


@compiled
def queue(q: QueryNumbers, near: Near, w: Wanted, found: int, s: Scratch) -> None:
    """Put the first *found* of ``rows`` into drawers by the best score that each could have.

    A bound is made of what is known so far, part by part; again one plain loop a question.
    """
    rows, traits, listed = s.rows[:found], s.traits[:found], s.listed[:found]
    total, weight = s.others[:found], s.known[:found]
    own = np.uint16(q.level - 1 if q.level > 0 else 0)
    for at in range(found):
        row = rows[at]
        place = near.place_kind[row]
        listed[at] = np.uint64(near.themes[row] | near.suggested_themes[row])
        traits[at] = (
            np.uint16(near.levels[row])
            | (((np.uint16(near.made_for[row]) >> own) & np.uint16(1)) << np.uint16(4))
            | (np.uint16(near.kind[row] == ENABLEMENT) << np.uint16(5))
            | (np.uint16((place == COMES) | (place == ONLINE)) << np.uint16(6))
            | (np.uint16(near.transport[row] + 1) << np.uint16(7))
            | (np.uint16((near.halves[row] & np.uint16(NO_SESSIONS)) == 0) << np.uint16(9))
        )
    of_level, of_rest, levels, rest = tables_of(q)
    for at in range(found):
        trait = traits[at]
        total[at] = of_level[trait & LEVEL_TRAITS] + of_rest[trait >> REST_TRAITS]
        weight[at] = levels[trait & LEVEL_TRAITS] + rest[trait >> REST_TRAITS]
    if q.has_when or q.has_carer:
        add_times(q, near, found, s)
    if q.has_home:
        add_travel(q, found, s)
    else:
        s.out[:found] = False
    if q.score_budget_pence >= 0:
        share_a_step = (1.0 - COST_AT_BUDGET) * PENCE_A_STEP / max(q.score_budget_pence, 1)
        cost_weight = q.weights[5]
        for at in range(found):
            price = near.least_price[rows[at]]
            known = 0.0 if price == NO_PRICE else cost_weight
            total[at] += known * (1.0 - min(share_a_step * price, 2.0 * (1.0 - COST_AT_BUDGET)))
            weight[at] += known
    if q.like:
        for at in range(found):
            met = kernel.preferences_of(q.like, near.features_yes[rows[at]], near.features_no[rows[at]])
            if not np.isnan(met):
                total[at] += q.weights[6] * met
                weight[at] += q.weights[6]
    add_goals(q, w, found, s)


@compiled
def tables_of(q: QueryNumbers) -> tuple[Floats, Floats, Floats, Floats]:
    """By the traits of level, and by the others: the weighted sum of the parts that they decide, and its weight.

    Of times, and the carer's time, the weight where there are sessions; where none are known they have none.
    """
    of_level, levels = np.zeros(4 * LEVEL_SETS), np.zeros(4 * LEVEL_SETS)
    own = q.level - 1 if q.level > 0 else 0
    for trait in range(4 * LEVEL_SETS):
        made_for = ((trait // LEVEL_SETS) & 1) << own
        level = kernel.level_of(q.level, trait % LEVEL_SETS, made_for, trait >= 2 * LEVEL_SETS)
        if not np.isnan(level):
            of_level[trait], levels[trait] = q.weights[1] * level, q.weights[1]
    of_rest, rest = np.zeros(16), np.zeros(16)
    for trait in range(16):
        stays, transport, timed = trait & 1, ((trait >> 1) & 3) - 1, trait >> 3
        if q.wants_transport and (stays or transport >= 0):
            of_rest[trait] = q.weights[4] * (1.0 if stays or transport == 1 else NO_TRANSPORT)
            rest[trait] = q.weights[4]
        if timed:
            later = (q.weights[3] if q.has_when else 0.0) + (q.weights[7] if q.has_carer else 0.0)
            rest[trait] += later
    return of_level, of_rest, levels, rest


@compiled
def add_times(q: QueryNumbers, near: Near, found: int, s: Scratch) -> None:
    """Add the parts of times and of the carer's time, as good as the hints let them be.

    What is shorter than asked for, and a week that can't fill the hours, is never as good as another.
    """
    rows, total = s.rows[:found], s.others[:found]
    visits, minutes, working = s.most[:found], s.best[:found], s.every[:found]
    free_minutes, work_minutes = s.tables[:256], s.tables[256:512]
    minutes_by_halves(q.windows, free_minutes)
    minutes_by_halves(q.works, work_minutes)
    for at in range(found):
        steps = near.longest[rows[at]]
        visits[at] = np.inf if steps == ANY_LENGTH else np.float64(steps) * VISIT_STEP
    for at in range(found):
        steps, halves = near.weekly[rows[at]], near.halves[rows[at]]
        lower, upper = halves & np.uint16(127), np.uint16(128) + ((halves >> np.uint16(7)) & np.uint16(127))
        whole = np.float64(steps) * MINUTES_A_STEP
        in_work = min(whole, work_minutes[lower] + work_minutes[upper])
        in_free = min(whole, free_minutes[lower] + free_minutes[upper]) if q.has_when else whole
        known, timed = steps != ANY_LENGTH, (halves & np.uint16(NO_SESSIONS)) == 0
        minutes[at] = (in_free if known else np.inf) if timed else 0.0
        working[at] = (in_work if known else np.inf) if timed else 0.0
        visits[at] = visits[at] if timed else 0.0
    if q.has_when:
        weight = q.weights[3]
        shortest, wanted = float(max(q.shortest, 1)), max(q.wanted_minutes, 1.0)
        floor = SHORT_VISIT_FLOOR if q.shortest > 0 else 1.0
        least = HOURS_SHARE if q.wanted_minutes > 0 else 0.0
        for at in range(found):
            score = floor + (1.0 - floor) * min(visits[at] / shortest, 1.0)
            score = (1.0 - least) * score + least * min(minutes[at] / wanted, 1.0)
            total[at] += weight * score if visits[at] > 0.0 else 0.0
    if q.has_carer:
        told = (q.shortest_break > 0) + (q.work_minutes > 0) + (q.break_minutes > 0.0)
        weight = q.weights[7] / told
        for at in range(found):
            score = min(visits[at] / q.shortest_break, 1.0) if q.shortest_break > 0 else 0.0
            score += min(working[at] / q.work_minutes, 1.0) if q.work_minutes > 0 else 0.0
            score += min(minutes[at] / q.break_minutes, 1.0) if q.break_minutes > 0.0 else 0.0
            total[at] += weight * score


@compiled
def add_travel(q: QueryNumbers, found: int, s: Scratch) -> None:
    """Add the part of travel to the sums of the rows that were found; ``out`` is who is too far."""
    distances, minutes, traits, out = s.distances[:found], s.best[:found], s.traits[:found], s.out[:found]
    total, weight = s.others[:found], s.known[:found]
    uses, fixed, per_km = q.ways[0], q.ways[1], q.ways[2]
    minutes[:] = np.inf
    for way in range(len(uses)):
        if uses[way] > 0.0:
            start, a_km = fixed[way], per_km[way]
            for at in range(found):
                taken = start + a_km * distances[at]
                minutes[at] = min(minutes[at], taken)
    a_minute = (1.0 - TRAVEL_AT_LIMIT) / q.max_minutes
    travel_weight = q.weights[2]
    limit = q.max_minutes
    # Where it is not known whether they fetch people, the quickest way may be theirs.
    ask = np.uint16(0 if uses[PROVIDER] > 0.0 else 1 << 15)
    for at in range(found):
        trait = traits[at]
        near_by = ((trait & np.uint16(STAYS)) != 0) | (distances[at] != distances[at])
        free = near_by | ((trait & np.uint16(TRANSPORT)) == ask)
        out[at] = (minutes[at] > limit) & (not near_by)
        total[at] += travel_weight if free else travel_weight * (1.0 - a_minute * minutes[at])
        weight[at] += travel_weight


@compiled
def add_goals(q: QueryNumbers, w: Wanted, found: int, s: Scratch) -> None:
    """Make the bounds of the rows that were found, and count them by drawer.

    A goal's score rises with the closeness of the words along one of two lines: with a theme, without.
    """
    total, weight, bounds = s.others[:found], s.known[:found], s.bounds[:found]
    listed, most, best, every = s.listed[:found], s.most[:found], s.best[:found], s.every[:found]
    out, drawer, drawers = s.out[:found], s.drawer[:found], s.drawers
    most[:], best[:], every[:] = 0.0, 0.0, 0.0
    best_share, share = shares_of(w.importance)
    for goal in range(len(w.importance)):
        about = q.goals[goal, 0] | q.goals[goal, 1] | q.goals[goal, 2]
        start = 1.0 if q.goals[goal, 0] else WORDS_THEME if q.goals[goal, 1] else WORDS_KIN
        of_best, of_all = best_share[goal], share[goal]
        if w.has_words[goal]:
            dots = s.dots[goal * (found + 1) + 1 : (goal + 1) * (found + 1)]
            low, slope, least, rise = w.low[goal], w.slope[goal], w.least[goal], 1.0 - start
            for at in range(found):
                close = (dots[at] - low) * slope
                close = min(1.0, close)
                close = max(least, close)
                score = start + rise * close if listed[at] & about else WORDS_ALONE * close
                most[at] = max(most[at], score)
                best[at] = max(best[at], of_best * score)
                every[at] += of_all * score
        else:
            for at in range(found):
                score = start if listed[at] & about else 0.0
                most[at] = max(most[at], score)
                best[at] = max(best[at], of_best * score)
                every[at] += of_all * score
    goals_weight = q.weights[0]
    for at in range(found):
        bounds[at] = (total[at] + goals_weight * (best[at] + every[at])) / (weight[at] + goals_weight)
    for at in range(found):
        into = np.int32((bounds[at] + SLACK) * (DRAWERS - 1))
        into = into if into < DRAWERS - 1 else np.int32(DRAWERS - 1)
        drawer[at] = np.int16(DRAWERS if out[at] | (most[at] < GOAL_FLOOR - SLACK) else into)
    drawers[:] = 0
    for at in range(found):
        drawers[np.uint16(drawer[at])] += 1


@compiled
def shares_of(importance: Floats) -> tuple[Floats, Floats]:
    """Of ``evaluate_goals.goals_part``, what the best goal's score counts, and every goal's: by goal."""
    most, total = importance.max(), importance.sum()
    return BEST_GOAL_SHARE * (importance / most), ALL_GOALS_SHARE * (importance / total)
