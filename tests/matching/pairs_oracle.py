"""The rules of pairs, read plainly: every offer with every helper, minute by minute, no arrays.

As in ``oracle``, only the published numbers and the minutes and fares of ``geo`` are shared with the
code under test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from marketplace.geo.fares import KM_PER_MILE, ROAD_FACTOR, fare
from marketplace.geo.places import Place
from marketplace.geo.travel import DEFAULT_MODEL
from marketplace.matching import weights as rules
from marketplace.matching.catalogue import OfferRow
from marketplace.matching.needs import MINUTES_A_WEEK, Carer, Needs
from marketplace.matching.query import Ruler
from marketplace.vocabulary import (
    CostBasis,
    Feature,
    OfferKind,
    Part,
    PlaceKind,
    Priority,
    Repeats,
    Stop,
    TravelMode,
)
from tests.matching.oracle import Trip, Verdict, best_visit, carer_score, float32, pass_is_good, travel
from tests.matching.stays import stay

COMPANIONS = (OfferKind.PERSONAL_ASSISTANT, OfferKind.BUDDY)
NOBODY_FOR_THEM = {Stop.NOT_TAKING_PEOPLE, Stop.AGE, Stop.LEVEL, Stop.MUST_HAVE}
MENDABLE = {Stop.TRAVEL, Stop.COST, Stop.MUST_HAVE}


@dataclass(frozen=True)
class Candidate:
    """An offer with one helper that makes it work. Money in pence a week."""

    helper: OfferRow
    score: float
    parts: dict[Part, float]
    way: float
    weekly: int | None
    sessions: frozenset[tuple[int, int]]


@dataclass
class PlainPairs:
    """All helpers that work for each offer, best first, and how many offers were tried."""

    by_offer: dict[OfferRow, list[Candidate]] = field(default_factory=dict)
    tried: int = 0


def plain_pairs(
    needs: Needs,
    rows: Sequence[OfferRow],
    verdicts: Sequence[Verdict],
    *,
    home: Place | None,
    today: date,
) -> PlainPairs:
    result = PlainPairs()
    if home is None:
        return result
    reader = _Reader(needs, home, today)
    judged = list(zip(rows, verdicts, strict=True))
    helpers = [(row, verdict) for row, verdict in judged if reader.may_help(row, verdict)]
    for row, verdict in judged:
        if not reader.may_be_mended(row, verdict):
            continue
        result.tried += 1
        found = [reader.pair(row, verdict, helper, other) for helper, other in helpers]
        worth = [one for one in found if one and (verdict.stops or one.score > verdict.score)]
        if worth:
            result.by_offer[row] = sorted(worth, key=lambda one: -one.score)
    return result


class _Reader:
    """One person's view; keeps whom they met, because a week is long minute by minute."""

    def __init__(self, needs: Needs, home: Place, today: date) -> None:
        self.needs, self.home, self.today = needs, home, today
        self.limit = float(needs.travel.max_minutes or rules.DEFAULT_MAX_MINUTES)
        self.budget = None if needs.weekly_budget is None else int(needs.weekly_budget * 100)
        self.free = runs_ahead([(window.start, window.end) for window in needs.when])
        self.hours: dict[OfferRow, list[int]] = {}

    def may_help(self, row: OfferRow, verdict: Verdict) -> bool:
        if row.kind not in (*COMPANIONS, OfferKind.TRANSPORT) or verdict.stops & NOBODY_FOR_THEM:
            return False
        if not travel(self.needs, row, self.home, verdict.distance).comes:
            return False
        if row.kind is OfferKind.TRANSPORT:
            return not self._no_wheelchair(row)
        return bool(row.sessions)

    def may_be_mended(self, row: OfferRow, verdict: Verdict) -> bool:
        if row.place_kind not in (PlaceKind.EXACT, PlaceKind.MASKED) or not row.sessions:
            return False
        if verdict.distance is None or not verdict.stops <= MENDABLE:
            return False
        alone = best_visit(self.needs, row)
        share = rules.VISITS_A_WEEK[alone.often] if alone.often else 1.0
        price = weekly_price(row, alone.minutes, share)
        if price is not None and self.budget is not None and price > self.budget:
            return False
        if any(not feature.is_support for feature in self._lacks(row)):
            return False
        if not verdict.stops:
            return self.needs.travel.with_support and verdict.parts.get(Part.TRANSPORT) != 1.0
        return True

    def pair(self, row: OfferRow, verdict: Verdict, helper: OfferRow, other: Verdict) -> Candidate | None:
        distance = verdict.distance or 0.0
        trip = travel(self.needs, row, self.home, distance)
        brings = self._brings(helper)
        way, mode, own = self._way(row, helper, trip, distance, other.distance or 0.0)
        if way is None or way > self.limit or not all(feature in brings for feature in self._lacks(row)):
            return None
        times = self._together(row, helper, math.ceil(way - 1e-9))
        together = {session: run for session, (_, run) in times.items()}
        visited = {
            session: (begin, begin + run)
            for session, (begin, run) in times.items()
            if self._session_score(row, session, run, run) > 0
        }
        scores = {
            session: self._session_score(row, session, run, stay(visited, session))
            for session, run in together.items()
        }
        fitting = [session for session in timetable(row) if scores.get(session, 0.0) > 0]
        if not fitting:
            return None
        best = max(fitting, key=lambda session: scores[session])
        visit = float(together[best])
        if row.flexible:
            usual = max(
                row.shortest_visit_minutes or 0,
                self.needs.shortest_visit_minutes or rules.USUAL_FLEXIBLE_VISIT,
            )
            visit = min(visit, float(usual))
        share = rules.VISITS_A_WEEK[best[2]]
        there_and_back = 2 * math.ceil(way - 1e-9)
        paid = there_and_back if helper.kind is OfferKind.TRANSPORT else visit + there_and_back
        prices = [
            weekly_price(row, visit, share),
            weekly_price(helper, max(paid, helper.shortest_visit_minutes or 0), share),
        ]
        fares = self._fares(row, helper, mode, own, distance, way, best)
        known = sum(price or 0 for price in prices) + math.floor((fares or 0) * share + 0.5)
        if self.budget is not None and known > self.budget:
            return None
        weekly = None if None in prices else known
        parts = self._parts(row, verdict, helper, way, weekly)
        if self.needs.when:
            parts[Part.TIMES] = self._times(fitting, scores, together, scores[best])
        if self.needs.carer != Carer():
            visits = [(times[one][0], sum(times[one]), one[2]) for one in fitting]
            found = carer_score(self.needs, visits, max(stay(visited, one) for one in fitting))
            if found is not None:
                parts[Part.CARER] = found
        return Candidate(
            helper=helper,
            score=self._mean(parts),
            parts=parts,
            way=way,
            weekly=weekly,
            sessions=frozenset((start, end) for start, end, _ in fitting),
        )

    def _lacks(self, row: OfferRow) -> list[Feature]:
        return [feature for feature in self.needs.must_have if row.features_no & feature.bit]

    def _brings(self, helper: OfferRow) -> list[Feature]:
        if helper.kind is OfferKind.TRANSPORT:
            return []
        return [feature for feature in Feature if feature.is_support and helper.features_yes & feature.bit]

    def _no_wheelchair(self, row: OfferRow) -> bool:
        return self.needs.travel.wheelchair_space and bool(row.features_no & Feature.WHEELCHAIR_SPACE.bit)

    def _way(
        self, row: OfferRow, helper: OfferRow, trip: Trip, distance: float, from_helper: float
    ) -> tuple[float | None, TravelMode, bool]:
        """Minutes, by which mode, and whether it is the person's own way."""
        to_place = km_between(self.home, row, helper)
        if helper.kind is OfferKind.TRANSPORT:
            if to_place > float32(helper.radius_km or 0.0):
                return None, TravelMode.PROVIDER, False
            return minutes_by(TravelMode.PROVIDER, distance), TravelMode.PROVIDER, False
        own = None
        if trip.mode is not None and trip.minutes is not None and trip.minutes <= self.limit:
            own = trip.minutes
        reach = math.inf if helper.transport_radius_km is None else float32(helper.transport_radius_km)
        has_car = helper.transport_offered is True and not self._no_wheelchair(helper)
        if has_car and from_helper <= reach and to_place <= reach:
            by_car = minutes_by(TravelMode.CAR, distance)
            if own is None or by_car < own:
                return by_car, TravelMode.CAR, False
        return own, trip.mode or TravelMode.WALK, True

    def _hours(self, helper: OfferRow) -> list[int]:
        if helper not in self.hours:
            weekly = [(start, end) for start, end, often in timetable(helper) if often is Repeats.WEEKLY]
            always = helper.kind is OfferKind.TRANSPORT and not helper.sessions
            self.hours[helper] = runs_ahead([(0, MINUTES_A_WEEK)] if always else weekly)
        return self.hours[helper]

    def _together(
        self, row: OfferRow, helper: OfferRow, way: int
    ) -> dict[tuple[int, int, Repeats], tuple[int, int]]:
        """Begin and minutes of the longest visit at each session: begin it at every minute, and see how long it can be."""
        hours = self._hours(helper)
        longest = {}
        for session in timetable(row):
            start, end, _ = session
            run, first = 0, start
            for begin in range(start, end if row.flexible else start + 1):
                until = min(end, begin + self.free[begin % MINUTES_A_WEEK]) if self.needs.when else end
                there = hours[(begin - way) % MINUTES_A_WEEK]
                if helper.kind is OfferKind.TRANSPORT:
                    if there < way:
                        continue
                    while until > begin and hours[until % MINUTES_A_WEEK] < way:
                        until -= 1
                else:
                    until = min(until, begin - way + there - way)
                if until - begin > run:
                    run, first = until - begin, begin
            longest[session] = (first, run)
        return longest

    def _session_score(self, row: OfferRow, session: tuple[int, int, Repeats], run: int, stays: int) -> float:
        whole = run == session[1] - session[0]
        enough = row.flexible and run >= (row.shortest_visit_minutes or rules.LEAST_FLEXIBLE_VISIT)
        if not whole and not enough:
            return 0.0
        shortest = self.needs.shortest_visit_minutes
        if self.needs.when and shortest and stays < shortest:
            return rules.SHORT_VISIT_FLOOR + (1 - rules.SHORT_VISIT_FLOOR) * stays / shortest
        return 1.0

    def _times(
        self,
        fitting: list[tuple[int, int, Repeats]],
        scores: dict[tuple[int, int, Repeats], float],
        together: dict[tuple[int, int, Repeats], int],
        best: float,
    ) -> float:
        if not self.needs.hours_wanted:
            return best
        filled = sum(together[one] * rules.HOURS_A_WEEK[one[2]] for one in fitting)
        share = min(filled / (60 * self.needs.hours_wanted), 1)
        return rules.BEST_SESSION_SHARE * best + rules.HOURS_SHARE * share

    def _fares(
        self,
        row: OfferRow,
        helper: OfferRow,
        mode: TravelMode,
        own: bool,
        distance: float,
        way: float,
        session: tuple[int, int, Repeats],
    ) -> int | None:
        if helper.kind is OfferKind.TRANSPORT:
            return 0
        if not own:
            return helper.transport_pence
        if mode is TravelMode.PROVIDER:
            return row.transport_pence
        tariff = fare(mode, self.today)
        if tariff is None:
            return None
        per_km = float(tariff.per_mile * 100 * ROAD_FACTOR / KM_PER_MILE)
        one_way = math.floor(float(tariff.fixed * 100) + per_km * distance + 0.5)
        moments = (session[0] - math.ceil(way), session[1])
        if mode is not TravelMode.BUS:
            return 2 * one_way
        return one_way * sum(not pass_is_good(self.needs, when, self.home, self.today) for when in moments)

    def _parts(
        self, row: OfferRow, verdict: Verdict, helper: OfferRow, way: float, weekly: int | None
    ) -> dict[Part, float]:
        parts = {part: verdict.parts[part] for part in (Part.GOALS, Part.LEVEL) if part in verdict.parts}
        parts[Part.TRAVEL] = 1 - (1 - rules.TRAVEL_AT_LIMIT) * way / self.limit
        if self.needs.travel.with_support or TravelMode.PROVIDER in self.needs.travel.modes:
            parts[Part.TRANSPORT] = 1.0
        against = self.budget
        if against is None and Priority.LOW_COST in self.needs.matters_most:
            against = rules.BUDGET_WHEN_LOW_COST
        if weekly is not None and against is not None:
            parts[Part.COST] = 1 - (1 - rules.COST_AT_BUDGET) * min(weekly / max(against, 1), 2)
        answers = []
        for feature in self.needs.would_like:
            if row.features_yes & feature.bit or feature in self._brings(helper):
                answers.append(1)
            elif row.features_no & feature.bit:
                answers.append(0)
        if answers:
            parts[Part.PREFERENCES] = sum(answers) / len(answers)
        return parts

    def _mean(self, parts: dict[Part, float]) -> float:
        weights = dict(rules.WEIGHTS)
        for priority in self.needs.matters_most:
            for part, factor in rules.PRIORITY_SHIFTS[priority].multiply.items():
                weights[part] *= factor
        total = sum(weights[part] for part in parts)
        return sum(weights[part] * score for part, score in parts.items()) / total


def timetable(row: OfferRow) -> list[tuple[int, int, Repeats]]:
    often = row.repeats or (Repeats.WEEKLY,) * len(row.sessions)
    sessions = [(start, end, one) for (start, end), one in zip(row.sessions, often, strict=True)]
    return sorted(sessions, key=lambda one: (one[0], one[1], list(Repeats).index(one[2])))


def runs_ahead(times: list[tuple[int, int]]) -> list[int]:
    """For each minute of the week, for how many minutes from then on somebody is there."""
    here = [False] * MINUTES_A_WEEK
    for start, end in times:
        for minute in range(start, end):
            here[minute % MINUTES_A_WEEK] = True
    if all(here):
        return [3 * MINUTES_A_WEEK] * MINUTES_A_WEEK
    ahead = [0] * (2 * MINUTES_A_WEEK + 1)
    for minute in reversed(range(2 * MINUTES_A_WEEK)):
        ahead[minute] = ahead[minute + 1] + 1 if here[minute % MINUTES_A_WEEK] else 0
    return ahead[:MINUTES_A_WEEK]


def weekly_price(row: OfferRow, minutes: float, share: float) -> int | None:
    if row.cost_basis is None or row.cost_pence is None:
        return None
    if row.cost_basis is CostBasis.FREE:
        return 0
    if row.cost_basis is CostBasis.WEEK:
        return row.cost_pence
    pence = row.cost_pence
    if row.cost_basis is CostBasis.HOUR:
        pence = math.floor(pence * (minutes / 60) + 0.5)
    return math.floor(pence * share + 0.5)


def minutes_by(mode: TravelMode, km: float) -> float:
    fixed, per_km = DEFAULT_MODEL.coefficients(mode)
    return fixed + per_km * km


def km_between(home: Place, one: OfferRow, other: OfferRow) -> float:
    ruler = Ruler.at(home.lat, home.lon)
    lats = [float32(row.lat or 0.0) for row in (one, other)]
    lons = [float32(row.lon or 0.0) for row in (one, other)]
    middle = sum(lats) / 2 - home.lat
    north, east = (line[0] + middle * (line[1] + middle * line[2]) for line in (ruler.north, ruler.east))
    return math.hypot((lats[0] - lats[1]) * north, (lons[0] - lons[1]) * east)
