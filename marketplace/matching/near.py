"""What lies just outside: offers with one hard stop, and the changes that open the most.

Every number of extra matches is counted by matching again with the change made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from marketplace.geo.fares import KM_PER_MILE
from marketplace.geo.travel import DEFAULT_MODEL
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import KINDS, PLACE_KINDS, Flags, Ints
from marketplace.matching.evaluate import Evaluation, evaluate
from marketplace.matching.explain_cost import is_from, taxi_too_dear
from marketplace.matching.facts import REPEATS, money, times_words
from marketplace.matching.needs import MINUTES_A_DAY, Needs, Window
from marketplace.matching.pairs import with_pairs
from marketplace.matching.query import Query, compile_query
from marketplace.matching.result import HelpfulChange, NearMiss, Say, SessionTime
from marketplace.matching.sieve import (
    Early,
    early_look,
    list_km,
    not_for_others,
    on_topic,
    possible,
    rows_near,
    rows_within,
)
from marketplace.vocabulary import (
    N_,
    Day,
    Feature,
    PlaceKind,
    Stop,
    SupportLevel,
    TravelMode,
)

STOPS = tuple(Stop)
_NEAR_MINUTES = 30.0
_NEAR_KM = 15.0
"""An offer further than this beyond the limit, or beyond a visitor's radius, is not near."""
_MORE_TO_PAY = (Decimal(5), Decimal(20), Decimal(50))


def near_misses(query: Query, catalogue: Catalogue, found: Evaluation, limit: int) -> tuple[NearMiss, ...]:
    """Offers with exactly one stop, best first. An offer about something else is not near.

    *found* is what the list of matches was made of; what it did not look at is evaluated here.
    """
    rows, goal_scores = on_topic(query, catalogue, _not_looked_at(query, catalogue, found))
    others = evaluate(query, catalogue, rows, goal_scores=goal_scores)
    looked_at = [(one, _with_one_stop(query, catalogue, one)) for one in (found, others)]
    rows = np.concatenate([one.rows[at] for one, at in looked_at])
    distance = np.concatenate([one.distance_km[at] for one, at in looked_at])
    score = np.concatenate([one.score[at] for one, at in looked_at])
    places = [(one, int(position)) for one, at in looked_at for position in at]
    misses: list[NearMiss] = []
    for number in np.lexsort((catalogue.columns.tie_key[rows], distance, -score))[:limit]:
        here, position = places[number]
        row = int(rows[number])
        stop = STOPS[int(here.stops[position]).bit_length() - 1]
        misses.append(
            NearMiss(
                offer=catalogue.ids[row],
                row=row,
                name=catalogue.names[row],
                kind=KINDS[catalogue.columns.kind[row]],
                stop=stop,
                would_help=_would_help(query, catalogue, here, position, stop),
            )
        )
    return tuple(misses)


def _not_looked_at(query: Query, catalogue: Catalogue, found: Evaluation) -> Ints:
    """Rows with one early stop, near enough, that are not among those *found*."""
    ways = query.ways
    usable = ~np.isnan(ways[1]) & (ways[0] > 0.0)
    reach = ((query.max_minutes + _NEAR_MINUTES - ways[1, usable]) / ways[2, usable]).max(initial=_NEAR_KM)
    rows = rows_near(query, catalogue, float(reach), _NEAR_KM)
    rows = rows[~np.isin(rows, found.rows, assume_unique=True)]
    early = early_look(query, catalogue, rows)
    single = np.bitwise_count(early.stops) == 1
    single &= (early.stops != Stop.TRAVEL.bit) | _almost_in_reach(query, catalogue, rows, early)
    return np.asarray(rows[single])


def _with_one_stop(query: Query, catalogue: Catalogue, found: Evaluation) -> Ints:
    single = (np.bitwise_count(found.stops) == 1) & (found.stops != Stop.GOALS.bit)
    far = found.stops == Stop.TRAVEL.bit
    return np.flatnonzero(single & ~(far & ~_almost_in_reach(query, catalogue, found.rows, found)))


def _almost_in_reach(query: Query, catalogue: Catalogue, rows: Ints, way: Early | Evaluation) -> Flags:
    visits = catalogue.columns.place_kind[rows] == PLACE_KINDS.index(PlaceKind.TRAVELS_TO_YOU)
    beyond = way.distance_km - catalogue.columns.radius_km[rows]
    unfetched = np.isnan(way.minutes) & (way.distance_km <= _NEAR_KM)
    by_minutes = unfetched | (way.minutes - query.max_minutes <= _NEAR_MINUTES)
    return np.asarray(np.where(visits, beyond <= _NEAR_KM, by_minutes))


def _would_help(query: Query, catalogue: Catalogue, found: Evaluation, at: int, stop: Stop) -> Say:
    row = int(found.rows[at])
    if stop is Stop.TRAVEL:
        return _closer(query, catalogue, found, at)
    if stop is Stop.TIMES:
        return _other_time(catalogue, row)
    if stop is Stop.COST:
        more = Decimal(int(found.weekly_pence[at]) - query.budget_pence) / 100
        at_least = N_("At least %(pounds)s more a week")
        text = at_least if is_from(catalogue, row) else N_("%(pounds)s more a week")
        said = Say(text, {"pounds": money(more)})
        taxi = taxi_too_dear(query, catalogue, found, at)
        return said if taxi is None else Say(N_("%(first)s. %(second)s"), {"first": said, "second": taxi})
    if stop is Stop.NOT_TAKING_PEOPLE:
        return Say(N_("Ask to be told when there is a place"))
    if stop is Stop.AGE:
        low, high = int(catalogue.columns.min_age[row]), int(catalogue.columns.max_age[row])
        if query.age < low:
            return Say(N_("It is for people aged %(age)s and over"), {"age": str(low)})
        return Say(N_("It is for people up to age %(age)s"), {"age": str(high)})
    if stop is Stop.LEVEL:
        return _other_level(catalogue, row)
    lacks = tuple(
        feature for feature in Feature if int(catalogue.columns.features_no[row]) & query.must & feature.bit
    )
    return Say(N_("They would need to add: %(lacks)s"), {"lacks": lacks})


def _closer(query: Query, catalogue: Catalogue, found: Evaluation, at: int) -> Say:
    row = int(found.rows[at])
    place = int(catalogue.columns.place_kind[row])
    if place >= 0 and PLACE_KINDS[place] is PlaceKind.TRAVELS_TO_YOU:
        beyond = float(found.distance_km[at] - catalogue.columns.radius_km[row]) / float(KM_PER_MILE)
        # Whole miles: nobody says 3.8, and from finer ones three searches would find somebody's home.
        miles = math.ceil(beyond)
        if miles == 1:
            return Say(N_("They would need to travel 1 mile further to you"))
        return Say(N_("They would need to travel %(miles)s miles further to you"), {"miles": str(miles)})
    if math.isnan(found.minutes[at]):
        return Say(N_("Another way to get there, because they can't fetch you"))
    more = math.ceil(found.minutes[at] - query.max_minutes)
    if more == 1:
        return Say(N_("1 more minute of travel"))
    return Say(N_("%(minutes)s more minutes of travel"), {"minutes": str(more)})


def _other_time(catalogue: Catalogue, row: int) -> Say:
    times = [
        SessionTime(
            int(catalogue.columns.session_start[one]),
            int(catalogue.columns.session_end[one]),
            False,
            REPEATS[catalogue.columns.session_repeats[one]],
        )
        for one in catalogue.sessions_of(row)
    ]
    return Say(N_("Being free at one of its times: %(times)s"), {"times": times_words(times)})


def _other_level(catalogue: Catalogue, row: int) -> Say:
    levels = int(catalogue.columns.levels[row])
    if levels == 0:
        return Say(N_("They have not said which levels they support"))
    named = tuple(level for level in SupportLevel if levels & level.bit)
    return Say(N_("It is for people at another level: %(levels)s"), {"levels": named})


def helpful_changes(
    query: Query,
    catalogue: Catalogue,
    matches_now: int,
    *,
    turn: npt.NDArray[np.uint32],
    today: date,
    limit: int,
) -> tuple[HelpfulChange, ...]:
    """Single changes that give more matches, most first; each counted by matching again.

    Pairs count as they do in ``matches_now``; *turn* is the day's rotation.
    """
    asked = [
        (say, compile_query(needs, home=query.home, thesaurus=catalogue.text.thesaurus, today=today))
        for say, needs in _changes(query)
    ]
    most: dict[str, int] = {}
    # What is about none of the goals, or for others, stays so: read the words once for all changes.
    furthest = max((list_km(changed, DEFAULT_MODEL) for _, changed in asked), default=0.0)
    rows = rows_within(query, catalogue, furthest)
    rows, goal_scores = on_topic(query, catalogue, rows[not_for_others(query, catalogue, rows)])
    changes = []
    for say, changed in asked:
        keep = possible(changed, catalogue, rows)
        found = evaluate(changed, catalogue, rows[keep], goal_scores=goal_scores[keep])
        found, _ = with_pairs(changed, catalogue, found, turn=turn)
        more = int(np.count_nonzero(found.stops == 0)) - matches_now
        # Nobody is asked for £50 where £20 gives as much: what is asked in steps has one text.
        if more > most.get(say.text, 0):
            changes.append(HelpfulChange(say, more))
            most[say.text] = more
    changes.sort(key=lambda change: -change.more_matches)
    return tuple(changes[:limit])


def _changes(query: Query) -> Iterator[tuple[Say, Needs]]:
    needs = query.needs
    if query.home is not None:
        yield from _travel_changes(query)
    if needs.when:
        yield from _time_changes(needs)
    if needs.weekly_budget is not None:
        for more in _MORE_TO_PAY:
            yield (
                Say(N_("Could you pay %(pounds)s more a week?"), {"pounds": money(more)}),
                replace(needs, weekly_budget=needs.weekly_budget + more),
            )


def _travel_changes(query: Query) -> Iterator[tuple[Say, Needs]]:
    needs = query.needs
    for more in (10, 20):
        longer = needs.travel._replace(max_minutes=int(query.max_minutes) + more)
        yield (
            Say(N_("Could you travel for %(minutes)s more minutes?"), {"minutes": str(more)}),
            replace(needs, travel=longer),
        )
    questions = (
        (TravelMode.BUS, N_("Could you go by bus or tram?")),
        (TravelMode.TAXI, N_("Could you go by taxi?")),
        (TravelMode.CAR, N_("Could someone take you by car?")),
        (TravelMode.PROVIDER, N_("Could the provider fetch you?")),
    )
    if needs.travel.modes:
        for mode, question in questions:
            if mode not in needs.travel.modes:
                with_mode = needs.travel._replace(modes=(*needs.travel.modes, mode))
                yield Say(question), replace(needs, travel=with_mode)
    others = tuple(mode for mode in needs.travel.modes if mode is not TravelMode.TAXI)
    if needs.weekly_budget is not None and others and len(others) < len(needs.travel.modes):
        # Its fare is known, so it can rule out what 'Ask if they can fetch you' would leave open.
        yield (
            Say(N_("Could you do without the taxi?")),
            replace(needs, travel=needs.travel._replace(modes=others)),
        )


def _time_changes(needs: Needs) -> Iterator[tuple[Say, Needs]]:
    weekdays = tuple(day for day in Day if not day.is_weekend)
    choices = (
        (N_("Could you go on Saturdays?"), (Day.SAT,), (9 * 60, 17 * 60)),
        (N_("Could you go on Sundays?"), (Day.SUN,), (9 * 60, 17 * 60)),
        (N_("Could you go on weekday mornings?"), weekdays, (9 * 60, 12 * 60)),
        (N_("Could you go on weekday afternoons?"), weekdays, (12 * 60, 17 * 60)),
        (N_("Could you go on weekday evenings?"), weekdays, (17 * 60, 21 * 60)),
    )
    for text, days, (start, end) in choices:
        added = tuple(
            Window(day.position * MINUTES_A_DAY + start, day.position * MINUTES_A_DAY + end) for day in days
        )
        yield Say(text), replace(needs, when=(*needs.when, *added))
