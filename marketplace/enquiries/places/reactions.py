"""What places do when something happens elsewhere: an enquiry moves, times are written, someone is erased."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.models import EnquiryState
from marketplace.enquiries.moves import Moved, is_over, on_move
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.enquiries.places.operations import (
    join_list,
    keep_free_places_true,
    leave_list,
    release_places,
)
from marketplace.offers.writing import on_written
from marketplace.people.models import Person
from marketplace.people.rights.erasing import erase_more

on_written(keep_free_places_true)


@on_move
def follow_enquiry(session: Session, moved: Moved) -> None:
    """On the list while it waits; off it, and nothing held any more, once it is over or agreed."""
    enquiry = moved.enquiry
    if enquiry.state is EnquiryState.WAITING:
        join_list(
            session,
            offer_id=enquiry.offer_id,
            person_id=enquiry.person_id,
            enquiry_id=enquiry.id,
            now=moved.now,
        )
        return
    if enquiry.state is EnquiryState.AGREED or is_over(enquiry.state):
        leave_list(session, offer_id=enquiry.offer_id, person_id=enquiry.person_id, now=moved.now)
        release_places(
            session,
            person_id=enquiry.person_id,
            offer_id=enquiry.offer_id,
            now=moved.now,
            held_for=enquiry.id,
        )


@erase_more
def give_places_back(session: Session, person: Person, _account: Account | None) -> None:
    """What an erased person had goes to whoever waits."""
    session.execute(delete(WaitingPlace).where(WaitingPlace.person_id == person.id))
    release_places(session, person_id=person.id, now=datetime.now(UTC))
    session.execute(delete(TakenPlace).where(TakenPlace.person_id == person.id))
