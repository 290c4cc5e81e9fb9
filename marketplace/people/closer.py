"""Matches outside the person's own council area, and the best match nearer home for the same wish.

Care close to home is what people ask for, and what a council arranges most easily. The flag tells,
it never sorts: no score knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from marketplace.geo.council_areas import CouncilArea, council_area
from marketplace.geo.districts import District, read_districts
from marketplace.geo.places import Place as GeoPlace
from marketplace.geo.places import PostcodeError
from marketplace.matching.facts import whole_minutes
from marketplace.matching.nearer import nearer_for_the_same_wish
from marketplace.matching.ranking import Ranking
from marketplace.matching.result import Match
from marketplace.offers.models import Place
from marketplace.offers.public_place import outcode_of
from marketplace.offers.queries import places_of
from marketplace.vocabulary import PlaceKind
from marketplace.web import current_settings
from marketplace.web.places import find_place

Find = Callable[[str], GeoPlace]
"""The place of a postcode or its first half; raises ``PostcodeError``."""
MOST_LOOKED_AT = 40
"""So many nearer matches are looked at for one inside the area, for each match that is outside."""


@dataclass(frozen=True, slots=True)
class Nearer:
    """A match nearer home, in the person's own council area."""

    offer: UUID
    name: str
    minutes: int | None
    town: str | None


@dataclass(frozen=True, slots=True)
class Outside:
    """That a match lies outside the person's council area; ``area`` is '' where it has no name here."""

    area: str
    nearer: Nearer | None

    def __str__(self) -> str:
        """For the command line, in English."""
        closer = "" if self.nearer is None else f" Closer to home: {self.nearer.name}."
        return f"Outside {self.area or 'the council’s area'}.{closer}"


def outside_home_area(
    session: Session,
    ranking: Ranking,
    matches: Sequence[Match],
    places: Mapping[UUID, Place | None],
    *,
    home: GeoPlace | None,
    districts: Mapping[str, District] | None = None,
    find: Find = find_place,
) -> dict[UUID, Outside]:
    """The matches that are outside, by offer; one statement more if there are any, else none.

    *places* are the places of the matches' offers. Nothing is flagged where home or the place is
    known too roughly to tell. Commands, which serve no page, name *districts* and what finds a postcode.
    """
    if districts is None:
        districts = read_districts(current_settings().seeds_dir)
    own = None if home is None else council_area(home.district_code, districts)
    if own is None:
        return {}
    outside = [match for match in matches if _is_outside(places.get(match.offer), own, districts, find)]
    if not outside:
        return {}
    candidates = {match.offer: _nearer_positions(ranking, match) for match in outside}
    ids = {ranking.catalogue.ids[ranking.found.rows[at]] for many in candidates.values() for at in many}
    found = places_of(session, ids)
    return {
        match.offer: Outside(
            area=own.name,
            nearer=_first_inside(
                ranking, candidates[match.offer], found, own=own, districts=districts, find=find
            ),
        )
        for match in outside
    }


def area_of(
    place: Place | None, districts: Mapping[str, District], find: Find = find_place
) -> CouncilArea | None:
    """The council area of an offer's place; None where it has none or it can't be told.

    Of a home only what its public half of the postcode tells is used, so that nobody learns more.
    """
    if place is None:
        return None
    if place.kind is PlaceKind.EXACT:
        return council_area(place.district_code, districts)
    if place.kind is PlaceKind.MASKED:
        try:
            return council_area(find(outcode_of(place.postcode) or "").district_code, districts)
        except PostcodeError:
            return None
    return None


def outside_document(outside: Outside | None) -> dict[str, Any]:
    """The keys that say it in a match of ``marketplace match --json``."""
    nearer = None if outside is None else outside.nearer
    return {
        "out_of_area": outside is not None,
        "closer_to_home": None
        if nearer is None
        else {
            "offer": str(nearer.offer),
            "name": nearer.name,
            "minutes": nearer.minutes,
            "town": nearer.town,
        },
    }


def _is_outside(place: Place | None, own: CouncilArea, districts: Mapping[str, District], find: Find) -> bool:
    area = area_of(place, districts, find)
    return area is not None and area.key != own.key


def _nearer_positions(ranking: Ranking, match: Match) -> list[int]:
    at = np.flatnonzero(ranking.found.rows == match.row)
    if not len(at):
        return []
    return [int(one) for one in nearer_for_the_same_wish(ranking, int(at[0]), limit=MOST_LOOKED_AT)]


def _first_inside(
    ranking: Ranking,
    positions: Sequence[int],
    places: Mapping[UUID, Place],
    *,
    own: CouncilArea,
    districts: Mapping[str, District],
    find: Find,
) -> Nearer | None:
    for at in positions:
        row = int(ranking.found.rows[at])
        offer = ranking.catalogue.ids[row]
        place = places.get(offer)
        area = area_of(place, districts, find)
        if place is None or area is None or area.key != own.key:
            continue
        minutes = float(ranking.found.minutes[at])
        return Nearer(
            offer=offer,
            name=ranking.catalogue.names[row],
            minutes=None if np.isnan(minutes) else whole_minutes(minutes),
            town=place.town,
        )
    return None
