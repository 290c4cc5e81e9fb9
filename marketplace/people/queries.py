"""Reading what people told us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.people.models import FindJourney
from marketplace.people.operations import hash_of


def journey_of(session: Session, *, token: str, idle: timedelta) -> FindJourney | None:
    """The journey of the visitor with *token*, unless it has been idle for too long."""
    since = datetime.now(UTC) - idle
    return session.scalars(
        select(FindJourney)
        .where(FindJourney.token_hash == hash_of(token), FindJourney.used_at >= since)
        .order_by(FindJourney.id)
    ).one_or_none()
