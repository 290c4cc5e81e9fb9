"""One search of the directory: from the filters of an address to one page of offers in order."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from math import ceil, inf, isnan
from statistics import median

from sqlalchemy.orm import Session

from marketplace.directory.browse_filters import BrowseFilters, Order
from marketplace.directory.search_queries import (
    FoundOffer,
    OfferFilter,
    Price,
    find_offers,
    offers_with_themes,
    prices,
    town_points,
)
from marketplace.directory.search_words import fold, rank_by_words, same_name, search_words
from marketplace.directory.towns import TOWNS
from marketplace.geo.distance import distance_km
from marketplace.geo.places import NotAPostcodeError, PostcodeError
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.weights import USUAL_FLEXIBLE_VISIT
from marketplace.offers.models import Offer
from marketplace.offers.public_place import Point, PublicPoints
from marketplace.offers.queries import offers_in_order
from marketplace.vocabulary import CostBasis, PlaceKind, Theme

PAGE_SIZE = 20
KM_PER_MILE = 1.609344


@dataclass(frozen=True, slots=True)
class Near:
    """Where the reader looks from, as it was understood."""

    label: str
    point: Point


class UnknownTownError(ValueError):
    """No postcode, and no town that we know; the message is the page's to give."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An offer on the page, with what was worked out on the way."""

    offer: Offer
    point: Point | None
    km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    filters: BrowseFilters
    total: int
    page: int
    pages: int
    hits: tuple[Hit, ...]
    near: Near | None = None
    near_problem: PostcodeError | UnknownTownError | None = None
    only_some_words: bool = False
    """No offer has all the words; these have the most of them."""

    @property
    def first(self) -> int:
        """Number of the first offer on this page, from 1."""
        return (self.page - 1) * PAGE_SIZE + 1


def search(
    session: Session,
    filters: BrowseFilters,
    *,
    postcodes: PostcodeDirectory | None,
    today: date,
    evening_starts: time,
    only_count: bool = False,
) -> SearchResult:
    """Find, order and cut to a page. A page beyond the last one is the last one.

    Eight queries at most, however much is found: light columns, themes where there are words,
    prices, towns, and four for the cards of one page. With ``only_count`` no cards.
    """
    points = PublicPoints(postcodes)
    near, near_problem = None, None
    if filters.near:
        try:
            near = find_near(session, filters.near, postcodes=postcodes, points=points)
        except (PostcodeError, UnknownTownError) as error:
            near_problem = error
    words = search_words(filters.q)
    wanted = OfferFilter(
        kinds=filters.kind,
        themes=filters.theme,
        level=filters.level,
        days=filters.day,
        times=filters.time,
        features=filters.has,
        or_not_known=filters.unknown,
        has_places=filters.places,
        sieves=tuple(word.sieve() for word in words),
    )
    found = find_offers(session, wanted, today=today, evening_starts=evening_starts)
    fit: Mapping[uuid.UUID, float] = {}
    only_some_words = False
    if words:
        named = frozenset[Theme]().union(*(word.themes for word in words))
        themes = _by_offer(offers_with_themes(session, named)) if named else {}
        fit, only_some_words = rank_by_words(words, found, themes)
        found = [offer for offer in found if offer.id in fit]
    visit_costs: Mapping[uuid.UUID, Decimal] = {}
    if filters.cost is not None or filters.order is Order.COST:
        visit_costs = _visit_costs(prices(session), found)
    if filters.cost is not None:
        found = [
            offer for offer in found if _affordable(visit_costs.get(offer.id), filters.cost, filters.unknown)
        ]
    where = {offer.id: points.of(offer) for offer in found}
    away = _distances(found, where, near)
    if near is not None and filters.miles is not None:
        reach = filters.miles * KM_PER_MILE
        found = [offer for offer in found if _in_reach(offer, away[offer.id], reach)]
    found.sort(
        key=_sort_key(
            filters.order,
            fit=fit,
            away=away,
            costs=visit_costs,
        )
    )
    pages = max(1, ceil(len(found) / PAGE_SIZE))
    page = min(filters.page, pages)
    shown = [] if only_count else found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    offers = offers_in_order(session, [offer.id for offer in shown])
    return SearchResult(
        filters=filters,
        total=len(found),
        page=page,
        pages=pages,
        hits=tuple(Hit(offer, where[offer.id], away[offer.id]) for offer in offers),
        near=near,
        near_problem=near_problem,
        only_some_words=only_some_words,
    )


def find_near(
    session: Session, text: str, *, postcodes: PostcodeDirectory | None, points: PublicPoints
) -> Near:
    """The place that a reader named: a postcode, the first half of one, or a town.

    Raises ``PostcodeError`` for what looks like a postcode and is none, ``UnknownTownError`` else.
    """
    if postcodes is not None:
        try:
            place = postcodes.lookup(text)
        except NotAPostcodeError:
            pass
        except PostcodeError:
            if any(letter.isdigit() for letter in text):
                raise
        else:
            return Near(place.label, (place.lat, place.lon))
    return _town(session, text, points)


def _town(session: Session, text: str, points: PublicPoints) -> Near:
    for town in TOWNS:
        if same_name(town.name, text):
            return Near(town.name, (town.lat, town.lon))
    rows = town_points(session)
    names = {row.town for row in rows}
    chosen = next((name for name in sorted(names) if same_name(name, text)), None)
    if chosen is None:
        # 'Newark' is enough for 'Newark-on-Trent'.
        start = fold(text)
        longer = [town for town in TOWNS if start.strip() and fold(town.name).startswith(start)]
        if longer:
            return Near(longer[0].name, (longer[0].lat, longer[0].lon))
        chosen = next(
            (name for name in sorted(names) if start.strip() and fold(name).startswith(start)), None
        )
    found = [point for row in rows if row.town == chosen and (point := points.of(row)) is not None]
    if chosen is None or not found:
        raise UnknownTownError(text)
    return Near(chosen, (median(lat for lat, _ in found), median(lon for _, lon in found)))


def _by_offer(rows: Iterable[tuple[uuid.UUID, Theme]]) -> dict[uuid.UUID, frozenset[Theme]]:
    found: dict[uuid.UUID, set[Theme]] = {}
    for offer_id, theme in rows:
        found.setdefault(offer_id, set()).add(theme)
    return {offer_id: frozenset(themes) for offer_id, themes in found.items()}


def _distances(
    found: Sequence[FoundOffer], where: Mapping[uuid.UUID, Point | None], near: Near | None
) -> dict[uuid.UUID, float | None]:
    """Kilometres from the reader's place to each public point; None where either is not known."""
    if near is None or not found:
        return dict.fromkeys((offer.id for offer in found), None)
    spots = [where[offer.id] or (float("nan"), float("nan")) for offer in found]
    lats, lons = zip(*spots, strict=True)
    km = distance_km(near.point[0], near.point[1], lats, lons).tolist()
    return {offer.id: None if isnan(value) else value for offer, value in zip(found, km, strict=True)}


def _in_reach(offer: FoundOffer, km: float | None, reach: float) -> bool:
    """Whether someone who goes no farther than *reach* km can take it up.

    Who comes to you fits when you live where they travel. An offer is never hidden because we
    could not find its place, or because it is online.
    """
    if km is None:
        return True
    if offer.place_kind is PlaceKind.TRAVELS_TO_YOU and offer.radius_km is not None:
        return km <= offer.radius_km
    return km <= reach


def _visit_costs(all_prices: Iterable[Price], found: Sequence[FoundOffer]) -> dict[uuid.UUID, Decimal]:
    """The lowest price of one visit in pounds, for offers that told one.

    An hourly price is taken for the shortest visit, or for two hours where none is stated.
    """
    by_id = {offer.id: offer for offer in found}
    costs: dict[uuid.UUID, Decimal] = {}
    for price in all_prices:
        offer = by_id.get(price.offer_id)
        if offer is None:
            continue
        amount = price.amount
        if price.basis is CostBasis.HOUR:
            amount = amount * (offer.shortest_visit_minutes or USUAL_FLEXIBLE_VISIT) / 60
        costs[offer.id] = min(amount, costs.get(offer.id, amount))
    return costs


def _affordable(cost: Decimal | None, most: Decimal, or_not_known: bool) -> bool:
    return or_not_known if cost is None else cost <= most


def _sort_key(
    order: Order,
    *,
    fit: Mapping[uuid.UUID, float],
    away: Mapping[uuid.UUID, float | None],
    costs: Mapping[uuid.UUID, Decimal],
) -> Callable[[FoundOffer], tuple[object, ...]]:
    """Sort keys with one tie-break for all orders: distance, then name, then identifier."""

    def distance(offer: FoundOffer) -> float:
        km = away[offer.id]
        return inf if km is None else km

    def key(offer: FoundOffer) -> tuple[object, ...]:
        tie = (distance(offer), offer.name.casefold(), offer.id)
        match order:
            case Order.BEST:
                return (-fit.get(offer.id, 0.0), *tie)
            case Order.NEAREST:
                return tie
            case Order.CONFIRMED:
                return (-offer.confirmed_on.toordinal() if offer.confirmed_on else 0, *tie)
            case Order.COST:
                cost = costs.get(offer.id)
                return (cost is None, cost or Decimal(0), *tie)
            case Order.NAME:
                return (offer.name.casefold(), offer.id)

    return key
