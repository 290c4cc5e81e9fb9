"""Posting a request for help, telling who could give it, answering, and ending it.

Functions here know no request and do not commit.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.enquiries.help import mails
from marketplace.enquiries.help.models import HelpState, HelpTold, HelpWanted
from marketplace.enquiries.help.queries import posted_with
from marketplace.enquiries.help.suiting import Suited, can_be_told
from marketplace.enquiries.models import Enquiry, EnquiryMessage, Side
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.providers.models import Provider
from marketplace.settings import ManySettings
from marketplace.vocabulary import Role

MOST_OPEN = 3
OPEN_FOR = timedelta(days=28)
"""The last day on which it can be answered is so long after the day on which it was posted."""
LONGEST = 500


class HelpError(Exception):
    """What was wanted can't be done now."""


class TooManyOpenError(HelpError):
    """The person has ``MOST_OPEN`` open requests."""


class OverError(HelpError):
    """The request is not open any more, or not for this provider."""


class TooFastError(HelpError):
    """A new individual who answers many people at once: not so fast."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is posted: the words as providers read them, and the needs that they are matched with."""

    words: str
    needs: Mapping[str, Any]
    district_code: str | None


def post_help(
    session: Session,
    *,
    person: Person,
    request: Request,
    suited: Sequence[Suited],
    once: uuid.UUID,
    by: Doer,
    now: datetime,
    today: date,
    base_url: str,
) -> HelpWanted:
    """Post a request without saying whose it is, and tell everyone in *suited*.

    The same form sent twice posts once. Raises ``TooManyOpenError``, with nothing written.
    """
    session.get(Person, person.id, with_for_update=True)  # two forms at once: one after the other
    known = posted_with(session, person.id, once)
    if known is not None:
        return known
    count = select(func.count()).select_from(HelpWanted).where(HelpWanted.person_id == person.id)
    is_open = (HelpWanted.state == HelpState.OPEN, HelpWanted.open_until >= today)
    if (session.scalar(count.where(*is_open)) or 0) >= MOST_OPEN:
        raise TooManyOpenError
    wanted = HelpWanted(
        id=uuid.uuid4(),
        person_id=person.id,
        words=request.words[:LONGEST],
        district_code=request.district_code,
        needs=dict(request.needs),
        state=HelpState.OPEN,
        posted_at=now,
        posted_by_id=by.account.id,
        open_until=today + OPEN_FOR,
        told=0,
        form_token=once.hex,
    )
    session.add(wanted)
    session.flush()
    tell(session, wanted, suited, now=now, base_url=base_url)
    record(
        session,
        action=Action.HELP_POSTED,
        subject=wanted,
        details={"person": person.id, "told": wanted.told},
        actor=by.account,
        role=by.role,
    )
    return wanted


def tell(
    session: Session, wanted: HelpWanted, suited: Sequence[Suited], *, now: datetime, base_url: str
) -> int:
    """Tell those who were not told yet, each provider once; returns to how many it went now."""
    known = set(
        session.scalars(
            select(Offer.provider_id)
            .join(HelpTold, HelpTold.offer_id == Offer.id)
            .where(HelpTold.help_id == wanted.id)
        )
    )
    told = 0
    for one in suited:
        if one.provider_id in known:
            continue
        try:
            with session.begin_nested():
                row = HelpTold(help_id=wanted.id, offer_id=one.offer_id, told_at=now, score=one.score)
                session.add(row)
        except IntegrityError:  # another worker was faster
            continue
        mails.tell_provider(session, wanted, provider_id=one.provider_id, base_url=base_url)
        told += 1
    wanted.told += told
    session.flush()
    return told


def answer_help(
    session: Session,
    wanted: HelpWanted,
    offer: Offer,
    *,
    can_help: bool,
    words: str,
    account: Account,
    now: datetime,
    today: date,
    many: ManySettings,
    base_url: str,
) -> None:
    """Say 'I can help' with a few words, or 'not now'; the person is told of each new 'I can help' once.

    An answer can be changed while the request is open. Raises ``OverError`` or ``TooFastError``.
    """
    told = session.get(HelpTold, (wanted.id, offer.id), with_for_update=True)
    if told is None or not is_open(wanted, today=today):
        raise OverError
    if offer.id not in can_be_told(session, wanted.person_id, [offer.id], today=today):
        raise OverError
    if can_help and told.can_help is not True and answers_many(session, wanted, offer, now=now, many=many):
        raise TooFastError
    if told.can_help is can_help and told.words == words:
        return  # the same form, sent twice
    is_news = can_help and told.can_help is not True
    told.can_help, told.words, told.answered_at = can_help, words if can_help else "", now
    session.flush()
    if is_news:
        mails.tell_person(
            session,
            wanted,
            news="Somebody can help with what you asked for",
            now=now,
            base_url=base_url,
            same_as=f"help-answer-{wanted.id.hex}-{offer.id.hex}",
        )
    record(
        session,
        action=Action.HELP_ANSWERED,
        subject=wanted,
        details={"offer": offer.id, "can_help": can_help},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )


def note_stopped(
    session: Session,
    wanted: HelpWanted,
    offer: Offer,
    *,
    words: str,
    flags: Sequence[str],
    account: Account,
) -> None:
    """Keep for moderators what an answer said that was not passed on. An answer before it stands."""
    told = session.get(HelpTold, (wanted.id, offer.id))
    if told is None:
        return
    told.flags = list(dict.fromkeys((*told.flags, *flags)))
    if told.can_help is not True:
        told.words = words[:LONGEST]
    session.flush()
    record(
        session,
        action=Action.HELP_ANSWER_STOPPED,
        subject=wanted,
        details={"offer": offer.id, "flags": list(flags)},
        actor=account,
        role=Role.PROVIDER_STAFF,
    )


def end_help(
    session: Session, wanted: HelpWanted, *, to: HelpState, by: Doer | None, now: datetime, base_url: str
) -> bool:
    """The help was found, or the request is taken back, or its time is over; False where it ended before.

    Providers see it no more. When its time is over (*by* nobody), the person is told.
    """
    changed = session.execute(
        update(HelpWanted)
        .where(HelpWanted.id == wanted.id, HelpWanted.state == HelpState.OPEN)
        .values(state=to)
        .returning(HelpWanted.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(wanted)
    if changed is None:
        return False
    if to is HelpState.OVER:
        mails.tell_person(
            session,
            wanted,
            news="The time to answer what you asked for is over",
            now=now,
            base_url=base_url,
            same_as=f"help-over-{wanted.id.hex}",
        )
    record(
        session,
        action=Action.HELP_ENDED,
        subject=wanted,
        details={"person": wanted.person_id, "to": to},
        actor=by.account if by else None,
        role=by.role if by else None,
    )
    return True


def is_open(wanted: HelpWanted, *, today: date) -> bool:
    """Whether it can be answered: also its last day has to be there yet, whenever the job runs."""
    return wanted.state is HelpState.OPEN and wanted.open_until >= today


def answers_many(
    session: Session, wanted: HelpWanted, offer: Offer, *, now: datetime, many: ManySettings
) -> bool:
    """Whether with this answer a new individual has written to too many people just now, here or there."""
    provider = session.get_one(Provider, offer.provider_id)
    began = provider.created_at
    if not provider.is_individual or began is None or began <= now - timedelta(days=many.days):
        return False
    lately = now - timedelta(minutes=many.minutes)
    answered = (
        select(HelpWanted.person_id)
        .join(HelpTold, HelpTold.help_id == HelpWanted.id)
        .join(Offer, Offer.id == HelpTold.offer_id)
        .where(Offer.provider_id == provider.id, HelpTold.can_help.is_(True), HelpTold.answered_at > lately)
    )
    written = (
        select(Enquiry.person_id)
        .join(EnquiryMessage, EnquiryMessage.enquiry_id == Enquiry.id)
        .where(
            Enquiry.provider_id == provider.id,
            EnquiryMessage.side == Side.PROVIDER,
            EnquiryMessage.sent_at > lately,
        )
    )
    others = (
        select(func.count())
        .select_from(Person)
        .where(Person.id != wanted.person_id, or_(Person.id.in_(answered), Person.id.in_(written)))
    )
    return (session.scalar(others) or 0) + 1 >= many.people
