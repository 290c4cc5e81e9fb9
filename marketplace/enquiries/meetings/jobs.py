"""Mails about meetings: the day before, and once it is over how it went. Each once.

``reminded_at`` is when the last mail about a meeting went out: one before its end was the reminder,
one after it the question. Each meeting is a transaction of its own that claims the row first.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.enquiries import mails
from marketplace.enquiries.meetings.operations import A_DAY_BEFORE
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import OPEN_STATES, Enquiry, EnquiryState, Meeting, MeetingKind
from marketplace.settings import LONDON
from marketplace.web.today import london_day

ASKED_FOR = timedelta(days=7)
"""So long after a meeting it is worth asking how it went."""


def remind_of_meetings(database: Database, *, now: datetime, base_url: str) -> int:
    """Remind both sides of what is within a day, and ask how it went. Returns how many meetings."""
    with database.read() as session:
        due = session.scalars(
            select(Meeting.id)
            .join(Enquiry, Enquiry.id == Meeting.enquiry_id)
            .where(_is_due(now), Enquiry.state.in_(OPEN_STATES | {EnquiryState.AGREED}))
            .order_by(Meeting.starts_at, Meeting.id)
        ).all()
    done = 0
    for meeting_id in due:
        with write_session(database) as session:
            done += _tell(session, meeting_id, now=now, base_url=base_url)
    return done


def _is_due(now: datetime) -> ColumnElement[bool]:
    to_come = and_(
        Meeting.starts_at > now, Meeting.starts_at <= now + A_DAY_BEFORE, Meeting.reminded_at.is_(None)
    )
    over = and_(
        Meeting.ends_at <= now,
        Meeting.ends_at > now - ASKED_FOR,
        Meeting.went_at.is_(None),
        or_(Meeting.reminded_at.is_(None), Meeting.reminded_at < Meeting.ends_at),
    )
    return and_(Meeting.accepted_at.is_not(None), Meeting.cancelled_at.is_(None), or_(to_come, over))


def _tell(session: Session, meeting_id: uuid.UUID, *, now: datetime, base_url: str) -> bool:
    enquiry = session.scalars(
        select(Enquiry).join(Meeting, Meeting.enquiry_id == Enquiry.id).where(Meeting.id == meeting_id)
    ).one_or_none()
    if enquiry is None or stopped(session, enquiry, today=london_day(now)):
        return False  # nobody is sent to meet somebody with whom contact is stopped; later, if it goes on
    meeting = session.scalars(
        update(Meeting)
        .where(Meeting.id == meeting_id, _is_due(now))
        .values(reminded_at=now)
        .returning(Meeting)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if meeting is None:
        return False  # called off meanwhile, or another worker was faster
    offer = mails.offer_name(session, enquiry)
    is_meeting = meeting.kind is MeetingKind.MEETING
    if meeting.ends_at <= now:
        news = f"How did it go? {offer}"
        more_for_person = more = "Three pictures are enough for an answer."
    else:
        news = f"{'You meet soon' if is_meeting else 'A day to try it is near'}: {offer}"
        more = f"It is on {_when(meeting)}. The place is on the page."
        more_for_person = f"{more} You can bring someone. Tell someone where you are."
    mails.tell_provider(session, enquiry=enquiry, news=news, base_url=base_url, more=more)
    mails.tell_person(session, enquiry=enquiry, news=news, now=now, base_url=base_url, more=more_for_person)
    return True


def _when(meeting: Meeting) -> str:
    local = meeting.starts_at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B} at {local:%H:%M}"
