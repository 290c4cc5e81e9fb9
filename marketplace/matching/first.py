"""The first matches of one person, exactly, without scoring what can't be among them.

Spans of the grid → hard stops → all other parts → goals, whose words are compared only where the
offer could still enter the list with words as close as can be. Compiled where numba is there;
otherwise the same rules in NumPy give the same rows in the same order.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.bounds import SLACK, possible, worth_a_look
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.evaluate import evaluate
from marketplace.matching.first_rows import (
    GoalWords,
    QueryNumbers,
    Scratch,
    WordColumns,
    first_rows,
    scratch_for,
)
from marketplace.matching.grid import WHOLE_GRID, Grid, Spans, rows_in
from marketplace.matching.query import CompiledGoal, Query
from marketplace.matching.text import NOTHING_SAID, GoalText, TextIndex

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


FIRST_PORTION = 60
"""Rows of the best bounds that are looked at first without compiled code, above the number asked for."""


class First(NamedTuple):
    """The first matches, best first: row numbers and scores, shape (at most k,); how many fit."""

    rows: Rows
    scores: Floats


def first_matches(
    query: Query, catalogue: Catalogue, *, turn: npt.NDArray[np.uint32], limit: int = 20
) -> First:
    """The first *limit* matches. ``turn`` is the day's rotation, one number a row."""
    if not kernel.COMPILED:
        return first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=limit)
    rows, scores = np.empty(limit, dtype=np.int64), np.empty(limit)
    held = first_rows(
        query_numbers(query),
        tuple(catalogue.columns),
        tuple(word_columns(catalogue.text)),
        tuple(goal_words(catalogue.text, query.goals)),
        grid_arrays(catalogue.grid),
        turn,
        scratch_of_this_thread(catalogue),
        rows,
        scores,
    )
    return First(rows[:held], scores[:held])


def grid_arrays(grid: Grid) -> tuple[Any, ...]:
    """The grid as compiled code takes it."""
    return grid.first, grid.coming_km


_kept = threading.local()


def scratch_of_this_thread(catalogue: Catalogue) -> tuple[Any, ...]:
    """Memory for one search at a time, kept for the next one in the same thread."""
    rows, terms = len(catalogue.columns.kind), len(catalogue.text.vocabulary)
    scratch: Scratch | None = getattr(_kept, "scratch", None)
    if scratch is None or len(scratch.rows) <= rows or len(scratch.wanted) <= terms:
        scratch = _kept.scratch = scratch_for(rows, terms)
    return tuple(scratch)


def spans_of(query: Query, catalogue: Catalogue) -> Spans:
    """Spans of rows that hold every row the person can reach, or that can reach the person."""
    if query.home is None:
        return catalogue.grid.spans(WHOLE_GRID)
    return catalogue.grid.spans_around(query.home.lat, query.home.lon, query.reach_km)


def reach_km(query: Query) -> float:
    """Straight-line kilometres that the person's quickest way covers within the limit."""
    return query.reach_km


def first_in_numpy(
    query: Query,
    catalogue: Catalogue,
    spans: Spans,
    *,
    turn: npt.NDArray[np.uint32],
    limit: int,
) -> First:
    """The same answer without compiled code: full rules for the best bounds, then for what could beat them."""
    left = possible(query, catalogue, rows_in(spans))
    rows, scores, far = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
    start, portion = 0, FIRST_PORTION + limit
    while start < len(left.rows):
        least = scores[-1] if len(scores) == limit else -1.0
        end = min(start + portion, int(np.searchsorted(-left.bounds, SLACK - least, side="right")))
        if end <= start:
            break
        some, goal_scores = worth_a_look(query, catalogue, left.part(start, end), least)
        found = evaluate(query, catalogue, some, goal_scores=goal_scores)
        fits = found.stops == 0
        rows = np.concatenate([rows, some[fits]])
        scores = np.concatenate([scores, found.score[fits]])
        far = np.concatenate([far, found.distance_km[fits]])
        best = np.lexsort((rows, turn[rows], far, -scores))[:limit]
        rows, scores, far = rows[best], scores[best], far[best]
        start, portion = end, portion * 4
    return First(rows, scores)


def query_numbers(query: Query) -> QueryNumbers:
    """The query as compiled code takes it."""
    ruler = query.ruler
    return QueryNumbers(
        has_home=ruler is not None,
        lat=ruler.lat if ruler else 0.0,
        lon=ruler.lon if ruler else 0.0,
        ruler=(*ruler.north, *ruler.east) if ruler else (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        reach_km=query.reach_km,
        wants_transport=query.wants_transport,
        max_minutes=query.max_minutes,
        has_free_bus=bool(query.needs.travel.passes),
        has_when=query.has_when,
        wanted_minutes=query.wanted_minutes,
        shortest=query.shortest,
        level=query.level,
        age=query.age,
        must=query.must,
        like=query.like,
        budget_pence=query.budget_pence,
        score_budget_pence=query.score_budget_pence,
        has_carer=query.has_carer,
        shortest_break=query.shortest_break,
        break_minutes=query.break_minutes,
        work_minutes=query.work_minutes,
        ways=query.ways,
        free_bus=query.free_bus,
        windows=query.windows,
        works=query.works,
        weights=query.weights,
        goals=np.frombuffer(bytearray().join([goal.packed for goal in query.goals]), np.uint64).reshape(
            -1, 6
        ),
    )


def _said(text: TextIndex, goal: CompiledGoal) -> GoalText:
    if goal.meaning is None:
        return NOTHING_SAID
    return text.kept_goal(goal.goal.reading, goal.meaning)


def word_columns(text: TextIndex) -> WordColumns:
    columns = text.columns
    vectors = columns.vectors
    return WordColumns(
        columns.first,
        columns.term,
        columns.weight,
        np.zeros((0, 0), dtype=np.int8) if vectors is None else vectors.values,
        np.zeros(0, dtype=np.float32) if vectors is None else vectors.scale,
    )


def goal_words(text: TextIndex, goals: Sequence[CompiledGoal]) -> GoalWords:
    """What was said in all goals, one after the other; a goal without words has no terms."""
    said = [_said(text, goal) for goal in goals]
    vectors = text.columns.vectors
    whole = np.zeros((len(said), 0 if vectors is None else vectors.values.shape[1]), dtype=np.int8)
    for at, goal in enumerate(said):
        if goal.vector is not None:
            whole[at] = goal.vector.values
    scales = [0.0 if goal.vector is None else goal.vector.scale for goal in said]
    numbers = np.array((scales, [goal.low for goal in said], [goal.slope for goal in said]))
    return GoalWords(
        first=np.array([0, *accumulate([len(goal.terms) for goal in said])]),
        terms=np.concatenate([goal.terms for goal in said]),
        weights=np.concatenate([goal.weights for goal in said]),
        vectors=whole,
        scales=numbers[0],
        low=numbers[1],
        slope=numbers[2],
    )
