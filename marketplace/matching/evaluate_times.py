"""Days and times: over all sessions of many offers at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.matching.blocks import block_minutes, touching
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import HOURS_SHARES, Flags, Floats, Ints
from marketplace.matching.query import Query
from marketplace.matching.weights import (
    BEST_SESSION_SHARE,
    HOURS_SHARE,
    LEAST_FLEXIBLE_VISIT,
    LEAST_SHARE_OF_SESSION,
    PART_OF_SESSION,
    SHORT_VISIT_FLOOR,
    USUAL_FLEXIBLE_VISIT,
)

_STAYS_AT_ONCE = 1 << 15
"""Sessions by windows that are looked at together, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Per session of the rows: where it stands, how long the person can be there, how it fits."""

    row: Ints
    """Position among the evaluated rows."""
    index: Ints
    """Position in the catalogue's session columns."""
    run: Ints
    """Longest unbroken time in minutes that the person can be there."""
    begin: Ints
    """When that time begins; where nothing asks for it, simply the session's start."""
    length: Ints
    usable: Flags
    score: Floats
    block: Ints
    """Minutes of the longest block of visits that this one is a part of: see ``blocks``."""


def fitting_sessions(query: Query, catalogue: Catalogue, rows: Ints) -> Sessions:
    c = catalogue.columns
    counts = c.session_count[rows].astype(np.int64)
    ends = counts.cumsum()
    row = np.arange(len(rows)).repeat(counts)
    before: Ints = ends - counts
    index: Ints = np.subtract(c.first_session[rows], before).repeat(counts)
    index += np.arange(len(index))
    start, end = c.session_start.take(index).astype(np.int64), c.session_end.take(index).astype(np.int64)
    length = end - start
    nothing = np.zeros(0, dtype=np.int64)
    earlier, later = nothing, nothing
    if query.counts_blocks:
        earlier, later = touching(row, start, end, c.session_repeats.take(index))
    if not query.has_when:
        every = np.ones(len(row), dtype=np.bool_)
        block = block_minutes(earlier, later, begin=start, run=length, usable=every)
        return Sessions(row, index, length, start, length, every, np.ones(len(row)), block)

    begin, run = _longest_stays(query, start, end)
    whole = run == length
    flexible = c.flexible[rows].take(row)
    own_shortest = c.shortest_visit[rows].take(row)
    least = LEAST_SHARE_OF_SESSION * length
    np.copyto(least, np.where(own_shortest > 0, own_shortest, LEAST_FLEXIBLE_VISIT), where=flexible)
    usable = whole | ((run > 0) & (run >= least))
    score = PART_OF_SESSION * (run / length)
    score[whole | flexible] = 1.0
    block = block_minutes(earlier, later, begin=begin, run=run, usable=usable)
    if query.shortest > 0:
        short = SHORT_VISIT_FLOOR + (1.0 - SHORT_VISIT_FLOOR) * (block / float(query.shortest))
        score = np.where(block < query.shortest, score * short, score)
    return Sessions(row, index, run, begin, length, usable, usable * score, block)


def _longest_stays(query: Query, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """When the longest unbroken time begins that the person can be at each session, and its minutes.

    The first, of several that are as long; the session's start where there is none.
    """
    begin, run = start, np.zeros(len(start), dtype=np.int64)
    if not len(query.windows):
        return begin, run
    at_once = max(_STAYS_AT_ONCE // len(start), 1) if len(start) else len(query.windows)
    for first in range(0, len(query.windows), at_once):
        opens, closes = query.windows[first : first + at_once].T[:, :, None]
        come = np.maximum(start, opens)
        stay = np.minimum(end, closes) - come
        longest = stay.max(axis=0)
        longer = longest > run
        run = np.where(longer, longest, run)
        if query.work_minutes > 0 or query.counts_blocks:
            come = come[stay.argmax(axis=0), np.arange(len(start))]
            begin = np.where(longer, come, begin)
    return begin, run


@dataclass(frozen=True, slots=True)
class Times:
    score: Floats
    none_fits: Flags
    best: Ints
    visit: Floats


def times_part(query: Query, catalogue: Catalogue, rows: Ints, sessions: Sessions) -> Times:
    """The best session, widened by how many of the wanted hours the sessions could fill."""
    count = len(rows)
    has_sessions = catalogue.columns.session_count[rows] > 0
    best_score = np.zeros(count)
    np.maximum.at(best_score, sessions.row, sessions.score)
    is_best = sessions.usable & (sessions.score == best_score.take(sessions.row))
    # From the last to the first, so that the first of equals is what stays.
    chosen = np.flatnonzero(is_best)[::-1]
    row = sessions.row.take(chosen)
    best = np.full(count, -1, dtype=np.int64)
    best[row] = sessions.index.take(chosen)
    fits = best >= 0
    run = np.zeros(count)
    run[row] = sessions.run.take(chosen)
    visit = _visit_minutes(query, catalogue, rows, run)

    if not query.has_when:
        nothing = np.zeros(count, dtype=np.bool_)
        return Times(np.full(count, np.nan), nothing, best, visit)
    score = best_score
    if query.wanted_minutes > 0:
        filled = np.zeros(count)
        often = HOURS_SHARES.take(catalogue.columns.session_repeats.take(sessions.index))
        np.add.at(filled, sessions.row, sessions.usable * sessions.run * often)
        share = np.minimum(filled / query.wanted_minutes, 1.0)
        score = BEST_SESSION_SHARE * best_score + HOURS_SHARE * share
    return Times(
        score=np.where(has_sessions & fits, score, np.nan),
        none_fits=has_sessions & ~fits,
        best=best,
        visit=visit,
    )


def _visit_minutes(query: Query, catalogue: Catalogue, rows: Ints, run: Floats) -> Floats:
    """Minutes of one visit, for the price: all of a fixed session, a usual part of a flexible one."""
    shortest = catalogue.columns.shortest_visit[rows]
    usual = np.maximum(shortest, query.shortest if query.shortest > 0 else USUAL_FLEXIBLE_VISIT)
    usual = usual.astype(np.float64)
    visit = np.where(catalogue.columns.flexible[rows], np.minimum(run, usual), run)
    return np.where(run > 0, visit, usual)
