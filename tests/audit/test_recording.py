"""Recording what was done: a chain that can't fork, and that code can't change."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.audit import Action, AuditEntry, record
from marketplace.audit.chain import FIRST_HASH, hash_of
from marketplace.db import open_database
from marketplace.vocabulary import Role, Theme


@dataclass
class Someone:
    id: uuid.UUID


def note(session: Session, number: int = 0) -> AuditEntry:
    return record(session, action=Action.MAIL_GIVEN_UP, subject=("test", number), actor=None, role=None)


def test_an_entry_says_who_did_what_to_which_record(session: Session) -> None:
    who = Someone(uuid.uuid4())
    first = note(session)
    entry = record(
        session,
        action=Action.MAIL_GIVEN_UP,
        subject=("person", who.id),
        details={"theme": Theme.SWIMMING, "on": date(2026, 11, 3), "budget": Decimal("4.50"), "n": 3},
        actor=who,
        role=Role.PRACTITIONER,
    )
    assert (first.number, first.previous_hash) == (1, FIRST_HASH)
    assert (entry.number, entry.previous_hash) == (2, first.hash)
    assert (entry.subject_kind, entry.subject_id) == ("person", str(who.id))
    assert (entry.actor_id, entry.actor_role) == (who.id, Role.PRACTITIONER)
    assert entry.details == {"theme": "swimming", "on": "2026-11-03", "budget": "4.50", "n": 3}


def test_the_hash_of_a_known_entry_is_known() -> None:
    entry = AuditEntry(
        number=7,
        at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
        actor_id=uuid.UUID(int=1),
        actor_role=Role.PERSON,
        action="mail_given_up",
        subject_kind="person",
        subject_id="x",
        details={"b": "é", "a": 1},
        previous_hash=FIRST_HASH,
    )
    # What sha256sum says of the JSON text, written by hand.
    assert hash_of(entry) == "fff4a76720156c7f86ba431c8c9a63f2b1160814c311b3e9563307c18bbebae9"


def test_what_was_stored_has_the_same_hash_when_it_is_read_again(session: Session) -> None:
    entry = record(
        session,
        action=Action.MAIL_GIVEN_UP,
        subject=("person", 1),
        details={"words": "Zoë’s “day” \U0001f3ca", "nested": {"b": [1, None, True], "a": 2}},
        actor=Someone(uuid.uuid4()),
        role=Role.PERSON,
    )
    session.expire_all()
    again = session.scalars(select(AuditEntry)).one()
    assert hash_of(again) == again.hash == entry.hash


def test_details_that_would_not_come_back_the_same_are_refused(session: Session) -> None:
    with pytest.raises(TypeError, match="float"):
        record(
            session,
            action=Action.MAIL_GIVEN_UP,
            subject=("person", 1),
            details={"score": 0.1},
            actor=None,
            role=None,
        )


def test_an_undone_transaction_leaves_no_hole(session: Session) -> None:
    note(session)
    undone = session.begin_nested()
    note(session)
    undone.rollback()
    note(session)
    assert session.scalars(select(AuditEntry.number).order_by(AuditEntry.number)).all() == [1, 2]


@pytest.mark.parametrize("change", [update(AuditEntry).values(subject_id="other"), delete(AuditEntry)])
def test_the_database_refuses_to_change_or_delete_an_entry(session: Session, change: object) -> None:
    note(session)
    with pytest.raises(DatabaseError, match="only ever added"), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]


def test_eight_who_record_at_once_make_one_chain(database_url: str) -> None:
    def add_ten(name: int) -> None:
        database = open_database(database_url)
        for number in range(10):
            with database.write.begin() as own:
                note(own, name * 100 + number)
        database.engine.dispose()

    threads = [threading.Thread(target=add_ten, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = open_database(database_url)
    with database.read() as own:
        entries = own.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    database.engine.dispose()
    assert [entry.number for entry in entries] == list(range(1, 81))
    hashes = [FIRST_HASH, *(entry.hash for entry in entries)]
    assert [entry.previous_hash for entry in entries] == hashes[:-1]
