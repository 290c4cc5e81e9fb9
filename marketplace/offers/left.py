"""What stays of a Personal Assistant's offers once they have left: the area, and not where they live."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.offers.models import Offer, OfferDraft, Place
from marketplace.offers.public_place import outcode_of
from marketplace.providers.models import Provider
from marketplace.providers.sending import on_left


@on_left
def forget_where_they_live(session: DatabaseSession, provider: Provider) -> None:
    """Of each place the first half of its postcode, its town and its district stay; drafts go."""
    mine = select(Offer.id).where(Offer.provider_id == provider.id)
    session.execute(delete(OfferDraft).where(OfferDraft.offer_id.in_(mine)))
    places = session.scalars(
        select(Place).join(Offer, Offer.place_id == Place.id).where(Offer.provider_id == provider.id)
    )
    for place in places:
        place.postcode = outcode_of(place.postcode)
        place.street = place.lat = place.lon = place.precision = None
    session.flush()
    session.expire_all()
