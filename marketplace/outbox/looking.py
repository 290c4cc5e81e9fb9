"""Where mail stands, for administrators: counts, what did not go out and why. Never what it says, or to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.outbox.models import MailState, OutboxMessage
from marketplace.outbox.sending import CLAIM

MOST_SHOWN = 50
LATELY = timedelta(hours=24)
_ADDRESS = re.compile(r"[^\s@<>'\"{}]+@(?=[\w.-])")


@dataclass(frozen=True, slots=True)
class Stuck:
    """One mail that did not go out at once."""

    kind: str
    host: str
    """What stands behind the @ of its address."""
    state: MailState
    attempts: int
    written_at: datetime
    next_attempt_at: datetime
    problem: str


@dataclass(frozen=True, slots=True)
class OutboxState:
    waiting: int
    tried: int
    """Of those that wait, how many were tried and did not go out."""
    oldest: datetime | None
    """When the one was written that waits longest."""
    given_up: int
    sent_lately: int
    can_be_tried: int
    stuck: Sequence[Stuck]
    """The newest of what was tried in vain."""


def outbox_state(session: Session, *, now: datetime) -> OutboxState:
    """How it stands now. Six statements, however much there is."""
    waiting = OutboxMessage.state == MailState.WAITING
    oldest = session.scalar(select(func.min(OutboxMessage.created_at)).where(waiting))
    stuck = session.scalars(
        select(OutboxMessage)
        .where(or_(_was_tried(), _is_given_up()))
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
        .limit(MOST_SHOWN)
    )
    return OutboxState(
        waiting=_count(session, waiting),
        tried=_count(session, _was_tried()),
        oldest=oldest,
        given_up=_count(session, _is_given_up()),
        sent_lately=_count(
            session, OutboxMessage.state == MailState.SENT, OutboxMessage.sent_at > now - LATELY
        ),
        can_be_tried=_count(session, or_(_was_tried(), _can_come_back())),
        stuck=[_shown(one) for one in stuck],
    )


def try_again(session: Session, *, now: datetime) -> int:
    """Have what waits, or was given up with its words, tried within ten minutes; how many.

    Not at once: a worker may be sending one of them, and until its claim is over nobody else may.
    """
    soon = now + CLAIM
    sooner = session.execute(
        update(OutboxMessage)
        .where(_was_tried(), OutboxMessage.next_attempt_at > soon)
        .values(next_attempt_at=soon)
        .returning(OutboxMessage.id)
    )
    back = session.execute(
        update(OutboxMessage)
        .where(_can_come_back())
        .values(state=MailState.WAITING, next_attempt_at=now)
        .returning(OutboxMessage.id)
    )
    return len(sooner.all()) + len(back.all())


def _was_tried() -> ColumnElement[bool]:
    return (OutboxMessage.state == MailState.WAITING) & (OutboxMessage.attempts > 0)


def _is_given_up() -> ColumnElement[bool]:
    """Not those of which only the key was kept."""
    return (OutboxMessage.state == MailState.GIVEN_UP) & (OutboxMessage.recipient != "")


def _can_come_back() -> ColumnElement[bool]:
    """The words of one that held a secret are gone."""
    return _is_given_up() & (OutboxMessage.body != "")


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(*which)) or 0


def _shown(message: OutboxMessage) -> Stuck:
    return Stuck(
        kind=message.kind,
        host=message.recipient.rpartition("@")[2],
        state=message.state,
        attempts=message.attempts,
        written_at=message.created_at,
        next_attempt_at=message.next_attempt_at,
        problem=_ADDRESS.sub("…@", message.last_problem),
    )
