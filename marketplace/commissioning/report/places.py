"""What a report keeps of places: their middles, and for how many offers free places are known.

Nobody's wish is in it: the middles are those of the postcode directory, and offers are public.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from marketplace.commissioning.report.kept import Reading
from marketplace.commissioning.report.making import Made, report_part
from marketplace.geo.distance import distance_km
from marketplace.matching.catalogue import GONE

NAME = "places"
AROUND_KM = 10.0
"""Offers so near to the middle of one of the council's places are counted."""


class Places(NamedTuple):
    """Of one council."""

    middles: dict[str, tuple[float, float]]
    """Latitude and longitude by place ('NR27 E07000147')."""
    known: int
    """Offers in or near the council that said how many places they have left."""
    assumed: int
    """Those that did not: an assumption by kind takes its place."""

    @property
    def offers(self) -> int:
        return self.known + self.assumed


@report_part(NAME)
def keep_places(made: Made, council_code: str) -> dict[str, Any]:
    """The part of one council, as ``places_of_report`` reads it."""
    geography, columns = made.geography, made.catalogue.columns
    places = geography.places_in(geography.council_of(council_code))
    rows = np.flatnonzero((columns.vacancy != GONE) & ~np.isnan(columns.lat))
    rows = rows[rows < int(made.catalogue.used[0])]
    lat, lon = columns.lat[rows].astype(np.float64), columns.lon[rows].astype(np.float64)
    near = np.zeros(len(rows), dtype=np.bool_)
    for place in places.tolist():
        near |= distance_km(geography.lat[place], geography.lon[place], lat, lon) <= AROUND_KM
    known = 0 if made.places_left is None else int((made.places_left[rows[near]] >= 0).sum())
    return {
        "middles": {
            geography.key_of(place): [
                round(float(geography.lat[place]), 4),
                round(float(geography.lon[place]), 4),
            ]
            for place in places.tolist()
        },
        "known": known,
        "assumed": int(near.sum()) - known,
    }


def places_of_report(reading: Reading, council_code: str) -> Places | None:
    """None where the report is older than this part."""
    part = reading.part(NAME, council_code)
    if part is None:
        return None
    middles = {key: (float(lat), float(lon)) for key, (lat, lon) in part["middles"].items()}
    return Places(middles, part["known"], part["assumed"])
