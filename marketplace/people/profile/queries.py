"""Reading a person's profile."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.people.models import Person
from marketplace.people.profile.models import (
    CommunicationNeed,
    CommunicationRecord,
    LevelRecord,
    NoteKind,
    ProfileNote,
    ProfileUndo,
)
from marketplace.people.rights.models import ProfileView
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.people.supporters.models import Scope, Supporter


def person_of_account(session: Session, account_id: uuid.UUID) -> Person | None:
    """The person whose own account this is, if they have begun a page."""
    return session.scalars(
        select(Person).where(Person.account_id == account_id).order_by(Person.id)
    ).one_or_none()


def notes_of(session: Session, person_id: uuid.UUID) -> dict[NoteKind, ProfileNote]:
    """The notes in own words, by the question that each answers."""
    rows = session.scalars(
        select(ProfileNote)
        .where(ProfileNote.person_id == person_id)
        .order_by(ProfileNote.kind, ProfileNote.position, ProfileNote.id)
    )
    found: dict[NoteKind, ProfileNote] = {}
    for note in rows:
        found.setdefault(note.kind, note)
    return found


def communication_of(session: Session, person_id: uuid.UUID) -> list[CommunicationRecord]:
    """What helps the person to understand and be understood, in the vocabulary's order."""
    rows = session.scalars(
        select(CommunicationRecord)
        .where(CommunicationRecord.person_id == person_id)
        .order_by(CommunicationRecord.need)
    )
    return sorted(rows, key=lambda record: record.need.position)


def communication_need(
    session: Session, person_id: uuid.UUID, need: CommunicationNeed
) -> CommunicationRecord:
    """One communication need. Raises ``NoResultFound`` where it is not recorded."""
    return session.scalars(
        select(CommunicationRecord)
        .where(CommunicationRecord.person_id == person_id, CommunicationRecord.need == need)
        .order_by(CommunicationRecord.need)
    ).one()


def levels_of(session: Session, person_id: uuid.UUID) -> list[tuple[LevelRecord, str]]:
    """Every level that was said, the newest first, with the name of the account that said it, or ''."""
    rows = session.execute(
        select(LevelRecord, Account.name)
        .outerjoin(Account, Account.id == LevelRecord.said_by_id)
        .where(LevelRecord.person_id == person_id)
        .order_by(LevelRecord.said_at.desc(), LevelRecord.id)
    )
    return [(record, name or "") for record, name in rows]


def undo_of(
    session: Session, person: Person, *, account_id: uuid.UUID, since: datetime
) -> ProfileUndo | None:
    """The last change, if *account_id* made it after *since* and nothing has changed after it."""
    return session.scalars(
        select(ProfileUndo)
        .where(
            ProfileUndo.person_id == person.id,
            ProfileUndo.made_by_id == account_id,
            ProfileUndo.version == person.version,
            ProfileUndo.made_at >= since,
        )
        .order_by(ProfileUndo.person_id)
    ).one_or_none()


def supporters_now(session: Session, person_id: uuid.UUID) -> list[Supporter]:
    """Those who help, or are invited to: not ended."""
    return list(
        session.scalars(
            select(Supporter)
            .where(Supporter.person_id == person_id, Supporter.ended_at.is_(None))
            .order_by(Supporter.name, Supporter.id)
        )
    )


def last_looks(session: Session, person_id: uuid.UUID, *, limit: int) -> list[ProfileView]:
    """The last looks by others, the newest first."""
    return list(
        session.scalars(
            select(ProfileView)
            .where(ProfileView.person_id == person_id)
            .order_by(ProfileView.last_at.desc(), ProfileView.id)
            .limit(limit)
        )
    )


def saved_offers(session: Session, person_id: uuid.UUID, *, limit: int) -> list[SavedMatch]:
    """The matches that the person saved, the newest first."""
    return list(
        session.scalars(
            select(SavedMatch)
            .where(SavedMatch.person_id == person_id, SavedMatch.keeping == Keeping.SAVED)
            .order_by(SavedMatch.kept_at.desc(), SavedMatch.id)
            .limit(limit)
        )
    )


def people_helped_by(session: Session, *, account_id: uuid.UUID, today: date) -> list[Person]:
    """The people for whom the account may fill in as a supporter today, in order of their names."""
    return list(
        session.scalars(
            select(Person)
            .where(
                exists().where(
                    Supporter.person_id == Person.id,
                    Supporter.account_id == account_id,
                    Supporter.accepted_at.is_not(None),
                    Supporter.ended_at.is_(None),
                    Supporter.starts_on <= today,
                    Supporter.ends_on >= today,
                    Supporter.scope != Scope.LOOK,
                )
            )
            .order_by(Person.first_name, Person.id)
        )
    )
