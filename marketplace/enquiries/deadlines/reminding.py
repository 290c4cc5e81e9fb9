"""The job that reminds providers of who waits for an answer, and says in the end that there is none.

After 3 working days the provider is reminded; after 6 again, and the person is told; after 10 the
enquiry becomes 'no answer' and the person is told what else fits. Each enquiry is a transaction of its
own that asks the row again, so two workers do each step once and the job can be stopped anywhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.enquiries import mails
from marketplace.enquiries.deadlines.alternatives import alternatives
from marketplace.enquiries.deadlines.waiting import (
    GIVING_UP,
    Wait,
    may_be_due,
    wait_of,
)
from marketplace.enquiries.models import Enquiry, EnquiryState, Side
from marketplace.enquiries.moves import MoveRefusedError, move
from marketplace.people.saved.alerts import Matching
from marketplace.web.today import london_day


@dataclass(frozen=True, slots=True)
class Reminded:
    """What was done in one run."""

    reminded: int = 0
    given_up: int = 0

    def __bool__(self) -> bool:
        return bool(self.reminded or self.given_up)


def remind_providers(
    database: Database, matching: Callable[[], Matching], *, base_url: str, now: datetime
) -> Reminded:
    """Take each step that is due at *now*. *matching* is asked only where something else is looked for."""
    with database.read() as session:
        due = [(one, wait) for one in may_be_due(session, now=now) if (wait := _due(session, one, now=now))]
    reminded = given_up = 0
    for enquiry_id, wait in due:
        if wait.next_step is not GIVING_UP:
            with write_session(database) as session:
                reminded += _remind(session, enquiry_id, base_url=base_url, now=now)
            continue
        with database.read() as session:  # ranked without keeping a writer waiting
            enquiry = session.get(Enquiry, enquiry_id)
            if enquiry is None:
                continue
            found = alternatives(session, enquiry, matching(), today=london_day(now))
            names = [match.name for match in found]
        with write_session(database) as session:
            given_up += _give_up(session, enquiry_id, names, base_url=base_url, now=now)
    return Reminded(reminded, given_up)


def _due(session: Session, enquiry_id: uuid.UUID, *, now: datetime, to_change: bool = False) -> Wait | None:
    enquiry = session.get(Enquiry, enquiry_id, with_for_update=to_change or None)
    wait = None if enquiry is None else wait_of(session, enquiry)
    return wait if wait is not None and wait.is_due(now) else None


def _remind(session: Session, enquiry_id: uuid.UUID, *, base_url: str, now: datetime) -> bool:
    wait = _due(session, enquiry_id, now=now, to_change=True)
    if wait is None or wait.next_step is GIVING_UP:
        return False  # answered meanwhile, or another worker was faster
    enquiry = session.get_one(Enquiry, enquiry_id)
    changed = session.execute(
        update(Enquiry)
        .where(
            Enquiry.id == enquiry_id,
            Enquiry.state == enquiry.state,
            Enquiry.nudges == enquiry.nudges,
            Enquiry.nudged_at.is_not_distinct_from(enquiry.nudged_at),
        )
        .values(nudges=wait.reminders + 1, nudged_at=now)
        .returning(Enquiry.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        return False
    offer = mails.offer_name(session, enquiry)
    step = wait.next_step
    session.refresh(enquiry)
    mails.tell_provider(
        session,
        enquiry=enquiry,
        news=f"Somebody waits for your answer about {offer}",
        base_url=base_url,
        more=f"They asked on {_day(wait.since)}. A short answer helps, also if it is no."
        + (f" {_last_call(enquiry, wait.since, now=now)}" if step.tells_person else ""),
    )
    if step.tells_person:
        mails.tell_person(
            session,
            enquiry=enquiry,
            news=f"No answer yet about {offer}",
            now=now,
            base_url=base_url,
            more="We have reminded them twice. You can wait, or ask somebody else.",
        )
    return True


def _give_up(
    session: Session, enquiry_id: uuid.UUID, names: Sequence[str], *, base_url: str, now: datetime
) -> bool:
    wait = _due(session, enquiry_id, now=now, to_change=True)
    if wait is None or wait.next_step is not GIVING_UP:
        return False
    enquiry = session.get_one(Enquiry, enquiry_id)
    try:
        move(
            session,
            enquiry,
            to=EnquiryState.NO_ANSWER,
            side=Side.SITE,
            account=None,
            role=None,
            now=now,
            base_url=base_url,
            tells=False,  # the mail here says more
        )
    except MoveRefusedError:
        return False
    mails.tell_person(
        session,
        enquiry=enquiry,
        news=f"There was no answer about {mails.offer_name(session, enquiry)}",
        now=now,
        base_url=base_url,
        more=listed(names),
    )
    return True


def _last_call(enquiry: Enquiry, since: datetime, *, now: datetime) -> str:
    wait = Wait(since, enquiry.nudges, now)
    return f"Please answer by {_day(wait.next_at)}. After that we tell them that there was no answer."


def listed(names: Sequence[str]) -> str:
    """What else fits, for a mail."""
    if not names:
        return "It was right to ask. We looked for what else fits. We have not found it yet."
    lines = "\n".join(f"- {name}" for name in names)
    return f"It was right to ask. We looked for what else fits what you want:\n\n{lines}"


def _day(moment: datetime) -> str:
    day = london_day(moment)
    return f"{day:%A} {day.day} {day:%B}"
