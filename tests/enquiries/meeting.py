"""Both sides of an enquiry who want to meet, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import marketplace.enquiries.meetings.reactions
import marketplace.enquiries.places.reactions  # noqa: F401  (as the application registers them)
from marketplace.enquiries.meetings import operations
from marketplace.enquiries.meetings.operations import Act, Slot
from marketplace.enquiries.meetings.queries import Standing, meetings_of, standing_of
from marketplace.enquiries.models import (
    Enquiry,
    EnquiryState,
    Meeting,
    MeetingKind,
    Side,
)
from marketplace.enquiries.moves import move
from marketplace.offers.models import Session as OfferSession
from marketplace.outbox.models import OutboxMessage
from marketplace.people.profile.changes import Doer
from tests.enquiries.test_agreements import NOW, Both

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Meet(Both):
    """Jo's enquiry, which the kitchen has looked at."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.move(EnquiryState.SEEN)
        session.commit()

    def move(self, to: EnquiryState, side: Side = Side.PROVIDER, **more: Any) -> None:
        who = {**self.who(side), "side": side}
        by: Doer = who.pop("by")
        move(self.session, self.enquiry, to=to, account=by.account, role=by.role, **who, **more)

    def act(self, side: Side, now: datetime = NOW) -> Act:
        return Act(**{**self.who(side), "now": now})

    def propose(  # type: ignore[override]
        self,
        side: Side,
        *starts: datetime,
        kind: MeetingKind = MeetingKind.MEETING,
        token: str = "a form",
        enquiry: Enquiry | None = None,
    ) -> list[Meeting]:
        trying = kind is MeetingKind.TASTER
        return operations.propose(
            self.session,
            enquiry or self.enquiry,
            kind=kind,
            slots=[
                Slot(starts_at=one, ends_at=one + HOUR, session_id=self.monday.id if trying else None)
                for one in starts or (NOW + DAY * 2,)
            ],
            place="The café",
            form_token=token,
            act=self.act(side, NOW + timedelta(seconds=1)),  # after what the others did
        )

    def accept(self, side: Side, meeting: Meeting, now: datetime = NOW) -> Meeting:
        return operations.accept(self.session, self.enquiry, meeting_id=meeting.id, act=self.act(side, now))

    def standing(self, now: datetime = NOW) -> Standing:
        return standing_of(meetings_of(self.session, self.enquiry.id), now=now)

    def left(self) -> int | None:
        return self.session.scalar(select(OfferSession.places_left).where(OfferSession.id == self.monday.id))

    def told(self) -> list[tuple[str, str]]:
        rows = self.session.execute(
            select(OutboxMessage.recipient, OutboxMessage.subject).order_by(OutboxMessage.created_at)
        )
        return [(row.recipient, row.subject) for row in rows]
