"""Reading the households of a scheme, and what each offers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.offers.document import parse_document
from marketplace.offers.models import Offer, OfferDraft
from marketplace.providers.models import Household
from marketplace.vocabulary import OfferStatus, SharedLivesForm


@dataclass(frozen=True, slots=True)
class HouseholdOffer:
    """An offer of a household: its draft counts where there is one."""

    offer: Offer
    draft: OfferDraft | None
    form: SharedLivesForm | None
    name: str


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    household: Household
    offers: tuple[HouseholdOffer, ...]


def household_of(
    session: Session, provider_id: uuid.UUID, household_id: uuid.UUID, *, or_ended: bool = False
) -> Household:
    """A household of this scheme. Raises ``NoResultFound`` for any other."""
    query = select(Household).where(Household.id == household_id, Household.provider_id == provider_id)
    return session.scalars(query if or_ended else query.where(Household.ended_at.is_(None))).one()


def households_of(session: Session, provider_id: uuid.UUID) -> list[HouseholdLine]:
    """The scheme's households with what they offer, by name. Two statements."""
    households = session.scalars(
        select(Household)
        .where(Household.provider_id == provider_id, Household.ended_at.is_(None))
        .order_by(Household.first_names, Household.id)
    ).all()
    offers = _offers(session, provider_id)
    return [HouseholdLine(one, tuple(offers.get(one.id, ()))) for one in households]


def offers_of(session: Session, household: Household) -> list[HouseholdOffer]:
    """What a household offers, closed offers left out."""
    return list(_offers(session, household.provider_id).get(household.id, ()))


def _offers(session: Session, provider_id: uuid.UUID) -> dict[uuid.UUID, list[HouseholdOffer]]:
    rows: Sequence[tuple[Offer, OfferDraft | None]] = [
        (offer, draft)
        for offer, draft in session.execute(
            select(Offer, OfferDraft)
            .outerjoin(OfferDraft, OfferDraft.offer_id == Offer.id)
            .where(Offer.provider_id == provider_id, Offer.status != OfferStatus.CLOSED)
            .order_by(Offer.name, Offer.id)
        )
    ]
    found: dict[uuid.UUID, list[HouseholdOffer]] = {}
    for offer, draft in rows:
        # Before it is published only the draft says whose home it is.
        document = parse_document(draft.document) if draft is not None else None
        household_id = document.household_id if document is not None else offer.household_id
        if household_id is None:
            continue
        form = document.shared_lives_form if document is not None else offer.shared_lives_form
        name = document.name if document is not None else offer.name
        found.setdefault(household_id, []).append(HouseholdOffer(offer, draft, form, name))
    return found
