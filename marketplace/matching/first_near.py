"""Who may be near a person: the first two steps of ``first_rows``."""
# ruff: noqa: PLR0915, PLR0917, C901, PLR0912 - compiled loops: a call a step would cost more than the step

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.catalogue import GONE
from marketplace.matching.codes import COMES, FULL, NOT_KNOWN, ONLINE, PROVIDER
from marketplace.matching.first_numbers import Floats, Near, QueryNumbers, Rows, Scratch
from marketplace.matching.grid import (
    ANYWHERE,
    CELLS,
    LAT_STEP,
    LAYERS,
    LEAST_KM_PER_DEGREE,
    LINES,
    LON_STEP,
    NEAR_SLACK,
    SOUTH,
    WEST,
)
from marketplace.matching.grid import COLUMNS as GRID_COLUMNS
from marketplace.matching.hints import DEAREST_STEP, NO_PRICE, PENCE_A_STEP, halves_asked
from marketplace.matching.kernel import compiled
from marketplace.matching.records import NEAR
from marketplace.matching.weights import TRAVEL_AT_LIMIT
from marketplace.vocabulary import SupportLevel

OLDEST = 127
NEVER = 127
"""No code of a transport."""
THEMES_TYPE, FEATURES_TYPE = NEAR["themes"].type, NEAR["features_no"].type
STEP = 32
"""Rows that are looked at in one step of a loop, or in a few."""
ROWS_IN_ONE, ROWS_OF_FIRST_RING = 10_000, 2_500
"""Up to so many rows within reach are looked at at once; else first a circle of about so many."""
LEVELS = len(SupportLevel)


@compiled
def columns_within(q: QueryNumbers, line: int, reach: float) -> tuple[int, int]:
    """The first and last column of a line of cells that hold points within *reach* km; none where they cross."""
    if not q.has_home:
        return 0, GRID_COLUMNS - 1
    if reach < 0.0:
        return 0, -1
    ruler = q.ruler
    # Half the circle's width where the line comes nearest to its middle.
    south = SOUTH + line * LAT_STEP - q.lat
    north = south + LAT_STEP
    nearest = south if south > 0.0 else min(north, 0.0)
    away = kernel.ruler_km(nearest, 0.0, ruler)
    rest = reach * reach * NEAR_SLACK - away * away
    if rest < 0.0:
        return 0, -1
    shortest = min(
        ruler[3] + 0.5 * south * (ruler[4] + 0.5 * south * ruler[5]),
        ruler[3] + 0.5 * north * (ruler[4] + 0.5 * north * ruler[5]),
    )
    half = math.sqrt(rest) / shortest + 1e-6
    return (
        min(max(int((q.lon - half - WEST) / LON_STEP), 0), GRID_COLUMNS - 1),
        min(max(int((q.lon + half - WEST) / LON_STEP), 0), GRID_COLUMNS - 1),
    )


@compiled
def lines_within(q: QueryNumbers, reach: float) -> tuple[int, int]:
    """The first and last line of cells that could hold points within *reach* km."""
    if not q.has_home:
        return 0, LINES - 1
    up = reach / LEAST_KM_PER_DEGREE
    return (
        max(int((q.lat - up - SOUTH) / LAT_STEP), 0),
        min(int((q.lat + up - SOUTH) / LAT_STEP), LINES - 1),
    )


@compiled
def first_ring_km(q: QueryNumbers, first: npt.NDArray[np.int32]) -> float:
    """How far to look first among what people go to: all the way, or where there are many rows, not so far.

    With the way to places that may fetch people unknown, a far place can be as good as a near one.
    """
    if not q.has_home or q.ways[0, PROVIDER] > 0.0:
        return q.reach_km
    rows = 0
    low, high = lines_within(q, q.reach_km)
    for line in range(low, high + 1):
        left, right = columns_within(q, line, q.reach_km)
        if left <= right:
            rows += first[line * GRID_COLUMNS + right + 1] - first[line * GRID_COLUMNS + left]
    return q.reach_km if rows <= ROWS_IN_ONE else q.reach_km * math.sqrt(ROWS_OF_FIRST_RING / rows)


@compiled
def worth_km(q: QueryNumbers, least: float) -> float:
    """As far as a place can be and still score *least*, were all else perfect; at most the whole reach."""
    asked = q.weights[0] + q.weights[2]
    asked += q.weights[1] if q.level > 0 else 0.0
    asked += q.weights[3] if q.has_when else 0.0
    asked += q.weights[4] if q.wants_transport else 0.0
    asked += q.weights[5] if q.score_budget_pence >= 0 else 0.0
    asked += q.weights[6] if q.like else 0.0
    asked += q.weights[7] if q.has_carer else 0.0
    travel = 1.0 - (1.0 - least) * asked / q.weights[2]
    if travel <= TRAVEL_AT_LIMIT:
        return q.reach_km
    minutes = (1.0 - travel) * q.max_minutes / (1.0 - TRAVEL_AT_LIMIT)
    furthest = 0.0
    for way in range(q.ways.shape[1]):
        if q.ways[0, way] > 0.0:
            furthest = max(furthest, (minutes - q.ways[1, way]) / q.ways[2, way])
    return min(furthest * NEAR_SLACK, q.reach_km)


@compiled
def spans_near(
    q: QueryNumbers,
    first: npt.NDArray[np.int32],
    coming_km: Floats,
    inner_km: float,
    outer_km: float,
    spans: Rows,
) -> tuple[int, int]:
    """Fill *spans* (start, end, rows in all before, 1 where they come to people); how many have a place, and how
    many there are with the one of the rows that have none.

    Of what people go to, the cells within *outer_km* that are not within *inner_km*. Where that is not below 0,
    the others were seen before: those who come, and the rows without a place.
    """
    count, rows = 0, 0
    for layer in range(1 if inner_km >= 0.0 else LAYERS):
        reach = outer_km if layer == 0 else coming_km[layer]
        low, high = lines_within(q, reach)
        for line in range(low, high + 1):
            left, right = columns_within(q, line, reach)
            # Where the inner circle is cut out, what is left of it and what is right of it.
            gap, after = columns_within(q, line, inner_km if layer == 0 else -1.0)
            if not q.has_home or gap > after:
                gap, after = right + 1, right
            cell = layer * CELLS + line * GRID_COLUMNS
            for start_column, end_column in ((left, gap - 1), (after + 1, right)):
                if start_column > end_column:
                    continue
                start, end = first[cell + start_column], first[cell + end_column + 1]
                if start < end:
                    spans[count, 0], spans[count, 1], spans[count, 2] = start, end, rows
                    spans[count, 3] = layer > 0
                    rows += end - start
                    count += 1
    others = first[ANYWHERE] if inner_km >= 0.0 else first[ANYWHERE + 1]
    spans[count, 0], spans[count, 1], spans[count, 2] = first[ANYWHERE], others, rows
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
    """Rows within reach that nothing simple stops, into ``rows`` with ``distances`` and ``free``; how many.

    Unless *any_words* are heard too, only rows about a theme of the goals. One plain loop a question, over
    all rows of a span: so the processor asks it of many rows in one step, and no guess can be wrong.
    """
    rows, distances, free, line = s.rows, s.distances, s.free, s.line
    # Where it is not known whether they fetch people, the quickest way may be theirs.
    ask = np.int8(NOT_KNOWN if q.ways[0, PROVIDER] > 0.0 else NEVER)
    n0, n1, n2, e0, e1, e2 = q.ruler
    lat, lon, must = q.lat, q.lon, FEATURES_TYPE(q.must)
    age = np.int8(min(q.age, OLDEST))
    themes = THEMES_TYPE(any_theme)
    halves = np.uint16(halves_asked(q.windows, q.has_when))
    steps = np.uint16(min(q.budget_pence // PENCE_A_STEP, DEAREST_STEP))
    fitting_levels = 0
    for level in range(LEVELS):
        if not kernel.level_of(q.level, 1 << level, 0, False) < 0.0:
            fitting_levels |= 1 << level
    level_bits, unknown_fits = np.uint8(fitting_levels), not kernel.level_of(q.level, 0, 0, False) < 0.0
    full, gone = np.int8(FULL), np.int8(GONE)
    reach = q.reach_km * q.reach_km * NEAR_SLACK
    found = np.uint64(0)
    for span in range(spans):
        start, end, before = s.spans[span, 0], s.spans[span, 1], s.spans[span, 2]
        # Some rows behind the span too, so that all are looked at in full steps.
        end = min(start + ((end - start + STEP - 1) // STEP) * STEP, len(near.lat))
        count = end - start
        squares, fits, ways_free = s.squares[:count], s.fits[:count], s.ways_free[:count]
        lats, lons = near.lat[start:end], near.lon[start:end]
        for at in range(count):
            up, across = np.float64(lats[at]) - lat, np.float64(lons[at]) - lon
            middle = up * 0.5
            dy = up * (n0 + middle * (n1 + middle * n2))
            dx = across * (e0 + middle * (e1 + middle * e2))
            squares[at] = dx * dx + dy * dy
        if q.has_home and span < placed:
            comes = s.spans[span, 3] > 0
            if comes:
                radii = near.radius_km[start:end]
                for at in range(count):
                    radius = np.float64(radii[at])
                    fits[at] = np.uint8(squares[at] <= radius * radius * NEAR_SLACK)
            else:
                for at in range(count):
                    fits[at] = np.uint8(squares[at] <= reach)
            if comes or ask == NEVER:
                ways_free[:] = np.uint8(comes)
            else:
                transports = near.transport[start:end]
                for at in range(count):
                    ways_free[at] = np.uint8(transports[at] == ask)
        else:
            fits[:] = np.uint8(1)
            places, transports = near.place_kind[start:end], near.transport[start:end]
            for at in range(count):
                to_people = (places[at] == COMES) | (places[at] == ONLINE)
                ways_free[at] = np.uint8(to_people | (transports[at] == ask))
        vacancies, levels_of = near.vacancy[start:end], near.levels[start:end]
        for at in range(count):
            fits[at] &= np.uint8(vacancies[at] != full) & np.uint8(vacancies[at] != gone)
        for at in range(count):
            serves = np.uint8((levels_of[at] & level_bits) != 0)
            fits[at] &= serves | np.uint8((levels_of[at] == 0) & unknown_fits)
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
            free[found] = ways_free[at]
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
