"""Going over the chain: whatever is done to it in the database is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.audit import Action, record
from marketplace.audit.chain import hash_of
from marketplace.audit.checking import check_chain, note_head, read_noted
from marketplace.audit.models import AuditEntry, AuditHead


@pytest.fixture
def tamper(session: Session, backend: str) -> Callable[..., None]:
    """Ten entries, and a way to change them as someone could who has the database."""
    for number in range(1, 11):
        record(session, action=Action.MAIL_GIVEN_UP, subject=("test", number), actor=None, role=None)
    session.flush()

    def change(*statements: str) -> None:
        if backend == "sqlite":
            session.execute(text("DROP TRIGGER IF EXISTS audit_entry_no_update"))
            session.execute(text("DROP TRIGGER IF EXISTS audit_entry_no_delete"))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change"))
        for statement in statements:
            session.connection().exec_driver_sql(statement)
        session.expire_all()

    return change


def problems(session: Session, **more: object) -> list[str]:
    return check_chain(session, **more).problems  # type: ignore[arg-type]


def test_an_untouched_chain_is_well(session: Session, tamper: Callable[..., None]) -> None:
    report = check_chain(session)
    assert (report.entries, report.problems) == (10, [])


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE audit_entry SET subject_id = 'x' WHERE number = 4",
            "Entry 4 was changed after it was written.",
        ),
        (
            "UPDATE audit_entry SET details = '{\"a\":1}' WHERE number = 4",
            "Entry 4 was changed after it was written.",
        ),
        (
            "UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE number = 10",
            "Entry 10 was changed after it was written.",
        ),
        (
            "UPDATE audit_entry SET actor_role = 'moderator' WHERE number = 1",
            "Entry 1 was changed after it was written.",
        ),
        (
            "UPDATE audit_entry SET action = 'unheard_of' WHERE number = 1",
            "Entry 1 was changed after it was written.",
        ),
        ("DELETE FROM audit_entry WHERE number = 4", "Entry 4 is missing."),
        ("DELETE FROM audit_entry WHERE number BETWEEN 4 AND 6", "Entries 4 to 6 are missing."),
        ("DELETE FROM audit_entry WHERE number < 3", "Entries 1 to 2 are missing."),
        ("DELETE FROM audit_entry WHERE number > 8", "Entries 9 to 10 are missing at the end."),
        ("DELETE FROM audit_entry", "Entries 1 to 10 are missing at the end."),
        (
            "DELETE FROM audit_head",
            "The chain's head is gone, so nobody can tell whether entries are missing at the end.",
        ),
        ("UPDATE audit_head SET number = 9", "The chain's head says entry 9, and does not match entry 10."),
    ],
)
def test_what_was_done_to_the_chain_is_told(
    session: Session, tamper: Callable[..., None], statement: str, says: str
) -> None:
    tamper(statement)
    assert says in problems(session)


def test_an_entry_whose_hash_was_made_to_fit_betrays_itself_by_the_next(
    session: Session, tamper: Callable[..., None]
) -> None:
    forged = session.get_one(AuditEntry, 4)
    session.expunge(forged)
    forged.subject_id = "x"
    tamper(f"UPDATE audit_entry SET subject_id = 'x', hash = '{hash_of(forged)}' WHERE number = 4")
    assert problems(session) == ["Entry 5 does not follow entry 4: one of them was replaced."]


def test_a_chain_that_was_rewritten_whole_does_not_match_what_was_noted_outside(
    session: Session, tamper: Callable[..., None], tmp_path: Path
) -> None:
    file = tmp_path / "audit-head"
    assert note_head(session, file) is not None
    assert note_head(session, file) is None  # nothing new
    noted = read_noted(file)
    assert noted is not None
    assert problems(session, noted=noted) == []
    tamper("DELETE FROM audit_entry WHERE number > 8", "UPDATE audit_head SET number = 8")
    head = session.get_one(AuditHead, 1)
    head.hash = session.get_one(AuditEntry, 8).hash
    session.flush()
    assert problems(session) == []  # inside the database nothing shows
    day = f"{noted.noted_at:%-d %B %Y}"
    assert problems(session, noted=noted) == [f"Entry 10 was there on {day} and is missing."]
    for _ in range(2):
        record(session, action=Action.MAIL_GIVEN_UP, subject=("other", 1), actor=None, role=None)
    assert problems(session, noted=noted) == [f"Entry 10 is not the one that was noted on {day}."]


def test_a_field_that_can_not_be_read_is_told_and_the_rest_is_gone_over(
    session: Session, tamper: Callable[..., None], backend: str
) -> None:
    if backend == "sqlite":
        tamper(
            "UPDATE audit_entry SET details = 'not json' WHERE number = 4",
            "DELETE FROM audit_entry WHERE number = 7",
        )
        assert problems(session) == [
            "Entry 4 can't be read: it was changed after it was written.",
            "Entry 7 is missing.",
        ]
    else:  # PostgreSQL keeps to its types
        tamper("DELETE FROM audit_entry WHERE number = 7")
        assert problems(session) == ["Entry 7 is missing."]


def test_a_long_list_is_cut_and_counted(session: Session, tamper: Callable[..., None]) -> None:
    for number in range(30):
        record(session, action=Action.MAIL_GIVEN_UP, subject=("test", number), actor=None, role=None)
    tamper("UPDATE audit_entry SET subject_id = 'x'")
    told = problems(session)
    assert (len(told), told[-1]) == (21, "And 20 more.")
