"""Which few sessions together would serve the most unmet wishes, when each has only so many places.

Maximal covering (Church, R. and ReVelle, C., "The maximal covering location problem", Papers of the
Regional Science Association 32, 1974) with capacities (Current, J. and Storbeck, J., "Capacitated covering
models", Environment and Planning B 15, 1988). How many of the wishes a set of sessions can serve is a
maximum matching of wishes to places. That is the rank of a matroid, so taking again and again the session
that adds most serves at least 63 % of what the best choice could (Nemhauser, Wolsey and Fisher, 1978); on
what we measured it is above 95 %. Rounds of swaps come after it, and an upper bound stands beside it.

What is worked out here is counts of people: it stays inside; ``next_offers`` tells of it.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from marketplace.gaps.candidates import CELLS, SIZES, Candidate, ThemeWishes, Wishes, candidate_of
from marketplace.gaps.disclosure import FEWEST_SHOWN
from marketplace.gaps.telling import Rows

NOBODY = -1
TRIES = 40
"""So many candidates are tried exactly before the best of them is taken, where their bounds don't decide."""
SWAP_ROUNDS = 3
BOUND_ROUNDS = 20
LOOKED_AT = 400
"""So many of the candidates that are worth most are looked at one by one in a round of the bound."""

_Flags = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Session:
    """One chosen session and the wishes that it serves in the best sharing out of all of them."""

    candidate: Candidate
    rows: Rows = field(repr=False)
    """Positions in ``Wishes.asked``; no wish is served by two sessions."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Sessions in the order of how many they serve. The numbers are counts of people: not to be shown."""

    sessions: tuple[Session, ...]
    served: int = field(repr=False)
    bound: int = field(repr=False)
    """No choice of so many sessions of this size can serve more."""


def cover(
    wishes: Wishes,
    *,
    sessions: int,
    size: int = max(SIZES),
    least: int = FEWEST_SHOWN,
    swap_rounds: int = SWAP_ROUNDS,
    bound_rounds: int = BOUND_ROUNDS,
) -> Cover:
    """Choose up to *sessions* candidates with *size* places each; one candidate may be taken twice.

    Fewer come back where another would add less than *least* wishes.
    """
    shares = [_Sharing(one, size) for one in wishes]
    best = [share.best() for share in shares]
    for _ in range(sessions):
        at = _first_best(best)
        if at is None or best[at].gain < least:
            break
        shares[at].add(best[at])
        best[at] = shares[at].best()
    for _ in range(swap_rounds):
        if not _swap(shares, best, least):
            break
    served = sum(share.served for share in shares)
    chosen = [
        Session(candidate_of(wishes, share.wishes.theme, one.at, one.cell), share.rows_of(number))
        for share in shares
        for number, one in enumerate(share.chosen)
    ]
    chosen.sort(key=lambda one: (-len(one.rows), one.candidate))
    return Cover(
        tuple(chosen),
        served,
        upper_bound(wishes, sessions=sessions, size=size, least=least, reached=served, rounds=bound_rounds),
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    at: int
    cell: int
    gain: int
    members: Rows = field(repr=False)


_NO_CHOICE = _Choice(NOBODY, NOBODY, 0, np.zeros(0, dtype=np.int64))


class _Sharing:
    """The chosen sessions of one theme, and who has a place in which: always as many as there can be."""

    def __init__(self, wishes: ThemeWishes, size: int) -> None:
        self.wishes = wishes
        self.size = size
        self.chosen: list[_Choice] = []
        self.place_in: Rows = np.full(len(wishes.rows), NOBODY, dtype=np.int64)

    @property
    def served(self) -> int:
        return int((self.place_in != NOBODY).sum())

    def rows_of(self, session: int) -> Rows:
        """Positions in ``Wishes.asked`` of those with a place in a session."""
        return np.asarray(self.wishes.rows[self.place_in == session])

    def add(self, choice: _Choice) -> None:
        self.place_in = self._with(choice)
        self.chosen.append(choice)

    def without(self, session: int) -> _Sharing:
        """A sharing out with one session less; free places go to those who lost theirs."""
        other = _Sharing(self.wishes, self.size)
        other.chosen = [one for number, one in enumerate(self.chosen) if number != session]
        place = np.where(self.place_in == session, NOBODY, self.place_in)
        other.place_in = np.where(place > session, place - 1, place)
        members = [one.members for one in other.chosen]
        for number in range(len(members)):
            _fill(other.place_in, members, number, self.size)
        return other

    def best(self) -> _Choice:
        """The candidate that adds most; among equals the one that most want, then the first of the list."""
        free = self._free()
        if not free.any():
            return _NO_CHOICE
        wanted = self.wishes.counts(free).ravel()
        most = np.minimum(wanted, min(self.size, int((self.place_in == NOBODY).sum())))
        found = _NO_CHOICE
        order = np.lexsort((-wanted, -most))  # stable: the list's own order comes last
        for candidate in order[:TRIES]:
            if most[candidate] <= found.gain:
                break
            at, cell = divmod(int(candidate), self.wishes.fits.shape[1])
            choice = _Choice(at, cell, 0, self.wishes.served(at, cell))
            gain = int((self._with(choice) != NOBODY).sum()) - self.served
            if gain > found.gain:
                found = _Choice(at, cell, gain, choice.members)
        return found

    def _with(self, choice: _Choice) -> Rows:
        place_in = self.place_in.copy()
        members = [*(one.members for one in self.chosen), choice.members]
        _fill(place_in, members, len(self.chosen), self.size)
        return place_in

    def _free(self) -> _Flags:
        """Who has no place, or could give theirs to someone without: more than these no session adds."""
        free = self.place_in == NOBODY
        waiting = list(range(len(self.chosen)))
        while True:
            opened = [one for one in waiting if free[self.chosen[one].members].any()]
            if not opened:
                return np.asarray(free)
            for one in opened:
                free |= self.place_in == one
                waiting.remove(one)


def _fill(place_in: Rows, members: Sequence[Rows], session: int, size: int) -> None:
    """Give the free places of *session* away, moving others where that makes room for one more."""
    room = size - int((place_in == session).sum())
    free = members[session][place_in[members[session]] == NOBODY][:room]
    place_in[free] = session
    for _ in range(room - len(free)):
        if not _move_up(place_in, members, session):
            return


def _move_up(place_in: Rows, members: Sequence[Rows], session: int) -> bool:
    """An augmenting path: *session* takes someone of another, and that one someone who has no place."""
    came_from: dict[int, tuple[int, int]] = {session: (NOBODY, NOBODY)}
    queue = [session]
    for here in queue:
        mine = members[here]
        holders = place_in[mine]
        free = np.flatnonzero(holders == NOBODY)
        if len(free):
            place_in[mine[free[0]]] = here
            while here != session:
                before, person = came_from[here]
                place_in[person] = before
                here = before  # noqa: PLW2901 - back along the path
            return True
        others, first = np.unique(holders, return_index=True)
        for other, at in zip(others.tolist(), first.tolist(), strict=True):
            if other not in came_from:
                came_from[other] = (here, int(mine[at]))
                queue.append(other)
    return False


def _first_best(best: Sequence[_Choice]) -> int | None:
    return max(range(len(best)), key=lambda at: (best[at].gain, -at), default=None)


def _swap(shares: list[_Sharing], best: list[_Choice], least: int) -> bool:
    """Try for each session whether another in its stead serves more; whether any was changed."""
    changed = False
    for number in range(len(shares)):
        session = 0
        while session < len(shares[number].chosen):
            rest = shares[number].without(session)
            lost = shares[number].served - rest.served
            others = list(best)
            others[number] = rest.best()
            at = _first_best(others)
            if at is None or others[at].gain <= lost or others[at].gain < least:
                session += 1
                continue
            shares[number] = rest
            shares[at].add(others[at])
            for one in {number, at}:
                best[one] = shares[one].best()
            changed = True
    return changed


def upper_bound(
    wishes: Wishes,
    *,
    sessions: int,
    size: int,
    least: int = 1,
    reached: int = 0,
    rounds: int = BOUND_ROUNDS,
) -> int:
    """More wishes than this no choice of *sessions* candidates with *size* places each can serve, if each
    serves *least* or more.

    Lagrangian relaxation: a wish has a price between 0 and 1, and whoever isn't served gives back what is
    left of 1; every price gives a bound, and subgradient steps towards *reached* (what a choice serves)
    make it smaller. Exact in the limit for the linear relaxation.
    """
    prices = [np.ones(len(one.rows)) for one in wishes]
    counts = [one.counts() for one in wishes]
    # Nobody is served who is in no candidate that enough people want.
    best = float(
        sum(
            int(((one.by_place.T @ (count >= least).astype(np.int32)) * one.fits).any(axis=1).sum())
            for one, count in zip(wishes, counts, strict=True)
        )
    )
    enough = np.concatenate([np.zeros(0, dtype=np.bool_), *((count >= least).ravel() for count in counts)])
    for _ in range(rounds + 1):
        value, times = _bound_at(wishes, prices, enough, sessions, size)
        best = min(best, value)
        if np.floor(best + 1e-9) <= reached:
            break
        steps = [taken - 1.0 for taken in times]
        # A price at its end that would go on beyond it says nothing of the length of the step.
        for step, price in zip(steps, prices, strict=True):
            step[((price >= 1.0) & (step < 0.0)) | ((price <= 0.0) & (step > 0.0))] = 0.0
        length = sum(float(step @ step) for step in steps)
        if length == 0.0:
            break
        stride = max(value - reached, 0.0) / length
        prices = [np.clip(price - stride * step, 0.0, 1.0) for price, step in zip(prices, steps, strict=True)]
    return int(np.floor(best + 1e-9))


def _bound_at(
    wishes: Wishes, prices: Sequence[_Floats], enough: _Flags, sessions: int, size: int
) -> tuple[float, list[_Floats]]:
    """The bound at these prices, and how often each wish is covered in the solution that gives it."""
    worth = [one.weighed(price) for one, price in zip(wishes, prices, strict=True)]
    flat = np.concatenate([np.zeros(0), *(one.ravel() for one in worth)])
    begins = np.cumsum([0, *(one.size for one in worth)])
    most = np.where(enough, np.minimum(flat, size), 0.0)
    looked_at = min(max(LOOKED_AT, 2 * sessions), len(most))
    order = np.argpartition(-most, looked_at - 1)[:looked_at] if looked_at else np.zeros(0, dtype=np.int64)
    order = order[np.argsort(-most[order], kind="stable")]
    # The best copies so far: worth, two numbers against ties, theme, wishes. Dearest wishes come first.
    best: list[tuple[float, int, int, int, Rows]] = []
    for candidate in order.tolist():
        if most[candidate] <= 0.0 or (len(best) == sessions and best[0][0] >= most[candidate]):
            break
        number = int(np.searchsorted(begins, candidate, side="right")) - 1
        served = wishes.themes[number].served(*divmod(candidate - int(begins[number]), CELLS))
        dearest = served[np.argsort(-prices[number][served], kind="stable")]
        for start in range(0, len(dearest), size):
            copy = dearest[start : start + size]
            heapq.heappush(best, (float(prices[number][copy].sum()), -candidate, -start, number, copy))
            if len(best) > sessions:
                heapq.heappop(best)
    else:
        rest = np.ones(len(most), dtype=np.bool_)
        rest[order] = False
        if rest.any():  # not looked at one by one: each could be worth as much as its places, each time
            further = float(most[rest].max())
            best = [(max(one[0], further), *one[1:]) for one in best]
    value = sum(one[0] for one in best) + sum(float((1.0 - price).sum()) for price in prices)
    times = [np.zeros(len(price)) for price in prices]
    for *_, number, copy in best:
        times[number][copy] += 1.0
    return value, times
