"""Deciding about a review: once, by someone who may, about what they saw.

Functions here know no request and do not commit. Two moderators who press at the same moment stand in a
row: the offer and its draft, or the provider, are locked first, then the review. The second finds it decided; that they
tried is written down as well.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.moderation import mails
from marketplace.moderation.models import Decision, Review, ReviewOf, ReviewState, Verdict
from marketplace.offers.document import parse_document
from marketplace.offers.drafts import return_draft
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.offers.publishing import publish, show_imported
from marketplace.offers.standing import stand
from marketplace.providers.document import CHECKED_FIRST, take_over
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.queries import assistant_details, is_or_was_member, live_accounts_of
from marketplace.vocabulary import OfferStatus, Role

_STATES = {
    Verdict.APPROVE: ReviewState.APPROVED,
    Verdict.ASK_FOR_CHANGES: ReviewState.CHANGES_ASKED,
    Verdict.REFUSE: ReviewState.REFUSED,
}
_ACTIONS = {
    Verdict.APPROVE: Action.REVIEW_APPROVED,
    Verdict.ASK_FOR_CHANGES: Action.REVIEW_CHANGES_ASKED,
    Verdict.REFUSE: Action.REVIEW_REFUSED,
}
_DRAFT_STATES = {
    Verdict.ASK_FOR_CHANGES: DraftState.CHANGES_ASKED,
    Verdict.REFUSE: DraftState.REFUSED,
}


class Outcome(Enum):
    """What came of pressing the button."""

    DONE = "done"
    FIRST_APPROVAL = "first_approval"
    """Another moderator has to approve as well."""
    SAME_AGAIN = "same_again"
    """The same moderator had said the same before."""
    DECIDED_BEFORE = "decided_before"
    TAKEN_BACK = "taken_back"
    CHANGED = "changed"
    """It was sent anew since the page was opened."""
    OWN = "own"
    """Nobody decides about a provider that they act for."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it; by whom and when, where someone else was first."""

    outcome: Outcome
    verdict: Verdict | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def counts(self) -> bool:
        return self.outcome in (Outcome.DONE, Outcome.FIRST_APPROVAL, Outcome.SAME_AGAIN)


def decide(
    session: Session,
    *,
    review_id: uuid.UUID,
    seen_version: int,
    verdict: Verdict,
    reason: str,
    by: Account,
    today: date,
    base_url: str,
    at: datetime | None = None,
) -> Decided:
    """Say *verdict* about the review as it was at *seen_version*.

    What comes of it is told, never raised: also a try that came too late is kept, so the caller commits
    in any case. Decisions that are made together carry the same moment, *at*. Raises ``NoResultFound`` for
    a review that isn't there.
    """
    review = session.get_one(Review, review_id)
    provider, draft = _locked(session, review)
    session.refresh(review, with_for_update=True)
    mine = next((one for one in review.decisions if one.account_id == by.id), None)
    refused = _why_not(session, review, draft, mine, verdict=verdict, seen_version=seen_version, by=by)
    if refused is not None:
        if refused.outcome is not Outcome.SAME_AGAIN:
            _record_try(session, review, verdict=verdict, came=refused, by=by)
        return refused
    now = at or datetime.now(UTC)
    if mine is None:
        mine = Decision(review_id=review.id, account_id=by.id, verdict=verdict, reason=reason, made_at=now)
        review.decisions.append(mine)
    else:  # a first approval that its moderator thought over
        mine.verdict, mine.reason, mine.made_at = verdict, reason, now
    session.flush()
    approvals = sum(one.verdict is Verdict.APPROVE for one in review.decisions)
    if verdict is Verdict.APPROVE and approvals < review.approvals_needed:
        _record(session, Action.REVIEW_FIRST_APPROVED, review, by)
        return Decided(Outcome.FIRST_APPROVAL, verdict)
    review.state, review.decided_at = _STATES[verdict], now
    review.version += 1
    session.flush()
    if review.about is ReviewOf.OFFER:
        what = _carry_out_offer(session, review, verdict=verdict, today=today)
    else:
        what = _carry_out_provider(session, review, provider, verdict=verdict, today=today)
    mails.tell_decision(
        session,
        to=live_accounts_of(session, provider.id),
        state=review.state,
        what=what,
        words="" if verdict is Verdict.APPROVE else reason,
        address=f"{base_url}/provide/{provider.id}",
        review_id=review.id,
    )
    _record(session, _ACTIONS[verdict], review, by)
    return Decided(Outcome.DONE, verdict)


def _locked(session: Session, review: Review) -> tuple[Provider, OfferDraft | None]:
    """The provider, and the draft that the review is about, locked in the order of those who send."""
    provider = session.get_one(Provider, review.provider_id, with_for_update=True, populate_existing=True)
    if review.offer_id is None:
        return provider, None
    session.get_one(Offer, review.offer_id, with_for_update=True, populate_existing=True)
    draft = session.get(OfferDraft, review.offer_id, with_for_update=True, populate_existing=True)
    return provider, draft


def _why_not(
    session: Session,
    review: Review,
    draft: OfferDraft | None,
    mine: Decision | None,
    *,
    verdict: Verdict,
    seen_version: int,
    by: Account,
) -> Decided | None:
    """What stands against deciding now; None where nothing does."""
    if is_or_was_member(session, provider_id=review.provider_id, account_id=by.id):
        return Decided(Outcome.OWN)
    if review.state is ReviewState.WITHDRAWN:
        return Decided(Outcome.TAKEN_BACK, at=review.decided_at)
    if mine is not None and mine.verdict is verdict:
        return Decided(Outcome.SAME_AGAIN, verdict)
    if review.state is not ReviewState.WAITING:
        last = max(review.decisions, key=lambda one: one.made_at, default=None)
        name = session.get(Account, last.account_id) if last is not None and last.account_id else None
        return Decided(
            Outcome.DECIDED_BEFORE,
            last.verdict if last else None,
            by=name.name if name else "",
            at=review.decided_at,
        )
    if review.version != seen_version:
        return Decided(Outcome.CHANGED, at=review.sent_at)
    if review.is_import:
        return _why_not_import(session, review)
    if review.about is ReviewOf.OFFER and (
        draft is None or draft.state is not DraftState.WAITING or draft.version != review.draft_version
    ):
        return Decided(Outcome.TAKEN_BACK)
    return None


def _why_not_import(session: Session, review: Review) -> Decided | None:
    """A later import may have changed the listing, shown it or closed it."""
    offer = session.get_one(Offer, review.offer_id)
    if offer.status is not OfferStatus.WAITING:
        return Decided(Outcome.TAKEN_BACK)
    return Decided(Outcome.CHANGED, at=offer.updated_at) if offer.updated_at > review.sent_at else None


def _carry_out_offer(session: Session, review: Review, *, verdict: Verdict, today: date) -> str:
    """Publish the offer, or hand the draft back; its name."""
    offer = session.get_one(Offer, review.offer_id)
    document = parse_document(review.document)
    if review.is_import:  # it has no draft to hand back: what is refused goes on waiting, unseen
        if verdict is Verdict.APPROVE:
            show_imported(session, offer, today=today)
        return document.name
    if verdict is Verdict.APPROVE:
        live = None if review.live_document is None else parse_document(review.live_document)
        publish(session, offer, document, live=live, today=today)
    else:
        return_draft(session, offer, state=_DRAFT_STATES[verdict])
    return document.name


def _carry_out_provider(
    session: Session, review: Review, provider: Provider, *, verdict: Verdict, today: date
) -> str:
    """Let the provider in, take over its new words, or hand them back; its name."""
    name = str(review.document.get("name") or provider.name)
    is_new = provider.status is ProviderStatus.WAITING
    if verdict is Verdict.APPROVE or is_new:
        # What was changed while it waited is what they go on with. The rest changed at once.
        checked = {
            part.value: review.document[part.value] for part in CHECKED_FIRST if part.value in review.document
        }
        take_over(provider, checked, details=assistant_details(session, provider))
    if verdict is Verdict.APPROVE:
        if is_new:
            provider.status = ProviderStatus.ACTIVE
        provider.version += 1
        session.flush()
        stand(session, provider_id=provider.id, today=today)
    elif is_new:
        changes_asked = verdict is Verdict.ASK_FOR_CHANGES
        provider.status = ProviderStatus.DRAFT if changes_asked else ProviderStatus.REFUSED
        provider.version += 1
        session.flush()
    return name


def _record(session: Session, action: Action, review: Review, by: Account) -> None:
    record(
        session,
        action=action,
        subject=review,
        details={"provider": review.provider_id, "offer": review.offer_id},
        actor=by,
        role=Role.MODERATOR,
    )


def _record_try(session: Session, review: Review, *, verdict: Verdict, came: Decided, by: Account) -> None:
    record(
        session,
        action=Action.REVIEW_TRIED,
        subject=review,
        details={
            "provider": review.provider_id,
            "offer": review.offer_id,
            "verdict": verdict,
            "came_to": came.outcome,
            "was": came.verdict,
        },
        actor=by,
        role=Role.MODERATOR,
    )
