"""A person, the words and one thread's memory as compiled code takes them for ``first_rows``."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.grid import LAYERS, LINES

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Records = npt.NDArray[Any]
"""Of ``records.REST``."""
Masks = npt.NDArray[np.unsignedinteger]
Bytes = npt.NDArray[np.int8]

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


class Near(NamedTuple):
    """The columns of ``records.NEAR``, in that order."""

    lat: npt.NDArray[np.float32]
    lon: npt.NDArray[np.float32]
    radius_km: npt.NDArray[np.float32]
    themes: Masks
    suggested_themes: Masks
    features_yes: Masks
    features_no: Masks
    halves: npt.NDArray[np.uint16]
    least_price: npt.NDArray[np.uint16]
    weekly: npt.NDArray[np.uint8]
    longest: npt.NDArray[np.uint8]
    levels: npt.NDArray[np.uint8]
    made_for: npt.NDArray[np.uint8]
    min_age: Bytes
    max_age: Bytes
    kind: Bytes
    place_kind: Bytes
    vacancy: Bytes
    transport: Bytes
    transport_radius_km: npt.NDArray[np.float32]
    transport_pence: npt.NDArray[np.int32]


class Facts(NamedTuple):
    """A catalogue as compiled code takes it."""

    near: Near
    rest: Records
    starts: npt.NDArray[np.uint16]
    ends: npt.NDArray[np.uint16]
    repeats: npt.NDArray[np.int8]
    words: WordColumns
    cells: npt.NDArray[np.int32]
    coming_km: Floats


class Scratch(NamedTuple):
    """Memory of one thread for its searches, made once: see ``scratch_for``.

    What is told of rows stands by the number of a row that was found, 0 for the first, if nothing else is said.
    """

    spans: Rows
    rows: npt.NDArray[np.uint32]
    distances: Floats
    free: npt.NDArray[np.uint8]
    """1 where the way takes nothing from the bound: they come, or are online, or may fetch people."""
    listed: npt.NDArray[np.uint64]
    """All themes of the row, stated or suggested."""
    goals: Floats
    """The most that the goals' part can be."""
    travel: Floats
    """The weighted part of travel."""
    drawer: npt.NDArray[np.int16]
    """By its rough bound; ``DRAWERS`` is out."""
    drawers: npt.NDArray[np.int32]
    """How many lie in each drawer."""
    chosen: npt.NDArray[np.uint32]
    """Numbers of rows that were found and are looked at closer; what follows, up to ``closer_drawers``, stands by
    place in it."""
    bounds: Floats
    others: Floats
    """Of the bound, the weighted sum of all parts but the goals'."""
    known: Floats
    """The weights of these parts."""
    most: Floats
    """Minutes of the longest visit; before that, by row that was found, the score of the goal that it serves best."""
    best: Floats
    """Minutes of a week; before that, by row that was found, the minutes of the quickest way, and of the goals' part
    the share of the goal that fits best."""
    every: Floats
    """Minutes of a week while the carer works; before that, by row that was found, the share of all goals."""
    traits: npt.NDArray[np.uint16]
    """See ``first_bounds.LEVEL_TRAITS``."""
    closer_drawer: npt.NDArray[np.int16]
    """By the closer bound; ``DRAWERS`` is out."""
    order: npt.NDArray[np.uint32]
    """Places in ``chosen``, by falling drawer, as far as they were taken out."""
    closer_drawers: npt.NDArray[np.int32]
    """How many lie in each drawer; then where the next of each goes in ``order``."""
    squares: Floats
    """By place in a span: its distance squared."""
    fits: npt.NDArray[np.uint8]
    """By place in a span: 1 where nothing simple stops it."""
    ways_free: npt.NDArray[np.uint8]
    """By place in a span: as ``free``."""
    line: npt.NDArray[np.uint32]
    """By place in all spans: 1 + which of the rows that were found it is, 0 for any other."""
    tables: Floats
    """Of minutes by halves of days: the person's, and the carer's at work."""
    dots: Floats
    """What each row that was found shares with each goal: for each goal 1 + found entries, the first of no row."""


def scratch_for(rows: int, goals: int) -> Scratch:
    """For catalogues of at most so many *rows* and people of at most so many *goals*.

    Only what a search needs of it becomes memory: 100 bytes a row that it finds, and 8 a goal.
    """
    room = rows + 1
    return Scratch(
        spans=np.empty(((LAYERS + 1) * LINES + 1, 4), dtype=np.int64),
        rows=np.empty(room, dtype=np.uint32),
        distances=np.empty(room),
        free=np.empty(room, dtype=np.uint8),
        listed=np.empty(room, dtype=np.uint64),
        goals=np.empty(room),
        travel=np.empty(room),
        drawer=np.empty(room, dtype=np.int16),
        drawers=np.empty(DRAWERS + 1, dtype=np.int32),
        chosen=np.empty(room, dtype=np.uint32),
        bounds=np.empty(room),
        others=np.empty(room),
        known=np.empty(room),
        most=np.empty(room),
        best=np.empty(room),
        every=np.empty(room),
        traits=np.empty(room, dtype=np.uint16),
        closer_drawer=np.empty(room, dtype=np.int16),
        order=np.empty(room, dtype=np.uint32),
        closer_drawers=np.empty(DRAWERS + 1, dtype=np.int32),
        squares=np.empty(room),
        fits=np.empty(room, dtype=np.uint8),
        ways_free=np.empty(room, dtype=np.uint8),
        line=np.empty(room, dtype=np.uint32),
        tables=np.empty(512),
        dots=np.empty(room * goals),
    )
