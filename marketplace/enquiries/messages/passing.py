"""Whether messages pass in an enquiry now, and which of them a side reads."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryState, Side
from marketplace.enquiries.moves import Moved, MoveRefusedError, is_over, on_move
from marketplace.providers.checks import standing_of
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import N_, Word
from marketplace.web.today import london_day, london_today


class Stopped(Word):
    """Why no message passes, in words for either side: a provider is not told that it was blocked."""

    OVER = "over", N_("This enquiry has ended. No more messages can be sent in it.")
    BLOCKED = "blocked", N_("No messages can be sent in this enquiry.")
    HELD = "held", N_("Messages with this provider are stopped for now. A moderator is looking at something.")
    PAUSED = (
        "paused",
        N_("Messages with this provider are stopped for now. You get a mail when they go on."),
    )
    CHECK = (
        "check",
        N_("Messages are stopped for now: a check is missing or ran out. You get a mail when they go on."),
    )
    CLOSED = "closed", N_("This provider has closed. No messages can be sent.")


_GOES_ON = frozenset(
    {
        EnquiryState.MORE_ASKED,
        EnquiryState.MEETING,
        EnquiryState.TASTER,
        EnquiryState.WAITING,
        EnquiryState.AGREED,
    }
)
"""What can't come about while no message passes."""


def stopped(session: Session, enquiry: Enquiry, *, today: date | None = None) -> Stopped | None:
    """Why no message passes in the enquiry; None where they do.

    A check that ran out stops open enquiries. Where something is agreed, words still pass: who is
    expected tomorrow must be able to say that they are ill.
    """
    why = _between(session, enquiry)
    if why is Stopped.BLOCKED:
        return why
    if is_over(enquiry.state):
        return Stopped.OVER
    if why is not None or enquiry.state is EnquiryState.AGREED:
        return why
    return _of_checks(session, enquiry, today or london_today())


def stopped_for_new(session: Session, enquiry: Enquiry, *, today: date | None = None) -> Stopped | None:
    """Why nothing new can be asked for, also in what is agreed: a missing check is enough for that."""
    return stopped(session, enquiry, today=today) or _of_checks(session, enquiry, today or london_today())


def pause_of(status: ProviderStatus, *, misses_check: bool) -> Stopped | None:
    """Why no message passes with a provider, whoever asks; None where they do."""
    if status is ProviderStatus.ACTIVE:
        return Stopped.CHECK if misses_check else None
    return Stopped.CLOSED if status is ProviderStatus.CLOSED else Stopped.PAUSED


@on_move
def refuse_while_stopped(session: Session, moved: Moved) -> None:
    """Nothing is asked, proposed or agreed while no message passes, whichever page it comes from."""
    enquiry = moved.enquiry
    if enquiry.state in _GOES_ON and (
        _between(session, enquiry) or _of_checks(session, enquiry, london_day(moved.now))
    ):
        raise MoveRefusedError(moved.before, enquiry.state)


def _between(session: Session, enquiry: Enquiry) -> Stopped | None:
    """A block, a moderator, or how the provider stands. One statement."""
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
    return Stopped.HELD if is_held else pause_of(status, misses_check=False)


def _of_checks(session: Session, enquiry: Enquiry, today: date) -> Stopped | None:
    standing = standing_of(session, [enquiry.provider_id], today=today)[enquiry.provider_id]
    return Stopped.CHECK if standing.missing else None


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
