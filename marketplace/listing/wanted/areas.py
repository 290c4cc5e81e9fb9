"""Which districts a provider reads about: whole districts, as its places and its way reach into them."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.geo.postcodes import PostcodeDirectory, PostcodeError
from marketplace.offers.models import Offer, OfferDraft, Place
from marketplace.offers.said import PlaceSaid
from marketplace.providers.models import Provider
from marketplace.vocabulary import OfferStatus, PlaceKind

NEAR_KM = 8.0
"""People come so far (five miles) to a place; who comes to them says their own distance."""


def districts_of(session: Session, provider: Provider, postcodes: PostcodeDirectory) -> list[str]:
    """ONS codes of the districts within reach of a provider, its own first, then by code."""
    reached: set[str] = set()
    for postcode, km in {(provider.postcode or "", NEAR_KM), *_places(session, provider.id)}:
        reached |= _within(postcode, km, postcodes)
    own = provider.district_code
    return ([own] if own else []) + sorted(reached - {own})


def district_of(place: PlaceSaid | None, postcodes: PostcodeDirectory) -> str | None:
    """The district of the postcode that a document names; None where that is not known."""
    if place is None or place.kind is PlaceKind.ONLINE or not place.postcode:
        return None
    try:
        return postcodes.lookup(place.postcode).district_code
    except PostcodeError:
        return None


def _places(session: Session, provider_id: uuid.UUID) -> set[tuple[str, float]]:
    """Postcodes and kilometres of the provider's offers and drafts."""
    rows = session.execute(
        select(Place.postcode, Place.kind, Place.radius_km)
        .join(Offer, Offer.place_id == Place.id)
        .where(Offer.provider_id == provider_id, Offer.status != OfferStatus.CLOSED)
    )
    found = {(postcode or "", _reach(kind, km)) for postcode, kind, km in rows}
    drafts = session.scalars(
        select(OfferDraft.document)
        .join(Offer, Offer.id == OfferDraft.offer_id)
        .where(Offer.provider_id == provider_id)
    )
    for document in drafts:
        place = document.get("place") or {}
        found.add((str(place.get("postcode") or ""), _reach(place.get("kind"), place.get("radius_km"))))
    return found


def _reach(kind: str | None, km: float | None) -> float:
    return float(km) if kind == PlaceKind.TRAVELS_TO_YOU and km else NEAR_KM


def _within(postcode: str, km: float, postcodes: PostcodeDirectory) -> set[str]:
    if not postcode:
        return set()
    try:
        place = postcodes.lookup(postcode)
    except PostcodeError:
        return set()
    own = {place.district_code} if place.district_code else set()
    return own | postcodes.districts_within(place.lat, place.lon, km)
