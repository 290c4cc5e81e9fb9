"""Whether messages pass in an enquiry now, and which of them a side reads."""

from __future__ import annotations

import uuid

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.models import Enquiry, EnquiryMessage, Side
from marketplace.enquiries.moves import is_over
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import N_, Word


class Stopped(Word):
    """Why no message passes, in words for either side: a provider is not told that it was blocked."""

    OVER = "over", N_("This enquiry has ended. No more messages can be sent in it.")
    BLOCKED = "blocked", N_("No messages can be sent in this enquiry.")
    HELD = "held", N_("Messages with this provider are stopped for now. A moderator is looking at something.")
    PAUSED = "paused", N_("Messages with this provider are stopped for now.")


def stopped(session: Session, enquiry: Enquiry) -> Stopped | None:
    """Why no message passes in the enquiry; None where they do. One statement."""
    is_blocked, is_held, status = session.execute(
        select(
            exists().where(Block.person_id == enquiry.person_id, Block.provider_id == enquiry.provider_id),
            exists().where(
                Concern.about_provider_id == enquiry.provider_id,
                Concern.holds_contact,
                Concern.state != ConcernState.CLOSED,
            ),
            select(Provider.status).where(Provider.id == enquiry.provider_id).scalar_subquery(),
        )
    ).one()
    if is_blocked:
        return Stopped.BLOCKED
    if is_over(enquiry.state):
        return Stopped.OVER
    if is_held:
        return Stopped.HELD
    return None if status is ProviderStatus.ACTIVE else Stopped.PAUSED


def messages_for(session: Session, enquiry_id: uuid.UUID, *, side: Side) -> list[EnquiryMessage]:
    """What *side* reads: all of its own, of the other side what nobody holds or refused; oldest first."""
    passes = EnquiryMessage.held_at.is_(None) | EnquiryMessage.released_at.is_not(None)
    return list(
        session.scalars(
            select(EnquiryMessage)
            .where(EnquiryMessage.enquiry_id == enquiry_id, (EnquiryMessage.side == side) | passes)
            .order_by(EnquiryMessage.sent_at, EnquiryMessage.id)
        )
    )
