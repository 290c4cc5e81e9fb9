"""What a report knows of offers beside the catalogue: whose each is, and how many places it has left."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.matching.catalogue import Catalogue
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession

NOT_KNOWN = -1


def provider_of_offers(session: Session, catalogue: Catalogue) -> Mapping[uuid.UUID, uuid.UUID]:
    """The provider of each offer of *catalogue*."""
    found = session.execute(select(Offer.id, Offer.provider_id))
    return {offer_id: provider_id for offer_id, provider_id in found if offer_id in catalogue.row_of}


def places_left(session: Session, catalogue: Catalogue, *, today: date) -> npt.NDArray[np.int64]:
    """Free places of each row of *catalogue* as its provider gave them, else ``NOT_KNOWN``.

    An offer with several times has as many as that with most: more people could come if each came to
    another time, but most come to more than one.
    """
    still_on = or_(OfferSession.last_date.is_(None), OfferSession.last_date >= today)
    rows = session.execute(
        select(OfferSession.offer_id, func.max(OfferSession.places_left))
        .where(OfferSession.places_left.is_not(None), still_on)
        .group_by(OfferSession.offer_id)
    )
    known = np.full(int(catalogue.used[0]), NOT_KNOWN, dtype=np.int64)
    for offer_id, left in rows:
        row = catalogue.row_of.get(offer_id)
        if row is not None:
            known[row] = left or 0
    return known
