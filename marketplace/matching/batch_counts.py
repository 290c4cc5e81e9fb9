"""For many people: how many offers fit each of their goals, and what stops the others first.

This is what a gap is made of: a person, a goal, nothing that fits, and why. Whether an offer is about
a goal does not depend on who asks, so it is worked out once for each different goal; then each person's
hard stops are tried on the offers about theirs only.
"""
# ruff: noqa: PLR0917, PLR0912, C901, PLR0915 - compiled code takes numbers and arrays, by place; one loop over rows

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching import kernel, kernel_times
from marketplace.matching.batch import in_order_of_place, in_portions, numbers_of
from marketplace.matching.batch_counted import Fitting, GoalCounts, empty_counts
from marketplace.matching.batch_counts_plain import counts_in_numpy
from marketplace.matching.batch_reasons import (
    EVENING,
    NO_REASON,
    Finer,
    company_of,
    finer_of,
    reason_of,
)
from marketplace.matching.catalogue import GONE, Catalogue, Columns
from marketplace.matching.codes import COMES, ENABLEMENT, FULL, ONLINE
from marketplace.matching.grid import LEAST_KM_PER_DEGREE
from marketplace.matching.handed import facts_at, facts_of
from marketplace.matching.kernel import compiled
from marketplace.matching.pairs_ways import SUPPORT
from marketplace.matching.postings import BLOCK, CODE_BITS, CODE_MASK, WEIGHTS
from marketplace.matching.query_columns import Person, QueryColumns, query_columns
from marketplace.matching.weights import GOAL_FLOOR
from marketplace.vocabulary import Stop

__all__ = ["AROUND_KM", "EVENING", "Fitting", "GoalCounts", "counted", "counts_for_all", "counts_of_columns"]

AROUND_KM = 20.0
REACH_SLACK = 1.000001
"""Minutes are held against the limit, not kilometres against the reach: at the edge they may differ."""
_FULL, _AGE, _LEVEL, _MUST_HAVE, _TRAVEL, _TIMES, _COST = (
    stop.position
    for stop in (
        Stop.NOT_TAKING_PEOPLE,
        Stop.AGE,
        Stop.LEVEL,
        Stop.MUST_HAVE,
        Stop.TRAVEL,
        Stop.TIMES,
        Stop.COST,
    )
)
_FITS = -1
_ROWS_A_WORD = 64

Bits = npt.NDArray[np.uint64]


def counts_for_all(
    people: Sequence[Person],
    catalogue: Catalogue,
    *,
    today: date,
    around_km: float = AROUND_KM,
    travel_model: TravelModel = DEFAULT_MODEL,
    evening: int = EVENING,
) -> GoalCounts:
    """Count for each goal of each of *people* the offers that are about it.

    What is out of reach counts as too far within *around_km* of home in a straight line; beyond that it
    is left out, or most of the country would be 'too far'. About 8 KB a different goal for each 64,000
    offers: ask for some ten thousand people at a time. Evenings begin at the minute *evening* of a day.
    """
    columns = query_columns(people, catalogue.text, today=today, travel_model=travel_model)
    return counted(
        people,
        columns,
        catalogue,
        today=today,
        around_km=around_km,
        travel_model=travel_model,
        evening=evening,
        with_pairs=False,
    )[0]


def counted(
    people: Sequence[Person],
    columns: QueryColumns,
    catalogue: Catalogue,
    *,
    today: date,
    around_km: float,
    travel_model: TravelModel,
    evening: int,
    with_pairs: bool,
    enough: int = 0,
) -> tuple[GoalCounts, Fitting]:
    """The counts of *people*, of whom *columns* are, and *with_pairs* which offers fit them; *enough* as in
    ``counts_of_columns``, and 0 where nothing is compiled."""
    if kernel.COMPILED:
        return counts_of_columns(
            columns,
            catalogue,
            around_km=around_km,
            travel_model=travel_model,
            evening=evening,
            with_pairs=with_pairs,
            enough=enough,
        )
    finer = finer_of(columns, catalogue, evening=evening, travel_model=travel_model)
    return counts_in_numpy(
        people, catalogue, finer, today=today, around_km=around_km, travel_model=travel_model
    )


def counts_of_columns(
    people: QueryColumns,
    catalogue: Catalogue,
    *,
    around_km: float = AROUND_KM,
    travel_model: TravelModel = DEFAULT_MODEL,
    evening: int = EVENING,
    with_pairs: bool = False,
    enough: int = 0,
) -> tuple[GoalCounts, Fitting]:
    """The same for people who are columns already, and *with_pairs* which offers fit; compiled code only.

    With *enough* above 0 an offer about goals of which each has so many that fit may be left out: that
    takes a fraction of the time where there are many offers. What else is counted of such a goal is less,
    and the pairs are those found first, from about home northwards.
    """
    rows = int(catalogue.used[0])
    finer = finer_of(people, catalogue, evening=evening, travel_model=travel_model)
    counts = empty_counts(people.first_goal)
    asked, columns = tuple(people), tuple(catalogue.columns)
    facts = facts_of(catalogue)
    about = np.zeros((len(people.low), -(-rows // _ROWS_A_WORD)), dtype=np.uint64)
    in_portions(
        lambda start, end: _find_about(asked, start, end, rows, facts, about),
        len(people.low),
    )
    order, bands = in_order_of_place(people), _bands(catalogue, rows)
    fitting = Fitting(np.zeros(len(people.lat) + 1, dtype=np.int64), np.zeros(0, dtype=np.int32))

    def count(fitting: Fitting) -> None:
        given = (columns, bands, about, around_km, enough, tuple(finer), tuple(counts), tuple(fitting))
        in_portions(lambda start, end: _count(asked, order[start:end], *given), len(order))

    count(fitting)
    if with_pairs:
        np.cumsum(counts.person_fits, out=fitting.first[1:])
        fitting = Fitting(fitting.first, np.zeros(int(fitting.first[-1]), dtype=np.int32))
        counts = empty_counts(people.first_goal)
        if len(fitting.rows):
            count(fitting)
    return counts, fitting


def _bands(catalogue: Catalogue, rows: int) -> npt.NDArray[np.float64]:
    """For each word of bits the southernmost and northernmost latitude of its rows, and how far the
    furthest of them comes: shape (words, 3). Rows stand from south to north, so most bands are narrow.

    A row without a place, or online, makes its band endless.
    """
    columns, words = catalogue.columns, -(-rows // _ROWS_A_WORD)
    lat = columns.lat[:rows].astype(np.float64)
    anywhere = np.isnan(lat) | (columns.place_kind[:rows] == ONLINE)
    comes = np.where(columns.place_kind[:rows] == COMES, columns.radius_km[:rows], 0.0)
    starts = np.arange(words) * _ROWS_A_WORD
    return np.column_stack(
        [
            np.minimum.reduceat(np.where(anywhere, -np.inf, lat), starts),
            np.maximum.reduceat(np.where(anywhere, np.inf, lat), starts),
            np.maximum.reduceat(np.nan_to_num(comes), starts),
        ]
    )


@compiled
def _find_about(
    person_arrays: tuple[Any, ...],
    first: int,
    end: int,
    rows: int,
    catalogue: npt.NDArray[np.int64],
    about: Bits,
) -> None:
    """Set bit *row* of ``about[goal]`` where the row is about the goal, for goals *first* to *end*."""
    p, facts = QueryColumns(*person_arrays), facts_at(catalogue)
    near, words = facts.near, facts.words
    first_entry, entries, vectors, vector_scales = words.first, words.entry, words.vectors, words.scales
    indexed, blocks = words.indexed[0], words.indexed[1]
    dots = np.zeros(rows)
    for goal in range(first, end):
        masks = p.goal_numbers[goal]
        has_words = masks[4] == 1
        dots[:] = 0.0
        for at in range(p.first_term[goal], p.first_term[goal + 1]):
            term, weight = p.terms[at], p.term_weights[at]
            for block in range(blocks):
                place = term * blocks + block
                for entry in range(np.int64(first_entry[place]), np.int64(first_entry[place + 1])):
                    its = np.int64(entries[entry])
                    dots[block * BLOCK + (its >> CODE_BITS)] += weight * WEIGHTS[its & CODE_MASK]
            for row in range(indexed, rows):
                for late in range(words.late_first[row - indexed], words.late_first[row - indexed + 1]):
                    if words.late_term[late] == term:
                        dots[row] += weight * WEIGHTS[words.late_code[late]]
        for row in range(rows):
            closeness = dots[row]
            if has_words:
                if p.vector_scale[goal] > 0.0 and len(vectors) > 0:
                    dot = kernel.whole_dot(vectors[row], p.vectors[goal])
                    closeness += dot * (np.float64(vector_scales[row]) * p.vector_scale[goal])
                closeness = min(max((closeness - p.low[goal]) * p.slope[goal], 0.0), 1.0)
            score = kernel.goal_of(
                np.uint64(near.themes[row]),
                np.uint64(near.suggested_themes[row]),
                masks[0],
                masks[1],
                masks[2],
                masks[3],
                has_words,
                closeness,
            )
            if score >= GOAL_FLOOR:
                about[goal, row // _ROWS_A_WORD] |= np.uint64(1) << np.uint64(row % _ROWS_A_WORD)


@compiled
def _count(
    person_arrays: tuple[Any, ...],
    asked: npt.NDArray[np.int64],
    columns: tuple[Any, ...],
    bands: npt.NDArray[np.float64],
    about: Bits,
    around_km: float,
    enough: int,
    finer_arrays: tuple[Any, ...],
    counts: tuple[Any, ...],
    fitting: tuple[Any, ...],
) -> None:
    """Count for the people whose numbers are *asked*, each in the lines of their own goals."""
    # Arrays are fetched once and rules get numbers: see the kernel's head.
    p, c = QueryColumns(*person_arrays), Columns(*columns)
    lats, lons, kinds, places, radii = c.lat, c.lon, c.kind, c.place_kind, c.radius_km
    levels, made_for, lacking, vacancies = c.levels, c.made_for, c.features_no, c.vacancy
    min_ages, max_ages, transports, fetch_radii = c.min_age, c.max_age, c.transport, c.transport_radius_km
    fetch_pence, flexible, own_shortest = c.transport_pence, c.flexible, c.shortest_visit
    bases, prices, first_session, session_count = c.cost_basis, c.cost_pence, c.first_session, c.session_count
    starts, ends, repeats = c.session_start, c.session_end, c.session_repeats
    finer, features_yes = Finer(*finer_arrays), c.features_yes
    offer_parts, car_fixed, car_per_km = finer.offer_parts, finer.car_fixed, finer.car_per_km
    _, fits, stopped, reasons, person_fits = counts
    first_pair, pairs = fitting
    for person in asked:
        q = numbers_of(p, person)
        person_parts, company = finer.person_parts[person], -1
        if q.has_home and q.must & SUPPORT:
            company = company_of(
                q, finer, lats, lons, radii, levels, made_for, features_yes, min_ages, max_ages
            )
        uses, fixed, per_km, fare_fixed, fare_per_km = q.ways[0], q.ways[1], q.ways[2], q.ways[3], q.ways[4]
        free_bus, windows, works, ruler = q.free_bus, q.windows, q.works, q.ruler
        first = p.first_goal[person]
        mine = p.goal_of[first : p.first_goal[person + 1]]
        by_day = kernel_times.windows_by_day(windows)
        furthest = max(around_km, q.reach_km * REACH_SLACK)
        words = about.shape[1]
        # Where some offers are enough, those about as far north as home come first, so that neighbours
        # are not all sent to the south of what they reach.
        begin = 0
        if enough > 0 and q.has_home:
            while begin < words and not q.lat <= bands[begin, 1] < np.inf:
                begin += 1
        for step in range(words):
            word = (begin + step) % words
            south, north, comes_km = bands[word, 0], bands[word, 1], bands[word, 2]
            away = max(south - q.lat, q.lat - north) * LEAST_KM_PER_DEGREE
            if q.has_home and away > max(furthest, comes_km):
                continue
            any_goal = np.uint64(0)
            for at in range(len(mine)):
                if enough == 0 or fits[first + at] < enough:
                    any_goal |= about[mine[at], word]
            for bit in range(_ROWS_A_WORD if any_goal else 0):
                one = np.uint64(1) << np.uint64(bit)
                row = word * _ROWS_A_WORD + bit
                if any_goal & one == 0 or vacancies[row] == GONE:
                    continue
                distance = np.nan
                if q.has_home:
                    distance = kernel.ruler_km(
                        np.float64(lats[row]) - q.lat, np.float64(lons[row]) - q.lon, ruler
                    )
                if distance > furthest and places[row] != COMES and places[row] != ONLINE:
                    continue
                journey = kernel.journey_of(
                    distance,
                    places[row],
                    radii[row],
                    transports[row],
                    fetch_radii[row],
                    uses,
                    fixed,
                    per_km,
                    q.max_minutes,
                    q.has_home,
                )
                if journey.too_far and distance > around_km:
                    continue
                stop = _FITS
                if vacancies[row] == FULL:
                    stop = _FULL
                elif q.age >= 0 and (q.age < min_ages[row] or (max_ages[row] >= 0 and q.age > max_ages[row])):
                    stop = _AGE
                elif kernel.level_of(q.level, levels[row], made_for[row], kinds[row] == ENABLEMENT) < 0.0:
                    stop = _LEVEL
                elif lacking[row] & q.must:
                    stop = _MUST_HAVE
                elif journey.too_far:
                    stop = _TRAVEL
                else:
                    visit = kernel_times.visit_of(
                        starts,
                        ends,
                        repeats,
                        first_session[row],
                        session_count[row],
                        flexible[row],
                        own_shortest[row],
                        windows,
                        by_day,
                        q.has_when,
                        q.shortest,
                        q.wanted_minutes,
                        False,
                        works,
                        by_day,
                    )
                    if not visit.fits:
                        stop = _TIMES
                    elif q.budget_pence >= 0:
                        known = visit.best >= 0
                        weekly = kernel.weekly_of(
                            visit.minutes,
                            int(np.int64(starts[visit.best])) if known else -1,
                            int(np.int64(ends[visit.best])) if known else -1,
                            int(repeats[visit.best]) if known else -1,
                            bases[row],
                            prices[row],
                            journey.mode,
                            journey.minutes,
                            distance,
                            fetch_pence[row],
                            fare_fixed,
                            fare_per_km,
                            q.has_free_bus,
                            free_bus,
                        )
                        if weekly > q.budget_pence:
                            stop = _COST
                reason = NO_REASON
                if stop == _FITS:
                    if len(pairs) > 0:
                        pairs[first_pair[person] + person_fits[person]] = row
                    person_fits[person] += 1
                else:
                    reason = reason_of(
                        stop,
                        journey.too_far,
                        places[row] == COMES,
                        distance,
                        q.max_minutes,
                        car_fixed,
                        car_per_km,
                        int(np.int64(lacking[row]) & q.must),
                        company,
                        person_parts,
                        offer_parts[row],
                    )
                for at in range(len(mine)):
                    if about[mine[at], word] & one == 0:
                        continue
                    if stop == _FITS:
                        fits[first + at] += 1
                    else:
                        stopped[first + at, stop] += 1
                        if reason != NO_REASON:
                            reasons[first + at, reason] += 1
