"""Matches outside the person's own council area, and the best match nearer home for the same wish.

Care close to home is what people ask for, and what a council arranges most easily. The flag tells,
it never sorts: no score knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


def outside_home_area(
    session: Session,
    ranking: Ranking,
    matches: Sequence[Match],
    places: Mapping[UUID, Place | None],
    *,
    home: GeoPlace | None,
) -> dict[UUID, Outside]:
    """The matches that are outside, by offer; one statement more if there are any, else none.

    *places* are the places of the matches' offers. Nothing is flagged where home or the place is
    known too roughly to tell.
    """
    districts = read_districts(current_settings().seeds_dir)
    own = None if home is None else council_area(home.district_code, districts)
    if own is None:
        return {}
    outside = [match for match in matches if _is_outside(places.get(match.offer), own, districts)]
    if not outside:
        return {}
    candidates = {match.offer: _nearer_positions(ranking, match) for match in outside}
    ids = {ranking.catalogue.ids[ranking.found.rows[at]] for many in candidates.values() for at in many}
    found = places_of(session, ids)
    return {
        match.offer: Outside(
            area=own.name,
            nearer=_first_inside(ranking, candidates[match.offer], found, own, districts),
        )
        for match in outside
    }


def area_of(place: Place | None, districts: Mapping[str, District]) -> CouncilArea | None:
    """The council area of an offer's place; None where it has none or it can't be told.

    Of a home only what its public half of the postcode tells is used, so that nobody learns more.
    """
    if place is None:
        return None
    if place.kind is PlaceKind.EXACT:
        return council_area(place.district_code, districts)
    if place.kind is PlaceKind.MASKED:
        try:
            return council_area(find_place(outcode_of(place.postcode) or "").district_code, districts)
        except PostcodeError:
            return None
    return None


def _is_outside(place: Place | None, own: CouncilArea, districts: Mapping[str, District]) -> bool:
    area = area_of(place, districts)
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
    own: CouncilArea,
    districts: Mapping[str, District],
) -> Nearer | None:
    for at in positions:
        row = int(ranking.found.rows[at])
        offer = ranking.catalogue.ids[row]
        place = places.get(offer)
        area = area_of(place, districts)
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
