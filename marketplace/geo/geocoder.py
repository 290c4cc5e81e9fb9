"""The postcode directory behind geopy's interface, so that any other geopy geocoder can take its
place (OS Places, Nominatim of one's own) without a change to what calls it. Nothing leaves the
machine: ``timeout`` is there for the interface only.
"""

from __future__ import annotations

import re
from typing import Any

from geopy import Location, Point
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder

from marketplace.geo.distance import distance_km
from marketplace.geo.places import Place, PostcodeError
from marketplace.geo.postcodes import PostcodeDirectory

# Nobody in Great Britain lives this far from every postcode: the point lies elsewhere.
FARTHEST_KM = 30.0

_AT_THE_END = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}\s*$", re.IGNORECASE)


class GreatBritainPostcodes(Geocoder):  # type: ignore[misc]
    """Geocodes a postcode, a sector, an outcode, or an address that ends in a postcode.

    ``Location.raw`` holds ``label``, ``precision`` (the value of a
    :class:`~marketplace.geo.places.Precision`) and ``district_code``.
    """

    def __init__(self, directory: PostcodeDirectory) -> None:
        super().__init__()
        self.directory = directory

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """The place of ``query``; None when it can't be found, as geopy has it.

        Ask :meth:`PostcodeDirectory.lookup` where a reader should be told why not.
        """
        del timeout
        at_the_end = _AT_THE_END.search(query)
        try:
            place = self.directory.lookup(at_the_end[0] if at_the_end else query)
        except PostcodeError:
            return None
        location = _location(place)
        return location if exactly_one else [location]

    def reverse(
        self, query: Any, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """The nearest postcode to a point (``geopy.Point``, ``(lat, lon)`` or 'lat, lon').

        None where no postcode lies within ``FARTHEST_KM``. With ``exactly_one=False`` the ten
        nearest, nearest first.
        """
        del timeout
        point = Point(query)
        places = [
            place
            for place in self.directory.nearby(point.latitude, point.longitude, 1 if exactly_one else 10)
            if distance_km(point.latitude, point.longitude, place.lat, place.lon) <= FARTHEST_KM
        ]
        if not places:
            return None
        locations = [_location(place) for place in places]
        return locations[0] if exactly_one else locations


def _location(place: Place) -> Location:
    raw = {
        "label": place.label,
        "precision": place.precision.value,
        "district_code": place.district_code,
    }
    return Location(place.label, (place.lat, place.lon, 0.0), raw)
