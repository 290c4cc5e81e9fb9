"""The job of requests for help: who else could help by now, and those whose time is over.

Each request is a transaction of its own that asks the row again, so it can run in two processes at once
and be stopped anywhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.enquiries.help.models import HelpState, HelpWanted
from marketplace.enquiries.help.operations import end_help, is_open, tell
from marketplace.enquiries.help.suiting import Suited, suited
from marketplace.matching.needs import NeedsError, parse_needs
from marketplace.people.saved.alerts import Matching

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """What was done in one run."""

    told: int = 0
    over: int = 0

    def __bool__(self) -> bool:
        return bool(self.told or self.over)


def look_again(
    database: Database, matching: Callable[[], Matching], *, base_url: str, now: datetime, today: date
) -> LookedAgain:
    """Tell who came since a request was posted, and end those whose last day is over.

    *matching* is asked only where a request is open.
    """
    with database.read() as session:
        waiting = session.execute(
            select(HelpWanted.id, HelpWanted.open_until)
            .where(HelpWanted.state == HelpState.OPEN)
            .order_by(HelpWanted.posted_at, HelpWanted.id)
        ).all()
    told = over = 0
    for help_id, open_until in waiting:
        if open_until < today:
            with write_session(database) as session:
                wanted = session.get(HelpWanted, help_id)
                over += wanted is not None and end_help(
                    session, wanted, to=HelpState.OVER, by=None, now=now, base_url=base_url
                )
            continue
        with database.read() as session:  # ranked without keeping a writer waiting
            found = _suited(session, help_id, matching(), today=today)
        if not found:
            continue
        with write_session(database) as session:
            wanted = session.get(HelpWanted, help_id, with_for_update=True)
            if wanted is not None and is_open(wanted, today=today):
                told += tell(session, wanted, found, now=now, base_url=base_url)
    return LookedAgain(told, over)


def _suited(session: Session, help_id: uuid.UUID, matching: Matching, *, today: date) -> list[Suited]:
    wanted = session.get(HelpWanted, help_id)
    if wanted is None:
        return []
    try:
        needs = parse_needs(wanted.needs)
    except NeedsError as error:
        # One request that nobody can read any more keeps no other from being told.
        log.warning("needs_not_readable", help=str(help_id), problems=len(error.problems))
        return []
    return suited(session, wanted.person_id, needs, matching, today=today)
