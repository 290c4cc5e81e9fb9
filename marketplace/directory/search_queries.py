"""Reads of the search: which public offers pass a filter, as light columns.

Cards and pages are read afterwards, for the few that are shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferLevel,
    OfferTheme,
    Place,
    Session,
)
from marketplace.offers.queries import public_offers
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    LegalForm,
    OfferKind,
    PlaceKind,
    Repeats,
    SupportLevel,
    Theme,
    TimeOfDay,
    Vacancy,
)

NOON = 12 * 60
MIDNIGHT = 24 * 60
LEAST_OVERLAP = 30
"""Minutes of a session that must lie in a part of the day before it counts there."""
INDIVIDUALS = (LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA)


@dataclass(frozen=True, slots=True)
class WordSieve:
    """What a typed word may be found by: a LIKE pattern for the texts, or a theme or kind it names.

    The pattern lets more through than fits; whoever reads the texts decides. It holds letters,
    digits, ``%`` and ``_`` only.
    """

    pattern: str
    themes: frozenset[Theme] = frozenset()
    kinds: frozenset[OfferKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFilter:
    """What an offer must be. Several kinds or themes: any of them. Several features: all."""

    kinds: tuple[OfferKind, ...] = ()
    themes: tuple[Theme, ...] = ()
    level: SupportLevel | None = None
    days: tuple[Day, ...] = ()
    times: tuple[TimeOfDay, ...] = ()
    features: tuple[Feature, ...] = ()
    or_not_known: bool = False
    """Also offers that did not say whether they have a feature; never those that said no."""
    has_places: bool = False
    sieves: tuple[WordSieve, ...] = ()


class OfferTexts(NamedTuple):
    """The texts that words are looked for in; no name of a Personal Assistant but the public one."""

    kind: OfferKind
    name: str
    summary: str
    description: str
    town: str
    at: str
    """The place's name, and the provider's where it is public."""


class FoundOffer(NamedTuple):
    """The columns that ordering and distances need, for every offer that was found."""

    id: uuid.UUID
    name: str
    confirmed_on: date | None
    shortest_visit_minutes: int | None
    place_kind: PlaceKind | None
    postcode: str | None
    lat: float | None
    lon: float | None
    radius_km: float | None
    texts: OfferTexts | None
    """Only where words are looked for."""


def find_offers(
    session: DatabaseSession, wanted: OfferFilter, *, today: date, evening_starts: time
) -> list[FoundOffer]:
    """Every public offer that passes, in the order of identifiers: one light query."""
    query = (
        _filtered(wanted, today=today, evening_starts=evening_starts)
        .with_only_columns(
            Offer.id,
            Offer.name,
            Offer.confirmed_on,
            Offer.shortest_visit_minutes,
            Place.kind,
            Place.postcode,
            Place.lat,
            Place.lon,
            Place.radius_km,
            *(_TEXTS if wanted.sieves else ()),
        )
        .order_by(Offer.id)
    )
    return [
        FoundOffer._make((*row[:9], OfferTexts._make((row[9], row[1], *row[10:])) if wanted.sieves else None))
        for row in session.execute(query)
    ]


def offers_with_themes(session: DatabaseSession, themes: Iterable[Theme]) -> list[tuple[uuid.UUID, Theme]]:
    """Each public offer with those of the themes that it has."""
    query = (
        public_offers()
        .join(OfferTheme, OfferTheme.offer_id == Offer.id)
        .where(OfferTheme.theme.in_(sorted(themes)))
        .with_only_columns(Offer.id, OfferTheme.theme)
        .order_by(Offer.id, OfferTheme.theme)
    )
    return [(offer_id, theme) for offer_id, theme in session.execute(query)]


class Price(NamedTuple):
    """One price of an offer, as far as ordering needs it."""

    offer_id: uuid.UUID
    basis: CostBasis
    amount: Decimal


def prices(session: DatabaseSession) -> list[Price]:
    """All prices of public offers, in the order of offers and amounts."""
    query = (
        public_offers()
        .join(Cost, Cost.offer_id == Offer.id)
        .with_only_columns(Cost.offer_id, Cost.basis, Cost.amount)
        .order_by(Cost.offer_id, Cost.amount, Cost.id)
    )
    return [Price._make(row) for row in session.execute(query)]


class TownPoint(NamedTuple):
    """A place of a public offer: its town, and what its public point is made from."""

    town: str
    place_kind: PlaceKind
    postcode: str | None
    lat: float | None
    lon: float | None


def town_points(session: DatabaseSession) -> list[TownPoint]:
    """Every town that a public offer names."""
    query = (
        public_offers()
        .join(Place, Place.id == Offer.place_id)
        .where(Place.town.is_not(None))
        .with_only_columns(Place.town, Place.kind, Place.postcode, Place.lat, Place.lon)
        .distinct()
        .order_by(Place.town, Place.postcode)
    )
    return [TownPoint._make(row) for row in session.execute(query)]


def _provider_name_if_public() -> ColumnElement[str]:
    # A Personal Assistant is public by first name only, so a surname must not even be searchable.
    return func.coalesce(
        select(Provider.name)
        .where(Provider.id == Offer.provider_id, Provider.legal_form.not_in(INDIVIDUALS))
        .correlate(Offer)
        .scalar_subquery(),
        "",
    )


_TEXTS = (
    Offer.kind,
    Offer.summary,
    Offer.description,
    func.coalesce(Place.town, ""),
    func.coalesce(Place.name, "") + " " + _provider_name_if_public(),
)


def _filtered(wanted: OfferFilter, *, today: date, evening_starts: time) -> Select[Offer]:
    query = public_offers().outerjoin(Place, Place.id == Offer.place_id)
    if wanted.kinds:
        query = query.where(Offer.kind.in_(wanted.kinds))
    if wanted.themes:
        query = query.where(_has_theme(wanted.themes))
    if wanted.level is not None:
        query = query.where(
            exists().where(OfferLevel.offer_id == Offer.id, OfferLevel.level == wanted.level.value)
        )
    if wanted.days or wanted.times:
        query = query.where(_has_session(wanted, today=today, evening_starts=evening_starts))
    for feature in wanted.features:
        query = query.where(_has_feature(feature, or_not_known=wanted.or_not_known))
    if wanted.has_places:
        query = query.where(Offer.vacancy == Vacancy.OPEN)
    if wanted.sieves:
        query = query.where(or_(*(_may_hold(sieve) for sieve in wanted.sieves)))
    return query


def _has_theme(themes: Iterable[Theme]) -> ColumnElement[bool]:
    return exists().where(OfferTheme.offer_id == Offer.id, OfferTheme.theme.in_(sorted(themes)))


def _has_feature(feature: Feature, *, or_not_known: bool) -> ColumnElement[bool]:
    said = and_(OfferFeature.offer_id == Offer.id, OfferFeature.feature == feature)
    if or_not_known:
        return ~exists().where(said, OfferFeature.present.is_(False))
    return exists().where(said, OfferFeature.present.is_(True))


def _has_session(wanted: OfferFilter, *, today: date, evening_starts: time) -> ColumnElement[bool]:
    """One session that is still on lies on a wanted day and in a wanted part of it."""
    conditions: list[ColumnElement[bool]] = [
        Session.offer_id == Offer.id,
        or_(Session.last_date.is_(None), Session.last_date >= today),
        or_(Session.repeats != Repeats.DATED, Session.first_date >= today),
    ]
    if wanted.days:
        conditions.append(Session.day_number.in_([day.position for day in wanted.days]))
    if wanted.times:
        bands = [_minutes(part, evening_starts) for part in wanted.times]
        conditions.append(
            or_(
                *(
                    and_(
                        Session.starts_minute <= end - LEAST_OVERLAP,
                        Session.ends_minute >= start + LEAST_OVERLAP,
                    )
                    for start, end in bands
                )
            )
        )
    return exists().where(*conditions)


def _minutes(part: TimeOfDay, evening_starts: time) -> tuple[int, int]:
    evening = evening_starts.hour * 60 + evening_starts.minute
    match part:
        case TimeOfDay.MORNING:
            return 0, NOON
        case TimeOfDay.AFTERNOON:
            return NOON, evening
        case TimeOfDay.EVENING:
            return evening, MIDNIGHT


def _may_hold(sieve: WordSieve) -> ColumnElement[bool]:
    texts: ColumnElement[str] = Offer.name + ""
    for text in _TEXTS[1:]:
        texts = texts + " " + text
    ways: list[ColumnElement[bool]] = [func.lower(texts).like(sieve.pattern)]
    if sieve.themes:
        ways.append(_has_theme(sieve.themes))
    if sieve.kinds:
        ways.append(Offer.kind.in_(sorted(sieve.kinds)))
    return or_(*ways)
