"""The counts of ``batch_counts`` from ``evaluate``, one person after the other: where nothing is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from marketplace.geo.travel import TravelModel
from marketplace.matching.batch_counted import STOPS, Fitting, GoalCounts
from marketplace.matching.batch_reasons import NO_REASON, REASONS, Finer, reason_of
from marketplace.matching.catalogue import GONE, Catalogue
from marketplace.matching.codes import COMES
from marketplace.matching.evaluate import Evaluation, evaluate
from marketplace.matching.evaluate_goals import level_part, wrong_age
from marketplace.matching.evaluate_travel import distances
from marketplace.matching.pairs_ways import SUPPORT
from marketplace.matching.query import Query, compile_query
from marketplace.matching.query_columns import Person
from marketplace.matching.weights import GOAL_FLOOR
from marketplace.vocabulary import Stop

_FIRST_SUPPORT = (SUPPORT & -SUPPORT).bit_length() - 1


def counts_in_numpy(
    people: Sequence[Person],
    catalogue: Catalogue,
    finer: Finer,
    *,
    today: date,
    around_km: float,
    travel_model: TravelModel,
) -> tuple[GoalCounts, Fitting]:
    """The same counts, for people in the order of *finer*, and which offers fit them."""
    rows = np.flatnonzero(catalogue.columns.vacancy[: int(catalogue.used[0])] != GONE)
    first, fitting = [0], []
    fits: list[int] = []
    stopped, reasons = [], []
    for person, (needs, home) in enumerate(people):
        query = compile_query(
            needs, home=home, thesaurus=catalogue.text.thesaurus, today=today, travel_model=travel_model
        )
        found = evaluate(query, catalogue, rows)
        far = ((found.stops & Stop.TRAVEL.bit) != 0) & (found.distance_km > around_km)
        # The lowest bit of a mask is its first stop; what is about none of the goals has one more.
        stops = found.stops & ~Stop.GOALS.bit
        lowest = np.bitwise_count((stops & -stops) - 1).astype(np.int64)
        why = _reasons(query, catalogue, found, np.where(stops == 0, -1, lowest), finer=finer, person=person)
        about = (found.goal_scores >= GOAL_FLOOR) & ~far[:, None]
        for goal in range(len(query.goals)):
            counted = about[:, goal]
            fits.append(int((stops[counted] == 0).sum()))
            stopped.append(np.bincount(lowest[counted & (stops != 0)], minlength=STOPS))
            known = counted & (why != NO_REASON)
            reasons.append(np.bincount(why[known], minlength=REASONS))
        fitting.append(found.rows[about.any(axis=1) & (stops == 0)])
        first.append(len(fits))
    ends = np.cumsum([0, *(len(rows) for rows in fitting)])
    counts = GoalCounts(
        first_goal=np.array(first, dtype=np.int64),
        fits=np.array(fits, dtype=np.int32),
        stopped=np.array(stopped, dtype=np.int32).reshape(-1, STOPS),
        reasons=np.array(reasons, dtype=np.int32).reshape(-1, REASONS),
        person_fits=np.diff(ends).astype(np.int32),
    )
    return counts, Fitting(
        ends.astype(np.int64), np.concatenate([np.zeros(0, dtype=np.int32), *fitting]).astype(np.int32)
    )


def _reasons(
    query: Query,
    catalogue: Catalogue,
    found: Evaluation,
    stop: npt.NDArray[np.int64],
    *,
    finer: Finer,
    person: int,
) -> npt.NDArray[np.int64]:
    """The reason of each evaluated row; ``NO_REASON`` where it fits or has none."""
    columns, company = catalogue.columns, _company(query, catalogue, finer)
    why = np.full(len(found.rows), NO_REASON, dtype=np.int64)
    for at in np.flatnonzero(stop >= 0):
        row = int(found.rows[at])
        why[at] = reason_of(
            int(stop[at]),
            bool(found.stops[at] & Stop.TRAVEL.bit),
            bool(columns.place_kind[row] == COMES),
            float(found.distance_km[at]),
            query.max_minutes,
            finer.car_fixed,
            finer.car_per_km,
            int(columns.features_no[row]) & query.must,
            company,
            int(finer.person_parts[person]),
            int(finer.offer_parts[row]),
        )
    return why


def _company(query: Query, catalogue: Catalogue, finer: Finer) -> int:
    """The sets of support that those give who come to this person; -1 without a home."""
    if query.home is None or not query.must & SUPPORT:
        return -1
    rows, c = finer.companions, catalogue.columns
    comes = distances(query, catalogue, rows) <= c.radius_km[rows]
    comes &= ~wrong_age(query, catalogue, rows) & ~level_part(query, catalogue, rows)[1]
    gives = (c.features_yes[rows[comes]].astype(np.int64) & SUPPORT) >> _FIRST_SUPPORT
    return sum(1 << int(one) for one in np.unique(gives) if one)
