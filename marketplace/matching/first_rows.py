"""One person's first rows in compiled code: who may be near, who may be good, who is best.

1. ``spans_near``: the spans of the grid's rows that touch the person's circles.
2. ``gather``: of these, the rows within reach that no simple stop rules out.
3. ``rough_bounds``: each with the best score it could have by its goals and the way there; put into drawers
   by that bound.
4. ``choose`` and ``closer_bounds``: of the highest drawers, and then of all that could still be in the list,
   the best score each could have with the best times and the least price that its hints allow; again into
   drawers.
5. ``first_rows``: from the highest of these down, some rows at a time, until no bound is as good as the
   last of the list. First the goals in full (``goals_parts``), which make the bound closer; then, for
   those that still could be in the list, all other rules. What could have come later can't be in the
   list, so the answer is exact.

A bound is a weighted mean in which what is not worked out yet counts as 1, or as the most that hints let
it be. That is never below the true score: a part that counts as 1 and turns out unknown leaves a mean that
is at most 1, and those told by hints, times and the carer's time, are known wherever there are sessions.
"""
# ruff: noqa: PLR0915, PLR0917, C901, PLR0912 - one loop: a call a step would cost more than the step

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel, kernel_times
from marketplace.matching.codes import COMES, ENABLEMENT, ONLINE, PROVIDER
from marketplace.matching.first_bounds import SLACK, choose, closer_bounds, rough_bounds
from marketplace.matching.first_near import first_ring_km, gather, spans_near, worth_km
from marketplace.matching.first_numbers import DRAWERS, Facts, Floats, GoalWords, QueryNumbers, Rows, Scratch
from marketplace.matching.first_words import (
    goals_parts,
    goals_room,
    hear,
    wanted_by,
)
from marketplace.matching.kernel import compiled
from marketplace.vocabulary import Part

PARTS = len(Part)
LEAST_CHOSEN, MOST_CHOSEN, SHARE_CHOSEN = 96, 240, 8
"""Rows of the highest rough bounds that get a closer one first, enough to learn how good the list will be: one
in eight of those that were found, but at least and at most so many."""
FIRST_PORTION = 28
"""Rows of the highest bounds that are taken out of their drawers first, above the number asked for."""
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
    chosen, order = s.chosen, s.order
    limit = len(best_row)

    wanted = wanted_by(q, said, words)
    any_theme = np.uint64(0)
    for goal in range(len(q.goals)):
        any_theme |= q.goals[goal, 0] | q.goals[goal, 1] | q.goals[goal, 2]
    by_day = kernel_times.windows_by_day(windows)
    works_by_day = kernel_times.windows_by_day(works)
    parts, room = np.empty(PARTS), goals_room(AT_ONCE)
    best_distance = np.empty(limit)
    taken, places = np.empty(AT_ONCE + 1, dtype=np.int64), np.empty(AT_ONCE + 1, dtype=np.int64)
    first_session = np.empty(AT_ONCE + 1, dtype=np.int64)
    goals_at, bounds_at = np.empty(AT_ONCE), np.empty(AT_ONCE)
    held = 0
    fetched = 0.0
    outer, furthest = -1.0, q.reach_km
    found, rough, count, drawer, portion, next_taken, taken_out = 0, 0, 0, 0, 0, 0, 0
    while True:
        least = best_score[limit - 1] - SLACK if held == limit else -1.0
        if next_taken == taken_out:
            drawer, taken_out = take_out(count, drawer, portion, least, s)
            next_taken, portion = 0, portion * 4
        if taken_out == 0:
            some = found
            if rough == DRAWERS and held < limit:
                some = min(max(found // SHARE_CHOSEN, LEAST_CHOSEN), MOST_CHOSEN)
            rough, count = choose(found, rough, some, least, s)
            if count > 0:
                closer_bounds(q, near, count, s)
                drawer, portion = DRAWERS, FIRST_PORTION + limit
                continue
            # All of this circle is done. Further out only what could still be in the list.
            if held == limit:
                furthest = min(furthest, worth_km(q, least))
            if outer >= furthest:
                break
            inner, outer = outer, first_ring_km(q, facts.cells) if outer < 0.0 else min(2.0 * outer, furthest)
            placed, spans = spans_near(q, facts.cells, facts.coming_km, inner, outer, s.spans)
            found = gather(q, near, any_theme, wanted.any_words, placed, spans, s)
            hear(said, wanted, words, spans, found, s)
            rough_bounds(q, near, wanted, found, s)
            rough = DRAWERS
            continue
        some = 0
        while some < AT_ONCE and next_taken < taken_out:
            place = int(np.int64(order[next_taken]))
            next_taken += 1
            taken[some], places[some] = chosen[place], place
            # Read here, it comes from memory while the goals are looked at.
            first_session[some] = rest[int(np.int64(rows[taken[some]]))].first_session
            some += bounds[place] >= least
        goals_parts(taken, some, near, found, wanted, said, words, s, goals_at, room)
        worth = 0
        for number in range(some):
            at, goals_part = taken[number], goals_at[number]
            row = int(np.int64(rows[at]))
            place = places[number]
            bound = (others[place] + weights[0] * goals_part) / (known[place] + weights[0])
            if goals_part < 0.0 or bound < least:
                continue
            # Fetched together, they come in the time of one: reading does not wait for the row before.
            session = first_session[number]
            if session < len(starts):
                fetched += np.float64(starts[session]) + np.float64(ends[session])
                fetched += np.float64(repeats[session])
            taken[worth], goals_at[worth], bounds_at[worth] = at, goals_part, bound
            worth += 1
        for number in range(worth):
            if held == limit and bounds_at[number] < best_score[limit - 1] - SLACK:
                continue
            at = taken[number]
            row, distance = int(np.int64(rows[at])), distances[at]
            more, place_kind, transport = rest[row], near.place_kind[row], near.transport[row]
            fetch_radius = float(near.transport_radius_km[row]) if transport == 1 else np.nan
            journey = kernel.journey_of(
                distance,
                place_kind,
                float(near.radius_km[row]) if place_kind == COMES else np.nan,
                transport,
                fetch_radius,
                uses,
                fixed,
                per_km,
                q.max_minutes,
                q.has_home,
            )
            if journey.too_far:
                continue
            parts[0] = goals_at[number]
            parts[1] = kernel.level_of(
                q.level, near.levels[row], near.made_for[row], near.kind[row] == ENABLEMENT
            )
            parts[2] = journey.score
            parts[4] = np.nan
            if q.wants_transport:
                needless = journey.comes or place_kind == ONLINE
                parts[4] = kernel.transport_of(distance, needless, transport, fetch_radius)
            parts[6] = np.nan
            if q.like:
                parts[6] = kernel.preferences_of(q.like, near.features_yes[row], near.features_no[row])
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
                near.transport_pence[row] if journey.mode == PROVIDER else -1,
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
                score, far, row, best_score[place - 1], best_distance[place - 1], best_row[place - 1], turn
            ):
                place -= 1
            if place == limit:
                continue
            held = min(held + 1, limit)
            for other in range(held - 1, place, -1):
                best_score[other], best_row[other] = best_score[other - 1], best_row[other - 1]
                best_distance[other] = best_distance[other - 1]
            best_score[place], best_row[place], best_distance[place] = score, row, far
    bounds[-1] = fetched  # so that the fetching is not left out as useless
    return held


@compiled
def take_out(count: int, drawer: int, portion: int, least: float, s: Scratch) -> tuple[int, int]:
    """Put the places of the next drawers below *drawer* into ``order``, the highest first, about a *portion*.

    Of the first *count* of ``chosen``. The last drawer that was opened, and how many rows; none where no bound
    is *least* or more.
    """
    drawer_of, drawers, order = s.closer_drawer, s.closer_drawers, s.order
    end, rows, lowest = drawer, 0, max(least * (DRAWERS - 1), 1.0)
    while rows < portion and drawer >= lowest:
        drawer -= 1
        its = drawers[drawer]
        drawers[drawer] = rows
        rows += its
    if rows > 0:
        for at in range(count):
            into = drawer_of[at]
            if drawer <= into < end:
                order[drawers[into]] = at
                drawers[into] += 1
    return drawer, rows


@compiled
def _before(
    score: float,
    far: float,
    row: int,
    other_score: float,
    other_far: float,
    other_row: int,
    turn: npt.NDArray[np.uint32],
) -> bool:
    """Whether a row comes before another: the order of the list."""
    if score != other_score:
        return score > other_score
    if far != other_far:
        return far < other_far
    if turn[row] != turn[other_row]:
        return bool(turn[row] < turn[other_row])
    return row < other_row
