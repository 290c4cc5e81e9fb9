"""How long a provider takes to answer, for the provider alone to see.

Nobody is ranked by it: matching reads no enquiries. Who has few enquiries is told that they are too few.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.enquiries.deadlines.waiting import REMINDERS
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryMove, EnquiryState, Side
from marketplace.planning.working_days import after_working_days, working_hours

FEWEST = 5
"""Below that, one slow week would say all."""
LOOKS_BACK = timedelta(days=365)
IN_TIME = REMINDERS[0].after
"""Working days: who answers within them is never reminded."""


_HAS_CLOSED = (EnquiryMove.state == EnquiryState.DECLINED) & (EnquiryMove.side == Side.SITE)


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Of the enquiries of the last year that were answered, or had their time to be."""

    counted: int
    answered_in_time: int
    median_hours: int | None
    """Working hours, 9 to 5; None where there are too few or none was answered."""

    @property
    def is_too_few(self) -> bool:
        return self.counted < FEWEST

    @property
    def share(self) -> int:
        """Per cent that were answered within ``IN_TIME`` working days."""
        return round(100 * self.answered_in_time / self.counted) if self.counted else 0


def answer_times(session: Session, provider_id: uuid.UUID, *, now: datetime) -> AnswerTimes:
    """What a provider may know of its own answers. One statement.

    An answer is the first step or the first message of the provider; that it has seen an enquiry is none.
    Not counted: what still has time, and what was taken back before its time was over.
    """
    waits = waits_for_answers(session, Enquiry.provider_id == provider_id, now=now)
    hours = [wait.hours for wait in waits if wait.hours is not None]
    is_enough = len(waits) >= FEWEST and hours
    return AnswerTimes(
        len(waits), sum(wait.in_time for wait in waits), max(1, round(median(hours))) if is_enough else None
    )


class Waited(NamedTuple):
    """How long one enquiry waited. Of whom stays within the process."""

    provider_id: uuid.UUID
    person_id: uuid.UUID
    hours: float | None
    """Working hours; None where no answer came."""
    in_time: bool


def waits_for_answers(session: Session, which: ColumnElement[bool], *, now: datetime) -> list[Waited]:
    """The enquiries of the last year among *which* that count, as ``answer_times`` says. One statement."""
    words = (
        select(func.min(EnquiryMessage.sent_at))
        .where(
            EnquiryMessage.enquiry_id == Enquiry.id,
            EnquiryMessage.side == Side.PROVIDER,
            EnquiryMessage.refused_at.is_(None),
        )
        .scalar_subquery()
    )
    taken_back = (
        select(func.min(EnquiryMove.made_at))
        .where(
            EnquiryMove.enquiry_id == Enquiry.id,
            (EnquiryMove.state == EnquiryState.WITHDRAWN) | _HAS_CLOSED,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Enquiry.provider_id, Enquiry.person_id, Enquiry.sent_at, Enquiry.answered_at, words, taken_back
        ).where(which, Enquiry.sent_at > now - LOOKS_BACK)
    )
    found = []
    for provider_id, person_id, sent, moved, said, ended in rows:
        last_moment = after_working_days(sent, IN_TIME)
        answers = [at for at in (moved, said) if at is not None]
        if answers:
            answered = min(answers)
            hours = working_hours(sent, answered)
            found.append(Waited(provider_id, person_id, hours, answered <= last_moment))
        elif last_moment <= _end(ended, now):
            found.append(Waited(provider_id, person_id, None, False))
    return found


def _end(taken_back: datetime | None, now: datetime) -> datetime:
    """Until when an answer could have come."""
    return now if taken_back is None else taken_back
