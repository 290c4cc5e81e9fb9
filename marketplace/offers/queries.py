"""Reads of offers. What the public sees starts from `public_offers`, everywhere."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session as DatabaseSession
from sqlalchemy.orm import joinedload, selectinload

from marketplace.geo.distance import Box
from marketplace.offers.models import (
    Offer,
    OfferTheme,
    Place,
)
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    OfferStatus,
    PlaceKind,
    Vacancy,
)
from marketplace.web.today import london_today


def public_offers(today: date | None = None) -> Select[Offer]:
    """Offers that anyone may see. A query about other columns narrows it: it keeps the condition.

    Approved, held back by nothing, and not past the last day on which they may be shown in London.
    """
    shown_until = or_(Offer.shown_until.is_(None), Offer.shown_until >= (today or london_today()))
    return select(Offer).where(Offer.status == OfferStatus.PUBLIC, Offer.hold.is_(None), shown_until)


def offers_in_order(session: DatabaseSession, ids: Sequence[uuid.UUID]) -> list[Offer]:
    """Public offers with what a card shows, in the order of *ids*: five queries, however many."""
    if not ids:
        return []
    query = (
        public_offers()
        .where(Offer.id.in_(ids))
        .options(
            joinedload(Offer.provider),
            joinedload(Offer.place),
            selectinload(Offer.sessions),
            selectinload(Offer.costs),
            selectinload(Offer.themes),
            selectinload(Offer.pauses),
        )
    )
    found = {offer.id: offer for offer in session.scalars(query)}
    return [found[offer_id] for offer_id in ids if offer_id in found]


def public_offer(session: DatabaseSession, offer_id: uuid.UUID) -> Offer | None:
    """One public offer with everything that its page shows, or None."""
    query = (
        public_offers()
        .where(Offer.id == offer_id)
        .options(
            joinedload(Offer.provider).options(selectinload(Provider.checks), joinedload(Provider.assistant)),
            joinedload(Offer.place),
            selectinload(Offer.levels),
            selectinload(Offer.themes),
            selectinload(Offer.settings),
            selectinload(Offer.features),
            selectinload(Offer.sessions),
            selectinload(Offer.costs),
            selectinload(Offer.funding),
            selectinload(Offer.pauses),
        )
    )
    return session.scalars(query).one_or_none()


def listed_among(session: DatabaseSession, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these offers are public today."""
    if not ids:
        return set()
    return set(session.scalars(public_offers().where(Offer.id.in_(ids)).with_only_columns(Offer.id)))


def places_of(session: DatabaseSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """The places of public offers that have one, by offer."""
    if not ids:
        return {}
    query = (
        public_offers()
        .join(Place, Place.id == Offer.place_id)
        .where(Offer.id.in_(ids))
        .with_only_columns(Offer.id, Place)
        .order_by(Offer.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


class Neighbour(NamedTuple):
    """A public offer nearby that shares themes with another."""

    id: uuid.UUID
    shared: int
    place_kind: PlaceKind | None
    postcode: str | None
    lat: float | None
    lon: float | None


def neighbours(session: DatabaseSession, offer: Offer, *, within: Box) -> list[Neighbour]:
    """Public offers in a box that share a theme with *offer*, those with most in common first."""
    themes = [theme.theme for theme in offer.themes]
    shared = func.count(OfferTheme.theme)
    query = (
        public_offers()
        .join(OfferTheme, OfferTheme.offer_id == Offer.id)
        .join(Place, Place.id == Offer.place_id)
        .where(
            OfferTheme.theme.in_(themes),
            Offer.id != offer.id,
            Offer.vacancy != Vacancy.FULL,
            Place.lat.between(within.south, within.north),
            Place.lon.between(within.west, within.east),
        )
        .with_only_columns(Offer.id, shared.label("shared"), Place.kind, Place.postcode, Place.lat, Place.lon)
        .group_by(Offer.id, Place.kind, Place.postcode, Place.lat, Place.lon)
        .order_by(shared.desc(), Offer.id)
        .limit(60)
    )
    return [Neighbour(*row) for row in session.execute(query)]


def offer_ids_of(session: DatabaseSession, provider_id: uuid.UUID) -> list[uuid.UUID]:
    """Public offers of a provider, by name."""
    query = (
        public_offers()
        .where(Offer.provider_id == provider_id)
        .with_only_columns(Offer.id)
        .order_by(Offer.name, Offer.id)
    )
    return list(session.scalars(query))


class Listed(NamedTuple):
    """A public offer as a machine's list of pages needs it."""

    id: uuid.UUID
    provider_id: uuid.UUID
    confirmed_on: date | None


def listed_offers(session: DatabaseSession) -> list[Listed]:
    query = (
        public_offers().with_only_columns(Offer.id, Offer.provider_id, Offer.confirmed_on).order_by(Offer.id)
    )
    return [Listed(*row) for row in session.execute(query)]


def count_public_offers(session: DatabaseSession) -> int:
    return session.scalar(public_offers().with_only_columns(func.count())) or 0
