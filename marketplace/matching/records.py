"""How the facts of offers lie in memory, for those who read them most.

What every offer within reach is asked stands in plain columns, so that a processor takes many rows in
one step. What only the few are asked that may be among the first stands in records of 16 bytes, so
that one look at a row is one look at memory. ``Columns`` are views of both: whoever reads a column
over many rows does so as before.
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

NEAR = {
    name: np.dtype(kind)
    for name, kind in {
        "lat": "f4",
        "lon": "f4",
        "radius_km": "f4",
        "themes": THEMES_KIND,
        "suggested_themes": THEMES_KIND,
        "features_yes": FEATURES_KIND,
        "features_no": FEATURES_KIND,
        "halves": "u2",
        "least_price": "u2",
        "weekly": "u1",
        "longest": "u1",
        "levels": "u1",
        "made_for": "u1",
        "min_age": "i1",
        "max_age": "i1",
        "kind": "i1",
        "place_kind": "i1",
        "vacancy": "i1",
        "transport": "i1",
        "transport_radius_km": "f4",
        "transport_pence": "i4",
    }.items()
}
"""The plain columns that compiled code is given, in this order; the last two it reads of few rows."""
REST = np.dtype(
    [
        ("cost_pence", "i4"),
        ("first_session", "i4"),
        ("shortest_visit", "i2"),
        ("session_count", "u2"),
        ("flexible", "?"),
        ("cost_basis", "i1"),
        ("funding", "u1"),
        ("bank_holidays", "i1"),
    ],
    align=True,
)


def in_records(columns: Mapping[str, Array]) -> dict[str, Array]:
    """The *columns* of ``REST`` copied into records, each as a view, and those of ``NEAR`` in one piece."""
    views = {name: np.ascontiguousarray(columns[name], dtype=kind) for name, kind in NEAR.items()}
    names = REST.names or ()
    table = _aligned(len(columns[names[0]]), REST)
    for name in names:
        table[name] = columns[name]
        views[name] = table[name]
    return views


def are_records(columns: Mapping[str, Array]) -> bool:
    """Whether the *columns* are views of one table of ``REST``, and those of ``NEAR`` in one piece."""
    names: Sequence[str] = REST.names or ()
    start, rows = address_of(columns), len(columns[names[0]])
    return all(
        _address(columns[name]) == start + _offset(name)
        and columns[name].shape == (rows,)
        and columns[name].strides == (REST.itemsize,)
        and columns[name].dtype == REST[name]
        for name in names
    ) and all(
        columns[name].flags.c_contiguous and columns[name].shape == (rows,) and columns[name].dtype == kind
        for name, kind in NEAR.items()
    )


def address_of(columns: Mapping[str, Array]) -> int:
    """Where the table of ``REST`` begins of which the *columns* are views."""
    name = (REST.names or ())[0]
    return _address(columns[name]) - _offset(name)


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


def _offset(name: str) -> int:
    return int(dict(REST.fields or {})[name][1])


def _aligned(rows: int, record: np.dtype[Any]) -> Array:
    """Zeros that begin where the processor's cache lines do, so that no record lies across two."""
    room = np.zeros(rows * record.itemsize + _CACHE_LINE, dtype=np.uint8)
    start = -_address(room) % _CACHE_LINE
    return room[start : start + rows * record.itemsize].view(record)
