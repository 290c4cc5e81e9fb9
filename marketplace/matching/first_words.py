"""How well rows serve a person's goals, by their themes and words: steps of ``first_rows``."""
# ruff: noqa: PLR0917 - compiled code takes arrays by place

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.first_numbers import Floats, GoalWords, QueryNumbers, Scratch, WordColumns
from marketplace.matching.kernel import compiled
from marketplace.matching.postings import BLOCK_BITS, CODE_BITS, CODE_MASK, WEIGHTS
from marketplace.matching.weights import GOAL_FLOOR

OFF_TOPIC = -1.0
"""In place of the goals' part: a row that serves none of the goals."""


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
def goals_part_of(
    stated: np.uint64, suggested: np.uint64, which: int, found: int, w: Wanted, dots: Floats, scores: Floats
) -> float:
    """The goals' part of a row without sentence vectors, ``OFF_TOPIC`` where there is none.

    *which* is the row's place in the *dots* of each goal, 1 and more; *scores* is room for one number a goal.
    """
    goals = len(w.importance)
    most = 0.0
    for goal in range(goals):
        closeness = 0.0
        if w.has_words[goal]:
            closeness = min(max((dots[goal * (found + 1) + which] - w.low[goal]) * w.slope[goal], 0.0), 1.0)
        scores[goal] = _score_of(stated, suggested, w, goal, closeness)
        most = max(most, scores[goal])
    return OFF_TOPIC if most < GOAL_FLOOR else kernel.goals_part(scores, w.importance)


@compiled
def goals_part_with_vectors(
    row: int,
    stated: np.uint64,
    suggested: np.uint64,
    which: int,
    found: int,
    w: Wanted,
    said: GoalWords,
    words: WordColumns,
    dots: Floats,
    scores: Floats,
) -> float:
    """The same where the directions of the texts count too."""
    goals = len(w.importance)
    most = 0.0
    for goal in range(goals):
        closeness = 0.0
        if w.has_words[goal]:
            closeness = dots[goal * (found + 1) + which]
            if said.scales[goal] > 0.0:
                dot = kernel.whole_dot(words.vectors[row], said.vectors[goal])
                closeness += dot * (np.float64(words.scales[row]) * said.scales[goal])
            closeness = min(max((closeness - w.low[goal]) * w.slope[goal], 0.0), 1.0)
        scores[goal] = _score_of(stated, suggested, w, goal, closeness)
        most = max(most, scores[goal])
    return OFF_TOPIC if most < GOAL_FLOOR else kernel.goals_part(scores, w.importance)


@compiled
def _score_of(stated: np.uint64, suggested: np.uint64, w: Wanted, goal: int, closeness: float) -> float:
    return kernel.goal_of(
        np.uint64(stated),
        np.uint64(suggested),
        w.goals[goal, 0],
        w.goals[goal, 1],
        w.goals[goal, 2],
        w.goals[goal, 3],
        w.has_words[goal],
        closeness,
    )
