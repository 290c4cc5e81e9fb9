"""How well rows serve a person's goals, by their themes and words: steps of ``first_rows``."""
# ruff: noqa: PLR0917 - compiled code takes arrays by place

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.first_numbers import (
    Floats,
    GoalWords,
    Near,
    QueryNumbers,
    Rows,
    Scratch,
    WordColumns,
)
from marketplace.matching.kernel import compiled
from marketplace.matching.postings import BLOCK_BITS, CODE_BITS, CODE_MASK, WEIGHTS
from marketplace.matching.weights import ALL_GOALS_SHARE, BEST_GOAL_SHARE, GOAL_FLOOR

OFF_TOPIC = -1.0
"""In place of the goals' part: a row that serves none of the goals."""


class GoalsRoom(NamedTuple):
    """Room for a few rows whose goals are looked at together, by row."""

    stated: npt.NDArray[np.uint64]
    suggested: npt.NDArray[np.uint64]
    close: Floats
    most: Floats
    best: Floats
    weighted: Floats


@compiled
def goals_room(rows: int) -> GoalsRoom:
    return GoalsRoom(
        np.empty(rows, dtype=np.uint64),
        np.empty(rows, dtype=np.uint64),
        np.empty(rows),
        np.empty(rows),
        np.empty(rows),
        np.empty(rows),
    )


class Wanted(NamedTuple):
    """A person's goals laid out for one row after another; all by goal but the last two."""

    goals: npt.NDArray[np.uint64]
    """As ``QueryNumbers.goals``."""
    has_words: npt.NDArray[np.bool_]
    importance: Floats
    low: Floats
    slope: Floats
    least: Floats
    """The least closeness for a bound: 1 where the direction of the text counts too, which is read later."""
    has_vectors: bool
    """Some goal is held against the direction of each row's text too."""
    any_words: bool
    """A row may be about some goal with which it shares no theme."""


@compiled
def wanted_by(q: QueryNumbers, said: GoalWords, words: WordColumns) -> Wanted:
    goals = len(q.goals)
    has_words, importance, least = np.empty(goals, dtype=np.bool_), np.empty(goals), np.zeros(goals)
    low, slope = np.zeros(goals), np.zeros(goals)
    has_vectors, any_words = False, False
    for goal in range(goals):
        has_words[goal], importance[goal] = q.goals[goal, 4] == 1, np.float64(q.goals[goal, 5])
        if has_words[goal]:
            any_words = True
            low[goal], slope[goal] = said.low[goal], said.slope[goal]
            if said.scales[goal] > 0.0 and len(words.vectors) > 0:
                has_vectors, least[goal] = True, 1.0
    return Wanted(q.goals, has_words, importance, low, slope, least, has_vectors, any_words)


@compiled
def hear(said: GoalWords, w: Wanted, words: WordColumns, spans: int, found: int, s: Scratch) -> None:
    """Fill ``dots``: what each row that was found in the first *spans* shares with each goal.

    A term's rows stand in rising order, and so do the spans: each term's are gone through once. Added up
    in the order of the terms, as everywhere. What is shared with other rows lands in line 0.
    """
    line, some = s.line, s.spans
    first, entries, indexed, blocks = words.first, words.entry, words.indexed[0], words.indexed[1]
    for goal in range(len(said.first) - 1):
        dots = s.dots[goal * (found + 1) : (goal + 1) * (found + 1)]
        if w.has_words[goal]:
            dots[:] = 0.0
        for at in range(said.first[goal], said.first[goal + 1]):
            place, weight = said.terms[at] * blocks, said.weights[at]
            block, entry, end = -1, 0, 0
            for span in range(spans):
                low, high, before = some[span, 0], min(some[span, 1], indexed), some[span, 2] - some[span, 0]
                while low < high:
                    if low >> BLOCK_BITS != block:
                        block = low >> BLOCK_BITS
                        entry = int(np.int64(first[place + block]))
                        end = int(np.int64(first[place + block + 1]))
                    base = block << BLOCK_BITS
                    entry = first_from(entries, entry, end, (low - base) << CODE_BITS)
                    high_entry = (high - base) << CODE_BITS
                    while entry < end and np.int64(entries[entry]) < high_entry:
                        its = np.int64(entries[entry])
                        dots[line[np.uint64(base + (its >> CODE_BITS) + before)]] += (
                            weight * WEIGHTS[its & CODE_MASK]
                        )
                        entry += 1
                    low = (block + 1) << BLOCK_BITS
    last = spans - 1
    hear_late(said, words, some[last, 0], some[last, 1], some[last, 2] - some[last, 0], found, s)


@compiled
def first_from(entries: npt.NDArray[np.uint16], start: int, end: int, least: int) -> int:
    """The first of the rising *entries* from *start* to before *end* that is not below *least*."""
    step = 1
    while start + step < end and np.int64(entries[start + step]) < least:
        start += step
        step += step
    end = min(end, start + step)
    while start < end:
        middle = (start + end) >> 1
        if np.int64(entries[middle]) < least:
            start = middle + 1
        else:
            end = middle
    return start


@compiled
def hear_late(
    said: GoalWords, words: WordColumns, start: int, end: int, before: int, found: int, s: Scratch
) -> None:
    """The same for rows *start* to before *end*, as far as they came later."""
    line, dots, goals = s.line, s.dots, len(said.first) - 1
    late_first, late_term, late_code = words.late_first, words.late_term, words.late_code
    indexed = words.indexed[0]
    for row in range(max(start, indexed), end):
        which = np.int64(line[row + before])
        if which == 0:
            continue
        low, high = np.int64(late_first[row - indexed]), np.int64(late_first[row - indexed + 1])
        for goal in range(goals):
            at = low
            for wanted in range(said.first[goal], said.first[goal + 1]):
                while at < high and late_term[at] < said.terms[wanted]:
                    at += 1
                if at < high and late_term[at] == said.terms[wanted]:
                    dots[goal * (found + 1) + which] += said.weights[wanted] * WEIGHTS[late_code[at]]


@compiled
def goals_parts(
    taken: Rows,
    count: int,
    near: Near,
    found: int,
    w: Wanted,
    said: GoalWords,
    words: WordColumns,
    s: Scratch,
    parts: Floats,
    room: GoalsRoom,
) -> None:
    """The goals' parts of the first *count* rows that were *taken*, ``OFF_TOPIC`` where there is none.

    *taken* are numbers of rows that were found. Goal by goal over all of them, so that the processor takes
    several rows in one step; for each row the sums are those of ``evaluate_goals.goals_part``, in its order.
    """
    stated, suggested, close = room.stated[:count], room.suggested[:count], room.close[:count]
    most, best, weighted = room.most[:count], room.best[:count], room.weighted[:count]
    heaviest, total = 0.0, 0.0
    for goal in range(len(w.importance)):
        heaviest = max(heaviest, w.importance[goal])
        total += w.importance[goal]
    for number in range(count):
        row = s.rows[taken[number]]
        stated[number], suggested[number] = np.uint64(near.themes[row]), np.uint64(near.suggested_themes[row])
    most[:], best[:], weighted[:] = 0.0, 0.0, 0.0
    for goal in range(len(w.importance)):
        importance, share = w.importance[goal], w.importance[goal] / heaviest
        has_words = w.has_words[goal]
        close[:] = 0.0
        if has_words:
            dots = s.dots[goal * (found + 1) + 1 : (goal + 1) * (found + 1)]
            for number in range(count):
                close[number] = dots[taken[number]]
            if said.scales[goal] > 0.0 and w.has_vectors:
                for number in range(count):
                    row = int(np.int64(s.rows[taken[number]]))
                    dot = kernel.whole_dot(words.vectors[row], said.vectors[goal])
                    close[number] += dot * (np.float64(words.scales[row]) * said.scales[goal])
            low, slope = w.low[goal], w.slope[goal]
            for number in range(count):
                close[number] = min(max((close[number] - low) * slope, 0.0), 1.0)
        chosen, understood, akin, refused = (
            w.goals[goal, 0],
            w.goals[goal, 1],
            w.goals[goal, 2],
            w.goals[goal, 3],
        )
        for number in range(count):
            score = kernel.goal_of(
                stated[number], suggested[number], chosen, understood, akin, refused, has_words, close[number]
            )
            most[number] = max(most[number], score)
            best[number] = max(best[number], share * score)
            weighted[number] += importance * score
    for number in range(count):
        part = BEST_GOAL_SHARE * best[number] + ALL_GOALS_SHARE * (weighted[number] / total)
        parts[number] = OFF_TOPIC if most[number] < GOAL_FLOOR else part
