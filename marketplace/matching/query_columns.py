"""Many people's needs as columns: the numbers of one ``Query`` each, without making the objects.

What people have in common is made once: ways to travel, weeks, goals in the same words. The rules
for that are those of ``query``; here the numbers are only laid out side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from marketplace.geo.places import Place
from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching.kernel import compiled
from marketplace.matching.needs import DEFAULT_IMPORTANCE, Carer, Goal, Needs, Travel, Window
from marketplace.matching.query import compile_goal
from marketplace.matching.query_numbers import (
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
from marketplace.matching.text import NOTHING_SAID, GoalText, TextIndex
from marketplace.matching.weights import PRIORITY_SHIFTS
from marketplace.vocabulary import Feature, Priority, Theme, TravelPass

Person = tuple[Needs, Place | None]
"""Needs, and the place of their postcode; None where it is not known."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_Said = tuple[Theme | None, tuple[str, tuple[Theme, ...], tuple[str, ...]]]
"""What a goal's numbers depend on: its theme and its ``reading``."""


class QueryColumns(NamedTuple):
    """*n* people as arrays; the meanings are those of ``Query`` and ``QueryNumbers``.

    What several people have in common stands once in a table; ``…_of`` says which entry is whose.
    """

    has_home: Flags
    lat: Floats
    """WGS84 degrees, 0 without a home."""
    lon: Floats
    ruler: Floats
    """Shape (n, 6), as ``ruler_numbers``."""
    reach_km: Floats
    """Straight-line kilometres that the quickest way covers within the limit."""
    wants_transport: Flags
    max_minutes: Floats
    has_free_bus: Flags
    wanted_minutes: Floats
    shortest: Whole
    level: Whole
    age: Whole
    must: Whole
    like: Whole
    budget_pence: Whole
    score_budget_pence: Whole
    ways_of: Whole
    ways: Floats
    """Shape (ways, 5, modes)."""
    free_bus_of: Whole
    free_bus: Flags
    """Shape (passes, 10080)."""
    windows_of: Whole
    first_window: Whole
    """Shape (weeks + 1,): week *w* has ``windows[first_window[w]:first_window[w + 1]]``; a week without
    windows is not known."""
    windows: Whole
    """Shape (windows, 2), minutes over two weeks."""
    carer_of: Whole
    has_carer: Flags
    shortest_break: Whole
    """Shape (carers,), minutes; 0 is not known, as in the next two."""
    break_minutes: Floats
    work_minutes: Whole
    first_work: Whole
    """Shape (carers + 1,), into ``works`` as ``first_window`` into ``windows``."""
    works: Whole
    weights_of: Whole
    weights: Floats
    """Shape (weights, parts)."""
    first_goal: Whole
    """Shape (n + 1,): person *p* has the goals ``first_goal[p]:first_goal[p + 1]``."""
    goal_of: Whole
    """Shape (all people's goals,): which entry of the goals' tables each is."""
    importance: npt.NDArray[np.uint64]
    """Shape (all people's goals,)."""
    goal_numbers: npt.NDArray[np.uint64]
    """Shape (goals, 6), as ``QueryNumbers.goals``; the importance is everybody's own."""
    first_term: Whole
    """Shape (goals + 1,): goal *g* has the terms ``first_term[g]:first_term[g + 1]``."""
    terms: npt.NDArray[np.int32]
    term_weights: Floats
    vectors: npt.NDArray[np.int8]
    """Shape (goals, dimension); a goal with scale 0 has none."""
    vector_scale: Floats
    low: Floats
    slope: Floats


class _Once(dict[K, int], Generic[K, V]):
    """Numbers the keys in the order of asking, and makes the entry of each once."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self.make = make
        self.made: list[V] = []

    def __missing__(self, key: K) -> int:
        number = self[key] = len(self.made)
        self.made.append(self.make(key))
        return number


class _Goal(NamedTuple):
    numbers: bytes
    said: GoalText | None
    about: int
    """Mask of all themes that it is about."""


def query_columns(
    people: Sequence[Person], text: TextIndex, *, today: date, travel_model: TravelModel = DEFAULT_MODEL
) -> QueryColumns:
    """The columns of *people*, in their order, to be held against offers with the words of *text*.

    About half a KB a person: take some ten thousand at a time.
    """
    travels = _Once[Travel, TravelNumbers](lambda travel: travel_numbers(travel, travel_model, today))
    passes = _Once[tuple[tuple[TravelPass, ...], str | None], Flags](lambda held: free_bus(*held, today))
    weeks = _Once[tuple[Window, ...], Whole](merge_windows)
    carers = _Once[Carer, CarerNumbers](carer_numbers)
    weights = _Once[tuple[Priority, ...], Floats](shifted_weights)
    features = _Once[tuple[Feature, ...], int](mask_of)

    needs = [asked for asked, _ in people]
    homes = [home for _, home in people]
    travel_of = _whole(travels[asked.travel] for asked in needs)
    free_bus_of = _whole(
        passes[asked.travel.passes, home.district_code if home and asked.travel.passes else None]
        for asked, home in people
    )
    windows_of = _whole(weeks[asked.when] for asked in needs)
    carer_of = _whole(carers[asked.carer] for asked in needs)
    weights_of = _whole(weights[asked.matters_most] for asked in needs)
    must, like = (
        _whole(features[asked.must_have] for asked in needs),
        _whole(features[asked.would_like] for asked in needs),
    )
    masks = _whole(features.made)
    budgets = np.array([budgets_of(asked) for asked in needs], dtype=np.int64).reshape(-1, 2)
    lat = _floats(0.0 if home is None else home.lat for home in homes)
    return QueryColumns(
        has_home=np.array([home is not None for home in homes], dtype=np.bool_),
        lat=lat,
        lon=_floats(0.0 if home is None else home.lon for home in homes),
        ruler=_rulers(lat),
        reach_km=_floats(travel.reach_km for travel in travels.made)[travel_of],
        wants_transport=np.array([travel.wants_transport for travel in travels.made], np.bool_)[travel_of],
        max_minutes=_floats(travel.max_minutes for travel in travels.made)[travel_of],
        has_free_bus=np.array([bool(asked.travel.passes) for asked in needs], dtype=np.bool_),
        wanted_minutes=_floats(60.0 * (asked.hours_wanted or 0.0) for asked in needs),
        shortest=_whole(asked.shortest_visit_minutes or 0 for asked in needs),
        level=_whole(asked.support_level or 0 for asked in needs),
        age=_whole(-1 if asked.age is None else asked.age for asked in needs),
        must=masks[must],
        like=masks[like],
        budget_pence=budgets[:, 0].copy(),
        score_budget_pence=budgets[:, 1].copy(),
        ways_of=travel_of,
        ways=np.array([travel.ways for travel in travels.made]),
        free_bus_of=free_bus_of,
        free_bus=np.array(passes.made),
        windows_of=windows_of,
        first_window=_starts(weeks.made),
        windows=_joined(weeks.made, np.zeros((0, 2), dtype=np.int64)),
        carer_of=carer_of,
        has_carer=np.array([carer.has_carer for carer in carers.made], dtype=np.bool_),
        shortest_break=_whole(carer.shortest_break for carer in carers.made),
        break_minutes=_floats(carer.break_minutes for carer in carers.made),
        work_minutes=_whole(carer.work_minutes for carer in carers.made),
        first_work=_starts([carer.works for carer in carers.made]),
        works=_joined([carer.works for carer in carers.made], np.zeros((0, 2), dtype=np.int64)),
        weights_of=weights_of,
        weights=np.array(weights.made),
        **_goal_columns(needs, text),
    )


def _goal_columns(needs: Sequence[Needs], text: TextIndex) -> dict[str, npt.NDArray[Any]]:
    """The columns of goals, from ``first_goal`` on; what is the same in the same words is read once."""
    goals = _Once[_Said, _Goal](lambda said: _goal(said, text))
    first = [0]
    goal_of: list[int] = []
    importance: list[int] = []
    for asked in needs:
        mine = len(goal_of)
        for goal in asked.goals:
            goal_of.append(goals[goal.theme, goal.reading])
            importance.append(goal.importance)
        for priority in asked.matters_most:
            theme = PRIORITY_SHIFTS[priority].adds_theme
            if theme is not None and not any(goals.made[at].about & theme.bit for at in goal_of[mine:]):
                goal_of.append(goals[theme, Goal().reading])
                importance.append(DEFAULT_IMPORTANCE)
        first.append(len(goal_of))
    said = [NOTHING_SAID if entry.said is None else entry.said for entry in goals.made]
    vectors = text.columns.vectors
    whole = np.zeros((len(said), 0 if vectors is None else vectors.values.shape[1]), dtype=np.int8)
    scale = np.zeros(len(said))
    for number, heard in enumerate(said):
        if heard.vector is not None:
            whole[number], scale[number] = heard.vector.values, heard.vector.scale
    return {
        "first_goal": _whole(first),
        "goal_of": _whole(goal_of),
        "importance": np.array(importance, dtype=np.uint64),
        "goal_numbers": np.frombuffer(bytearray().join(one.numbers for one in goals.made), np.uint64).reshape(
            -1, 6
        ),
        "first_term": _starts([heard.terms for heard in said]),
        "terms": _joined([heard.terms for heard in said], np.zeros(0, np.int32)),
        "term_weights": _joined([heard.weights for heard in said], np.zeros(0)),
        "vectors": whole,
        "vector_scale": scale,
        "low": _floats(heard.low for heard in said),
        "slope": _floats(heard.slope for heard in said),
    }


def _goal(said: _Said, text: TextIndex) -> _Goal:
    theme, (words, not_themes, as_written) = said
    goal = compile_goal(
        Goal(theme=theme, text=words, not_themes=not_themes, as_written=as_written), text.thesaurus
    )
    return _Goal(
        numbers=goal.packed,
        said=None if goal.meaning is None else text.kept_goal(goal.goal.reading, goal.meaning),
        about=goal.themes | goal.word_themes | goal.kin_themes,
    )


@compiled
def _rulers(lat: Floats) -> Floats:
    """``ruler_numbers`` of each latitude, shape (n, 6)."""
    rulers = np.empty((len(lat), 6))
    for person in range(len(lat)):
        numbers = ruler_numbers(lat[person])
        for at in range(6):
            rulers[person, at] = numbers[at]
    return rulers


def _whole(values: Iterable[int]) -> Whole:
    return np.fromiter(values, dtype=np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _starts(arrays: Sequence[npt.NDArray[Any]]) -> Whole:
    """Where each of the *arrays* begins when they are joined, and the end of the last."""
    starts = np.zeros(len(arrays) + 1, dtype=np.int64)
    np.cumsum([len(array) for array in arrays], out=starts[1:])
    return starts


def _joined(arrays: Sequence[npt.NDArray[Any]], nothing: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([nothing, *arrays])
