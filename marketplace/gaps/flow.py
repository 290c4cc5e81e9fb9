"""Who could be placed at all: each place in an offer goes to one person.

Nobody need be turned away while another person could take something else: that is a maximum flow from
people through the offers that fit them to the places there are. Beside it stands what happens where people
come one after the other and each takes the first offer with a place left.

Source: Ford and Fulkerson 1956; here by ``scipy.sparse.csgraph.maximum_flow`` (Dinic's algorithm).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

Whole = npt.NDArray[np.int64]
MOST_EDGES = 20_000_000
"""More ways than these are not held at once: ask for fewer people."""


class Placed(NamedTuple):
    """Which offer each person gets, by its row; -1 is none. Shape (people,) both."""

    flow: npt.NDArray[np.int64]
    """The most people that can be placed together."""
    greedy: npt.NDArray[np.int64]
    """One person after the other, each the first offer of theirs that has a place left."""


def place_people(first: Whole, rows: npt.NDArray[np.int32], capacity: npt.NDArray[np.int64]) -> Placed:
    """Place everybody who can be, once each.

    Those that fit person *p* are ``rows[first[p]:first[p + 1]]``; *capacity* has the places of every row.
    Raises ``ValueError`` for more than ``MOST_EDGES`` pairs.
    """
    people = len(first) - 1
    if len(rows) > MOST_EDGES:
        raise ValueError(f"{len(rows)} pairs are too many to hold at once")
    open_ways = capacity[rows] > 0
    person = np.repeat(np.arange(people), np.diff(first))[open_ways]
    used, offer = np.unique(rows[open_ways], return_inverse=True)
    if not len(used):
        nobody = np.full(people, -1, dtype=np.int64)
        return Placed(nobody, nobody.copy())
    source, sink = 0, 1 + people + len(used)
    tails = np.concatenate([np.zeros(people, dtype=np.int64), 1 + person, 1 + people + np.arange(len(used))])
    heads = np.concatenate([1 + np.arange(people), 1 + people + offer, np.full(len(used), sink)])
    room = np.concatenate([np.ones(people + len(person), dtype=np.int64), capacity[used]]).astype(np.int32)
    graph = csr_array((room, (tails, heads)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, source, sink).flow.tocoo()
    taken = (flow.data > 0) & (flow.row > source) & (flow.row <= people) & (flow.col > people)
    placed = np.full(people, -1, dtype=np.int64)
    placed[flow.row[taken] - 1] = used[flow.col[taken] - 1 - people]
    return Placed(placed, _greedy(first, rows, capacity))


def _greedy(first: Whole, rows: npt.NDArray[np.int32], capacity: npt.NDArray[np.int64]) -> Whole:
    left = capacity.copy()
    placed = np.full(len(first) - 1, -1, dtype=np.int64)
    for person in range(len(placed)):
        mine = rows[first[person] : first[person + 1]]
        free = np.flatnonzero(left[mine] > 0)
        if len(free):
            placed[person] = mine[free[0]]
            left[placed[person]] -= 1
    return placed
