"""The rules of matching, read plainly: one offer and one person at a time, no arrays, no speed.

Written from the published rules and the needs document, apart from the code under test, so that
two implementations that share a mistake are still found out. Only the numbers of the weights
table and the minutes and fares of ``geo`` are shared.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from marketplace.geo.fares import KM_PER_MILE, ROAD_FACTOR, fare, pass_window
from marketplace.geo.places import Place
from marketplace.geo.travel import DEFAULT_MODEL
from marketplace.matching import weights as rules
from marketplace.matching.catalogue import OfferRow
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK, Carer, Needs, Window
from marketplace.matching.query import CompiledGoal, Ruler
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    OfferKind,
    Part,
    PlaceKind,
    Repeats,
    Stop,
    Theme,
    TravelMode,
    Vacancy,
)
from tests.matching.stays import stay


@dataclass(frozen=True)
class Verdict:
    """Stops of one offer; its parts and score, where nothing but the goals may be missing."""

    stops: frozenset[Stop]
    parts: dict[Part, float]
    score: float
    distance: float | None


@dataclass(frozen=True)
class Trip:
    minutes: float | None
    mode: TravelMode | None
    score: float | None
    too_far: bool
    comes: bool


@dataclass(frozen=True)
class BestVisit:
    score: float | None
    none_fits: bool
    session: tuple[int, int] | None
    minutes: float
    often: Repeats | None = None


def judge(
    needs: Needs,
    row: OfferRow,
    goals: tuple[CompiledGoal, ...],
    closeness: list[float],
    *,
    home: Place | None,
    today: date,
) -> Verdict:
    """Hold one person's needs against one offer; ``closeness`` is that of the words, one a goal."""
    stops = set()
    if row.vacancy is Vacancy.FULL:
        stops.add(Stop.NOT_TAKING_PEOPLE)
    if needs.age is not None and (
        (row.min_age is not None and needs.age < row.min_age)
        or (row.max_age is not None and needs.age > row.max_age)
    ):
        stops.add(Stop.AGE)
    if any(row.features_no & feature.bit for feature in needs.must_have):
        stops.add(Stop.MUST_HAVE)

    parts: dict[Part, float | None] = {}
    fits = [goal_score(goal, row, close) for goal, close in zip(goals, closeness, strict=True)]
    if max(fits) < rules.GOAL_FLOOR:
        stops.add(Stop.GOALS)
    most = max(goal.goal.importance for goal in goals)
    best = max(goal.goal.importance / most * fit for goal, fit in zip(goals, fits, strict=True))
    mean = sum(goal.goal.importance * fit for goal, fit in zip(goals, fits, strict=True)) / sum(
        goal.goal.importance for goal in goals
    )
    parts[Part.GOALS] = rules.BEST_GOAL_SHARE * best + rules.ALL_GOALS_SHARE * mean

    parts[Part.LEVEL], wrong_level = level_score(needs, row)
    if wrong_level:
        stops.add(Stop.LEVEL)

    distance = distance_km(home, row)
    trip = travel(needs, row, home, distance)
    parts[Part.TRAVEL] = trip.score
    if trip.too_far:
        stops.add(Stop.TRAVEL)

    visit = best_visit(needs, row)
    parts[Part.TIMES] = visit.score
    if visit.none_fits:
        stops.add(Stop.TIMES)

    parts[Part.TRANSPORT] = transport_score(needs, row, distance, trip)

    weekly = weekly_pence(needs, row, distance, trip, visit, home, today)
    budget = None if needs.weekly_budget is None else int(needs.weekly_budget * 100)
    if weekly is not None and budget is not None and weekly > budget:
        stops.add(Stop.COST)
    against = budget
    if budget is None and any(priority.value == "low_cost" for priority in needs.matters_most):
        against = rules.BUDGET_WHEN_LOW_COST
    if weekly is not None and against is not None:
        parts[Part.COST] = 1 - (1 - rules.COST_AT_BUDGET) * min(weekly / max(against, 1), 2)

    likes = [answer(row, feature) for feature in needs.would_like]
    known_likes = [like for like in likes if like is not None]
    if known_likes:
        parts[Part.PREFERENCES] = sum(known_likes) / len(known_likes)

    if needs.carer != Carer():
        parts[Part.CARER] = carer_score(needs, visits(needs, row), longest_of(needs, row))

    known = {part: score for part, score in parts.items() if score is not None}
    shifted = {
        part: weight
        * math.prod(
            rules.PRIORITY_SHIFTS[priority].multiply.get(part, 1.0) for priority in needs.matters_most
        )
        for part, weight in rules.WEIGHTS.items()
    }
    total = sum(shifted[part] for part in known)
    score = sum(shifted[part] * value for part, value in known.items()) / total
    return Verdict(frozenset(stops), known, score, distance)


def answer(row: OfferRow, feature: Feature) -> bool | None:
    if row.features_yes & feature.bit:
        return True
    return False if row.features_no & feature.bit else None


def goal_score(goal: CompiledGoal, row: OfferRow, close: float) -> float:
    stated, suggested = row.themes, row.suggested_themes
    if row.kind is OfferKind.TRANSPORT:
        stated &= Theme.TRAVEL_TRAINING.bit
        suggested &= Theme.TRAVEL_TRAINING.bit

    def strength(mask: int) -> float:
        if stated & mask:
            return 1.0
        return rules.SUGGESTED_THEME if suggested & mask else 0.0

    has = stated | suggested
    ruled_out = 1.0
    if has & goal.refused:
        wanted = has & (goal.themes | goal.word_themes | goal.kin_themes)
        ruled_out = rules.RULED_OUT_TOO if wanted else 0.0
    score = strength(goal.themes)
    if goal.meaning is not None:
        meant = strength(goal.word_themes) * (rules.WORDS_THEME + (1 - rules.WORDS_THEME) * close)
        akin = strength(goal.kin_themes) * (rules.WORDS_KIN + (1 - rules.WORDS_KIN) * close)
        score = max(score, meant, akin, rules.WORDS_ALONE * close)
    return score * ruled_out


def level_score(needs: Needs, row: OfferRow) -> tuple[float | None, bool]:
    level = needs.support_level
    if level is None:
        return None, False
    if not row.levels:
        return None, level == 4
    serves = bool(row.levels & level.bit)
    made_for = bool(row.made_for & level.bit)
    if level == 2 and row.kind is OfferKind.ENABLEMENT:
        return rules.LEVEL_MADE_FOR, not serves
    if made_for:
        return (rules.LEVEL_TWO_MADE_FOR if level == 2 else rules.LEVEL_MADE_FOR), not serves
    return rules.LEVEL_ALSO_SERVES, not serves


def distance_km(home: Place | None, row: OfferRow) -> float | None:
    if home is None or row.lat is None or row.lon is None:
        return None
    ruler = Ruler.at(home.lat, home.lon)
    up = float32(row.lat) - home.lat
    across = float32(row.lon) - home.lon
    half = up / 2
    north = ruler.north[0] + half * (ruler.north[1] + half * ruler.north[2])
    east = ruler.east[0] + half * (ruler.east[1] + half * ruler.east[2])
    return math.hypot(up * north, across * east)


def float32(value: float) -> float:
    """As the columns keep it: to a metre or less."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def travel(needs: Needs, row: OfferRow, home: Place | None, distance: float | None) -> Trip:
    limit = float(needs.travel.max_minutes or rules.DEFAULT_MAX_MINUTES)
    online = row.place_kind is PlaceKind.ONLINE
    if distance is None:
        score = 1.0 if online and home is not None else None
        return Trip(0.0 if online else None, None, score, False, False)
    if online:
        return Trip(0.0, None, 1.0, False, False)
    if row.place_kind is PlaceKind.TRAVELS_TO_YOU:
        if row.radius_km is not None and distance <= float32(row.radius_km):
            return Trip(0.0, None, 1.0, False, True)
        return Trip(None, None, None, True, False)

    def minutes(mode: TravelMode) -> float:
        fixed, per_km = DEFAULT_MODEL.coefficients(mode)
        return fixed + per_km * distance

    modes = needs.travel.modes or (TravelMode.CAR,)
    ways = [
        (minutes(mode), mode)
        for mode in TravelMode
        if mode in modes and mode not in (TravelMode.TAXI, TravelMode.PROVIDER)
    ]
    asks_provider = TravelMode.PROVIDER in modes
    if asks_provider and row.transport_offered and in_fetch_radius(row, distance):
        ways.append((minutes(TravelMode.PROVIDER), TravelMode.PROVIDER))
    best = min(ways, key=lambda way: way[0], default=None)
    if TravelMode.TAXI in modes and (best is None or best[0] > limit):
        by_taxi = minutes(TravelMode.TAXI)
        if best is None or by_taxi < best[0]:
            best = (by_taxi, TravelMode.TAXI)
    if best is not None and best[0] <= limit:
        return Trip(best[0], best[1], 1 - (1 - rules.TRAVEL_AT_LIMIT) * best[0] / limit, False, False)
    may_ask = asks_provider and row.transport_offered is None and minutes(TravelMode.PROVIDER) <= limit
    if best is None:
        return Trip(None, None, None, not may_ask, False)
    return Trip(best[0], best[1], None, not may_ask, False)


def in_fetch_radius(row: OfferRow, distance: float | None) -> bool:
    if row.transport_radius_km is None or distance is None:
        return True
    return distance <= float32(row.transport_radius_km)


def best_visit(needs: Needs, row: OfferRow) -> BestVisit:
    shortest = needs.shortest_visit_minutes or 0
    usual = max(row.shortest_visit_minutes or 0, shortest or rules.USUAL_FLEXIBLE_VISIT)
    best: tuple[float, tuple[int, int], int, Repeats] | None = None
    filled = 0.0
    every = row.repeats or (Repeats.WEEKLY,) * len(row.sessions)
    timetable = sorted(
        (*session, list(Repeats).index(often)) for session, often in zip(row.sessions, every, strict=True)
    )
    for start, end, number in timetable:
        often = list(Repeats)[number]
        run = free_run(needs, start, end) if needs.when else end - start
        stays = max(longest_stay(needs, row, (start, end), often), run)
        score = one_session(needs, row, run, end - start, stays) if needs.when else 1.0
        if score > 0:
            filled += run * rules.HOURS_A_WEEK[often]
        if score > 0 and (best is None or score > best[0]):
            best = (score, (start, end), run, often)
    if best is None:
        return BestVisit(None, bool(needs.when and row.sessions), None, float(usual))
    minutes = float(min(best[2], usual) if row.flexible else best[2])
    if not needs.when:
        return BestVisit(None, False, best[1], minutes, best[3])
    score = best[0]
    if needs.hours_wanted:
        share = min(filled / (60 * needs.hours_wanted), 1)
        score = rules.BEST_SESSION_SHARE * score + rules.HOURS_SHARE * share
    return BestVisit(score, False, best[1], minutes, best[3])


def free_run(needs: Needs, start: int, end: int) -> int:
    """Longest unbroken free time within a session, minute by minute."""
    return longest_visit(needs, start, end)[1]


def longest_visit(needs: Needs, start: int, end: int) -> tuple[int, int]:
    """When the first such longest time begins, and its minutes."""
    free = minutes_of(needs.when)
    longest = run = 0
    begin = start
    for minute in range(start, end):
        run = run + 1 if minute % MINUTES_A_WEEK in free else 0
        if run > longest:
            longest, begin = run, minute + 1 - run
    return begin, longest


@lru_cache(maxsize=64)
def minutes_of(windows: tuple[Window, ...]) -> frozenset[int]:
    """Every minute of the week that lies in one of the windows; kept, because each offer asks again."""
    return frozenset(
        minute % MINUTES_A_WEEK for window in windows for minute in range(window.start, window.end)
    )


def visits(needs: Needs, row: OfferRow) -> list[tuple[int, int, Repeats]]:
    """Begin, end and rhythm of the visit that the person can make at each session, if they can."""
    found = []
    every = row.repeats or (Repeats.WEEKLY,) * len(row.sessions)
    for (start, end), often in zip(row.sessions, every, strict=True):
        begin, run = longest_visit(needs, start, end) if needs.when else (start, end - start)
        if needs.when and not one_session(needs, row, run, end - start):
            continue
        found.append((begin, begin + run, often))
    return found


def longest_stay(needs: Needs, row: OfferRow, session: tuple[int, int], often: Repeats) -> int:
    """Minutes of the longest block of visits with this one in it; 0 where it can't be visited."""
    visited = {}
    every = row.repeats or (Repeats.WEEKLY,) * len(row.sessions)
    for one, rhythm in zip(row.sessions, every, strict=True):
        for begin, end, _ in visits(needs, replace(row, sessions=(one,), repeats=(rhythm,))):
            visited[*one, rhythm] = (begin, end)
    return stay(visited, (*session, often))


def longest_of(needs: Needs, row: OfferRow) -> int:
    every = row.repeats or (Repeats.WEEKLY,) * len(row.sessions)
    stays = (longest_stay(needs, row, one, often) for one, often in zip(row.sessions, every, strict=True))
    return max(stays, default=0)


def carer_score(needs: Needs, made: list[tuple[int, int, Repeats]], longest: int) -> float | None:
    """The mean of what a carer told: counted minute by minute of each visit."""
    carer = needs.carer
    if not made:
        return None
    working = minutes_of(carer.works)
    at_work = resting = 0.0
    for begin, end, often in made:
        worked = sum(minute % MINUTES_A_WEEK in working for minute in range(begin, end))
        at_work += worked * rules.HOURS_A_WEEK[often]
        resting += (end - begin - worked) * rules.HOURS_A_WEEK[often]
    told = []
    if carer.shortest_break_minutes:
        told.append(min(longest / carer.shortest_break_minutes, 1))
    if working:
        told.append(min(at_work / len(working), 1))
    if carer.breaks_wanted_hours:
        told.append(min(resting / (60 * carer.breaks_wanted_hours), 1))
    return sum(told) / len(told) if told else None


def one_session(needs: Needs, row: OfferRow, run: int, length: int, stays: int = 0) -> float:
    whole = run == length
    if row.flexible:
        least: float = row.shortest_visit_minutes or rules.LEAST_FLEXIBLE_VISIT
    else:
        least = rules.LEAST_SHARE_OF_SESSION * length
    if not whole and (run == 0 or run < least):
        return 0.0
    score = 1.0 if whole or row.flexible else rules.PART_OF_SESSION * run / length
    shortest = needs.shortest_visit_minutes
    if shortest and stays < shortest:
        score *= rules.SHORT_VISIT_FLOOR + (1 - rules.SHORT_VISIT_FLOOR) * stays / shortest
    return score


def transport_score(needs: Needs, row: OfferRow, distance: float | None, trip: Trip) -> float | None:
    if TravelMode.PROVIDER not in needs.travel.modes and not needs.travel.with_support:
        return None
    if trip.comes or row.place_kind is PlaceKind.ONLINE:
        return 1.0
    if row.transport_offered is None:
        return None
    return 1.0 if row.transport_offered and in_fetch_radius(row, distance) else rules.NO_TRANSPORT


def weekly_pence(
    needs: Needs,
    row: OfferRow,
    distance: float | None,
    trip: Trip,
    visit: BestVisit,
    home: Place | None,
    today: date,
) -> int | None:
    if row.cost_basis is None or row.cost_pence is None:
        return None
    if row.cost_basis is CostBasis.FREE:
        pence = 0
    elif row.cost_basis is CostBasis.HOUR:
        pence = math.floor(row.cost_pence * (visit.minutes / 60) + 0.5)
    else:
        pence = row.cost_pence
    pence += travel_pence(needs, row, distance, trip, visit, home, today) or 0
    if visit.often is None or row.cost_basis is CostBasis.WEEK:
        return pence
    return math.floor(pence * rules.VISITS_A_WEEK[visit.often] + 0.5)


def travel_pence(
    needs: Needs,
    row: OfferRow,
    distance: float | None,
    trip: Trip,
    visit: BestVisit,
    home: Place | None,
    today: date,
) -> int | None:
    if trip.mode is None or trip.minutes is None:
        return None
    if trip.mode is TravelMode.PROVIDER:
        return row.transport_pence
    tariff = fare(trip.mode, today)
    if tariff is None:
        return None
    per_km = float(tariff.per_mile * 100 * ROAD_FACTOR / KM_PER_MILE)
    one_way = math.floor(float(tariff.fixed * 100) + per_km * (distance or 0.0) + 0.5)
    legs = 2
    if trip.mode is TravelMode.BUS and needs.travel.passes:
        legs = 0
        if visit.session is not None:
            moments = (visit.session[0] - math.ceil(trip.minutes), visit.session[1])
            legs = sum(not pass_is_good(needs, moment, home, today) for moment in moments)
    return one_way * legs


def pass_is_good(needs: Needs, moment: int, home: Place | None, today: date) -> bool:
    moment %= MINUTES_A_WEEK
    day = list(Day)[moment // MINUTES_A_DAY]
    for held in needs.travel.passes:
        window = pass_window(held, day, on=today, district=home.district_code if home else None)
        if window and window[0] <= moment % MINUTES_A_DAY <= window[1]:
            return True
    return False
