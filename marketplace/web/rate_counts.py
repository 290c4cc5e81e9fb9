"""How often someone tried: counted in the database, so that a restart or another process knows too."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Integer, String, case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.db import Base


class RateCount(Base):
    """How many times something was tried under *key* in the window that ends at ``ends_at``."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[datetime] = mapped_column(index=True)


def count_try(session: Session, *, key: str, window: timedelta, now: datetime) -> tuple[int, datetime]:
    """Count one more try under *key*: how many there are now in its window, and when that ends.

    The first try opens the window. One statement, so that two who try at once are two.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(RateCount).values(key=key, count=1, ends_at=now + window)
    is_over = RateCount.ends_at <= now
    counted = first.on_conflict_do_update(
        index_elements=[RateCount.key],
        set_={
            "count": case((is_over, 1), else_=RateCount.count + 1),
            "ends_at": case((is_over, first.excluded.ends_at), else_=RateCount.ends_at),
        },
    )
    count, ends_at = session.execute(counted.returning(RateCount.count, RateCount.ends_at)).one()
    return count, ends_at


def forget_tries(session: Session, *, keys: list[str]) -> None:
    """Begin anew for *keys*, in the transaction of what succeeded."""
    # One by one, in the order in which they are counted: two who lock the same rows never cross.
    for key in keys:
        session.execute(delete(RateCount).where(RateCount.key == key))


def delete_over(session: Session, *, now: datetime) -> int:
    """Delete counts whose window is over; returns how many."""
    gone = session.execute(delete(RateCount).where(RateCount.ends_at <= now).returning(RateCount.key))
    return len(gone.all())
