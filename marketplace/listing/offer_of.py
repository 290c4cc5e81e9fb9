"""The offer of an address, which must be one of the provider of the same address."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.offers.models import Offer
from marketplace.providers.models import Provider


def provider_offer(session: Session, provider: Provider, offer_id: uuid.UUID) -> Offer:
    """The provider's offer. Raises ``NoResultFound`` (a 404) for any other."""
    return session.scalars(select(Offer).where(Offer.id == offer_id, Offer.provider_id == provider.id)).one()
