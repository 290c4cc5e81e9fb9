"""From services that were read to rows of the tables, without a database.

Identifiers are UUIDs made from the source's own, so that a second import finds the rows of the first,
and that nobody's file can name a row that did not come from a file like it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marketplace.interop.open_referral_places import Spot
from marketplace.interop.open_referral_service import Listing, Organisation, Service, Shown
from marketplace.vocabulary import OfferStatus, Origin

Row = dict[str, Any]

_NAMESPACE = uuid.UUID("a3f1c1d2-6f0e-5b7a-8c55-0d6f6f1f9b42")


def imported_id(kind: str, source_id: str) -> uuid.UUID:
    """The UUID of a row that came from an Open Referral file."""
    return uuid.uuid5(_NAMESPACE, f"{kind}:{source_id}")


@dataclass(frozen=True, slots=True)
class OfferRows:
    """One listing as rows. ``offer`` lacks what the import decides: its status and dates of change."""

    shown: Shown
    offer: Row
    place: Row | None
    themes: list[Row]
    settings: list[Row]
    features: list[Row]
    sessions: list[Row]
    costs: list[Row]

    @property
    def id(self) -> uuid.UUID:
        offer_id: uuid.UUID = self.offer["id"]
        return offer_id


@dataclass(frozen=True, slots=True)
class ServiceRows:
    """All rows of one service; ``number`` is its place in the file, from 1."""

    number: int
    source_id: str
    provider: Row
    offers: list[OfferRows]


def service_rows(number: int, service: Service) -> ServiceRows:
    return ServiceRows(
        number=number,
        source_id=service.source_id,
        provider=provider_row(service.organisation),
        offers=[_offer_rows(service, listing) for listing in service.listings],
    )


def provider_row(organisation: Organisation) -> Row:
    return {
        "id": imported_id("provider", organisation.source_id),
        "source_id": organisation.source_id,
        "name": organisation.name,
        "legal_form": organisation.legal_form,
        "about": organisation.about,
        "phone": organisation.phone,
        "email": organisation.email,
        "website": organisation.website,
    }


def _offer_rows(service: Service, listing: Listing) -> OfferRows:
    offer_id = imported_id("offer", listing.source_id)
    key: Row = {"offer_id": offer_id}
    return OfferRows(
        shown=service.shown,
        offer={
            "id": offer_id,
            "source_id": listing.source_id,
            "provider_id": imported_id("provider", service.organisation.source_id),
            "place_id": imported_id("place", listing.source_id) if listing.spot else None,
            "kind": service.kind,
            "name": service.name,
            "summary": service.summary,
            "description": service.description,
            "min_age": service.min_age,
            "max_age": service.max_age,
            "flexible": service.flexible,
            "languages": service.languages,
            "confirmed_on": service.confirmed_on,
        },
        place=_place(listing.source_id, listing.spot) if listing.spot else None,
        themes=[key | {"theme": theme, "origin": Origin.STATED} for theme in service.themes]
        + [key | {"theme": theme, "origin": Origin.SUGGESTED} for theme in service.suggested],
        settings=[key | {"setting": setting} for setting in listing.settings],
        features=[key | {"feature": feature, "present": yes} for feature, yes in listing.features.items()],
        sessions=list(_sessions(listing)),
        costs=[
            key
            | {
                "id": imported_id("cost", f"{listing.source_id}:{number}"),
                "basis": price.basis,
                "amount": price.amount,
                "amount_to": price.to,
                "note": price.note,
            }
            for number, price in enumerate(service.prices)
        ],
    )


def _place(source_id: str, spot: Spot) -> Row:
    return {
        "id": imported_id("place", source_id),
        "kind": spot.kind,
        "name": spot.name,
        "street": spot.street,
        "town": spot.town,
        "postcode": spot.postcode,
        "lat": spot.lat,
        "lon": spot.lon,
        "precision": spot.precision,
        "district_code": spot.district_code,
    }


def _sessions(listing: Listing) -> Iterator[Row]:
    for number, times in enumerate(listing.sessions):
        yield {
            "id": imported_id("session", f"{listing.source_id}:{number}"),
            "offer_id": imported_id("offer", listing.source_id),
            "day_number": times.day,
            "starts_minute": times.start,
            "ends_minute": times.end,
            "repeats": times.repeats,
            "first_date": times.first,
            "last_date": times.last,
        }


def status_of(shown: Shown, *, trusted: bool, now: OfferStatus | None) -> OfferStatus:
    """The status of a listing whose words have not changed since it got status *now* (None: it is new).

    A file that nobody vouches for makes nothing public; what was checked and stays as it was stays public.
    """
    if shown is Shown.CLOSED:
        return OfferStatus.CLOSED
    if shown is Shown.PAUSED:
        return OfferStatus.PAUSED
    if trusted or now is OfferStatus.PUBLIC:
        return OfferStatus.PUBLIC
    return OfferStatus.WAITING
