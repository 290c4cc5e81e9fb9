"""What the example person says about herself beside her answers, so that every part can be seen filled."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.people.models import Person
from marketplace.people.profile.models import (
    CommunicationNeed,
    CommunicationRecord,
    LevelRecord,
    NoteKind,
    ProfileNote,
    WhoSaid,
)

NOTES = {
    NoteKind.CAN_DO: "I can sew, and I can still thread my own needle.\nI make my own breakfast.",
    NoteKind.LEARNT_BEFORE: "I was a machinist at the hosiery works for thirty years.",
    NoteKind.IN_MY_LIFE: "My daughter Janet, every day after work.\nMy neighbour Doreen, and her dog.",
    NoteKind.GOOD_DAY: "Out before dinner, with people to talk to. Home for the four o'clock quiz.",
    NoteKind.CULTURE: "Chapel on Sundays when someone can take me.",
}
COMMUNICATION = {
    CommunicationNeed.LARGE_PRINT: ("18 points or more", True),
    CommunicationNeed.MORE_TIME: ("", False),
}


def load_example_profile(
    session: Session, person: Person, *, practitioner_id: uuid.UUID, today: date
) -> None:
    """Write it once; what was changed since then stays as it is."""
    if session.scalars(select(ProfileNote.id).where(ProfileNote.person_id == person.id).limit(1)).first():
        return
    now = datetime.now(UTC)
    session.add_all(
        ProfileNote(
            person_id=person.id, kind=kind, text=text, written_at=now, written_by_id=person.account_id
        )
        for kind, text in NOTES.items()
    )
    session.add_all(
        CommunicationRecord(
            person_id=person.id,
            need=need,
            note=note,
            recorded_on=today - timedelta(days=60),
            recorded_by_id=person.account_id,
            share_with_providers=shared,
            review_on=today + timedelta(days=305),
        )
        for need, (note, shared) in COMMUNICATION.items()
    )
    if person.support_level is not None:
        session.add(
            LevelRecord(
                person_id=person.id,
                level=person.support_level,
                said_on=today - timedelta(days=60),
                said_at=now - timedelta(days=60),
                who=WhoSaid.PRACTITIONER,
                said_by_id=practitioner_id,
            )
        )
    session.flush()
