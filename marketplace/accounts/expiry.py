"""Forgetting what has done its work."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailedLink, SignIn

LINKS_KEPT = timedelta(days=1)
"""So long after its end a link is still known, to say 'this link is too old' rather than 'unknown'."""
SIGN_INS_KEPT = timedelta(days=30)
"""So long after its end a sign-in is still known: where, when, and how it ended."""


def delete_old_links(session: Session, *, now: datetime) -> int:
    """Delete mailed links that ended a day ago; returns how many."""
    gone = session.execute(
        delete(MailedLink).where(MailedLink.expires_at <= now - LINKS_KEPT).returning(MailedLink.id)
    )
    return len(gone.all())


def delete_old_sign_ins(session: Session, *, now: datetime) -> int:
    """Delete sign-ins that have been over for a month; returns how many."""
    before = now - SIGN_INS_KEPT
    deleted = session.execute(
        delete(SignIn).where(or_(SignIn.ended_at < before, SignIn.ends_at < before)).returning(SignIn.id)
    )
    return len(deleted.all())
