"""Public offers as matching needs them, read from their tables.

The only crossing from the offers' tables to matching. Two statements read one offer or all of them:
one for what an offer has many of (levels, themes, access, sessions, prices), laid into the same
columns one after the other, and one for the offer itself with its place and its sentence vector.
Plain columns, because building objects for a hundred thousand offers would take half a minute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Date,
    Select,
    SmallInteger,
    String,
    and_,
    bindparam,
    case,
    cast,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as DatabaseSession
from sqlalchemy.types import TypeEngine

from marketplace.db import Money
from marketplace.matching.catalogue import OfferRow
from marketplace.matching.embedding import WholeVector
from marketplace.matching.needs import MINUTES_A_DAY
from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferFunding,
    OfferLevel,
    OfferTheme,
    OfferVector,
    Place,
    Session,
)
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.standing import unconfirmed_offers
from marketplace.offers.vectors import text_hash, text_of
from marketplace.vocabulary import (
    CostBasis,
    Feature,
    FundingRoute,
    OfferStatus,
    Origin,
    Repeats,
    Theme,
)

_VISIT_BASES = (
    CostBasis.FREE,
    CostBasis.SESSION,
    CostBasis.HOUR,
    CostBasis.NIGHT,
    CostBasis.WEEK,
)
"""Of an offer's prices, the first of these that it names is the one a visit is charged by."""


class _Part(IntEnum):
    """What a row of the first statement tells of an offer."""

    LEVEL = 0
    THEME = 1
    FEATURE = 2
    FUNDING = 3
    SESSION = 4
    COST = 5


_LAYOUT: dict[str, TypeEngine[Any]] = {
    "word": String(),
    "yes": Boolean(),
    "number": SmallInteger(),
    "starts": SmallInteger(),
    "ends": SmallInteger(),
    "first": Date(),
    "last": Date(),
    "pounds": Money(),
    "pounds_to": Money(),
}
"""The columns that all parts are laid into; what a part does not have is null."""


def _key(offer_id: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
    """An identifier as the driver gives it: enough to bring rows together, and no object for each."""
    return type_coerce(offer_id, String())


def _laid(
    part: _Part,
    owner: InstrumentedAttribute[UUID],
    **columns: InstrumentedAttribute[Any] | ColumnElement[Any],
) -> Select[Any]:
    laid = [
        type_coerce(columns[name], kind) if name in columns else cast(null(), kind)
        for name, kind in _LAYOUT.items()
    ]
    number = literal_column(str(int(part)), SmallInteger())
    named = zip(("part", "key", *_LAYOUT), (number, _key(owner), *laid), strict=True)
    return select(*(column.label(name) for name, column in named))


_PARTS: tuple[tuple[InstrumentedAttribute[UUID], Select[Any]], ...] = tuple(
    (owner, _laid(part, owner, **columns))
    for part, owner, columns in (
        (_Part.LEVEL, OfferLevel.offer_id, {"number": OfferLevel.level, "yes": OfferLevel.made_for}),
        (
            _Part.THEME,
            OfferTheme.offer_id,
            {"word": OfferTheme.theme, "yes": OfferTheme.origin == Origin.STATED},
        ),
        (
            _Part.FEATURE,
            OfferFeature.offer_id,
            {"word": OfferFeature.feature, "yes": OfferFeature.present},
        ),
        (_Part.FUNDING, OfferFunding.offer_id, {"word": OfferFunding.route}),
        (
            _Part.SESSION,
            Session.offer_id,
            {
                "word": Session.repeats,
                "number": Session.day_number,
                "starts": Session.starts_minute,
                "ends": Session.ends_minute,
                "first": Session.first_date,
                "last": Session.last_date,
            },
        ),
        (
            _Part.COST,
            Cost.offer_id,
            {"word": Cost.basis, "pounds": Cost.amount, "pounds_to": Cost.amount_to},
        ),
    )
)

_OFFERS = (
    select(
        _key(Offer.id).label("key"),
        Offer.id,
        Offer.name,
        Offer.kind,
        Offer.source_id,
        Offer.vacancy,
        Offer.min_age,
        Offer.max_age,
        Offer.transport_offered,
        Offer.transport_radius_km,
        Offer.transport_cost,
        Offer.flexible,
        Offer.shortest_visit_minutes,
        Offer.bank_holidays,
        Offer.summary,
        Offer.description,
        Place.kind.label("place_kind"),
        Place.postcode,
        Place.lat,
        Place.lon,
        Place.radius_km,
        OfferVector.text_hash,
        OfferVector.values.label("vector"),
        OfferVector.scale,
    )
    .outerjoin(Place, Offer.place_id == Place.id)
    .outerjoin(OfferVector, and_(OfferVector.offer_id == Offer.id, OfferVector.model == bindparam("model")))
)
_PUBLIC_OFFERS = _OFFERS.where(
    Offer.status == OfferStatus.PUBLIC,
    Offer.hold.is_(None),
    or_(Offer.shown_until.is_(None), Offer.shown_until >= bindparam("today", type_=Date())),
)

_EVERYTHING = union_all(*(part for _, part in _PARTS))
_ONE: BindParameter[UUID] = bindparam("only")
_ONE_PARTS = union_all(*(part.where(owner == _ONE) for owner, part in _PARTS))
_ONE_OFFER = _PUBLIC_OFFERS.where(Offer.id == _ONE)
"""One changed offer is the usual case, and a list of values costs half as much again to prepare."""
_SOME: BindParameter[Any] = bindparam("only", expanding=True)
_SOME_PARTS = union_all(*(part.where(owner.in_(_SOME)) for owner, part in _PARTS))
_SOME_OFFERS = _PUBLIC_OFFERS.where(Offer.id.in_(_SOME))
_SOME_HIDDEN = _OFFERS.where(Offer.id.in_(_SOME))
_AT_ONCE = 1_000
"""Offers named in one statement: databases limit how many values that may have."""

_OVER_AFTER = case(
    (and_(Session.repeats == Repeats.DATED, Session.last_date.is_(None)), Session.first_date),
    else_=Session.last_date,
)
_ENDED = union(
    select(Session.offer_id).where(_OVER_AFTER.between(bindparam("before"), bindparam("yesterday"))),
    select(Offer.id).where(
        Offer.status == OfferStatus.PUBLIC,
        Offer.shown_until.between(bindparam("before"), bindparam("yesterday")),
    ),
)


def ended_between(session: DatabaseSession, before: date, today: date) -> set[UUID]:
    """Offers with a session that was still to come on the day *before*, and is over *today*.

    And those that might be shown on that day and no longer may.
    """
    return set(session.scalars(_ENDED, {"before": before, "yesterday": today - timedelta(days=1)}))


def read_rows(
    session: DatabaseSession,
    today: date,
    points: PublicPoints,
    *,
    only: Collection[UUID] | None = None,
    model: str | None = None,
) -> list[OfferRow]:
    """Every public offer (or *only* some) as matching needs it, in the order of their identifiers.

    *model* is the checksum of the sentence model whose vectors are wanted; a vector of another text
    is left out. An offer whose sessions are all over is left out; one that never said when it is on
    is not. A home, or the base of someone who comes to you, stands at its public point: with the true
    one behind the minutes of a result, three searches from three postcodes would find the door.
    """
    session.flush()
    connection = session.connection()
    rows = []
    for parts, offers, some in _statements(only):
        laid = connection.execute(parts, some)
        rows += _rows(
            laid, connection.execute(offers, some | {"model": model, "today": today}), today, points
        )
    return sorted(rows, key=lambda row: row.id)


def read_unconfirmed_rows(
    session: DatabaseSession, today: date, points: PublicPoints, *, model: str | None = None
) -> list[OfferRow]:
    """As ``read_rows``: offers that left the results only because nobody confirmed them."""
    ids = unconfirmed_offers(session, today=today)
    connection = session.connection()
    rows = []
    for first in range(0, len(ids), _AT_ONCE):
        some = {"only": ids[first : first + _AT_ONCE]}
        laid = connection.execute(_SOME_PARTS, some)
        rows += _rows(laid, connection.execute(_SOME_HIDDEN, some | {"model": model}), today, points)
    return sorted(rows, key=lambda row: row.id)


def _statements(only: Collection[UUID] | None) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """The two statements with what they name, as often as it takes to read *only* these."""
    if only is None:
        yield _EVERYTHING, _PUBLIC_OFFERS, {}
    elif len(only) == 1:
        yield _ONE_PARTS, _ONE_OFFER, {"only": next(iter(only))}
    else:
        wanted = sorted(only)
        for first in range(0, len(wanted), _AT_ONCE):
            yield _SOME_PARTS, _SOME_OFFERS, {"only": wanted[first : first + _AT_ONCE]}


@dataclass(slots=True)
class _Parts:
    """What an offer has many of, gathered by offer. Masks are sums of the members' ``bit``."""

    levels: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    made_for: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    stated: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    suggested: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    has: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lacks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    funding: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    timed: set[str] = field(default_factory=set)
    sessions: dict[str, list[tuple[int, int, Repeats]]] = field(default_factory=lambda: defaultdict(list))
    """Those that are still to come."""
    prices: dict[str, list[tuple[str, Decimal, Decimal | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )


_THEMES = {str(theme.value): theme.bit for theme in Theme}
_FEATURES = {str(feature.value): feature.bit for feature in Feature}
_ROUTES = {str(route.value): route.bit for route in FundingRoute}


def _gathered(laid: Iterable[Any], today: date) -> _Parts:
    parts = _Parts()
    for part, offer, word, yes, number, starts, ends, first, last, pounds, pounds_to in laid:
        match part:
            case _Part.LEVEL:
                parts.levels[offer] |= 1 << (number - 1)
                if yes:
                    parts.made_for[offer] |= 1 << (number - 1)
            case _Part.THEME:
                (parts.stated if yes else parts.suggested)[offer] |= _THEMES[word]
            case _Part.FEATURE:
                (parts.has if yes else parts.lacks)[offer] |= _FEATURES[word]
            case _Part.FUNDING:
                parts.funding[offer] |= _ROUTES[word]
            case _Part.SESSION:
                parts.timed.add(offer)
                repeats = Repeats(word)
                over = first if repeats is Repeats.DATED and last is None else last
                if over is None or over >= today:
                    day = number * MINUTES_A_DAY
                    parts.sessions[offer].append((day + starts, day + ends, repeats))
            case _Part.COST:
                parts.prices[offer].append((word, pounds, pounds_to))
    return parts


def _rows(laid: Iterable[Any], offers: Iterable[Any], today: date, points: PublicPoints) -> list[OfferRow]:
    parts = _gathered(laid, today)
    rows = []
    for one in offers:
        key = one.key
        if key in parts.timed and key not in parts.sessions:
            continue
        timetable = sorted(parts.sessions.get(key, ()))
        point = points.of(one)
        basis, pence, is_range = _visit_price(parts.prices.get(key, ()))
        text = text_of(one.name, one.summary, one.description)
        vector = None
        if one.vector is not None and one.text_hash == text_hash(text):
            vector = WholeVector(np.frombuffer(one.vector, dtype=np.int8), one.scale)
        rows.append(
            OfferRow(
                id=one.id,
                name=one.name,
                kind=one.kind,
                source_id=one.source_id,
                lat=None if point is None else point[0],
                lon=None if point is None else point[1],
                place_kind=one.place_kind,
                radius_km=one.radius_km,
                levels=parts.levels.get(key, 0),
                made_for=parts.made_for.get(key, 0),
                themes=parts.stated.get(key, 0),
                suggested_themes=parts.suggested.get(key, 0),
                features_yes=parts.has.get(key, 0),
                features_no=parts.lacks.get(key, 0),
                min_age=one.min_age,
                max_age=one.max_age,
                vacancy=one.vacancy,
                transport_offered=one.transport_offered,
                transport_radius_km=one.transport_radius_km,
                transport_pence=_pence(one.transport_cost),
                flexible=one.flexible,
                shortest_visit_minutes=one.shortest_visit_minutes,
                cost_basis=basis,
                cost_pence=pence,
                cost_is_range=is_range,
                funding=parts.funding.get(key, 0),
                sessions=tuple((start, end) for start, end, _ in timetable),
                repeats=tuple(repeats for _, _, repeats in timetable),
                bank_holidays=one.bank_holidays,
                text=text,
                vector=vector,
            )
        )
    return rows


def _visit_price(
    prices: Sequence[tuple[str, Decimal, Decimal | None]],
) -> tuple[CostBasis | None, int | None, bool]:
    """The price a visit is charged by: basis, lowest pence, and whether it differs."""
    for basis in _VISIT_BASES:
        amounts = [(pounds, to) for named, pounds, to in prices if named == basis]
        if amounts:
            is_range = len(amounts) > 1 or any(to is not None for _, to in amounts)
            return basis, int(min(pounds for pounds, _ in amounts) * 100), is_range
    return None, None, False


def _pence(pounds: Decimal | None) -> int | None:
    return None if pounds is None else int(pounds * 100)
