"""For how long a person, an offer's session and a companion's or a vehicle's hours come together.

All times are whole minutes from Monday 00:00. Sessions start in the first week and may end in the
second; the way there may start on the Sunday before. So hours are laid over three weeks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.vocabulary import Repeats

Ints = npt.NDArray[np.int64]

WEEKLY = Repeats.WEEKLY.position
NO_WAY = 1 << 20
"""Minutes of a way that can't be travelled: longer than any hours."""
ANY_TIME = (-MINUTES_A_WEEK, 3 * MINUTES_A_WEEK)


class Stretches(NamedTuple):
    """When the person could be at a session without a break: one entry a stretch.

    ``session`` is a position among the sessions, in rising order; every session has a stretch.
    """

    session: Ints
    start: Ints
    end: Ints


class Hours(NamedTuple):
    """When helpers are there, touching hours joined, over the week before, this one and the next.

    ``helper`` is a position among the helpers, in rising order; every helper has hours.
    """

    helper: Ints
    start: Ints
    end: Ints


def stretches_of(start: Ints, end: Ints, windows: Ints | None) -> Stretches:
    """The parts of sessions that lie in the person's *windows*; all of each where they are None.

    ``start`` and ``end`` have shape (sessions,), *windows* (n, 2). Sessions without a stretch are
    simply not named in it.
    """
    if windows is None:
        return Stretches(np.arange(len(start)), start, end)
    opens = np.maximum(start[:, None], windows[:, 0])
    closes = np.minimum(end[:, None], windows[:, 1])
    session, window = np.nonzero(closes > opens)
    return Stretches(session, opens[session, window], closes[session, window])


def hours_of(
    catalogue: Catalogue, rows: Ints, *, between: tuple[int, int], any_time_if_unknown: bool
) -> tuple[Ints, Hours]:
    """Positions in *rows* of those with hours each week, and the hours that touch *between*.

    Hours every two weeks may fall in the other week, so they cover nothing. Whoever named none is
    left out, or taken to be there at any time, which is then asked.
    """
    counts = catalogue.columns.session_count[rows].astype(np.int64)
    owner = np.repeat(np.arange(len(rows)), counts)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    index = np.repeat(catalogue.columns.first_session[rows].astype(np.int64), counts) + offset
    weekly = catalogue.columns.session_repeats[index] == WEEKLY
    owner, index = owner[weekly], index[weekly]
    start = catalogue.columns.session_start[index].astype(np.int64)
    end = catalogue.columns.session_end[index].astype(np.int64)

    shifts = np.array([-MINUTES_A_WEEK, 0, MINUTES_A_WEEK])
    owner = np.tile(owner, 3)
    start = (start + shifts[:, None]).ravel()
    end = (end + shifts[:, None]).ravel()
    near = (end >= between[0]) & (start <= between[1])
    owner, start, end = owner[near], start[near], end[near]
    if any_time_if_unknown:
        unknown = np.flatnonzero(counts == 0)
        owner = np.concatenate([owner, unknown])
        start = np.concatenate([start, np.full(len(unknown), ANY_TIME[0])])
        end = np.concatenate([end, np.full(len(unknown), ANY_TIME[1])])
    return _joined(owner, start, end)


def _joined(owner: Ints, start: Ints, end: Ints) -> tuple[Ints, Hours]:
    """Join what touches, for each owner; owners are numbered anew without gaps."""
    order = np.lexsort((start, owner))
    owner, start, end = owner[order], start[order], end[order]
    # One line for all owners, each on a stretch of its own, so that one running maximum does.
    apart = owner * (6 * MINUTES_A_WEEK)
    reached = np.maximum.accumulate(end + apart)
    opens = np.ones(len(owner), dtype=np.bool_)
    opens[1:] = start[1:] + apart[1:] > reached[:-1]
    first = np.flatnonzero(opens)
    if not len(first):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, Hours(nothing, nothing, nothing)
    closes = np.maximum.reduceat(end, first)
    here, number = np.unique(owner[first], return_inverse=True)
    return here, Hours(number.astype(np.int64), start[first], closes)


class Together(NamedTuple):
    """The longest visit at each session with each helper; both have shape (sessions, helpers).

    ``minutes`` is 0 or below where it can't be, and ``begin`` then means nothing. Sessions are those
    of the stretches, in their order, without gaps.
    """

    minutes: Ints
    begin: Ints


def minutes_together(stretches: Stretches, hours: Hours, way: Ints) -> Together:
    """Longest unbroken time at each session with each helper, the first where there are several.

    The helper is there all the time and on the way there and back: ``way``, one way, has shape
    (stretches, helpers).
    """
    travel = way[:, hours.helper]
    latest = np.minimum(stretches.end[:, None], hours.end - travel)
    begin = np.maximum(stretches.start[:, None], hours.start + travel)
    return _longest(stretches, *_by_helper(hours, latest - begin, begin))


def minutes_between_lifts(stretches: Stretches, hours: Hours, way: Ints) -> Together:
    """The same for transport, which only has to run on the way there and on the way back."""
    travel = way[:, hours.helper]
    begin, close = stretches.start[:, None], stretches.end[:, None]
    there = np.maximum(begin, hours.start + travel)
    back = np.minimum(close, hours.end - travel)
    there = np.where(there <= np.minimum(close, hours.end), there, NO_WAY)
    back = np.where(back >= np.maximum(begin, hours.start), back, -NO_WAY)
    of_helper = firsts(hours.helper)
    arrives = np.minimum.reduceat(there, of_helper, axis=1)
    leaves = np.maximum.reduceat(back, of_helper, axis=1)
    return _longest(stretches, leaves - arrives, arrives)


_APART = 1 << 22
"""More than any minute that is told apart, so that a length and a begin make one sortable number."""


def _by_helper(hours: Hours, minutes: Ints, begin: Ints) -> tuple[Ints, Ints]:
    return _split(np.maximum.reduceat(_joint(minutes, begin), firsts(hours.helper), axis=1))


def _longest(stretches: Stretches, minutes: Ints, begin: Ints) -> Together:
    return Together(*_split(np.maximum.reduceat(_joint(minutes, begin), firsts(stretches.session), axis=0)))


def _joint(minutes: Ints, begin: Ints) -> Ints:
    """Rises with the length, and among equals with an earlier begin."""
    return minutes * _APART + (_APART // 2 - begin)


def _split(joint: Ints) -> tuple[Ints, Ints]:
    minutes = joint // _APART
    return minutes, _APART // 2 - (joint - minutes * _APART)


def firsts(groups: Ints) -> Ints:
    """Where each group of a rising array begins."""
    changes = np.ones(len(groups), dtype=np.bool_)
    changes[1:] = groups[1:] != groups[:-1]
    return np.flatnonzero(changes)
