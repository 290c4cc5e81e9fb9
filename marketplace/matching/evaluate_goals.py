"""What a person wants to do, at which level, with which wishes: over many offers at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import ENABLEMENT, Flags, Floats, Ints
from marketplace.matching.query import CompiledGoal, Query
from marketplace.matching.weights import (
    ALL_GOALS_SHARE,
    BEST_GOAL_SHARE,
    GOAL_FLOOR,
    LEVEL_ALSO_SERVES,
    LEVEL_MADE_FOR,
    LEVEL_TWO_MADE_FOR,
    RULED_OUT_TOO,
    SUGGESTED_THEME,
    WORDS_ALONE,
    WORDS_KIN,
    WORDS_THEME,
)


def wrong_age(query: Query, catalogue: Catalogue, rows: Ints) -> Flags:
    if query.age < 0:
        return np.zeros(len(rows), dtype=np.bool_)
    low, high = catalogue.columns.min_age.take(rows), catalogue.columns.max_age.take(rows)
    wrong: Flags = (query.age < low) | ((high >= 0) & (query.age > high))
    return wrong


def score_goals(
    goals: Sequence[CompiledGoal],
    stated: npt.NDArray[np.uint32],
    suggested: npt.NDArray[np.uint32],
    close: Floats,
) -> Floats:
    """How well rows serve each goal, 0–1, shape (goals, rows).

    By their *stated* and *suggested* themes, shape (rows,), and how *close* their words are to each goal's,
    shape (goals, rows), 0 for a goal without words.

    Worked example: 'make my own tea' means cookery. An offer that states cookery and shares none
    of the words scores 0.7; one whose words are as close as can be scores 1; one without the
    theme but with close words at most 0.9. 'Footy' means football, a kind of sport: an offer of any
    sport scores 0.4, and the closer its words are to football the nearer it comes to 1. 'Keep fit but not
    swimming' rules out swimming: where there is only that, it scores 0; where there is that too, half.
    """
    chosen, meant, kin, refused = (
        np.array(masks, dtype=np.uint32)[:, None]
        for masks in zip(
            *((goal.themes, goal.word_themes, goal.kin_themes, goal.refused) for goal in goals), strict=True
        )
    )
    score = WORDS_ALONE * close
    if chosen.any():
        score = np.maximum(score, _theme_strength(stated, suggested, chosen))
    for mask, least in ((meant, WORDS_THEME), (kin, WORDS_KIN)):
        if mask.any():
            from_words = _theme_strength(stated, suggested, mask)
            score = np.maximum(score, from_words * (least + (1.0 - least) * close))
    if refused.any():
        listed = stated | suggested
        wanted = (listed & (chosen | meant | kin)) != 0
        score = np.where((listed & refused) != 0, score * np.where(wanted, RULED_OUT_TOO, 0.0), score)
    return score


_STRENGTH = np.array([0.0, SUGGESTED_THEME, 1.0, 1.0])
"""Of a theme that is neither stated nor suggested, suggested only, stated only, both."""


def _theme_strength(
    stated: npt.NDArray[np.uint32], suggested: npt.NDArray[np.uint32], masks: npt.NDArray[np.uint32]
) -> Floats:
    strong: Flags = (stated & masks) != 0
    if not suggested.any():
        return strong.astype(np.float64)
    return np.asarray(_STRENGTH.take(2 * strong.view(np.uint8) + ((suggested & masks) != 0)))


def goals_part(query: Query, goal_scores: Floats) -> tuple[Floats, Flags]:
    """Seven tenths for the goal that fits best, three tenths for how many goals are served."""
    importance = np.array([float(goal.goal.importance) for goal in query.goals])
    by_goal = goal_scores.T
    best = ((importance / importance.max())[:, None] * by_goal).max(axis=0)
    weighted = in_order(importance[:, None] * by_goal)
    score = BEST_GOAL_SHARE * best + ALL_GOALS_SHARE * (weighted / importance.sum())
    return score, by_goal.max(axis=0) < GOAL_FLOOR


def in_order(lines: Floats) -> Floats:
    """The sum of *lines*, shape (n, rows), one after the other, as every other reading of the rules adds up.

    NumPy's own sum takes them in pairs where there are eight or more, which gives other bits.
    """
    total: Floats = lines[0].copy()
    for line in lines[1:]:
        total += line
    return total


def level_part(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Floats, Flags]:
    """An offer made for the level fits better than one that also serves it; 4 must be stated."""
    if query.level == 0:
        return np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.bool_)
    c, bit = catalogue.columns, np.uint8(1 << (query.level - 1))
    levels = c.levels.take(rows)
    made_for = (c.made_for.take(rows) & bit) != 0
    if query.level == 2:
        score = np.where(made_for, LEVEL_TWO_MADE_FOR, LEVEL_ALSO_SERVES)
        score[c.kind.take(rows) == ENABLEMENT] = LEVEL_MADE_FOR
    else:
        score = np.where(made_for, LEVEL_MADE_FOR, LEVEL_ALSO_SERVES)
    unknown = levels == 0
    score[unknown] = np.nan
    wrong = (levels & bit) == 0
    return score, wrong if query.level == 4 else wrong & ~unknown


def preferences_part(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """Share of the wishes that are known to be met, of those that are known at all."""
    if not query.like:
        return np.full(len(rows), np.nan)
    yes = np.bitwise_count(catalogue.columns.features_yes.take(rows) & query.like).astype(np.float64)
    no = np.bitwise_count(catalogue.columns.features_no.take(rows) & query.like).astype(np.float64)
    known = yes + no
    return np.where(known > 0, yes / np.maximum(known, 1.0), np.nan)
