"""What a week costs with the way there and back: over many offers at once."""

from __future__ import annotations

import numpy as np

from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import (
    BUS,
    BY_THE_WEEK,
    FREE,
    HOURLY,
    NO_MODE,
    PROVIDER,
    VISIT_SHARES,
    Flags,
    Floats,
    Ints,
)
from marketplace.matching.evaluate_times import Times
from marketplace.matching.evaluate_travel import Journey
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.matching.query import Query
from marketplace.matching.weights import COST_AT_BUDGET


def offer_prices(catalogue: Catalogue, rows: Ints, visit: Floats) -> Ints:
    """Pence for one visit; -1 where the price is not known."""
    basis = catalogue.columns.cost_basis[rows]
    amount = catalogue.columns.cost_pence[rows].astype(np.float64)
    pence = np.where(basis == HOURLY, np.floor(amount * (visit / 60.0) + 0.5), amount)
    pence[basis == FREE] = 0.0
    pence[basis < 0] = -1.0
    return pence.astype(np.int64)


def weekly_prices(catalogue: Catalogue, rows: Ints, visit_pence: Ints, best: Ints) -> Ints:
    """A visit's pence as an average week's: half of it where the best session is every two weeks."""
    if not len(catalogue.columns.session_repeats):
        return visit_pence
    share = VISIT_SHARES.take(catalogue.columns.session_repeats.take(np.maximum(best, 0)))
    share[(best < 0) | (catalogue.columns.cost_basis[rows] == BY_THE_WEEK)] = 1.0
    return np.asarray(np.floor(visit_pence * share + 0.5).astype(np.int64))


def travel_prices(query: Query, catalogue: Catalogue, rows: Ints, journey: Journey, times: Times) -> Ints:
    """Pence there and back by the chosen way; -1 where it is not known."""
    mode = journey.mode
    km = np.where(np.isnan(journey.distance), 0.0, journey.distance)
    one_way: Floats = np.floor(query.ways[3].take(mode) + query.ways[4].take(mode) * km + 0.5)
    on_bus = np.flatnonzero(mode == BUS)
    pence = one_way * 2.0
    if len(on_bus):
        legs = _paid_bus_legs(query, catalogue, times, journey.minutes, on_bus)
        pence[on_bus] = one_way.take(on_bus) * legs
    if query.uses_provider_transport:
        by_provider = np.flatnonzero(mode == PROVIDER)
        pence[by_provider] = catalogue.columns.transport_pence.take(rows.take(by_provider))
    nowhere = mode == NO_MODE
    pence[nowhere] = -1.0
    pence[nowhere & (journey.minutes == 0.0)] = 0.0
    return pence.astype(np.int64)


def _paid_bus_legs(query: Query, catalogue: Catalogue, times: Times, minutes: Floats, which: Ints) -> Floats:
    """How many of the two bus rides cost something, at the times of the best session.

    Without known times a pass is taken to be good: most of the week it is.
    """
    best = times.best[which]
    timed = best >= 0
    session = np.maximum(best, 0)
    if len(catalogue.columns.session_start) == 0:
        return np.where(query.free_bus.any(), 0.0, 2.0) * np.ones(len(which))
    start = catalogue.columns.session_start[session].astype(np.int64)
    there = (start - np.ceil(minutes[which]).astype(np.int64)) % MINUTES_A_WEEK
    back = catalogue.columns.session_end[session].astype(np.int64) % MINUTES_A_WEEK
    paid = (~query.free_bus[there]).astype(np.float64) + (~query.free_bus[back])
    untimed = 0.0 if query.free_bus.any() else 2.0
    return np.where(timed, paid, untimed)


def cost_part(query: Query, weekly: Ints) -> tuple[Floats, Flags]:
    known = weekly >= 0
    too_dear = known & (weekly > query.budget_pence) & (query.budget_pence >= 0)
    if query.score_budget_pence < 0:
        return np.full(len(weekly), np.nan), too_dear
    against = float(max(query.score_budget_pence, 1))
    share = np.minimum(weekly / against, 2.0)
    score = 1.0 - (1.0 - COST_AT_BUDGET) * share
    return np.where(known, score, np.nan), too_dear
