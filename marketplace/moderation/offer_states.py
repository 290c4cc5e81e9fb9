"""What a provider offers as moderators see it: how each offer stands, and what was last decided about it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.moderation.models import Decision, Review, ReviewState
from marketplace.moderation.queries import PAGE_SIZE, DecisionShown
from marketplace.offers.models import Offer
from marketplace.vocabulary import OfferStatus, Word

_LIVE = frozenset({OfferStatus.PUBLIC, OfferStatus.PAUSED, OfferStatus.CLOSED})


@dataclass(frozen=True, slots=True)
class OfferState:
    """One offer, with its newest review and what was said in it; None where nobody looked at it here."""

    offer: Offer
    review: Review | None
    said: DecisionShown | None

    @property
    def now(self) -> Word:
        """How it stands, in a word: what was refused waits for nobody."""
        if self.offer.status is OfferStatus.PUBLIC and self.offer.hold:
            return self.offer.hold
        review = self.review
        if review is None or self.offer.status in _LIVE or review.state is ReviewState.WITHDRAWN:
            return self.offer.status
        return self.offer.status if review.state is ReviewState.WAITING else review.state

    @property
    def stays_unseen(self) -> bool:
        """An import brought it in, and it was refused: only a new import brings it back."""
        review = self.review
        return (
            review is not None
            and review.is_import
            and review.state is ReviewState.REFUSED
            and self.offer.status is OfferStatus.WAITING
        )


@dataclass(frozen=True)
class OffersPage:
    rows: Sequence[OfferState]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def offers_page(session: Session, provider_id: uuid.UUID, *, page: int = 1) -> OffersPage:
    """A provider's offers by name, some at a time: at most four queries, however many."""
    found = select(Offer).where(Offer.provider_id == provider_id)
    total = session.scalar(found.with_only_columns(func.count(Offer.id))) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    offers = session.scalars(
        found.order_by(func.lower(Offer.name), Offer.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    if not offers:
        return OffersPage((), total, page)
    newest = {
        review.offer_id: review
        for review in session.scalars(
            select(Review)
            .where(Review.offer_id.in_([offer.id for offer in offers]))
            .order_by(Review.sent_at, Review.id)
        )
    }
    decisions = session.execute(
        select(Decision, Account.name)
        .outerjoin(Account, Account.id == Decision.account_id)
        .where(Decision.review_id.in_([review.id for review in newest.values()]))
        .order_by(Decision.made_at, Decision.id)
    )
    said = {decision.review_id: DecisionShown(decision, name or "") for decision, name in decisions}
    rows = [
        OfferState(offer, review, said.get(review.id) if review else None)
        for offer in offers
        for review in (newest.get(offer.id),)
    ]
    return OffersPage(rows, total, page)
