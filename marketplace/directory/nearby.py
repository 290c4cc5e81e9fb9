"""What else there is like an offer, near where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from marketplace.directory import words
from marketplace.directory.cards import Card, card
from marketplace.geo.distance import bounding_box, distance_km
from marketplace.offers.models import Offer
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.queries import neighbours, offers_in_order

AROUND_KM = 16.0
"""Ten miles: about half an hour by car."""
MOST = 3


def more_like(session: Session, offer: Offer, *, points: PublicPoints, today: date) -> list[Card]:
    """At most three public offers around it, with most themes in common, then the nearest."""
    here = points.of_place(offer.place)
    if here is None or not offer.themes:
        return []
    found = neighbours(session, offer, within=bounding_box(*here, AROUND_KM))
    away = {}
    for row in found:
        point = points.of(row)
        if point is not None:
            away[row.id] = float(distance_km(*here, *point))
    shared = {row.id: row.shared for row in found}
    best = sorted(away, key=lambda offer_id: (-shared[offer_id], away[offer_id], offer_id))[:MOST]
    return [
        replace(
            card(other, number=number, point=points.of_place(other.place), km=None, today=today),
            away=words.from_here(away[other.id]),
        )
        for number, other in enumerate(offers_in_order(session, best), start=1)
    ]
