"""Listings that an import brought in, unvouched for: each waits in the queue like what providers send.

They have no draft and nobody who sent them. Their review is of the listing itself, as the import left it;
when a later import changes it, the review is renewed, and what came public or closed waits no longer.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, selectinload

from marketplace.db import Database, write_session
from marketplace.moderation.models import Review, ReviewOf, ReviewState
from marketplace.offers.document import document_of
from marketplace.offers.models import Offer, OfferDraft
from marketplace.vocabulary import OfferStatus

IMPORTED = and_(Review.about == ReviewOf.OFFER, Review.draft_version == 0)
"""``Review.is_import`` as a condition."""
BLOCK = 100


def queue_imports(database: Database) -> int:
    """Bring the queue to what imports left waiting, some at a time; how many reviews were made or renewed."""
    done = 0
    with write_session(database) as session:
        done += _withdraw(session)
    while True:
        with write_session(database) as session:
            some = _make_or_renew(session)
        done += some
        if some < BLOCK:
            return done


def _make_or_renew(session: Session) -> int:
    now = datetime.now(UTC)
    offers = session.scalars(
        select(Offer)
        .where(_waits(), ~exists().where(Review.offer_id == Offer.id, Review.sent_at >= Offer.updated_at))
        .options(
            selectinload(Offer.place),
            *(
                selectinload(part)
                for part in (
                    Offer.levels,
                    Offer.themes,
                    Offer.settings,
                    Offer.features,
                    Offer.sessions,
                    Offer.costs,
                    Offer.funding,
                    Offer.pauses,
                )
            ),
        )
        .order_by(Offer.id)
        .limit(BLOCK)
    ).all()
    waiting = {
        review.offer_id: review
        for review in session.scalars(
            select(Review)
            .where(Review.offer_id.in_([offer.id for offer in offers]), Review.state == ReviewState.WAITING)
            .options(selectinload(Review.decisions))
            .with_for_update()
        )
    }
    for offer in offers:
        document = document_of(offer).to_json()
        review = waiting.get(offer.id)
        if review is None:
            session.add(
                Review(
                    about=ReviewOf.OFFER,
                    provider_id=offer.provider_id,
                    offer_id=offer.id,
                    document=document,
                    draft_version=0,
                    sent_at=now,
                )
            )
        else:
            review.decisions.clear()
            review.document, review.sent_at = document, now
            review.version += 1
    return len(offers)


def _withdraw(session: Session) -> int:
    """What was made public or closed by a later import is nothing to decide about."""
    over = session.scalars(
        select(Review)
        .join(Offer, Offer.id == Review.offer_id)
        .where(IMPORTED, Review.state == ReviewState.WAITING, Offer.status != OfferStatus.WAITING)
        .order_by(Review.id)
        .with_for_update(of=Review)
    ).all()
    for review in over:
        review.state, review.decided_at = ReviewState.WITHDRAWN, datetime.now(UTC)
        review.version += 1
    return len(over)


def _waits() -> ColumnElement[bool]:
    return and_(
        Offer.status == OfferStatus.WAITING,
        Offer.source_id.is_not(None),
        ~exists().where(OfferDraft.offer_id == Offer.id),
    )
