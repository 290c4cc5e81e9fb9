"""How well some rows serve a person's goals, by their themes and words: a step of ``first_rows``."""
# ruff: noqa: PLR0917 - compiled code takes arrays by place

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching import kernel
from marketplace.matching.first_numbers import Floats, GoalWords, QueryNumbers, Rows, WordColumns
from marketplace.matching.kernel import compiled
from marketplace.matching.text import WEIGHT_UNIT
from marketplace.matching.weights import GOAL_FLOOR

OFF_TOPIC = -1.0
"""In place of the goals' part: a row that serves none of the goals."""


class Wanted(NamedTuple):
    """A person's goals laid out for one row after another; the first six by goal, as ``QueryNumbers.goals``."""

    themes: npt.NDArray[np.uint64]
    word_themes: npt.NDArray[np.uint64]
    kin_themes: npt.NDArray[np.uint64]
    refused: npt.NDArray[np.uint64]
    has_words: npt.NDArray[np.bool_]
    importance: Floats
    entry_goal: Rows
    """One entry for each goal and each term that it wants."""
    entry_weight: Floats
    """In the units of the rows' weights."""
    entry_next: npt.NDArray[np.int16]
    """1 + the next entry that wants the same term; 0 is none."""
    scores: Floats
    """Of the row at hand, by goal; made once, as is the next: memory asked for in a loop costs more."""
    dots: Floats


@compiled
def wanted_by(q: QueryNumbers, said: GoalWords, wanted: npt.NDArray[np.int16]) -> Wanted:
    """Also fills *wanted*: by term, 1 + the first entry of a goal that wants it."""
    goals = len(said.first) - 1
    count = said.first[goals]
    goal_of, weight, following = np.empty(count, np.int64), np.empty(count), np.empty(count, np.int16)
    for goal in range(goals):
        for at in range(said.first[goal], said.first[goal + 1]):
            goal_of[at], weight[at] = goal, said.weights[at] * WEIGHT_UNIT
            following[at] = wanted[said.terms[at]]
            wanted[said.terms[at]] = at + 1
    return Wanted(
        themes=q.goals[:, 0].copy(),
        word_themes=q.goals[:, 1].copy(),
        kin_themes=q.goals[:, 2].copy(),
        refused=q.goals[:, 3].copy(),
        has_words=q.goals[:, 4] == 1,
        importance=q.goals[:, 5].astype(np.float64),
        entry_goal=goal_of,
        entry_weight=weight,
        entry_next=following,
        scores=np.empty(goals),
        dots=np.zeros(goals),
    )


@compiled
def forget_wanted(said: GoalWords, wanted: npt.NDArray[np.int16]) -> None:
    """All 0 again."""
    for at in range(len(said.terms)):
        wanted[said.terms[at]] = 0


@compiled
def goals_parts(
    rows: Rows,
    count: int,
    w: Wanted,
    stated: npt.NDArray[np.uint64],
    suggested: npt.NDArray[np.uint64],
    words: WordColumns,
    said: GoalWords,
    wanted: npt.NDArray[np.int16],
    any_words: bool,
    parts: Floats,
) -> None:
    """Fill *parts* with the goals' part of the first *count* of *rows*, ``OFF_TOPIC`` where there is none."""
    themes, word_themes, kin_themes, refused = w.themes, w.word_themes, w.kin_themes, w.refused
    has_words, importance, scores, dots = w.has_words, w.importance, w.scores, w.dots
    first, terms, weights = words.first, words.terms, words.weights
    vectors, vector_scales, goal_vectors, goal_scales = words.vectors, words.scales, said.vectors, said.scales
    lows, slopes = said.low, said.slope
    entry_goal, entry_weight, entry_next = w.entry_goal, w.entry_weight, w.entry_next
    goals = len(themes)
    for number in range(count):
        row = np.uint64(rows[number])
        if any_words:
            for goal in range(goals):
                dots[goal] = 0.0
            for word in range(np.uint64(first[row]), np.uint64(first[row + np.uint64(1)])):
                entry = wanted[terms[word]]
                while entry > 0:
                    weight = entry_weight[entry - 1] * np.float64(weights[word])
                    dots[entry_goal[entry - 1]] += weight
                    entry = entry_next[entry - 1]
        most = 0.0
        its, maybe = stated[row], suggested[row]
        for goal in range(goals):
            closeness = 0.0
            if has_words[goal]:
                closeness = dots[goal]
                if goal_scales[goal] > 0.0 and len(vectors) > 0:
                    dot = kernel.whole_dot(vectors[row], goal_vectors[goal])
                    closeness += dot * (np.float64(vector_scales[row]) * goal_scales[goal])
                closeness = min(max((closeness - lows[goal]) * slopes[goal], 0.0), 1.0)
            score = kernel.goal_of(
                its,
                maybe,
                themes[goal],
                word_themes[goal],
                kin_themes[goal],
                refused[goal],
                has_words[goal],
                closeness,
            )
            scores[goal] = score
            most = max(most, score)
        parts[number] = OFF_TOPIC if most < GOAL_FLOOR else kernel.goals_part(scores, importance)
