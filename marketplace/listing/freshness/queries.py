"""Reading what is confirmed, what is asked, and what has gone stale."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.tokens import hash_of
from marketplace.directory.words import brought_in_on, public_name
from marketplace.listing.freshness.rhythm import MISSES_TO_HIDE
from marketplace.offers.models import Offer, OfferHold, Place, StillRightRequest
from marketplace.providers.models import Provider, ProviderMember, ProviderStatus
from marketplace.providers.queries import is_live
from marketplace.vocabulary import OfferStatus

GOOD_FOR = timedelta(days=60)
"""A mailed link works for so long after it was sent."""


def approved_offers(session: Session, provider_id: uuid.UUID) -> list[Offer]:
    """Offers of a provider that people can find, or could if someone said that they are right."""
    return list(
        session.scalars(
            select(Offer)
            .where(
                Offer.provider_id == provider_id,
                Offer.status == OfferStatus.PUBLIC,
                or_(Offer.hold.is_(None), Offer.hold == OfferHold.STALE),
            )
            .order_by(Offer.name, Offer.id)
        )
    )


def request_of(session: Session, token: str, *, now: datetime) -> tuple[StillRightRequest, Provider] | None:
    """The question of a mailed link, with its provider, while the link works.

    It ends 60 days after it was sent; when someone was taken off the provider, who may have the mail; and
    while the provider is not active.
    """
    someone_left = exists().where(
        ProviderMember.provider_id == StillRightRequest.provider_id,
        ProviderMember.ended_at > StillRightRequest.asked_at,
    )
    found = session.execute(
        select(StillRightRequest, Provider)
        .join(Provider, Provider.id == StillRightRequest.provider_id)
        .where(
            StillRightRequest.token_hash == hash_of(token),
            StillRightRequest.asked_at > now - GOOD_FOR,
            Provider.status == ProviderStatus.ACTIVE,
            ~someone_left,
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def has_member() -> ColumnElement[bool]:
    """Of a provider: someone acts for it here."""
    return exists().where(ProviderMember.provider_id == Provider.id, is_live())


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleOffer:
    """An approved offer that nobody has confirmed when they should have."""

    id: uuid.UUID
    name: str
    provider_id: uuid.UUID
    provider_name: str
    public_name: str
    """Of a Personal Assistant the first name only."""
    district_code: str | None
    confirmed_on: date | None
    brought_in_on: date | None
    """When another list told it, where nobody has confirmed it since."""
    asked_at: datetime | None
    misses: int
    is_shown: bool
    shown_until: date | None
    is_managed: bool
    """Someone acts for the provider here, so that somebody is asked."""


def stale_offers(
    session: Session,
    *,
    today: date,
    long_ago: timedelta,
    districts: Sequence[str] | None = None,
    most: int | None = None,
    skip: int = 0,
) -> list[StaleOffer]:
    """What moderators and commissioners look after: offers with a missed answer, hidden ones first; then
    those of providers nobody acts for that were not confirmed for *long_ago*. In some *districts* or all.
    """
    query = (
        _stale(today - long_ago, districts)
        .with_only_columns(Offer, Provider, Place.district_code, has_member())
        .order_by(Offer.misses.desc(), Offer.confirmed_on.nulls_first(), Offer.name, Offer.id)
        .limit(most)
        .offset(skip)
    )
    return [
        StaleOffer(
            id=offer.id,
            name=offer.name,
            provider_id=provider.id,
            provider_name=provider.name,
            public_name=public_name(provider),
            district_code=district or provider.district_code,
            confirmed_on=offer.confirmed_on,
            brought_in_on=brought_in_on(offer),
            asked_at=offer.asked_at,
            misses=min(offer.misses, MISSES_TO_HIDE),
            is_shown=offer.hold is None and (offer.shown_until is None or offer.shown_until >= today),
            shown_until=offer.shown_until,
            is_managed=bool(is_managed),
        )
        for offer, provider, district, is_managed in session.execute(query)
    ]


def count_stale_offers(
    session: Session, *, today: date, long_ago: timedelta, districts: Sequence[str] | None = None
) -> int:
    """How many offers ``stale_offers`` would give in all."""
    return session.scalar(_stale(today - long_ago, districts).with_only_columns(func.count())) or 0


def _stale(before: date, districts: Sequence[str] | None) -> Select[Offer]:
    old = or_(Offer.confirmed_on.is_(None), Offer.confirmed_on < before)
    query = (
        select(Offer)
        .join(Provider, Provider.id == Offer.provider_id)
        .outerjoin(Place, Place.id == Offer.place_id)
        .where(
            Offer.status == OfferStatus.PUBLIC,
            Provider.status == ProviderStatus.ACTIVE,
            or_(Offer.misses > 0, Offer.hold == OfferHold.STALE, and_(old, ~has_member())),
        )
    )
    if districts is None:
        return query
    return query.where(or_(Place.district_code.in_(districts), Provider.district_code.in_(districts)))
