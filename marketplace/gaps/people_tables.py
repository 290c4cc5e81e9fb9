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
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import LEVELS
from marketplace.gaps.audit import Books, all_given_away
from marketplace.gaps.cells import Cells, Counts
from marketplace.gaps.disclosure import Shown, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.publishing import ThemeCounts, ThemeShown, books_by_level
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


def district_rows(
    cells: Cells, published: Published, flow: FlowCounts | None, geography: Geography
) -> tuple[DistrictRow, ...]:
    """A row for each district in which somebody asks for something."""
    themes: dict[int, list[tuple[ThemeCounts, ThemeShown]]] = defaultdict(list)
    for one in published:
        themes[geography.district_of(one[0].district_code)].append(one)
    chosen: dict[int, _People] = {}
    left = np.flatnonzero(cells.people.any(axis=1)).tolist()
    every = list(left)
    for kept in _TRIES:
        tried = {at: some for at in left if (some := _try(cells, flow, at, kept)) is not None}
        asked = [(at, books) for at, some in tried.items() for books in _tied(some, themes[at])]
        caught = {
            at
            for (at, _), found in zip(asked, all_given_away([books for _, books in asked]), strict=True)
            if found
        }
        chosen |= {at: some for at, some in tried.items() if at not in caught}
        left = [at for at in left if at not in chosen]
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


def _tied(people: _People, themes: Published) -> list[Books]:
    """For each theme what a reader of it and of *people* knows, were the other themes known exactly. Themes
    that the people's numbers can't say anything of are left out."""
    unmet = np.array([counts.unmet for counts, _ in themes])
    met = np.array([counts.asked for counts, _ in themes]) - unmet
    tied = []
    every, some_unmet, some_met = themes[0][0].people
    for at, (_, some) in enumerate(themes):
        without = (met.sum(axis=0) - met[at], unmet.sum(axis=0) - unmet[at])
        if (
            some.is_free
            and (some_met <= without[0]).all()
            and (some_unmet <= without[1]).all()
            and (every <= without[0] + without[1]).all()
        ):
            # Whatever its stars stand for, the people can stay who they are: nothing is said of it.
            continue
        books, by_level = books_by_level(some, LEVELS)
        others_met, others_unmet = np.delete(met, at, axis=0), np.delete(unmet, at, axis=0)
        _tie(books, by_level, people, others_met, others_unmet)
        tied.append(books)
    return tied


def _tie(
    books: Books, by_level: dict[int, tuple[int, int]], people: _People, met: Counts, unmet: Counts
) -> None:
    """Add the people of all levels: for whom all is met, some is not, something fits.

    *met* and *unmet* are the counts of the other themes by level, shape (themes, levels).
    """
    all_met, some_unmet, fitting = (books.new(len(LEVELS)) for _ in range(3))
    either = met + unmet
    for at, level in enumerate(LEVELS):
        own_met, own_unmet = by_level[level]
        every, some, fit = (all_met[at], some_unmet[at]), (some_unmet[at],), (fitting[at],)
        for whole, own, others in (
            (every, (own_met, own_unmet), either[:, at]),
            (some, (own_unmet,), unmet[:, at]),
            (fit, (own_met,), met[:, at]),
        ):
            books.no_more += [
                (own, whole, 0),
                ((), whole, int(others.max(initial=0))),
                (whole, own, -int(others.sum())),
            ]
        books.no_more += [((all_met[at],), fit, 0), (fit, every, 0)]
    books.publish([*all_met, *some_unmet], people.asked)
    books.publish(some_unmet, people.unmet)
    told = {row.level: row for row in people.levels or ()}
    for at, level in enumerate(LEVELS if told else ()):
        nobody = LevelCount(level=level, asked=Shown(0), unmet=Shown(0))
        row = told.get(level, nobody)
        books.publish([all_met[at], some_unmet[at]], row.asked)
        books.publish([some_unmet[at]], row.unmet)
    if people.flow is not None:
        placed, greedy = books.new(2)
        books.no_more += [((placed,), tuple(fitting), 0), ((greedy,), (placed,), 0)]
        books.publish(fitting, people.flow.fitting)
        books.publish([placed], people.flow.placed)
        books.publish([greedy], people.flow.greedy)
