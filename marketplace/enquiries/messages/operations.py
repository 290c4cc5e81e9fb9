"""Saying something inside an enquiry. Functions here know no request and do not commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.enquiries import mails
from marketplace.enquiries.messages.catching import caught
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.messages.many import tell_moderators, writes_to_many
from marketplace.enquiries.messages.passing import Stopped, stopped
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryState, Side
from marketplace.enquiries.moves import may_follow
from marketplace.offers.models import Offer
from marketplace.settings import ManySettings
from marketplace.vocabulary import Role

LONGEST = 4000
_WAIT_FOR_A_MODERATOR = frozenset({CaughtKind.PRESSURE.value, CaughtKind.MANY.value})


class MessageRefusedError(Exception):
    """No message passes in this enquiry now; ``why`` says it in words for a page."""

    def __init__(self, why: Stopped) -> None:
        self.why = why
        super().__init__(why.value)


def say(
    session: Session,
    enquiry: Enquiry,
    *,
    side: Side,
    text: str,
    form_token: str,
    account: Account,
    role: Role,
    now: datetime,
    base_url: str,
    phrases: Sequence[str] = (),
    many: ManySettings | None = None,
    leads_to: EnquiryState | None = None,
) -> EnquiryMessage:
    """Keep the words and tell the other side that there are some; the same form says it once.

    What a provider writes is looked over: contact and bank details are flagged for moderators, words of
    pressure, and a new assistant's to many people at once (*many*), wait for a moderator; with them waits
    the step that they *lead to*. Raises ``MessageRefusedError`` where nothing passes.
    """
    known = _said(session, enquiry, form_token)
    if known is not None:
        return known
    why = stopped(session, enquiry)
    if why is not None and not (why is Stopped.OVER and leads_to in may_follow(enquiry, side)):
        raise MessageRefusedError(why)
    if not text.strip() or len(text) > LONGEST:
        raise ValueError(f"a message has 1 to {LONGEST} signs")
    many = many or ManySettings()
    flags = _noticed(session, enquiry, side=side, text=text, now=now, phrases=phrases, many=many)
    waits = not _WAIT_FOR_A_MODERATOR.isdisjoint(flags)
    message = EnquiryMessage(
        enquiry_id=enquiry.id,
        side=side,
        by_id=account.id,
        text=text,
        form_token=form_token,
        sent_at=now,
        flags=flags,
        held_at=now if waits else None,
        leads_to=leads_to,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:  # the same form, sent twice at the same moment
        return _said(session, enquiry, form_token) or message
    if message.held_at is None:
        tell(session, enquiry, message, now=now, base_url=base_url)
    elif CaughtKind.MANY.value in flags:
        tell_moderators(session, message, enquiry, now=now, many=many, base_url=base_url)
    record(
        session,
        action=Action.MESSAGE_HELD if message.held_at else Action.MESSAGE_SENT,
        subject=message,
        details={"enquiry": enquiry.id, "side": side, "flags": flags},
        actor=account,
        role=role,
    )
    return message


def waits_for_a_moderator(
    session: Session,
    enquiry: Enquiry,
    *,
    text: str,
    now: datetime,
    phrases: Sequence[str] = (),
    many: ManySettings | None = None,
) -> bool:
    """Whether these words of a provider would not reach the person at once."""
    flags = _noticed(
        session,
        enquiry,
        side=Side.PROVIDER,
        text=text,
        now=now,
        phrases=phrases,
        many=many or ManySettings(),
    )
    return not _WAIT_FOR_A_MODERATOR.isdisjoint(flags)


def tell(
    session: Session, enquiry: Enquiry, message: EnquiryMessage, *, now: datetime, base_url: str
) -> None:
    """Tell the other side that there is something new, without a word of it."""
    news = f"There is a new message about {session.get_one(Offer, enquiry.offer_id).name}"
    if message.side is Side.PROVIDER:
        mails.tell_person(session, enquiry=enquiry, news=news, now=now, base_url=base_url)
    else:
        mails.tell_provider(session, enquiry=enquiry, news=news, base_url=base_url)


def mark_read(session: Session, enquiry: Enquiry, *, side: Side, now: datetime) -> None:
    """*side* has the page open: what the other side said, and nobody holds, is read."""
    session.execute(
        update(EnquiryMessage)
        .where(
            EnquiryMessage.enquiry_id == enquiry.id,
            EnquiryMessage.side != side,
            EnquiryMessage.read_at.is_(None),
            EnquiryMessage.held_at.is_(None) | EnquiryMessage.released_at.is_not(None),
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def _noticed(
    session: Session,
    enquiry: Enquiry,
    *,
    side: Side,
    text: str,
    now: datetime,
    phrases: Sequence[str],
    many: ManySettings,
) -> list[str]:
    """The flags of a message; what a person writes is looked over by nobody."""
    if side is not Side.PROVIDER:
        return []
    flags = list(dict.fromkeys(one.kind.value for one in caught(text, phrases)))
    if writes_to_many(session, enquiry, now=now, many=many):
        flags.append(CaughtKind.MANY.value)
    return flags


def is_said(session: Session, enquiry: Enquiry, *, form_token: str) -> bool:
    """Whether the words of this form are here already."""
    return _said(session, enquiry, form_token) is not None


def _said(session: Session, enquiry: Enquiry, form_token: str) -> EnquiryMessage | None:
    return session.scalars(
        select(EnquiryMessage).where(
            EnquiryMessage.enquiry_id == enquiry.id, EnquiryMessage.form_token == form_token
        )
    ).one_or_none()
