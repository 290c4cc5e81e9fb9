"""Bring tables to a wanted state with as few writes as possible, so that twice is once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

Row = dict[str, Any]

# Well below the number of parameters that SQLite and PostgreSQL take in one statement.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows were written, and how many stood there already."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )

    @property
    def any(self) -> bool:
        return bool(self.created or self.updated or self.removed)


def sync_rows(
    session: Session,
    table: Table,
    rows: Sequence[Row],
    *,
    owner: str | None,
    owners: Iterable[Any],
    touched: set[Any] | None = None,
) -> Changes:
    """Make *table* hold exactly *rows* among the rows of *owners*.

    Rows are told apart by the primary key. With ``owner`` (a column's name), rows of the owners that
    are not wanted any more are removed first; without it, nothing is removed. Every row has a value
    for every column it names, and all name the same columns. ``touched`` collects the owners of all rows
    that were written or removed; without an owner their primary keys, of which there must be one column.
    """
    keys = [column.name for column in table.primary_key]
    wanted = {tuple(row[name] for name in keys): row for row in rows}
    found = _existing(session, table, keys, wanted=wanted, owner=owner, owners=list(owners))
    gone = [key for key in found if key not in wanted]
    new = [row for key, row in wanted.items() if key not in found]
    changed = [row for key, row in wanted.items() if key in found and not _same(row, found[key])]
    if touched is not None:
        name = owner or keys[0]
        touched.update(row[name] for row in [*new, *changed, *(found[key] for key in gone)])
    for some in _portions(gone):
        session.execute(delete(table).where(_any_key(table, keys, some)))
    # Updates before inserts would be as good; both after removals, which may free a unique value.
    if changed:
        matches = [table.c[name] == bindparam(f"key_{name}") for name in keys]
        values: Row = {name: bindparam(name) for name in changed[0] if name not in keys}
        parameters = [row | {f"key_{name}": row[name] for name in keys} for row in changed]
        session.connection().execute(update(table).where(and_(*matches)).values(values), parameters)
    if new:
        session.connection().execute(insert(table), new)
    return Changes(len(new), len(changed), len(wanted) - len(new) - len(changed), len(gone))


def _existing(
    session: Session,
    table: Table,
    keys: list[str],
    *,
    wanted: dict[tuple[Any, ...], Row],
    owner: str | None,
    owners: list[Any],
) -> dict[tuple[Any, ...], Row]:
    found: dict[tuple[Any, ...], Row] = {}
    for some in _portions(owners if owner else list(wanted)):
        which = table.c[owner].in_(some) if owner else _any_key(table, keys, some)
        for row in session.execute(select(table).where(which)).mappings():
            found[tuple(row[name] for name in keys)] = dict(row)
    return found


def _any_key(table: Table, keys: list[str], some: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
    if len(keys) == 1:
        return table.c[keys[0]].in_([key[0] for key in some])
    return tuple_(*(table.c[name] for name in keys)).in_(some)


def _portions(values: list[Any]) -> Iterable[list[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _same(wanted: Row, found: Row) -> bool:
    return all(found[name] == value for name, value in wanted.items())
