"""Visits of one offer that touch are one block: somebody who stays from the one to the next.

A visit joins the next where its session ends the minute that the next begins, both begin on the same
day, both are on every week (of others nobody knows that it is the same week), and the person is there
up to that minute and from it on. A block says how long somebody can stay; the hours of its visits are
counted once each, as they are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.matching.codes import Flags, Ints
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK
from marketplace.vocabulary import Repeats

_WEEKLY = Repeats.WEEKLY.position
_DAYS = 16
_APART = 4 * MINUTES_A_WEEK
_NONE = np.zeros(0, dtype=np.int64)


def touching(row: Ints, start: Ints, end: Ints, repeats: npt.NDArray[np.int8]) -> tuple[Ints, Ints]:
    """Positions of sessions that end as another of their offer begins, and of that other.

    All have shape (sessions,): the offer, minutes of the week, and how often as ``Repeats.position``. The
    sessions of one offer stand together and rise by their start.
    """
    day = start // MINUTES_A_DAY
    beside = (row[1:] == row[:-1]) & (day[1:] == day[:-1])
    if not beside.any():
        return _NONE, _NONE
    some = np.zeros(len(row), dtype=np.bool_)
    some[1:] = beside
    some[:-1] |= beside
    weekly = np.flatnonzero(some & (repeats == _WEEKLY))
    of_day = (row[weekly] * _DAYS + day[weekly]) * _APART
    closes = of_day + end[weekly]
    order = np.argsort(closes)
    low, high = (np.searchsorted(closes[order], of_day + start[weekly], side) for side in ("left", "right"))
    counts = high - low
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return weekly[order[np.repeat(low, counts) + offset]], np.repeat(weekly, counts)


def block_minutes(earlier: Ints, later: Ints, *, begin: Ints, run: Ints, usable: Flags) -> Ints:
    """Minutes of the longest block that each visit is a part of; the visit's own where nothing joins.

    *earlier* and *later* are those of ``touching``. The others have shape (sessions,), or
    (sessions, n) for n ways to make the visits: when each begins, its minutes, whether it can be made.
    """
    if not len(earlier):
        return run
    until = begin + run
    joined = usable[earlier] & usable[later] & (until[earlier] == begin[later])
    if not joined.any():
        return run
    came, left = begin.copy(), until.copy()
    while True:
        before, after = came.copy(), left.copy()
        np.minimum.at(came, later, np.where(joined, before[earlier], before[later]))
        np.maximum.at(left, earlier, np.where(joined, after[later], after[earlier]))
        if (came == before).all() and (left == after).all():
            return np.asarray(left - came)
