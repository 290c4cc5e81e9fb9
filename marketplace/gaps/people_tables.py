"""Different people of each district, and who could be placed: shown only where that gives no star away.

A district's people are counted once, however much they ask for, so their number is tied to those of every
theme: nobody asks for a theme who is not among them, and there are no more of them than wishes. Each theme
is asked about with these ties, while the counts of the other themes stay what they are: what can be so with
them can be so. Where a theme's star would be narrowed, less is told of the people, never of the theme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import LEVELS
from marketplace.gaps.audit import Books, are_safe
from marketplace.gaps.cells import Cells, Counts
from marketplace.gaps.disclosure import Shown, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.publishing import Progress, ThemeCounts, ThemeShown, books_by_level
from marketplace.gaps.report_rows import DistrictRow, Flow, LevelCount

Published = Sequence[tuple[ThemeCounts, ThemeShown]]
_TRIES = ("ulf", "uf", "ul", "u", "f", "")
"""Which of unmet people (u), levels (l) and flow (f) are tried beside all people, the most useful first."""


class FlowCounts(NamedTuple):
    """People of each district: for whom something fits, who is placed at most, and one after the other."""

    fitting: npt.NDArray[np.int64]
    placed: npt.NDArray[np.int64]
    greedy: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _People:
    """What might be told of one district; no star is among it."""

    asked: Shown
    unmet: Shown | None = None
    levels: tuple[LevelCount, ...] | None = None
    flow: Flow | None = None


class _Truth(NamedTuple):
    """What the unknowns of a district's people are: by level, and placed at most and one after the other."""

    all_met: list[int]
    some_unmet: list[int]
    fitting: list[int]
    placed: list[int]


def district_rows(
    cells: Cells,
    published: Published,
    flow: FlowCounts | None,
    geography: Geography,
    progress: Progress = lambda _: None,
) -> tuple[DistrictRow, ...]:
    """A row for each district in which somebody asks for something. *progress* hears how many of them are
    settled."""
    themes: dict[int, list[tuple[ThemeCounts, ThemeShown]]] = defaultdict(list)
    positions = {code: at for at, code in enumerate(geography.district_codes)}
    for one in published:
        themes[positions[one[0].district_code]].append(one)
    chosen: dict[int, _People] = {}
    left = np.flatnonzero(cells.people.any(axis=1)).tolist()
    every = list(left)
    for kept in _TRIES:
        tried = {at: some for at in left if (some := _try(cells, flow, at, kept)) is not None}
        asked = [
            (at, books)
            for at, some in tried.items()
            for books in _tied(some, themes[at], _truth(cells, flow, at))
        ]
        safe = are_safe([books for _, books in asked])
        caught = {at for (at, _), is_safe in zip(asked, safe, strict=True) if not is_safe}
        chosen |= {at: some for at, some in tried.items() if at not in caught}
        left = [at for at in left if at not in chosen]
        progress(len(every) - len(left))
    return tuple(_row(chosen.get(at), at, geography) for at in every)


def _row(people: _People | None, at: int, geography: Geography) -> DistrictRow:
    return DistrictRow(
        code=geography.district_codes[at],
        name=geography.district_names[at],
        council_code=geography.council_codes[geography.district_council[at]],
        asked=people.asked if people else None,
        unmet=people.unmet if people else None,
        levels=people.levels if people else None,
        flow=people.flow if people else None,
    )


def _try(cells: Cells, flow: FlowCounts | None, at: int, kept: str) -> _People | None:
    """What is *kept* of a district's people; None where a star would be among it."""
    asked, unmet = shown(int(cells.people[at].sum())), shown(int(cells.unmet_people[at].sum()))
    levels = tuple(
        LevelCount(level=level, asked=shown(int(some)), unmet=shown(int(few)))
        for level, some, few in zip(LEVELS, cells.people[at], cells.unmet_people[at], strict=True)
        if some
    )
    numbers = [asked]
    if "u" in kept:
        numbers.append(unmet)
    if "l" in kept:
        numbers += [count for row in levels for count in (row.asked, row.unmet)]
    found = None
    if "f" in kept:
        if flow is None:
            return None
        fitting, placed, greedy = (shown(int(counts[at])) for counts in flow)
        found = Flow(fitting=fitting, placed=placed, greedy=greedy)
        numbers += [fitting, placed, greedy]
    if any(number.is_suppressed for number in numbers):
        return None
    return _People(asked, unmet if "u" in kept else None, levels if "l" in kept else None, found)


def _truth(cells: Cells, flow: FlowCounts | None, at: int) -> _Truth:
    every, some_unmet = cells.people[at], cells.unmet_people[at]
    placed = [0, 0] if flow is None else [int(flow.placed[at]), int(flow.greedy[at])]
    return _Truth((every - some_unmet).tolist(), some_unmet.tolist(), cells.met_people[at].tolist(), placed)


def _tied(people: _People, themes: Published, truth: _Truth) -> list[Books]:
    """For each theme what a reader of it and of *people* knows, were the other themes known exactly. Themes
    that the people's numbers can't say anything of are left out."""
    unmet = np.array([counts.unmet for counts, _ in themes])
    asked = np.array([counts.asked for counts, _ in themes])
    # Shape (either, unmet and met; themes; levels): the most of one of the others, and all of them.
    wishes = np.stack([asked, unmet, asked - unmet])
    most, others = _most_of_others(wishes), wishes.sum(axis=1, keepdims=True) - wishes
    people_there = np.array(themes[0][0].people)
    enough = (people_there[:, None, :] <= others).all(axis=(0, 2))
    tied = []
    for at, (counts, some) in enumerate(themes):
        if some.is_free and enough[at]:
            # Whatever its stars stand for, the people can stay who they are: nothing is said of it.
            continue
        books, by_level = books_by_level(counts, some, LEVELS)
        if books.stars:
            _tie(books, by_level, people, truth, most=most[:, at].tolist(), others=others[:, at].tolist())
            tied.append(books)
    return tied


def _most_of_others(counts: Counts) -> Counts:
    """For each along the second axis the most among the others, 0 where there are none; same shape."""
    most = np.zeros_like(counts)
    if counts.shape[1] > 1:
        ordered = np.sort(counts, axis=1)[:, ::-1]
        first, second = ordered[:, :1], ordered[:, 1:2]
        most = np.where(counts == first, second, first)
    # Where several have the most, the second is as many.
    return most


@lru_cache(maxsize=4096)
def _ties_between(
    own: tuple[tuple[int, int], ...], first: int
) -> tuple[tuple[int, ...], tuple[float, ...], tuple[int, ...]]:
    """Lines between the met and the unmet of a theme and the people of all levels, who begin at *first*:
    unknowns, how often each is taken, where each line ends."""
    every = range(len(own))
    all_met, some_unmet, fitting = ([first + kind * len(own) + at for at in every] for kind in range(3))
    met, unmet = zip(*own, strict=True)
    lines: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    # Nobody asks or fits who is not among the people.
    lines += [((unmet[at],), (some_unmet[at],)) for at in every]
    lines += [((met[at],), (fitting[at],)) for at in every]
    lines += [((all_met[at],), (fitting[at],)) for at in every]
    lines += [((fitting[at],), (all_met[at], some_unmet[at])) for at in every]
    lines += [((met[at], unmet[at]), (all_met[at], some_unmet[at])) for at in every]
    # There are no more people than wishes, of this theme and (behind the line) of all others.
    lines += [((all_met[at], some_unmet[at]), (met[at], unmet[at])) for at in every]
    lines += [((some_unmet[at],), (unmet[at],)) for at in every]
    lines += [((fitting[at],), (met[at],)) for at in every]
    columns = tuple(one for small, large in lines for one in (*small, *large))
    numbers = tuple(number for small, large in lines for number in (1.0,) * len(small) + (-1.0,) * len(large))
    return columns, numbers, tuple(accumulate(len(small) + len(large) for small, large in lines))


def _tie(
    books: Books,
    by_level: dict[int, tuple[int, int]],
    people: _People,
    truth: _Truth,
    *,
    most: list[list[int]],
    others: list[list[int]],
) -> None:
    """Add the people of all levels: for whom all is met, some is not, something fits.

    Of the other themes *most* are the counts of the largest and *others* of all, by (either, unmet, met)
    and level.
    """
    all_met = books.new(len(LEVELS), truth.all_met)
    some_unmet = books.new(len(LEVELS), truth.some_unmet)
    fitting = books.new(len(LEVELS), truth.fitting)
    columns, numbers, ends = _ties_between(tuple(by_level[level] for level in LEVELS), all_met[0])
    books.add(
        high=[0.0] * (5 * len(LEVELS)) + [float(number) for of_kind in others for number in of_kind],
        columns=columns,
        numbers=numbers,
        ends=ends,
    )
    for at in range(len(LEVELS)):
        if most[0][at]:
            books.no_more((), (all_met[at], some_unmet[at]), most[0][at])
        books.least[some_unmet[at]] = most[1][at]
        books.least[fitting[at]] = most[2][at]
    books.publish([*all_met, *some_unmet], people.asked)
    books.publish(some_unmet, people.unmet)
    told = {row.level: row for row in people.levels or ()}
    for at, level in enumerate(LEVELS if told else ()):
        nobody = LevelCount(level=level, asked=Shown(0), unmet=Shown(0))
        row = told.get(level, nobody)
        books.publish([all_met[at], some_unmet[at]], row.asked)
        books.publish([some_unmet[at]], row.unmet)
    if people.flow is not None:
        placed, greedy = books.new(2, truth.placed)
        books.no_more((placed,), fitting)
        books.no_more((greedy,), (placed,))
        books.publish(fitting, people.flow.fitting)
        books.publish([placed], people.flow.placed)
        books.publish([greedy], people.flow.greedy)
