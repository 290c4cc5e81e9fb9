"""One person's needs as numbers, ready to be held against every row of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from marketplace.geo.distance import km_per_degree_at
from marketplace.geo.fares import KM_PER_MILE, ROAD_FACTOR, fare, pass_window
from marketplace.geo.places import Place
from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching.meaning import Meaning, meaning_of
from marketplace.matching.needs import MINUTES_A_DAY, MINUTES_A_WEEK, Goal, Needs, Window
from marketplace.matching.thesaurus import Thesaurus
from marketplace.matching.weights import (
    BUDGET_WHEN_LOW_COST,
    DEFAULT_MAX_MINUTES,
    PRIORITY_SHIFTS,
    WEIGHTS,
)
from marketplace.vocabulary import Day, Part, Priority, Theme, TravelMode, TravelPass

MODES = tuple(TravelMode)
PARTS = tuple(Part)

_LATITUDE_STEP = 0.5


@dataclass(frozen=True, slots=True)
class CompiledGoal:
    goal: Goal
    themes: int
    """Mask of the theme that the person chose."""
    word_themes: int
    """Mask of the themes understood from the person's words."""
    kin_themes: int
    """Mask of the themes of which the words mean one kind of activity, as 'footy' does of sport."""
    words: str
    """The person's words without those they ruled out; empty where only a theme was chosen."""
    said: dict[Theme, tuple[str, ...]]
    """The phrases that led to each understood theme."""
    refused: int
    """Mask of themes that the words rule out."""
    meaning: Meaning | None = None
    """What was said, for comparing with the offers' words; None where only a theme was chosen."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Kilometres of a degree around one latitude, as a parabola of the mean latitude.

    Only additions and multiplications, so that every implementation gives the same bits; it
    differs from the true lengths by less than one part in a million within 2 degrees.
    """

    lat: float
    lon: float
    north: tuple[float, float, float]
    east: tuple[float, float, float]

    @classmethod
    def at(cls, lat: float, lon: float) -> Ruler:
        step = _LATITUDE_STEP
        below, here, above = (km_per_degree_at(at) for at in (lat - step, lat, lat + step))
        north = _parabola(below[0], here[0], above[0], step)
        return cls(lat, lon, north, _parabola(below[1], here[1], above[1], step))


def _parabola(before: float, here: float, after: float, step: float) -> tuple[float, float, float]:
    return here, (after - before) / (2 * step), (after - 2 * here + before) / (2 * step * step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    needs: Needs
    today: date
    home: Place | None
    ruler: Ruler | None
    modes: tuple[TravelMode, ...]
    """Ways to travel, the provider's transport left out; a car where none was given."""
    modes_assumed: bool
    ways: npt.NDArray[np.float64]
    """One column a member of ``TravelMode``: whether the person goes this way (1 or 0), fixed minutes
    and minutes a km (NaN where they can't, but for the provider's transport), fixed pence and pence
    a km one way."""
    free_bus: npt.NDArray[np.bool_]
    """For each minute of the week: a bus that starts then costs this person nothing."""
    uses_provider_transport: bool
    wants_transport: bool
    max_minutes: float
    windows: npt.NDArray[np.int64]
    """Times when the person could come: shape (windows, 2), minutes, merged, over two weeks."""
    has_when: bool
    wanted_minutes: float
    shortest: int
    level: int
    age: int
    must: int
    like: int
    budget_pence: int
    """The most a week may cost; -1 is not known."""
    score_budget_pence: int
    """What cost is scored against; -1 where cost has no part."""
    goals: tuple[CompiledGoal, ...]
    weights: npt.NDArray[np.float64]
    shortest_break: int
    """The carer's, in minutes; 0 is not known."""
    break_minutes: float
    """Minutes of break that the carer wants in a week; 0 is not known."""
    works: npt.NDArray[np.int64]
    """When the carer works: as ``windows``."""
    work_minutes: int
    """Minutes that the carer works in a week; 0 is not known."""

    @property
    def has_carer(self) -> bool:
        """Something is known of a carer that an offer's times can be held against."""
        return self.shortest_break > 0 or self.work_minutes > 0 or self.break_minutes > 0


def compile_query(
    needs: Needs,
    *,
    home: Place | None,
    thesaurus: Thesaurus,
    today: date,
    travel_model: TravelModel = DEFAULT_MODEL,
) -> Query:
    """Turn needs into numbers. ``home`` is the needs' postcode as a place, None if not known."""
    named = needs.travel.modes
    modes = tuple(mode for mode in named if mode is not TravelMode.PROVIDER)
    assumed = not named
    if assumed:
        modes = (TravelMode.CAR,)
    uses_provider = TravelMode.PROVIDER in named
    budget = -1 if needs.weekly_budget is None else int(needs.weekly_budget * 100)
    score_budget = budget
    if budget < 0 and Priority.LOW_COST in needs.matters_most:
        score_budget = BUDGET_WHEN_LOW_COST
    works = merge_windows(needs.carer.works)
    return Query(
        needs=needs,
        today=today,
        home=home,
        ruler=None if home is None else Ruler.at(home.lat, home.lon),
        modes=modes,
        modes_assumed=assumed,
        ways=_ways(modes, uses_provider, travel_model, today),
        free_bus=_free_bus(needs.travel.passes, None if home is None else home.district_code, today),
        uses_provider_transport=uses_provider,
        wants_transport=uses_provider or needs.travel.with_support,
        max_minutes=float(needs.travel.max_minutes or DEFAULT_MAX_MINUTES),
        windows=merge_windows(needs.when),
        has_when=bool(needs.when),
        wanted_minutes=60.0 * (needs.hours_wanted or 0.0),
        shortest=needs.shortest_visit_minutes or 0,
        level=0 if needs.support_level is None else int(needs.support_level),
        age=-1 if needs.age is None else needs.age,
        must=sum(feature.bit for feature in needs.must_have),
        like=sum(feature.bit for feature in needs.would_like),
        budget_pence=budget,
        score_budget_pence=score_budget,
        goals=_compile_goals(needs, thesaurus),
        weights=shifted_weights(needs.matters_most),
        shortest_break=needs.carer.shortest_break_minutes or 0,
        break_minutes=60.0 * (needs.carer.breaks_wanted_hours or 0.0),
        works=works,
        work_minutes=int(np.diff(np.minimum(works, MINUTES_A_WEEK), axis=1).sum()),
    )


@lru_cache(maxsize=256)
def shifted_weights(priorities: tuple[Priority, ...]) -> npt.NDArray[np.float64]:
    """The published weights after 'what matters most', shape (parts,); not yet a sum of 1."""
    weights = np.array([WEIGHTS[part] for part in PARTS])
    for priority in priorities:
        for part, factor in PRIORITY_SHIFTS[priority].multiply.items():
            weights[PARTS.index(part)] *= factor
    return weights


@lru_cache(maxsize=4096)
def merge_windows(when: tuple[Window, ...]) -> npt.NDArray[np.int64]:
    """Windows of one week, joined where they touch, laid over two weeks: shape (n, 2), minutes.

    A session of the week starts in its first 10,080 minutes and may end in the second week;
    a window over Sunday midnight also counts as the early hours of Monday.
    """
    laid: list[tuple[int, int]] = []
    for window in when:
        for shift in (-MINUTES_A_WEEK, 0, MINUTES_A_WEEK):
            start, end = max(0, window.start + shift), window.end + shift
            if end > start and start < 2 * MINUTES_A_WEEK:
                laid.append((start, min(end, 2 * MINUTES_A_WEEK)))
    merged: list[list[int]] = []
    for start, end in sorted(laid):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return np.array(merged, dtype=np.int64).reshape(-1, 2)


@lru_cache(maxsize=1024)
def _ways(
    modes: tuple[TravelMode, ...], uses_provider: bool, model: TravelModel, today: date
) -> npt.NDArray[np.float64]:
    ways = np.zeros((5, len(MODES)))
    ways[1:3] = np.nan
    for mode in (*modes, TravelMode.PROVIDER):
        ways[1:3, mode.position] = model.coefficients(mode)
    for mode in modes:
        ways[0, mode.position] = 1.0
    ways[0, TravelMode.PROVIDER.position] = float(uses_provider)
    for mode in MODES:
        row = fare(mode, today)
        if row is not None:
            ways[3, mode.position] = float(row.fixed * 100)
            ways[4, mode.position] = float(row.per_mile * 100 * ROAD_FACTOR / KM_PER_MILE)
    return ways


@lru_cache(maxsize=256)
def _free_bus(passes: tuple[TravelPass, ...], district: str | None, today: date) -> npt.NDArray[np.bool_]:
    free = np.zeros(MINUTES_A_WEEK, dtype=np.bool_)
    for held in passes:
        for day in Day:
            window = pass_window(held, day, on=today, district=district)
            if window is not None:
                first = day.position * MINUTES_A_DAY
                free[first + window[0] : first + min(window[1] + 1, MINUTES_A_DAY)] = True
    return free


def _compile_goals(needs: Needs, thesaurus: Thesaurus) -> tuple[CompiledGoal, ...]:
    goals = [_compile_goal(goal, thesaurus) for goal in needs.goals]
    for priority in needs.matters_most:
        theme = PRIORITY_SHIFTS[priority].adds_theme
        if theme is not None and not any(
            (goal.themes | goal.word_themes | goal.kin_themes) & theme.bit for goal in goals
        ):
            goals.append(_compile_goal(Goal(theme=theme), thesaurus))
    return tuple(goals)


def _compile_goal(goal: Goal, thesaurus: Thesaurus) -> CompiledGoal:
    chosen = goal.theme.bit if goal.theme else 0
    if not goal.text:
        return CompiledGoal(goal, chosen, 0, 0, "", {}, 0)
    meaning = meaning_of(thesaurus, goal.text).without(goal.not_themes)
    said = {
        theme: phrases
        for theme, phrases in {**meaning.kin, **meaning.themes}.items()
        if theme is not goal.theme
    }
    return CompiledGoal(
        goal=goal,
        themes=chosen,
        word_themes=sum(theme.bit for theme in meaning.themes),
        kin_themes=sum(theme.bit for theme in meaning.kin),
        words=meaning.wanted_words,
        said=said,
        refused=sum(theme.bit for theme in {*meaning.refused, *goal.not_themes}) & ~chosen,
        meaning=meaning,
    )
