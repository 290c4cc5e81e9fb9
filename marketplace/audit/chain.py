"""Adding to the chain, and how an entry's hash is made."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.audit.actions import Action
from marketplace.audit.models import AuditEntry, AuditHead
from marketplace.vocabulary import Role

FIRST_HASH = "0" * 64


class Actor(Protocol):
    """Who acts: an account, known here only by its identifier."""

    id: uuid.UUID


class AuditChainError(Exception):
    """The chain can't be continued: its head is gone. ``marketplace check`` says more."""


def record(
    session: Session,
    *,
    action: Action,
    subject: object | tuple[str, object],
    details: Mapping[str, Any] | None = None,
    actor: Actor | None,
    role: Role | None,
) -> AuditEntry:
    """Add an entry in the transaction that did what it tells; the route commits both or neither.

    *subject* is a stored record, or a kind and an identifier. *actor* is None for a visitor, a command
    or the clock. *details* are facts that the action alone doesn't say, never words that a person
    wrote about themselves.

    Until the commit nobody else can add an entry (the head's row is locked), so the chain can't fork
    and has no holes: record last, after the work that takes time.
    """
    kind, subject_id = _named(session, subject)
    number = session.scalar(update(AuditHead).values(number=AuditHead.number + 1).returning(AuditHead.number))
    if number is None:
        raise AuditChainError("The table audit_head is empty. Run 'marketplace check'.")
    head = session.get_one(AuditHead, 1, populate_existing=True)
    entry = AuditEntry(
        number=number,
        at=datetime.now(UTC),
        actor_id=actor.id if actor is not None else None,
        actor_role=role,
        action=action.value,
        subject_kind=kind,
        subject_id=subject_id,
        details={name: _plain(value) for name, value in (details or {}).items()},
        previous_hash=head.hash,
    )
    entry.hash = head.hash = hash_of(entry)
    session.add(entry)
    session.flush()
    return entry


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 over every field and the hash before, as one JSON text with sorted names."""
    fields = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "actor_role": str(entry.actor_role) if entry.actor_role else None,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "details": entry.details,
        "previous_hash": entry.previous_hash,
    }
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _named(session: Session, subject: object | tuple[str, object]) -> tuple[str, str]:
    if isinstance(subject, tuple):
        kind, identifier = subject
        return str(kind), str(identifier)
    stored: Any = subject
    if stored.id is None:
        session.flush()  # a new record gets its identifier
    return str(stored.__tablename__), str(stored.id)


def _plain(value: Any) -> Any:
    """*value* as JSON gives it back unchanged, so that the hash of a stored entry is the same."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, uuid.UUID | date | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(one) for one in value)
    raise TypeError(f"an audit entry can't keep a {type(value).__name__}")
