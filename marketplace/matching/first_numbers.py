"""A person, the words and one thread's memory as compiled code takes them for ``first_rows``."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.grid import LAYERS, LINES

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Records = npt.NDArray[Any]
"""Of ``records.NEAR`` or ``records.REST``."""

DRAWERS = 1024
"""Of bounds from 0 to 1."""


class QueryNumbers(NamedTuple):
    """A person's needs as compiled code takes them; the meanings are those of ``Query``."""

    has_home: bool
    lat: float
    lon: float
    ruler: tuple[float, float, float, float, float, float]
    """North, then east, as in ``Ruler``."""
    reach_km: float
    wants_transport: bool
    max_minutes: float
    has_free_bus: bool
    has_when: bool
    wanted_minutes: float
    shortest: int
    level: int
    age: int
    must: int
    like: int
    budget_pence: int
    score_budget_pence: int
    has_carer: bool
    shortest_break: int
    break_minutes: float
    work_minutes: int
    ways: Floats
    """Shape (5, modes): 1 where the person goes this way; minutes fixed and per km; pence the same."""
    free_bus: npt.NDArray[np.bool_]
    windows: Rows
    works: Rows
    weights: Floats
    goals: npt.NDArray[np.uint64]
    """Shape (goals, 6): chosen, understood, akin and refused themes; 1 with words; importance."""


class WordColumns(NamedTuple):
    """``TextColumns`` as compiled code takes them; vectors of shape (0, 0) without a model."""

    first: npt.NDArray[np.uint32]
    entry: npt.NDArray[np.uint16]
    indexed: Rows
    late_first: npt.NDArray[np.int32]
    late_term: npt.NDArray[np.int32]
    late_code: npt.NDArray[np.uint8]
    vectors: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]


class GoalWords(NamedTuple):
    """The ``GoalText`` of all goals: the terms of goal *g* are ``first[g]:first[g + 1]``."""

    first: npt.NDArray[np.int64]
    terms: Rows
    weights: Floats
    vectors: npt.NDArray[np.int8]
    """Shape (goals, dimension); a goal with scale 0 has none."""
    scales: Floats
    low: Floats
    slope: Floats


class Facts(NamedTuple):
    """A catalogue as compiled code takes it."""

    near: Records
    rest: Records
    starts: npt.NDArray[np.uint16]
    ends: npt.NDArray[np.uint16]
    repeats: npt.NDArray[np.int8]
    words: WordColumns
    cells: npt.NDArray[np.int32]
    coming_km: Floats


class Scratch(NamedTuple):
    """Memory of one thread for its searches, made once: see ``scratch_for``."""

    spans: Rows
    rows: npt.NDArray[np.int32]
    distances: Floats
    bounds: Floats
    others: Floats
    """Of the bound, the weighted sum of all parts but the goals'."""
    known: Floats
    """The weights of these parts."""
    below: npt.NDArray[np.int32]
    """The next row in the same drawer."""
    drawers: npt.NDArray[np.int32]
    """The first row in each drawer; -1 is none."""
    line: npt.NDArray[np.int32]
    """By place in the spans: 1 + which of the rows that were found it is, 0 for any other."""
    dots: Floats
    """What each row that was found shares with each goal: after line 0, which is of no row, one line a row."""


def scratch_for(rows: int, goals: int) -> Scratch:
    """For catalogues of at most so many *rows* and people of at most so many *goals*.

    Only what a search needs of it becomes memory: 60 bytes a row that it looks at.
    """
    return Scratch(
        spans=np.empty((LAYERS * LINES + 1, 3), dtype=np.int64),
        rows=np.empty(rows + 1, dtype=np.int32),
        distances=np.empty(rows + 1),
        bounds=np.empty(rows + 1),
        others=np.empty(rows + 1),
        known=np.empty(rows + 1),
        below=np.empty(rows + 1, dtype=np.int32),
        drawers=np.empty(DRAWERS, dtype=np.int32),
        line=np.empty(rows + 1, dtype=np.int32),
        dots=np.empty((rows + 2) * goals),
    )
