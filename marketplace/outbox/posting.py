"""Writing a mail: it is stored in the transaction of what it tells, and sent after the commit."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.outbox.models import MailState, OutboxMessage

_LONGEST_SUBJECT = 200
_ONE_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\\x00-\x1f\x7f]+@[^\s@<>(),;:\"\\\x00-\x1f\x7f]+")


class RecipientError(ValueError):
    """What should be one e-mail address is not."""


def post(
    session: Session,
    *,
    recipient: str,
    kind: str,
    subject: str,
    body: str,
    account_id: uuid.UUID | None = None,
    holds_secret: bool = False,
    same_as: str | None = None,
) -> OutboxMessage:
    """Store a mail to be sent once this transaction is committed.

    *body* is plain text in simple English. With *holds_secret* it is wiped after sending. A second
    message with the same *same_as* isn't stored: the first one is given back.
    Raises ``RecipientError`` for what is not one address.
    """
    if len(recipient) > 254 or not _ONE_ADDRESS.fullmatch(recipient):
        raise RecipientError("a mail goes to one address")
    now = datetime.now(UTC)
    message_id = uuid.uuid4()
    values = {
        "id": message_id,
        "account_id": account_id,
        "recipient": recipient,
        "kind": kind,
        "subject": _one_line(subject),
        "body": body.replace("\x00", ""),
        "holds_secret": holds_secret,
        "same_as": same_as,
        "state": MailState.WAITING,
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": now,
        "last_problem": "",
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(OutboxMessage).values(values).on_conflict_do_nothing(index_elements=["same_as"]))
    mine = OutboxMessage.id == message_id
    return session.scalars(
        select(OutboxMessage).where(mine if same_as is None else OutboxMessage.same_as == same_as)
    ).one()


def _one_line(text: str) -> str:
    """A subject may name someone: whatever they are called, it stays one line."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1] + "…"
