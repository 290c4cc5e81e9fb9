"""How much is within reach of each place, theme by theme, against the mean of its council."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.gaps.catchment import access_of_places
from marketplace.gaps.cells import Cells
from marketplace.gaps.geography import Geography
from marketplace.gaps.report_rows import AccessRow
from marketplace.geo.travel import TravelModel
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import ONLINE
from marketplace.vocabulary import Theme, TravelMode

FEWEST_ADULTS = 1_000
"""A place with fewer adults is not told of: a handful of streets has no access of its own."""
MODES = (TravelMode.CAR, TravelMode.BUS)

Floats = npt.NDArray[np.float64]


def access_rows(
    catalogue: Catalogue,
    geography: Geography,
    supply: npt.NDArray[np.int64],
    cells: Cells,
    *,
    travel_model: TravelModel,
) -> tuple[AccessRow, ...]:
    """A row for each place with enough adults and each theme, in councils where somebody asks for something.

    Each place in an offer counts for each of its themes: the rows of one theme are comparable with each
    other, not with those of another.
    """
    if not len(geography.adults):
        return ()
    asks = cells.people.any(axis=1)
    councils = np.unique(geography.district_council[asks])
    told = np.flatnonzero(np.isin(geography.place_council, councils) & (geography.adults >= FEWEST_ADULTS))
    percents = [
        _percents(_ratios(catalogue, geography, supply, mode, travel_model), geography) for mode in MODES
    ]
    return tuple(
        AccessRow(
            place_key=geography.key_of(int(place)),
            theme=theme,
            car=_whole(percents[0][place, theme.position]),
            bus=_whole(percents[1][place, theme.position]),
        )
        for place in told
        for theme in Theme
        if not np.isnan(percents[0][place, theme.position])
    )


def _ratios(
    catalogue: Catalogue,
    geography: Geography,
    supply: npt.NDArray[np.int64],
    mode: TravelMode,
    travel_model: TravelModel,
) -> Floats:
    """Places in offers for one adult, shape (places, themes)."""
    rows = int(catalogue.used[0])
    c = catalogue.columns
    themes = c.themes[:rows] | c.suggested_themes[:rows]
    offered = np.flatnonzero((supply[:rows] > 0) & (themes != 0) & (c.place_kind[:rows] != ONLINE))
    about = (themes[offered, None] >> np.arange(len(Theme), dtype=np.uint64)) & np.uint64(1)
    return access_of_places(
        geography.lat,
        geography.lon,
        geography.adults,
        offer_lat=c.lat[offered].astype(np.float64),
        offer_lon=c.lon[offered].astype(np.float64),
        supply=supply[offered].astype(np.float64),
        about=about.astype(np.float64),
        mode=mode,
        travel_model=travel_model,
    )


def _percents(ratios: Floats, geography: Geography) -> Floats:
    """In percent of the mean over the adults of each place's council; NaN where the council has nothing."""
    council = geography.place_council
    adults = np.bincount(council, weights=geography.adults)
    percents = np.full(ratios.shape, np.nan)
    for kind in range(ratios.shape[1]):
        mean = np.bincount(council, weights=geography.adults * ratios[:, kind]) / np.maximum(adults, 1.0)
        own = mean[council]
        np.divide(100.0 * ratios[:, kind], own, out=percents[:, kind], where=own > 0.0)
    return percents


def _whole(percent: float) -> int | None:
    return None if np.isnan(percent) else round(float(percent))
