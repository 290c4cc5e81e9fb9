"""Handing a catalogue, a person and memory to compiled code in a microsecond.

To hand over an array takes compiled code a third of a microsecond, and a search needs forty of them: as
long as a small search. So the catalogue and a thread's memory are handed over as one table of addresses
each, and a person as one array of numbers. Whoever calls keeps what the addresses point to alive: the
catalogue's table stands in the catalogue itself, whose arrays never move.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import accumulate
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first_numbers import (
    Facts,
    GoalWords,
    Near,
    QueryNumbers,
    Scratch,
    WordColumns,
    scratch_for,
)
from marketplace.matching.kernel import carray, compiled, pointer
from marketplace.matching.query import MODES, PARTS, CompiledGoal, Query
from marketplace.matching.query_numbers import ruler_numbers
from marketplace.matching.records import NEAR, REST, address_of, are_records
from marketplace.matching.text import NOTHING_SAID, GoalText, TextIndex

Numbers = npt.NDArray[np.float64]
Table = npt.NDArray[np.int64]

_PARTS, _MODES = len(PARTS), len(MODES)
_OWN_NUMBERS = 14
_OWN = Struct(f"={_OWN_NUMBERS}d")
"""A person's own numbers; behind them stands what others may have in common with them, as it was packed once."""
_WAYS = _OWN_NUMBERS + 4
"""Behind the four numbers of ``TravelNumbers.packed``."""
_WEIGHTS = _WAYS + 5 * _MODES
_CARER = _WEIGHTS + _PARTS
_WORKS = _CARER + 5
"""Behind the five numbers of ``CarerNumbers.packed``."""
_GOAL, _SAID = 6, 4
"""Numbers of ``CompiledGoal.packed``, and of ``GoalText.packed`` without its terms."""

THEMES_TYPE, FEATURES_TYPE = NEAR["themes"].type, NEAR["features_yes"].type


class Handed(NamedTuple):
    """A table of addresses and lengths, and the arrays that they are of."""

    table: Table
    arrays: tuple[npt.NDArray[Any], ...]


def facts_of(catalogue: Catalogue) -> Table:
    """The catalogue for ``facts_at``; the table is good as long as the catalogue."""
    if not catalogue.handed:
        columns, named = catalogue.columns, catalogue.columns._asdict()
        if not are_records(named):
            raise ValueError("the columns of a catalogue must lie as told in records: see Columns.packed")
        words = word_columns(catalogue.text)
        arrays = (
            *(named[name] for name in NEAR),
            columns.session_start,
            columns.session_end,
            columns.session_repeats,
            *words,
            catalogue.grid.first,
            catalogue.grid.coming_km,
        )
        table = [address_of(named), len(columns.kind)]
        for array in arrays:
            table += [array.ctypes.data, len(array)]
        table.append(words.vectors.shape[1])
        catalogue.handed.append(Handed(np.array(table, dtype=np.int64), arrays))
    handed: Handed = catalogue.handed[0]
    return handed.table


@compiled
def facts_at(t: Table) -> Facts:
    """The arrays of ``facts_of``."""
    rows = t[1]
    return Facts(
        rest=carray(pointer(t[0]), (rows,), REST),
        near=Near(
            lat=carray(pointer(t[2]), (rows,), np.float32),
            lon=carray(pointer(t[4]), (rows,), np.float32),
            radius_km=carray(pointer(t[6]), (rows,), np.float32),
            themes=carray(pointer(t[8]), (rows,), THEMES_TYPE),
            suggested_themes=carray(pointer(t[10]), (rows,), THEMES_TYPE),
            features_yes=carray(pointer(t[12]), (rows,), FEATURES_TYPE),
            features_no=carray(pointer(t[14]), (rows,), FEATURES_TYPE),
            halves=carray(pointer(t[16]), (rows,), np.uint16),
            least_price=carray(pointer(t[18]), (rows,), np.uint16),
            weekly=carray(pointer(t[20]), (rows,), np.uint8),
            longest=carray(pointer(t[22]), (rows,), np.uint8),
            levels=carray(pointer(t[24]), (rows,), np.uint8),
            made_for=carray(pointer(t[26]), (rows,), np.uint8),
            min_age=carray(pointer(t[28]), (rows,), np.int8),
            max_age=carray(pointer(t[30]), (rows,), np.int8),
            kind=carray(pointer(t[32]), (rows,), np.int8),
            place_kind=carray(pointer(t[34]), (rows,), np.int8),
            vacancy=carray(pointer(t[36]), (rows,), np.int8),
            transport=carray(pointer(t[38]), (rows,), np.int8),
            transport_radius_km=carray(pointer(t[40]), (rows,), np.float32),
            transport_pence=carray(pointer(t[42]), (rows,), np.int32),
        ),
        starts=carray(pointer(t[44]), (t[45],), np.uint16),
        ends=carray(pointer(t[46]), (t[47],), np.uint16),
        repeats=carray(pointer(t[48]), (t[49],), np.int8),
        words=WordColumns(
            first=carray(pointer(t[50]), (t[51],), np.uint32),
            entry=carray(pointer(t[52]), (t[53],), np.uint16),
            indexed=carray(pointer(t[54]), (t[55],), np.int64),
            late_first=carray(pointer(t[56]), (t[57],), np.int32),
            late_term=carray(pointer(t[58]), (t[59],), np.int32),
            late_code=carray(pointer(t[60]), (t[61],), np.uint8),
            vectors=carray(pointer(t[62]), (t[63], t[70]), np.int8),
            scales=carray(pointer(t[64]), (t[65],), np.float32),
        ),
        cells=carray(pointer(t[66]), (t[67],), np.int32),
        coming_km=carray(pointer(t[68]), (t[69],), np.float64),
    )


_kept = threading.local()


def scratch_of_this_thread(rows: int, goals: int) -> Table:
    """Memory for one search at a time, kept for the next one in the same thread; for ``scratch_at``."""
    kept: Handed | None = getattr(_kept, "scratch", None)
    if kept is None or _kept.rows < rows or _kept.goals < goals:
        _kept.rows = max(rows, getattr(_kept, "rows", 0))
        _kept.goals = max(goals, 8, getattr(_kept, "goals", 0))
        scratch = scratch_for(_kept.rows, _kept.goals)
        table = [number for array in scratch for number in (array.ctypes.data, len(array))]
        kept = _kept.scratch = Handed(np.array(table, dtype=np.int64), scratch)
    return kept.table


@compiled
def scratch_at(t: Table) -> Scratch:
    """The arrays of ``scratch_of_this_thread``."""
    return Scratch(
        spans=carray(pointer(t[0]), (t[1], 4), np.int64),
        rows=carray(pointer(t[2]), (t[3],), np.uint32),
        distances=carray(pointer(t[4]), (t[5],), np.float64),
        free=carray(pointer(t[6]), (t[7],), np.uint8),
        listed=carray(pointer(t[8]), (t[9],), np.uint64),
        goals=carray(pointer(t[10]), (t[11],), np.float64),
        travel=carray(pointer(t[12]), (t[13],), np.float64),
        drawer=carray(pointer(t[14]), (t[15],), np.int16),
        drawers=carray(pointer(t[16]), (t[17],), np.int32),
        chosen=carray(pointer(t[18]), (t[19],), np.uint32),
        bounds=carray(pointer(t[20]), (t[21],), np.float64),
        others=carray(pointer(t[22]), (t[23],), np.float64),
        known=carray(pointer(t[24]), (t[25],), np.float64),
        most=carray(pointer(t[26]), (t[27],), np.float64),
        best=carray(pointer(t[28]), (t[29],), np.float64),
        every=carray(pointer(t[30]), (t[31],), np.float64),
        traits=carray(pointer(t[32]), (t[33],), np.uint16),
        closer_drawer=carray(pointer(t[34]), (t[35],), np.int16),
        order=carray(pointer(t[36]), (t[37],), np.uint32),
        closer_drawers=carray(pointer(t[38]), (t[39],), np.int32),
        squares=carray(pointer(t[40]), (t[41],), np.float64),
        fits=carray(pointer(t[42]), (t[43],), np.uint8),
        ways_free=carray(pointer(t[44]), (t[45],), np.uint8),
        line=carray(pointer(t[46]), (t[47],), np.uint32),
        tables=carray(pointer(t[48]), (t[49],), np.float64),
        dots=carray(pointer(t[50]), (t[51],), np.float64),
    )


def person_of(query: Query, text: TextIndex) -> Numbers:
    """The query and the words of its goals in one array, for ``numbers_at`` and ``words_at``."""
    home, goals = query.home, query.goals
    pieces = [
        _OWN.pack(
            home is not None,
            0.0 if home is None else home.lat,
            0.0 if home is None else home.lon,
            query.has_when,
            query.wanted_minutes,
            query.shortest,
            query.level,
            query.age,
            query.must,
            query.like,
            query.budget_pence,
            query.score_budget_pence,
            len(query.windows),
            len(goals),
        ),
        query.travel.packed,
        query.weights.tobytes(),
        query.carer.packed,
        query.windows.tobytes(),
    ]
    for goal in goals:
        pieces += (goal.packed, _said(text, goal).packed)
    return np.frombuffer(bytearray().join(pieces), np.float64)


@compiled
def numbers_at(f: Numbers, free_bus: npt.NDArray[np.bool_]) -> QueryNumbers:
    """The query of ``person_of``."""
    whole, bits = f.view(np.int64), f.view(np.uint64)
    has_home, lat, lon = f[0] != 0.0, f[1], f[2]
    ruler = ruler_numbers(lat)
    travel, ways, weights, carer, works = _OWN_NUMBERS, _WAYS, _WEIGHTS, _CARER, _WORKS
    windows = works + 2 * int(f[carer + 4])
    at = windows + 2 * int(f[12])
    goals = np.empty((int(f[13]), _GOAL), dtype=np.uint64)
    for goal in range(len(goals)):
        for one in range(_GOAL):
            goals[goal, one] = bits[at + one]
        at += _GOAL + _SAID + 2 * int(f[at + _GOAL])
    return QueryNumbers(
        has_home=has_home,
        lat=lat,
        lon=lon,
        ruler=ruler,
        reach_km=f[travel],
        wants_transport=f[travel + 1] != 0.0,
        max_minutes=f[travel + 2],
        has_free_bus=f[travel + 3] != 0.0,
        has_when=f[3] != 0.0,
        wanted_minutes=f[4],
        shortest=int(f[5]),
        level=int(f[6]),
        age=int(f[7]),
        must=int(f[8]),
        like=int(f[9]),
        budget_pence=int(f[10]),
        score_budget_pence=int(f[11]),
        has_carer=f[carer] != 0.0,
        shortest_break=int(f[carer + 1]),
        break_minutes=f[carer + 2],
        work_minutes=int(f[carer + 3]),
        ways=f[ways:weights].reshape(5, _MODES),
        free_bus=free_bus,
        windows=whole[windows : windows + 2 * int(f[12])].reshape(int(f[12]), 2),
        works=whole[works:windows].reshape(int(f[carer + 4]), 2),
        weights=f[weights:carer],
        goals=goals,
    )


@compiled
def words_at(f: Numbers, vectors: npt.NDArray[np.int8]) -> GoalWords:
    """The words of the goals of ``person_of``; *vectors* are theirs, shape (goals, dimension)."""
    whole, goals = f.view(np.int64), int(f[13])
    start = _WORKS + 2 * int(f[_CARER + 4]) + 2 * int(f[12]) + _GOAL
    first, numbers = np.zeros(goals + 1, dtype=np.int64), np.empty((3, goals))
    at = start
    for goal in range(goals):
        terms = int(f[at])
        first[goal + 1] = first[goal] + terms
        for one in range(3):
            numbers[one, goal] = f[at + 1 + one]
        at += _SAID + 2 * terms + _GOAL
    terms_of_all, weights = np.empty(first[goals], dtype=np.int64), np.empty(first[goals])
    at = start + _SAID
    for goal in range(goals):
        terms = first[goal + 1] - first[goal]
        for one in range(terms):
            terms_of_all[first[goal] + one] = whole[at + one]
            weights[first[goal] + one] = f[at + terms + one]
        at += 2 * terms + _GOAL + _SAID
    return GoalWords(
        first=first,
        terms=terms_of_all,
        weights=weights,
        vectors=vectors,
        scales=numbers[0],
        low=numbers[1],
        slope=numbers[2],
    )


def _said(text: TextIndex, goal: CompiledGoal) -> GoalText:
    if goal.meaning is None:
        return NOTHING_SAID
    return text.kept_goal(goal.goal.reading, goal.meaning)


def word_columns(text: TextIndex) -> WordColumns:
    """The words of all offers as compiled code takes them."""
    columns = text.columns
    vectors = columns.vectors
    return WordColumns(
        columns.first,
        columns.entry,
        columns.indexed,
        columns.late_first,
        columns.late_term,
        columns.late_code,
        np.zeros((0, 0), dtype=np.int8) if vectors is None else vectors.values,
        np.zeros(0, dtype=np.float32) if vectors is None else vectors.scale,
    )


NO_VECTORS = np.zeros((0, 0), dtype=np.int8)


def goal_vectors(text: TextIndex, goals: Sequence[CompiledGoal]) -> npt.NDArray[np.int8]:
    """The directions of all goals, shape (goals, dimension); of shape (0, 0) without a model."""
    vectors = text.columns.vectors
    if vectors is None:
        return NO_VECTORS
    whole = np.zeros((len(goals), vectors.values.shape[1]), dtype=np.int8)
    for at, goal in enumerate(goals):
        vector = _said(text, goal).vector
        if vector is not None:
            whole[at] = vector.values
    return whole


def goal_words(text: TextIndex, goals: Sequence[CompiledGoal]) -> GoalWords:
    """What was said in all goals, one after the other; a goal without words has no terms."""
    said = [_said(text, goal) for goal in goals]
    numbers = np.array([[goal.scale, goal.low, goal.slope] for goal in said]).reshape(-1, 3)
    return GoalWords(
        first=np.array([0, *accumulate([len(goal.terms) for goal in said])]),
        terms=np.concatenate([np.zeros(0, np.int64), *(goal.terms for goal in said)]),
        weights=np.concatenate([np.zeros(0), *(goal.weights for goal in said)]),
        vectors=goal_vectors(text, goals),
        scales=numbers[:, 0],
        low=numbers[:, 1],
        slope=numbers[:, 2],
    )
