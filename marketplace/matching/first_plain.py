"""One person's first rows without compiled code: the same answer as ``first_rows``, over whole arrays.

1. ``gather``: of the rows in the person's spans, those within reach that no simple stop rules out.
2. ``rough_bounds``: each with the best score it could have by its goals and the way there.
3. ``closer_bounds``: the same of the best of these by their own facts and hints too.
4. ``first_in_numpy``: all rules for the best of these, then for all that could still be in the list.

A step of NumPy costs as much for a few rows as for none, so each takes so many rows that there are few steps.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import FULL, Flags, Floats, Ints
from marketplace.matching.evaluate import closeness_of, evaluate
from marketplace.matching.evaluate_goals import goals_part, score_goals
from marketplace.matching.evaluate_travel import distances
from marketplace.matching.first_plain_bounds import (
    SLACK,
    closer_bounds,
    most_of_goals,
    most_of_travel,
    rough_bounds,
)
from marketplace.matching.grid import ANYWHERE, CELLS, NEAR_SLACK, Spans, rows_in
from marketplace.matching.hints import DEAREST_STEP, NO_PRICE, PENCE_A_STEP, halves_asked
from marketplace.matching.query import Query

CHOSEN = 1_500
"""Rows of the highest rough bounds that get a closer one first, so many that few people need another look."""
FIRST_PORTION = 280
"""Rows of the highest bounds that are looked at in full first, above the number asked for."""
NEXT_PORTION = 800
"""Rows that are looked at in full after these at once."""


class First(NamedTuple):
    """The first matches, best first: row numbers and scores, shape (at most k,)."""

    rows: Ints
    scores: Floats


def first_in_numpy(
    query: Query, catalogue: Catalogue, spans: Spans, *, turn: npt.NDArray[np.uint32], limit: int
) -> First:
    """The first *limit* matches of the rows in *spans*, exactly."""
    rows, distance = gather(query, catalogue, rows_in(spans))
    close = closeness_of(query, catalogue, rows)
    found = _Found(rows, most_of_travel(query, catalogue, rows, distance), close)
    rough = rough_bounds(query, found.travel, *most_of_goals(query, catalogue, rows, close))
    held = _Held(turn, limit)

    chosen, portion = _highest(rough, CHOSEN), FIRST_PORTION + limit
    left = _closer(query, catalogue, found, chosen, held.least)
    rough[chosen] = -1.0
    while True:
        if len(left.at):
            held.add(query, catalogue, rows, left.first(portion))
            left, portion = left.after(portion, held.least), NEXT_PORTION
        # What could still be in the list, of those without a closer bound.
        chosen = np.flatnonzero(rough >= max(held.least, 0.0))
        if len(chosen):
            left = left.joined(_closer(query, catalogue, found, chosen, held.least))
            rough[chosen] = -1.0
        elif not len(left.at):
            return First(held.rows, held.scores)


class _Found(NamedTuple):
    """The rows that are in reach and that nothing simple stops."""

    rows: Ints
    travel: Floats
    """The most that the way to each can score."""
    close: Floats
    """How close the words of each are to each goal, shape (goals, rows)."""


class _Closer(NamedTuple):
    """Rows with a closer bound, by falling bound."""

    at: Ints
    """Their place among the rows that were found."""
    bounds: Floats
    scores: Floats
    """How well they serve each goal, shape (goals, rows)."""

    @classmethod
    def of(cls, at: Ints, bounds: Floats, scores: Floats, least: float) -> Self:
        """Those of which the bound is not below *least*."""
        order = np.argsort(-bounds)
        order = order[: int(np.searchsorted(-bounds.take(order), -least, side="right"))]
        return cls(at.take(order), bounds.take(order), scores.take(order, axis=1))

    def first(self, count: int) -> Self:
        return self._replace(at=self.at[:count], scores=self.scores[:, :count])

    def after(self, count: int, least: float) -> Self:
        """Without the first *count*, and those below *least*."""
        end = int(np.searchsorted(-self.bounds, -least, side="right"))
        some = slice(count, max(end, count))
        return type(self)(self.at[some], self.bounds[some], self.scores[:, some])

    def joined(self, other: Self) -> Self:
        if not len(other.at):
            return self
        return self.of(
            np.concatenate([self.at, other.at]),
            np.concatenate([self.bounds, other.bounds]),
            np.concatenate([self.scores, other.scores], axis=1),
            -1.0,
        )


def _closer(query: Query, catalogue: Catalogue, found: _Found, at: Ints, least: float) -> _Closer:
    """Those of the rows *at* some places among the *found* ones that could still be in the list."""
    c, rows = catalogue.columns, found.rows.take(at)
    themes = c.themes.take(rows), c.suggested_themes.take(rows)
    scores = score_goals(query.goals, *themes, found.close.take(at, axis=1))
    goals, off_topic = goals_part(query, scores.T)
    bounds = closer_bounds(query, catalogue, rows, found.travel.take(at), goals)
    bounds[off_topic] = -np.inf
    return _Closer.of(at, bounds, scores, least)


def gather(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Ints, Floats]:
    """Those of the rising *rows* that are in reach and that nothing simple stops, and how many km away each is."""
    c = catalogue.columns
    vacancy = c.vacancy.take(rows)
    fits: Flags = (vacancy != FULL) & (vacancy != GONE)
    if query.has_when:
        halves = np.uint16(halves_asked(query.windows, query.has_when))
        fits &= (c.halves.take(rows) & halves) != 0
    if query.level > 0:
        levels = c.levels.take(rows)
        serves = (levels & np.uint8(1 << (query.level - 1))) != 0
        fits &= serves if query.level == 4 else serves | (levels == 0)
    if query.must:
        fits &= (c.features_no.take(rows) & np.uint16(query.must)) == 0
    if query.budget_pence >= 0:
        prices = c.least_price.take(rows)
        fits &= (prices <= min(query.budget_pence // PENCE_A_STEP, DEAREST_STEP)) | (prices == NO_PRICE)
    if not any(goal.meaning for goal in query.goals):
        about = np.uint32(np.bitwise_or.reduce([goal.themes for goal in query.goals]))
        fits &= ((c.themes.take(rows) | c.suggested_themes.take(rows)) & about) != 0
    rows = rows.take(np.flatnonzero(fits))

    if query.age >= 0:
        eldest = c.max_age.take(rows)
        fits = (c.min_age.take(rows) <= query.age) & ((eldest < 0) | (eldest >= query.age))
    else:
        fits = np.ones(len(rows), dtype=np.bool_)
    distance = distances(query, catalogue, rows)
    if query.home is not None:
        # What people go to, who comes to people, and whatever has no place: in this order.
        first = catalogue.grid.first
        coming, placeless = np.searchsorted(rows, (first[CELLS], first[ANYWHERE])).tolist()
        fits[:coming] &= distance[:coming] <= query.reach_km * NEAR_SLACK
        fits[coming:placeless] &= distance[coming:placeless] <= c.radius_km.take(rows[coming:placeless])
    keep = np.flatnonzero(fits)
    return rows.take(keep), distance.take(keep)


class _Held:
    """The best rows that were looked at in full so far."""

    def __init__(self, turn: npt.NDArray[np.uint32], limit: int) -> None:
        self.turn, self.limit = turn, limit
        self.rows, self.scores, self.far = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)

    @property
    def least(self) -> float:
        """What a row's bound must be at least for it to be in the list."""
        return float(self.scores[-1]) - SLACK if len(self.scores) == self.limit else -1.0

    def add(self, query: Query, catalogue: Catalogue, rows: Ints, some: _Closer) -> None:
        """Hold the needs against *some* of the *rows* that were found."""
        found = evaluate(query, catalogue, rows.take(some.at), goal_scores=some.scores.T)
        fits = np.flatnonzero(found.stops == 0)
        if len(fits) > self.limit:
            # Who is below so many others is not put in order with them.
            own = found.score.take(fits)
            fits = fits.compress(own >= np.partition(own, -self.limit)[-self.limit])
        rows, scores, far = found.rows.take(fits), found.score.take(fits), found.distance_km.take(fits)
        if len(self.rows):
            rows = np.concatenate([self.rows, rows])
            scores, far = np.concatenate([self.scores, scores]), np.concatenate([self.far, far])
        best = np.lexsort((rows, self.turn.take(rows), far, -scores))[: self.limit]
        self.rows, self.scores, self.far = rows.take(best), scores.take(best), far.take(best)


def _highest(bounds: Floats, count: int) -> Ints:
    """Positions of the *count* highest *bounds*, of those that are not below 0."""
    if len(bounds) <= count:
        return np.flatnonzero(bounds >= 0.0)
    highest = np.argpartition(bounds, len(bounds) - count)[-count:]
    return highest[bounds.take(highest) >= 0.0]
