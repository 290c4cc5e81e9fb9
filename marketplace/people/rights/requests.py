"""Asking for data or to be erased, changing one's mind, and lawful holds. The route commits."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.profile.operations import Doer
from marketplace.people.rights.models import LawfulHold, ProfileView, RequestKind, RequestState, RightsRequest
from marketplace.people.rights.queries import live_holds, open_erasure
from marketplace.web.typed import own_words

_END = "\n\nMeaningful Day\n"


def one_month_after(day: date) -> date:
    """The same day of the next month, or its last day: how long the law gives us."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def note_download(session: Session, *, person: Person, today: date, by: Doer) -> None:
    """Everything was downloaded, at once."""
    now = datetime.now(UTC)
    request = RightsRequest(
        person_id=person.id,
        kind=RequestKind.DOWNLOAD,
        state=RequestState.DONE,
        asked_at=now,
        asked_by_id=by.account.id,
        due_on=one_month_after(today),
        closed_at=now,
    )
    session.add(request)
    session.flush()
    record(session, action=Action.DATA_DOWNLOADED, subject=person, actor=by.account, role=by.role)


def ask_to_erase(
    session: Session, *, person: Person, waits: timedelta, today: date, by: Doer, page: str
) -> RightsRequest:
    """Ask to erase everything after *waits*; asked twice it is one request.

    Who asked, and the person, get a mail that says when and how to call it off.
    """
    # Whoever asks at the same moment waits here, and then finds the first request.
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    waiting = open_erasure(session, person.id)
    if waiting is not None:
        return waiting
    now = datetime.now(UTC)
    is_held = bool(live_holds(session, person.id))
    request = RightsRequest(
        person_id=person.id,
        kind=RequestKind.ERASE,
        state=RequestState.HELD if is_held else RequestState.ASKED,
        asked_at=now,
        asked_by_id=by.account.id,
        due_on=one_month_after(today),
        carry_out_at=now + waits,
    )
    session.add(request)
    session.flush()
    own = session.get(Account, person.account_id) if person.account_id else None
    for account in {one.id: one for one in (own, by.account) if one is not None}.values():
        post(
            session,
            recipient=account.email,
            kind="erasure_asked",
            subject="You asked us to erase everything" if account is own else "Erasing a page was asked for",
            body=_erasure_words(account, request, is_held=is_held, page=page),
            account_id=account.id,
            same_as=f"erasure-asked-{request.id}-{account.id}",
        )
    action = Action.ERASURE_HELD if is_held else Action.ERASURE_ASKED
    record(session, action=action, subject=person, actor=by.account, role=by.role)
    return request


def withdraw_erasure(session: Session, *, person: Person, by: Doer) -> None:
    """They changed their mind; nothing happens if nothing was asked."""
    request = open_erasure(session, person.id)
    if request is None:
        return
    request.state = RequestState.WITHDRAWN
    request.closed_at = datetime.now(UTC)
    request.carry_out_at = None
    session.flush()
    record(session, action=Action.ERASURE_WITHDRAWN, subject=person, actor=by.account, role=by.role)


def place_hold(session: Session, *, person: Person, reason: str, review_on: date, by: Doer) -> LawfulHold:
    """Keep the record for a reason in law; what was asked to be erased waits."""
    hold = LawfulHold(
        person_id=person.id,
        reason=own_words(reason),
        placed_at=datetime.now(UTC),
        placed_by_id=by.account.id,
        review_on=review_on,
    )
    session.add(hold)
    waiting = open_erasure(session, person.id)
    if waiting is not None:
        waiting.state = RequestState.HELD
    session.flush()
    record(
        session,
        action=Action.HOLD_PLACED,
        subject=person,
        details={"hold": hold.id, "review_on": review_on},
        actor=by.account,
        role=by.role,
    )
    return hold


def release_hold(session: Session, *, person: Person, hold: LawfulHold, waits: timedelta, by: Doer) -> None:
    """The reason has ended. What was asked to be erased goes on, after *waits* once more."""
    if hold.released_at is not None:
        return
    now = datetime.now(UTC)
    hold.released_at = now
    session.flush()
    waiting = open_erasure(session, person.id)
    if waiting is not None and not live_holds(session, person.id):
        waiting.state = RequestState.ASKED
        waiting.carry_out_at = now + waits
        session.flush()
    details = {"hold": hold.id}
    record(
        session, action=Action.HOLD_RELEASED, subject=person, details=details, actor=by.account, role=by.role
    )


def report_look(
    session: Session, *, person: Person, view: ProfileView, to: Iterable[Account], by: Doer
) -> None:
    """The person does not know who looked: administrators are asked to find out. Twice is once."""
    for administrator in to:
        post(
            session,
            recipient=administrator.email,
            kind="look_reported",
            subject="Someone does not know who looked at their page",
            body=f"Hello {administrator.name},\n\nA person does not know the account that looked at their page.\n\n"
            f"Person: {person.id}\nAccount: {view.account_id}\nDay: {view.looked_on.isoformat()}\n\n"
            f"Please find out by what right they looked, and tell the person.{_END}",
            account_id=administrator.id,
            same_as=f"look-reported-{view.id}-{administrator.id}",
        )
    record(
        session,
        action=Action.LOOK_REPORTED,
        subject=person,
        details={"account": view.account_id, "day": view.looked_on},
        actor=by.account,
        role=by.role,
    )


def _erasure_words(account: Account, request: RightsRequest, *, is_held: bool, page: str) -> str:
    if is_held:
        what = (
            "There is a reason in law to keep the record for now. We erase it when that reason has ended. "
            "The page says when we look at it again."
        )
    else:
        assert request.carry_out_at is not None  # noqa: S101 (an erasure always has its moment)
        day = request.carry_out_at.date()
        what = f"We erase everything on {day.day} {day:%B %Y}. Until then you can change your mind."
    return f"Hello {account.name},\n\nYou asked us to erase everything. {what}\n\n{page}{_END}"
