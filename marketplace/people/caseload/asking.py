"""A practitioner asks someone who is online; the person answers, and may end it at any time.

Functions here know no request and do not commit. Whoever holds an address gets one mail, whether there
is a page or not, so that asking tells nothing about who is here.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.tokens import hash_of, new_token
from marketplace.audit import Action, record
from marketplace.people.caseload import mails
from marketplace.people.caseload.models import Case, CaseRequest
from marketplace.people.caseload.queries import case_now
from marketplace.people.models import Person
from marketplace.people.supporters.models import Basis, Scope
from marketplace.vocabulary import Role

GOOD_FOR = timedelta(days=14)
MOST_OPEN = 100


class AskingError(Exception):
    """It can't be asked, or can't be answered."""


class AskedAlreadyError(AskingError):
    """The practitioner asked this address, and the answer is still open."""


class TooManyOpenError(AskingError):
    """More open questions than one practitioner has people; a sign that something is wrong."""


class AskedThemselvesError(AskingError):
    """Nobody is their own practitioner."""


class RequestGoneError(AskingError):
    """Answered, taken back, or too old."""


def ask_person(
    session: Session,
    *,
    request_id: uuid.UUID,
    name: str,
    email: str,
    reason: str,
    base_url: str,
    by: Account,
    person: Person | None = None,
) -> CaseRequest:
    """Ask by mail; of a *person* whom the practitioner knows here already, for a new end.

    The same form sent twice asks once. Raises ``AskedAlreadyError``, ``TooManyOpenError`` or
    ``AskedThemselvesError``.
    """
    known = session.get(CaseRequest, request_id)
    if known is not None:
        if known.account_id != by.id:
            raise AskedAlreadyError
        return known
    _check(session, email=email, by=by)
    token, now = new_token(), datetime.now(UTC)
    asked = CaseRequest(
        id=request_id,
        account_id=by.id,
        person_id=person.id if person else None,
        email=email,
        name=name,
        reason=reason,
        asked_at=now,
        link_hash=hash_of(token),
        expires_at=now + GOOD_FOR,
    )
    try:
        with session.begin_nested():
            session.add(asked)
    except IntegrityError:  # the same form, sent twice at the same moment
        session.expire_all()
        return session.get_one(CaseRequest, request_id)
    _mail(session, asked, token=token, base_url=base_url, by=by)
    _record(session, Action.CASE_ASKED, asked, by, Role.PRACTITIONER)
    return asked


def ask_once_more(session: Session, *, asked: CaseRequest, base_url: str, by: Account) -> None:
    """Send a new link; the one before is worth nothing."""
    token, now = new_token(), datetime.now(UTC)
    asked.link_hash, asked.expires_at = hash_of(token), now + GOOD_FOR
    session.flush()
    _mail(session, asked, token=token, base_url=base_url, by=by)
    _record(session, Action.CASE_ASKED, asked, by, Role.PRACTITIONER)


def take_back(session: Session, *, asked: CaseRequest, by: Account) -> None:
    if _used_up(session, asked):
        _record(session, Action.CASE_ASK_ENDED, asked, by, Role.PRACTITIONER)


def agree(
    session: Session,
    *,
    asked: CaseRequest,
    person: Person,
    scope: Scope,
    today: date,
    ends_on: date,
    by: Account,
) -> Case:
    """The person says yes to what was read just now, so far and until when they chose. A link is good once.

    An older case of the same practitioner ends, so that there is one to withdraw.
    Raises ``AskedThemselvesError`` or ``RequestGoneError``.
    """
    if asked.account_id == by.id:
        raise AskedThemselvesError
    practitioner = session.get_one(Account, asked.account_id)
    request_id, about = asked.id, asked.person_id
    if (about is not None and about != person.id) or not _used_up(session, asked):
        raise RequestGoneError
    now = datetime.now(UTC)
    for older in session.scalars(
        select(Case)
        .where(Case.person_id == person.id, Case.account_id == practitioner.id, Case.ended_at.is_(None))
        .order_by(Case.id)
    ):
        older.ended_at = now
    case = Case(
        account_id=practitioner.id,
        person_id=person.id,
        basis=Basis.CONSENT,
        scope=scope,
        starts_on=today,
        ends_on=ends_on,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    mails.tell_yes(session, case=case, person=person, to=practitioner)
    record(
        session,
        action=Action.CASE_OPENED,
        subject=case,
        details={
            "person": person.id,
            "basis": Basis.CONSENT,
            "scope": scope,
            "ends_on": ends_on,
            "request": request_id,
        },
        actor=by,
        role=Role.PERSON,
    )
    return case


def refuse(session: Session, *, asked: CaseRequest, today: date, by: Account | None) -> date | None:
    """Say no; whoever holds the link may, without an account. Raises ``RequestGoneError``.

    What the person said before stays: its last day, or None where there is nothing.
    """
    practitioner = session.get_one(Account, asked.account_id)
    stays = case_now(session, person_id=asked.person_id, account_id=practitioner.id, today=today)
    until = None if stays is None else stays.ends_on
    if not _used_up(session, asked):
        raise RequestGoneError
    mails.tell_no(session, request_id=asked.id, name=asked.name, to=practitioner, until=until)
    _record(session, Action.CASE_REFUSED, asked, by, None)
    return until


def change_case(session: Session, *, case: Case, scope: Scope, ends_on: date, by: Account) -> None:
    """The person changes how far and until when a practitioner may go."""
    if (case.scope, case.ends_on) == (scope, ends_on):
        return
    case.scope, case.ends_on = scope, ends_on
    session.flush()
    record(
        session,
        action=Action.CASE_CHANGED,
        subject=case,
        details={"person": case.person_id, "scope": scope, "ends_on": ends_on},
        actor=by,
        role=Role.PERSON,
    )


def _check(session: Session, *, email: str, by: Account) -> None:
    if by.email == email:
        raise AskedThemselvesError
    mine = select(func.count()).select_from(CaseRequest).where(CaseRequest.account_id == by.id)
    if session.scalar(mine.where(CaseRequest.email == email)):
        raise AskedAlreadyError
    if (session.scalar(mine) or 0) >= MOST_OPEN:
        raise TooManyOpenError


def _used_up(session: Session, asked: CaseRequest) -> bool:
    """Use the question up, if nobody was quicker and no newer link was sent."""
    gone = session.execute(
        delete(CaseRequest)
        .where(CaseRequest.id == asked.id, CaseRequest.link_hash == asked.link_hash)
        .returning(CaseRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expunge(asked)
    return bool(gone)


def _mail(session: Session, asked: CaseRequest, *, token: str, base_url: str, by: Account) -> None:
    organisation = next((grant.organisation for grant in by.grants if grant.role is Role.PRACTITIONER), "")
    mails.ask_person(
        session,
        asked=asked,
        by=by,
        organisation=organisation,
        address=f"{base_url}/practitioner-requests/{token}",
    )


def _record(
    session: Session, action: Action, asked: CaseRequest, by: Account | None, role: Role | None
) -> None:
    details = {"person": asked.person_id} if asked.person_id else {}
    record(session, action=action, subject=asked, details=details, actor=by, role=role)
