"""Forgetting what has had its time: each kind of record in small transactions, by the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant, SignIn
from marketplace.audit import Action, record
from marketplace.db import Database, write_session
from marketplace.outbox import post
from marketplace.people.caseload.models import Case, CaseRequest, PageClaim
from marketplace.people.models import Person
from marketplace.people.profile.models import ProfileUndo
from marketplace.people.profile.operations import UNDO_FOR
from marketplace.people.rights.erasing import OWN_ROLES, erase_account
from marketplace.people.rights.models import (
    LawfulHold,
    ProfileView,
    RequestKind,
    RequestState,
    RightsRequest,
)
from marketplace.people.rights.queries import OPEN_STATES, open_erasure
from marketplace.people.rights.requests import one_month_after
from marketplace.people.supporters.models import Supporter
from marketplace.providers.models import ProviderMember
from marketplace.settings import RetentionSettings

BLOCK = 500
UNANSWERED_FOR = timedelta(days=30)
"""So long after its link ended, a question that nobody answered is kept, with the address it went to."""
WARNED_FOR = timedelta(days=30)
"""So long before it is erased, the owner of an idle account is told."""


def forget_what_is_over(database: Database, kept: RetentionSettings, *, now: datetime) -> dict[str, int]:
    """Delete old looks, ended supporters and members of providers, unanswered questions, old codes, closed
    requests and undos; returns how many of each."""
    old: dict[str, tuple[type[Any], ColumnElement[bool]]] = {
        "looks": (ProfileView, ProfileView.last_at < now - kept.looks),
        "supporters": (
            Supporter,
            or_(
                Supporter.ended_at < now - kept.ended_supporters,
                Supporter.ends_on < (now - kept.ended_supporters).date(),
            ),
        ),
        "members": (
            ProviderMember,
            or_(
                ProviderMember.ended_at < now - kept.ended_supporters,
                and_(
                    ProviderMember.accepted_at.is_(None),
                    ProviderMember.invited_at < now - kept.ended_supporters,
                ),
            ),
        ),
        "questions": (CaseRequest, CaseRequest.expires_at < now - UNANSWERED_FOR),
        "claims": (PageClaim, PageClaim.expires_at < now),
        "requests": (RightsRequest, RightsRequest.closed_at < now - kept.requests),
        "holds": (LawfulHold, LawfulHold.released_at < now - kept.requests),
        "undos": (ProfileUndo, ProfileUndo.made_at < now - UNDO_FOR),
    }
    done = {name: _delete(database, model, over) for name, (model, over) in old.items()}
    return {name: number for name, number in done.items() if number}


def end_idle_accounts(
    database: Database, *, idle: timedelta, base_url: str, now: datetime, today: date
) -> dict[str, int]:
    """Accounts that nobody has used for *idle*: told first, erased ``WARNED_FOR`` later.

    A person's account goes the way of erasing, so that a lawful hold counts; signing in calls it off.
    One that is nothing but an account is deleted when it has been idle for both times together. Staff,
    whoever helps someone, and example accounts are left alone.
    """
    if not idle:
        return {}
    called_off = _each(database, lambda session: _call_off(session, now=now))
    told = _each(
        database, lambda session: _tell_idle(session, idle=idle, base_url=base_url, now=now, today=today)
    )
    erased = _each(database, lambda session: _erase_idle(session, idle=idle + WARNED_FOR, now=now))
    done = {"told": told, "called off": called_off, "erased": erased}
    return {name: number for name, number in done.items() if number}


def _tell_idle(session: Session, *, idle: timedelta, base_url: str, now: datetime, today: date) -> int:
    """Ask for one idle person to be erased, and tell them how to stay."""
    waiting = exists().where(
        RightsRequest.person_id == Person.id,
        RightsRequest.kind == RequestKind.ERASE,
        RightsRequest.state.in_(OPEN_STATES),
    )
    found = session.execute(
        select(Account, Person)
        .join(Person, Person.account_id == Account.id)
        .where(*_is_idle(now - idle), ~waiting)
        .order_by(Account.id)
        .limit(1)
    ).first()
    if found is None:
        return 0
    account, person = found
    request = RightsRequest(
        person_id=person.id,
        kind=RequestKind.ERASE,
        state=RequestState.ASKED,
        asked_at=now,
        due_on=one_month_after(today),
        carry_out_at=now + WARNED_FOR,
        words="idle",
    )
    session.add(request)
    session.flush()
    day = (now + WARNED_FOR).date()
    post(
        session,
        recipient=account.email,
        kind="account_idle",
        subject="Do you still need your page?",
        body=f"Hello {account.name},\n\nYou have not been on Meaningful Day for a long time.\n\n"
        f"If you want to keep your page, sign in before {day.day} {day:%B %Y}:\n\n{base_url}/sign-in\n\n"
        "If you don't, we erase everything about you on that day.\n\nMeaningful Day\n",
        account_id=account.id,
        same_as=f"account-idle-{request.id}",
    )
    record(
        session,
        action=Action.ERASURE_ASKED,
        subject=person,
        details={"idle_since": now - idle},
        actor=None,
        role=None,
    )
    return 1


def _call_off(session: Session, *, now: datetime) -> int:
    """One person who came back after they were told: nothing is erased."""
    request = session.scalars(
        select(RightsRequest)
        .join(Person, Person.id == RightsRequest.person_id)
        .join(SignIn, SignIn.account_id == Person.account_id)
        .where(
            RightsRequest.state.in_(OPEN_STATES),
            RightsRequest.words == "idle",
            SignIn.used_at > RightsRequest.asked_at,
        )
        .order_by(RightsRequest.id)
        .limit(1)
    ).first()
    person = session.get(Person, request.person_id) if request is not None else None
    if request is None or person is None or open_erasure(session, person.id) is None:
        return 0
    request.state = RequestState.WITHDRAWN
    request.closed_at = now
    request.carry_out_at = None
    record(session, action=Action.ERASURE_WITHDRAWN, subject=person, actor=None, role=None)
    return 1


def _erase_idle(session: Session, *, idle: timedelta, now: datetime) -> int:
    """One account that belongs to nobody's page and helps nobody."""
    account = session.scalars(
        select(Account)
        .where(*_is_idle(now - idle), ~exists().where(Person.account_id == Account.id))
        .order_by(Account.id)
        .limit(1)
    ).first()
    if account is None:
        return 0
    account_id = account.id
    erase_account(session, account)
    record(session, action=Action.ACCOUNT_ERASED, subject=("account", account_id), actor=None, role=None)
    return 1


def _is_idle(since: datetime) -> tuple[ColumnElement[bool], ...]:
    last_use = select(func.max(SignIn.used_at)).where(SignIn.account_id == Account.id).scalar_subquery()
    other_role = exists().where(RoleGrant.account_id == Account.id, RoleGrant.role.not_in(OWN_ROLES))
    helps = exists().where(Supporter.account_id == Account.id, Supporter.ended_at.is_(None))
    works = exists().where(Case.account_id == Account.id, Case.ended_at.is_(None))
    return (
        func.coalesce(last_use, Account.created_at) < since,
        Account.is_example.is_(False),
        ~other_role,
        ~helps,
        ~works,
    )


def _delete(database: Database, model: type[Any], over: ColumnElement[bool]) -> int:
    """Delete what is over, a block at a time, so that no transaction is long."""
    number = 0
    while True:
        with write_session(database) as session:
            keys = list(model.__table__.primary_key.columns)
            first = session.execute(select(*keys).where(over).order_by(*keys).limit(BLOCK)).all()
            for key in first:
                same = [column == value for column, value in zip(keys, key, strict=True)]
                session.execute(delete(model).where(*same))
        number += len(first)
        if len(first) < BLOCK:
            return number


def _each(database: Database, do: Callable[[Session], int]) -> int:
    """Do one after another, each in its own transaction, until there is none left; at most a block."""
    number = 0
    while number < BLOCK:
        with write_session(database) as session:
            if not do(session):
                return number
        number += 1
    return number
