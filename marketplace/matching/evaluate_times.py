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
    first = catalogue.columns.first_session[rows].astype(np.int64)
    counts = catalogue.columns.session_count[rows].astype(np.int64)
    row = np.repeat(np.arange(len(rows)), counts)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    index = np.repeat(first, counts) + offset
    start = catalogue.columns.session_start[index].astype(np.int64)
    end = catalogue.columns.session_end[index].astype(np.int64)
    length = end - start
    nothing = np.zeros(0, dtype=np.int64)
    earlier, later = nothing, nothing
    if query.counts_blocks:
        earlier, later = touching(row, start, end, catalogue.columns.session_repeats[index])
    if not query.has_when:
        every = np.ones(len(row), dtype=np.bool_)
        block = block_minutes(earlier, later, begin=start, run=length, usable=every)
        return Sessions(row, index, length, start, length, every, np.ones(len(row)), block)

    run = np.zeros(len(row), dtype=np.int64)
    begin = start
    for opens, closes in query.windows:
        if query.work_minutes > 0 or len(earlier):
            longer = np.minimum(end, closes) - np.maximum(start, opens) > run
            begin = np.where(longer, np.maximum(start, opens), begin)
        run = np.maximum(run, np.minimum(end, closes) - np.maximum(start, opens))
    whole = run == length
    flexible = catalogue.columns.flexible[rows][row]
    own_shortest = catalogue.columns.shortest_visit[rows][row]
    least = np.where(
        flexible,
        np.where(own_shortest > 0, own_shortest, LEAST_FLEXIBLE_VISIT).astype(np.float64),
        LEAST_SHARE_OF_SESSION * length,
    )
    usable = whole | ((run > 0) & (run >= least))
    score = np.where(whole | flexible, 1.0, PART_OF_SESSION * (run / length))
    block = block_minutes(earlier, later, begin=begin, run=run, usable=usable)
    if query.shortest > 0:
        short = SHORT_VISIT_FLOOR + (1.0 - SHORT_VISIT_FLOOR) * (block / float(query.shortest))
        score = np.where(block < query.shortest, score * short, score)
    return Sessions(row, index, run, begin, length, usable, np.where(usable, score, 0.0), block)


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
    is_best = sessions.usable & (sessions.score == best_score[sessions.row])
    far = np.iinfo(np.int64).max
    best = np.full(count, far, dtype=np.int64)
    np.minimum.at(best, sessions.row[is_best], sessions.index[is_best])
    fits = best != far
    best = np.where(fits, best, -1)

    run = np.zeros(count)
    chosen = np.flatnonzero(sessions.usable & (sessions.index == best[sessions.row]))
    run[sessions.row[chosen]] = sessions.run[chosen]
    visit = _visit_minutes(query, catalogue, rows, run)

    if not query.has_when:
        nothing = np.zeros(count, dtype=np.bool_)
        return Times(np.full(count, np.nan), nothing, best, visit)
    score = best_score
    if query.wanted_minutes > 0:
        filled = np.zeros(count)
        often = HOURS_SHARES[catalogue.columns.session_repeats[sessions.index]]
        np.add.at(filled, sessions.row, np.where(sessions.usable, sessions.run * often, 0.0))
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
    usual = np.maximum(catalogue.columns.shortest_visit[rows], USUAL_FLEXIBLE_VISIT)
    if query.shortest > 0:
        usual = np.maximum(catalogue.columns.shortest_visit[rows], query.shortest)
    usual = usual.astype(np.float64)
    visit = np.where(catalogue.columns.flexible[rows], np.minimum(run, usual), run)
    return np.where(run > 0, visit, usual)
