"""Writing a person's profile: what changes, who may undo it, and what is remembered of it.

Functions here know no request and do not commit.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.operations import grant_role
from marketplace.audit import Action, record
from marketplace.people.models import Person
from marketplace.people.profile.changes import UNDO_FOR, Doer, StaleProfileError, change, forget_undos, undo
from marketplace.people.profile.models import (
    CommunicationNeed,
    CommunicationRecord,
    HiddenPart,
    LevelRecord,
    NoteKind,
    ProfileNote,
    ProfilePart,
    WhoSaid,
)
from marketplace.people.profile.parts import PART_OF_NOTE
from marketplace.people.profile.queries import (
    communication_need,
    communication_of,
    notes_of,
    person_of_account,
)
from marketplace.vocabulary import Role

__all__ = [
    "UNDO_FOR",
    "Doer",
    "StaleProfileError",
    "begin_page",
    "confirm_communication",
    "count_in_gaps",
    "forget_undos",
    "hide_part",
    "keep_answers",
    "keep_communication",
    "keep_communication_note",
    "keep_names",
    "keep_note",
    "review_day",
    "share_communication",
    "show_part",
    "undo",
]

REVIEW_AFTER_YEARS = 1
LONGEST_FIRST_NAME = 60

_WHO_SAID = {
    Role.PERSON: WhoSaid.PERSON,
    Role.SUPPORTER: WhoSaid.SUPPORTER,
    Role.PRACTITIONER: WhoSaid.PRACTITIONER,
}


def begin_page(session: Session, *, account: Account) -> Person:
    """The account's own page, made if there is none yet; twice at once gives one."""
    found = person_of_account(session, account.id)
    if found is not None:
        return found
    now = datetime.now(UTC)
    person = Person(
        account_id=account.id,
        reference=f"p-{secrets.token_hex(8)}",
        first_name=account.name[:LONGEST_FIRST_NAME],
        answers={},
        created_at=now,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        return session.scalars(select(Person).where(Person.account_id == account.id)).one()
    grant_role(session, account=account, role=Role.PERSON)  # from now on they start on their page
    record(session, action=Action.PROFILE_BEGUN, subject=person, actor=account, role=Role.PERSON)
    return person


def keep_answers(
    session: Session,
    *,
    person: Person,
    answers: Mapping[str, Any],
    district_code: str | None,
    part: ProfilePart | None,
    today: date,
    by: Doer,
    action: Action = Action.PROFILE_CHANGED,
) -> None:
    """Keep the whole needs document of a person; nothing happens where it says what it said before.

    A level that is said again on another day, or by someone else, is kept with that day and name.
    """
    level = answers.get("support_level")
    says_level = (
        level is not None
        and (part is ProfilePart.LEVEL or level != person.support_level)
        and not _said_on(session, person=person, level=level, day=today, by=by)
    )
    if dict(answers) == person.answers and not says_level:
        return
    columns = {
        "answers": dict(answers),
        "age": answers.get("age"),
        "support_level": level,
        "district_code": district_code,
    }
    with change(session, person=person, part=part, by=by, action=action, columns=columns) as now:
        if says_level:
            session.add(
                LevelRecord(
                    person_id=person.id,
                    level=level,
                    said_on=today,
                    said_at=now,
                    who=_WHO_SAID[by.role],
                    said_by_id=by.account.id,
                )
            )


def keep_names(session: Session, *, person: Person, first_name: str, family_name: str, by: Doer) -> None:
    if (first_name, family_name) == (person.first_name, person.family_name):
        return
    columns = {"first_name": first_name, "family_name": family_name}
    with change(session, person=person, part=ProfilePart.ABOUT, by=by, columns=columns):
        pass


def keep_note(session: Session, *, person: Person, kind: NoteKind, text: str, by: Doer) -> None:
    """Keep the text of one note in place of the one before; an empty text removes it."""
    before = notes_of(session, person.id).get(kind)
    if text == (before.text if before else ""):
        return
    with change(session, person=person, part=PART_OF_NOTE[kind], by=by) as now:
        if before is not None and text:
            before.text, before.written_at, before.written_by_id = text, now, by.account.id
        elif before is not None:
            session.delete(before)
        else:
            session.add(
                ProfileNote(
                    person_id=person.id, kind=kind, text=text, written_at=now, written_by_id=by.account.id
                )
            )


def keep_communication(
    session: Session, *, person: Person, needs: Collection[CommunicationNeed], today: date, by: Doer
) -> None:
    """Exactly these are the person's communication needs. New ones are looked at again in a year."""
    before = {one.need: one for one in communication_of(session, person.id)}
    if set(needs) == set(before):
        return
    with change(session, person=person, part=ProfilePart.COMMUNICATION, by=by):
        for need, one in before.items():
            if need not in needs:
                session.delete(one)
        for need in needs:
            if need not in before:
                session.add(
                    CommunicationRecord(
                        person_id=person.id,
                        need=need,
                        recorded_on=today,
                        recorded_by_id=by.account.id,
                        review_on=review_day(today),
                    )
                )


def keep_communication_note(
    session: Session, *, person: Person, need: CommunicationNeed, note: str, by: Doer
) -> None:
    """What else to know about one communication need. Raises ``NoResultFound`` if it is not recorded."""
    one = communication_need(session, person.id, need)
    if one.note == note:
        return
    with change(session, person=person, part=ProfilePart.COMMUNICATION, by=by):
        one.note = note


def share_communication(
    session: Session, *, person: Person, needs: Collection[CommunicationNeed], by: Doer
) -> None:
    """The person agrees that providers are told exactly these of their communication needs."""
    records = communication_of(session, person.id)
    if all(one.share_with_providers == (one.need in needs) for one in records):
        return
    with change(
        session,
        person=person,
        part=ProfilePart.COMMUNICATION,
        by=by,
        action=Action.COMMUNICATION_SHARING,
    ):
        for one in records:
            one.share_with_providers = one.need in needs


def confirm_communication(session: Session, *, person: Person, today: date, by: Doer) -> None:
    """The communication needs were looked at and are still right: again in a year."""
    records = [one for one in communication_of(session, person.id) if one.review_on <= today]
    if not records:
        return
    with change(session, person=person, part=ProfilePart.COMMUNICATION, by=by):
        for one in records:
            one.review_on = review_day(today)


def count_in_gaps(session: Session, *, person: Person, agrees: bool, by: Doer) -> None:
    """Whether the person is counted, without a name, in what is missing near them."""
    if person.counts_in_gaps == agrees:
        return
    person.counts_in_gaps = agrees
    person.changed_at = datetime.now(UTC)
    action = Action.COUNTING_AGREED if agrees else Action.COUNTING_ENDED
    record(session, action=action, subject=person, actor=by.account, role=by.role)


def hide_part(session: Session, *, person: Person, part: ProfilePart, by: Doer) -> None:
    """From now on only the person sees *part*."""
    if session.get(HiddenPart, (person.id, part)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(HiddenPart(person_id=person.id, part=part, hidden_at=datetime.now(UTC)))
    except IntegrityError:
        return  # hidden in another tab at the same moment
    record(
        session,
        action=Action.PART_HIDDEN,
        subject=person,
        details={"part": part},
        actor=by.account,
        role=by.role,
    )


def show_part(session: Session, *, person: Person, part: ProfilePart, by: Doer) -> None:
    """Those who help see *part* again."""
    hidden = session.get(HiddenPart, (person.id, part))
    if hidden is None:
        return
    session.delete(hidden)
    record(
        session,
        action=Action.PART_SHOWN,
        subject=person,
        details={"part": part},
        actor=by.account,
        role=by.role,
    )


def review_day(today: date) -> date:
    """The day on which something said today is looked at again."""
    year = today.year + REVIEW_AFTER_YEARS
    return (
        today.replace(year=year, day=28) if (today.month, today.day) == (2, 29) else today.replace(year=year)
    )


def _said_on(session: Session, *, person: Person, level: int, day: date, by: Doer) -> bool:
    """Whether this account already said this level on *day*, last of all."""
    last = session.scalars(
        select(LevelRecord)
        .where(LevelRecord.person_id == person.id)
        .order_by(LevelRecord.said_at.desc(), LevelRecord.id)
        .limit(1)
    ).one_or_none()
    return last is not None and (last.level, last.said_on, last.said_by_id) == (level, day, by.account.id)
