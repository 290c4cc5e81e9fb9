"""Forgetting what has done its work."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailedLink

LINKS_KEPT = timedelta(days=1)
"""So long after its end a link is still known, to say 'this link is too old' rather than 'unknown'."""


def delete_old_links(session: Session, *, now: datetime) -> int:
    """Delete mailed links that ended a day ago; returns how many."""
    gone = session.execute(
        delete(MailedLink).where(MailedLink.expires_at <= now - LINKS_KEPT).returning(MailedLink.id)
    )
    return len(gone.all())
