"""Reads of the directory beside the search."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.providers.models import Provider


def public_provider(session: Session, provider_id: uuid.UUID) -> Provider | None:
    """A provider that has a public offer, with its checks; nobody else has a page."""
    listed = public_offers().where(Offer.provider_id == provider_id).with_only_columns(Offer.id)
    query = (
        select(Provider)
        .where(Provider.id == provider_id, listed.exists())
        .options(selectinload(Provider.checks), joinedload(Provider.assistant))
    )
    return session.scalars(query).one_or_none()
