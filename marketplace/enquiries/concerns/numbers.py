"""Whom to ring: each council's own numbers. A file only begins them; moderators keep them right.

A number that was taken away stays as a row without one, so that loading the file again does not bring
it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.enquiries.concerns.models import CouncilNumber, NumberFor
from marketplace.vocabulary import Role

CONTACTS_FILE = "council_contacts.yaml"
_FROM_FILE = 1
"""The version of a row that nobody has changed here."""


class StaleNumberError(Exception):
    """Somebody changed the number after the page was opened."""

    def __init__(self, theirs: CouncilNumber | None) -> None:
        self.theirs = theirs
        super().__init__("the number has changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """What is said of one number."""

    phone: str
    words: str = ""
    """When it is answered."""
    source: str = ""
    """Where it was read."""
    checked_on: date | None = None


def load_numbers(session: Session, seeds_dir: Path) -> int:
    """Bring in the file's numbers where nobody has said anything else; how many changed.

    Raises ``KeyError`` or ``ValueError`` for a file that does not say what it must.
    """
    known = {(row.council_code, row.number_for): row for row in session.scalars(select(CouncilNumber))}
    changed = 0
    for (council, number_for), number in _in_file(seeds_dir).items():
        row = known.get((council, number_for))
        if row is None:
            row = CouncilNumber(council_code=council, number_for=number_for, version=_FROM_FILE)
            session.add(row)
        elif row.version > _FROM_FILE or _said(row) == number:
            continue
        _write(row, number)
        changed += 1
    session.flush()
    return changed


def numbers_of(session: Session, council: str) -> dict[NumberFor, CouncilNumber]:
    """A council's numbers; none where it has told none."""
    return numbers_by_council(session, only=council).get(council, {})


def numbers_by_council(session: Session, *, only: str = "") -> dict[str, dict[NumberFor, CouncilNumber]]:
    """The numbers of every council that has one, by its code; or of one. One statement."""
    query = select(CouncilNumber).where(CouncilNumber.phone != "")
    if only:
        query = query.where(CouncilNumber.council_code == only)
    found: dict[str, dict[NumberFor, CouncilNumber]] = {}
    for row in sorted(session.scalars(query), key=lambda row: (row.council_code, row.number_for.position)):
        found.setdefault(row.council_code, {})[row.number_for] = row
    return found


def number_at(session: Session, council: str, number_for: NumberFor) -> CouncilNumber | None:
    """One row, also one without a number."""
    return session.scalars(
        select(CouncilNumber).where(
            CouncilNumber.council_code == council, CouncilNumber.number_for == number_for
        )
    ).one_or_none()


def set_number(
    session: Session,
    *,
    council: str,
    number_for: NumberFor,
    number: Number,
    expected: int,
    account: Account,
    role: Role,
) -> bool:
    """Note a number, or take it away where its phone is ''. False where it was like that already.

    *expected* is the version that was read, 0 where there was none. Raises ``StaleNumberError``.
    """
    row = session.scalars(
        select(CouncilNumber)
        .where(CouncilNumber.council_code == council, CouncilNumber.number_for == number_for)
        .with_for_update()
    ).one_or_none()
    if row is not None and row.version > _FROM_FILE and _said(row) == number:
        return False
    if (row.version if row else 0) != expected:
        raise StaleNumberError(row)
    if row is None:
        row = CouncilNumber(council_code=council, number_for=number_for, version=_FROM_FILE)
        session.add(row)
    before = row.phone or ""
    _write(row, number)
    row.version += 1
    row.set_by_id = account.id
    session.flush()
    record(
        session,
        action=Action.COUNCIL_NUMBER_SET if number.phone else Action.COUNCIL_NUMBER_REMOVED,
        subject=row,
        details={
            "council": council,
            "for": number_for,
            "before": before,
            "after": number.phone,
            "checked_on": number.checked_on,
        },
        actor=account,
        role=role,
    )
    return True


def _said(row: CouncilNumber) -> Number:
    return Number(phone=row.phone, words=row.words, source=row.source, checked_on=row.checked_on)


def _write(row: CouncilNumber, number: Number) -> None:
    row.phone, row.words = number.phone, number.words
    row.source, row.checked_on = number.source, number.checked_on


def _in_file(seeds_dir: Path) -> dict[tuple[str, NumberFor], Number]:
    file = seeds_dir / CONTACTS_FILE
    read: Any = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None
    councils: Mapping[str, Mapping[str, Mapping[str, Any]]] = read or {}
    return {
        (str(council), NumberFor(number_for)): Number(
            phone=str(told["phone"]),
            words=str(told.get("words", "")),
            source=str(told.get("source", "")),
            checked_on=told.get("checked_on"),
        )
        for council, numbers in councils.items()
        for number_for, told in numbers.items()
    }
