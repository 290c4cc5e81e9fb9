"""Carrying out what was asked to be erased: one person in one transaction, or not at all."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, MailedLink, RoleGrant
from marketplace.audit import Action, record
from marketplace.db import Database, write_session
from marketplace.outbox.models import OutboxMessage
from marketplace.people.caseload.models import Case, CaseRequest
from marketplace.people.models import Person
from marketplace.people.rights.models import ProfileView, RequestKind, RequestState, RightsRequest
from marketplace.people.rights.queries import OPEN_STATES, live_holds
from marketplace.people.supporters.models import SupportEnd, Supporter
from marketplace.providers.models import ProviderMember
from marketplace.vocabulary import Role

BLOCK = 50
OWN_ROLES = frozenset({Role.PERSON, Role.SUPPORTER})
"""Roles that do not keep an account alive by themselves."""
EraseMore = Callable[[Session, Person, Account | None], None]
_ERASE_MORE: list[EraseMore] = []


@dataclass(frozen=True, slots=True)
class Erased:
    """What one round did, and the mails that are gone (a copy of each may lie in a folder)."""

    people: int
    held: int
    mails: tuple[uuid.UUID, ...]

    def __bool__(self) -> bool:
        return bool(self.people or self.held)

    def __str__(self) -> str:
        return f"{self.people} erased, {self.held} held for a lawful reason"


def erase_more(erase: EraseMore) -> EraseMore:
    """Register what a room above this one erases with a person beyond the rows that hang on them."""
    if erase not in _ERASE_MORE:
        _ERASE_MORE.append(erase)
    return erase


def erase_due(database: Database, *, now: datetime) -> Erased:
    """Erase everyone whose time to change their mind is over, each in a transaction of its own."""
    people, held = 0, 0
    mails: list[uuid.UUID] = []
    after: uuid.UUID | None = None
    while True:
        with database.read() as session:
            block = _due(session, now=now, after=after)
        for request_id in block:
            with write_session(database) as session:
                gone = _carry_out(session, request_id, now=now)
            if gone is None:
                held += 1
            else:
                people += 1
                mails += gone
        if len(block) < BLOCK:
            _begin_journal_anew(database)
            return Erased(people, held, tuple(mails))
        after = block[-1]


def erase_person(session: Session, person: Person) -> list[uuid.UUID]:
    """Everything about *person*, and their account unless it has other work to do.

    Gives back the identifiers of the mails that were deleted. What is left is the history: who did what
    when, by identifiers that lead nowhere any more.
    """
    account = session.get(Account, person.account_id) if person.account_id else None
    mails = _erase_mails(session, person, account)
    for erase in _ERASE_MORE:
        erase(session, person, account)
    if account is not None:
        if can_be_erased(session, account):
            erase_account(session, account)
        else:
            session.execute(
                delete(RoleGrant).where(RoleGrant.account_id == account.id, RoleGrant.role == Role.PERSON)
            )
    session.execute(delete(Person).where(Person.id == person.id))  # and all tables that belong to it
    session.expire_all()
    return mails


def can_be_erased(session: Session, account: Account) -> bool:
    """Whether nobody else relies on the account: no other role, nobody whom it helps or works with."""
    if not account.roles <= OWN_ROLES:
        return False
    today = datetime.now(UTC).date()
    helps = select(Supporter.id).where(
        Supporter.account_id == account.id,
        Supporter.accepted_at.is_not(None),
        Supporter.ended_at.is_(None),
        Supporter.ends_on >= today,
    )
    works = select(Case.id).where(
        Case.account_id == account.id, Case.ended_at.is_(None), Case.ends_on >= today
    )
    return session.scalar(helps.limit(1)) is None and session.scalar(works.limit(1)) is None


def erase_account(session: Session, account: Account) -> None:
    """The account with its sign-ins, links and codes, and its name wherever else it stands.

    In the lists of those whom it helped, or whose pages it looked at, a line without a name is left.
    """
    now = datetime.now(UTC)
    mine = or_(
        Supporter.account_id == account.id,
        and_(Supporter.email == account.email, Supporter.account_id.is_(None)),
    )
    session.execute(
        update(Supporter)
        .where(mine, Supporter.ended_at.is_(None))
        .values(ended_at=now, end_reason=SupportEnd.STOPPED, invitation_hash=None)
    )
    session.execute(update(Supporter).where(mine).values(name="", email="", relationship_words=""))
    session.execute(
        update(ProfileView).where(ProfileView.account_id == account.id).values(name="", organisation="")
    )
    session.execute(delete(ProviderMember).where(ProviderMember.email == account.email))
    session.execute(delete(CaseRequest).where(CaseRequest.email == account.email))
    session.execute(delete(OutboxMessage).where(_to(account)))
    session.execute(delete(MailedLink).where(MailedLink.email == account.email))
    session.execute(delete(Account).where(Account.id == account.id))


def _carry_out(session: Session, request_id: uuid.UUID, *, now: datetime) -> list[uuid.UUID] | None:
    """Erase for one request; None where it is held, or is no longer to be done."""
    request = session.get(RightsRequest, request_id, with_for_update=True)
    if request is None or request.state not in OPEN_STATES or request.person_id is None:
        return None
    person = session.get(Person, request.person_id, with_for_update=True)
    if person is None:
        return None
    if live_holds(session, person.id):
        if request.state is not RequestState.HELD:
            request.state = RequestState.HELD
            record(session, action=Action.ERASURE_HELD, subject=person, actor=None, role=None)
        return None
    person_id, account_id = person.id, person.account_id
    request.state = RequestState.DONE
    request.closed_at = now
    request.carry_out_at = None
    session.flush()
    mails = erase_person(session, person)
    has_account = account_id is not None and session.get(Account, account_id) is not None
    record(
        session,
        action=Action.PERSON_ERASED,
        subject=("person", person_id),
        details={"request": request_id, "account_stays": has_account},
        actor=None,
        role=None,
    )
    return mails


def _due(session: Session, *, now: datetime, after: uuid.UUID | None) -> list[uuid.UUID]:
    due = select(RightsRequest.id).where(
        RightsRequest.kind == RequestKind.ERASE,
        RightsRequest.state == RequestState.ASKED,
        RightsRequest.carry_out_at <= now,
    )
    if after is not None:
        due = due.where(RightsRequest.id > after)
    return list(session.scalars(due.order_by(RightsRequest.id).limit(BLOCK)))


def _erase_mails(session: Session, person: Person, account: Account | None) -> list[uuid.UUID]:
    """Mails to the person, and those to others that name them or lead to their page."""
    circle = set(session.scalars(select(Supporter.email).where(Supporter.person_id == person.id)))
    circle |= set(
        session.scalars(
            select(Account.email)
            .outerjoin(Supporter, Supporter.account_id == Account.id)
            .outerjoin(Case, Case.account_id == Account.id)
            .where(or_(Supporter.person_id == person.id, Case.person_id == person.id))
        )
    )
    text = OutboxMessage.subject + " " + OutboxMessage.body
    around = func.lower(OutboxMessage.recipient).in_([one.lower() for one in circle])
    leads_there = text.contains(str(person.id), autoescape=True)
    theirs = [leads_there]
    if account is not None:
        theirs += [_to(account), text.contains(account.email, autoescape=True)]
    gone = set(session.scalars(select(OutboxMessage.id).where(or_(*theirs))))
    # Those around the person also get mails that call them by name without leading to the page. A name
    # is a whole word: 'Jo' is not in 'join'.
    names = {person.first_name, person.family_name, account.name if account else ""} - {""}
    called = re.compile(rf"\b({'|'.join(re.escape(name) for name in names)})\b", re.IGNORECASE)
    for mail in session.scalars(select(OutboxMessage).where(around)):
        if called.search(f"{mail.subject} {mail.body}"):
            gone.add(mail.id)
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(gone)))
    return sorted(gone)


def _to(account: Account) -> ColumnElement[bool]:
    return or_(OutboxMessage.account_id == account.id, func.lower(OutboxMessage.recipient) == account.email)


def _begin_journal_anew(database: Database) -> None:
    """SQLite's journal keeps words until it is written over: empty it, unless someone reads it just now.

    Then the next round does it.
    """
    if database.engine.dialect.name != "sqlite":
        return
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        (wait,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {wait}")
    finally:
        connection.close()
