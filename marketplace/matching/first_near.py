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
from marketplace.matching.grid import ANYWHERE, CELLS, LAT_STEP, LAYERS, LINES, LON_STEP, SOUTH, WEST
from marketplace.matching.grid import COLUMNS as GRID_COLUMNS
from marketplace.matching.hints import DEAREST_STEP, NO_PRICE, PENCE_A_STEP, halves_asked
from marketplace.matching.kernel import compiled
from marketplace.matching.records import NEAR
from marketplace.vocabulary import SupportLevel

OLDEST = 127
NEVER = 127
"""No code of a transport."""
THEMES_TYPE, FEATURES_TYPE = NEAR["themes"].type, NEAR["features_no"].type
NEAR_SLACK = 1.000001
"""So much further, of squares of kilometres, a row may seem to be than it is."""
LEAST_KM_PER_DEGREE = 110.5
"""Of latitude, anywhere on the ellipsoid."""
STEP = 32
"""Rows that are looked at in one step of a loop, or in a few."""
LEVELS = len(SupportLevel)


@compiled
def spans_near(
    q: QueryNumbers, first: npt.NDArray[np.int32], coming_km: Floats, spans: Rows
) -> tuple[int, int]:
    """Fill *spans* (start, end, rows in all before, 1 where they come to people); how many have a place, and how
    many there are with the one of the rows that have none."""
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
                spans[count, 3] = layer > 0
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
