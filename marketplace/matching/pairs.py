"""An offer with someone alongside, or with transport, as one match.

Some offers fit but for one thing that another offer can give: the way there, company on it, or
support that the place does not have. This finds, for the offers that fit best otherwise, the one
companion (a Personal Assistant or a buddy who comes to the person) or transport that makes each of
them work, and only where it really does: its hours cover the session and the way there and back,
its area covers the place, it takes this person, and both prices together are within the budget.

The person's own times say when they can be somewhere; as for any other offer, the way is on top.
The companion's hours must hold the way too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import Floats, Ints
from marketplace.matching.evaluate import Evaluation
from marketplace.matching.pairs_hours import Together
from marketplace.matching.pairs_score import (
    Combinations,
    PairSessions,
    combinations,
    pair_sessions,
    session_scores,
    visits_together,
)
from marketplace.matching.pairs_ways import Bases, Helpers, Lift, bases_for, helpers_near, ways_of
from marketplace.matching.query import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An offer and what makes it work. Money is in pence a week for one visit, -1 not known."""

    at: int
    """Position of the offer in the evaluation."""
    row: int
    """Row of the offer in the catalogue."""
    helper: int
    """Row of the companion or the transport in the catalogue."""
    lift: Lift
    way: int
    """Whole minutes, one way."""
    brings: int
    """Mask of the support that the companion is known to give."""
    offer_pence: int
    helper_pence: int
    travel_pence: int
    """Fares, the provider's transport or the companion's car; 0 with transport."""

    @property
    def known_pence(self) -> int:
        """The whole cost where both prices are known; else at least so much."""
        return max(self.offer_pence, 0) + max(self.helper_pence, 0) + max(self.travel_pence, 0)


def with_pairs(
    query: Query,
    catalogue: Catalogue,
    found: Evaluation,
    *,
    turn: npt.NDArray[np.uint32],
    travel_model: TravelModel = DEFAULT_MODEL,
) -> tuple[Evaluation, tuple[Pair, ...]]:
    """The evaluation in which each offer that a helper makes work, or fit better, stands as a pair.

    *found* must hold every row around the person's home, in rising order; its arrays are written
    over. *turn* is the day's rotation, one number for each row of the catalogue.
    """
    home = query.ruler
    if home is None:
        return found, ()
    helpers = helpers_near(query, home, catalogue, found, turn)
    if not len(helpers.rows):
        return found, ()
    bases = bases_for(query, home, catalogue, found, helpers, model=travel_model)
    sessions = pair_sessions(query, catalogue, found, bases)
    if not len(sessions.base):
        return found, ()
    ways = ways_of(query, home, catalogue, bases, helpers, model=travel_model)
    together = visits_together(query, catalogue, sessions, helpers, ways)
    score, block = session_scores(query, catalogue, bases, sessions, together)
    tried = combinations(
        query,
        catalogue,
        found,
        bases=bases,
        helpers=helpers,
        ways=ways,
        sessions=sessions,
        together=together,
        score=score,
        block=block,
    )
    chosen = _best_of_each(tried, bases)
    if not len(chosen):
        return found, ()
    _write_over(found, tried, chosen, bases)
    base, helper = tried.base[chosen], tried.helper[chosen]
    found = _with_sessions(
        found,
        sessions,
        positions=bases.at[base],
        together=Together(together.minutes[:, helper], together.begin[:, helper]),
        score=score[:, helper],
        block=block[:, helper],
        base=base,
    )
    return found, tuple(_pair(tried, int(one), bases, helpers) for one in chosen)


def _best_of_each(tried: Combinations, bases: Bases) -> Ints:
    """For each base its best affordable combination, where that beats the offer alone.

    Among equals the nearest helper comes first, then the day's turn: the order of the helpers.
    """
    worth = np.flatnonzero(tried.affordable & (tried.score > bases.alone[tried.base]))
    order = worth[np.lexsort((tried.helper[worth], -tried.score[worth], tried.base[worth]))]
    first: Ints = np.flatnonzero(np.diff(tried.base[order], prepend=-1))
    return order[first]


def _write_over(found: Evaluation, tried: Combinations, chosen: Ints, bases: Bases) -> None:
    at = bases.at[tried.base[chosen]]
    found.stops[at] = 0
    found.parts[at] = tried.parts[chosen]
    found.score[at] = tried.score[chosen]
    found.confidence[at] = tried.confidence[chosen]
    found.minutes[at] = tried.minutes[chosen]
    found.mode[at] = tried.mode[chosen]
    found.best_session[at] = tried.best_session[chosen]
    found.visit_minutes[at] = tried.visit[chosen]
    found.offer_pence[at] = tried.offer_pence[chosen]
    found.travel_pence[at] = tried.travel_pence[chosen]
    found.weekly_pence[at] = tried.weekly_pence[chosen]


def _with_sessions(
    found: Evaluation,
    sessions: PairSessions,
    *,
    base: Ints,
    positions: Ints,
    together: Together,
    score: Floats,
    block: Ints,
) -> Evaluation:
    """Only the sessions that the two can be at, and for as long as they can, count for a pair.

    ``together``, ``score`` and ``block`` have a column for each pair: shape (sessions, pairs).
    """
    every = found.sessions
    # Without known times the run of a session is its length, and may be the same array.
    run = every.run.copy() if every.run is every.length else every.run
    begin, blocks = every.begin.copy(), every.block.copy()
    for number, at in enumerate(positions):
        low, high = np.searchsorted(every.row, [at, at + 1])
        every.usable[low:high] = False
        mine = slice(*np.searchsorted(sessions.base, [base[number], base[number] + 1]))
        place = sessions.place[mine]
        run[place] = np.maximum(together.minutes[mine, number], 0)
        begin[place] = together.begin[mine, number]
        blocks[place] = np.maximum(block[mine, number], 0)
        every.score[place] = score[mine, number]
        every.usable[place] = score[mine, number] > 0.0
    return replace(found, sessions=replace(every, run=run, begin=begin, block=blocks))


def _pair(tried: Combinations, one: int, bases: Bases, helpers: Helpers) -> Pair:
    helper = int(tried.helper[one])
    return Pair(
        at=int(bases.at[tried.base[one]]),
        row=int(bases.rows[tried.base[one]]),
        helper=int(helpers.rows[helper]),
        lift=Lift(int(tried.lift[one])),
        way=int(np.ceil(tried.minutes[one] - 1e-9)),
        brings=int(helpers.brings[helper]),
        offer_pence=int(tried.offer_pence[one]),
        helper_pence=int(tried.helper_pence[one]),
        travel_pence=int(tried.travel_pence[one]),
    )
