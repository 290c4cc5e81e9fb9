"""Matches for the same wish: beside a match that is far away, or in place of one that came to nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.matching.codes import PLACE_KINDS
from marketplace.matching.ranking import Ranking
from marketplace.matching.weights import GOAL_FLOOR
from marketplace.vocabulary import PlaceKind

SERVES_AS_WELL = 0.75
"""A match is one for the same wish if it serves it with at least this share of the other's score."""
_WITH_A_PLACE = tuple(PLACE_KINDS.index(kind) for kind in (PlaceKind.EXACT, PlaceKind.MASKED))


def nearer_for_the_same_wish(ranking: Ranking, at: int, *, limit: int) -> npt.NDArray[np.int64]:
    """Positions in ``ranking.found`` of matches nearer home than the one at *at*, best first.

    The wish is the goal that the match at *at* serves best, importance counted. Only offers at a
    place of their own count: somebody who comes to the person is near everybody. At most *limit*
    positions, shape (n,); empty where no distance is known.

    Worked example: a cookery club 22 km away scores 0.9 for 'cooking'. Nearer matches that score at
    least 0.675 for 'cooking' are given, in the order of the list.
    """
    found = ranking.found
    order = for_the_same_wish(ranking, at)
    nearer = found.distance_km[order] < found.distance_km[at]
    placed = np.isin(ranking.catalogue.columns.place_kind[found.rows[order]], _WITH_A_PLACE)
    return np.asarray(order[nearer & placed][:limit])


def for_the_same_wish(ranking: Ranking, at: int) -> npt.NDArray[np.int64]:
    """Positions in ``ranking.found`` of matches that serve the wish of the offer at *at* as well, best first.

    The wish is the goal that it serves best, importance counted; as well is ``SERVES_AS_WELL`` of its
    score, and never below the floor of a match. Shape (n,). The offer at *at* is among them if it matches.
    """
    found = ranking.found
    wish = _wish_served_best(ranking, at)
    least = max(GOAL_FLOOR, SERVES_AS_WELL * float(found.goal_scores[at, wish]))
    return np.asarray(ranking.order[found.goal_scores[ranking.order, wish] >= least])


def _wish_served_best(ranking: Ranking, at: int) -> int:
    importance = np.array([goal.goal.importance for goal in ranking.query.goals], dtype=np.float64)
    return int(np.argmax(importance * ranking.found.goal_scores[at]))
