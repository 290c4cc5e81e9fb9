"""Time for whoever cares for the person: their work, and a break from caring. Never a stop.

It is worked out from the visits that the person can make, the same that days and times go by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import HOURS_SHARES, Floats, Ints
from marketplace.matching.evaluate_times import Sessions
from marketplace.matching.query import Query
from marketplace.matching.query_numbers import worked_before


@dataclass(frozen=True, slots=True)
class CarerTime:
    """What the visits give a carer, one entry a row (or in another shape); all in minutes."""

    longest: Floats
    """Of all visits, those that touch as one; 0 where there is none."""
    at_work: Floats
    """Of an average week's visits, while the carer works."""
    resting: Floats
    """Of an average week's visits, while the carer does not work."""


def carer_part(query: Query, catalogue: Catalogue, count: int, sessions: Sessions) -> Floats:
    """How the visits fit the carer's time, 0–1, shape (count,); NaN without a carer or known visits."""
    if not query.has_carer:
        return np.full(count, np.nan)
    return carer_score(query, carer_time(query, catalogue, count, sessions))


def carer_score(query: Query, time: CarerTime) -> Floats:
    """The mean of what the carer told us, each 0–1 and each counting the same.

    - The shortest break: the longest visit as a share of it, 1 at most.
    - The hours of work: the share of a week's working minutes that visits cover.
    - The breaks wanted: the share of their hours that visits outside work fill, 1 at most.

    Worked examples. The carer works from 9:30 to 14:30 on Monday to Friday (25 hours) and needs a
    break of at least 3 hours. A day centre on Monday to Friday from 9:00 to 15:00 has visits of 6
    hours, which is enough (1), and covers all of the work (1): 1. A club on Tuesday from 10:00 to
    12:00 has visits of 2 hours (2/3) and covers 2 of the 25 hours (0.08): 0.373. If it is on every
    two weeks, it covers 1 hour of an average week (0.04): 0.353. Somewhere on Saturday from 10:00 to
    16:00 gives a break (1) but covers no work (0): 0.5; if the carer also wants 8 hours of breaks a
    week it fills 6 of them (0.75), and the mean of the three is 0.583.
    """
    total = np.zeros(time.longest.shape)
    told = 0
    if query.shortest_break > 0:
        total += np.minimum(time.longest / float(query.shortest_break), 1.0)
        told += 1
    if query.work_minutes > 0:
        total += np.minimum(time.at_work / float(query.work_minutes), 1.0)
        told += 1
    if query.break_minutes > 0:
        total += np.minimum(time.resting / query.break_minutes, 1.0)
        told += 1
    return np.where(time.longest > 0, total / told, np.nan)


def carer_time(query: Query, catalogue: Catalogue, count: int, sessions: Sessions) -> CarerTime:
    """Sums of the usable sessions, each for its longest unbroken time; shape (count,)."""
    often = HOURS_SHARES.take(catalogue.columns.session_repeats.take(sessions.index))
    run = sessions.usable * sessions.run
    worked = minutes_at_work(query, sessions.begin, run)
    longest = np.zeros(count)
    np.maximum.at(longest, sessions.row, sessions.usable * sessions.block.astype(np.float64))
    return CarerTime(
        longest,
        np.bincount(sessions.row, worked * often, count).astype(np.float64, copy=False),
        np.bincount(sessions.row, (run - worked) * often, count).astype(np.float64, copy=False),
    )


def minutes_at_work(query: Query, begin: Ints, run: Ints) -> Ints:
    """Minutes from *begin* for *run* minutes in which the carer works: two look-ups each."""
    if query.work_minutes == 0:
        return np.zeros(np.shape(run), dtype=np.int64)
    before = worked_before(query.carer)
    return np.asarray(before.take(begin + run) - before.take(begin))
