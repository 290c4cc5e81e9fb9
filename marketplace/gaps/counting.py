"""For every person and goal which offers fit, and what stands in the way of the others: made into ``Asked``.

This is the one counting of what people ask for. A person asks for the themes they chose; where they chose
none, for what their words are about. They are met on a theme where some offer about any of their goals on it
fits. Offers together with somebody alongside or with transport don't count as fitting: whether such a pair
can be had on the day is for two offers to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import LEVEL_NOT_SAID, MET, Asked, asked_of
from marketplace.gaps.bands import bands_of
from marketplace.gaps.geography import Geography
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import DemandSource
from marketplace.geo.places import Place
from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching.batch_counts import AROUND_KM, EVENING, Fitting, GoalCounts, counted
from marketplace.matching.batch_reasons import Reason
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.needs import Needs, Window
from marketplace.matching.query_columns import QueryColumns, query_columns
from marketplace.vocabulary import Stop, Theme

BLOCK = 20_000
"""People counted at a time: what they need in memory grows with them."""

_OF_REASON = np.zeros(len(Reason), dtype=np.int8)
for _reason, _hindrance in {
    Reason.FULL: Hindrance.FULL,
    Reason.AGE: Hindrance.AGE,
    Reason.LEVEL: Hindrance.LEVEL,
    Reason.MUST_HAVE: Hindrance.MUST_HAVE,
    Reason.NO_COMPANION: Hindrance.NO_COMPANION,
    Reason.NO_EVENING: Hindrance.NO_EVENING,
    Reason.NO_WEEKEND: Hindrance.NO_WEEKEND,
    Reason.TIMES: Hindrance.TIMES,
    Reason.COST: Hindrance.COST,
    Reason.TRAVEL: Hindrance.TRAVEL,
    Reason.TRANSPORT: Hindrance.TRANSPORT,
}.items():
    _OF_REASON[_reason] = _hindrance.position
_OF_STOP = np.full(len(Stop), Hindrance.NOTHING_NEAR.position, dtype=np.int8)
for _stop, _hindrance in {
    Stop.NOT_TAKING_PEOPLE: Hindrance.FULL,
    Stop.AGE: Hindrance.AGE,
    Stop.LEVEL: Hindrance.LEVEL,
    Stop.MUST_HAVE: Hindrance.MUST_HAVE,
    Stop.TRAVEL: Hindrance.TRAVEL,
    Stop.TIMES: Hindrance.TIMES,
    Stop.COST: Hindrance.COST,
}.items():
    _OF_STOP[_stop.position] = _hindrance.position


class Asker(NamedTuple):
    """Somebody who asks for something."""

    needs: Needs
    home: Place | None
    district_code: str | None
    """What is known of the person; goes before the home's own."""
    source: DemandSource = DemandSource.PROFILES


class Counted(NamedTuple):
    """What was counted of some people."""

    asked: Asked
    fits: npt.NDArray[np.int32]
    """Shape (rows of asked,): offers that fit, each counted once for every goal on the theme that it is about."""
    fitting: Fitting
    """Which offers fit whom, by position in the people given; empty where nobody asked for it."""


def count(
    askers: Sequence[Asker],
    catalogue: Catalogue,
    geography: Geography,
    *,
    today: date,
    first_person: int = 0,
    stale: Catalogue | None = None,
    evening: int = EVENING,
    around_km: float = AROUND_KM,
    travel_model: TravelModel = DEFAULT_MODEL,
    with_pairs: bool = False,
    enough: int = 0,
) -> Counted:
    """Count *askers*, whose numbers begin at *first_person*; for very many call it for blocks of ``BLOCK``.

    *stale* are offers that left the results because nobody confirmed them. *evening* is the minute of the
    day at which evenings begin. *with_pairs* also tells which offers fit whom. Where a goal has *enough* offers
    that fit, it may be counted no further, 0 is all of them. A row for each person and theme, in the order of
    people and themes.
    """
    people = [(one.needs, one.home) for one in askers]
    columns = query_columns(people, catalogue.text, today=today, travel_model=travel_model)
    counts, fitting = counted(
        people,
        columns,
        catalogue,
        today=today,
        around_km=around_km,
        travel_model=travel_model,
        evening=evening,
        with_pairs=with_pairs,
        enough=enough,
    )
    goals = _asked_goals(askers, columns)
    person, theme, of_goal = _person_themes(goals, columns)
    fits = _sum_of(counts.fits, of_goal, len(person))
    hindrance = _hindrances(counts, of_goal, len(person))
    if stale is not None:
        again = query_columns(people, stale.text, today=today, travel_model=travel_model)
        aside, _ = counted(
            people,
            again,
            stale,
            today=today,
            around_km=around_km,
            travel_model=travel_model,
            evening=evening,
            with_pairs=False,
            enough=1,
        )
        hindrance[_sum_of(aside.fits, of_goal, len(person)) > 0] = Hindrance.STALE.position
    hindrance[fits > 0] = MET
    asked = _asked(askers, columns, geography, evening=evening)
    return Counted(
        asked_of(
            **{name: column[person] for name, column in asked.items()},
            person=person + first_person,
            theme=theme,
            met=fits > 0,
            hindrance=hindrance,
        ),
        fits,
        fitting,
    )


def _asked_goals(askers: Sequence[Asker], columns: QueryColumns) -> npt.NDArray[np.int64]:
    """Positions of the goals that people said. One that a priority adds comes after: nobody asked for that."""
    own = np.fromiter((len(one.needs.goals) for one in askers), dtype=np.int64)
    first = columns.first_goal[:-1]
    return np.asarray(np.repeat(first - np.cumsum(own) + own, own) + np.arange(int(own.sum())))


def _person_themes(
    goals: npt.NDArray[np.int64], columns: QueryColumns
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Person and theme of each row, and which goal counts for which row."""
    numbers = columns.goal_numbers
    chosen, understood, refused = numbers[:, 0], numbers[:, 1], numbers[:, 3]
    masks = np.where(chosen != 0, chosen, understood & ~refused)[columns.goal_of[goals]]
    person_of = np.repeat(np.arange(len(columns.lat)), np.diff(columns.first_goal))[goals]
    at, themes = [], []
    for theme in Theme:
        here = np.flatnonzero(masks & np.uint64(theme.bit))
        at.append(here)
        themes.append(np.full(len(here), theme.position, dtype=np.int64))
    of, theme_of = np.concatenate(at), np.concatenate(themes)
    keys, row = np.unique(person_of[of] * len(Theme) + theme_of, return_inverse=True)
    return keys // len(Theme), keys % len(Theme), (goals[of], row)


def _sum_of(
    numbers: npt.NDArray[np.int32],
    of_goal: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    rows: int,
) -> npt.NDArray[np.int32]:
    """The numbers of all goals of each row, added up."""
    goal, row = of_goal
    return np.bincount(row, weights=numbers[goal], minlength=rows).astype(np.int32)


def _hindrances(
    counts: GoalCounts, of_goal: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]], rows: int
) -> npt.NDArray[np.int8]:
    """What is in the way of each row: most often within reach; else the way there; else the first stop."""
    reasons = np.column_stack([_sum_of(counts.reasons[:, at], of_goal, rows) for at in Reason])
    stopped = np.column_stack([_sum_of(counts.stopped[:, at], of_goal, rows) for at in range(len(Stop))])
    near = reasons[:, : Reason.TRAVEL]
    found = np.full(rows, Hindrance.NOTHING_NEAR.position, dtype=np.int8)
    some = stopped.any(axis=1)
    found[some] = _OF_STOP[stopped[some].argmax(axis=1)]
    found[reasons[:, Reason.TRAVEL] > 0] = Hindrance.TRAVEL.position
    found[reasons[:, Reason.TRANSPORT] > 0] = Hindrance.TRANSPORT.position
    within = near.any(axis=1)
    found[within] = _OF_REASON[near[within].argmax(axis=1)]
    return found


def _asked(
    askers: Sequence[Asker],
    columns: QueryColumns,
    geography: Geography,
    *,
    evening: int,
) -> dict[str, npt.NDArray[np.generic]]:
    """What is the same in all rows of a person, for everybody."""
    codes = [one.home.district_code if one.home else None for one in askers]
    known = [one.district_code or code for code, one in zip(codes, askers, strict=True)]
    positions = {code: geography.district_of(code) for code in set(known)}
    where = np.where(columns.has_home, 0.0, np.nan)
    level = columns.level
    return {
        "place": np.fromiter((geography.place_of(one.home, one.district_code) for one in askers), np.int32),
        "district": np.fromiter((positions[code] for code in known), np.int32),
        "bands": np.fromiter((_bands(one.needs.when, evening) for one in askers), np.uint16),
        "level": np.where(level == 0, LEVEL_NOT_SAID, level),
        "source": np.fromiter((one.source.position for one in askers), np.int8),
        "lat": columns.lat + where,
        "lon": columns.lon + where,
        "reach_km": columns.reach_km,
    }


@lru_cache(maxsize=8192)
def _bands(when: tuple[Window, ...], evening: int) -> int:
    return sum(band.bit for band in bands_of(when, evening))
