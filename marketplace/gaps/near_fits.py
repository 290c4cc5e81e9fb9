"""Offers that could stand in: the nearest to a place that nearly fit a gap, and those like one that closes.

Only facts that offers make public are looked at, and the middle of a place: nobody's wishes, and no person's
home. So nothing here is a count of people.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketplace.gaps.bands import TimeBand, spans
from marketplace.gaps.hindrances import Hindrance
from marketplace.geo.distance import distance_km
from marketplace.matching.batch_counts import EVENING
from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import COMES, FULL, VACANCIES
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.vocabulary import SupportLevel, Theme, Vacancy

WITHIN_KM = 40.0
"""Further away is no near fit."""
CLOSE_KM = 10.0
"""Further than this counts as something in the way."""
INSTEAD_WITHIN_KM = 20.0
_WAITING = VACANCIES.index(Vacancy.WAITING_LIST)
_EVENINGS = {TimeBand.WEEKDAY_EVENING, TimeBand.SATURDAY_EVENING, TimeBand.SUNDAY_EVENING}
_WEEKENDS = {band for band in TimeBand if band.value.startswith(("saturday", "sunday"))}

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearFit:
    """One offer about the theme, from the middle of a place."""

    row: int
    km: float
    """Straight line; 0 for one that comes to people there."""
    in_the_way: tuple[Hindrance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """One offer like those that go."""

    row: int
    km: float
    shared: int
    """Themes in common."""


def near_fits(
    catalogue: Catalogue,
    *,
    lat: float,
    lon: float,
    theme: Theme,
    band: TimeBand | None = None,
    level: SupportLevel | None = None,
    evening: int = EVENING,
    limit: int = 8,
) -> list[NearFit]:
    """Offers about *theme* up to ``WITHIN_KM`` from a point (WGS84 degrees): those first with least in the
    way of somebody who has time in *band* and needs *level*, then the nearest.

    Kilometres are the straight line (``geo.distance``, error under 0.01 %). What an offer did not say is not in the way.
    """
    found = []
    rows, km = _around(catalogue, lat, lon, catalogue.columns.themes & np.uint64(theme.bit) != 0, WITHIN_KM)
    for row, far in zip(rows.tolist(), km.tolist(), strict=True):
        found.append(
            NearFit(
                row=row,
                km=far,
                in_the_way=_in_the_way(catalogue, row, km=far, band=band, level=level, evening=evening),
            )
        )
    found.sort(key=lambda one: (len(one.in_the_way), one.km, catalogue.names[one.row]))
    return found[:limit]


def stand_ins(
    catalogue: Catalogue, going: Rows, *, without: Collection[int], limit: int = 10
) -> list[StandIn]:
    """Offers with places, up to ``INSTEAD_WITHIN_KM`` from one of the rows *going*, that share a theme and a
    level with it: those of its kind first, then those with most themes in common, then the nearest.

    Rows in *without* (the provider's own) are left out.
    """
    columns, best = catalogue.columns, dict[int, tuple[bool, int, float]]()
    with_places = ~np.isin(columns.vacancy, [FULL, _WAITING, GONE])
    for row in going.tolist():
        themes = int(columns.themes[row])
        if not themes or np.isnan(columns.lat[row]):
            continue
        like = with_places & ((columns.themes & np.uint64(themes)) != 0)
        if columns.levels[row]:
            like &= (columns.levels == 0) | ((columns.levels & columns.levels[row]) != 0)
        lat, lon = float(columns.lat[row]), float(columns.lon[row])
        near, km = _around(catalogue, lat, lon, like, INSTEAD_WITHIN_KM)
        for other, far in zip(near.tolist(), km.tolist(), strict=True):
            if other in without:
                continue
            shared = (int(columns.themes[other]) & themes).bit_count()
            rank = (columns.kind[other] != columns.kind[row], -shared, far)
            best[other] = min(rank, best.get(other, rank))
    order = sorted(best, key=lambda other: (best[other], catalogue.names[other]))
    return [StandIn(row=other, km=best[other][2], shared=-best[other][1]) for other in order[:limit]]


def _around(
    catalogue: Catalogue, lat: float, lon: float, chosen: npt.NDArray[np.bool_], within_km: float
) -> tuple[Rows, npt.NDArray[np.float64]]:
    """The *chosen* rows that are still there and known to be so near, and how far each is."""
    columns, used = catalogue.columns, int(catalogue.used[0])
    known = chosen & (columns.vacancy != GONE) & ~np.isnan(columns.lat)
    rows = np.flatnonzero(known[:used])
    km = distance_km(lat, lon, columns.lat[rows].astype(np.float64), columns.lon[rows].astype(np.float64))
    reach = np.nan_to_num(columns.radius_km[rows].astype(np.float64))
    comes = (columns.place_kind[rows] == COMES) & (km <= reach)
    km = np.where(comes, 0.0, km)
    near = km <= within_km
    return rows[near], km[near]


def _in_the_way(
    catalogue: Catalogue,
    row: int,
    *,
    km: float,
    band: TimeBand | None,
    level: SupportLevel | None,
    evening: int,
) -> tuple[Hindrance, ...]:
    columns = catalogue.columns
    found = []
    if columns.vacancy[row] in {FULL, _WAITING}:
        found.append(Hindrance.FULL)
    if level is not None and columns.levels[row] and not int(columns.levels[row]) & level.bit:
        found.append(Hindrance.LEVEL)
    if km > CLOSE_KM:
        found.append(Hindrance.TRAVEL)
    if band not in {None, TimeBand.NOT_SAID} and not _is_on(catalogue, row, band, evening):
        found.append(
            Hindrance.NO_EVENING
            if band in _EVENINGS
            else Hindrance.NO_WEEKEND
            if band in _WEEKENDS
            else Hindrance.TIMES
        )
    return tuple(found)


def _is_on(catalogue: Catalogue, row: int, band: TimeBand | None, evening: int) -> bool:
    columns, sessions = catalogue.columns, catalogue.sessions_of(row)
    if columns.flexible[row] or not len(sessions):
        return True
    return any(
        min(int(columns.session_end[at]), ends + week) > max(int(columns.session_start[at]), begins + week)
        for at in sessions
        for of, begins, ends in spans(evening)
        for week in (0, MINUTES_A_WEEK)
        if of is band
    )
