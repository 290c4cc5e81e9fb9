"""The first matches of one person, exactly, without scoring what can't be among them.

Spans of the grid → hard stops → all other parts → goals, whose words are compared only where the
offer could still enter the list with words as close as can be. Compiled where numba is there;
otherwise the same rules in NumPy give the same rows in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel, kernel_times
from marketplace.matching.catalogue import GONE, Catalogue, Columns
from marketplace.matching.codes import BUS, ENABLEMENT, FULL, NO_MODE, ONLINE, PROVIDER
from marketplace.matching.evaluate import evaluate
from marketplace.matching.grid import ANYWHERE, LINES, Spans, cell_box, rows_in
from marketplace.matching.grid import COLUMNS as GRID_COLUMNS
from marketplace.matching.kernel import compiled
from marketplace.matching.query import CompiledGoal, Query
from marketplace.matching.text import GoalText, TextIndex
from marketplace.matching.weights import GOAL_FLOOR
from marketplace.vocabulary import TravelMode

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class First(NamedTuple):
    """The first matches, best first: row numbers and scores, shape (at most k,); how many fit."""

    rows: Rows
    scores: Floats


class QueryNumbers(NamedTuple):
    """A person's needs as compiled code takes them; the meanings are those of ``Query``.

    Numbers where it can be and few arrays: handing over an array costs more than ten numbers.
    """

    has_home: bool
    lat: float
    lon: float
    ruler: tuple[float, float, float, float, float, float]
    """North, then east, as in ``Ruler``."""
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
    """Shape (6, goals): chosen, understood, akin and refused themes; 1 with words; importance."""


class WordColumns(NamedTuple):
    """``TextColumns`` as compiled code takes them; vectors of shape (0, 0) without a model."""

    first: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
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


def first_matches(
    query: Query, catalogue: Catalogue, *, turn: npt.NDArray[np.uint32], limit: int = 20
) -> First:
    """The first *limit* matches. ``turn`` is the day's rotation, one number a row."""
    if not kernel.COMPILED:
        return first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=limit)
    rows, scores = top_rows(
        query_numbers(query),
        tuple(catalogue.columns),
        tuple(word_columns(catalogue.text)),
        tuple(goal_words(catalogue.text, query.goals)),
        catalogue.grid.first,
        box_of(query, catalogue),
        turn,
        limit,
    )
    return First(rows, scores)


def box_of(query: Query, catalogue: Catalogue) -> tuple[int, int, int, int]:
    """The grid's lines and columns that hold every row in reach: low, high, left, right."""
    if query.home is None:
        return 0, LINES - 1, 0, GRID_COLUMNS - 1
    reach = max(reach_km(query), catalogue.widest_radius_km)
    return cell_box(query.home.lat, query.home.lon, reach)


def spans_of(query: Query, catalogue: Catalogue) -> Spans:
    """Spans of rows that hold every row the person can reach, or that can reach the person."""
    return catalogue.grid.spans(box_of(query, catalogue))


def reach_km(query: Query) -> float:
    """Straight-line kilometres that the person's quickest way covers within the limit."""
    ways = query.modes
    if query.uses_provider_transport:
        ways = (*ways, TravelMode.PROVIDER)
    furthest = 0.0
    for mode in ways:
        fixed, per_km = query.ways[1:3, mode.position].tolist()
        furthest = max(furthest, (query.max_minutes - fixed) / per_km)
    return furthest


def first_in_numpy(
    query: Query,
    catalogue: Catalogue,
    spans: Spans,
    *,
    turn: npt.NDArray[np.uint32],
    limit: int,
) -> First:
    """The same answer without compiled code."""
    rows = rows_in(spans)
    found = evaluate(query, catalogue, rows)
    fits = np.flatnonzero(found.stops == 0)
    keys = (rows[fits], turn[rows[fits]], found.distance_km[fits], -found.score[fits])
    best = fits[np.lexsort(keys)[:limit]]
    return First(rows[best], found.score[best])


def query_numbers(query: Query) -> QueryNumbers:
    """The query as compiled code takes it."""
    ruler = query.ruler
    return QueryNumbers(
        has_home=ruler is not None,
        lat=ruler.lat if ruler else 0.0,
        lon=ruler.lon if ruler else 0.0,
        ruler=(*ruler.north, *ruler.east) if ruler else (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
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
        goals=np.array(
            [
                [goal.themes for goal in query.goals],
                [goal.word_themes for goal in query.goals],
                [goal.kin_themes for goal in query.goals],
                [goal.refused for goal in query.goals],
                [goal.meaning is not None for goal in query.goals],
                [goal.goal.importance for goal in query.goals],
            ],
            dtype=np.uint64,
        ),
    )


def _said(text: TextIndex, goal: CompiledGoal) -> GoalText | None:
    if goal.meaning is None:
        return None
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
    dimension = 0 if vectors is None else vectors.values.shape[1]
    first = np.zeros(len(said) + 1, dtype=np.int64)
    whole = np.zeros((len(said), dimension), dtype=np.int8)
    numbers = np.zeros((3, len(said)))
    for at, goal in enumerate(said):
        first[at + 1] = first[at] + (0 if goal is None else len(goal.terms))
        if goal is None:
            continue
        if goal.vector is not None:
            whole[at] = goal.vector.values
        numbers[:, at] = 0.0 if goal.vector is None else goal.vector.scale, goal.low, goal.slope
    return GoalWords(
        first=first,
        terms=np.concatenate([np.zeros(0, np.int32), *(goal.terms for goal in said if goal is not None)]),
        weights=np.concatenate([np.zeros(0), *(goal.weights for goal in said if goal is not None)]),
        vectors=whole,
        scales=numbers[0],
        low=numbers[1],
        slope=numbers[2],
    )


@compiled
def top_rows(
    q: QueryNumbers,
    columns: tuple[Any, ...],
    word_arrays: tuple[Any, ...],
    goal_arrays: tuple[Any, ...],
    cells: npt.NDArray[np.int32],
    box: tuple[int, int, int, int],
    turn: npt.NDArray[np.uint32],
    limit: int,
) -> tuple[Rows, Floats]:
    """Exact first rows by score, then distance, then the day's turn, then row number."""
    # Handed over as plain tuples, which is quicker, and fetched once: see the kernel's head.
    c, words, said = Columns(*columns), WordColumns(*word_arrays), GoalWords(*goal_arrays)
    lats, lons, kinds, places, radii = c.lat, c.lon, c.kind, c.place_kind, c.radius_km
    levels, made_for, stated, suggested = c.levels, c.made_for, c.themes, c.suggested_themes
    features_yes, features_no, vacancies = c.features_yes, c.features_no, c.vacancy
    min_ages, max_ages, transports, fetch_radii = c.min_age, c.max_age, c.transport, c.transport_radius_km
    fetch_pence, flexible, own_shortest = c.transport_pence, c.flexible, c.shortest_visit
    bases, prices, first_session, session_count = c.cost_basis, c.cost_pence, c.first_session, c.session_count
    starts, ends, repeats = c.session_start, c.session_end, c.session_repeats
    uses, fixed, per_km, fare_fixed, fare_per_km = q.ways[0], q.ways[1], q.ways[2], q.ways[3], q.ways[4]
    free_bus, windows, ruler = q.free_bus, q.windows, q.ruler
    themes, word_themes, kin_themes, refused = q.goals[0], q.goals[1], q.goals[2], q.goals[3]
    has_words, importance, weights = q.goals[4] == 1, q.goals[5].astype(np.float64), q.weights
    term_first, terms, term_weights = words.first, words.terms, words.weights
    vectors, vector_scales, goal_vectors, goal_scales = words.vectors, words.scales, said.vectors, said.scales
    goal_first, goal_terms, goal_term_weights = said.first, said.terms, said.weights
    lows, slopes = said.low, said.slope

    free = kernel_times.free_before(windows) if q.has_when else np.zeros(1, dtype=np.int64)
    works = kernel_times.free_before(q.works) if q.has_carer else np.zeros(1, dtype=np.int64)
    goals = len(themes)
    parts = np.empty(8)
    goal_scores = np.empty(goals)
    best_score = np.empty(limit)
    best_distance = np.empty(limit)
    best_turn = np.empty(limit, dtype=np.uint32)
    best_row = np.empty(limit, dtype=np.int64)
    held = 0
    any_words = np.any(has_words)
    low, high, left, right = box
    for line in range(low, high + 2):
        # The last turn takes the rows that have no place.
        cell = line * GRID_COLUMNS
        start, end = cells[cell + left], cells[cell + right + 1]
        if line == high + 1:
            start, end = cells[ANYWHERE], cells[ANYWHERE + 1]
        for row in range(start, end):
            if vacancies[row] == FULL or vacancies[row] == GONE or features_no[row] & q.must:
                continue
            if q.age >= 0 and (q.age < min_ages[row] or (max_ages[row] >= 0 and q.age > max_ages[row])):
                continue
            parts[1] = kernel.level_of(q.level, levels[row], made_for[row], kinds[row] == ENABLEMENT)
            if parts[1] < 0.0:
                continue
            # With words as close as can be: is it about a goal at all?
            most = 0.0
            for goal in range(goals):
                goal_scores[goal] = kernel.goal_of(
                    stated[row],
                    suggested[row],
                    themes[goal],
                    word_themes[goal],
                    kin_themes[goal],
                    refused[goal],
                    has_words[goal],
                    1.0,
                )
                most = max(most, goal_scores[goal])
            if most < GOAL_FLOOR:
                continue
            distance = np.nan
            if q.has_home:
                distance = kernel.ruler_km(
                    np.float64(lats[row]) - q.lat, np.float64(lons[row]) - q.lon, ruler
                )
            journey = kernel.journey_of(
                distance,
                places[row],
                radii[row],
                transports[row],
                fetch_radii[row],
                uses,
                fixed,
                per_km,
                q.max_minutes,
                q.has_home,
            )
            if journey.too_far:
                continue
            visit = kernel_times.visit_of(
                starts,
                ends,
                repeats,
                first_session[row],
                session_count[row],
                flexible[row],
                own_shortest[row],
                windows,
                free,
                q.has_when,
                q.shortest,
                q.wanted_minutes,
                q.has_carer,
                works,
            )
            if not visit.fits:
                continue
            weekly = kernel.offer_pence_of(bases[row], prices[row], visit.minutes)
            if weekly >= 0:
                if journey.mode == PROVIDER:
                    weekly += max(fetch_pence[row], 0)
                elif journey.mode != NO_MODE:
                    legs = 2.0
                    if journey.mode == BUS and q.has_free_bus:
                        legs = 0.0
                        if visit.best >= 0:
                            legs = kernel.paid_legs(
                                free_bus, int(starts[visit.best]), int(ends[visit.best]), journey.minutes
                            )
                    weekly += kernel.fare_pence(
                        distance, fare_fixed[journey.mode], fare_per_km[journey.mode], legs
                    )
                often = repeats[visit.best] if visit.best >= 0 else -1
                weekly = kernel.weekly_pence_of(weekly, bases[row], often)
                if q.budget_pence >= 0 and weekly > q.budget_pence:
                    continue
            parts[2] = journey.score
            parts[3] = visit.score
            parts[4] = np.nan
            if q.wants_transport:
                needless = journey.comes or places[row] == ONLINE
                parts[4] = kernel.transport_of(distance, needless, transports[row], fetch_radii[row])
            parts[5] = np.nan
            if q.score_budget_pence >= 0 and weekly >= 0:
                parts[5] = kernel.cost_of(weekly, q.score_budget_pence)
            parts[6] = np.nan
            if q.like:
                parts[6] = kernel.preferences_of(q.like, features_yes[row], features_no[row])
            parts[7] = np.nan
            if q.has_carer:
                parts[7] = kernel_times.carer_of(
                    visit, session_count[row], q.shortest_break, q.work_minutes, q.break_minutes
                )
            parts[0] = kernel.goals_part(goal_scores, importance)
            score = kernel.mean_of(parts, weights)
            if held == limit and score < best_score[limit - 1]:
                continue
            if any_words:
                most = 0.0
                for goal in range(goals):
                    if has_words[goal]:
                        closeness = kernel.words_dot(
                            terms,
                            term_weights,
                            term_first[row],
                            term_first[row + 1],
                            goal_terms,
                            goal_term_weights,
                            goal_first[goal],
                            goal_first[goal + 1],
                        )
                        if goal_scales[goal] > 0.0 and len(vectors) > 0:
                            dot = kernel.whole_dot(vectors[row], goal_vectors[goal])
                            closeness += dot * (np.float64(vector_scales[row]) * goal_scales[goal])
                        closeness = min(max((closeness - lows[goal]) * slopes[goal], 0.0), 1.0)
                        goal_scores[goal] = kernel.goal_of(
                            stated[row],
                            suggested[row],
                            themes[goal],
                            word_themes[goal],
                            kin_themes[goal],
                            refused[goal],
                            True,
                            closeness,
                        )
                    most = max(most, goal_scores[goal])
                if most < GOAL_FLOOR:
                    continue
                parts[0] = kernel.goals_part(goal_scores, importance)
                score = kernel.mean_of(parts, weights)
            far = np.inf if np.isnan(distance) else distance
            place = held
            while place > 0 and (
                score > best_score[place - 1]
                or (
                    score == best_score[place - 1]
                    and (
                        far < best_distance[place - 1]
                        or (far == best_distance[place - 1] and turn[row] < best_turn[place - 1])
                    )
                )
            ):
                place -= 1
            if place == limit:
                continue
            held = min(held + 1, limit)
            for other in range(held - 1, place, -1):
                best_score[other] = best_score[other - 1]
                best_distance[other] = best_distance[other - 1]
                best_turn[other] = best_turn[other - 1]
                best_row[other] = best_row[other - 1]
            best_score[place] = score
            best_distance[place] = far
            best_turn[place] = turn[row]
            best_row[place] = row
    return best_row[:held].copy(), best_score[:held].copy()
