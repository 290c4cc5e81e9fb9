"""Every rule of matching over many offers at once, in NumPy.

The rules use only additions, multiplications, comparisons and look-ups on float64 and whole
numbers, in a fixed order, so that another implementation of the same rules gives the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketplace.matching.catalogue import BASES, KINDS, PLACE_KINDS, VACANCIES, Catalogue
from marketplace.matching.needs import MINUTES_A_WEEK
from marketplace.matching.query import PARTS, CompiledGoal, Query
from marketplace.matching.weights import (
    ALL_GOALS_SHARE,
    BEST_GOAL_SHARE,
    BEST_SESSION_SHARE,
    COST_AT_BUDGET,
    GOAL_FLOOR,
    HOURS_SHARE,
    LEAST_FLEXIBLE_VISIT,
    LEAST_SHARE_OF_SESSION,
    LEVEL_ALSO_SERVES,
    LEVEL_MADE_FOR,
    LEVEL_TWO_MADE_FOR,
    NO_TRANSPORT,
    PART_OF_SESSION,
    SHORT_VISIT_FLOOR,
    SUGGESTED_THEME,
    TRAVEL_AT_LIMIT,
    USUAL_FLEXIBLE_VISIT,
    WORDS_ALONE,
    WORDS_KIN,
    WORDS_THEME,
)
from marketplace.vocabulary import CostBasis, OfferKind, PlaceKind, Stop, TravelMode, Vacancy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BUS, TAXI, PROVIDER = (mode.position for mode in (TravelMode.BUS, TravelMode.TAXI, TravelMode.PROVIDER))
COMES = PLACE_KINDS.index(PlaceKind.TRAVELS_TO_YOU)
ONLINE = PLACE_KINDS.index(PlaceKind.ONLINE)
FULL = VACANCIES.index(Vacancy.FULL)
ENABLEMENT = KINDS.index(OfferKind.ENABLEMENT)
HOURLY = BASES.index(CostBasis.HOUR)
FREE = BASES.index(CostBasis.FREE)
NO_MODE = -1


@dataclass(frozen=True, slots=True)
class Sessions:
    """Per session of the rows: where it stands, how long the person can be there, how it fits."""

    row: Ints
    """Position among the evaluated rows."""
    index: Ints
    """Position in the catalogue's session columns."""
    run: Ints
    """Longest unbroken time in minutes that the person can be there."""
    length: Ints
    usable: Flags
    score: Floats


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Facts and scores of the evaluated rows; all arrays have one entry a row.

    ``parts`` has shape (rows, parts), NaN where a part is not known. ``stops`` is a mask of
    ``Stop`` bits. Money is in pence, -1 for not known.
    """

    rows: Ints
    stops: Ints
    parts: Floats
    score: Floats
    confidence: Floats
    goal_scores: Floats
    """Shape (rows, goals)."""
    distance_km: Floats
    minutes: Floats
    mode: Ints
    comes_to_you: Flags
    best_session: Ints
    """Position in the catalogue's session columns; -1 where none is known or none fits."""
    visit_minutes: Floats
    offer_pence: Ints
    travel_pence: Ints
    weekly_pence: Ints
    sessions: Sessions


def evaluate(query: Query, catalogue: Catalogue, rows: Ints) -> Evaluation:
    """Hold a person's needs against the catalogue's *rows*, an int64 array of row numbers."""
    parts = np.full((len(rows), len(PARTS)), np.nan)
    stops = np.zeros(len(rows), dtype=np.int64)

    stops |= np.where(catalogue.columns.vacancy[rows] == FULL, Stop.NOT_TAKING_PEOPLE.bit, 0)
    stops |= np.where(_wrong_age(query, catalogue, rows), Stop.AGE.bit, 0)
    missing = (catalogue.columns.features_no[rows] & query.must) != 0
    stops |= np.where(missing, Stop.MUST_HAVE.bit, 0)

    goal_scores = np.column_stack([_goal_score(goal, catalogue, rows) for goal in query.goals])
    parts[:, 0], off_topic = _goals(query, goal_scores)
    stops |= np.where(off_topic, Stop.GOALS.bit, 0)

    parts[:, 1], wrong_level = _level(query, catalogue, rows)
    stops |= np.where(wrong_level, Stop.LEVEL.bit, 0)

    distance = _distance(query, catalogue, rows)
    journey = _journey(query, catalogue, rows, distance)
    parts[:, 2] = journey.score
    stops |= np.where(journey.too_far, Stop.TRAVEL.bit, 0)

    sessions = _sessions(query, catalogue, rows)
    times = _times(query, catalogue, rows, sessions)
    parts[:, 3] = times.score
    stops |= np.where(times.none_fits, Stop.TIMES.bit, 0)

    parts[:, 4] = _transport(query, catalogue, rows, distance, journey.comes)

    offer_pence = _offer_pence(catalogue, rows, times.visit)
    travel_pence = _travel_pence(query, catalogue, rows, journey, times)
    weekly = np.where(offer_pence < 0, -1, offer_pence + np.maximum(travel_pence, 0))
    parts[:, 5], too_dear = _cost(query, weekly)
    stops |= np.where(too_dear, Stop.COST.bit, 0)

    parts[:, 6] = _preferences(query, catalogue, rows)

    score, confidence = weigh(query, parts)
    return Evaluation(
        rows=rows,
        stops=stops,
        parts=parts,
        score=score,
        confidence=confidence,
        goal_scores=goal_scores,
        distance_km=distance,
        minutes=journey.minutes,
        mode=journey.mode,
        comes_to_you=journey.comes,
        best_session=times.best,
        visit_minutes=times.visit,
        offer_pence=offer_pence,
        travel_pence=travel_pence,
        weekly_pence=weekly,
        sessions=sessions,
    )


def applicable_parts(query: Query) -> Flags:
    """Which parts a person's answers call for, shape (parts,)."""
    return np.array(
        [
            True,
            query.level > 0,
            query.ruler is not None,
            query.has_when,
            query.wants_transport,
            query.score_budget_pence >= 0,
            query.like != 0,
        ]
    )


def weigh(query: Query, parts: Floats) -> tuple[Floats, Floats]:
    """Weighted mean of the known parts, and the share of the called-for weight that is known."""
    total = np.zeros(len(parts))
    weight = np.zeros(len(parts))
    for number in range(len(PARTS)):
        known = ~np.isnan(parts[:, number])
        total += np.where(known, query.weights[number] * parts[:, number], 0.0)
        weight += np.where(known, query.weights[number], 0.0)
    called_for = 0.0
    for number, applies in enumerate(applicable_parts(query)):
        if applies:
            called_for += float(query.weights[number])
    return total / weight, weight / called_for


def _wrong_age(query: Query, catalogue: Catalogue, rows: Ints) -> Flags:
    if query.age < 0:
        return np.zeros(len(rows), dtype=np.bool_)
    low, high = catalogue.columns.min_age[rows], catalogue.columns.max_age[rows]
    wrong: Flags = (query.age < low) | ((high >= 0) & (query.age > high))
    return wrong


def _goal_score(goal: CompiledGoal, catalogue: Catalogue, rows: Ints) -> Floats:
    """How well each row serves one goal, 0–1.

    Worked example: 'make my own tea' means cookery. An offer that states cookery and shares none
    of the words scores 0.7; one whose words are as close as can be scores 1; one without the
    theme but with close words at most 0.9. 'Footy' means football, a kind of sport: an offer of any
    sport scores 0.4, and the closer its words are to football the nearer it comes to 1.
    """
    stated = catalogue.columns.themes[rows]
    suggested = catalogue.columns.suggested_themes[rows]
    score = _theme_strength(stated, suggested, goal.themes)
    if goal.meaning is not None:
        close = catalogue.text.closeness(goal.meaning, rows)
        for mask, least in ((goal.word_themes, WORDS_THEME), (goal.kin_themes, WORDS_KIN)):
            from_words = _theme_strength(stated, suggested, mask)
            score = np.maximum(score, from_words * (least + (1.0 - least) * close))
        score = np.maximum(score, WORDS_ALONE * close)
    if goal.refused:
        only_refused = ((stated | suggested) & np.uint64(goal.refused)) != 0
        wanted = ((stated | suggested) & np.uint64(goal.themes | goal.word_themes | goal.kin_themes)) != 0
        score = np.where(only_refused & ~wanted, 0.0, score)
    return score


def _theme_strength(stated: npt.NDArray[np.uint64], suggested: npt.NDArray[np.uint64], mask: int) -> Floats:
    if not mask:
        return np.zeros(len(stated))
    bits = np.uint64(mask)
    return np.where((stated & bits) != 0, 1.0, np.where((suggested & bits) != 0, SUGGESTED_THEME, 0.0))


def _goals(query: Query, goal_scores: Floats) -> tuple[Floats, Flags]:
    """Seven tenths for the goal that fits best, three tenths for how many goals are served."""
    most = float(max(goal.goal.importance for goal in query.goals))
    best = np.zeros(len(goal_scores))
    weighted = np.zeros(len(goal_scores))
    importance = 0.0
    for number, goal in enumerate(query.goals):
        here = float(goal.goal.importance)
        best = np.maximum(best, (here / most) * goal_scores[:, number])
        weighted += here * goal_scores[:, number]
        importance += here
    score = BEST_GOAL_SHARE * best + ALL_GOALS_SHARE * (weighted / importance)
    return score, goal_scores.max(axis=1) < GOAL_FLOOR


def _level(query: Query, catalogue: Catalogue, rows: Ints) -> tuple[Floats, Flags]:
    """An offer made for the level fits better than one that also serves it; 4 must be stated."""
    if query.level == 0:
        return np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.bool_)
    bit = 1 << (query.level - 1)
    levels = catalogue.columns.levels[rows]
    made_for = (catalogue.columns.made_for[rows] & bit) != 0
    serves = (levels & bit) != 0
    known = levels != 0
    if query.level == 2:
        programme = catalogue.columns.kind[rows] == ENABLEMENT
        score = np.where(
            programme,
            LEVEL_MADE_FOR,
            np.where(made_for, LEVEL_TWO_MADE_FOR, LEVEL_ALSO_SERVES),
        )
    else:
        score = np.where(made_for, LEVEL_MADE_FOR, LEVEL_ALSO_SERVES)
    wrong = (known & ~serves) | (~known & (query.level == 4))
    return np.where(known, score, np.nan), wrong


def _distance(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """Straight-line kilometres from home; NaN where either place is not known."""
    ruler = query.ruler
    if ruler is None:
        return np.full(len(rows), np.nan)
    up = catalogue.columns.lat[rows].astype(np.float64) - ruler.lat
    across = catalogue.columns.lon[rows].astype(np.float64) - ruler.lon
    middle = up * 0.5
    north = ruler.north[0] + middle * (ruler.north[1] + middle * ruler.north[2])
    east = ruler.east[0] + middle * (ruler.east[1] + middle * ruler.east[2])
    dy = up * north
    dx = across * east
    return np.asarray(np.sqrt(dx * dx + dy * dy))


@dataclass(frozen=True, slots=True)
class _Journey:
    distance: Floats
    score: Floats
    too_far: Flags
    minutes: Floats
    mode: Ints
    comes: Flags


def _journey(query: Query, catalogue: Catalogue, rows: Ints, distance: Floats) -> _Journey:
    """The quickest way the person named; a taxi only where no other way is within the limit.

    Somebody who comes to the person, or an online offer, needs no journey.
    """
    place = catalogue.columns.place_kind[rows]
    online = place == ONLINE
    known = ~np.isnan(distance)
    in_radius = distance <= catalogue.columns.radius_km[rows]
    visits = (place == COMES) & known
    comes = visits & in_radius

    fetched, may_fetch = _provider_fetches(query, catalogue, rows, distance)
    minutes = np.full(len(rows), np.inf)
    mode = np.full(len(rows), NO_MODE, dtype=np.int64)
    for way in query.modes:
        at = way.position
        if at == TAXI:
            continue
        taken = query.ways[1, at] + query.ways[2, at] * distance
        quicker = taken < minutes
        minutes = np.where(quicker, taken, minutes)
        mode = np.where(quicker, at, mode)
    by_provider = query.ways[1, PROVIDER] + query.ways[2, PROVIDER] * distance
    quicker = fetched & (by_provider < minutes)
    minutes = np.where(quicker, by_provider, minutes)
    mode = np.where(quicker, PROVIDER, mode)
    if TravelMode.TAXI in query.modes:
        taken = query.ways[1, TAXI] + query.ways[2, TAXI] * distance
        quicker = (minutes > query.max_minutes) & (taken < minutes)
        minutes = np.where(quicker, taken, minutes)
        mode = np.where(quicker, TAXI, mode)

    within = minutes <= query.max_minutes
    to_ask = ~within & may_fetch & (by_provider <= query.max_minutes)
    stays = comes | online
    reachable = stays | (~visits & (within | to_ask))
    too_far = known & ~reachable if query.ruler is not None else np.zeros(len(rows), np.bool_)
    minutes = np.where(stays, 0.0, np.where(visits | np.isinf(minutes), np.nan, minutes))
    mode = np.where(stays | visits, NO_MODE, mode)

    share = 1.0 - (1.0 - TRAVEL_AT_LIMIT) * (minutes / query.max_minutes)
    score = np.where(stays, 1.0, np.where(within, share, np.nan))
    if query.ruler is None:
        score = np.full(len(rows), np.nan)
    return _Journey(distance, score, too_far, minutes, mode, comes)


def _provider_fetches(
    query: Query, catalogue: Catalogue, rows: Ints, distance: Floats
) -> tuple[Flags, Flags]:
    """Where the provider fetches this person, and where it might (it has not said)."""
    nobody = np.zeros(len(rows), dtype=np.bool_)
    if not query.uses_provider_transport:
        return nobody, nobody
    offered = catalogue.columns.transport[rows]
    radius = catalogue.columns.transport_radius_km[rows]
    return (offered == 1) & (np.isnan(radius) | (distance <= radius)), offered == -1


def _sessions(query: Query, catalogue: Catalogue, rows: Ints) -> Sessions:
    first = catalogue.columns.first_session[rows].astype(np.int64)
    counts = catalogue.columns.session_count[rows].astype(np.int64)
    row = np.repeat(np.arange(len(rows)), counts)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    index = np.repeat(first, counts) + offset
    start = catalogue.columns.session_start[index].astype(np.int64)
    end = catalogue.columns.session_end[index].astype(np.int64)
    length = end - start
    if not query.has_when:
        every = np.ones(len(row), dtype=np.bool_)
        return Sessions(row, index, length, length, every, np.ones(len(row)))

    run = np.zeros(len(row), dtype=np.int64)
    for opens, closes in query.windows:
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
    if query.shortest > 0:
        short = SHORT_VISIT_FLOOR + (1.0 - SHORT_VISIT_FLOOR) * (run / float(query.shortest))
        score = np.where(run < query.shortest, score * short, score)
    return Sessions(row, index, run, length, usable, np.where(usable, score, 0.0))


@dataclass(frozen=True, slots=True)
class _Times:
    score: Floats
    none_fits: Flags
    best: Ints
    visit: Floats


def _times(query: Query, catalogue: Catalogue, rows: Ints, sessions: Sessions) -> _Times:
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
        return _Times(np.full(count, np.nan), nothing, best, visit)
    score = best_score
    if query.wanted_minutes > 0:
        filled = np.zeros(count)
        np.add.at(filled, sessions.row, np.where(sessions.usable, sessions.run, 0))
        share = np.minimum(filled / query.wanted_minutes, 1.0)
        score = BEST_SESSION_SHARE * best_score + HOURS_SHARE * share
    return _Times(
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


def _transport(query: Query, catalogue: Catalogue, rows: Ints, distance: Floats, comes: Flags) -> Floats:
    """Only for a person who needs fetching or company on the way."""
    if not query.wants_transport:
        return np.full(len(rows), np.nan)
    offered = catalogue.columns.transport[rows]
    radius = catalogue.columns.transport_radius_km[rows]
    fetches = (offered == 1) & (np.isnan(radius) | ~(distance > radius))
    needless = comes | (catalogue.columns.place_kind[rows] == ONLINE)
    return np.where(needless | fetches, 1.0, np.where(offered == -1, np.nan, NO_TRANSPORT))


def _offer_pence(catalogue: Catalogue, rows: Ints, visit: Floats) -> Ints:
    """Pence for one visit; -1 where the price is not known."""
    basis = catalogue.columns.cost_basis[rows]
    amount = catalogue.columns.cost_pence[rows].astype(np.float64)
    hourly = basis == HOURLY
    pence = np.where(hourly, np.floor(amount * (visit / 60.0) + 0.5), amount)
    pence = np.where(basis == FREE, 0.0, pence)
    return np.where(basis < 0, -1.0, pence).astype(np.int64)


def _travel_pence(query: Query, catalogue: Catalogue, rows: Ints, journey: _Journey, times: _Times) -> Ints:
    """Pence there and back by the chosen way; -1 where it is not known."""
    mode = journey.mode
    safe_mode = np.maximum(mode, 0)
    km = np.where(np.isnan(journey.distance), 0.0, journey.distance)
    one_way = np.floor(query.ways[3, safe_mode] + query.ways[4, safe_mode] * km + 0.5)
    legs = np.full(len(rows), 2.0)
    on_bus = np.flatnonzero(mode == BUS)
    if len(on_bus):
        legs[on_bus] = _paid_bus_legs(query, catalogue, times, journey.minutes, on_bus)
    pence = one_way * legs
    own = catalogue.columns.transport_pence[rows]
    pence = np.where(mode == PROVIDER, own, pence)
    pence = np.where(mode == NO_MODE, np.where(journey.minutes == 0.0, 0.0, -1.0), pence)
    return pence.astype(np.int64)


def _paid_bus_legs(query: Query, catalogue: Catalogue, times: _Times, minutes: Floats, which: Ints) -> Floats:
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


def _cost(query: Query, weekly: Ints) -> tuple[Floats, Flags]:
    known = weekly >= 0
    too_dear = known & (weekly > query.budget_pence) & (query.budget_pence >= 0)
    if query.score_budget_pence < 0:
        return np.full(len(weekly), np.nan), too_dear
    against = float(max(query.score_budget_pence, 1))
    share = np.minimum(weekly / against, 2.0)
    score = 1.0 - (1.0 - COST_AT_BUDGET) * share
    return np.where(known, score, np.nan), too_dear


def _preferences(query: Query, catalogue: Catalogue, rows: Ints) -> Floats:
    """Share of the wishes that are known to be met, of those that are known at all."""
    if not query.like:
        return np.full(len(rows), np.nan)
    yes = np.bitwise_count(catalogue.columns.features_yes[rows] & query.like).astype(np.float64)
    no = np.bitwise_count(catalogue.columns.features_no[rows] & query.like).astype(np.float64)
    known = yes + no
    return np.where(known > 0, yes / np.maximum(known, 1.0), np.nan)
