"""What a change of checks or demands would hide or show, found by doing it and taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.offers.standing import stand
from marketplace.providers.checks import demands_for, standing
from marketplace.providers.models import Check, Provider


@dataclass(frozen=True, slots=True)
class Effect:
    """How many offers, and of how many providers, nobody would see any more, or people would see again."""

    hidden: int
    hidden_providers: int
    shown: int


def effect_of(
    session: Session, change: Callable[[], object], *, today: date, provider_id: uuid.UUID | None = None
) -> Effect:
    """What *change* would come to for the offers of a provider, or for all. Nothing of it stays.

    It is the real change in a savepoint that is rolled back, so it can't say something else than what
    then happens.
    """
    before = shown_offers(session, today, provider_id)
    savepoint = session.begin_nested()
    try:
        change()
        stand(session, provider_id=provider_id, today=today)
        after = shown_offers(session, today, provider_id)
    finally:
        savepoint.rollback()
    hidden = before.keys() - after.keys()
    return Effect(
        hidden=len(hidden),
        hidden_providers=len({before[offer] for offer in hidden}),
        shown=len(after.keys() - before.keys()),
    )


def hidden_without(session: Session, provider: Provider, check: Check, *, today: date) -> int:
    """How many offers would no longer be shown without this check; only read."""
    demands = demands_for(session, provider)
    others = [one for one in provider.checks if one.id != check.id]
    if not standing(others, demands, today=today).missing:
        return 0
    return len(shown_offers(session, today, provider.id))


def shown_offers(session: Session, today: date, provider_id: uuid.UUID | None) -> dict[uuid.UUID, uuid.UUID]:
    """The providers of the offers that anyone can see, by offer: of one provider, or of all."""
    query = public_offers(today).with_only_columns(Offer.id, Offer.provider_id)
    if provider_id is not None:
        query = query.where(Offer.provider_id == provider_id)
    return {row[0]: row[1] for row in session.execute(query)}
