"""Why an offer does not fit a person, finer than its first stop: what a gap is told by.

Only offers within the person's reach say what is wrong with what there is. One out of reach says that it
is too far, and only where nothing else about it would have stopped the person before: a full group that
is also far away teaches nobody anything.
"""
# ruff: noqa: PLR0917 - compiled code takes numbers and arrays, by place

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.geo.travel import TravelModel
from marketplace.matching import kernel
from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import COMES, FULL, KINDS
from marketplace.matching.first_numbers import QueryNumbers
from marketplace.matching.grid import LEAST_KM_PER_DEGREE
from marketplace.matching.kernel import compiled
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK
from marketplace.matching.pairs_ways import COMPANION_KINDS, SUPPORT
from marketplace.matching.query_columns import QueryColumns
from marketplace.vocabulary import Stop, TravelMode

EVENING = 17 * 60
"""Minute of the day at which evenings begin, where nobody says otherwise."""


class Reason(IntEnum):
    """What stands between a person and an offer about their goal."""

    FULL = 0
    AGE = 1
    LEVEL = 2
    MUST_HAVE = 3
    NO_COMPANION = 4
    """It lacks only support that somebody alongside could give, and nobody who comes to them does."""
    NO_EVENING = 5
    """All their time is in evenings, and it has none."""
    NO_WEEKEND = 6
    """All their time is at weekends, and it has none."""
    TIMES = 7
    COST = 8
    TRAVEL = 9
    """Too far, in a car too. This and the next are of offers out of reach that would suit otherwise."""
    TRANSPORT = 10
    """Too far by their own ways, and within their limit by car."""


REASONS = len(Reason)
NO_REASON = -1
_REASON_OF_STOP = np.full(len(Stop), NO_REASON)
for _stop, _reason in (
    (Stop.NOT_TAKING_PEOPLE, Reason.FULL),
    (Stop.AGE, Reason.AGE),
    (Stop.LEVEL, Reason.LEVEL),
    (Stop.MUST_HAVE, Reason.MUST_HAVE),
    (Stop.TRAVEL, Reason.TRAVEL),
    (Stop.TIMES, Reason.TIMES),
    (Stop.COST, Reason.COST),
):
    _REASON_OF_STOP[_stop.position] = _reason
_MUST_HAVE, _NO_COMPANION, _TRAVEL, _TRANSPORT, _TIMES, _NO_EVENING, _NO_WEEKEND = (
    int(reason)
    for reason in (
        Reason.MUST_HAVE,
        Reason.NO_COMPANION,
        Reason.TRAVEL,
        Reason.TRANSPORT,
        Reason.TIMES,
        Reason.NO_EVENING,
        Reason.NO_WEEKEND,
    )
)
_COMPANIONS = np.array([kind in COMPANION_KINDS for kind in KINDS])
_FIRST_SUPPORT = (SUPPORT & -SUPPORT).bit_length() - 1
_SUPPORTS = 1 << (SUPPORT >> _FIRST_SUPPORT).bit_length()
"""How many sets of support there are: its features stand side by side in a mask."""

_WEEKDAY_EVENING, _WEEKEND_DAY, _WEEKEND_EVENING = 2, 4, 8
_EVENINGS, _WEEKENDS = _WEEKDAY_EVENING | _WEEKEND_EVENING, _WEEKEND_DAY | _WEEKEND_EVENING
_NIGHT_ENDS = 6 * 60
_LEAST_MINUTES = 60

Masks = npt.NDArray[np.uint8]


class Finer(NamedTuple):
    """What the finer reasons need beside people and offers."""

    person_parts: Masks
    """Of each person: the parts of the week in which they have time; 0 where they said none."""
    offer_parts: Masks
    """Of each row of the catalogue: the parts of the week in which it is on."""
    companions: npt.NDArray[np.int64]
    """Rows of those who could go with somebody, from south to north."""
    companion_lat: npt.NDArray[np.float64]
    widest: float
    """Degrees of latitude that the one who comes furthest comes."""
    car_fixed: float
    car_per_km: float
    """Minutes, and minutes a km."""


def finer_of(people: QueryColumns, catalogue: Catalogue, *, evening: int, travel_model: TravelModel) -> Finer:
    """The finer facts of *people* and *catalogue*; evenings begin at the minute *evening* of a day."""
    columns, rows = catalogue.columns, int(catalogue.used[0])
    of_windows = parts_of(people.windows[:, 0], people.windows[:, 1], evening)
    of_sessions = parts_of(columns.session_start, columns.session_end, evening)
    counts = columns.session_count[:rows].astype(np.int64)
    companions = np.flatnonzero(_is_companion(catalogue, rows))
    lat = columns.lat[companions].astype(np.float64)
    order = np.argsort(lat, kind="stable")
    fixed, per_km = travel_model.coefficients(TravelMode.CAR)
    return Finer(
        person_parts=_joined(of_windows, people.first_window[:-1], np.diff(people.first_window))[
            people.windows_of
        ],
        offer_parts=_joined(of_sessions, columns.first_session[:rows].astype(np.int64), counts),
        companions=companions[order],
        companion_lat=lat[order],
        widest=catalogue.widest_radius_km / LEAST_KM_PER_DEGREE,
        car_fixed=fixed,
        car_per_km=per_km,
    )


def parts_of(starts: npt.NDArray[Any], ends: npt.NDArray[Any], evening: int) -> Masks:
    """The parts of the week of which each time from start to end fills an hour, or all of itself.

    Minutes over two weeks; what begins in the second week is in no part, as the first has it too.
    Shape of *starts*: masks of weekday by day 1, weekday evening 2, weekend by day 4, weekend evening 8.
    """
    start, end = starts.astype(np.int64), ends.astype(np.int64)
    least = np.minimum(_LEAST_MINUTES, end - start)
    masks = np.zeros(start.shape, dtype=np.uint8)
    for day in range(8):
        weekend = day in {5, 6}
        for part, (opens, closes) in enumerate(((_NIGHT_ENDS, evening), (evening, MINUTES_A_DAY))):
            first = day * MINUTES_A_DAY
            inside = np.minimum(end, first + closes) - np.maximum(start, first + opens)
            masks |= np.where(inside >= least, np.uint8(1 << (2 * weekend + part)), np.uint8(0))
    return np.where(start < MINUTES_A_WEEK, masks, np.uint8(0)).astype(np.uint8)


def _joined(masks: Masks, first: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Masks:
    """All bits of each run of *masks*; 0 for an empty run. Shape of *first*."""
    joined = np.zeros(len(first), dtype=np.uint8)
    some = np.flatnonzero(counts)
    for bit in (1, 2, 4, 8):
        before = np.concatenate([[0], np.cumsum((masks & bit) != 0)])
        has = before[first[some] + counts[some]] > before[first[some]]
        joined[some] |= np.where(has, np.uint8(bit), np.uint8(0))
    return joined


def _is_companion(catalogue: Catalogue, rows: int) -> npt.NDArray[np.bool_]:
    c = catalogue.columns
    vacancy = c.vacancy[:rows]
    comes = (c.place_kind[:rows] == COMES) & ~np.isnan(c.lat[:rows])
    return np.asarray(_COMPANIONS[c.kind[:rows]] & comes & (vacancy != FULL) & (vacancy != GONE))


@compiled
def company_of(
    q: QueryNumbers,
    finer: Finer,
    lats: npt.NDArray[np.float32],
    lons: npt.NDArray[np.float32],
    radii: npt.NDArray[np.float32],
    levels: npt.NDArray[np.uint8],
    made_for: npt.NDArray[np.uint8],
    features_yes: npt.NDArray[np.unsignedinteger],
    min_ages: npt.NDArray[np.int8],
    max_ages: npt.NDArray[np.int8],
) -> int:
    """The sets of support that somebody gives who comes to this person: bit *s* stands for set *s*."""
    sets = 0
    at = int(np.searchsorted(finer.companion_lat, q.lat - finer.widest))
    while at < len(finer.companions) and finer.companion_lat[at] <= q.lat + finer.widest:
        row = finer.companions[at]
        at += 1
        gives = (int(features_yes[row]) & SUPPORT) >> _FIRST_SUPPORT
        if gives == 0 or sets & (1 << gives):
            continue
        if q.age >= 0 and (q.age < min_ages[row] or (max_ages[row] >= 0 and q.age > max_ages[row])):
            continue
        if kernel.level_of(q.level, levels[row], made_for[row], False) < 0.0:
            continue
        km = kernel.ruler_km(np.float64(lats[row]) - q.lat, np.float64(lons[row]) - q.lon, q.ruler)
        if km <= radii[row]:
            sets |= 1 << gives
    return sets


@compiled
def reason_of(
    stop: int,
    too_far: bool,
    is_visit: bool,
    distance: float,
    max_minutes: float,
    car_fixed: float,
    car_per_km: float,
    missing: int,
    company: int,
    person_parts: int,
    offer_parts: int,
) -> int:
    """The ``Reason`` of one offer about a goal, of which *stop* is the first; ``NO_REASON`` for one out of
    reach that something else stops too. *company* is what ``company_of`` gives, -1 where no home is known."""
    reason = int(_REASON_OF_STOP[stop])
    if reason == _TRAVEL:
        by_car = car_fixed + car_per_km * distance <= max_minutes
        return _TRANSPORT if by_car and not is_visit else _TRAVEL
    if too_far:
        return NO_REASON
    if reason == _MUST_HAVE and company >= 0 and missing & ~SUPPORT == 0:
        wanted = missing >> _FIRST_SUPPORT
        for gives in range(1, _SUPPORTS):
            if gives & wanted == wanted and company & (1 << gives):
                return _MUST_HAVE
        return _NO_COMPANION
    if reason == _TIMES:
        return times_reason(person_parts, offer_parts)
    return reason


@compiled
def times_reason(person_parts: int, offer_parts: int) -> int:
    """Which part of the week is missing, where all the time that a person has is in it."""
    if person_parts == 0:
        return _TIMES
    if person_parts & ~_EVENINGS == 0 and offer_parts & _EVENINGS == 0:
        return _NO_EVENING
    if person_parts & ~_WEEKENDS == 0 and offer_parts & _WEEKENDS == 0:
        return _NO_WEEKEND
    either = _EVENINGS | _WEEKENDS
    if person_parts & ~either == 0 and offer_parts & either == 0:
        return _NO_EVENING if person_parts & _WEEKDAY_EVENING else _NO_WEEKEND
    return _TIMES
