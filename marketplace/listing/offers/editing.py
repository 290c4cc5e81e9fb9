"""What is being edited: the offer's draft, or what is live, and how a changed document is kept.

A change of an approved offer that no moderator has to look at first is live at once; everything else
goes into the draft. So a page need not know where its answer goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Account
from marketplace.listing.offers.steps import FIELDS_OF, OfferStep
from marketplace.offers.document import (
    OfferDocument,
    as_offer,
    changed_fields,
    document_of,
    parse_document,
    with_fields_of,
)
from marketplace.offers.drafts import change_draft, draft_for, draft_of
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.offers.publishing import (
    LOOKED,
    WAS_APPROVED,
    Looked,
    NotPublishableError,
    at_once_fields,
    publish_at_once,
)
from marketplace.providers.models import Provider, ProviderStatus


class Kept(Enum):
    """What came of saving an answer."""

    SAME = "same"
    DRAFT = "draft"
    LIVE = "live"
    BOTH = "both"


@dataclass(frozen=True)
class Editing:
    """An offer with its draft, what the public reads, and what the next form begins from."""

    offer: Offer
    provider: Provider
    draft: OfferDraft | None
    live: OfferDocument | None
    """None for an offer that was never approved."""
    document: OfferDocument

    @property
    def is_waiting(self) -> bool:
        return self.draft is not None and self.draft.state is DraftState.WAITING

    @property
    def shown(self) -> Offer:
        """The document as an offer in no session, to be shown."""
        return as_offer(self.document, of=self.offer, provider=self.provider)

    def is_live_at_once(self, step: OfferStep) -> bool:
        """Whether an answer to *step* is live as soon as it is saved."""
        return (
            self.live is not None
            and self.provider.status is ProviderStatus.ACTIVE
            and any(LOOKED[name] is Looked.AT_ONCE for name in FIELDS_OF[step])
        )

    def may_change(self, step: OfferStep) -> bool:
        """What waits to be checked stands still, except for what is live at once."""
        return not self.is_waiting or self.is_live_at_once(step)


def editing(session: DatabaseSession, *, provider: Provider, offer_id: UUID) -> Editing:
    """The provider's offer as its pages see it. Raises ``NoResultFound`` for any other."""
    offer = session.scalars(
        select(Offer)
        .where(Offer.id == offer_id, Offer.provider_id == provider.id)
        .options(
            joinedload(Offer.place),
            selectinload(Offer.levels),
            selectinload(Offer.themes),
            selectinload(Offer.settings),
            selectinload(Offer.features),
            selectinload(Offer.sessions),
            selectinload(Offer.costs),
            selectinload(Offer.funding),
            selectinload(Offer.pauses),
        )
    ).one()
    draft = draft_of(session, offer.id)
    live = document_of(offer) if offer.status in WAS_APPROVED else None
    document = parse_document(draft.document) if draft is not None else live or document_of(offer)
    return Editing(offer, provider, draft, live, document)


def keep(session: DatabaseSession, now: Editing, after: OfferDocument, *, account: Account) -> Kept:
    """Keep *after* in place of what *now* says. The caller commits.

    Raises ``StaleDraftError`` and ``StaleOfferError`` where someone was quicker by a moment, and
    ``DraftWaitingError`` where the draft can't be changed.
    """
    changed = set(changed_fields(now.document, after))
    if not changed:
        return Kept.SAME
    at_once = _publish(session, now, after, changed, account=account)
    if not at_once:
        version = now.draft.version if now.draft is not None else 1
        change_draft(session, now.offer, document=after, account=account, expected_version=version)
        return Kept.DRAFT
    rest = changed - at_once
    if not rest and (now.is_waiting or draft_of(session, now.offer.id) is None):
        return Kept.LIVE
    # The draft may have said something else than what was live: now it says this too.
    draft = draft_for(session, now.offer, account=account)
    document = with_fields_of(parse_document(draft.document), after, changed)
    change_draft(session, now.offer, document=document, account=account, expected_version=draft.version)
    return Kept.BOTH if rest else Kept.LIVE


def _publish(
    session: DatabaseSession, now: Editing, after: OfferDocument, changed: set[str], *, account: Account
) -> set[str]:
    """Make live what may be; returns which fields that were."""
    if now.live is None:
        return set()
    names = changed & set(at_once_fields(now.live, after))
    if not names:
        return set()
    try:
        publish_at_once(
            session,
            now.offer,
            document=with_fields_of(now.live, after, names),
            account=account,
            expected_version=now.offer.version,
        )
    except NotPublishableError:
        return set()
    return names
