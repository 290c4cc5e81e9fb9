"""What happens to places by itself: what was held too long comes free, and who waits is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.enquiries import mails
from marketplace.enquiries.places import reactions  # noqa: F401  (registers what places do)
from marketplace.enquiries.places.clocks import clocks_to_turn, turn_clocks
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.enquiries.places.operations import release_what_is_over, to_be_told
from marketplace.offers.models import Offer


def give_places_on(database: Database, *, now: datetime, base_url: str) -> int:
    """Release holds whose time is over, and tell for whom a place is kept; time stands still while no
    message passes. Returns how many of all that."""
    with database.read() as session:
        if not _is_due(session, now=now):
            return 0
    with write_session(database) as session:
        turned = turn_clocks(session, now=now)
        released = release_what_is_over(session, now=now)
        told = to_be_told(session, now=now)
        for enquiry in told:
            offer = session.get_one(Offer, enquiry.offer_id)
            news = f"A place is kept for you for two days: {offer.name}"
            mails.tell_person(session, enquiry=enquiry, news=news, now=now, base_url=base_url)
    return turned + released + len(told)


def _is_due(session: Session, *, now: datetime) -> bool:
    """Asked without the lock of writing, because it is asked every minute."""
    if clocks_to_turn(session, now=now):
        return True
    over = select(TakenPlace.id).where(TakenPlace.held_until <= now, TakenPlace.released_at.is_(None))
    untold = select(WaitingPlace.id).where(
        WaitingPlace.ended_at.is_(None),
        WaitingPlace.answer_by.is_not(None),
        WaitingPlace.offered_at.is_(None),
        WaitingPlace.stopped_at.is_(None),
    )
    return bool(session.scalar(select(or_(over.exists(), untold.exists()))))
