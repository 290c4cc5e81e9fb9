"""What is counted of many people and their goals, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.batch_reasons import REASONS
from marketplace.vocabulary import Stop

STOPS = len(Stop)


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
    reasons: npt.NDArray[np.int32]
    """Shape (goals, reasons): offers by their ``Reason``; those out of reach that would not suit
    otherwise either have none."""
    person_fits: npt.NDArray[np.int32]
    """Shape (people,): different offers that fit one goal or more."""


class Fitting(NamedTuple):
    """Which offers fit whom: those of person *p* are ``rows[first[p]:first[p + 1]]``, in rising order."""

    first: npt.NDArray[np.int64]
    """Shape (people + 1,)."""
    rows: npt.NDArray[np.int32]
    """Rows of the catalogue."""


def empty_counts(first_goal: npt.NDArray[np.int64]) -> GoalCounts:
    """Nothing counted yet, for people with the goals of *first_goal*."""
    goals = int(first_goal[-1])
    return GoalCounts(
        first_goal=first_goal,
        fits=np.zeros(goals, dtype=np.int32),
        stopped=np.zeros((goals, STOPS), dtype=np.int32),
        reasons=np.zeros((goals, REASONS), dtype=np.int32),
        person_fits=np.zeros(len(first_goal) - 1, dtype=np.int32),
    )
