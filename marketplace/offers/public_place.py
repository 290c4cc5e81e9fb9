"""Where the public may think an offer is.

Only an exact place has its true point on a page. For a home, and for people who come to you, the
point is the middle of the first half of the postcode, on pins and in every distance: with the true
point behind a distance, three searches from three postcodes would find the door.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from marketplace.geo.places import PostcodeError
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.offers.models import Place
from marketplace.vocabulary import PlaceKind

Point = tuple[float, float]
"""Latitude and longitude in WGS84 degrees."""

COARSE = 2
"""Decimals kept of a coarse point: about 1 km."""


class PlaceColumns(Protocol):
    """The columns of a place that decide about its public point."""

    @property
    def place_kind(self) -> PlaceKind | None: ...
    @property
    def postcode(self) -> str | None: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...


class _Columns(NamedTuple):
    place_kind: PlaceKind | None
    postcode: str | None
    lat: float | None
    lon: float | None


class PublicPoints:
    """Public points of many places; each outcode is looked up once."""

    def __init__(self, postcodes: PostcodeDirectory | None) -> None:
        self._postcodes = postcodes
        self._centres: dict[str, Point | None] = {}

    def of(self, place: PlaceColumns) -> Point | None:
        """The point that may be shown, or None where there is none (online, or not known)."""
        if place.place_kind is None or place.place_kind is PlaceKind.ONLINE:
            return None
        if place.place_kind is PlaceKind.EXACT:
            return None if place.lat is None or place.lon is None else (place.lat, place.lon)
        return self.centre(outcode_of(place.postcode))

    def of_place(self, place: Place | None) -> Point | None:
        """The same for a row of the table."""
        if place is None:
            return None
        return self.of(_Columns(place.kind, place.postcode, place.lat, place.lon))

    def centre(self, outcode: str | None) -> Point | None:
        """The rounded middle of an outcode."""
        if not outcode or self._postcodes is None:
            return None
        if outcode not in self._centres:
            try:
                place = self._postcodes.lookup(outcode)
            except PostcodeError:
                self._centres[outcode] = None
            else:
                self._centres[outcode] = (round(place.lat, COARSE), round(place.lon, COARSE))
        return self._centres[outcode]


def outcode_of(postcode: str | None) -> str | None:
    return postcode.split(" ")[0] if postcode else None
