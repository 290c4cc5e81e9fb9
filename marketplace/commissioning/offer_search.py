"""The search by which commissioners find a public offer to write down: for a gap, or for a pilot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from marketplace.offers.models import Offer, Place
from marketplace.offers.queries import public_offers
from marketplace.providers.models import Provider

MOST_FOUND = 20


def public_offers_named(
    session: Session, words: str, districts: Collection[str], *, but: ColumnElement[bool], today: date
) -> Sequence[tuple[Offer, Provider]]:
    """Public offers of *districts* whose name, or provider's name, holds *words*; at most twenty.

    Left out is what *but* is true of: those that are written down already. One statement.
    """
    if not words:
        return []
    rows = session.execute(
        public_offers(today)
        .join(Provider, Provider.id == Offer.provider_id)
        .outerjoin(Place, Place.id == Offer.place_id)
        .where(
            func.coalesce(Place.district_code, Provider.district_code).in_(districts),
            Offer.name.icontains(words, autoescape=True) | Provider.name.icontains(words, autoescape=True),
            ~but,
        )
        .with_only_columns(Offer, Provider)
        .order_by(Offer.name, Offer.id)
        .limit(MOST_FOUND)
    )
    return [(offer, provider) for offer, provider in rows]
