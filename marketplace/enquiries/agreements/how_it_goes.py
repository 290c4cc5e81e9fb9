"""Saying how it is going. Functions here know no request and do not commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from marketplace.audit import Action
from marketplace.enquiries.agreements.models import Agreement, HowItGoes
from marketplace.enquiries.agreements.telling import remember, tell
from marketplace.enquiries.agreements.terms import NotNowError, locked_agreement
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Enquiry, Mood, Side
from marketplace.people.profile.changes import Doer
from marketplace.vocabulary import Role
from marketplace.web.today import london_day

HOW_NEWS = "Somebody said how it is going:"


def say_how_it_goes(
    session: Session,
    enquiry: Enquiry,
    *,
    mood: Mood,
    words: str,
    side: Side,
    by: Doer,
    now: datetime,
    base_url: str,
    is_private: bool = False,
) -> HowItGoes:
    """Keep how it is going; said again by the same account on the same day, the newer words count.

    *is_private* counts on the person's side only: the provider is not told of it and does not read it.
    Where no message passes, all that side says is private. Raises ``NotNowError`` where it has not
    started, and for a provider whose messages don't pass.
    """
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None or agreement.started_at is None:
        raise NotNowError
    is_stopped = stopped(session, enquiry) is not None
    if is_stopped and side is Side.PROVIDER:
        raise NotNowError
    last = session.scalars(
        select(HowItGoes)
        .where(HowItGoes.agreement_id == agreement.id, HowItGoes.by_id == by.account.id)
        .order_by(HowItGoes.said_at.desc())
        .limit(1)
    ).one_or_none()
    is_private = (is_private or is_stopped) and side is Side.PERSON
    if last is not None and london_day(last.said_at) == london_day(now):
        was_private = last.is_private
        last.mood, last.words, last.is_private, last.said_at = mood, words, is_private, now
        session.flush()
        if was_private and not is_private:
            tell(session, enquiry, side, HOW_NEWS, now=now, base_url=base_url)
        return last
    said = HowItGoes(
        agreement_id=agreement.id,
        side=side,
        is_carer=by.role is Role.SUPPORTER,
        by_id=by.account.id,
        mood=mood,
        words=words,
        is_private=is_private,
        said_at=now,
    )
    session.add(said)
    session.flush()
    if not is_private:
        tell(session, enquiry, side, HOW_NEWS, now=now, base_url=base_url)
    remember(session, Action.HOW_IT_GOES_SAID, agreement, by, side)
    return said


def what_was_said(session: Session, agreement: Agreement, *, side: Side) -> list[HowItGoes]:
    """How it is going as *side* may read it, the newest first."""
    may_read = true() if side is Side.PERSON else HowItGoes.is_private.is_(False)
    return list(
        session.scalars(
            select(HowItGoes)
            .where(HowItGoes.agreement_id == agreement.id, may_read)
            .order_by(HowItGoes.said_at.desc(), HowItGoes.id)
        )
    )
