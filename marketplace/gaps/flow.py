"""Who could be placed at all: each place in an offer goes to one person.

Nobody need be turned away while another person could take something else: that is a maximum flow from
people through the offers that fit them to the places there are. Beside it stands what happens where people
come one after the other and each takes the first offer with a place left.

Source: augmenting paths (Ford and Fulkerson 1956), one person after the other and the shortest path first, as
in Kuhn's method for assignment (1955). Where no path leads from somebody to a place, none ever will from the
offers that were passed: they are left out from then on, so all searches in vain together take one look at each
way.
"""
# ruff: noqa: PLR0917, PLR0912, C901 - compiled code takes arrays, by place; one search

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.kernel import compiled

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
    if len(rows) > MOST_EDGES:
        raise ValueError(f"{len(rows)} pairs are too many to hold at once")
    # No offer needs more places than it has people.
    room = np.minimum(capacity, np.bincount(rows, minlength=len(capacity))).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(room)])
    greedy = np.full(len(first) - 1, -1, dtype=np.int64)
    taken = np.zeros(len(room), dtype=np.int64)
    there = np.full(int(start[-1]), -1, dtype=np.int32)
    _one_by_one(first, rows, start, there, taken, greedy)
    flow = greedy.copy()
    _move_up(first, rows, start, there, taken, flow)
    return Placed(flow, greedy)


@compiled
def _one_by_one(
    first: Whole,
    rows: npt.NDArray[np.int32],
    start: Whole,
    there: npt.NDArray[np.int32],
    taken: Whole,
    placed: Whole,
) -> None:
    """Everybody takes the first of theirs with a place left. Who has the places of offer *o* stands in
    ``there`` from ``start[o]`` on; ``taken[o]`` of them are taken."""
    for person in range(len(placed)):
        for way in range(first[person], first[person + 1]):
            offer = rows[way]
            if taken[offer] < start[offer + 1] - start[offer]:
                there[start[offer] + taken[offer]] = person
                taken[offer] += 1
                placed[person] = offer
                break


@compiled
def _move_up(
    first: Whole,
    rows: npt.NDArray[np.int32],
    start: Whole,
    there: npt.NDArray[np.int32],
    taken: Whole,
    placed: Whole,
) -> None:
    """Find a place for everybody who has none, where others can move to something else that fits them."""
    offers = len(taken)
    passed = np.full(offers, -1, dtype=np.int64)  # the person in whose search an offer was seen
    slot_before = np.empty(offers, dtype=np.int64)  # whose slot somebody would leave for it; -1 at the start
    waiting = np.empty(offers, dtype=np.int64)
    lost = np.zeros(offers, dtype=np.bool_)
    for person in range(len(placed)):
        if placed[person] >= 0:
            continue
        begin, end, found = 0, 0, -1
        slot, mover = -1, person
        while found < 0:
            for way in range(first[mover], first[mover + 1]):
                offer = rows[way]
                if passed[offer] == person or lost[offer] or start[offer] == start[offer + 1]:
                    continue
                passed[offer] = person
                slot_before[offer] = slot
                if taken[offer] < start[offer + 1] - start[offer]:
                    found = offer
                    break
                waiting[end] = offer
                end += 1
            if found >= 0:
                break
            # The next person who could move: all places of the offers that wait, in turn.
            if slot >= 0 and slot + 1 < start[waiting[begin] + 1]:
                slot += 1
            else:
                begin += slot >= 0
                if begin >= end:
                    break
                slot = start[waiting[begin]]
            mover = there[slot]
        if found < 0:
            for at in range(end):
                lost[waiting[at]] = True
            continue
        # Everybody on the way moves up, the last one first.
        into = start[found] + taken[found]
        taken[found] += 1
        offer = found
        while slot_before[offer] >= 0:
            left = slot_before[offer]
            moved = there[left]
            there[into] = moved
            before = placed[moved]
            placed[moved] = offer
            into, offer = left, before
        there[into] = person
        placed[person] = offer
