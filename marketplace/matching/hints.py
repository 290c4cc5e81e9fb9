"""What an offer can be at best, in six bytes: in which halves of which days, how long, how little it costs.

Both are worked out of an offer's own facts alone, so that one look rules out those who could never come
or pay, before any session is read. A hint may say 'perhaps' of what does not fit; it never says 'no' of
what does (tests hold both against the rules in full).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.codes import BY_THE_WEEK, FREE, HOURLY, HOURS_SHARES, VISIT_SHARES
from marketplace.matching.kernel import compiled
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK
from marketplace.matching.weights import LEAST_SHARE_OF_SESSION
from marketplace.vocabulary import Day

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_DAYS = tuple(Day)
_MORE_THAN_AN_END = 1 << 17
_ROUNDING = 1e-9

SPLIT = 17 * 60
"""Minute of the day between its two halves."""
NO_SESSIONS = 1 << 14
"""Bit of an offer whose times are not known; bits 0 to 13 are Monday's first half to Sunday's second."""
ALWAYS = 1 << 15
"""Bit of every offer."""
PENCE_A_STEP = 25
NO_PRICE = (1 << 16) - 1
DEAREST_STEP = NO_PRICE - 1
MINUTES_A_STEP = 40
"""Of the minutes of a week: 254 steps are more than seven whole days."""
VISIT_STEP = 10
"""Minutes, of the longest visit."""
ANY_LENGTH = 255


class Hints(NamedTuple):
    """One entry an offer: two of two bytes, two of one."""

    halves: npt.NDArray[np.uint16]
    """Bits of the halves of days in which its sessions lie, ``NO_SESSIONS`` and ``ALWAYS``."""
    least_price: npt.NDArray[np.uint16]
    """The least that a week there costs anybody, without the way, in steps of ``PENCE_A_STEP`` rounded
    down; ``NO_PRICE`` where the price is not known."""
    weekly: npt.NDArray[np.uint8]
    """Minutes of an average week's sessions in steps of ``MINUTES_A_STEP``, rounded up; ``ANY_LENGTH`` for
    more, and where two sessions lie over each other."""
    longest: npt.NDArray[np.uint8]
    """Minutes of the longest visit in steps of ``VISIT_STEP``, rounded up, sessions of a day that touch as
    one; ``ANY_LENGTH`` for more."""


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
    weekly, longest = _lengths(row, first, last, repeats, rows)
    return Hints(
        halves.astype(np.uint16), np.where(basis < 0, NO_PRICE, steps).astype(np.uint16), weekly, longest
    )


def _lengths(
    row: Whole, start: Whole, end: Whole, repeats: npt.NDArray[Any], rows: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """``Hints.weekly`` and ``Hints.longest``; the sessions of a row rise by their start."""
    minutes = end - start
    weekly = np.ceil(np.bincount(row, minutes * HOURS_SHARES[repeats], rows) / MINUTES_A_STEP - _ROUNDING)
    same = row[1:] == row[:-1]
    over = np.zeros(rows, dtype=np.bool_)
    over[row[1:][same & (start[1:] < end[:-1])]] = True
    opens = np.full(rows, MINUTES_A_WEEK, dtype=np.int64)
    np.minimum.at(opens, row, start)
    over[row[end > opens[row] + MINUTES_A_WEEK]] = True
    longest = np.zeros(rows, dtype=np.int64)
    np.maximum.at(longest, row, minutes)
    # Where some could touch, all of a day together: they are few, and more than true does no harm.
    touching = np.zeros(rows, dtype=np.bool_)
    some = np.isin(row, row[1:][same])
    touches = np.isin(row[some] * _MORE_THAN_AN_END + end[some], row[some] * _MORE_THAN_AN_END + start[some])
    touching[row[some][touches]] = True
    some = touching[row]
    day = row[some] * len(_DAYS) + start[some] // MINUTES_A_DAY
    days, which = np.unique(day, return_inverse=True)
    np.maximum.at(longest, days // len(_DAYS), np.bincount(which, minutes[some]).astype(np.int64))
    visits = np.ceil(longest / VISIT_STEP)
    weekly = np.where(over, ANY_LENGTH, np.minimum(weekly, ANY_LENGTH))
    return weekly.astype(np.uint8), np.minimum(visits, ANY_LENGTH).astype(np.uint8)


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


@compiled
def minutes_by_halves(windows: Whole, minutes: Floats) -> None:
    """How many minutes of a week the *windows*, shape (n, 2), leave in any halves of days.

    *minutes*, shape (256,), takes two tables: for the lower seven bits of ``Hints.halves``, and from 128 on
    for the upper seven. The windows are those of two weeks; a half counts as in the week that has more.
    """
    of_half = minutes[:28]
    of_half[:] = 0.0
    for window in range(len(windows)):
        at = windows[window, 0]
        while at < windows[window, 1]:
            into_day = at % MINUTES_A_DAY
            end = min(at + (SPLIT if into_day < SPLIT else MINUTES_A_DAY) - into_day, windows[window, 1])
            of_half[min(2 * (at // MINUTES_A_DAY) + int(into_day >= SPLIT), 27)] += end - at
            at = end
    single = np.empty(14)
    for half in range(14):
        single[half] = max(of_half[half], of_half[half + 14])
    for upper in range(2):
        table = minutes[128 * upper : 128 * (upper + 1)]
        table[0] = 0.0
        for half in range(7):
            for lower in range(1 << half):
                table[(1 << half) + lower] = table[lower] + single[7 * upper + half]
