"""Keeping a place for someone who tries something new, and coming back to it.

The person asks, the provider says yes or no; until the day that was agreed nobody else gets the place.
Functions here know no request and do not commit.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.audit import Action
from marketplace.db import Database, write_session
from marketplace.enquiries import mails
from marketplace.enquiries.agreements.changing import give_back, sessions_to_hold
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.telling import remember, tell
from marketplace.enquiries.agreements.terms import NotNowError, day_after, is_agreed, locked_agreement
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Enquiry, EnquiryShare, Side
from marketplace.enquiries.places.models import TakenPlace
from marketplace.enquiries.places.operations import take_places
from marketplace.people.profile.changes import Doer
from marketplace.people.profile.models import ProfilePart
from marketplace.web.today import london_day

KEEP_FOR = timedelta(weeks=12)
TELL_BEFORE = timedelta(weeks=2)


def may_ask_to_keep(agreement: Agreement, *, today: date) -> bool:
    """It ends or ended, the last day is not over, and nobody asked before."""
    return (
        is_agreed(agreement)
        and agreement.ended_on is not None
        and agreement.ended_on >= today
        and agreement.keep_asked_until is None
        and agreement.keep_place_until is None
    )


def waits_for_answer(agreement: Agreement, *, today: date) -> bool:
    """The provider was asked to keep the place and has not answered, and the time is not over."""
    return (
        agreement.keep_place_until is None
        and agreement.keep_asked_until is not None
        and agreement.keep_asked_until >= today
    )


def may_come_back(agreement: Agreement, *, today: date) -> bool:
    return (
        agreement.ended_on is not None
        and agreement.keep_place_until is not None
        and agreement.keep_place_until >= today
    )


def ask_to_keep(session: Session, enquiry: Enquiry, *, by: Doer, now: datetime, base_url: str) -> Agreement:
    """Ask the provider to keep the place for twelve weeks after the last day. Twice is once.

    Raises ``NotNowError`` where nothing ends, or the last day is over.
    """
    agreement = locked_agreement(session, enquiry.id)
    if agreement is not None and agreement.keep_asked_until is not None:
        return agreement
    if (
        agreement is None
        or not may_ask_to_keep(agreement, today=london_day(now))
        or stopped(session, enquiry)
    ):
        raise NotNowError
    assert agreement.ended_on is not None  # noqa: S101  (may_ask_to_keep said so)
    agreement.keep_asked_until = agreement.ended_on + KEEP_FOR
    session.flush()
    tell(session, enquiry, Side.PERSON, "Somebody asks you to keep a place:", now=now, base_url=base_url)
    remember(
        session,
        Action.PLACE_KEEPING_ASKED,
        agreement,
        by,
        Side.PERSON,
        until=agreement.keep_asked_until.isoformat(),
    )
    return agreement


def answer_keeping(
    session: Session, enquiry: Enquiry, *, keeps: bool, by: Doer, now: datetime, base_url: str
) -> Agreement:
    """Keep the place until the day that was asked for, or say that it can't be kept. Twice is once.

    Raises ``NotNowError`` where nobody asks, and ``NoPlaceError`` where the place is somebody else's by
    now; then the caller rolls back.
    """
    agreement = locked_agreement(session, enquiry.id)
    if agreement is not None and keeps and agreement.keep_place_until is not None:
        return agreement
    if agreement is None or not waits_for_answer(agreement, today=london_day(now)):
        raise NotNowError
    if keeps:
        assert agreement.keep_asked_until is not None  # noqa: S101  (waits_for_answer said so)
        agreement.keep_place_until = agreement.keep_asked_until
        take_places(
            session,
            offer_id=agreement.offer_id,
            session_ids=sessions_to_hold(session, agreement),
            person_id=agreement.person_id,
            enquiry_id=enquiry.id,
            now=now,
            held_until=day_after(agreement.keep_place_until),
        )
    else:
        agreement.keep_asked_until = None
    session.flush()
    news = "Your place is kept:" if keeps else "Your place can't be kept:"
    tell(session, enquiry, Side.PROVIDER, news, now=now, base_url=base_url)
    action = Action.PLACE_KEPT if keeps else Action.PLACE_NOT_KEPT
    remember(session, action, agreement, by, Side.PROVIDER)
    return agreement


def come_back(
    session: Session,
    enquiry: Enquiry,
    *,
    first_day: date,
    parts: Collection[ProfilePart],
    by: Doer,
    now: datetime,
    base_url: str,
) -> Agreement:
    """Go on with what was agreed from *first_day*, without asking anew. Twice is once.

    After the last day the provider reads only the *parts* that are shared again. Raises ``NotNowError``
    where no place is kept or the provider is not there, ``ValueError`` for a day that is over or after
    the last one of the right, and ``NoPlaceError`` as ``take_places`` does.
    """
    today = london_day(now)
    agreement = locked_agreement(session, enquiry.id)
    if agreement is not None and agreement.ended_at is None and agreement.returned_at is not None:
        return agreement
    if agreement is None or not may_come_back(agreement, today=today) or stopped(session, enquiry):
        raise NotNowError
    assert agreement.ended_on is not None  # noqa: S101  (may_come_back said so)
    assert agreement.keep_place_until is not None  # noqa: S101
    if not today <= first_day <= agreement.keep_place_until:
        raise ValueError("the day is over, or the place is not kept so long")
    take_places(
        session,
        offer_id=agreement.offer_id,
        session_ids=sessions_to_hold(session, agreement),
        person_id=agreement.person_id,
        enquiry_id=enquiry.id,
        now=now,
    )
    if first_day > agreement.ended_on:  # a new beginning: it is started, and asked about, once more
        agreement.starts_on, agreement.started_at, agreement.asked_how = first_day, None, 0
    agreement.ended_on = agreement.ended_at = agreement.ended_side = agreement.end_reason = None
    agreement.end_words = ""
    agreement.keep_asked_until = agreement.keep_place_until = agreement.keep_told_at = None
    agreement.returned_at = now
    shared = {share.part for share in enquiry.shares}
    enquiry.shares += [EnquiryShare(part=part, shared_at=now) for part in sorted(set(parts) - shared)]
    session.flush()
    tell(session, enquiry, Side.PERSON, "Somebody comes back:", now=now, base_url=base_url)
    remember(session, Action.AGREEMENT_RETURNED, agreement, by, Side.PERSON, first_day=first_day.isoformat())
    return agreement


def stop_keeping(session: Session, agreement: Agreement, *, now: datetime) -> None:
    """The person stopped contact, so nobody comes back: the place is free after the last day, or now."""
    if agreement.ended_on is None or not (agreement.keep_asked_until or agreement.keep_place_until):
        return
    agreement.keep_asked_until = agreement.keep_place_until = None
    session.execute(
        update(TakenPlace)
        .where(
            TakenPlace.enquiry_id == agreement.enquiry_id,
            TakenPlace.person_id == agreement.person_id,
            TakenPlace.held_until.is_not(None),
            TakenPlace.released_at.is_(None),
        )
        .values(held_until=day_after(agreement.ended_on))
    )
    session.flush()
    if agreement.ended_on < london_day(now):
        give_back(session, agreement, sessions_to_hold(session, agreement), now=now)


def tell_what_is_kept_no_longer(database: Database, *, now: datetime, base_url: str) -> int:
    """Tell both sides two weeks before a right to come back ends, once. Returns of how many rights."""
    today = london_day(now)
    due = (
        select(Agreement.id)
        .where(
            Agreement.keep_place_until >= today,
            Agreement.keep_place_until <= today + TELL_BEFORE,
            Agreement.keep_told_at.is_(None),
            Agreement.ended_on.is_not(None),
        )
        .order_by(Agreement.id)
    )
    with database.read() as session:
        ids = session.scalars(due).all()
    told = 0
    for agreement_id in ids:
        with write_session(database) as session:
            agreement = session.scalars(
                due.with_only_columns(Agreement).where(Agreement.id == agreement_id).with_for_update()
            ).one_or_none()
            if agreement is None or agreement.keep_place_until is None:
                continue  # they came back, or another worker was faster
            agreement.keep_told_at = now
            enquiry = session.get_one(Enquiry, agreement.enquiry_id)
            day = f"{agreement.keep_place_until.day} {agreement.keep_place_until:%B %Y}"
            news = f"A place is kept until {day} only: {mails.offer_name(session, enquiry)}"
            mails.tell_person(session, enquiry=enquiry, news=news, now=now, base_url=base_url)
            mails.tell_provider(session, enquiry=enquiry, news=news, base_url=base_url)
            told += 1
    return told
