"""What moderators read, and let through or stop. Functions here know no request and do not commit."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, String, cast, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.enquiries.messages.operations import MessageRefusedError, tell
from marketplace.enquiries.messages.passing import Stopped, stopped
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryState, Side
from marketplace.enquiries.moves import MoveRefusedError, may_follow, move
from marketplace.offers.models import Offer
from marketplace.providers.models import Provider
from marketplace.vocabulary import Role

FLAGGED_FOR = timedelta(days=30)
MOST = 100


@dataclass(frozen=True, slots=True)
class Noticed:
    """A message that a moderator reads: what, by whom, about which offer. Never who the person is."""

    message: EnquiryMessage
    offer: Offer
    provider: Provider


def waiting(session: Session) -> list[Noticed]:
    """Messages that nobody let through or stopped yet, the oldest first."""
    found = _noticed().where(
        EnquiryMessage.held_at.is_not(None),
        EnquiryMessage.released_at.is_(None),
        EnquiryMessage.refused_at.is_(None),
    )
    return [Noticed(*row) for row in session.execute(found.order_by(EnquiryMessage.sent_at).limit(MOST))]


def flagged(session: Session, *, now: datetime) -> list[Noticed]:
    """Messages of providers that passed, though something was noticed in them; the newest first."""
    found = _noticed().where(
        EnquiryMessage.held_at.is_(None),
        EnquiryMessage.sent_at > now - FLAGGED_FOR,
        func.length(cast(EnquiryMessage.flags, String)) > len("[]"),
    )
    newest_first = found.order_by(EnquiryMessage.sent_at.desc()).limit(MOST)
    return [Noticed(*row) for row in session.execute(newest_first)]


def noticed(session: Session, message_id: uuid.UUID) -> Noticed | None:
    """One message that was held."""
    held = _noticed().where(EnquiryMessage.id == message_id, EnquiryMessage.held_at.is_not(None))
    row = session.execute(held).one_or_none()
    return None if row is None else Noticed(*row)


def decide(
    session: Session, message: EnquiryMessage, *, lets: bool, account: Account, now: datetime, base_url: str
) -> bool:
    """Let it through, and tell the other side; or stop it. False where somebody was faster.

    With the words goes the step that they were to lead to, unless something else has happened since.
    Raises ``MessageRefusedError`` where it can't pass any more: the enquiry has ended meanwhile.
    """
    enquiry = session.get_one(Enquiry, message.enquiry_id)
    why = stopped(session, enquiry) if lets else None
    if why is not None and not (why is Stopped.OVER and _belongs_to_end(enquiry, message)):
        raise MessageRefusedError(why)
    changed = session.execute(
        update(EnquiryMessage)
        .where(
            EnquiryMessage.id == message.id,
            EnquiryMessage.released_at.is_(None),
            EnquiryMessage.refused_at.is_(None),
        )
        .values({"released_at" if lets else "refused_at": now})
        .returning(EnquiryMessage.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(message)
    if changed is None:
        return False
    if lets:
        _take_step(session, enquiry, message, now=now, base_url=base_url)
        tell(session, enquiry, message, now=now, base_url=base_url)
    record(
        session,
        action=Action.MESSAGE_RELEASED if lets else Action.MESSAGE_REFUSED,
        subject=message,
        details={"enquiry": enquiry.id},
        actor=account,
        role=Role.MODERATOR,
    )
    return True


def _belongs_to_end(enquiry: Enquiry, message: EnquiryMessage) -> bool:
    """The words of a refusal that was given with them, or a late answer: both pass though it is over."""
    if message.leads_to is EnquiryState.DECLINED:
        return enquiry.state is EnquiryState.DECLINED
    return message.leads_to in may_follow(enquiry, Side.PROVIDER)


def _take_step(
    session: Session, enquiry: Enquiry, message: EnquiryMessage, *, now: datetime, base_url: str
) -> None:
    """The step that waited with the words. It is the writer's own."""
    if message.leads_to is None or message.leads_to not in may_follow(enquiry, Side.PROVIDER):
        return
    try:
        move(
            session,
            enquiry,
            to=message.leads_to,
            side=Side.PROVIDER,
            account=session.get(Account, message.by_id) if message.by_id else None,
            role=Role.PROVIDER_STAFF,
            now=now,
            base_url=base_url,
            tells=False,  # the message is told
        )
    except MoveRefusedError:
        raise MessageRefusedError(stopped(session, enquiry) or Stopped.OVER) from None


def _noticed() -> Select[EnquiryMessage, Offer, Provider]:
    return (
        select(EnquiryMessage, Offer, Provider)
        .join(Enquiry, Enquiry.id == EnquiryMessage.enquiry_id)
        .join(Offer, Offer.id == Enquiry.offer_id)
        .join(Provider, Provider.id == Enquiry.provider_id)
        .where(EnquiryMessage.side == Side.PROVIDER)
    )
