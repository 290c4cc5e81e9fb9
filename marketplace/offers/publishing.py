"""Making a document what the public reads: the rows, the catalogue and the sentence vector, all at once.

Functions here do not commit: until the caller does, nobody sees anything of it; afterwards every server
process does at its next request.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.offers.changes import mark_changed
from marketplace.offers.document import (
    FIELDS,
    OfferDocument,
    SessionSaid,
    changed_fields,
    document_of,
    parse_document,
    with_fields_of,
)
from marketplace.offers.models import (
    DraftState,
    Offer,
    OfferDraft,
)
from marketplace.offers.standing import hold_still, stand
from marketplace.offers.writing import Locate, write_rows
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import OfferStatus, Role
from marketplace.web.today import london_today


class Looked(Enum):
    """Whether a moderator looks at a change of an approved offer before the public reads it."""

    AT_ONCE = "at_once"
    FIRST = "first"


LOOKED: Mapping[str, Looked] = {
    "kind": Looked.FIRST,
    "shared_lives_form": Looked.FIRST,
    "name": Looked.FIRST,
    "summary": Looked.FIRST,
    "description": Looked.FIRST,
    "place": Looked.FIRST,
    "levels": Looked.FIRST,
    "themes": Looked.FIRST,
    "suggested": Looked.FIRST,
    "settings": Looked.FIRST,
    "features": Looked.FIRST,  # taking a yes back is at once: see `_is_at_once`
    "funding": Looked.AT_ONCE,
    "sessions": Looked.AT_ONCE,
    "pauses": Looked.AT_ONCE,  # with words that were not there before: first
    "costs": Looked.AT_ONCE,  # with words that were not there before: first
    "vacancy": Looked.AT_ONCE,
    "min_age": Looked.FIRST,
    "max_age": Looked.FIRST,
    "group_size": Looked.AT_ONCE,
    "staff_ratio": Looked.FIRST,
    "transport_offered": Looked.AT_ONCE,
    "transport_radius_km": Looked.AT_ONCE,
    "transport_cost": Looked.AT_ONCE,
    "flexible": Looked.AT_ONCE,
    "shortest_visit_minutes": Looked.AT_ONCE,
    "bank_holidays": Looked.AT_ONCE,
    "languages": Looked.FIRST,
    "household_id": Looked.FIRST,
}
"""Times, places and prices change often and are facts; words and claims are looked at first."""

WAS_APPROVED = frozenset({OfferStatus.PUBLIC, OfferStatus.PAUSED, OfferStatus.CLOSED})


class NotAtOnceError(Exception):
    """These fields must be looked at by a moderator first."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(", ".join(fields))


class NotPublishableError(Exception):
    """The offer was never approved, or its provider may not publish now."""


class StaleOfferError(Exception):
    """What is live changed since the form was opened: ``theirs`` is what it says now."""

    def __init__(self, offer: Offer) -> None:
        self.theirs = document_of(offer)
        self.version = offer.version
        super().__init__(f"the offer is at version {offer.version}")


def at_once_fields(live: OfferDocument, wanted: OfferDocument) -> tuple[str, ...]:
    """The changed fields that need no moderator in an approved offer."""
    return tuple(name for name in changed_fields(live, wanted) if _is_at_once(name, live, wanted))


def _is_at_once(name: str, live: OfferDocument, wanted: OfferDocument) -> bool:
    match name:
        case "costs":
            return {one.note for one in wanted.costs} <= {one.note for one in live.costs} | {""}
        case "pauses":
            return {one.reason for one in wanted.pauses} <= {one.reason for one in live.pauses} | {""}
        case "features":
            # A hoist that broke must not wait: what is taken back promises nobody anything.
            return _yes(wanted) <= _yes(live)
        case _:
            return LOOKED[name] is Looked.AT_ONCE


def _yes(document: OfferDocument) -> set[str]:
    return {feature for feature, there in document.features.items() if there}


def publish(
    session: DatabaseSession,
    offer: Offer,
    document: OfferDocument,
    *,
    live: OfferDocument | None = None,
    today: date | None = None,
    locate: Locate | None = None,
) -> Offer:
    """Make *document* what the offer says, as a moderator approved it; the caller records the approval.

    *live* is what was live when the document was sent: what changed at once since then stays as it is
    now. The provider's words count as confirmed *today*. Whether it is shown also depends on its
    provider: see ``standing``.
    """
    today = today or london_today()
    offer = _locked(session, offer)
    now = document_of(offer)
    if live is not None and offer.status in WAS_APPROVED:
        document = with_fields_of(now, document, changed_fields(live, document))
        document = _with_free_places(document, live=live, now=now)
    write_rows(session, offer, document, locate=locate)
    offer.status = OfferStatus.PUBLIC
    offer.confirmed_on = today
    offer.misses = 0
    offer.asked_at = None
    if offer.first_public_at is None:
        offer.first_public_at = datetime.now(UTC)
    session.flush()
    _rebase_draft(session, offer, before=now, after=document, settled=True)
    stand(session, offer_ids=[offer.id], today=today)
    session.refresh(offer, ["hold", "shown_until"])
    mark_changed(session, [offer.id])
    return offer


def show_imported(session: DatabaseSession, offer: Offer, *, today: date) -> Offer:
    """Show a listing as an import left it, once a moderator has looked at it.

    Nobody has confirmed its facts by that: how old they are stays as the file told.
    """
    offer = _locked(session, offer)
    offer.status = OfferStatus.PUBLIC
    if offer.first_public_at is None:
        offer.first_public_at = datetime.now(UTC)
    session.flush()
    stand(session, offer_ids=[offer.id], today=today)
    session.refresh(offer, ["hold", "shown_until"])
    mark_changed(session, [offer.id])
    return offer


def hide_imported(session: DatabaseSession, offer: Offer) -> Offer:
    """Let a listing that ``show_imported`` showed wait for a moderator again."""
    offer = _locked(session, offer)
    offer.status = OfferStatus.WAITING
    session.flush()
    mark_changed(session, [offer.id])
    return offer


def publish_at_once(
    session: DatabaseSession,
    offer: Offer,
    *,
    document: OfferDocument,
    account: Account,
    expected_version: int | None = None,
) -> Offer:
    """Change an approved offer where no moderator has to look first; they read of it afterwards.

    Raises ``NotAtOnceError``, ``NotPublishableError``, and ``StaleOfferError`` where the offer is no
    longer at *expected_version*. The same change sent twice is made once.
    """
    offer = _locked(session, offer)
    live = document_of(offer)
    changed = changed_fields(live, document)
    if not changed:
        return offer
    if expected_version is not None and offer.version != expected_version:
        raise StaleOfferError(offer)
    if offer.status not in WAS_APPROVED or not _may_publish(session, offer):
        raise NotPublishableError
    first = set(changed) - set(at_once_fields(live, document))
    if first:
        raise NotAtOnceError([name for name in FIELDS if name in first])
    write_rows(session, offer, document)
    _rebase_draft(session, offer, before=live, after=document)
    mark_changed(session, [offer.id])
    _remember(session, Action.OFFER_CHANGED_AT_ONCE, offer, account, fields=changed, version=offer.version)
    return offer


def pause_offer(session: DatabaseSession, offer: Offer, *, account: Account | None) -> Offer:
    """Take a public offer off for a while; without an account it was the link of a mail. Twice is once."""
    return _move(
        session,
        offer,
        to=OfferStatus.PAUSED,
        action=Action.OFFER_PAUSED,
        account=account,
        allowed={OfferStatus.PUBLIC},
    )


def close_offer(session: DatabaseSession, offer: Offer, *, account: Account | None) -> Offer:
    """End an offer that was approved once. Twice is once."""
    return _move(
        session,
        offer,
        to=OfferStatus.CLOSED,
        action=Action.OFFER_CLOSED,
        account=account,
        allowed={OfferStatus.PUBLIC, OfferStatus.PAUSED},
    )


def bring_back_offer(session: DatabaseSession, offer: Offer, *, account: Account) -> Offer:
    """Show a paused or closed offer again, as it was approved, and confirmed today. Twice is once.

    Raises ``NotPublishableError`` for one that was never public: it is sent to be checked instead.
    """
    offer = _locked(session, offer)
    if offer.status is OfferStatus.PUBLIC:
        return offer
    if offer.first_public_at is None or not _may_publish(session, offer):
        raise NotPublishableError
    offer.confirmed_on, offer.misses, offer.asked_at = london_today(), 0, None
    offer = _move(
        session,
        offer,
        to=OfferStatus.PUBLIC,
        action=Action.OFFER_BROUGHT_BACK,
        account=account,
        allowed={OfferStatus.PAUSED, OfferStatus.CLOSED},
    )
    session.refresh(offer)
    return offer


def confirm_offers(
    session: DatabaseSession, offers: Iterable[Offer], *, account: Account | None, today: date | None = None
) -> list[uuid.UUID]:
    """The provider says that all of this is still right. Returns which it was about; the caller commits."""
    today = today or london_today()
    confirmed = sorted(offers, key=lambda offer: offer.id)
    for offer in confirmed:
        offer.confirmed_on, offer.misses, offer.asked_at = today, 0, None
    ids = [offer.id for offer in confirmed]
    session.flush()
    stand(session, offer_ids=ids, today=today)
    for offer in confirmed:
        session.refresh(offer, ["hold", "shown_until"])
        _remember(session, Action.OFFER_CONFIRMED, offer, account)
    return ids


def _move(
    session: DatabaseSession,
    offer: Offer,
    *,
    to: OfferStatus,
    action: Action,
    account: Account | None,
    allowed: Iterable[OfferStatus],
) -> Offer:
    offer = _locked(session, offer)
    if offer.status is to:
        return offer
    if offer.status not in allowed:
        raise NotPublishableError
    if offer.status is OfferStatus.PUBLIC and offer.first_public_at is None:  # it was brought in as public
        offer.first_public_at = offer.updated_at
    offer.status = to
    offer.version += 1
    offer.updated_at = datetime.now(UTC)
    session.flush()
    stand(session, offer_ids=[offer.id])
    mark_changed(session, [offer.id])
    _remember(session, action, offer, account)
    return offer


def _with_free_places(document: OfferDocument, *, live: OfferDocument, now: OfferDocument) -> OfferDocument:
    """*document*, but with as many free places as there are now where it had not changed their number."""
    sent, left = _free_places(live), _free_places(now)
    sessions = tuple(
        replace(one, places_left=_at_most(left[_time(one)], one.places))
        if _time(one) in left and sent.get(_time(one), one) == one.places_left
        else one
        for one in document.sessions
    )
    return document if sessions == document.sessions else replace(document, sessions=sessions)


def _free_places(document: OfferDocument) -> dict[tuple[object, ...], int | None]:
    return {_time(one): one.places_left for one in document.sessions}


def _time(said: SessionSaid) -> tuple[object, ...]:
    return said.day, said.starts, said.ends, said.repeats, said.first_date


def _at_most(left: int | None, places: int | None) -> int | None:
    return left if left is None or places is None else min(left, places)


def _locked(session: DatabaseSession, offer: Offer) -> Offer:
    """The offer as it is now; nobody else changes it before this transaction ends."""
    session.flush()
    hold_still(session, select(Offer.provider_id).where(Offer.id == offer.id))
    session.execute(select(Offer.id).where(Offer.id == offer.id).with_for_update())
    session.refresh(offer)
    return offer


def _may_publish(session: DatabaseSession, offer: Offer) -> bool:
    status = session.scalar(select(Provider.status).where(Provider.id == offer.provider_id))
    return status is ProviderStatus.ACTIVE


def _rebase_draft(
    session: DatabaseSession,
    offer: Offer,
    *,
    before: OfferDocument,
    after: OfferDocument,
    settled: bool = False,
) -> None:
    """Bring an open draft to what is live now: where it had not changed anything, it says the new.

    *settled* is true when what waited has been decided: then a draft with more to say is open again.
    """
    draft = session.get(OfferDraft, offer.id, with_for_update=True, populate_existing=True)
    if draft is None:
        return
    said = parse_document(draft.document)
    untouched = [
        name for name in changed_fields(before, after) if getattr(said, name) == getattr(before, name)
    ]
    rebased = with_fields_of(said, after, untouched)
    draft.began_from = offer.version
    if rebased == after and (settled or draft.state is not DraftState.WAITING):
        session.delete(draft)
    elif rebased != said:
        draft.document = rebased.to_json()
        if draft.state is not DraftState.WAITING:  # what waits is the same request as before
            draft.version += 1
    if settled and rebased != after:
        draft.state = DraftState.OPEN
    session.flush()


def _remember(
    session: DatabaseSession, action: Action, offer: Offer, account: Account | None, **details: object
) -> None:
    session.flush()
    record(
        session,
        action=action,
        subject=offer,
        details={"provider": offer.provider_id, **details},
        actor=account,
        role=None if account is None else Role.PROVIDER_STAFF,
    )
