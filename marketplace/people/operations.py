"""Keeping and clearing the answers of an anonymous visitor. The route commits."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.people.models import FindJourney

TOKEN_BYTES = 32


def new_token() -> str:
    """A secret that names a visitor's answers; it stays in their signed cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of the token: enough to find the answers by it, not to make it."""
    return hashlib.sha256(token.encode()).hexdigest()


def keep_answers(
    session: Session, *, journey: FindJourney | None, token: str, answers: Mapping[str, Any]
) -> FindJourney:
    """Keep *answers* for the visitor with *token*, in their journey or a new one."""
    now = datetime.now(UTC)
    if journey is None:
        journey = FindJourney(token_hash=hash_of(token), created_at=now)
        session.add(journey)
    journey.answers = dict(answers)
    journey.used_at = now
    session.flush()
    return journey


def clear_answers(session: Session, *, journey: FindJourney) -> None:
    """Delete the visitor's answers at once."""
    session.delete(journey)
    session.flush()


def delete_idle_journeys(session: Session, *, idle: timedelta) -> int:
    """Delete answers that nobody has changed for *idle*; returns how many visitors' they were."""
    before = datetime.now(UTC) - idle
    deleted = session.execute(
        delete(FindJourney).where(FindJourney.used_at < before).returning(FindJourney.id)
    )
    return len(deleted.all())
