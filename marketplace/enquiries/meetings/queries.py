"""Reading what was proposed in an enquiry: what is open, what is to come, and what is over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.enquiries.models import Enquiry, Meeting, MeetingKind, Side
from marketplace.enquiries.moves import is_over


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the meetings of an enquiry stand at one moment. Times that were called off are left out."""

    proposed: tuple[Meeting, ...] = ()
    """Proposed, not answered, and not over yet; all of one side."""
    missed: tuple[Meeting, ...] = ()
    """Proposed, and over before they were answered."""
    coming: Meeting | None = None
    """Both sides said yes to it; it is not over yet."""
    last: Meeting | None = None
    """The last one that took place, as far as anyone knows."""

    @property
    def proposed_by(self) -> Side | None:
        return self.proposed[0].proposed_by if self.proposed else None

    @property
    def kind(self) -> MeetingKind | None:
        """Of what is to be answered or to come."""
        if self.coming is not None:
            return self.coming.kind
        return self.proposed[0].kind if self.proposed else None


def meetings_of(session: Session, enquiry_id: uuid.UUID) -> Sequence[Meeting]:
    """All that was ever proposed in the enquiry, by the time it begins. One statement."""
    return session.scalars(
        select(Meeting).where(Meeting.enquiry_id == enquiry_id).order_by(Meeting.starts_at, Meeting.id)
    ).all()


def standing_of(meetings: Sequence[Meeting], *, now: datetime) -> Standing:
    """Where they stand at *now*."""
    live = [one for one in meetings if one.cancelled_at is None]
    open_ = [one for one in live if one.accepted_at is None]
    agreed = [one for one in live if one.accepted_at is not None]
    return Standing(
        proposed=tuple(one for one in open_ if one.starts_at > now),
        missed=tuple(one for one in open_ if one.starts_at <= now),
        coming=next((one for one in agreed if one.ends_at > now), None),
        last=next((one for one in reversed(agreed) if one.ends_at <= now), None),
    )


def agreed_times(session: Session, person_id: uuid.UUID, *, now: datetime) -> Sequence[Meeting]:
    """All times to come that the person said yes to, whoever they meet. One statement."""
    return session.scalars(
        select(Meeting)
        .join(Enquiry, Enquiry.id == Meeting.enquiry_id)
        .where(
            Enquiry.person_id == person_id,
            Meeting.accepted_at.is_not(None),
            Meeting.cancelled_at.is_(None),
            Meeting.ends_at > now,
        )
    ).all()


def may_see_contact(enquiry: Enquiry, *, is_stopped: bool) -> bool:
    """Whether the provider reads the contact details now: they were given, and nothing stops it."""
    return enquiry.contact_shared_at is not None and not is_stopped and not is_over(enquiry.state)
