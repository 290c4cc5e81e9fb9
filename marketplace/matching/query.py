"""One person's needs as numbers, ready to be held against every row of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from struct import pack
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from marketplace.geo.places import Place
from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching.meaning import Meaning, meaning_of
from marketplace.matching.needs import Goal, Needs
from marketplace.matching.query_numbers import (
    MODES,
    PARTS,
    CarerNumbers,
    TravelNumbers,
    budgets_of,
    carer_numbers,
    free_bus,
    mask_of,
    merge_windows,
    ruler_numbers,
    shifted_weights,
    travel_numbers,
)
from marketplace.matching.thesaurus import Thesaurus
from marketplace.matching.weights import PRIORITY_SHIFTS
from marketplace.vocabulary import Theme, TravelMode

__all__ = ["MODES", "PARTS", "CompiledGoal", "Query", "Ruler", "compile_goal", "compile_query"]


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

    packed: bytes = b""
    """Six numbers of eight bytes: chosen, understood, akin and refused themes; 1 with words; importance."""


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
    def at(cls, lat: float, lon: float) -> Self:
        numbers = ruler_numbers(lat)
        return cls(lat, lon, numbers[:3], numbers[3:])


class Query(NamedTuple):
    """A named tuple: a frozen data class takes ten times as long to make, as long as a small search."""

    needs: Needs
    today: date
    home: Place | None
    travel: TravelNumbers
    free_bus: npt.NDArray[np.bool_]
    """For each minute of the week: a bus that starts then costs this person nothing."""
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
    carer: CarerNumbers

    @property
    def ruler(self) -> Ruler | None:
        """Around the person's home; None where it is not known. Made anew each time."""
        return None if self.home is None else Ruler.at(self.home.lat, self.home.lon)

    @property
    def modes(self) -> tuple[TravelMode, ...]:
        """Ways to travel, the provider's transport left out; a car where none was given."""
        return self.travel.modes

    @property
    def modes_assumed(self) -> bool:
        return self.travel.modes_assumed

    @property
    def ways(self) -> npt.NDArray[np.float64]:
        """One column a member of ``TravelMode``: whether the person goes this way (1 or 0), fixed minutes
        and minutes a km (NaN where they can't, but for the provider's transport), fixed pence and pence
        a km one way."""
        return self.travel.ways

    @property
    def uses_provider_transport(self) -> bool:
        return self.travel.uses_provider_transport

    @property
    def wants_transport(self) -> bool:
        return self.travel.wants_transport

    @property
    def max_minutes(self) -> float:
        return self.travel.max_minutes

    @property
    def reach_km(self) -> float:
        """Straight-line kilometres that the quickest way covers within the limit."""
        return self.travel.reach_km

    @property
    def shortest_break(self) -> int:
        """The carer's, in minutes; 0 is not known."""
        return self.carer.shortest_break

    @property
    def break_minutes(self) -> float:
        """Minutes of break that the carer wants in a week; 0 is not known."""
        return self.carer.break_minutes

    @property
    def works(self) -> npt.NDArray[np.int64]:
        """When the carer works: as ``windows``."""
        return self.carer.works

    @property
    def work_minutes(self) -> int:
        """Minutes that the carer works in a week; 0 is not known."""
        return self.carer.work_minutes

    @property
    def has_carer(self) -> bool:
        """Something is known of a carer that an offer's times can be held against."""
        return self.carer.has_carer

    @property
    def counts_blocks(self) -> bool:
        """It matters how long somebody can stay, from one visit to the next."""
        return self.shortest > 0 or self.shortest_break > 0


def compile_query(
    needs: Needs,
    *,
    home: Place | None,
    thesaurus: Thesaurus,
    today: date,
    travel_model: TravelModel = DEFAULT_MODEL,
) -> Query:
    """Turn needs into numbers. ``home`` is the needs' postcode as a place, None if not known."""
    budget, score_budget = budgets_of(needs)
    return Query(
        needs=needs,
        today=today,
        home=home,
        travel=travel_numbers(needs.travel, travel_model, today),
        free_bus=free_bus(needs.travel.passes, home.district_code if home else None, today),
        windows=merge_windows(needs.when),
        has_when=bool(needs.when),
        wanted_minutes=60.0 * (needs.hours_wanted or 0.0),
        shortest=needs.shortest_visit_minutes or 0,
        level=0 if needs.support_level is None else int(needs.support_level),
        age=-1 if needs.age is None else needs.age,
        must=mask_of(needs.must_have),
        like=mask_of(needs.would_like),
        budget_pence=budget,
        score_budget_pence=score_budget,
        goals=_compile_goals(needs, thesaurus),
        weights=shifted_weights(needs.matters_most),
        carer=carer_numbers(needs.carer),
    )


def _compile_goals(needs: Needs, thesaurus: Thesaurus) -> tuple[CompiledGoal, ...]:
    goals = [compile_goal(goal, thesaurus) for goal in needs.goals]
    for priority in needs.matters_most:
        theme = PRIORITY_SHIFTS[priority].adds_theme
        if theme is not None and not any(
            (goal.themes | goal.word_themes | goal.kin_themes) & theme.bit for goal in goals
        ):
            goals.append(compile_goal(Goal(theme=theme), thesaurus))
    return tuple(goals)


@lru_cache(maxsize=8192)
def compile_goal(goal: Goal, thesaurus: Thesaurus) -> CompiledGoal:
    """One goal read; the same goal is read once."""
    chosen = goal.theme.bit if goal.theme else 0
    if not goal.text:
        packed = pack("=6Q", chosen, 0, 0, 0, 0, goal.importance)
        return CompiledGoal(goal, chosen, 0, 0, "", {}, 0, None, packed)
    meaning = meaning_of(thesaurus, goal.text, goal.as_written).without(goal.not_themes)
    said = {
        theme: phrases
        for theme, phrases in {**meaning.kin, **meaning.themes}.items()
        if theme is not goal.theme
    }
    understood = sum(theme.bit for theme in meaning.themes)
    akin = sum(theme.bit for theme in meaning.kin)
    refused = sum(theme.bit for theme in {*meaning.refused, *goal.not_themes}) & ~chosen
    return CompiledGoal(
        goal=goal,
        themes=chosen,
        word_themes=understood,
        kin_themes=akin,
        words=meaning.wanted_words,
        said=said,
        refused=refused,
        meaning=meaning,
        packed=pack("=6Q", chosen, understood, akin, refused, 1, goal.importance),
    )
