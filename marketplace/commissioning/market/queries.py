"""Reads the public offers of a council's districts, with what the market picture is made of.

Offers and providers are no people: they are counted as they are.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.gaps.bands import TimeBand, bands_of
from marketplace.matching.needs import MINUTES_A_DAY, Window
from marketplace.offers.models import Cost, Offer, OfferHold, OfferLevel, OfferTheme, Place
from marketplace.offers.models import Session as OfferSession
from marketplace.offers.queries import public_offers
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    CostBasis,
    CqcRating,
    LegalForm,
    OfferKind,
    OfferStatus,
    SupportLevel,
    Theme,
    Vacancy,
)

PENNY = Decimal("0.01")
MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """One public offer, as far as the market picture asks."""

    id: uuid.UUID
    provider_id: uuid.UUID
    kind: OfferKind
    legal_form: LegalForm
    cqc_rating: CqcRating | None
    vacancy: Vacancy
    confirmed_on: date | None
    district_code: str
    levels: frozenset[SupportLevel]
    themes: frozenset[Theme]
    bands: frozenset[TimeBand]
    """Parts of the week in which it has a session; empty where no times are known."""
    hour_price: Decimal | None
    """Pounds an hour; 0 for free, None where the price is not by the hour or session, or not known."""
    places: int
    """Of the sessions whose places are counted, each week."""
    places_left: int


_Times = tuple[int, int, int, int | None, int | None]
"""Day, start and end in minutes, places, places left."""


@dataclass(frozen=True, slots=True)
class _Parts:
    levels: dict[uuid.UUID, set[SupportLevel]]
    themes: dict[uuid.UUID, set[Theme]]
    sessions: dict[uuid.UUID, list[_Times]]
    costs: dict[uuid.UUID, list[tuple[CostBasis, Decimal]]]


def supply_in(session: Session, districts: Collection[str], *, today: date, evening: int) -> list[Supply]:
    """Public offers in *districts* (ONS codes), in the order of their identifiers. Five statements.

    An offer is where its place is; one without a known place is where its provider is at home.
    *evening* is the minute of the day at which evenings begin.
    """
    district = func.coalesce(Place.district_code, Provider.district_code)
    chosen = (
        public_offers(today)
        .join(Provider, Provider.id == Offer.provider_id)
        .outerjoin(Place, Place.id == Offer.place_id)
        .where(district.in_(districts))
    )
    ids = chosen.with_only_columns(Offer.id)
    parts = _parts(session, ids)
    rows = session.execute(
        chosen.with_only_columns(
            Offer.id,
            Offer.provider_id,
            Offer.kind,
            Provider.legal_form,
            Provider.cqc_rating,
            Offer.vacancy,
            Offer.confirmed_on,
            district.label("district_code"),
        ).order_by(Offer.id)
    )
    return [
        Supply(
            **row._asdict(),
            levels=frozenset(parts.levels[row.id]),
            themes=frozenset(parts.themes[row.id]),
            bands=_bands(parts.sessions[row.id], evening),
            hour_price=_hour_price(parts.costs[row.id], parts.sessions[row.id]),
            places=sum(places or 0 for _, _, _, places, _ in parts.sessions[row.id]),
            places_left=sum(
                min(left, places)
                for _, _, _, places, left in parts.sessions[row.id]
                if places is not None and left is not None
            ),
        )
        for row in rows
    ]


def hidden_for_age(session: Session, districts: Collection[str]) -> int:
    """How many offers of *districts* are not shown, as nobody said for long that they are still right."""
    district = func.coalesce(Place.district_code, Provider.district_code)
    return session.scalar(
        select(func.count())
        .select_from(Offer)
        .join(Provider, Provider.id == Offer.provider_id)
        .outerjoin(Place, Place.id == Offer.place_id)
        .where(Offer.status == OfferStatus.PUBLIC, Offer.hold == OfferHold.STALE, district.in_(districts))
    ) or 0  # fmt: skip


def _parts(session: Session, ids: Select[uuid.UUID]) -> _Parts:
    levels: dict[uuid.UUID, set[SupportLevel]] = defaultdict(set)
    for offer_id, level in session.execute(
        select(OfferLevel.offer_id, OfferLevel.level).where(OfferLevel.offer_id.in_(ids))
    ):
        levels[offer_id].add(SupportLevel(level))
    themes: dict[uuid.UUID, set[Theme]] = defaultdict(set)
    for offer_id, theme in session.execute(
        select(OfferTheme.offer_id, OfferTheme.theme).where(OfferTheme.offer_id.in_(ids))
    ):
        themes[offer_id].add(theme)
    sessions: dict[uuid.UUID, list[_Times]] = defaultdict(list)
    for offer_id, day, starts, ends, places, left in session.execute(
        select(
            OfferSession.offer_id,
            OfferSession.day_number,
            OfferSession.starts_minute,
            OfferSession.ends_minute,
            OfferSession.places,
            OfferSession.places_left,
        )
        .where(OfferSession.offer_id.in_(ids))
        .order_by(OfferSession.offer_id, OfferSession.day_number, OfferSession.starts_minute)
    ):
        sessions[offer_id].append((day, starts, ends, places, left))
    costs: dict[uuid.UUID, list[tuple[CostBasis, Decimal]]] = defaultdict(list)
    for offer_id, basis, amount in session.execute(
        select(Cost.offer_id, Cost.basis, Cost.amount).where(Cost.offer_id.in_(ids))
    ):
        costs[offer_id].append((basis, amount))
    return _Parts(levels, themes, sessions, costs)


def _bands(sessions: list[_Times], evening: int) -> frozenset[TimeBand]:
    if not sessions:
        return frozenset()
    windows = tuple(
        Window(day * MINUTES_A_DAY + starts, day * MINUTES_A_DAY + ends)
        for day, starts, ends, _, _ in sessions
    )
    return bands_of(windows, evening)


def _hour_price(costs: list[tuple[CostBasis, Decimal]], sessions: list[_Times]) -> Decimal | None:
    """The lowest price of an hour. Of a session it is the session's, divided by its hours.

    Worked example: £12 a session of four hours is £3 an hour. Prices by the week or night are left out.
    """
    prices = [amount for basis, amount in costs if basis in (CostBasis.FREE, CostBasis.HOUR)]
    minutes = [ends - starts for _, starts, ends, _, _ in sessions]
    if minutes:
        mean = Decimal(sum(minutes)) / len(minutes) / MINUTES_AN_HOUR
        prices += [amount / mean for basis, amount in costs if basis is CostBasis.SESSION]
    return min(prices).quantize(PENNY) if prices else None
