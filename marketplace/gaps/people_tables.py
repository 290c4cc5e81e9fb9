"""Different people of each district, and who could be placed: shown only where that adds nothing to know.

A district's people are counted once, however much they ask for, so their number is tied to those of every
theme: nobody asks for a theme who is not among them, and there are no more of them than wishes. They are
shown where none of these ties can bind, whatever the other numbers stand for; then they say nothing of any
star. The conditions are the comments in ``district_rows``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import LEVELS
from marketplace.gaps.cells import Cells
from marketplace.gaps.disclosure import Shown, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.publishing import ThemeCounts, ThemeShown
from marketplace.gaps.report_rows import DistrictRow, Flow, LevelCount
from marketplace.gaps.wanted import ALL_LEVELS, WantedRow

Published = Sequence[tuple[ThemeCounts, ThemeShown]]


class FlowCounts(NamedTuple):
    """People of each district: for whom something fits, who is placed at most, and one after the other."""

    fitting: npt.NDArray[np.int64]
    placed: npt.NDArray[np.int64]
    greedy: npt.NDArray[np.int64]


class _Ties(NamedTuple):
    """What the themes of a district could demand of its people."""

    fewest: int
    """No fewer wishes than these."""
    largest: int
    """No theme has more people than these."""
    of_level: tuple[int, ...]
    """No theme has more of a level."""

    def leave_free(self, count: Shown) -> bool:
        """Whether *count* different people can be so many whatever the themes' numbers stand for."""
        return (
            count.number is not None
            and count.most <= self.fewest
            and count.least >= max(self.largest, sum(self.of_level))
        )


def district_rows(
    cells: Cells, published: Published, flow: FlowCounts | None, geography: Geography
) -> tuple[DistrictRow, ...]:
    """A row for each district in which somebody asks for something."""
    themes: dict[str, list[ThemeShown]] = defaultdict(list)
    for counts, what in published:
        themes[counts.district_code].append(what)
    rows = []
    for at in np.flatnonzero(cells.people.any(axis=1)).tolist():
        code = geography.district_codes[at]
        own = themes[code]
        asked_ties, unmet_ties = _ties(own, unmet=False), _ties(own, unmet=True)
        asked, unmet = shown(int(cells.people[at].sum())), shown(int(cells.unmet_people[at].sum()))
        asked_free, unmet_free = asked_ties.leave_free(asked), unmet_ties.leave_free(unmet)
        levels = None
        if asked_free and unmet_free:
            levels = _levels(cells.people[at], cells.unmet_people[at], asked_ties, unmet_ties)
        rows.append(
            DistrictRow(
                code=code,
                name=geography.district_names[at],
                council_code=geography.council_codes[geography.district_council[at]],
                asked=asked if asked_free else None,
                unmet=unmet if unmet_free else None,
                levels=levels,
                flow=_flow(flow, at, own) if asked_free and unmet_free else None,
            )
        )
    return tuple(rows)


def _ties(themes: Sequence[ThemeShown], *, unmet: bool) -> _Ties:
    fewest, largest = 0, 0
    of_level = [0] * len(LEVELS)
    for theme in themes:
        total = theme.unmet if unmet else theme.asked
        bands = [_of(row, unmet) for row in theme.wanted if row.level == ALL_LEVELS]
        if total is None:
            fewest += max((one.least for one in bands if one), default=0)
            largest = max(largest, sum(one.most for one in bands if one))
        else:
            fewest += total.least
            largest = max(largest, total.most)
        for row in theme.wanted:
            one = _of(row, unmet)
            if row.level != ALL_LEVELS and one is not None:
                of_level[row.level - 1] = max(of_level[row.level - 1], one.most)
    return _Ties(fewest, largest, tuple(of_level))


def _of(row: WantedRow, unmet: bool) -> Shown | None:
    return row.unmet if unmet else row.asked


def _levels(
    people: npt.NDArray[np.int64], unmet_people: npt.NDArray[np.int64], asked: _Ties, unmet: _Ties
) -> tuple[LevelCount, ...] | None:
    """People by level, where there is no star among them and no theme's number of a level reaches theirs."""
    counts = []
    for at, level in enumerate(LEVELS):
        every, some = shown(int(people[at])), shown(int(unmet_people[at]))
        for count, ties in ((every, asked), (some, unmet)):
            if count.is_suppressed or (count.number and count.least < ties.of_level[at]):
                return None
        if every.number:
            counts.append(LevelCount(level=level, asked=every, unmet=some))
    return tuple(counts)


def _flow(flow: FlowCounts | None, at: int, themes: Sequence[ThemeShown]) -> Flow | None:
    """Who could be placed, where no star is among the numbers and the met of the themes leave them free:
    people for whom something fits are no more than the wishes that are met, and no fewer than those of
    one theme, or of one theme and level for each level."""
    if flow is None:
        return None
    fitting, placed, greedy = (shown(int(counts[at])) for counts in flow)
    if any(one.is_suppressed for one in (fitting, placed, greedy)):
        return None
    fewest_met = largest_met = 0
    of_level = [0] * len(LEVELS)
    for theme in themes:
        if theme.asked is None or theme.unmet is None:
            return None
        fewest_met += max(0, theme.asked.least - theme.unmet.most)
        largest_met = max(largest_met, theme.asked.most - theme.unmet.least)
        for row in theme.wanted:
            if row.level != ALL_LEVELS and row.asked is not None:
                met = row.asked.most - (row.unmet.least if row.unmet else 0)
                of_level[row.level - 1] = max(of_level[row.level - 1], met)
    if fitting.most > fewest_met or fitting.least < max(largest_met, sum(of_level)):
        return None
    return Flow(fitting=fitting, placed=placed, greedy=greedy)
