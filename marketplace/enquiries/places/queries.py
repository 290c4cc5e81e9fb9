"""Reading turns on waiting lists."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.enquiries.models import Enquiry
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.enquiries.places.operations import ANSWER_WITHIN
from marketplace.offers.models import Session as OfferSession


def turn_of(session: Session, enquiry: Enquiry) -> WaitingPlace | None:
    """The live turn of the person of *enquiry* on the list of its offer."""
    return session.scalars(
        select(WaitingPlace).where(
            WaitingPlace.offer_id == enquiry.offer_id,
            WaitingPlace.person_id == enquiry.person_id,
            WaitingPlace.ended_at.is_(None),
        )
    ).one_or_none()


def place_in_line(session: Session, turn: WaitingPlace) -> int:
    """1 for whoever is next; those for whom a place is kept are not counted."""
    before = session.scalar(
        select(func.count())
        .select_from(WaitingPlace)
        .where(
            WaitingPlace.offer_id == turn.offer_id,
            WaitingPlace.ended_at.is_(None),
            WaitingPlace.answer_by.is_(None),
            WaitingPlace.turn < turn.turn,
        )
    )
    return (before or 0) + 1


def said_they_want_it(turn: WaitingPlace) -> bool:
    """Their answer gives them more time than the offer of the place did."""
    return (
        turn.answer_by is not None
        and turn.offered_at is not None
        and turn.answer_by - turn.offered_at > ANSWER_WITHIN
    )


def kept_session(session: Session, turn: WaitingPlace) -> OfferSession | None:
    """The session in which a place is kept for this turn."""
    return session.scalars(
        select(OfferSession)
        .join(TakenPlace, TakenPlace.session_id == OfferSession.id)
        .where(
            OfferSession.offer_id == turn.offer_id,
            TakenPlace.person_id == turn.person_id,
            TakenPlace.held_until.is_not(None),
            TakenPlace.released_at.is_(None),
        )
        .order_by(TakenPlace.taken_at.desc())
        .limit(1)
    ).one_or_none()
