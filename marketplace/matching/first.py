"""The first matches of one person, exactly, without scoring what can't be among them.

Spans of the grid → hard stops → all other parts → goals, whose words are compared only where the
offer could still enter the list with words as close as can be. Compiled where numba is there;
otherwise the same rules in NumPy give the same rows in the same order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first_plain import First, first_in_numpy
from marketplace.matching.first_rows import first_rows
from marketplace.matching.grid import WHOLE_GRID, Spans
from marketplace.matching.handed import (
    facts_at,
    facts_of,
    goal_vectors,
    numbers_at,
    person_of,
    scratch_at,
    scratch_of_this_thread,
    words_at,
)
from marketplace.matching.kernel import carray, compiled, pointer
from marketplace.matching.query import Query

__all__ = ["First", "first_in_numpy", "first_matches", "reach_km", "spans_of"]

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def first_matches(
    query: Query, catalogue: Catalogue, *, turn: npt.NDArray[np.uint32], limit: int = 20
) -> First:
    """The first *limit* matches. ``turn`` is the day's rotation, one number a row."""
    if not kernel.COMPILED:
        return first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=limit)
    rows, scores = np.empty(limit, dtype=np.int64), np.empty(limit)
    text = catalogue.text
    held = _first_of_one(
        person_of(query, text),
        query.free_bus,
        goal_vectors(text, query.goals),
        facts_of(catalogue),
        turn,
        scratch_of_this_thread(len(catalogue.columns.kind), len(query.goals)),
        rows,
        scores,
    )
    return First(rows[:held], scores[:held])


@compiled
def _first_of_one(
    person: Floats,
    free_bus: npt.NDArray[np.bool_],
    vectors: npt.NDArray[np.int8],
    catalogue: Rows,
    turn: npt.NDArray[np.uint32],
    scratch: Rows,
    rows: Rows,
    scores: Floats,
) -> int:
    numbers = carray(pointer(address_of(person)), (len(person),), np.float64)
    passes = carray(pointer(address_of(free_bus)), (len(free_bus),), np.bool_)
    return first_rows(
        numbers_at(numbers, passes),
        words_at(numbers, carray(pointer(address_of(vectors)), vectors.shape, np.int8)),
        facts_at(catalogue),
        carray(pointer(address_of(turn)), (len(turn),), np.uint32),
        scratch_at(scratch),
        carray(pointer(address_of(rows)), (len(rows),), np.int64),
        carray(pointer(address_of(scores)), (len(scores),), np.float64),
    )


@compiled
def address_of(array: npt.NDArray[Any]) -> int:
    """Where an array begins. Seen from there it is not counted up and down each time that it is named."""
    return int(np.int64(array.ctypes.data))


def spans_of(query: Query, catalogue: Catalogue) -> Spans:
    """Spans of rows that hold every row the person can reach, or that can reach the person."""
    if query.home is None:
        return catalogue.grid.spans(WHOLE_GRID)
    return catalogue.grid.spans_around(query.home.lat, query.home.lon, query.reach_km)


def reach_km(query: Query) -> float:
    """Straight-line kilometres that the person's quickest way covers within the limit."""
    return query.reach_km
