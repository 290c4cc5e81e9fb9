"""What meetings do when an enquiry moves."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.enquiries.models import EnquiryState, Meeting
from marketplace.enquiries.moves import Moved, is_over, on_move


@on_move
def call_off_what_is_over(session: Session, moved: Moved) -> None:
    """With the enquiry all times to come are over, and how to reach the person is gone; once it is
    agreed, the times that nobody answered are over.

    Places that were held for a taster are given back by the room of places, at the same step.
    """
    open_ = (
        update(Meeting)
        .where(
            Meeting.enquiry_id == moved.enquiry.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at > moved.now,
        )
        .values(cancelled_at=moved.now)
        .execution_options(synchronize_session="fetch")
    )
    if is_over(moved.enquiry.state):
        session.execute(open_)
        # What has ended needs no phone number, also when a late answer opens it again.
        moved.enquiry.contact_words, moved.enquiry.contact_shared_at = "", None
    elif moved.enquiry.state is EnquiryState.AGREED:
        session.execute(open_.where(Meeting.accepted_at.is_(None)))
