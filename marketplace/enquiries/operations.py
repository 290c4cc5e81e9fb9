"""Asking providers, and what each side does next. Functions here know no request and do not commit."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.audit import Action, record
from marketplace.enquiries import mails
from marketplace.enquiries.concerns.models import Block
from marketplace.enquiries.models import (
    OPEN_STATES,
    Enquiry,
    EnquiryMessage,
    EnquiryMove,
    EnquiryShare,
    EnquiryState,
    Side,
)
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.people.profile.models import ProfilePart
from marketplace.providers.queries import live_accounts_of

MOST_AT_ONCE = 5
MOST_OPEN = 20


class EnquiryError(Exception):
    """An enquiry can't be made."""


class NobodyThereError(EnquiryError):
    """Nobody of the provider reads enquiries here."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        super().__init__(offer.name)


class BlockedError(EnquiryError):
    """The person does not want to hear from the provider."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        super().__init__(offer.name)


class TooManyOpenError(EnquiryError):
    """More open enquiries than anyone can follow."""


def send_enquiries(
    session: Session,
    *,
    person: Person,
    offers: Sequence[Offer],
    parts: Collection[ProfilePart],
    words: str,
    name: str,
    form_token: str,
    by: Doer,
    now: datetime,
    base_url: str,
) -> list[Enquiry]:
    """Ask about each of *offers*: one enquiry each, with the same words and the same parts shared.

    The same form sent twice asks once. About an offer with an open enquiry nothing new is sent: the
    open one is given back. Raises ``NobodyThereError``, ``BlockedError`` or
    ``TooManyOpenError``, with nothing written.
    """
    known = list(
        session.scalars(
            select(Enquiry).where(Enquiry.form_token == form_token, Enquiry.person_id == person.id)
        )
    )
    if known:
        return known
    open_ones = {
        one.offer_id: one
        for one in session.scalars(
            select(Enquiry).where(Enquiry.person_id == person.id, Enquiry.state.in_(OPEN_STATES))
        )
    }
    if len(open_ones) + len(offers) > MOST_OPEN:
        raise TooManyOpenError
    blocked = set(session.scalars(select(Block.provider_id).where(Block.person_id == person.id)))
    for offer in offers:
        if offer.provider_id in blocked:
            raise BlockedError(offer)
        if not live_accounts_of(session, offer.provider_id):
            raise NobodyThereError(offer)
    return [
        open_ones.get(offer.id)
        or _send(
            session,
            person=person,
            offer=offer,
            parts=parts,
            words=words,
            name=name,
            form_token=form_token,
            by=by,
            now=now,
            base_url=base_url,
        )
        for offer in offers
    ]


def _send(
    session: Session,
    *,
    person: Person,
    offer: Offer,
    parts: Collection[ProfilePart],
    words: str,
    name: str,
    form_token: str,
    by: Doer,
    now: datetime,
    base_url: str,
) -> Enquiry:
    enquiry = Enquiry(
        id=uuid.uuid4(),
        person_id=person.id,
        offer_id=offer.id,
        provider_id=offer.provider_id,
        form_token=form_token,
        state=EnquiryState.SENT,
        state_since=now,
        sent_at=now,
        sent_by_id=by.account.id,
        name_shared=name,
        shares=[EnquiryShare(part=part, shared_at=now) for part in parts],
    )
    try:
        with session.begin_nested():
            session.add(enquiry)
    except IntegrityError:  # the same form, sent twice at the same moment
        return session.scalars(
            select(Enquiry).where(
                Enquiry.person_id == person.id,
                Enquiry.offer_id == offer.id,
                Enquiry.state.in_(OPEN_STATES),
            )
        ).one()
    session.add(
        EnquiryMove(
            enquiry_id=enquiry.id,
            state=EnquiryState.SENT,
            side=Side.PERSON,
            by_id=by.account.id,
            made_at=now,
        )
    )
    if words:
        session.add(
            EnquiryMessage(
                enquiry_id=enquiry.id,
                side=Side.PERSON,
                by_id=by.account.id,
                text=words,
                form_token=form_token,
                sent_at=now,
            )
        )
    session.flush()
    mails.tell_of_move(session, enquiry=enquiry, side=Side.PERSON, now=now, base_url=base_url)
    record(
        session,
        action=Action.ENQUIRY_SENT,
        subject=enquiry,
        details={"person": person.id, "offer": offer.id, "parts": sorted(parts)},
        actor=by.account,
        role=by.role,
    )
    return enquiry
