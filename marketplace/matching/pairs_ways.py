"""Who could go with a person or take them, to which offers, and how long the way is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from marketplace.geo.travel import TravelModel
from marketplace.matching.catalogue import Catalogue, Columns
from marketplace.matching.codes import KINDS, NO_MODE, PLACE_KINDS, Flags, Floats, Ints
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.evaluate_cost import weekly_prices
from marketplace.matching.first import reach_km
from marketplace.matching.grid import cell_box, rows_in
from marketplace.matching.query import PARTS, Query, Ruler
from marketplace.matching.weights import MOST_PAIRED
from marketplace.vocabulary import Feature, OfferKind, Part, PlaceKind, Stop, TravelMode

COMPANION_KINDS = (OfferKind.PERSONAL_ASSISTANT, OfferKind.BUDDY)
SUPPORT = sum(feature.bit for feature in Feature if feature.is_support)
"""What staff give, and so what a companion can bring to a place that does not have it."""

_HELPS = np.array([kind in (*COMPANION_KINDS, OfferKind.TRANSPORT) for kind in KINDS])
_TRANSPORT = KINDS.index(OfferKind.TRANSPORT)
_EXACT, _MASKED = (PLACE_KINDS.index(kind) for kind in (PlaceKind.EXACT, PlaceKind.MASKED))
_TRANSPORT_PART = PARTS.index(Part.TRANSPORT)
_NOT_FOR_THIS_PERSON = sum(
    stop.bit for stop in (Stop.NOT_TAKING_PEOPLE, Stop.AGE, Stop.LEVEL, Stop.MUST_HAVE)
)
_MENDABLE = Stop.TRAVEL.bit | Stop.COST.bit | Stop.MUST_HAVE.bit


class Lift(IntEnum):
    """How the two get there."""

    OWN_WAY = 0
    """By the way that the person would travel alone."""
    THEIR_CAR = 1
    TRANSPORT = 2


@dataclass(frozen=True, slots=True)
class Helpers:
    """Companions and transport that could help this person; nearest first, then the day's turn."""

    rows: Ints
    is_transport: Flags
    brings: Ints
    """Mask of the support that a companion is known to give."""
    has_car: Flags
    """A companion who can take the person by car."""
    radius_km: Floats
    """How far from their base the car or the transport goes; infinite where no limit was said."""


@dataclass(frozen=True, slots=True)
class Bases:
    """Offers that one helper might make work, those first that fit best otherwise."""

    at: Ints
    """Positions in the evaluation."""
    rows: Ints
    distance_km: Floats
    own_minutes: Floats
    """By the person's own way; infinite where that is too far."""
    lacks: Ints
    """Mask of must-haves that the offer is known not to have, all of them support."""
    alone: Floats
    """Score of the offer without a helper where it is a match, else minus infinity."""


def helpers_near(
    query: Query, home: Ruler, catalogue: Catalogue, found: Evaluation, turn: npt.NDArray[np.uint32]
) -> Helpers:
    """Everyone who comes to the person's home and is not stopped by anything but times and goals."""
    c = catalogue.columns
    rows = rows_in(catalogue.grid.spans(cell_box(home.lat, home.lon, catalogue.widest_radius_km)))
    rows = rows[_HELPS[c.kind[rows]]]
    at, rows = _positions(found, rows)
    fits = found.comes_to_you[at] & ((found.stops[at] & _NOT_FOR_THIS_PERSON) == 0)
    at, rows = at[fits], rows[fits]

    is_transport = c.kind[rows] == _TRANSPORT
    no_wheelchair = np.zeros(len(rows), dtype=np.bool_)
    if query.needs.travel.wheelchair_space:
        no_wheelchair = (c.features_no[rows] & Feature.WHEELCHAIR_SPACE.bit) != 0
    lift_km = c.transport_radius_km[rows].astype(np.float64)
    has_car = ~is_transport & (c.transport[rows] == 1) & ~no_wheelchair & ~(found.distance_km[at] > lift_km)
    radius = np.where(is_transport, c.radius_km[rows].astype(np.float64), lift_km)
    useful = np.where(is_transport, ~no_wheelchair, c.session_count[rows] > 0)

    order = np.lexsort((rows, turn[rows], found.distance_km[at]))
    order = order[useful[order]]
    return Helpers(
        rows=rows[order],
        is_transport=is_transport[order],
        brings=np.where(is_transport, 0, c.features_yes[rows].astype(np.int64) & SUPPORT)[order],
        has_car=has_car[order],
        radius_km=np.where(np.isnan(radius), np.inf, radius)[order],
    )


def _positions(found: Evaluation, rows: Ints) -> tuple[Ints, Ints]:
    """Where the catalogue's *rows* stand in an evaluation, and the rows that do."""
    at = np.searchsorted(found.rows, rows)
    here = at < len(found.rows)
    here[here] = found.rows[at[here]] == rows[here]
    return at[here], rows[here]


def bases_for(
    query: Query,
    home: Ruler,
    catalogue: Catalogue,
    found: Evaluation,
    helpers: Helpers,
    *,
    model: TravelModel,
) -> Bases:
    """Offers at a place and at known times, of which every stop is one that a helper can mend.

    * too far for the person's own ways, yet near enough by a helper's car or by transport;
    * too dear because of the way there, while the offer's own price is within the budget;
    * without support that the person must have and that a companion near them gives;
    * no stop, but the person needs someone on the way and the provider does not fetch them.
    """
    c = catalogue.columns
    lines = [
        model.coefficients(mode)
        for mode, there in ((TravelMode.CAR, helpers.has_car), (TravelMode.PROVIDER, helpers.is_transport))
        if there.any()
    ]
    furthest = max([reach_km(query), *((query.max_minutes - fixed) / per_km for fixed, per_km in lines)])
    around = rows_in(catalogue.grid.spans(cell_box(home.lat, home.lon, furthest)))
    place = c.place_kind[around]
    around = around[((place == _EXACT) | (place == _MASKED)) & (c.session_count[around] > 0)]
    at, rows = _positions(found, around)
    stops = found.stops[at]
    if query.needs.travel.with_support:
        to_mend = (stops != 0) | (found.parts[at, _TRANSPORT_PART] != 1.0)
    else:
        to_mend = stops != 0
    fits = np.flatnonzero(to_mend & ((stops & ~_MENDABLE) == 0))
    at, rows = at[fits], rows[fits]

    distance = found.distance_km[at]
    own = np.where(found.mode[at] != NO_MODE, found.minutes[at], np.inf)
    own = np.where(own <= query.max_minutes, own, np.inf)
    quickest = own
    for fixed, per_km in lines:
        quickest = np.minimum(quickest, fixed + per_km * distance)
    lacks = c.features_no[rows].astype(np.int64) & query.must
    brought = int(np.bitwise_or.reduce(helpers.brings))
    fits = (quickest <= query.max_minutes) & ((lacks & ~brought) == 0)
    if query.budget_pence >= 0:
        own_price = weekly_prices(catalogue, rows, found.offer_pence[at], found.best_session[at])
        fits &= own_price <= query.budget_pence

    kept = np.flatnonzero(fits)
    order = kept[np.lexsort((rows[kept], distance[kept], -found.score[at[kept]]))[:MOST_PAIRED]]
    at, rows = at[order], rows[order]
    return Bases(
        at=at,
        rows=rows,
        distance_km=distance[order],
        own_minutes=own[order],
        lacks=lacks[order],
        alone=np.where(found.stops[at] == 0, found.score[at], -np.inf),
    )


@dataclass(frozen=True, slots=True)
class Ways:
    """How each helper and the person get to each base: shape (bases, helpers)."""

    minutes: Floats
    """One way; infinite where there is none within the person's limit."""
    lift: npt.NDArray[np.int8]


def ways_of(
    query: Query,
    home: Ruler,
    catalogue: Catalogue,
    bases: Bases,
    helpers: Helpers,
    *,
    model: TravelModel,
) -> Ways:
    """With a companion the quicker of the person's own way and the companion's car counts.

    A companion who does not bring what the place lacks goes nowhere.
    """
    in_area = np.ones((len(bases.rows), len(helpers.rows)), dtype=np.bool_)
    limited = np.flatnonzero(np.isfinite(helpers.radius_km) & (helpers.is_transport | helpers.has_car))
    km = _km_between(home, catalogue.columns, bases.rows, helpers.rows[limited])
    in_area[:, limited] = km <= helpers.radius_km[limited]

    own = bases.own_minutes[:, None]
    by_car = _minutes(model, TravelMode.CAR, bases.distance_km)[:, None]
    by_car = np.where(helpers.has_car & in_area, by_car, np.inf)
    by_transport = np.where(in_area, _minutes(model, TravelMode.PROVIDER, bases.distance_km)[:, None], np.inf)
    with_companion = np.minimum(own, by_car)
    minutes = np.where(helpers.is_transport, by_transport, with_companion)
    lift = np.where(
        helpers.is_transport, Lift.TRANSPORT, np.where(by_car < own, Lift.THEIR_CAR, Lift.OWN_WAY)
    )
    possible = (minutes <= query.max_minutes) & ((bases.lacks[:, None] & ~helpers.brings) == 0)
    return Ways(np.where(possible, minutes, np.inf), lift.astype(np.int8))


def _minutes(model: TravelModel, mode: TravelMode, km: Floats) -> Floats:
    fixed, per_km = model.coefficients(mode)
    return np.asarray(fixed + per_km * km)


def _km_between(ruler: Ruler, columns: Columns, bases: Ints, helpers: Ints) -> Floats:
    """Straight-line km from each base to each helper's own place, shape (bases, helpers)."""
    lat, lon = columns.lat, columns.lon
    here_lat, here_lon = (column[bases].astype(np.float64)[:, None] for column in (lat, lon))
    there_lat, there_lon = (column[helpers].astype(np.float64) for column in (lat, lon))
    up, across = here_lat - there_lat, here_lon - there_lon
    middle = (here_lat + there_lat) * 0.5 - ruler.lat
    north = ruler.north[0] + middle * (ruler.north[1] + middle * ruler.north[2])
    east = ruler.east[0] + middle * (ruler.east[1] + middle * ruler.east[2])
    return np.asarray(np.hypot(up * north, across * east))
