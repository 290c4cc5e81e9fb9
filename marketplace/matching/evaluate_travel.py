"""The way there, by each way a person can go: over many offers at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import COMES, NO_MODE, NOT_KNOWN, ONLINE, PROVIDER, TAXI, Flags, Floats, Ints
from marketplace.matching.query import Query
from marketplace.matching.weights import NO_TRANSPORT, TRAVEL_AT_LIMIT
from marketplace.vocabulary import TravelMode


def distances(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """Straight-line kilometres from home; NaN where either place is not known."""
    ruler = query.ruler
    if ruler is None:
        return np.full(len(rows), np.nan)
    up = catalogue.columns.lat.take(rows).astype(np.float64) - ruler.lat
    across = catalogue.columns.lon.take(rows).astype(np.float64) - ruler.lon
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
    place = catalogue.columns.place_kind.take(rows)
    online = place == ONLINE
    known = ~np.isnan(distance)
    in_radius = distance <= catalogue.columns.radius_km.take(rows)
    visits = (place == COMES) & known
    comes = visits & in_radius

    minutes = np.full(len(rows), np.inf)
    mode = np.full(len(rows), NO_MODE, dtype=np.int64)
    for way in query.modes:
        at = way.position
        if at == TAXI:
            continue
        taken = query.ways[1, at] + query.ways[2, at] * distance
        quicker = taken < minutes
        minutes = np.where(quicker, taken, minutes)
        mode[quicker] = at
    to_ask = None
    if query.uses_provider_transport:
        fetched, may_fetch = _provider_fetches(catalogue, rows, distance)
        by_provider = query.ways[1, PROVIDER] + query.ways[2, PROVIDER] * distance
        quicker = fetched & (by_provider < minutes)
        minutes = np.where(quicker, by_provider, minutes)
        mode[quicker] = PROVIDER
        to_ask = may_fetch & (by_provider <= query.max_minutes)
    if TravelMode.TAXI in query.modes:
        taken = query.ways[1, TAXI] + query.ways[2, TAXI] * distance
        quicker = (minutes > query.max_minutes) & (taken < minutes)
        minutes = np.where(quicker, taken, minutes)
        mode[quicker] = TAXI

    within = minutes <= query.max_minutes
    stays = comes | online
    goes = within if to_ask is None else within | to_ask
    reachable = stays | (~visits & goes)
    too_far = known & ~reachable if query.home is not None else np.zeros(len(rows), np.bool_)

    score = 1.0 - (1.0 - TRAVEL_AT_LIMIT) * (minutes / query.max_minutes)
    score[~within | visits] = np.nan
    score[stays] = 1.0
    if query.home is None:
        score = np.full(len(rows), np.nan)
    minutes[visits | (minutes == np.inf)] = np.nan
    minutes[stays] = 0.0
    mode[stays | visits] = NO_MODE
    return Journey(distance, score, too_far, minutes, mode, comes)


def _provider_fetches(catalogue: Catalogue, rows: Ints, distance: Floats) -> tuple[Flags, Flags]:
    """Where the provider fetches this person, and where it might (it has not said)."""
    offered = catalogue.columns.transport.take(rows)
    radius = catalogue.columns.transport_radius_km.take(rows)
    return (offered == 1) & (np.isnan(radius) | (distance <= radius)), offered == NOT_KNOWN


def transport_part(query: Query, catalogue: Catalogue, rows: Ints, distance: Floats, comes: Flags) -> Floats:
    """Only for a person who needs fetching or company on the way."""
    if not query.wants_transport:
        return np.full(len(rows), np.nan)
    offered = catalogue.columns.transport[rows]
    radius = catalogue.columns.transport_radius_km[rows]
    fetches = (offered == 1) & (np.isnan(radius) | ~(distance > radius))
    needless = comes | (catalogue.columns.place_kind[rows] == ONLINE)
    return np.where(needless | fetches, 1.0, np.where(offered == -1, np.nan, NO_TRANSPORT))
