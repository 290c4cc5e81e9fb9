"""What an offer can be at best, in four bytes: in which halves of which days, and for how little a week.

Both are worked out of an offer's own facts alone, so that one look rules out those who could never come
or pay, before any session is read. A hint may say 'perhaps' of what does not fit; it never says 'no' of
what does (tests hold both against the rules in full).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.codes import BY_THE_WEEK, FREE, HOURLY, VISIT_SHARES
from marketplace.matching.kernel import compiled
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK
from marketplace.matching.weights import LEAST_SHARE_OF_SESSION

Whole = npt.NDArray[np.int64]

SPLIT = 17 * 60
"""Minute of the day between its two halves."""
NO_SESSIONS = 1 << 14
"""Bit of an offer whose times are not known; bits 0 to 13 are Monday's first half to Sunday's second."""
ALWAYS = 1 << 15
"""Bit of every offer."""
PENCE_A_STEP = 25
NO_PRICE = (1 << 16) - 1
DEAREST_STEP = NO_PRICE - 1


class Hints(NamedTuple):
    """One entry an offer, each of two bytes."""

    halves: npt.NDArray[np.uint16]
    """Bits of the halves of days in which its sessions lie, ``NO_SESSIONS`` and ``ALWAYS``."""
    least_price: npt.NDArray[np.uint16]
    """The least that a week there costs anybody, without the way, in steps of ``PENCE_A_STEP`` rounded
    down; ``NO_PRICE`` where the price is not known."""


def hints_of(
    *,
    count: npt.NDArray[Any],
    start: npt.NDArray[Any],
    end: npt.NDArray[Any],
    repeats: npt.NDArray[Any],
    flexible: npt.NDArray[Any],
    shortest_visit: npt.NDArray[Any],
    basis: npt.NDArray[Any],
    pence: npt.NDArray[Any],
) -> Hints:
    """The hints of offers as in ``Columns``; sessions stand in the order of the offers, *count* each."""
    rows = len(count)
    row = np.repeat(np.arange(rows), count)
    first, last = start.astype(np.int64), end.astype(np.int64)

    halves = np.where(count == 0, NO_SESSIONS, 0) | ALWAYS
    at = first.copy()
    while (open_ := at < last).any():
        np.bitwise_or.at(halves, row[open_], np.int64(1) << half_of(at[open_]))
        into_day = at % MINUTES_A_DAY
        at += np.where(into_day < SPLIT, SPLIT, MINUTES_A_DAY) - into_day

    # The shortest visit that is one at all; see ``session_score`` and the end of ``visit_of``.
    length = np.full(rows, np.inf)
    np.minimum.at(length, row, last - first)
    own = np.where(shortest_visit > 0, shortest_visit, 0)
    in_flexible = np.where(own > 0, np.minimum(length, own), 0.0)
    in_fixed = np.minimum(length * LEAST_SHARE_OF_SESSION, 2.0 * MINUTES_A_WEEK)
    minutes = np.where(count == 0, own, np.where(flexible, in_flexible, in_fixed))
    share = np.where(count == 0, 1.0, np.inf)
    np.minimum.at(share, row, VISIT_SHARES[repeats])
    share = np.where(basis == BY_THE_WEEK, 1.0, share)
    visit = np.where(basis == HOURLY, np.floor(pence * (minutes / 60.0)), np.where(basis == FREE, 0, pence))
    steps = np.clip(np.floor(visit * share) // PENCE_A_STEP, 0, DEAREST_STEP)
    return Hints(halves.astype(np.uint16), np.where(basis < 0, NO_PRICE, steps).astype(np.uint16))


def half_of(minute: Whole) -> Whole:
    """The half of a day, 0 to 13, in which a *minute* from Monday 00:00 lies; weeks come again."""
    of_day = minute % MINUTES_A_DAY
    return np.asarray(2 * (minute // MINUTES_A_DAY % 7) + (of_day >= SPLIT))


@compiled
def halves_asked(windows: Whole, has_when: bool) -> int:
    """The bits of which an offer must have one: of the halves in which the *windows* lie, shape (n, 2)."""
    if not has_when:
        return ALWAYS
    bits = NO_SESSIONS
    for window in range(len(windows)):
        at = windows[window, 0]
        while at < windows[window, 1]:
            into_day = at % MINUTES_A_DAY
            bits |= 1 << (2 * (at // MINUTES_A_DAY % 7) + int(into_day >= SPLIT))
            at += (SPLIT if into_day < SPLIT else MINUTES_A_DAY) - into_day
    return bits
