"""What was sent becomes a review, in the transaction in which it was sent."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import has_app_context
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.moderation.models import Decision, Review, ReviewOf, ReviewState, Verdict
from marketplace.moderation.traces import flags_of, keep_traces, looks_like
from marketplace.providers.document import ProviderPart
from marketplace.providers.models import Provider
from marketplace.providers.sending import (
    Answer,
    AnswerKind,
    Sending,
    TakenBack,
    on_sent,
    on_taken_back,
    register_waiting,
    register_words,
)
from marketplace.vocabulary import LegalForm
from marketplace.web import current_settings

_INDIVIDUALS = frozenset({LegalForm.SELF_EMPLOYED_PA.value, LegalForm.EMPLOYED_PA.value})
_ANSWERED = {
    ReviewState.CHANGES_ASKED: AnswerKind.CHANGES_ASKED,
    ReviewState.REFUSED: AnswerKind.REFUSED,
}


@on_sent
def make_review(session: Session, sending: Sending) -> None:
    """The review of what was sent. What waits already is renewed: sent twice is one review."""
    provider, now = sending.provider, datetime.now(UTC)
    session.flush()  # the draft or the provider is locked before the review, here as in deciding
    review = session.scalars(
        select(Review)
        .where(_about(provider.id, sending.offer_id), Review.state == ReviewState.WAITING)
        .with_for_update()
    ).one_or_none()
    document, live = dict(sending.document), None if sending.live is None else dict(sending.live)
    if review is None:
        review = Review(
            about=ReviewOf.PROVIDER if sending.offer_id is None else ReviewOf.OFFER,
            provider_id=provider.id,
            offer_id=sending.offer_id,
            state=ReviewState.WAITING,
            document=document,
            live_document=live,
            draft_version=sending.draft_version,
            approvals_needed=approvals_needed(provider, sending.offer_id, document),
            sent_at=now,
            sent_by_id=sending.account.id,
        )
        session.add(review)
    elif (review.document, review.live_document, review.draft_version) != (
        document,
        live,
        sending.draft_version,
    ):
        # Whoever approved it before approved something else.
        review.decisions.clear()
        review.document, review.live_document = document, live
        review.draft_version = sending.draft_version
        review.approvals_needed = approvals_needed(provider, sending.offer_id, document)
        review.sent_at, review.sent_by_id = now, sending.account.id
        review.version += 1
    if sending.offer_id is None:
        secret = current_settings().secret_key if has_app_context() else ""
        keep_traces(session, provider, secret_key=secret)
        review.flags = flags_of(looks_like(session, provider, secret_key=secret))
    session.flush()


@on_taken_back
def withdraw_review(session: Session, what: TakenBack) -> None:
    """Nobody is to decide any more about what was taken back."""
    session.flush()
    waiting = session.scalars(
        select(Review)
        .where(_about(what.provider.id, what.offer_id), Review.state == ReviewState.WAITING)
        .with_for_update()
    )
    for review in waiting:
        review.state = ReviewState.WITHDRAWN
        review.decided_at = datetime.now(UTC)
        review.version += 1
    session.flush()


@register_words
def words_that_stand(session: Session, provider_id: uuid.UUID) -> list[Answer]:
    """The words of the last review of each thing, where it asked for changes or was refused."""
    reviews = session.scalars(
        select(Review).where(Review.provider_id == provider_id).order_by(Review.sent_at, Review.id)
    )
    last: dict[uuid.UUID | None, Review] = {
        review.offer_id: review for review in reviews if review.state is not ReviewState.WITHDRAWN
    }
    stand = {review.id: review for review in last.values() if review.state in _ANSWERED}
    if not stand:
        return []
    decisions = session.scalars(
        select(Decision)
        .where(Decision.review_id.in_(stand), Decision.verdict != Verdict.APPROVE)
        .order_by(Decision.made_at, Decision.id)
    )
    said = {decision.review_id: decision for decision in decisions}
    return [
        Answer(
            kind=_ANSWERED[stand[review_id].state],
            words=decision.reason,
            at=decision.made_at,
            offer_id=stand[review_id].offer_id,
        )
        for review_id, decision in said.items()
    ]


@register_waiting
def waiting_provider(session: Session, provider_id: uuid.UUID) -> dict[str, Any] | None:
    """What the provider said of itself that nobody has decided about."""
    return session.scalars(
        select(Review.document).where(_about(provider_id, None), Review.state == ReviewState.WAITING)
    ).one_or_none()


def approvals_needed(provider: Provider, offer_id: uuid.UUID | None, document: dict[str, Any]) -> int:
    """Two people look at a Personal Assistant before anyone can find them."""
    is_individual = provider.is_individual or document.get(ProviderPart.LEGAL_FORM.value, "") in _INDIVIDUALS
    return 2 if offer_id is None and is_individual else 1


def _about(provider_id: uuid.UUID, offer_id: uuid.UUID | None) -> ColumnElement[bool]:
    if offer_id is not None:
        return Review.offer_id == offer_id
    return (Review.provider_id == provider_id) & Review.offer_id.is_(None)
