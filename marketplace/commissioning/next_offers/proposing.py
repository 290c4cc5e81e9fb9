"""What a report says of offers that could be: worked out while it is made, because people are asked again.

Only shown counts are kept: the ranked proposals of each council, a plan of five that share nobody, and what
each proposal would change in the council's districts and places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.commissioning.report.making import Made, report_part
from marketplace.gaps.candidates import SIZES, Wishes, wishes_of
from marketplace.gaps.costing import median_prices
from marketplace.gaps.disclosure import as_kept
from marketplace.gaps.geography import Geography
from marketplace.gaps.next_offers import Plan, Proposal, next_offers, plan
from marketplace.gaps.telling import UnmetTables
from marketplace.gaps.what_if import AreaChange, with_offer
from marketplace.geo.distance import distance_km
from marketplace.matching.catalogue import Catalogue
from marketplace.vocabulary import Theme

NAME = "next_offers"
EACH_THEME = 24
"""So many proposals of a theme are kept."""
EACH_DISTRICT = 3
"""And of it so many in one district: places near each other serve the same people, and would leave none for others."""
PLANNED = 5
PRICES_WITHIN_KM = 10.0
"""Prices are those of offers so near to the middle of one of the council's places."""


@report_part(NAME)
def propose(made: Made, council_code: str) -> dict[str, Any]:
    """The part of one council, as ``reading`` reads it."""
    geography = made.geography
    places = geography.places_in(geography.council_of(council_code))
    wishes = wishes_of(made.asked, geography, places=places)
    prices = median_prices(made.catalogue, _rows_near(made.catalogue, geography, places))
    found = [
        proposal
        for theme in Theme
        for proposal in next_offers(
            wishes,
            made.tables,
            prices=prices,
            themes=[theme],
            each_theme=EACH_THEME,
            each_district=EACH_DISTRICT,
            limit=EACH_THEME,
        )
    ]
    found.sort(key=lambda one: -(one.people.number or 0))
    together = plan(wishes, made.tables, sessions=PLANNED, prices=prices)
    return {
        "offers": [
            {**_offer(one, geography), "changes": _changes(one, wishes, made.tables)} for one in found
        ],
        "plan": _plan(together, geography),
    }


def _offer(one: Proposal, geography: Geography) -> dict[str, Any]:
    candidate, cost = one.candidate, one.cost
    return {
        "key": candidate.key(geography),
        "place": geography.key_of(candidate.place),
        "theme": candidate.theme.value,
        "band": candidate.band.value,
        "level": int(candidate.level),
        "size": one.size,
        "people": as_kept(one.people),
        "basis": cost.basis.value,
        "hour": None if cost.hour is None else str(cost.hour),
    }


def _plan(together: Plan, geography: Geography) -> dict[str, Any]:
    return {
        "offers": [_offer(one, geography) for one in together.proposals],
        "people": as_kept(together.people),
        "of_unmet_percent": together.of_unmet_percent,
    }


def _changes(one: Proposal, wishes: Wishes, tables: UnmetTables) -> dict[str, list[list[Any]]]:
    """By kind of area: code, before, of how many the change is, and after with each size. Areas of which
    nothing can be told are left out."""
    by_size = [with_offer(wishes, one.candidate, size=size, tables=tables) for size in SIZES]
    geography = wishes.geography
    return {
        "districts": _areas([more.districts for more in by_size], geography.district_codes),
        "places": _areas(
            [more.places for more in by_size],
            [geography.key_of(place) for place in range(len(geography.outcodes))],
        ),
    }


def _areas(by_size: Sequence[Sequence[AreaChange]], codes: Sequence[str]) -> list[list[Any]]:
    return [
        [
            codes[same[0].area],
            as_kept(same[0].before),
            as_kept(same[0].people),
            *(as_kept(one.after) for one in same),
        ]
        for same in zip(*by_size, strict=True)
        if same[0].people is not None
    ]


def _rows_near(
    catalogue: Catalogue, geography: Geography, places: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    lat, lon = catalogue.columns.lat.astype(np.float64), catalogue.columns.lon.astype(np.float64)
    known = ~np.isnan(lat) & ~np.isnan(lon)
    is_near = np.zeros(len(lat), dtype=np.bool_)
    for place in places.tolist():
        km = distance_km(geography.lat[place], geography.lon[place], lat[known], lon[known])
        is_near[known] |= km <= PRICES_WITHIN_KM
    return np.flatnonzero(is_near)
