"""Changing what was agreed: one side asks, the other says yes or no, and what was agreed holds until then.

Functions here know no request and do not commit. They lock the agreement first. With the yes its places
are taken; what is given up stays the person's until the change holds.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import Action
from marketplace.enquiries.agreements.documents import agreed_times, document_of, terms_in, times_in
from marketplace.enquiries.agreements.models import Agreement, AgreementChange, AgreementSession, ChangeState
from marketplace.enquiries.agreements.telling import remember, tell
from marketplace.enquiries.agreements.terms import (
    FURTHEST,
    NotNowError,
    StaleAgreementError,
    Terms,
    is_agreed,
    locked_agreement,
    terms_of,
)
from marketplace.enquiries.messages.passing import stopped, stopped_for_new
from marketplace.enquiries.models import Enquiry, EnquiryState, Side
from marketplace.enquiries.places.operations import NoPlaceError, release_places, take_places
from marketplace.offers.models import Session as OfferSession
from marketplace.people.profile.changes import Doer
from marketplace.web.today import london_day


class NothingChangesError(Exception):
    """What is asked for is what is agreed already."""


def open_change(session: Session, agreement: Agreement) -> AgreementChange | None:
    """The change that waits for an answer."""
    return session.scalars(
        select(AgreementChange).where(
            AgreementChange.agreement_id == agreement.id, AgreementChange.state == ChangeState.OPEN
        )
    ).one_or_none()


def changes_of(session: Session, agreement: Agreement) -> list[AgreementChange]:
    """All changes that were ever asked for, the newest first."""
    return list(
        session.scalars(
            select(AgreementChange)
            .where(AgreementChange.agreement_id == agreement.id)
            .order_by(AgreementChange.proposed_at.desc(), AgreementChange.id)
        )
    )


def changes_ahead(session: Session, agreement: Agreement) -> list[AgreementChange]:
    """What both sides said yes to and does not hold yet, in the order in which it will."""
    return list(
        session.scalars(
            select(AgreementChange)
            .where(
                AgreementChange.agreement_id == agreement.id,
                AgreementChange.state == ChangeState.AGREED,
                AgreementChange.in_force_at.is_(None),
            )
            .order_by(AgreementChange.from_day, AgreementChange.answered_at, AgreementChange.id)
        )
    )


def terms_to_come(session: Session, agreement: Agreement) -> Terms:
    """What holds once everything that is agreed holds: a change is asked for from there."""
    ahead = changes_ahead(session, agreement)
    return terms_in(ahead[-1].terms) if ahead else terms_of(agreement)


def first_day_to_change(session: Session, agreement: Agreement, *, today: date) -> date:
    """A change can't hold before one that is agreed already."""
    return max([today, *(one.from_day for one in changes_ahead(session, agreement))])


def has_begun(agreement: Agreement, *, today: date) -> bool:
    """Once it has begun its first day stays what it was."""
    return agreement.started_at is not None or agreement.starts_on <= today


def may_change(session: Session, enquiry: Enquiry, agreement: Agreement) -> bool:
    return _goes_on(enquiry, agreement) and stopped_for_new(session, enquiry) is None


def ask_for_change(
    session: Session,
    enquiry: Enquiry,
    *,
    terms: Terms,
    from_day: date,
    words: str,
    version: int,
    seen: uuid.UUID | None,
    side: Side,
    by: Doer,
    now: datetime,
    base_url: str,
) -> AgreementChange:
    """Ask the other side for *terms* from *from_day* on; this stands instead of a change that was open.

    *version* and *seen* are the agreement and the open change that were read. The same form sent twice
    asks once. Raises ``NotNowError``, ``StaleAgreementError``, ``NothingChangesError``, ``NoPlaceError``
    where a new time is full, and ``ValueError`` for a day that is over or too far away.
    """
    today = london_day(now)
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None or not may_change(session, enquiry, agreement):
        raise NotNowError
    put_in_force(session, agreement, now=now)
    before_terms = terms_to_come(session, agreement)
    if has_begun(agreement, today=today):
        terms = replace(terms, starts_on=before_terms.starts_on)
    else:
        from_day = today
    ahead, offered = changes_ahead(session, agreement), _offered(session, agreement)
    before = ahead[-1].terms if ahead else document_of(before_terms, offered, known=agreed_times(agreement))
    wanted = document_of(terms, offered)
    known = open_change(session, agreement)
    if known is not None and (known.side, known.terms, known.from_day) == (side, wanted, from_day):
        return known
    if agreement.version != version or (known.id if known else None) != seen:
        raise StaleAgreementError(agreement)
    if wanted == before:
        raise NothingChangesError
    first = first_day_to_change(session, agreement, today=today)
    if not first <= from_day <= today + FURTHEST or not terms.starts_on <= today + FURTHEST:
        raise ValueError("the day is over, before another change, or far away")
    added = terms.session_ids - before_terms.session_ids
    if added - {one.id for one in offered if one.places_left != 0}:
        raise NoPlaceError
    if known is not None:
        _close(known, ChangeState.WITHDRAWN if known.side is side else ChangeState.DECLINED, by=by, now=now)
        session.flush()
    change = AgreementChange(
        id=uuid.uuid4(),
        agreement_id=agreement.id,
        state=ChangeState.OPEN,
        side=side,
        proposed_at=now,
        proposed_by_id=by.account.id,
        from_day=from_day,
        before=before,
        terms=wanted,
        words=words,
    )
    session.add(change)
    session.flush()
    tell(session, enquiry, side, "Somebody asks for a change:", now=now, base_url=base_url)
    remember(session, Action.CHANGE_ASKED, agreement, by, side, change=str(change.id))
    return change


def answer_change(
    session: Session,
    enquiry: Enquiry,
    *,
    change_id: uuid.UUID,
    says_yes: bool,
    words: str = "",
    side: Side,
    by: Doer,
    now: datetime,
    base_url: str,
) -> AgreementChange:
    """Yes: its places are taken now, and it holds from its day, or from today where that is over.

    No: what was agreed goes on, and *words* say why; where no message passes there are none. Twice is
    once. Raises ``NotNowError``, ``StaleAgreementError`` where it is not open any more, and
    ``NoPlaceError`` where a time is full by now; then the caller rolls back.
    """
    agreement = locked_agreement(session, enquiry.id)
    change = session.get(AgreementChange, change_id, populate_existing=True)
    if agreement is None or change is None or change.agreement_id != agreement.id or change.side is side:
        raise NotNowError
    wanted = ChangeState.AGREED if says_yes else ChangeState.DECLINED
    if change.state is wanted:
        return change
    if change.state is not ChangeState.OPEN:
        raise StaleAgreementError(agreement)
    if not says_yes:
        _close(change, wanted, by=by, now=now)
        change.answer_words = "" if stopped(session, enquiry) else words
        session.flush()
        tell(session, enquiry, side, "There is no change:", now=now, base_url=base_url)
        remember(session, Action.CHANGE_REFUSED, agreement, by, side, change=str(change.id))
        return change
    if not may_change(session, enquiry, agreement):
        raise NotNowError
    put_in_force(session, agreement, now=now)
    terms, today = terms_in(change.terms), london_day(now)
    if not has_begun(agreement, today=today) and terms.starts_on < today:
        terms = replace(terms, starts_on=today)
        change.terms = document_of(terms, (), known=times_in(change.terms))
    take_places(
        session,
        offer_id=agreement.offer_id,
        session_ids=terms.session_ids,
        person_id=agreement.person_id,
        enquiry_id=enquiry.id,
        now=now,
    )
    _close(change, wanted, by=by, now=now)
    change.from_day = max(change.from_day, today)
    session.flush()
    put_in_force(session, agreement, now=now)
    more = f"It holds from {change.from_day.day} {change.from_day:%B %Y}."
    tell(session, enquiry, side, "The change is agreed:", now=now, base_url=base_url, more=more)
    remember(session, Action.CHANGE_AGREED, agreement, by, side, change=str(change.id))
    return change


def take_back_change(
    session: Session,
    enquiry: Enquiry,
    *,
    change_id: uuid.UUID,
    side: Side,
    by: Doer,
    now: datetime,
    base_url: str,
) -> AgreementChange:
    """Take back what this side asked for. Twice is once. Raises as ``answer_change``."""
    agreement = locked_agreement(session, enquiry.id)
    change = session.get(AgreementChange, change_id, populate_existing=True)
    if agreement is None or change is None or change.agreement_id != agreement.id or change.side is not side:
        raise NotNowError
    if change.state is ChangeState.WITHDRAWN:
        return change
    if change.state is not ChangeState.OPEN:
        raise StaleAgreementError(agreement)
    _close(change, ChangeState.WITHDRAWN, by=by, now=now)
    session.flush()
    tell(session, enquiry, side, "A change was taken back:", now=now, base_url=base_url)
    remember(session, Action.CHANGE_TAKEN_BACK, agreement, by, side, change=str(change.id))
    return change


def put_in_force(session: Session, agreement: Agreement, *, now: datetime) -> list[AgreementChange]:
    """Write into the agreement what holds by now; places that it gave up go to whoever waits."""
    today, done = london_day(now), []
    for change in changes_ahead(session, agreement):
        if change.from_day > today:
            break
        before, terms = {one.session_id for one in agreement.sessions}, terms_in(change.terms)
        there = {one.id for one in _offered(session, agreement)}
        for name in ("amount", "basis", "paid_by", "when_ill", "on_bank_holidays", "notice_days"):
            setattr(agreement, name, getattr(terms, name))
        agreement.back_up_words = terms.back_up_words
        if agreement.started_at is None:
            agreement.starts_on = terms.starts_on
        agreement.agreed_times = change.terms["sessions"]
        agreement.sessions = [
            AgreementSession(agreement_id=agreement.id, session_id=one)
            for one in sorted(terms.session_ids & there)
        ]
        agreement.version += 1
        change.in_force_at = now
        session.flush()
        give_back(session, agreement, before - sessions_to_hold(session, agreement), now=now)
        done.append(change)
    return done


def let_changes_fall(
    session: Session, agreement: Agreement, *, last_day: date | None, now: datetime
) -> list[AgreementChange]:
    """It ends, or contact is over: what nobody answered falls away, and what would hold after *last_day*.

    Without a *last_day* what both sides said yes to stays. Returns what fell away.
    """
    fallen = []
    waiting = open_change(session, agreement)
    if waiting is not None:
        waiting.state, waiting.answered_at = ChangeState.OVER, now
        fallen.append(waiting)
    if last_day is not None:
        for change in changes_ahead(session, agreement):
            if change.from_day > last_day:
                change.state = ChangeState.OVER
                fallen.append(change)
                session.flush()
                its = terms_in(change.terms).session_ids
                give_back(session, agreement, its - sessions_to_hold(session, agreement), now=now)
    session.flush()
    return fallen


def sessions_to_hold(session: Session, agreement: Agreement) -> frozenset[uuid.UUID]:
    """The times in which the person has a place: what holds, and what is agreed for later."""
    return frozenset(one.session_id for one in agreement.sessions).union(
        *(terms_in(one.terms).session_ids for one in changes_ahead(session, agreement))
    )


def give_back(
    session: Session,
    agreement: Agreement,
    session_ids: frozenset[uuid.UUID] | set[uuid.UUID],
    *,
    now: datetime,
) -> None:
    for one in sorted(session_ids):
        release_places(
            session,
            person_id=agreement.person_id,
            offer_id=agreement.offer_id,
            session_id=one,
            now=now,
        )


def _goes_on(enquiry: Enquiry, agreement: Agreement) -> bool:
    return enquiry.state is EnquiryState.AGREED and is_agreed(agreement) and agreement.ended_at is None


def _close(change: AgreementChange, state: ChangeState, *, by: Doer, now: datetime) -> None:
    change.state, change.answered_at, change.answered_by_id = state, now, by.account.id


def _offered(session: Session, agreement: Agreement) -> Sequence[OfferSession]:
    return session.scalars(select(OfferSession).where(OfferSession.offer_id == agreement.offer_id)).all()
