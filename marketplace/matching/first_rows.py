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

from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel, kernel_times
from marketplace.matching.catalogue import Columns
from marketplace.matching.codes import ENABLEMENT, ONLINE
from marketplace.matching.first_near import SLACK, gather, queue, spans_near
from marketplace.matching.first_numbers import (
    DRAWERS,
    Floats,
    GoalWords,
    QueryNumbers,
    Rows,
    Scratch,
    WordColumns,
    scratch_for,
)
from marketplace.matching.first_words import forget_wanted, goals_parts, wanted_by
from marketplace.matching.kernel import compiled
from marketplace.matching.weights import WORDS_ALONE
from marketplace.vocabulary import Part

__all__ = ["GoalWords", "QueryNumbers", "Scratch", "WordColumns", "first_rows", "scratch_for"]

PARTS = len(Part)
AT_ONCE = 24
"""Rows whose words are read, and whose times are fetched from memory, together."""


@compiled
def first_rows(
    q: QueryNumbers,
    columns: tuple[Any, ...],
    word_arrays: tuple[Any, ...],
    goal_arrays: tuple[Any, ...],
    grid_arrays: tuple[Any, ...],
    turn: npt.NDArray[np.uint32],
    scratch: tuple[Any, ...],
    best_row: Rows,
    best_score: Floats,
) -> int:
    """Fill *best_row* and *best_score* with the first rows; how many there are.

    By score, then distance, then the day's turn, then row number. The arrays are handed over as plain
    tuples, which is quicker, and fetched once: see the kernel's head.
    """
    c, words, said = Columns(*columns), WordColumns(*word_arrays), GoalWords(*goal_arrays)
    s = Scratch(*scratch)
    cells, coming_km = grid_arrays
    kinds, places, radii, transports, fetch_radii = (
        c.kind,
        c.place_kind,
        c.radius_km,
        c.transport,
        c.transport_radius_km,
    )
    levels, made_for, stated, suggested = c.levels, c.made_for, c.themes, c.suggested_themes
    has, lacks, fetch_pence, flexible = c.features_yes, c.features_no, c.transport_pence, c.flexible
    own_shortest, bases, prices = c.shortest_visit, c.cost_basis, c.cost_pence
    first_session, session_count = c.first_session, c.session_count
    starts, ends, repeats = c.session_start, c.session_end, c.session_repeats
    uses, fixed, per_km, fare_fixed, fare_per_km = q.ways[0], q.ways[1], q.ways[2], q.ways[3], q.ways[4]
    free_bus, windows, works, weights = q.free_bus, q.windows, q.works, q.weights
    themes, word_themes, kin_themes = q.goals[:, 0], q.goals[:, 1], q.goals[:, 2]
    has_words = q.goals[:, 4] == 1
    lows, slopes, goal_first, goal_scales = said.low, said.slope, said.first, said.scales
    rows, distances, bounds, others, known = s.rows, s.distances, s.bounds, s.others, s.known
    below, drawers, wanted = s.below, s.drawers, s.wanted
    limit, goals = len(best_row), len(themes)

    closest = np.zeros(goals)
    any_words = False
    any_theme = np.uint64(0)
    for goal in range(goals):
        any_theme |= themes[goal] | word_themes[goal] | kin_themes[goal]
        if has_words[goal]:
            any_words = True
            silent = goal_first[goal] == goal_first[goal + 1] and goal_scales[goal] == 0.0
            most = min(max(-lows[goal] * slopes[goal], 0.0), 1.0) if silent else 1.0
            closest[goal] = WORDS_ALONE * most
    placed, spans = spans_near(q, cells, coming_km, s.spans)
    found = gather(q, c, any_theme, any_words, placed, spans, s)
    queue(q, c, closest, found, s)

    by_day = kernel_times.windows_by_day(windows)
    works_by_day = kernel_times.windows_by_day(works)
    goals_wanted = wanted_by(q, said, wanted)
    parts = np.empty(PARTS)
    best_distance, best_turn = np.empty(limit), np.empty(limit, dtype=np.uint32)
    taken, taken_rows = np.empty(AT_ONCE, dtype=np.int64), np.empty(AT_ONCE, dtype=np.int64)
    goals_at, bounds_at = np.empty(AT_ONCE), np.empty(AT_ONCE)
    held = 0
    fetched = 0.0
    drawer = DRAWERS - 1
    while drawer >= 0:
        least = best_score[limit - 1] - SLACK if held == limit else -1.0
        if (drawer + 1) / (DRAWERS - 1) < least:
            break
        count = 0
        while count < AT_ONCE and drawer >= 0:
            at = drawers[drawer]
            if at < 0:
                drawer -= 1
                continue
            drawers[drawer] = below[at]
            if bounds[at] >= least:
                taken[count], taken_rows[count] = at, rows[at]
                count += 1
        goals_parts(
            taken_rows, count, goals_wanted, stated, suggested, words, said, wanted, any_words, goals_at
        )
        worth = 0
        for number in range(count):
            at, row = taken[number], taken_rows[number]
            bound = (others[at] + weights[0] * goals_at[number]) / (known[at] + weights[0])
            if goals_at[number] < 0.0 or bound < least:
                continue
            session = first_session[row]
            fetched += np.float64(prices[row]) + np.float64(own_shortest[row])
            # Fetched together, they come in the time of one: reading does not wait for the row before.
            if session < len(starts):
                fetched += np.float64(starts[session]) + np.float64(ends[session])
            taken[worth], goals_at[worth], bounds_at[worth] = at, goals_at[number], bound
            worth += 1
        for number in range(worth):
            if held == limit and bounds_at[number] < best_score[limit - 1] - SLACK:
                continue
            at = taken[number]
            row, distance = rows[at], distances[at]
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
            parts[0] = goals_at[number]
            parts[1] = kernel.level_of(q.level, levels[row], made_for[row], kinds[row] == ENABLEMENT)
            parts[2] = journey.score
            parts[4] = np.nan
            if q.wants_transport:
                needless = journey.comes or places[row] == ONLINE
                parts[4] = kernel.transport_of(distance, needless, transports[row], fetch_radii[row])
            parts[6] = kernel.preferences_of(q.like, has[row], lacks[row]) if q.like else np.nan
            visit = kernel_times.visit_of(
                starts,
                ends,
                repeats,
                first_session[row],
                session_count[row],
                flexible[row],
                own_shortest[row],
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
                bases[row],
                prices[row],
                journey.mode,
                journey.minutes,
                distance,
                fetch_pence[row],
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
                    visit, session_count[row], q.shortest_break, q.work_minutes, q.break_minutes
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
    forget_wanted(said, wanted)
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
