"""The first matches of many people at once: the same answers as one by one, in a fraction of the time.

People are answered in the order of their homes, so that neighbours find the same offers still in the
processor's cache. Threads share the people out in small portions; compiled code lets go of Python's
lock. There is no parallel region inside compiled code, so several threads of a server may ask at once.
"""
# ruff: noqa: PLR0917 - compiled code takes numbers and arrays, by place

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching import kernel
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.first import address_of, first_matches
from marketplace.matching.first_numbers import GoalWords, QueryNumbers
from marketplace.matching.first_rows import first_rows
from marketplace.matching.grid import cells_of
from marketplace.matching.handed import facts_at, facts_of, scratch_at, scratch_of_this_thread
from marketplace.matching.kernel import carray, compiled, pointer
from marketplace.matching.query import compile_query
from marketplace.matching.query_columns import Person, QueryColumns, query_columns

PORTION = 128
"""People that a thread takes at a time."""

Rows = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


class Firsts(NamedTuple):
    """The first matches of *n* people, best first."""

    rows: Rows
    """Shape (n, limit): row numbers of the catalogue; -1 where there are no more matches."""
    scores: Floats
    """Shape (n, limit): 0 to 1; NaN where there are no more matches."""
    found: npt.NDArray[np.int32]
    """Shape (n,): how many of the *limit* places are taken."""

    @classmethod
    def empty(cls, people: int, limit: int) -> Firsts:
        return cls(
            rows=np.full((people, limit), -1, dtype=np.int32),
            scores=np.full((people, limit), np.nan),
            found=np.zeros(people, dtype=np.int32),
        )


def first_for_all(
    people: Sequence[Person],
    catalogue: Catalogue,
    *,
    today: date,
    turn: npt.NDArray[np.uint32],
    limit: int = 20,
    travel_model: TravelModel = DEFAULT_MODEL,
) -> Firsts:
    """The first *limit* matches of each of *people*, as ``first_matches`` gives them one by one.

    ``turn`` is the day's rotation, one number a row. Where there are very many people ask for some ten
    thousand at a time: what they need in memory grows with them.
    """
    if kernel.COMPILED:
        columns = query_columns(people, catalogue.text, today=today, travel_model=travel_model)
        return first_of_columns(columns, catalogue, turn=turn, limit=limit)
    answers = Firsts.empty(len(people), limit)
    for person, (needs, home) in enumerate(people):
        query = compile_query(
            needs, home=home, thesaurus=catalogue.text.thesaurus, today=today, travel_model=travel_model
        )
        one = first_matches(query, catalogue, turn=turn, limit=limit)
        answers.found[person] = len(one.rows)
        answers.rows[person, : len(one.rows)] = one.rows
        answers.scores[person, : len(one.rows)] = one.scores
    return answers


def first_of_columns(
    people: QueryColumns, catalogue: Catalogue, *, turn: npt.NDArray[np.uint32], limit: int = 20
) -> Firsts:
    """The same for people who are columns already; compiled code only."""
    answers = Firsts.empty(len(people.lat), limit)
    order = in_order_of_place(people)
    asked, facts = tuple(people), facts_of(catalogue)
    rows, goals = len(catalogue.columns.kind), int(np.diff(people.first_goal).max(initial=0))

    def answer(start: int, end: int) -> None:
        memory = scratch_of_this_thread(rows, goals)
        _answer(asked, order[start:end], facts, turn, memory, tuple(answers))

    in_portions(answer, len(order))
    return answers


def in_order_of_place(people: QueryColumns) -> npt.NDArray[np.int64]:
    """The numbers of the people, cell by cell, those without a home last."""
    cells = cells_of(people.lat, people.lon)
    return np.argsort(cells, kind="stable")


def in_portions(answer: Callable[[int, int], None], count: int) -> None:
    """Call *answer* with start and end of each portion of *count*, shared out over the processors."""
    with ThreadPoolExecutor(processors()) as pool:
        waiting = [
            pool.submit(answer, start, min(start + PORTION, count)) for start in range(0, count, PORTION)
        ]
        for portion in waiting:
            portion.result()


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@compiled
def numbers_of(p: QueryColumns, person: int) -> QueryNumbers:
    """The numbers of one person out of the columns."""
    week, carer, ways = p.windows_of[person], p.carer_of[person], p.ways_of[person]
    mine = p.goal_of[p.first_goal[person] : p.first_goal[person + 1]]
    goals = np.empty((len(mine), 6), dtype=np.uint64)
    for at in range(len(mine)):
        for number in range(5):
            goals[at, number] = p.goal_numbers[mine[at], number]
        goals[at, 5] = p.importance[p.first_goal[person] + at]
    r = p.ruler[person]
    windows = p.windows[p.first_window[week] : p.first_window[week + 1]]
    return QueryNumbers(
        has_home=p.has_home[person],
        lat=p.lat[person],
        lon=p.lon[person],
        ruler=(r[0], r[1], r[2], r[3], r[4], r[5]),
        reach_km=p.reach_km[person],
        wants_transport=p.wants_transport[person],
        max_minutes=p.max_minutes[person],
        has_free_bus=p.has_free_bus[person],
        has_when=len(windows) > 0,
        wanted_minutes=p.wanted_minutes[person],
        shortest=p.shortest[person],
        level=p.level[person],
        age=p.age[person],
        must=p.must[person],
        like=p.like[person],
        budget_pence=p.budget_pence[person],
        score_budget_pence=p.score_budget_pence[person],
        has_carer=p.has_carer[carer],
        shortest_break=p.shortest_break[carer],
        break_minutes=p.break_minutes[carer],
        work_minutes=p.work_minutes[carer],
        ways=p.ways[ways],
        free_bus=p.free_bus[p.free_bus_of[person]],
        windows=windows,
        works=p.works[p.first_work[carer] : p.first_work[carer + 1]],
        weights=p.weights[p.weights_of[person]],
        goals=goals,
    )


@compiled
def words_of(p: QueryColumns, person: int) -> GoalWords:
    """The words of one person's goals out of the columns."""
    mine = p.goal_of[p.first_goal[person] : p.first_goal[person + 1]]
    first = np.zeros(len(mine) + 1, dtype=np.int64)
    for at in range(len(mine)):
        first[at + 1] = first[at] + p.first_term[mine[at] + 1] - p.first_term[mine[at]]
    terms, weights = np.empty(first[-1], dtype=np.int64), np.empty(first[-1])
    vectors = np.empty((len(mine), p.vectors.shape[1]), dtype=np.int8)
    numbers = np.empty((3, len(mine)))
    for at in range(len(mine)):
        goal = mine[at]
        start = p.first_term[goal]
        for term in range(first[at + 1] - first[at]):
            terms[first[at] + term] = p.terms[start + term]
            weights[first[at] + term] = p.term_weights[start + term]
        vectors[at] = p.vectors[goal]
        numbers[0, at], numbers[1, at], numbers[2, at] = p.vector_scale[goal], p.low[goal], p.slope[goal]
    return GoalWords(first, terms, weights, vectors, numbers[0], numbers[1], numbers[2])


@compiled
def _bare(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same array without its owner: not counted up and down by all threads each time that it is named."""
    seen: npt.NDArray[Any] = carray(pointer(address_of(array)), array.shape, array.dtype)
    return seen


@compiled
def _bare_columns(p: QueryColumns) -> QueryColumns:
    return QueryColumns(
        _bare(p.has_home),
        _bare(p.lat),
        _bare(p.lon),
        _bare(p.ruler),
        _bare(p.reach_km),
        _bare(p.wants_transport),
        _bare(p.max_minutes),
        _bare(p.has_free_bus),
        _bare(p.wanted_minutes),
        _bare(p.shortest),
        _bare(p.level),
        _bare(p.age),
        _bare(p.must),
        _bare(p.like),
        _bare(p.budget_pence),
        _bare(p.score_budget_pence),
        _bare(p.ways_of),
        _bare(p.ways),
        _bare(p.free_bus_of),
        _bare(p.free_bus),
        _bare(p.windows_of),
        _bare(p.first_window),
        _bare(p.windows),
        _bare(p.carer_of),
        _bare(p.has_carer),
        _bare(p.shortest_break),
        _bare(p.break_minutes),
        _bare(p.work_minutes),
        _bare(p.first_work),
        _bare(p.works),
        _bare(p.weights_of),
        _bare(p.weights),
        _bare(p.first_goal),
        _bare(p.goal_of),
        _bare(p.importance),
        _bare(p.goal_numbers),
        _bare(p.first_term),
        _bare(p.terms),
        _bare(p.term_weights),
        _bare(p.vectors),
        _bare(p.vector_scale),
        _bare(p.low),
        _bare(p.slope),
    )


@compiled
def _answer(
    person_arrays: tuple[Any, ...],
    asked: npt.NDArray[np.int64],
    catalogue: npt.NDArray[np.int64],
    turn: npt.NDArray[np.uint32],
    scratch: npt.NDArray[np.int64],
    answers: tuple[Any, ...],
) -> None:
    """Answer the people whose numbers are *asked*, each in their own line of *answers*."""
    p = _bare_columns(QueryColumns(*person_arrays))
    facts, memory = facts_at(catalogue), scratch_at(scratch)
    rows, scores, found = _bare(answers[0]), _bare(answers[1]), _bare(answers[2])
    turn = _bare(turn)
    best_row = np.empty(rows.shape[1], dtype=np.int64)
    for person in asked:
        held = first_rows(
            numbers_of(p, person), words_of(p, person), facts, turn, memory, best_row, scores[person]
        )
        found[person] = held
        rows[person, :held] = best_row[:held]
        scores[person, held:] = np.nan
