"""The rules of days, times and the carer's time for one row at a time: see the head of ``kernel``."""
# ruff: noqa: PLR0912, PLR0915, PLR0917, C901 - one rule a function, numbers in

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.codes import HOURS_SHARES
from marketplace.matching.kernel import Bytes, compiled
from marketplace.matching.needs import MINUTES_A_DAY
from marketplace.matching.weights import (
    BEST_SESSION_SHARE,
    HOURS_SHARE,
    LEAST_FLEXIBLE_VISIT,
    LEAST_SHARE_OF_SESSION,
    PART_OF_SESSION,
    SHORT_VISIT_FLOOR,
    USUAL_FLEXIBLE_VISIT,
)
from marketplace.vocabulary import Repeats

WEEKLY = Repeats.WEEKLY.position

Whole = npt.NDArray[np.int64]
Minutes = npt.NDArray[np.uint16]


class Visit(NamedTuple):
    score: float
    fits: bool
    best: int
    minutes: float
    longest: int
    """Minutes of the longest visit, those that touch as one; this and the next two are 0 where no carer asks."""
    at_work: float
    """Minutes of an average week's visits while the carer works."""
    resting: float
    """The other minutes of an average week's visits."""


DAYS = 16
"""Days of two weeks, and of sessions that end after them."""


@compiled
def windows_by_day(windows: Whole) -> Whole:
    """For each day, the first window that ends after it began: shape (16,). Windows are in order."""
    first = np.empty(DAYS, dtype=np.int64)
    at = 0
    for day in range(DAYS):
        while at < len(windows) and windows[at, 1] <= day * MINUTES_A_DAY:
            at += 1
        first[day] = at
    return first


@compiled
def longest_run(windows: Whole, by_day: Whole, start: int, end: int) -> int:
    """Longest unbroken minutes of a session that lie in one window; 0 or less where none does."""
    run = 0
    for number in range(by_day[start // MINUTES_A_DAY], len(windows)):
        if windows[number, 0] >= end:
            break
        run = max(run, min(end, windows[number, 1]) - max(start, windows[number, 0]))
    return run


@compiled
def run_begins(windows: Whole, by_day: Whole, start: int, end: int, run: int) -> int:
    """When the first such longest run begins."""
    for number in range(by_day[start // MINUTES_A_DAY], len(windows)):
        begin: int = max(start, windows[number, 0])
        if min(end, windows[number, 1]) - begin == run:
            return begin
    return start


@compiled
def minutes_within(windows: Whole, by_day: Whole, start: int, end: int) -> int:
    """Minutes from start to end that lie in any window."""
    within = 0
    for number in range(by_day[start // MINUTES_A_DAY], len(windows)):
        if windows[number, 0] >= end:
            break
        within += max(0, min(end, windows[number, 1]) - max(start, windows[number, 0]))
    return within


@compiled
def session_score(
    run: int, length: int, flexible: bool, own_shortest: int, shortest: int, block: int
) -> float:
    """How well one session fits, 0 where it can't be used. ``block`` is how long one can stay in all."""
    whole = run == length
    if flexible:
        least = float(own_shortest if own_shortest > 0 else LEAST_FLEXIBLE_VISIT)
    else:
        least = LEAST_SHARE_OF_SESSION * length
    if not (whole or (run > 0 and run >= least)):
        return 0.0
    score = 1.0
    if not (whole or flexible):
        score = PART_OF_SESSION * (run / length)
    if shortest > 0 and block < shortest:
        score = score * (SHORT_VISIT_FLOOR + (1.0 - SHORT_VISIT_FLOOR) * (block / float(shortest)))
    return score


@compiled
def some_touch(starts: Minutes, ends: Minutes, repeats: Bytes, first: int, count: int) -> bool:
    """One of the sessions, which are in order, ends as another begins: see ``blocks``."""
    for later in range(first + 1, first + count):
        day = np.int64(starts[later]) // MINUTES_A_DAY
        for earlier in range(later - 1, first - 1, -1):
            if np.int64(starts[earlier]) // MINUTES_A_DAY != day:
                break
            if ends[earlier] == starts[later] and repeats[earlier] == WEEKLY and repeats[later] == WEEKLY:
                return True
    return False


@compiled
def blocks_of(
    starts: Minutes,
    ends: Minutes,
    repeats: Bytes,
    first: int,
    count: int,
    flexible: bool,
    own_shortest: int,
    windows: Whole,
    by_day: Whole,
    has_when: bool,
) -> Whole:
    """Minutes of the longest block that each visit is a part of: shape (count,)."""
    opens = np.empty(count, dtype=np.int64)
    closes = np.empty(count, dtype=np.int64)
    joins = np.empty(count, dtype=np.bool_)
    for at in range(count):
        start = int(np.int64(starts[first + at]))
        end = int(np.int64(ends[first + at]))
        begin = start
        run = end - start
        if has_when:
            run = longest_run(windows, by_day, start, end)
            if session_score(run, end - start, flexible, own_shortest, 0, 0) > 0.0:
                begin = run_begins(windows, by_day, start, end, run)
            else:
                run = 0
        opens[at] = begin
        closes[at] = begin + run
        joins[at] = run > 0 and repeats[first + at] == WEEKLY
    came = opens.copy()
    left = closes.copy()
    # Whoever comes before has begun before, so one way along the order is enough, and one back.
    for later in range(count):
        day = np.int64(starts[first + later]) // MINUTES_A_DAY
        for earlier in range(later - 1, -1, -1):
            if np.int64(starts[first + earlier]) // MINUTES_A_DAY != day:
                break
            if ends[first + earlier] != starts[first + later] or closes[earlier] != opens[later]:
                continue
            if joins[earlier] and joins[later]:
                came[later] = min(came[later], came[earlier])
    for earlier in range(count - 1, -1, -1):
        day = np.int64(starts[first + earlier]) // MINUTES_A_DAY
        for later in range(earlier + 1, count):
            if np.int64(starts[first + later]) // MINUTES_A_DAY != day:
                break
            if ends[first + earlier] != starts[first + later] or closes[earlier] != opens[later]:
                continue
            if joins[earlier] and joins[later]:
                left[earlier] = max(left[earlier], left[later])
    return left - came


@compiled
def visit_of(
    starts: Minutes,
    ends: Minutes,
    repeats: Bytes,
    first: int,
    count: int,
    flexible: bool,
    own_shortest: int,
    windows: Whole,
    by_day: Whole,
    has_when: bool,
    shortest: int,
    wanted: float,
    has_carer: bool,
    works: Whole,
    works_by_day: Whole,
) -> Visit:
    """The best session. ``windows`` is when the person could come, ``works`` when the carer works.

    ``by_day`` and ``works_by_day`` are ``windows_by_day`` of them.
    """
    longest = 0
    at_work = 0.0
    resting = 0.0
    best_score = 0.0
    best = -1
    best_run = 0
    filled = 0.0
    touch = count > 1 and ((has_when and shortest > 0) or has_carer)
    touch = touch and some_touch(starts, ends, repeats, first, count)
    blocks = by_day  # of the right kind, and not read where nothing touches
    if touch:
        blocks = blocks_of(
            starts,
            ends,
            repeats,
            first,
            count,
            flexible,
            own_shortest,
            windows,
            by_day,
            has_when,
        )
    for index in range(first, first + count):
        # Signed first: numba takes the difference of an unsigned and a signed number for a float.
        start = int(np.int64(starts[index]))
        end = int(np.int64(ends[index]))
        run = end - start
        score = 1.0
        begin = start
        block = run
        if has_when:
            within = longest_run(windows, by_day, start, end)
            if within <= 0:
                continue
            if has_carer and within < run:
                begin = run_begins(windows, by_day, start, end, within)
            block = blocks[index - first] if touch else within
            score = session_score(within, run, flexible, own_shortest, shortest, block)
            run = within
        elif touch:
            block = blocks[index - first]
        if score > 0.0:
            often = HOURS_SHARES[repeats[index]]
            filled += run * often
            if has_carer:
                longest = max(longest, block)
                worked = minutes_within(works, works_by_day, begin, begin + run)
                at_work += worked * often
                resting += (run - worked) * often
        if score > best_score:
            best_score = score
            best = index
            best_run = run
    usual = float(max(own_shortest, shortest if shortest > 0 else USUAL_FLEXIBLE_VISIT))
    minutes = float(best_run)
    if best_run <= 0:
        minutes = usual
    elif flexible:
        minutes = min(minutes, usual)
    if not has_when or count == 0:
        return Visit(np.nan, True, best, minutes, longest, at_work, resting)
    if best < 0:
        return Visit(np.nan, False, best, minutes, longest, at_work, resting)
    score = best_score
    if wanted > 0:
        score = BEST_SESSION_SHARE * best_score + HOURS_SHARE * min(filled / wanted, 1.0)
    return Visit(score, True, best, minutes, longest, at_work, resting)


@compiled
def carer_of(visit: Visit, count: int, shortest_break: int, work_minutes: int, break_minutes: float) -> float:
    """The mean of what the carer told: a long enough visit, the work covered, the breaks wanted."""
    if count == 0 or visit.longest == 0:
        return np.nan
    total = 0.0
    told = 0
    if shortest_break > 0:
        total += min(visit.longest / float(shortest_break), 1.0)
        told += 1
    if work_minutes > 0:
        total += min(visit.at_work / float(work_minutes), 1.0)
        told += 1
    if break_minutes > 0.0:
        total += min(visit.resting / break_minutes, 1.0)
        told += 1
    return total / told
