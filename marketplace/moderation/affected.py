"""Whom it touches when something is no longer there: who saved it, was given it, chose it or agreed on it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from marketplace.enquiries.agreements.models import Agreement
from marketplace.offers.models import Offer
from marketplace.people.caseload.models import Choice, Shortlist, ShortlistItem
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.web.today import london_today


def people_using(session: Session, provider_id: uuid.UUID) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Everyone who saved, was given or chose an offer of the provider or agreed on it, with these offers.

    A list that a practitioner is still making is not counted: the person has not seen it. What was
    agreed counts until it ends; a place that is kept for someone counts too.
    """
    ours = select(Offer.id).where(Offer.provider_id == provider_id)
    saved = select(SavedMatch.person_id, SavedMatch.offer_id).where(
        SavedMatch.offer_id.in_(ours), SavedMatch.keeping == Keeping.SAVED
    )
    given = (
        select(Shortlist.person_id, ShortlistItem.offer_id)
        .join(Shortlist, Shortlist.id == ShortlistItem.shortlist_id)
        .where(ShortlistItem.offer_id.in_(ours), Shortlist.sent_at.is_not(None))
    )
    chosen = select(Choice.person_id, Choice.offer_id).where(Choice.offer_id.in_(ours))
    today = london_today()
    agreed = select(Agreement.person_id, Agreement.offer_id).where(
        Agreement.offer_id.in_(ours),
        Agreement.person_agreed_at.is_not(None),
        Agreement.provider_agreed_at.is_not(None),
        or_(
            Agreement.ended_on.is_(None),
            Agreement.ended_on >= today,
            Agreement.keep_place_until >= today,
        ),
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    everyone: Any = union(saved, given, chosen, agreed)
    rows = [(row[0], row[1]) for row in session.execute(everyone)]
    for person_id, offer_id in sorted(rows):
        found[person_id].append(offer_id)
    return dict(found)


def names_of(session: Session, offer_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of offers, also of those that are no longer shown."""
    rows = session.execute(select(Offer.id, Offer.name).where(Offer.id.in_(offer_ids)).order_by(Offer.name))
    return {row[0]: row[1] for row in rows}
