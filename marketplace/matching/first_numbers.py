"""A person, the words and one thread's memory as compiled code takes them for ``first_rows``."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.grid import LAYERS, LINES

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DRAWERS = 1024
"""Of bounds from 0 to 1."""


class QueryNumbers(NamedTuple):
    """A person's needs as compiled code takes them; the meanings are those of ``Query``.

    Numbers where it can be and few arrays: handing over an array costs more than ten numbers.
    """

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

    first: npt.NDArray[np.int32]
    terms: npt.NDArray[np.unsignedinteger]
    weights: npt.NDArray[np.uint8]
    vectors: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]


class GoalWords(NamedTuple):
    """The ``GoalText`` of all goals: the terms of goal *g* are ``first[g]:first[g + 1]``."""

    first: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int32]
    weights: Floats
    vectors: npt.NDArray[np.int8]
    """Shape (goals, dimension); a goal with scale 0 has none."""
    scales: Floats
    low: Floats
    slope: Floats


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
    wanted: npt.NDArray[np.int16]
    """By term: 1 + the first entry of a goal that wants it; all 0 between two searches."""


def scratch_for(rows: int, terms: int) -> Scratch:
    """For catalogues of at most so many *rows* and *terms* in the vocabulary: 40 bytes a row."""
    return Scratch(
        spans=np.empty((LAYERS * LINES + 1, 2), dtype=np.int64),
        rows=np.empty(rows + 1, dtype=np.int32),
        distances=np.empty(rows + 1),
        bounds=np.empty(rows + 1),
        others=np.empty(rows + 1),
        known=np.empty(rows + 1),
        below=np.empty(rows + 1, dtype=np.int32),
        drawers=np.empty(DRAWERS, dtype=np.int32),
        wanted=np.zeros(terms + 1, dtype=np.int16),
    )
