"""Everything about a person in one file: a document to read, the same as JSON, and what its fields are."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import Session

from marketplace.outbox.models import OutboxMessage
from marketplace.people.rights.holdings import HOLDINGS, SECRET, Holding, Whose
from marketplace.people.rights.readable import Names, in_words, names_of

FORMAT = "meaningful-day-person"
FORMAT_VERSION = 1
READABLE, DATA, SCHEMA = "about-you.html", "everything.json", "fields.json"


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one holding, in full and in words."""

    holding: Holding
    rows: tuple[Mapping[str, Any], ...]
    in_words: tuple[tuple[tuple[str, str], ...], ...]
    held_back: Mapping[str, int]
    """How many rows are held back, by the reason."""


def sections_of(session: Session, whose: Whose) -> list[Section]:
    """All that is held about someone: one query for each holding, and four for names."""
    found = [(holding, _rows(session, holding, whose)) for holding in HOLDINGS]
    names = names_of(session, [(_table(holding), row) for holding, rows in found for row in rows])
    return [_section(holding, rows, whose, names) for holding, rows in found]


def download(sections: list[Section], *, name: str, made_at: datetime) -> bytes:
    """The zip file with the readable document, the data and its schema."""
    held_back = [
        {"table": section.holding.key, "rows": number, "why": reason}
        for section in sections
        for reason, number in section.held_back.items()
    ]
    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "schema": SCHEMA,
        "made_at": made_at.isoformat(timespec="seconds"),
        "tables": {section.holding.key: list(section.rows) for section in sections},
        "held_back": held_back,
    }
    readable = render_template("rights/download.html", sections=sections, name=name, made_at=made_at)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(READABLE, readable)
        archive.writestr(DATA, json.dumps(document, ensure_ascii=False, indent=2))
        archive.writestr(SCHEMA, json.dumps(schema(), ensure_ascii=False, indent=2))
    return file.getvalue()


def schema() -> dict[str, Any]:
    """What each field of the data is: a JSON Schema, with the columns that are left out and why."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT} {FORMAT_VERSION}",
        "type": "object",
        "required": ["format", "version", "made_at", "tables", "held_back"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": FORMAT_VERSION},
            "made_at": {"type": "string", "format": "date-time"},
            "held_back": {"type": "array", "description": "Rows that a person reads before you get them."},
            "tables": {
                "type": "object",
                "properties": {holding.key: _table_schema(holding) for holding in HOLDINGS},
            },
        },
    }


def columns_of(holding: Holding) -> list[str]:
    """The names of the columns that the download has of this table."""
    return [column.name for column in _table(holding).columns if column.name not in holding.left_out]


def _rows(session: Session, holding: Holding, whose: Whose) -> Sequence[Any]:
    condition = holding.of(whose)
    if condition is None:
        return ()
    in_order = select(holding.model).where(condition).order_by(*_table(holding).primary_key.columns)
    return session.scalars(in_order).all()


def _section(holding: Holding, found: Sequence[Any], whose: Whose, names: Names) -> Section:
    rows, words, held = [], [], dict[str, int]()
    for row in found:
        reason = holding.held_back(row, whose)
        if reason:
            held[reason] = held.get(reason, 0) + 1
            continue
        values = _values(holding, row)
        rows.append({name: _plain(value) for name, value in values.items()})
        said = tuple(in_words(holding, row, values, names))
        if said:
            words.append(said)
    return Section(holding, tuple(rows), tuple(words), held)


def _values(holding: Holding, row: Any) -> dict[str, Any]:
    """The row by column names, which may differ from the attributes'."""
    wanted = set(columns_of(holding))
    values = {
        attribute.columns[0].name: getattr(row, attribute.key)
        for attribute in inspect(holding.model).column_attrs
        if attribute.columns[0].name in wanted
    }
    if isinstance(row, OutboxMessage) and row.holds_secret:
        values["body"] = SECRET  # a link that signs in, as long as the mail waits
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def _table(holding: Holding) -> Table:
    table = holding.model.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type checker)
    return table


def _table_schema(holding: Holding) -> dict[str, Any]:
    kept = set(columns_of(holding))
    return {
        "type": "array",
        "title": holding.title,
        "description": (holding.model.__doc__ or "").strip(),
        "items": {
            "type": "object",
            "properties": {
                column.name: {"type": _type(column.type.python_type, nullable=bool(column.nullable))}
                for column in _table(holding).columns
                if column.name in kept
            },
        },
        "leftOut": dict(holding.left_out),
    }


def _type(python: type[Any], *, nullable: bool) -> str | list[str]:
    """A JSON type; JSON columns are objects or lists."""
    names: dict[type[Any], str] = {bool: "boolean", int: "integer", float: "number"}
    if python is dict:
        return ["object", "array", "null"]
    name = names.get(python, "string")
    return [name, "null"] if nullable else name
