"""Drafts: what a provider wants an offer to say before the public reads it.

The live rows stay as they are until a draft is published. Functions here know no request and do not
commit; each leaves an entry in the audit trail.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.offers.document import (
    OfferDocument,
    blank,
    changed_fields,
    document_of,
    parse_document,
    with_fields_of,
)
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.offers.publishing import WAS_APPROVED, NotPublishableError, at_once_fields, publish_at_once
from marketplace.offers.standing import hold_still
from marketplace.providers import sending
from marketplace.providers.models import Provider
from marketplace.vocabulary import OfferKind, OfferStatus, Role, Vacancy

LONGEST_NAME = 200


class StaleDraftError(Exception):
    """Somebody else changed the draft since the form was opened: ``theirs`` is what it says now."""

    def __init__(self, draft: OfferDraft) -> None:
        self.theirs = parse_document(draft.document)
        self.version = draft.version
        self.changed_at = draft.changed_at
        self.changed_by_id = draft.changed_by_id
        super().__init__(f"the draft is at version {draft.version}")


class DraftWaitingError(Exception):
    """The draft waits to be checked and can't be changed: take it back first."""


class SendOutcome(Enum):
    """What came of sending a draft."""

    WAITING = "waiting"
    """A moderator looks at it."""
    LIVE = "live"
    """Everything in it may change without one, and has."""
    NOTHING = "nothing"
    """It says what is live already."""


def begin_draft(
    session: DatabaseSession,
    *,
    provider: Provider,
    kind: OfferKind,
    account: Account,
    document: OfferDocument | None = None,
    offer_id: uuid.UUID | None = None,
) -> Offer:
    """A new offer that nobody sees yet, with its draft: empty, or saying *document*.

    *offer_id* is the same for every sending of one form: the offer that is there already is given back.
    Raises ``LookupError`` where it is another provider's.
    """
    hold_still(session, select(Provider.id).where(Provider.id == provider.id))  # the same form sent twice
    known = None if offer_id is None else session.get(Offer, offer_id)
    if known is not None:
        if known.provider_id != provider.id:
            raise LookupError(str(offer_id))
        return known
    document = replace(document or blank(kind), kind=kind)
    now = datetime.now(UTC)
    offer = Offer(
        id=offer_id or uuid.uuid4(),
        provider_id=provider.id,
        kind=kind,
        name=document.name,
        status=OfferStatus.DRAFT,
        vacancy=Vacancy.NOT_KNOWN,
        updated_at=now,
    )
    session.add(offer)
    session.flush()
    session.add(
        OfferDraft(
            offer_id=offer.id,
            document=document.to_json(),
            began_from=0,
            changed_at=now,
            changed_by_id=account.id,
        )
    )
    _remember(session, Action.OFFER_BEGUN, offer, account, kind=kind)
    return offer


def draft_of(session: DatabaseSession, offer_id: uuid.UUID) -> OfferDraft | None:
    """The offer's draft, None where there is none."""
    return session.get(OfferDraft, offer_id)


def draft_for(session: DatabaseSession, offer: Offer, *, account: Account) -> OfferDraft:
    """The offer's draft; opened from what is live where there is none."""
    draft = _locked(session, offer)
    if draft is None:
        draft = OfferDraft(
            offer_id=offer.id,
            document=document_of(offer).to_json(),
            state=DraftState.OPEN,
            began_from=offer.version if offer.status in WAS_APPROVED else 0,
            version=1,
            changed_at=datetime.now(UTC),
            changed_by_id=account.id,
        )
        session.add(draft)
        session.flush()
    return draft


def change_draft(
    session: DatabaseSession,
    offer: Offer,
    *,
    document: OfferDocument,
    account: Account,
    expected_version: int,
) -> OfferDraft:
    """Keep *document* as the offer's draft. The same words sent twice are kept once.

    *expected_version* is the version of the draft that the form began from. Raises ``StaleDraftError``
    with what the other one wrote, and ``DraftWaitingError``.
    """
    draft = draft_for(session, offer, account=account)
    before = parse_document(draft.document)
    if draft.state is DraftState.WAITING:
        raise DraftWaitingError
    if before.themes != document.themes:
        document = replace(document, suggested=())  # the provider has now said it
    if before == document:
        return draft
    if draft.version != expected_version:
        raise StaleDraftError(draft)
    changed = changed_fields(before, document)
    draft.document = document.to_json()
    draft.version += 1
    draft.changed_at = datetime.now(UTC)
    draft.changed_by_id = account.id
    if draft.state is DraftState.REFUSED:
        draft.state = DraftState.OPEN
    if offer.status is OfferStatus.DRAFT:  # its own lists show it under this name; nobody else sees it
        offer.name, offer.kind = document.name, document.kind
    _remember(session, Action.OFFER_DRAFT_CHANGED, offer, account, fields=changed)
    return draft


def copy_offer(
    session: DatabaseSession, offer: Offer, *, account: Account, offer_id: uuid.UUID | None = None
) -> Offer:
    """A new draft that says what the offer says, under a name that tells the two apart.

    For *offer_id* see ``begin_draft``.
    """
    draft = draft_of(session, offer.id)
    document = document_of(offer) if draft is None else parse_document(draft.document)
    name = _("Copy of %(name)s", name=document.name)[:LONGEST_NAME]
    sessions = tuple(replace(one, places_left=None) for one in document.sessions)
    document = replace(document, name=name, sessions=sessions, vacancy=Vacancy.NOT_KNOWN)
    return begin_draft(
        session,
        provider=session.get_one(Provider, offer.provider_id),
        kind=document.kind,
        account=account,
        document=document,
        offer_id=offer_id,
    )


def discard_draft(session: DatabaseSession, offer: Offer, *, account: Account) -> None:
    """Throw the draft away; an offer that was never public goes with it. Twice is once.

    Raises ``DraftWaitingError``.
    """
    draft = _locked(session, offer)
    if draft is None:
        return
    if draft.state is DraftState.WAITING:
        raise DraftWaitingError
    was_never_public = offer.status is OfferStatus.DRAFT and offer.first_public_at is None
    session.delete(draft)
    session.flush()
    if was_never_public:
        session.delete(offer)
        session.flush()
    record(
        session,
        action=Action.OFFER_DRAFT_DISCARDED,
        subject=("offer", offer.id),
        details={"provider": offer.provider_id, "offer_deleted": was_never_public},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )


def send_draft(session: DatabaseSession, offer: Offer, *, account: Account) -> SendOutcome:
    """Send the draft to be checked. What may change at once in an approved offer is live now.

    Whether something is missing is for the caller to ask first (``missing``). Sent twice is sent once.
    """
    draft = _locked(session, offer)
    if draft is None:
        return SendOutcome.NOTHING
    if draft.state is DraftState.WAITING:
        return SendOutcome.WAITING
    document = parse_document(draft.document)
    live = document_of(offer) if offer.status in WAS_APPROVED else None
    names = () if live is None else at_once_fields(live, document)
    if live is not None and names:
        wanted = with_fields_of(live, document, names)
        try:
            publish_at_once(session, offer, document=wanted, account=account)
            live = wanted
        except NotPublishableError:  # a suspended provider may correct, and all of it waits
            names = ()
    if live == document:
        draft = _locked(session, offer)
        if draft is not None:
            session.delete(draft)
            session.flush()
        return SendOutcome.LIVE if names else SendOutcome.NOTHING
    draft.state = DraftState.WAITING
    if offer.status is OfferStatus.DRAFT:
        offer.status = OfferStatus.WAITING
    session.flush()
    provider = session.get_one(Provider, offer.provider_id)
    sending.sent(
        session,
        provider=provider,
        offer_id=offer.id,
        document=draft.document,
        live=None if live is None else live.to_json(),
        draft_version=draft.version,
        account=account,
    )
    _remember(session, Action.OFFER_SENT, offer, account, draft_version=draft.version)
    return SendOutcome.WAITING


def take_back(session: DatabaseSession, offer: Offer, *, account: Account) -> None:
    """Take a draft back that waits to be checked, to change it. Twice is once."""
    draft = _locked(session, offer)
    if draft is None or draft.state is not DraftState.WAITING:
        return
    draft.state = DraftState.OPEN
    if offer.status is OfferStatus.WAITING:
        offer.status = OfferStatus.DRAFT
    session.flush()
    provider = session.get_one(Provider, offer.provider_id)
    sending.taken_back(session, provider=provider, offer_id=offer.id, account=account)
    _remember(session, Action.OFFER_TAKEN_BACK, offer, account)


def return_draft(session: DatabaseSession, offer: Offer, *, state: DraftState) -> None:
    """Give a draft that waited back to its provider, as a moderator decided; the caller records it."""
    draft = _locked(session, offer)
    if draft is None:
        return
    draft.state = state
    if offer.status is OfferStatus.WAITING:
        offer.status = OfferStatus.DRAFT
    session.flush()


def _locked(session: DatabaseSession, offer: Offer) -> OfferDraft | None:
    """The offer's draft as it is now, which nobody else changes before this transaction ends."""
    session.flush()
    hold_still(session, select(Offer.provider_id).where(Offer.id == offer.id))
    query = select(OfferDraft).where(OfferDraft.offer_id == offer.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _remember(
    session: DatabaseSession, action: Action, offer: Offer, account: Account, **details: object
) -> None:
    session.flush()
    record(
        session,
        action=action,
        subject=offer,
        details={"provider": offer.provider_id, **details},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )
