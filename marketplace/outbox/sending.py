"""Sending what waits: claimed, sent, marked, each in a transaction of its own.

A claim moves the next attempt ahead, so that no other worker takes the same mail. A worker that dies
between sending and marking is the one case in which a mail goes out twice: after the claim has run
out another worker sends it, with the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.outbox.models import MailState, OutboxMessage
from marketplace.outbox.transports import Letter, PermanentProblemError, Transport

log = structlog.get_logger(__name__)

CLAIM = timedelta(minutes=10)
"""Longer than any transport takes."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))
"""After the first, second … attempt that failed; the last one from then on."""
GIVE_UP_AFTER = timedelta(days=3)
_LONGEST_PROBLEM = 300


@dataclass(frozen=True)
class _Claimed:
    letter: Letter
    attempts: int


@dataclass
class Sent:
    """What one round did."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0

    def __bool__(self) -> bool:
        return bool(self.sent or self.put_off or self.given_up)

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.put_off} to be tried again, {self.given_up} given up"


def send_waiting(
    database: Database,
    transport: Transport,
    *,
    given_up: Callable[[Session, OutboxMessage], object] = lambda _session, _message: None,
    most: int = 500,
) -> Sent:
    """Send the mail that is due, oldest first, at most *most*.

    *given_up* is called in the transaction that gives a mail up.
    """
    done = Sent()
    for _ in range(most):
        claimed = _claim(database)
        if claimed is None:
            break
        try:
            transport.send(claimed.letter)
        except Exception as problem:  # whatever it is, the mail stays and its state says why
            if _put_off(database, claimed, problem, given_up):
                done.put_off += 1
            else:
                done.given_up += 1
        else:
            _mark_sent(database, claimed)
            done.sent += 1
    return done


def forget_old(session: Session, *, kept_for: timedelta, now: datetime) -> int:
    """Delete what was sent or given up so long ago; of a mail with a key the key stays.

    The key remembers that it was sent. Returns how many were deleted or emptied.
    """
    old = (
        OutboxMessage.state != MailState.WAITING,
        func.coalesce(OutboxMessage.sent_at, OutboxMessage.next_attempt_at) <= now - kept_for,
        OutboxMessage.recipient != "",
    )
    deleted = session.execute(
        delete(OutboxMessage).where(*old, OutboxMessage.same_as.is_(None)).returning(OutboxMessage.id)
    )
    emptied = session.execute(
        update(OutboxMessage)
        .where(*old)
        .values(recipient="", subject="", body="", last_problem="")
        .returning(OutboxMessage.id)
    )
    return len(deleted.all()) + len(emptied.all())


def _claim(database: Database) -> _Claimed | None:
    """Take the mail that has been due for longest; None when nothing is due."""
    now = _now()
    due = (
        select(OutboxMessage)
        .where(OutboxMessage.state == MailState.WAITING, OutboxMessage.next_attempt_at <= now)
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite has one writer at a time and needs no lock of a row
    )
    with write_session(database) as session:
        message = session.scalars(due).one_or_none()
        if message is None:
            return None
        message.attempts += 1
        message.next_attempt_at = now + CLAIM
        letter = Letter(
            id=message.id,
            recipient=message.recipient,
            subject=message.subject,
            body=message.body,
            written_at=message.created_at,
        )
        return _Claimed(letter, message.attempts)


def _mark_sent(database: Database, claimed: _Claimed) -> None:
    with write_session(database) as session:
        message = _still_mine(session, claimed)
        if message is not None:
            message.state = MailState.SENT
            message.sent_at = _now()
            message.last_problem = ""
            _wipe_secret(message)


def _put_off(
    database: Database,
    claimed: _Claimed,
    problem: Exception,
    given_up: Callable[[Session, OutboxMessage], object],
) -> bool:
    """Say when it is tried again; False when it is given up."""
    now = _now()
    wait = WAITS[min(claimed.attempts, len(WAITS)) - 1]
    with write_session(database) as session:
        message = _still_mine(session, claimed)
        if message is None:
            return True
        is_over = (
            isinstance(problem, PermanentProblemError) or now + wait > message.created_at + GIVE_UP_AFTER
        )
        message.last_problem = f"{type(problem).__name__}: {problem}"[:_LONGEST_PROBLEM]
        message.next_attempt_at = now if is_over else now + wait
        if is_over:
            message.state = MailState.GIVEN_UP
            _wipe_secret(message)
            given_up(session, message)
    log.warning(
        "mail_not_sent",
        message=str(claimed.letter.id),
        problem=type(problem).__name__,
        attempts=claimed.attempts,
        given_up=is_over,
    )
    return not is_over


def _still_mine(session: Session, claimed: _Claimed) -> OutboxMessage | None:
    """The message, unless it was erased, or claimed anew because this worker was too slow."""
    message = session.get(OutboxMessage, claimed.letter.id, with_for_update=True)
    if message is None or message.state is not MailState.WAITING or message.attempts != claimed.attempts:
        return None
    return message


def _wipe_secret(message: OutboxMessage) -> None:
    if message.holds_secret:
        message.body = ""


def _now() -> datetime:
    return datetime.now(UTC)
