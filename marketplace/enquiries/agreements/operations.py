"""Writing what is agreed, saying yes to it, starting and ending it.

Functions here know no request and do not commit. An agreement counts once both sides said yes to the
same version: then its places are taken and the enquiry is agreed, in the same transaction.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.audit import Action
from marketplace.enquiries.agreements.changing import let_changes_fall, put_in_force
from marketplace.enquiries.agreements.documents import times_as_they_are
from marketplace.enquiries.agreements.models import Agreement, AgreementEnd, AgreementSession
from marketplace.enquiries.agreements.telling import remember, tell
from marketplace.enquiries.agreements.terms import (
    FURTHEST,
    NotNowError,
    StaleAgreementError,
    Terms,
    day_after,
    is_agreed,
    locked_agreement,
    may_be_agreed,
    said_yes,
    terms_of,
)
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Enquiry, EnquiryShare, EnquiryState, Side
from marketplace.enquiries.moves import move
from marketplace.enquiries.places.models import TakenPlace
from marketplace.enquiries.places.operations import NoPlaceError, take_places
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.people.profile.changes import Doer
from marketplace.web.today import london_day


def propose(
    session: Session,
    enquiry: Enquiry,
    *,
    terms: Terms,
    side: Side,
    by: Doer,
    expected_version: int,
    now: datetime,
    base_url: str,
) -> Agreement:
    """Write *terms* as the next version; who writes them says yes to them, the other side is asked anew.

    *expected_version* is 0 where there was nothing yet. The same terms sent twice are written once.
    Raises ``StaleAgreementError`` and ``NotNowError``.
    """
    agreement = locked_agreement(session, enquiry.id)
    if agreement is not None and terms_of(agreement) == terms and said_yes(agreement, side):
        return agreement
    if not may_be_agreed(enquiry) or stopped(session, enquiry):
        raise NotNowError
    if agreement is not None and agreement.version != expected_version:
        raise StaleAgreementError(agreement)
    if agreement is None:
        agreement = _begun(session, enquiry, terms)
    else:
        agreement.version += 1
    for name in ("starts_on", "amount", "basis", "paid_by", "when_ill", "on_bank_holidays", "notice_days"):
        setattr(agreement, name, getattr(terms, name))
    agreement.back_up_words = terms.back_up_words
    chosen = session.scalars(select(OfferSession).where(OfferSession.id.in_(terms.session_ids))).all()
    agreement.agreed_times = times_as_they_are(chosen)
    agreement.sessions = [
        AgreementSession(agreement_id=agreement.id, session_id=one) for one in sorted(terms.session_ids)
    ]
    agreement.person_agreed_at = agreement.person_agreed_by_id = None
    agreement.provider_agreed_at = agreement.provider_agreed_by_id = None
    _say_yes(agreement, side, by=by, now=now)
    session.flush()
    tell(session, enquiry, side, "Read what you could agree:", now=now, base_url=base_url)
    remember(session, Action.AGREEMENT_PROPOSED, agreement, by, side, version=agreement.version)
    return agreement


def say_yes(
    session: Session,
    enquiry: Enquiry,
    *,
    side: Side,
    by: Doer,
    version: int,
    now: datetime,
    base_url: str,
) -> Agreement:
    """Say yes to *version*. With the second yes the places are taken and the enquiry is agreed.

    Raises ``StaleAgreementError``, ``NotNowError``, and ``NoPlaceError`` where a session is full now;
    then the caller rolls back.
    """
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None:
        raise NotNowError
    if agreement.version != version:
        raise StaleAgreementError(agreement)
    if said_yes(agreement, side):
        return agreement
    session.refresh(enquiry)
    if not may_be_agreed(enquiry):
        raise NotNowError
    _say_yes(agreement, side, by=by, now=now)
    session.flush()
    if is_agreed(agreement):
        if terms_of(agreement).session_ids != {one.session_id for one in agreement.sessions}:
            raise NoPlaceError  # the offer lost one of the times after they were written down
        take_places(
            session,
            offer_id=agreement.offer_id,
            session_ids=[one.session_id for one in agreement.sessions],
            person_id=agreement.person_id,
            enquiry_id=enquiry.id,
            now=now,
        )
        move(
            session,
            enquiry,
            to=EnquiryState.AGREED,
            side=Side.SITE,
            account=by.account,
            role=by.role,
            now=now,
            base_url=base_url,
        )
    else:
        tell(session, enquiry, side, "Somebody said yes:", now=now, base_url=base_url)
    remember(session, Action.AGREEMENT_ACCEPTED, agreement, by, side, version=version)
    return agreement


def start(
    session: Session, enquiry: Enquiry, *, side: Side, by: Doer, now: datetime, base_url: str
) -> Agreement:
    """It really started. Twice is once. Raises ``NotNowError`` before the day that was agreed."""
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None or not is_agreed(agreement):
        raise NotNowError
    if agreement.started_at is not None:
        return agreement
    put_in_force(session, agreement, now=now)
    if agreement.ended_at is not None or agreement.starts_on > london_day(now):
        raise NotNowError
    agreement.started_at = now
    session.flush()
    tell(session, enquiry, side, "It started:", now=now, base_url=base_url)
    remember(session, Action.AGREEMENT_STARTED, agreement, by, side)
    return agreement


def end(
    session: Session,
    enquiry: Enquiry,
    *,
    last_day: date,
    reason: AgreementEnd,
    words: str,
    side: Side,
    by: Doer,
    now: datetime,
    base_url: str,
) -> Agreement:
    """End it after *last_day*; the places are free again once that day is over. Twice is once.

    Where no message passes it can be ended, but without *words*. Raises ``NotNowError`` where nothing was
    agreed, ``ValueError`` for a day before the start or today, or one that is years away.
    """
    agreement = locked_agreement(session, enquiry.id)
    if agreement is None or not is_agreed(agreement):
        raise NotNowError
    if agreement.ended_at is not None:
        return agreement
    put_in_force(session, agreement, now=now)
    first, today = agreement.starts_on, london_day(now)
    if not max(first, today) <= last_day <= max(first, today) + FURTHEST:
        raise ValueError("the last day is over, or far away")
    agreement.ended_on, agreement.ended_at, agreement.ended_side = last_day, now, side
    agreement.end_reason = reason
    agreement.end_words = "" if stopped(session, enquiry) else words
    let_changes_fall(session, agreement, last_day=last_day, now=now)
    session.execute(
        update(TakenPlace)
        .where(
            TakenPlace.enquiry_id == enquiry.id,
            TakenPlace.person_id == agreement.person_id,
            TakenPlace.released_at.is_(None),
        )
        .values(held_until=day_after(last_day))
    )
    session.flush()
    back_up = session.get(Offer, agreement.back_up_offer_id) if agreement.back_up_offer_id else None
    more = f"Your back-up is: {back_up.name}." if back_up is not None else ""
    tell(session, enquiry, side, "It ends:", now=now, base_url=base_url, more=more)
    remember(session, Action.AGREEMENT_ENDED, agreement, by, side, reason=reason)
    return agreement


def forget_shared_of_ended(session: Session, *, today: date) -> int:
    """After the last day a provider reads nothing of the profile any more, nor how to reach the person.

    Returns how many parts, contact details being one.
    """
    over = select(Agreement.enquiry_id).where(Agreement.ended_on < today)
    gone = session.scalars(
        delete(EnquiryShare)
        .where(EnquiryShare.enquiry_id.in_(over))
        .returning(EnquiryShare.enquiry_id)
        .execution_options(synchronize_session=False)
    ).all()
    contacts = session.scalars(
        update(Enquiry)
        .where(Enquiry.id.in_(over), Enquiry.contact_shared_at.is_not(None))
        .values(contact_words="", contact_shared_at=None)
        .returning(Enquiry.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone) + len(contacts)


def _begun(session: Session, enquiry: Enquiry, terms: Terms) -> Agreement:
    agreement = Agreement(
        id=uuid.uuid4(),
        enquiry_id=enquiry.id,
        person_id=enquiry.person_id,
        offer_id=enquiry.offer_id,
        provider_id=enquiry.provider_id,
        starts_on=terms.starts_on,
        version=1,
    )
    try:
        with session.begin_nested():
            session.add(agreement)
    except IntegrityError:  # the other side began one at the same moment
        raise StaleAgreementError(
            session.scalars(select(Agreement).where(Agreement.enquiry_id == enquiry.id)).one()
        ) from None
    return agreement


def _say_yes(agreement: Agreement, side: Side, *, by: Doer, now: datetime) -> None:
    if side is Side.PERSON:
        agreement.person_agreed_at, agreement.person_agreed_by_id = now, by.account.id
    else:
        agreement.provider_agreed_at, agreement.provider_agreed_by_id = now, by.account.id
