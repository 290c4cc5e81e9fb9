"""Telling the owner of a gap a week before its day, and when the day is over; once each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.councils import works_for
from marketplace.accounts.models import Account
from marketplace.commissioning.register.models import Gap
from marketplace.commissioning.register.queries import GOING_ON
from marketplace.db import Database, write_session
from marketplace.outbox import post
from marketplace.outbox.models import OutboxMessage
from marketplace.web.today import london_day

BEFORE = timedelta(days=7)
AFTER = timedelta(days=7)
"""So long a missed day is still told of, so that nothing is told again once its mail is forgotten."""


def remind_owners(database: Database, *, now: datetime, base_url: str) -> int:
    """Tell owners of gaps that are due within a week, or that are late. Returns how many mails were
    written; a changed day or owner is told of anew."""
    today = london_day(now)
    with database.read() as session:
        if not any(not _is_told(session, gap, today) for gap, _ in _due(session, today)):
            return 0
    told = 0
    with write_session(database) as session:
        for gap, owner in _due(session, today):
            if not _is_told(session, gap, today):
                _tell(session, gap, owner, today=today, base_url=base_url)
                told += 1
    return told


def _due(session: Session, today: date) -> list[tuple[Gap, Account]]:
    rows = session.execute(
        select(Gap, Account)
        .join(Account, Account.id == Gap.owner_id)
        .where(
            Gap.state.in_(GOING_ON),
            Gap.due_on.between(today - AFTER, today + BEFORE),
            Account.suspended_at.is_(None),
            works_for(Gap.council_code),  # who works there no longer can't open it
        )
        .order_by(Gap.number)
    )
    return [(gap, owner) for gap, owner in rows]


def _key(gap: Gap, today: date) -> str:
    what = "late" if gap.due_on is not None and gap.due_on < today else "soon"
    return f"gap-{what}-{gap.id.hex}-{gap.due_on}-{gap.owner_id.hex if gap.owner_id else ''}"


def _is_told(session: Session, gap: Gap, today: date) -> bool:
    key = _key(gap, today)
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.same_as == key)) is not None


def _tell(session: Session, gap: Gap, owner: Account, *, today: date, base_url: str) -> None:
    assert gap.due_on is not None  # noqa: S101 (for the type checker)
    day = f"{gap.due_on.day} {gap.due_on:%B %Y}"
    is_late = gap.due_on < today
    news = f"Gap {gap.number} was due on {day}" if is_late else f"Gap {gap.number} is due on {day}"
    post(
        session,
        recipient=owner.email,
        kind="gap_due",
        subject=news,
        body=(
            f"Hello {owner.name},\n\n{news}:\n\n{gap.title}\n\n"
            "Write down what was done, choose another day, or close it:\n\n"
            f"{base_url}/commissioning/register/{gap.id}\n\nMeaningful Day\n"
        ),
        account_id=owner.id,
        same_as=_key(gap, today),
    )
