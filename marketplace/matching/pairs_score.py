"""How well an offer fits together with each of its helpers: times, money, parts and score.

The rules are those of an offer alone, with the helper's facts where they differ: only the time that
both are there counts, the way is the one they take, and the price is the sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marketplace.matching.blocks import block_minutes, touching
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import (
    BUS,
    HOURS_SHARES,
    PROVIDER,
    VISIT_SHARES,
    Flags,
    Floats,
    Ints,
)
from marketplace.matching.evaluate import Evaluation, weigh
from marketplace.matching.evaluate_carer import CarerTime, carer_score, minutes_at_work
from marketplace.matching.evaluate_cost import cost_part, offer_prices, weekly_prices
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.matching.pairs_hours import (
    NO_WAY,
    Stretches,
    Together,
    firsts,
    hours_of,
    minutes_between_lifts,
    minutes_together,
    stretches_of,
)
from marketplace.matching.pairs_ways import Bases, Helpers, Lift, Ways
from marketplace.matching.query import PARTS, Query
from marketplace.matching.weights import (
    BEST_SESSION_SHARE,
    HOURS_SHARE,
    LEAST_FLEXIBLE_VISIT,
    SHORT_VISIT_FLOOR,
    TRAVEL_AT_LIMIT,
    USUAL_FLEXIBLE_VISIT,
)
from marketplace.vocabulary import Part, TravelMode

_CAR = TravelMode.CAR.position
_TRAVEL, _TIMES, _TRANSPORT, _COST, _PREFERENCES, _CARER = (
    PARTS.index(part)
    for part in (Part.TRAVEL, Part.TIMES, Part.TRANSPORT, Part.COST, Part.PREFERENCES, Part.CARER)
)


@dataclass(frozen=True, slots=True)
class PairSessions:
    """Sessions of the bases that the person can be at; a base's stand together, in their order."""

    base: Ints
    place: Ints
    """Position among the evaluation's sessions."""
    index: Ints
    """Position in the catalogue's session columns."""
    length: Ints
    flexible: Flags
    stretches: Stretches
    touching: tuple[Ints, Ints]
    """Sessions that end as another begins, and that other: see ``blocks``."""


@dataclass(frozen=True, slots=True)
class Combinations:
    """Bases and helpers whose times come together, one entry each.

    Money is in pence a week for one visit, -1 not known; ``parts`` has the shape of ``Evaluation``.
    """

    base: Ints
    helper: Ints
    affordable: Flags
    best_session: Ints
    """Position in the catalogue's session columns."""
    visit: Floats
    minutes: Floats
    lift: Ints
    mode: Ints
    offer_pence: Ints
    helper_pence: Ints
    travel_pence: Ints
    weekly_pence: Ints
    parts: Floats
    score: Floats
    confidence: Floats


def pair_sessions(query: Query, catalogue: Catalogue, found: Evaluation, bases: Bases) -> PairSessions:
    """A fixed session counts only where the person can come to all of it."""
    c = catalogue.columns
    counts = c.session_count[bases.rows].astype(np.int64)
    base = np.repeat(np.arange(len(bases.rows)), counts)
    offset = np.arange(len(base)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = np.repeat(np.searchsorted(found.sessions.row, bases.at), counts) + offset
    index = found.sessions.index[place]
    start = c.session_start[index].astype(np.int64)
    end = c.session_end[index].astype(np.int64)
    flexible = c.flexible[bases.rows][base]

    stretches = stretches_of(start, end, query.windows if query.has_when else None)
    at = stretches.session
    whole = (stretches.start == start[at]) & (stretches.end == end[at])
    fits = flexible[at] | whole
    kept, session = np.unique(at[fits], return_inverse=True)
    return PairSessions(
        base=base[kept],
        place=place[kept],
        index=index[kept],
        length=(end - start)[kept],
        flexible=flexible[kept],
        stretches=Stretches(session.astype(np.int64), stretches.start[fits], stretches.end[fits]),
        touching=touching(base[kept], start[kept], end[kept], c.session_repeats[index[kept]]),
    )


def visits_together(
    query: Query, catalogue: Catalogue, sessions: PairSessions, helpers: Helpers, ways: Ways
) -> Together:
    """The longest visit at each session with each helper."""
    stretches = sessions.stretches
    possible = ~np.isinf(ways.minutes)
    # Rounded up, as shown: nobody comes late, and nobody's hours end on the way home.
    whole = np.where(possible, np.ceil(ways.minutes - 1e-9), NO_WAY).astype(np.int64)
    margin = int(query.max_minutes) + 1
    between = (int(stretches.start.min()) - margin, int(stretches.end.max()) + margin)
    minutes = np.zeros((len(sessions.base), len(helpers.rows)), dtype=np.int64)
    begin = np.zeros_like(minutes)
    for is_transport, rule in ((False, minutes_together), (True, minutes_between_lifts)):
        columns = np.flatnonzero(possible.any(axis=0) & (helpers.is_transport == is_transport))
        here, hours = hours_of(
            catalogue, helpers.rows[columns], between=between, any_time_if_unknown=is_transport
        )
        if len(here):
            columns = columns[here]
            way = whole[sessions.base[stretches.session]][:, columns]
            minutes[:, columns], begin[:, columns] = rule(stretches, hours, way)
    return Together(minutes, begin)


def session_scores(
    query: Query, catalogue: Catalogue, bases: Bases, sessions: PairSessions, together: Together
) -> tuple[Floats, Ints]:
    """How each session fits with each helper, as for an offer alone; 0 where it does not. And its block."""
    minutes = together.minutes
    own_shortest = catalogue.columns.shortest_visit[bases.rows][sessions.base]
    least = np.where(own_shortest > 0, own_shortest, LEAST_FLEXIBLE_VISIT)[:, None]
    usable = (minutes >= sessions.length[:, None]) | (sessions.flexible[:, None] & (minutes >= least))
    score = np.where(usable, 1.0, 0.0)
    block = block_minutes(*sessions.touching, begin=together.begin, run=minutes, usable=usable)
    if query.has_when and query.shortest > 0:
        short = SHORT_VISIT_FLOOR + (1.0 - SHORT_VISIT_FLOOR) * (block / float(query.shortest))
        score = np.where(usable & (block < query.shortest), short, score)
    return score, block


def combinations(
    query: Query,
    catalogue: Catalogue,
    found: Evaluation,
    *,
    bases: Bases,
    helpers: Helpers,
    ways: Ways,
    sessions: PairSessions,
    together: Together,
    score: Floats,
    block: Ints,
) -> Combinations:
    """Every base with every helper that is there for at least one of its sessions.

    ``score`` and ``block`` are those of the sessions with each helper: (sessions, helpers).
    """
    c = catalogue.columns
    first = firsts(sessions.base)
    best_score = np.maximum.reduceat(score, first, axis=0)
    group, helper = np.nonzero(best_score > 0.0)
    base = sessions.base[first[group]]
    best = _first_best(score, best_score, sessions, first)[group, helper]
    times = best_score
    if query.wanted_minutes > 0:
        filled = _filled_minutes(catalogue, sessions, score, together.minutes)
        share = np.minimum(np.add.reduceat(filled, first, axis=0) / query.wanted_minutes, 1.0)
        times = BEST_SESSION_SHARE * best_score + HOURS_SHARE * share
    at = bases.at[base]
    base_rows, helper_rows = bases.rows[base], helpers.rows[helper]
    minutes = ways.minutes[base, helper]
    lift = ways.lift[base, helper].astype(np.int64)
    mode: Ints = np.where(
        lift == Lift.OWN_WAY, found.mode[at], np.where(lift == Lift.THEIR_CAR, _CAR, PROVIDER)
    )

    visit = _visit_minutes(query, catalogue, base_rows, together.minutes[best, helper])
    there_and_back = 2.0 * np.ceil(minutes - 1e-9)
    paid = np.where(lift == Lift.TRANSPORT, there_and_back, visit + there_and_back)
    paid = np.maximum(paid, c.shortest_visit[helper_rows])
    index = sessions.index[best]
    offer_pence = _weekly(catalogue, base_rows, offer_prices(catalogue, base_rows, visit), index)
    helper_pence = _weekly(catalogue, helper_rows, offer_prices(catalogue, helper_rows, paid), index)
    fares = _fares(query, catalogue, mode, minutes, bases.distance_km[base], session=index)
    fares = np.where(mode == PROVIDER, c.transport_pence[base_rows], fares)
    fares = np.where(lift == Lift.THEIR_CAR, c.transport_pence[helper_rows], fares)
    fares = np.where(lift == Lift.TRANSPORT, 0.0, fares)
    often = VISIT_SHARES[c.session_repeats[index]]
    travel_pence = np.where(fares < 0, -1.0, np.floor(fares * often + 0.5)).astype(np.int64)
    known = np.maximum(offer_pence, 0) + np.maximum(helper_pence, 0) + np.maximum(travel_pence, 0)
    weekly = np.where((offer_pence < 0) | (helper_pence < 0), -1, known)

    parts = found.parts[at].copy()
    parts[:, _TRAVEL] = 1.0 - (1.0 - TRAVEL_AT_LIMIT) * (minutes / query.max_minutes)
    parts[:, _TIMES] = times[group, helper] if query.has_when else np.nan
    parts[:, _TRANSPORT] = 1.0 if query.wants_transport else np.nan
    parts[:, _COST] = cost_part(query, weekly)[0]
    parts[:, _PREFERENCES] = _preferences(query, catalogue, base_rows, helpers.brings[helper])
    if query.has_carer:
        parts[:, _CARER] = _carer(query, catalogue, sessions, score, together, block=block)[group, helper]
    fit, confidence = weigh(query, parts)
    return Combinations(
        base=base,
        helper=helper,
        affordable=(query.budget_pence < 0) | (known <= query.budget_pence),
        best_session=index,
        visit=visit,
        minutes=minutes,
        lift=lift,
        mode=mode,
        offer_pence=offer_pence,
        helper_pence=helper_pence,
        travel_pence=travel_pence,
        weekly_pence=weekly,
        parts=parts,
        score=fit,
        confidence=confidence,
    )


def _first_best(score: Floats, best_score: Floats, sessions: PairSessions, first: Ints) -> Ints:
    """The earliest of the best sessions, as a position in ``sessions``: shape (groups, helpers)."""
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(sessions.base)))
    place = np.arange(len(sessions.base))[:, None]
    is_best = score == best_score[group]
    return np.asarray(np.minimum.reduceat(np.where(is_best, place, len(group)), first, axis=0))


def _filled_minutes(catalogue: Catalogue, sessions: PairSessions, score: Floats, together: Ints) -> Floats:
    """Minutes of an average week that each session with each helper could fill."""
    often = HOURS_SHARES[catalogue.columns.session_repeats[sessions.index]]
    return np.where(score > 0.0, together * often[:, None], 0.0)


def _carer(
    query: Query,
    catalogue: Catalogue,
    sessions: PairSessions,
    score: Floats,
    together: Together,
    *,
    block: Ints,
) -> Floats:
    """As for an offer alone, from the visits that both can make: shape (groups, helpers)."""
    first = firsts(sessions.base)
    often = HOURS_SHARES[catalogue.columns.session_repeats[sessions.index]][:, None]
    run = np.where(score > 0.0, together.minutes, 0)
    worked = minutes_at_work(query, np.where(run > 0, together.begin, 0), run)
    time = CarerTime(
        longest=np.maximum.reduceat(np.where(score > 0.0, block, 0), first, axis=0).astype(np.float64),
        at_work=np.add.reduceat(worked * often, first, axis=0),
        resting=np.add.reduceat((run - worked) * often, first, axis=0),
    )
    return carer_score(query, time)


def _visit_minutes(query: Query, catalogue: Catalogue, rows: Ints, run: Ints) -> Floats:
    """Minutes of one visit: all of a fixed session, a usual part of a flexible one."""
    usual = np.maximum(catalogue.columns.shortest_visit[rows], query.shortest or USUAL_FLEXIBLE_VISIT)
    flexible = catalogue.columns.flexible[rows]
    return np.where(flexible, np.minimum(run, usual), run).astype(np.float64)


def _weekly(catalogue: Catalogue, rows: Ints, pence: Ints, session: Ints) -> Ints:
    """A visit's pence as an average week's; -1 stays not known."""
    return np.where(pence < 0, -1, weekly_prices(catalogue, rows, pence, session))


def _fares(
    query: Query, catalogue: Catalogue, mode: Ints, minutes: Floats, km: Floats, *, session: Ints
) -> Floats:
    """The person's own fares there and back, in pence."""
    safe = np.maximum(mode, 0)
    one_way = np.floor(query.ways[3, safe] + query.ways[4, safe] * km + 0.5)
    paid = np.full(len(mode), 2.0)
    if query.needs.travel.passes:
        on_bus = np.flatnonzero(mode == BUS)
        there = catalogue.columns.session_start[session[on_bus]] - np.ceil(minutes[on_bus]).astype(np.int64)
        back = catalogue.columns.session_end[session[on_bus]].astype(np.int64)
        for moment in (there, back):
            paid[on_bus] -= query.free_bus[moment % MINUTES_A_WEEK]
    return np.asarray(one_way * paid)


def _preferences(query: Query, catalogue: Catalogue, rows: Ints, brings: Ints) -> Floats:
    """As for an offer alone; what the companion brings is there."""
    if not query.like:
        return np.full(len(rows), np.nan)
    has = catalogue.columns.features_yes[rows].astype(np.int64) | brings
    yes = np.bitwise_count(has & query.like).astype(np.float64)
    no = np.bitwise_count(catalogue.columns.features_no[rows] & ~has & query.like).astype(np.float64)
    return np.where(yes + no > 0, yes / np.maximum(yes + no, 1.0), np.nan)
