"""Going over the chain: what was changed, what is missing, and whether the end is still there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from marketplace.audit.chain import FIRST_HASH, hash_of
from marketplace.audit.models import AuditEntry, AuditHead

NOTED_HEAD = "audit-head"
"""File in the instance folder: whoever changes the database must change it too."""
_MOST_TOLD = 20
_AT_ONCE = 1000


@dataclass(frozen=True)
class NotedHead:
    """The last entry at some time, as written down outside the database."""

    number: int
    hash: str
    noted_at: datetime


@dataclass
class ChainReport:
    """How many entries there are, and what is wrong, in words."""

    entries: int = 0
    problems: list[str] = field(default_factory=list)


def check_chain(session: Session, *, noted: NotedHead | None = None) -> ChainReport:
    """Go over every entry in order; the session must see one state of the database throughout."""
    report = ChainReport()
    told = _Telling(report.problems)
    head = session.scalars(select(AuditHead)).one_or_none()
    last, last_hash = 0, FIRST_HASH
    for number, entry in _entries(session):
        report.entries += 1
        if number > last + 1:
            told.add(f"{_range(last + 1, number - 1)} missing.")
        if entry is None:
            told.add(f"Entry {number} can't be read: it was changed after it was written.")
            last, last_hash = number, ""
            continue
        if hash_of(entry) != entry.hash:
            told.add(f"Entry {number} was changed after it was written.")
        elif number == last + 1 and last_hash and entry.previous_hash != last_hash:
            told.add(f"Entry {number} does not follow entry {last}: one of them was replaced.")
        if noted is not None and number == noted.number and entry.hash != noted.hash:
            told.add(f"Entry {number} is not the one that was noted on {_day(noted)}.")
        last, last_hash = number, entry.hash
    if head is None:
        told.add("The chain's head is gone, so nobody can tell whether entries are missing at the end.")
    elif head.number > last:
        told.add(f"{_range(last + 1, head.number)} missing at the end.")
    elif head.number < last or (last_hash and head.hash != last_hash):
        told.add(f"The chain's head says entry {head.number}, and does not match entry {last}.")
    if noted is not None and noted.number > last:
        told.add(f"Entry {noted.number} was there on {_day(noted)} and is missing.")
    told.end()
    return report


def note_head(session: Session, file: Path) -> NotedHead | None:
    """Write the head down in *file*, if it moved; the new note, or None."""
    head = session.scalars(select(AuditHead)).one_or_none()
    before = read_noted(file)
    if head is None or head.number == 0 or (before is not None and before.number >= head.number):
        return None
    noted = NotedHead(head.number, head.hash, datetime.now(UTC))
    text = json.dumps(
        {"number": noted.number, "hash": noted.hash, "noted_at": noted.noted_at.isoformat(timespec="seconds")}
    )
    partly = file.with_suffix(".part")
    partly.write_text(text + "\n", encoding="ascii")
    partly.replace(file)
    return noted


def read_noted(file: Path) -> NotedHead | None:
    """What was noted; None before the first note. Raises ``ValueError`` for a file that is damaged."""
    if not file.exists():
        return None
    try:
        found = json.loads(file.read_text(encoding="ascii"))
        return NotedHead(found["number"], found["hash"], datetime.fromisoformat(found["noted_at"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file.name} is damaged") from error


def _entries(session: Session) -> Iterator[tuple[int, AuditEntry | None]]:
    """Every entry in order; None for one whose fields can't even be read."""
    after: int | None = None
    while True:
        statement = select(AuditEntry.number).order_by(AuditEntry.number).limit(_AT_ONCE)
        if after is not None:
            statement = statement.where(AuditEntry.number > after)
        numbers = session.scalars(statement).all()
        if not numbers:
            return
        wanted = select(AuditEntry).where(AuditEntry.number.between(numbers[0], numbers[-1]))
        try:
            found = {entry.number: entry for entry in session.scalars(wanted)}
        except (ValueError, LookupError):
            found = {number: entry for number in numbers if (entry := _readable(session, number))}
        for number in numbers:
            yield number, found.get(number)
        after = numbers[-1]
        for entry in found.values():
            if inspect(entry).persistent:
                session.expunge(entry)


def _readable(session: Session, number: int) -> AuditEntry | None:
    try:
        return session.get(AuditEntry, number)
    except (ValueError, LookupError):
        return None


class _Telling:
    """Keeps a list short: after some problems it only counts."""

    def __init__(self, problems: list[str]) -> None:
        self._problems = problems
        self._more = 0

    def add(self, problem: str) -> None:
        if len(self._problems) < _MOST_TOLD:
            self._problems.append(problem)
        else:
            self._more += 1

    def end(self) -> None:
        if self._more:
            self._problems.append(f"And {self._more} more.")


def _range(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"


def _day(noted: NotedHead) -> str:
    return f"{noted.noted_at:%-d %B %Y}"
