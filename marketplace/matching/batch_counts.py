"""For many people: how many offers fit each of their goals, and what stops the others first.

This is what a gap is made of: a person, a goal, nothing that fits, and why. Whether an offer is about
a goal does not depend on who asks, so it is worked out once for each different goal; then each person's
hard stops are tried on the offers about theirs only.
"""
# ruff: noqa: PLR0917 - compiled code takes numbers and arrays, by place; one loop over rows

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching import kernel, kernel_times
from marketplace.matching.batch import in_order_of_place, in_portions, numbers_of
from marketplace.matching.catalogue import GONE, Catalogue, Columns
from marketplace.matching.codes import ENABLEMENT, FULL
from marketplace.matching.evaluate import evaluate
from marketplace.matching.first import word_columns
from marketplace.matching.first_rows import QueryNumbers, WordColumns
from marketplace.matching.kernel import compiled
from marketplace.matching.query import compile_query
from marketplace.matching.query_columns import Person, QueryColumns, query_columns
from marketplace.matching.text import WEIGHT_UNIT
from marketplace.matching.weights import GOAL_FLOOR
from marketplace.vocabulary import Stop

AROUND_KM = 20.0
STOPS = len(Stop)
_FULL, _AGE, _LEVEL, _MUST_HAVE, _TRAVEL, _TIMES, _COST = (
    stop.position
    for stop in (
        Stop.NOT_TAKING_PEOPLE,
        Stop.AGE,
        Stop.LEVEL,
        Stop.MUST_HAVE,
        Stop.TRAVEL,
        Stop.TIMES,
        Stop.COST,
    )
)
_FITS, _NOT_COUNTED = -1, -2
_ROWS_A_WORD = 64

Bits = npt.NDArray[np.uint64]


class GoalCounts(NamedTuple):
    """Of the offers about each goal: how many fit the person, and how many are stopped by what first.

    The goals of person *p* are ``first_goal[p]:first_goal[p + 1]``, in the order of their needs; a
    priority that counts as a goal comes after them. An offer about two goals counts in each.
    """

    first_goal: npt.NDArray[np.int64]
    """Shape (people + 1,)."""
    fits: npt.NDArray[np.int32]
    """Shape (goals,): offers without any stop."""
    stopped: npt.NDArray[np.int32]
    """Shape (goals, stops): offers by the first ``Stop`` in the order of its members. The column of
    ``Stop.GOALS`` is 0: what is about something else is not counted."""


def counts_for_all(
    people: Sequence[Person],
    catalogue: Catalogue,
    *,
    today: date,
    around_km: float = AROUND_KM,
    travel_model: TravelModel = DEFAULT_MODEL,
) -> GoalCounts:
    """Count for each goal of each of *people* the offers that are about it.

    What is out of reach counts as too far within *around_km* of home in a straight line; beyond that it
    is left out, or most of the country would be 'too far'. About 8 KB a different goal for each 64,000
    offers: ask for some ten thousand people at a time.
    """
    if not kernel.COMPILED:
        return _counts_in_numpy(people, catalogue, today, around_km, travel_model)
    columns = query_columns(people, catalogue.text, today=today, travel_model=travel_model)
    return counts_of_columns(columns, catalogue, around_km=around_km)


def counts_of_columns(
    people: QueryColumns, catalogue: Catalogue, *, around_km: float = AROUND_KM
) -> GoalCounts:
    """The same for people who are columns already; compiled code only."""
    rows = int(catalogue.used[0])
    counts = GoalCounts(
        first_goal=people.first_goal,
        fits=np.zeros(len(people.goal_of), dtype=np.int32),
        stopped=np.zeros((len(people.goal_of), STOPS), dtype=np.int32),
    )
    asked, columns = tuple(people), tuple(catalogue.columns)
    words, listed = tuple(word_columns(catalogue.text)), _rows_by_term(catalogue, rows)
    about = np.zeros((len(people.low), -(-rows // _ROWS_A_WORD)), dtype=np.uint64)
    in_portions(
        lambda start, end: _find_about(asked, start, end, rows, columns, words, listed, about),
        len(people.low),
    )
    order = in_order_of_place(people)
    in_portions(
        lambda start, end: _count(asked, order[start:end], columns, about, around_km, tuple(counts)),
        len(order),
    )
    return counts


def _rows_by_term(catalogue: Catalogue, rows: int) -> tuple[npt.NDArray[Any], ...]:
    """The words of all rows the other way round: where each term begins, its rows, its weights there."""
    text = catalogue.text.columns
    lengths = np.diff(text.first[: rows + 1])
    end = int(text.first[rows])
    terms = text.term[:end]
    order = np.argsort(terms, kind="stable")
    first = np.zeros(len(catalogue.text.vocabulary) + 1, dtype=np.int64)
    np.cumsum(np.bincount(terms, minlength=len(first) - 1), out=first[1:])
    return first, np.repeat(np.arange(rows, dtype=np.int32), lengths)[order], text.weight[:end][order]


@compiled
def _find_about(
    person_arrays: tuple[Any, ...],
    first: int,
    end: int,
    rows: int,
    columns: tuple[Any, ...],
    word_arrays: tuple[Any, ...],
    listed: tuple[Any, ...],
    about: Bits,
) -> None:
    """Set bit *row* of ``about[goal]`` where the row is about the goal, for goals *first* to *end*."""
    p, c, words = QueryColumns(*person_arrays), Columns(*columns), WordColumns(*word_arrays)
    first_row, rows_of, weight_of = listed
    stated, suggested, vectors, vector_scales = c.themes, c.suggested_themes, words.vectors, words.scales
    dots = np.zeros(rows)
    for goal in range(first, end):
        masks = p.goal_masks[goal]
        has_words = masks[4] == 1
        dots[:] = 0.0
        for at in range(p.first_term[goal], p.first_term[goal + 1]):
            term, weight = p.terms[at], p.term_weights[at]
            for entry in range(first_row[term], first_row[term + 1]):
                dots[rows_of[entry]] += weight * (np.float64(weight_of[entry]) * WEIGHT_UNIT)
        for row in range(rows):
            closeness = dots[row]
            if has_words:
                if p.vector_scale[goal] > 0.0 and len(vectors) > 0:
                    dot = kernel.whole_dot(vectors[row], p.vectors[goal])
                    closeness += dot * (np.float64(vector_scales[row]) * p.vector_scale[goal])
                closeness = min(max((closeness - p.low[goal]) * p.slope[goal], 0.0), 1.0)
            score = kernel.goal_of(
                stated[row],
                suggested[row],
                masks[0],
                masks[1],
                masks[2],
                masks[3],
                has_words,
                closeness,
            )
            if score >= GOAL_FLOOR:
                about[goal, row // _ROWS_A_WORD] |= np.uint64(1) << np.uint64(row % _ROWS_A_WORD)


@compiled
def _count(
    person_arrays: tuple[Any, ...],
    asked: npt.NDArray[np.int64],
    columns: tuple[Any, ...],
    about: Bits,
    around_km: float,
    counts: tuple[Any, ...],
) -> None:
    """Count for the people whose numbers are *asked*, each in the lines of their own goals."""
    p, c = QueryColumns(*person_arrays), Columns(*columns)
    _, fits, stopped = counts
    for person in asked:
        q = numbers_of(p, person)
        first = p.first_goal[person]
        mine = p.goal_of[first : p.first_goal[person + 1]]
        by_day = kernel_times.windows_by_day(q.windows)
        for word in range(about.shape[1]):
            any_goal = np.uint64(0)
            for goal in mine:
                any_goal |= about[goal, word]
            if any_goal == 0:
                continue
            for bit in range(_ROWS_A_WORD):
                one = np.uint64(1) << np.uint64(bit)
                if any_goal & one == 0:
                    continue
                stop = _first_stop(q, c, by_day, word * _ROWS_A_WORD + bit, around_km)
                if stop == _NOT_COUNTED:
                    continue
                for at in range(len(mine)):
                    if about[mine[at], word] & one == 0:
                        continue
                    if stop == _FITS:
                        fits[first + at] += 1
                    else:
                        stopped[first + at, stop] += 1


@compiled
def _first_stop(
    q: QueryNumbers, c: Columns, by_day: npt.NDArray[np.int64], row: int, around_km: float
) -> int:
    """The position of the first ``Stop`` of a row that is about a goal, in the order of its members."""
    if c.vacancy[row] == GONE:
        return _NOT_COUNTED
    distance = np.nan
    if q.has_home:
        distance = kernel.ruler_km(np.float64(c.lat[row]) - q.lat, np.float64(c.lon[row]) - q.lon, q.ruler)
    uses, fixed, per_km, fare_fixed, fare_per_km = q.ways[0], q.ways[1], q.ways[2], q.ways[3], q.ways[4]
    journey = kernel.journey_of(
        distance,
        c.place_kind[row],
        c.radius_km[row],
        c.transport[row],
        c.transport_radius_km[row],
        uses,
        fixed,
        per_km,
        q.max_minutes,
        q.has_home,
    )
    if journey.too_far and distance > around_km:
        return _NOT_COUNTED
    if c.vacancy[row] == FULL:
        return _FULL
    oldest = c.max_age[row]
    if q.age >= 0 and (q.age < c.min_age[row] or (oldest >= 0 and q.age > oldest)):
        return _AGE
    if kernel.level_of(q.level, c.levels[row], c.made_for[row], c.kind[row] == ENABLEMENT) < 0.0:
        return _LEVEL
    if c.features_no[row] & q.must:
        return _MUST_HAVE
    if journey.too_far:
        return _TRAVEL
    visit = kernel_times.visit_of(
        c.session_start,
        c.session_end,
        c.session_repeats,
        c.first_session[row],
        c.session_count[row],
        c.flexible[row],
        c.shortest_visit[row],
        q.windows,
        by_day,
        q.has_when,
        q.shortest,
        q.wanted_minutes,
        False,
        q.works,
        by_day,
    )
    if not visit.fits:
        return _TIMES
    known = visit.best >= 0
    weekly = kernel.weekly_of(
        visit.minutes,
        int(np.int64(c.session_start[visit.best])) if known else -1,
        int(np.int64(c.session_end[visit.best])) if known else -1,
        int(c.session_repeats[visit.best]) if known else -1,
        c.cost_basis[row],
        c.cost_pence[row],
        journey.mode,
        journey.minutes,
        distance,
        c.transport_pence[row],
        fare_fixed,
        fare_per_km,
        q.has_free_bus,
        q.free_bus,
    )
    return _COST if q.budget_pence >= 0 and weekly > q.budget_pence else _FITS


def _counts_in_numpy(
    people: Sequence[Person],
    catalogue: Catalogue,
    today: date,
    around_km: float,
    travel_model: TravelModel,
) -> GoalCounts:
    """The same counts from ``evaluate``, one person after the other."""
    rows = np.flatnonzero(catalogue.columns.vacancy[: int(catalogue.used[0])] != GONE)
    first, fits, stopped = [0], [], []
    for needs, home in people:
        query = compile_query(
            needs, home=home, thesaurus=catalogue.text.thesaurus, today=today, travel_model=travel_model
        )
        found = evaluate(query, catalogue, rows)
        far = ((found.stops & Stop.TRAVEL.bit) != 0) & (found.distance_km > around_km)
        # The lowest bit of a mask is its first stop.
        lowest = np.bitwise_count((found.stops & -found.stops) - 1).astype(np.int64)
        for goal in range(len(query.goals)):
            counted = (found.goal_scores[:, goal] >= GOAL_FLOOR) & ~far
            stops = found.stops[counted]
            fits.append(int((stops == 0).sum()))
            stopped.append(np.bincount(lowest[counted][stops != 0], minlength=STOPS))
        first.append(len(fits))
    return GoalCounts(
        first_goal=np.array(first, dtype=np.int64),
        fits=np.array(fits, dtype=np.int32),
        stopped=np.array(stopped, dtype=np.int32).reshape(-1, STOPS),
    )
