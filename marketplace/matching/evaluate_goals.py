"""What a person wants to do, at which level, with which wishes: over many offers at once."""

from __future__ import annotations

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
    SUGGESTED_THEME,
    WORDS_ALONE,
    WORDS_KIN,
    WORDS_THEME,
)


def wrong_age(query: Query, catalogue: Catalogue, rows: Ints) -> Flags:
    if query.age < 0:
        return np.zeros(len(rows), dtype=np.bool_)
    low, high = catalogue.columns.min_age[rows], catalogue.columns.max_age[rows]
    wrong: Flags = (query.age < low) | ((high >= 0) & (query.age > high))
    return wrong


def goal_score(goal: CompiledGoal, catalogue: Catalogue, rows: Ints) -> Floats:
    """How well each row serves one goal, 0–1.

    Worked example: 'make my own tea' means cookery. An offer that states cookery and shares none
    of the words scores 0.7; one whose words are as close as can be scores 1; one without the
    theme but with close words at most 0.9. 'Footy' means football, a kind of sport: an offer of any
    sport scores 0.4, and the closer its words are to football the nearer it comes to 1.
    """
    stated = catalogue.columns.themes[rows]
    suggested = catalogue.columns.suggested_themes[rows]
    score = _theme_strength(stated, suggested, goal.themes)
    if goal.meaning is not None:
        said = catalogue.text.kept_goal(goal.goal.reading, goal.meaning)
        close = catalogue.text.closeness(said, rows)
        for mask, least in ((goal.word_themes, WORDS_THEME), (goal.kin_themes, WORDS_KIN)):
            from_words = _theme_strength(stated, suggested, mask)
            score = np.maximum(score, from_words * (least + (1.0 - least) * close))
        score = np.maximum(score, WORDS_ALONE * close)
    if goal.refused:
        only_refused = ((stated | suggested) & np.uint64(goal.refused)) != 0
        wanted = ((stated | suggested) & np.uint64(goal.themes | goal.word_themes | goal.kin_themes)) != 0
        score = np.where(only_refused & ~wanted, 0.0, score)
    return score


def _theme_strength(stated: npt.NDArray[np.uint64], suggested: npt.NDArray[np.uint64], mask: int) -> Floats:
    if not mask:
        return np.zeros(len(stated))
    bits = np.uint64(mask)
    return np.where((stated & bits) != 0, 1.0, np.where((suggested & bits) != 0, SUGGESTED_THEME, 0.0))


def goals_part(query: Query, goal_scores: Floats) -> tuple[Floats, Flags]:
    """Seven tenths for the goal that fits best, three tenths for how many goals are served."""
    most = float(max(goal.goal.importance for goal in query.goals))
    best = np.zeros(len(goal_scores))
    weighted = np.zeros(len(goal_scores))
    importance = 0.0
    for number, goal in enumerate(query.goals):
        here = float(goal.goal.importance)
        best = np.maximum(best, (here / most) * goal_scores[:, number])
        weighted += here * goal_scores[:, number]
        importance += here
    score = BEST_GOAL_SHARE * best + ALL_GOALS_SHARE * (weighted / importance)
    return score, goal_scores.max(axis=1) < GOAL_FLOOR


def level_part(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Floats, Flags]:
    """An offer made for the level fits better than one that also serves it; 4 must be stated."""
    if query.level == 0:
        return np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.bool_)
    bit = 1 << (query.level - 1)
    levels = catalogue.columns.levels[rows]
    made_for = (catalogue.columns.made_for[rows] & bit) != 0
    serves = (levels & bit) != 0
    known = levels != 0
    if query.level == 2:
        programme = catalogue.columns.kind[rows] == ENABLEMENT
        score = np.where(
            programme,
            LEVEL_MADE_FOR,
            np.where(made_for, LEVEL_TWO_MADE_FOR, LEVEL_ALSO_SERVES),
        )
    else:
        score = np.where(made_for, LEVEL_MADE_FOR, LEVEL_ALSO_SERVES)
    wrong = (known & ~serves) | (~known & (query.level == 4))
    return np.where(known, score, np.nan), wrong


def preferences_part(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """Share of the wishes that are known to be met, of those that are known at all."""
    if not query.like:
        return np.full(len(rows), np.nan)
    yes = np.bitwise_count(catalogue.columns.features_yes[rows] & query.like).astype(np.float64)
    no = np.bitwise_count(catalogue.columns.features_no[rows] & query.like).astype(np.float64)
    known = yes + no
    return np.where(known > 0, yes / np.maximum(known, 1.0), np.nan)
