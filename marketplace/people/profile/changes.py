"""How a profile changes: one version after the other, with a way back and a memory of who did it.

Functions here know no request and do not commit. Each change makes the person's version grow; two
changes that began from the same version can't both be kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.people.models import Person
from marketplace.people.profile.models import (
    CommunicationNeed,
    CommunicationRecord,
    LevelRecord,
    NoteKind,
    ProfileNote,
    ProfilePart,
    ProfileUndo,
)
from marketplace.people.profile.queries import communication_of, notes_of
from marketplace.vocabulary import Role

UNDO_FOR = timedelta(hours=1)


class StaleProfileError(Exception):
    """Someone else changed the profile between reading and writing it."""


@dataclass(frozen=True, kw_only=True)
class Doer:
    """Who makes a change, and in which role towards the person."""

    account: Account
    role: Role


@contextmanager
def change(
    session: Session,
    *,
    person: Person,
    part: ProfilePart | None,
    by: Doer,
    action: Action = Action.PROFILE_CHANGED,
    columns: Mapping[str, Any] | None = None,
) -> Iterator[datetime]:
    """One change of a profile: claims the version, keeps the way back, and remembers who did it."""
    now = datetime.now(UTC)
    before = _as_it_is(session, person)
    _claim(session, person=person, columns={**(columns or {}), "changed_at": now})
    yield now
    forget_undos(session, made_before=now - UNDO_FOR)
    session.merge(
        ProfileUndo(
            person_id=person.id,
            version=person.version,
            made_by_id=by.account.id,
            made_at=now,
            before=before,
        )
    )
    session.flush()
    record(
        session,
        action=action,
        subject=person,
        details={"part": part} if part else {},
        actor=by.account,
        role=by.role,
    )


def _claim(session: Session, *, person: Person, columns: Mapping[str, Any]) -> None:
    """Write *columns* of the person if nobody has since it was read; else ``StaleProfileError``."""
    version = person.version
    claimed = session.execute(
        update(Person)
        .where(Person.id == person.id, Person.version == version)
        .values(version=version + 1, **columns)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not claimed:
        raise StaleProfileError
    session.refresh(person)


def _as_it_is(session: Session, person: Person) -> dict[str, Any]:
    """What can be put back: the person's answers and names, notes and communication needs."""
    return {
        "person": {
            "answers": person.answers,
            "first_name": person.first_name,
            "family_name": person.family_name,
            "age": person.age,
            "support_level": person.support_level,
            "district_code": person.district_code,
        },
        "notes": [
            {
                "kind": note.kind.value,
                "text": note.text,
                "written_at": note.written_at.isoformat(),
                "written_by_id": _text(note.written_by_id),
            }
            for note in notes_of(session, person.id).values()
        ],
        "communication": [
            {
                "need": one.need.value,
                "note": one.note,
                "recorded_on": one.recorded_on.isoformat(),
                "recorded_by_id": _text(one.recorded_by_id),
                "share_with_providers": one.share_with_providers,
                "review_on": one.review_on.isoformat(),
            }
            for one in communication_of(session, person.id)
        ],
    }


def undo(session: Session, *, person: Person, before: ProfileUndo, by: Doer) -> None:
    """Put back what the profile said before its last change."""
    said = before.before
    session.execute(
        delete(LevelRecord).where(LevelRecord.person_id == person.id, LevelRecord.said_at == before.made_at)
    )
    _claim(session, person=person, columns={**said["person"], "changed_at": datetime.now(UTC)})
    for model in (ProfileNote, CommunicationRecord):
        session.execute(delete(model).where(model.person_id == person.id))
    session.add_all(
        ProfileNote(
            person_id=person.id,
            kind=NoteKind(note["kind"]),
            text=note["text"],
            written_at=datetime.fromisoformat(note["written_at"]),
            written_by_id=_uuid(note["written_by_id"]),
        )
        for note in said["notes"]
    )
    session.add_all(
        CommunicationRecord(
            person_id=person.id,
            need=CommunicationNeed(one["need"]),
            note=one["note"],
            recorded_on=date.fromisoformat(one["recorded_on"]),
            recorded_by_id=_uuid(one["recorded_by_id"]),
            share_with_providers=one["share_with_providers"],
            review_on=date.fromisoformat(one["review_on"]),
        )
        for one in said["communication"]
    )
    session.delete(before)
    session.flush()
    record(session, action=Action.PROFILE_UNDONE, subject=person, actor=by.account, role=by.role)


def forget_undos(session: Session, *, made_before: datetime) -> int:
    """Delete what could be undone before that moment; returns how many profiles' it was."""
    gone = session.execute(
        delete(ProfileUndo).where(ProfileUndo.made_at < made_before).returning(ProfileUndo.person_id)
    )
    return len(gone.all())


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _uuid(text: str | None) -> uuid.UUID | None:
    return None if text is None else uuid.UUID(text)
