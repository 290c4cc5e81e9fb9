"""Single answers of a needs document as numbers, made once for all who gave the same answer.

``query`` puts them together for one person, ``query_columns`` for many.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from struct import pack
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.geo import distance
from marketplace.geo.fares import KM_PER_MILE, ROAD_FACTOR, fare, pass_window
from marketplace.geo.travel import TravelModel
from marketplace.matching.kernel import compiled
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK, Carer, Needs, Travel, Window
from marketplace.matching.weights import (
    BUDGET_WHEN_LOW_COST,
    DEFAULT_MAX_MINUTES,
    PRIORITY_SHIFTS,
    WEIGHTS,
)
from marketplace.vocabulary import Day, Feature, Part, Priority, TravelMode, TravelPass

PARTS = tuple(Part)
MODES = tuple(TravelMode)
_LATITUDE_STEP = 0.5
_km_per_degree = compiled(distance.km_per_degree_at)

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class TravelNumbers(NamedTuple):
    """How a person gets about; the meanings are those of ``Query``."""

    modes: tuple[TravelMode, ...]
    modes_assumed: bool
    ways: Floats
    uses_provider_transport: bool
    wants_transport: bool
    max_minutes: float
    reach_km: float
    """Straight-line kilometres that the quickest way covers within the limit."""
    has_pass: bool
    packed: bytes
    """Numbers of eight bytes: reach, whether transport is wanted, the limit, whether there is a pass; the ways."""


@lru_cache(maxsize=4096)
def travel_numbers(travel: Travel, model: TravelModel, today: date) -> TravelNumbers:
    modes = tuple(mode for mode in travel.modes if mode is not TravelMode.PROVIDER)
    assumed = not travel.modes
    if assumed:
        modes = (TravelMode.CAR,)
    uses_provider = TravelMode.PROVIDER in travel.modes
    ways = _ways(modes, uses_provider, model, today)
    limit = float(travel.max_minutes or DEFAULT_MAX_MINUTES)
    used = ways[0] > 0.0
    reach_km = float(((limit - ways[1, used]) / ways[2, used]).max(initial=0.0))
    wants_transport = uses_provider or travel.with_support
    numbers = pack("=4d", reach_km, wants_transport, limit, bool(travel.passes))
    return TravelNumbers(
        modes=modes,
        modes_assumed=assumed,
        ways=ways,
        uses_provider_transport=uses_provider,
        wants_transport=wants_transport,
        max_minutes=limit,
        reach_km=reach_km,
        has_pass=bool(travel.passes),
        packed=numbers + ways.tobytes(),
    )


def _ways(modes: tuple[TravelMode, ...], uses_provider: bool, model: TravelModel, today: date) -> Floats:
    ways = np.zeros((5, len(MODES)))
    ways[1:3] = np.nan
    for mode in (*modes, TravelMode.PROVIDER):
        ways[1:3, mode.position] = model.coefficients(mode)
    for mode in modes:
        ways[0, mode.position] = 1.0
    ways[0, TravelMode.PROVIDER.position] = float(uses_provider)
    for mode in MODES:
        row = fare(mode, today)
        if row is not None:
            ways[3, mode.position] = float(row.fixed * 100)
            ways[4, mode.position] = float(row.per_mile * 100 * ROAD_FACTOR / KM_PER_MILE)
    return ways


def free_bus(passes: tuple[TravelPass, ...], district: str | None, today: date) -> Flags:
    """For each minute of the week, whether a bus that starts then costs nothing: shape (10080,)."""
    return _free_bus(passes, district if passes else None, today)


@lru_cache(maxsize=1024)
def _free_bus(passes: tuple[TravelPass, ...], district: str | None, today: date) -> Flags:
    free = np.zeros(MINUTES_A_WEEK, dtype=np.bool_)
    for held in passes:
        for day in Day:
            window = pass_window(held, day, on=today, district=district)
            if window is not None:
                first = day.position * MINUTES_A_DAY
                free[first + window[0] : first + min(window[1] + 1, MINUTES_A_DAY)] = True
    return free


@lru_cache(maxsize=256)
def shifted_weights(priorities: tuple[Priority, ...]) -> Floats:
    """The published weights after 'what matters most', shape (parts,); not yet a sum of 1."""
    weights = np.array([WEIGHTS[part] for part in PARTS])
    for priority in priorities:
        for part, factor in PRIORITY_SHIFTS[priority].multiply.items():
            weights[PARTS.index(part)] *= factor
    return weights


@lru_cache(maxsize=4096)
def merge_windows(when: tuple[Window, ...]) -> Whole:
    """Windows of one week, joined where they touch, laid over two weeks: shape (n, 2), minutes.

    A session of the week starts in its first 10,080 minutes and may end in the second week;
    a window over Sunday midnight also counts as the early hours of Monday.
    """
    laid: list[tuple[int, int]] = []
    for window in when:
        for shift in (-MINUTES_A_WEEK, 0, MINUTES_A_WEEK):
            start, end = max(0, window.start + shift), window.end + shift
            if end > start and start < 2 * MINUTES_A_WEEK:
                laid.append((start, min(end, 2 * MINUTES_A_WEEK)))
    merged: list[list[int]] = []
    for start, end in sorted(laid):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return np.array(merged, dtype=np.int64).reshape(-1, 2)


class CarerNumbers(NamedTuple):
    """A carer's time; 0 is not known. The meanings are those of ``Query``."""

    shortest_break: int
    break_minutes: float
    works: Whole
    work_minutes: int
    packed: bytes
    """Numbers of eight bytes: ``has_carer``, ``shortest_break``, ``break_minutes``, ``work_minutes``,
    how many works; the works."""
    has_carer: bool
    """Something is known of a carer that an offer's times can be held against."""


@lru_cache(maxsize=4096)
def carer_numbers(carer: Carer) -> CarerNumbers:
    works = merge_windows(carer.works)
    shortest_break = carer.shortest_break_minutes or 0
    break_minutes = 60.0 * (carer.breaks_wanted_hours or 0.0)
    work_minutes = int(np.diff(np.minimum(works, MINUTES_A_WEEK), axis=1).sum())
    has_carer = shortest_break > 0 or break_minutes > 0 or work_minutes > 0
    numbers = pack("=5d", has_carer, shortest_break, break_minutes, work_minutes, len(works))
    packed = numbers + works.tobytes()
    return CarerNumbers(shortest_break, break_minutes, works, work_minutes, packed, has_carer)


def worked_before(carer: CarerNumbers) -> Whole:
    """By the minute of two weeks, how many minutes before it the carer works: shape (20161,)."""
    return _minutes_before(carer.works.tobytes())


@lru_cache(maxsize=64)
def _minutes_before(works: bytes) -> Whole:
    working = np.zeros(2 * MINUTES_A_WEEK + 1, dtype=np.int64)
    for opens, closes in np.frombuffer(works, dtype=np.int64).reshape(-1, 2):
        working[opens + 1 : closes + 1] = 1
    return np.cumsum(working)


@lru_cache(maxsize=4096)
def mask_of(features: tuple[Feature, ...]) -> int:
    """The sum of the features' bits."""
    return sum(feature.bit for feature in features)


@lru_cache(maxsize=1024)
def _whole_pence(pounds: Decimal) -> int:
    return int(pounds * 100)


def budgets_of(needs: Needs) -> tuple[int, int]:
    """Pence: the most a week may cost, and what cost is scored against; -1 is none."""
    if needs.weekly_budget is not None:
        most = _whole_pence(needs.weekly_budget)
        return most, most
    return -1, BUDGET_WHEN_LOW_COST if Priority.LOW_COST in needs.matters_most else -1


@compiled
def ruler_numbers(lat: float) -> tuple[float, float, float, float, float, float]:
    """Kilometres of a degree around a latitude as two parabolas of the distance to it: north, then east.

    Each as value, slope and bend. See ``query.Ruler``.
    """
    step = _LATITUDE_STEP
    below, east_below = _km_per_degree(lat - step)
    here, east_here = _km_per_degree(lat)
    above, east_above = _km_per_degree(lat + step)
    return (
        here,
        (above - below) / (2 * step),
        (above - 2 * here + below) / (2 * step * step),
        east_here,
        (east_above - east_below) / (2 * step),
        (east_above - 2 * east_here + east_below) / (2 * step * step),
    )
