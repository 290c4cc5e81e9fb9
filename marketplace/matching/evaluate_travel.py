"""The way there, by each way a person can go: over many offers at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import COMES, NO_MODE, ONLINE, PROVIDER, TAXI, Flags, Floats, Ints
from marketplace.matching.query import Query
from marketplace.matching.weights import NO_TRANSPORT, TRAVEL_AT_LIMIT
from marketplace.vocabulary import TravelMode


def distances(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """Straight-line kilometres from home; NaN where either place is not known."""
    ruler = query.ruler
    if ruler is None:
        return np.full(len(rows), np.nan)
    up = catalogue.columns.lat[rows].astype(np.float64) - ruler.lat
    across = catalogue.columns.lon[rows].astype(np.float64) - ruler.lon
    middle = up * 0.5
    north = ruler.north[0] + middle * (ruler.north[1] + middle * ruler.north[2])
    east = ruler.east[0] + middle * (ruler.east[1] + middle * ruler.east[2])
    dy = up * north
    dx = across * east
    return np.asarray(np.sqrt(dx * dx + dy * dy))


@dataclass(frozen=True, slots=True)
class Journey:
    distance: Floats
    score: Floats
    too_far: Flags
    minutes: Floats
    mode: Ints
    comes: Flags


def journeys(query: Query, catalogue: Catalogue, rows: Ints, distance: Floats) -> Journey:
    """The quickest way the person named; a taxi only where no other way is within the limit.

    Somebody who comes to the person, or an online offer, needs no journey.
    """
    place = catalogue.columns.place_kind[rows]
    online = place == ONLINE
    known = ~np.isnan(distance)
    in_radius = distance <= catalogue.columns.radius_km[rows]
    visits = (place == COMES) & known
    comes = visits & in_radius

    fetched, may_fetch = _provider_fetches(query, catalogue, rows, distance)
    minutes = np.full(len(rows), np.inf)
    mode = np.full(len(rows), NO_MODE, dtype=np.int64)
    for way in query.modes:
        at = way.position
        if at == TAXI:
            continue
        taken = query.ways[1, at] + query.ways[2, at] * distance
        quicker = taken < minutes
        minutes = np.where(quicker, taken, minutes)
        mode = np.where(quicker, at, mode)
    by_provider = query.ways[1, PROVIDER] + query.ways[2, PROVIDER] * distance
    quicker = fetched & (by_provider < minutes)
    minutes = np.where(quicker, by_provider, minutes)
    mode = np.where(quicker, PROVIDER, mode)
    if TravelMode.TAXI in query.modes:
        taken = query.ways[1, TAXI] + query.ways[2, TAXI] * distance
        quicker = (minutes > query.max_minutes) & (taken < minutes)
        minutes = np.where(quicker, taken, minutes)
        mode = np.where(quicker, TAXI, mode)

    within = minutes <= query.max_minutes
    to_ask = ~within & may_fetch & (by_provider <= query.max_minutes)
    stays = comes | online
    reachable = stays | (~visits & (within | to_ask))
    too_far = known & ~reachable if query.home is not None else np.zeros(len(rows), np.bool_)
    minutes = np.where(stays, 0.0, np.where(visits | np.isinf(minutes), np.nan, minutes))
    mode = np.where(stays | visits, NO_MODE, mode)

    share = 1.0 - (1.0 - TRAVEL_AT_LIMIT) * (minutes / query.max_minutes)
    score = np.where(stays, 1.0, np.where(within, share, np.nan))
    if query.home is None:
        score = np.full(len(rows), np.nan)
    return Journey(distance, score, too_far, minutes, mode, comes)


def _provider_fetches(
    query: Query, catalogue: Catalogue, rows: Ints, distance: Floats
) -> tuple[Flags, Flags]:
    """Where the provider fetches this person, and where it might (it has not said)."""
    nobody = np.zeros(len(rows), dtype=np.bool_)
    if not query.uses_provider_transport:
        return nobody, nobody
    offered = catalogue.columns.transport[rows]
    radius = catalogue.columns.transport_radius_km[rows]
    return (offered == 1) & (np.isnan(radius) | (distance <= radius)), offered == -1


def transport_part(query: Query, catalogue: Catalogue, rows: Ints, distance: Floats, comes: Flags) -> Floats:
    """Only for a person who needs fetching or company on the way."""
    if not query.wants_transport:
        return np.full(len(rows), np.nan)
    offered = catalogue.columns.transport[rows]
    radius = catalogue.columns.transport_radius_km[rows]
    fetches = (offered == 1) & (np.isnan(radius) | ~(distance > radius))
    needless = comes | (catalogue.columns.place_kind[rows] == ONLINE)
    return np.where(needless | fetches, 1.0, np.where(offered == -1, np.nan, NO_TRANSPORT))
