"""A practitioner's work with people. Functions here know no request and do not commit."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.people.caseload import mails
from marketplace.people.caseload.models import (
    Alternative,
    Case,
    CaseNote,
    Choice,
    Shortlist,
    ShortlistItem,
)
from marketplace.people.models import Person
from marketplace.people.supporters.models import Basis
from marketplace.vocabulary import Role

MOST_ITEMS = 12


class NothingConsideredError(Exception):
    """A choice needs an alternative that was considered, or the reason why there was none."""


class HasThisCaseError(Exception):
    """The colleague works with this person already."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """Where an offer stands in a list by now, and what is noted beside it."""

    offer_id: uuid.UUID
    position: int
    note: str


def add_person(
    session: Session,
    *,
    person_id: uuid.UUID,
    first_name: str,
    family_name: str,
    basis: Basis,
    basis_reason: str,
    today: date,
    ends_on: date,
    by: Account,
) -> Person:
    """Begin the page of someone who is not online, and the practitioner's work with them.

    The same form sent twice adds one person.
    """
    known = _own_person(session, person_id, by)
    if known is not None:
        return known
    now = datetime.now(UTC)
    person = Person(
        id=person_id,
        reference=f"p-{secrets.token_hex(8)}",
        first_name=first_name,
        family_name=family_name,
        answers={},
        created_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        session.expire_all()
        return session.get_one(Person, person_id)
    case = Case(
        account_id=by.id,
        person_id=person.id,
        basis=basis,
        basis_reason=basis_reason,
        starts_on=today,
        ends_on=ends_on,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    record(session, action=Action.PROFILE_BEGUN, subject=person, actor=by, role=Role.PRACTITIONER)
    _record(session, Action.CASE_OPENED, case, by, {"basis": basis, "ends_on": ends_on}, person_id=person.id)
    return person


def change_end(session: Session, *, case: Case, ends_on: date, by: Account) -> None:
    if case.ends_on == ends_on:
        return
    case.ends_on = ends_on
    session.flush()
    _record(session, Action.CASE_CHANGED, case, by, {"ends_on": ends_on}, person_id=case.person_id)


def end_case(session: Session, *, case: Case, by: Account) -> None:
    """End the work with a person; the practitioner no longer sees their page. Twice is once."""
    if _close(session, case):
        _record(session, Action.CASE_ENDED, case, by, {}, person_id=case.person_id)


def stop_case(session: Session, *, case: Case, person: Person, by: Account) -> None:
    """The person ends it; the practitioner sees nothing more and is told. Twice is once."""
    if not _close(session, case):
        return
    practitioner = session.get_one(Account, case.account_id)
    mails.tell_stopped(session, case=case, person=person, to=practitioner)
    record(
        session,
        action=Action.CASE_ENDED,
        subject=case,
        details={"person": person.id},
        actor=by,
        role=Role.PERSON,
    )


def hand_over(
    session: Session, *, case: Case, person: Person, to: Account, today: date, by: Account
) -> Case | None:
    """Let a colleague go on in one's place, on the same basis, as far and until the same day.

    Raises ``HasThisCaseError``. None where the case was over already.
    """
    theirs = session.scalars(
        select(Case.id).where(Case.person_id == person.id, Case.account_id == to.id, Case.ended_at.is_(None))
    ).first()
    if theirs is not None:
        raise HasThisCaseError
    if not _close(session, case):
        return None
    new = Case(
        account_id=to.id,
        person_id=person.id,
        basis=case.basis,
        basis_reason=case.basis_reason,
        scope=case.scope,
        starts_on=today,
        ends_on=max(case.ends_on, today),
        opened_at=datetime.now(UTC),
    )
    session.add(new)
    session.flush()
    owner = session.get(Account, person.account_id) if person.account_id else None
    mails.tell_new_practitioner(session, case=new, person=person, owner=owner, before=by, now=to)
    _record(session, Action.CASE_HANDED_OVER, new, by, {"to": to.id}, person_id=person.id)
    return new


def write_note(
    session: Session,
    *,
    note_id: uuid.UUID,
    person: Person,
    text: str,
    names_others: bool,
    is_safeguarding: bool,
    by: Account,
) -> None:
    """Keep a note; it can't be changed afterwards. The same form sent twice keeps one."""
    note = CaseNote(
        id=note_id,
        person_id=person.id,
        written_by_id=by.id,
        written_at=datetime.now(UTC),
        text=text,
        names_others=names_others,
        is_safeguarding=is_safeguarding,
    )
    if not _added(session, note):
        return
    details = {"names_others": names_others, "is_safeguarding": is_safeguarding}
    _record(session, Action.NOTE_WRITTEN, note, by, details, person_id=person.id)


def release_note(session: Session, *, note: CaseNote, by: Account) -> None:
    """A held-back note was read with others in mind, and may go into the person's download."""
    if note.released_at is not None or not (note.names_others or note.is_safeguarding):
        return
    note.released_at, note.released_by_id = datetime.now(UTC), by.id
    session.flush()
    _record(session, Action.NOTE_RELEASED, note, by, {}, person_id=note.person_id)


def make_shortlist(
    session: Session,
    *,
    shortlist_id: uuid.UUID,
    person: Person,
    title: str,
    offers: Sequence[uuid.UUID],
    by: Account,
) -> None:
    """A list of *offers* in this order. The same form sent twice makes one."""
    shortlist = Shortlist(
        id=shortlist_id,
        person_id=person.id,
        made_by_id=by.id,
        title=title,
        made_at=datetime.now(UTC),
        items=[ShortlistItem(offer_id=offer, position=place) for place, offer in enumerate(offers)],
    )
    if _added(session, shortlist):
        _record(session, Action.SHORTLIST_MADE, shortlist, by, {"offers": len(offers)}, person_id=person.id)


def change_shortlist(
    session: Session, *, shortlist: Shortlist, title: str, note: str, items: Sequence[ItemChange], by: Account
) -> None:
    """The list has exactly these offers of its own by now, in the order of their positions."""
    kept = {change.offer_id: change for change in items}
    shortlist.title, shortlist.note = title, note
    shortlist.items = [item for item in shortlist.items if item.offer_id in kept]
    in_order = sorted(shortlist.items, key=lambda item: (kept[item.offer_id].position, item.position))
    for place, item in enumerate(in_order):
        item.position, item.note = place, kept[item.offer_id].note
    session.flush()
    session.expire(shortlist, ["items"])
    _record(session, Action.SHORTLIST_CHANGED, shortlist, by, {}, person_id=shortlist.person_id)


def give_shortlist(
    session: Session, *, shortlist: Shortlist, owner: Account | None, address: str, by: Account
) -> None:
    """The list is the person's from now on; who is online is told by mail. Twice is once."""
    given = session.execute(
        update(Shortlist)
        .where(Shortlist.id == shortlist.id, Shortlist.sent_at.is_(None))
        .values(sent_at=datetime.now(UTC))
        .returning(Shortlist.id)
    ).all()
    if not given:
        return
    if owner is not None:
        mails.send_shortlist(session, shortlist=shortlist, owner=owner, made_by=by, address=address)
    _record(
        session,
        Action.SHORTLIST_SENT,
        shortlist,
        by,
        {"by_mail": owner is not None},
        person_id=shortlist.person_id,
    )


def record_choice(
    session: Session,
    *,
    choice_id: uuid.UUID,
    person: Person,
    offer_id: uuid.UUID,
    reason: str,
    why_not: Mapping[uuid.UUID, str],
    no_alternative: str,
    by: Account,
) -> None:
    """What was chosen with a person, why, and what else was considered. The same form twice is once.

    Raises ``NothingConsideredError``.
    """
    if not why_not and not no_alternative:
        raise NothingConsideredError
    choice = Choice(
        id=choice_id,
        person_id=person.id,
        made_by_id=by.id,
        made_at=datetime.now(UTC),
        offer_id=offer_id,
        reason=reason,
        no_alternative="" if why_not else no_alternative,
        alternatives=[
            Alternative(offer_id=other, position=place, why_not=words)
            for place, (other, words) in enumerate(why_not.items())
        ],
    )
    if _added(session, choice):
        details = {"offer": offer_id, "alternatives": len(why_not)}
        _record(session, Action.CHOICE_RECORDED, choice, by, details, person_id=person.id)


def _own_person(session: Session, person_id: uuid.UUID, by: Account) -> Person | None:
    """The person whom the same form added before."""
    return session.scalars(
        select(Person)
        .join(Case, Case.person_id == Person.id)
        .where(Person.id == person_id, Case.account_id == by.id)
    ).first()


def _added(session: Session, row: CaseNote | Shortlist | Choice) -> bool:
    """Whether *row* is new; False where the same form had been sent before."""
    if session.get(type(row), row.id) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def _close(session: Session, case: Case) -> bool:
    """End *case* if nobody has; whoever comes second changes nothing."""
    closed = session.execute(
        update(Case)
        .where(Case.id == case.id, Case.ended_at.is_(None))
        .values(ended_at=datetime.now(UTC))
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    ).all()
    if closed:
        session.refresh(case)
    return bool(closed)


def _record(
    session: Session,
    action: Action,
    subject: object,
    by: Account,
    details: Mapping[str, object],
    *,
    person_id: uuid.UUID,
) -> None:
    record(
        session,
        action=action,
        subject=subject,
        details={"person": person_id, **details},
        actor=by,
        role=Role.PRACTITIONER,
    )
