"""The facts of an offer as two records of 32 bytes, so that one look at a row is one look at memory.

The first holds what every row within reach is asked, the second what only the few are asked that may
still be a match. ``Columns`` are views of these records: whoever reads a column over many rows does
so as before, and compiled code reads all facts of one row together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.vocabulary import Feature, Theme

Array = npt.NDArray[Any]

_CACHE_LINE = 64


def mask_kind(members: int) -> str:
    """The smallest whole number that has a bit for each of so many members, as NumPy names it."""
    return next(f"u{size}" for size in (1, 2, 4, 8) if members <= 8 * size)


THEMES_KIND, FEATURES_KIND = mask_kind(len(Theme)), mask_kind(len(Feature))

NEAR = np.dtype(
    [
        ("lat", "f4"),
        ("lon", "f4"),
        ("radius_km", "f4"),
        ("themes", THEMES_KIND),
        ("suggested_themes", THEMES_KIND),
        ("features_yes", FEATURES_KIND),
        ("features_no", FEATURES_KIND),
        ("levels", "u1"),
        ("made_for", "u1"),
        ("min_age", "i1"),
        ("max_age", "i1"),
        ("kind", "i1"),
        ("place_kind", "i1"),
        ("vacancy", "i1"),
        ("transport", "i1"),
    ],
    align=True,
)
REST = np.dtype(
    [
        ("transport_radius_km", "f4"),
        ("transport_pence", "i4"),
        ("cost_pence", "i4"),
        ("first_session", "i4"),
        ("tie_key", "u4"),
        ("shortest_visit", "i2"),
        ("session_count", "u2"),
        ("flexible", "?"),
        ("cost_basis", "i1"),
        ("cost_is_range", "?"),
        ("funding", "u1"),
        ("bank_holidays", "i1"),
    ],
    align=True,
)


def kind_of(name: str) -> np.dtype[Any]:
    """What a column of the records holds."""
    for record in (NEAR, REST):
        if record.names and name in record.names:
            return record[name]
    raise KeyError(name)


def in_records(columns: Mapping[str, Array]) -> dict[str, Array]:
    """The *columns* of the records copied into records, each as a view; others are not in the answer."""
    views: dict[str, Array] = {}
    for record in (NEAR, REST):
        names = record.names or ()
        table = _aligned(len(columns[names[0]]), record)
        for name in names:
            table[name] = columns[name]
            views[name] = table[name]
    return views


def are_records(columns: Mapping[str, Array]) -> bool:
    """Whether the *columns* are views of one table of ``NEAR`` and one of ``REST``."""
    return all(_is_table(record, columns) for record in (NEAR, REST))


def address_of(record: np.dtype[Any], columns: Mapping[str, Array]) -> int:
    """Where the table of *record* begins of which the *columns* are views."""
    name = (record.names or ())[0]
    return _address(columns[name]) - _offset(record, name)


def _is_table(record: np.dtype[Any], columns: Mapping[str, Array]) -> bool:
    names: Sequence[str] = record.names or ()
    start, rows = address_of(record, columns), len(columns[names[0]])
    return all(
        _address(columns[name]) == start + _offset(record, name)
        and columns[name].shape == (rows,)
        and columns[name].strides == (record.itemsize,)
        and columns[name].dtype == record[name]
        for name in names
    )


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


def _offset(record: np.dtype[Any], name: str) -> int:
    return int(dict(record.fields or {})[name][1])


def _aligned(rows: int, record: np.dtype[Any]) -> Array:
    """Zeros that begin where the processor's cache lines do, so that no record lies across two."""
    room = np.zeros(rows * record.itemsize + _CACHE_LINE, dtype=np.uint8)
    start = -_address(room) % _CACHE_LINE
    return room[start : start + rows * record.itemsize].view(record)
