"""One person's first rows in compiled code: who may be near, who may be good, who is best.

1. ``spans_near``: the spans of the grid's rows that touch the person's circles.
2. ``gather``: of these, the rows within reach that no simple stop rules out.
3. ``queue``: each with the best score it could have, had it the closest words and the best times and
   price; put into drawers by that bound.
4. ``first_rows``: from the highest drawer down, some rows at a time, until no bound is as good as the
   last of the list. First the words (``goals_parts``), which make the bound closer; then, for those
   that still could be in the list, the rules in full. What could have come later can't be in the
   list, so the answer is exact.

A bound is a weighted mean in which what is not worked out yet counts as 1. That is never below the
true score: a part is at most 1, and a part that turns out unknown leaves a mean that is at most 1.
"""
# ruff: noqa: PLR0915, PLR0917, C901, PLR0912 - one loop: a call a step would cost more than the step

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel, kernel_times
from marketplace.matching.codes import ENABLEMENT, ONLINE
from marketplace.matching.first_near import SLACK, gather, queue, spans_near
from marketplace.matching.first_numbers import DRAWERS, Facts, Floats, GoalWords, QueryNumbers, Rows, Scratch
from marketplace.matching.first_words import (
    goals_part_of,
    goals_part_with_vectors,
    hear,
    wanted_by,
)
from marketplace.matching.kernel import compiled
from marketplace.vocabulary import Part

PARTS = len(Part)
AT_ONCE = 24
"""Rows whose goals are held against the list, and whose times are fetched from memory, together."""


@compiled
def first_rows(
    q: QueryNumbers,
    said: GoalWords,
    facts: Facts,
    turn: npt.NDArray[np.uint32],
    s: Scratch,
    best_row: Rows,
    best_score: Floats,
) -> int:
    """Fill *best_row* and *best_score* with the first rows; how many there are.

    By score, then distance, then the day's turn, then row number.
    """
    near, rest, starts, ends, repeats = facts.near, facts.rest, facts.starts, facts.ends, facts.repeats
    words = facts.words
    uses, fixed, per_km, fare_fixed, fare_per_km = q.ways[0], q.ways[1], q.ways[2], q.ways[3], q.ways[4]
    free_bus, windows, works, weights = q.free_bus, q.windows, q.works, q.weights
    rows, distances, bounds, others, known = s.rows, s.distances, s.bounds, s.others, s.known
    below, drawers, dots = s.below, s.drawers, s.dots
    limit = len(best_row)

    wanted = wanted_by(q, said, words)
    any_theme = np.uint64(0)
    for goal in range(len(q.goals)):
        any_theme |= q.goals[goal, 0] | q.goals[goal, 1] | q.goals[goal, 2]
    placed, spans = spans_near(q, facts.cells, facts.coming_km, s.spans)
    found = gather(q, near, any_theme, wanted.any_words, placed, spans, s)
    hear(said, words, spans, found, s)
    queue(q, near, wanted, found, s)

    by_day = kernel_times.windows_by_day(windows)
    works_by_day = kernel_times.windows_by_day(works)
    parts, scores = np.empty(PARTS), np.empty(len(q.goals))
    best_distance, best_turn = np.empty(limit), np.empty(limit, dtype=np.uint32)
    taken = np.empty(AT_ONCE, dtype=np.int64)
    goals_at, bounds_at = np.empty(AT_ONCE), np.empty(AT_ONCE)
    held = 0
    fetched = 0.0
    drawer = DRAWERS - 1
    while drawer >= 0:
        least = best_score[limit - 1] - SLACK if held == limit else -1.0
        if (drawer + 1) / (DRAWERS - 1) < least:
            break
        worth = 0
        while worth < AT_ONCE and drawer >= 0:
            at = drawers[drawer]
            if at < 0:
                drawer -= 1
                continue
            drawers[drawer] = below[at]
            if bounds[at] < least:
                continue
            row = rows[at]
            its = near[row]
            if wanted.has_vectors:
                goals_part = goals_part_with_vectors(
                    row, its.themes, its.suggested_themes, at + 1, wanted, said, words, dots, scores
                )
            else:
                goals_part = goals_part_of(its.themes, its.suggested_themes, at + 1, wanted, dots, scores)
            bound = (others[at] + weights[0] * goals_part) / (known[at] + weights[0])
            if goals_part < 0.0 or bound < least:
                continue
            # Fetched together, they come in the time of one: reading does not wait for the row before.
            session = rest[row].first_session
            if session < len(starts):
                fetched += np.float64(starts[session]) + np.float64(ends[session])
                fetched += np.float64(repeats[session]) + np.float64(turn[row])
            taken[worth], goals_at[worth], bounds_at[worth] = at, goals_part, bound
            worth += 1
        for number in range(worth):
            if held == limit and bounds_at[number] < best_score[limit - 1] - SLACK:
                continue
            at = taken[number]
            row, distance = rows[at], distances[at]
            its, more = near[row], rest[row]
            journey = kernel.journey_of(
                distance,
                its.place_kind,
                its.radius_km,
                its.transport,
                more.transport_radius_km,
                uses,
                fixed,
                per_km,
                q.max_minutes,
                q.has_home,
            )
            if journey.too_far:
                continue
            parts[0] = goals_at[number]
            parts[1] = kernel.level_of(q.level, its.levels, its.made_for, its.kind == ENABLEMENT)
            parts[2] = journey.score
            parts[4] = np.nan
            if q.wants_transport:
                needless = journey.comes or its.place_kind == ONLINE
                parts[4] = kernel.transport_of(distance, needless, its.transport, more.transport_radius_km)
            parts[6] = kernel.preferences_of(q.like, its.features_yes, its.features_no) if q.like else np.nan
            visit = kernel_times.visit_of(
                starts,
                ends,
                repeats,
                more.first_session,
                more.session_count,
                more.flexible,
                more.shortest_visit,
                windows,
                by_day,
                q.has_when,
                q.shortest,
                q.wanted_minutes,
                q.has_carer,
                works,
                works_by_day,
            )
            if not visit.fits:
                continue
            timed = visit.best >= 0
            weekly = kernel.weekly_of(
                visit.minutes,
                int(np.int64(starts[visit.best])) if timed else -1,
                int(np.int64(ends[visit.best])) if timed else -1,
                int(repeats[visit.best]) if timed else -1,
                more.cost_basis,
                more.cost_pence,
                journey.mode,
                journey.minutes,
                distance,
                more.transport_pence,
                fare_fixed,
                fare_per_km,
                q.has_free_bus,
                free_bus,
            )
            if q.budget_pence >= 0 and weekly > q.budget_pence:
                continue
            parts[3] = visit.score
            parts[5] = np.nan
            if q.score_budget_pence >= 0 and weekly >= 0:
                parts[5] = kernel.cost_of(weekly, q.score_budget_pence)
            parts[7] = np.nan
            if q.has_carer:
                parts[7] = kernel_times.carer_of(
                    visit, more.session_count, q.shortest_break, q.work_minutes, q.break_minutes
                )
            score = kernel.mean_of(parts, weights)
            far = np.inf if np.isnan(distance) else distance
            place = held
            while place > 0 and _before(
                score,
                far,
                turn[row],
                row,
                best_score[place - 1],
                best_distance[place - 1],
                best_turn[place - 1],
                best_row[place - 1],
            ):
                place -= 1
            if place == limit:
                continue
            held = min(held + 1, limit)
            for other in range(held - 1, place, -1):
                best_score[other], best_row[other] = best_score[other - 1], best_row[other - 1]
                best_distance[other], best_turn[other] = best_distance[other - 1], best_turn[other - 1]
            best_score[place], best_row[place] = score, row
            best_distance[place], best_turn[place] = far, turn[row]
    bounds[-1] = fetched  # so that the fetching is not left out as useless
    return held


@compiled
def _before(
    score: float,
    far: float,
    turn: int,
    row: int,
    other_score: float,
    other_far: float,
    other_turn: int,
    other_row: int,
) -> bool:
    """Whether a row comes before another: the order of the list."""
    if score != other_score:
        return score > other_score
    if far != other_far:
        return far < other_far
    if turn != other_turn:
        return turn < other_turn
    return row < other_row
