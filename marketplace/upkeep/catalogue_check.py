"""Whether the catalogue that searches use says the same as the database."""

from __future__ import annotations

from uuid import UUID

import numpy as np

from marketplace.matching.catalogue import Catalogue, Columns

_BY_SESSION = tuple(
    name for name in Columns._fields if name.startswith("session_") and name != "session_count"
)
_BY_ROW = tuple(name for name in Columns._fields if name not in (*_BY_SESSION, "first_session"))


def differences(held: Catalogue, made_anew: Catalogue) -> list[tuple[UUID, str]]:
    """Offers, in order, of which *held* says something else than *made_anew*, and what about them."""
    found: list[tuple[UUID, str]] = []
    for offer in sorted(held.row_of.keys() | made_anew.row_of.keys()):
        if offer not in made_anew.row_of:
            found.append((offer, "is not public"))
        elif offer not in held.row_of:
            found.append((offer, "is missing"))
        else:
            different = _different(held, held.row_of[offer], made_anew, made_anew.row_of[offer])
            if different:
                found.append((offer, f"has another {', '.join(different)}"))
    return found


def _different(one: Catalogue, row: int, other: Catalogue, other_row: int) -> list[str]:
    names = [
        name
        for name in _BY_ROW
        if not _same(getattr(one.columns, name)[row], getattr(other.columns, name)[other_row])
    ]
    mine, theirs = one.sessions_of(row), other.sessions_of(other_row)
    names += [
        name
        for name in _BY_SESSION
        if not np.array_equal(
            getattr(one.columns, name)[mine.start : mine.stop],
            getattr(other.columns, name)[theirs.start : theirs.stop],
        )
    ]
    if one.names[row] != other.names[other_row]:
        names.append("name")
    if one.source_ids[row] != other.source_ids[other_row]:
        names.append("source_id")
    if one.text_keys[row] != other.text_keys[other_row]:
        names.append("text")
    return names


def _same(one: np.generic, other: np.generic) -> bool:
    return bool(one == other or (one != one and other != other))  # noqa: PLR0124 (not known is not a number)
