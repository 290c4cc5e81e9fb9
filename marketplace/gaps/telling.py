"""What may be told of groups of people that overlap with the groups of the published tables.

The tables of a report are fixed, and checked so that no star among them can be found out. A proposed offer
reaches people out of several of their cells: a number for it could say more of a star than its table does
(18 people of two districts of which one shows 10 and the other a star: at most 12 are of the first, so the
star is 6 or 7). So a number that is told beside the tables is never more than what they say already: it
stands for 'at least'. Groups of fewer than 8 are not told at all, not even as a star.

Where a report leaves the levels of a cell out, what it says of all levels together takes their place. But
levels could then be told one by one, by offers for one level each, until together they say more than their
total does; this is looked at, and then nothing is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import LEVEL_NOT_SAID, Asked
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import FEWEST_SHOWN, STEP, Shown, at_least, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.report_rows import GapReport

Rows = npt.NDArray[np.int64]
_Cell = tuple[int, ...]
_Table = Mapping[_Cell, Shown]

ALL_LEVELS = 0
_LEVELS_APART = ((1, 2, LEVEL_NOT_SAID), (3,), (4,))
"""Offers of different lines serve different people: who said no level counts at levels 1 and 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetTables:
    """What the report says of people with an unmet wish. A cell that is missing is left out there.

    Districts and places are positions in the geography; themes and bands are ``position``; levels are 1 to
    5, and ``ALL_LEVELS`` for all of them together. Of tables that are empty nothing is protected.
    """

    by_theme: _Table
    """By (district, theme)."""
    by_level: _Table
    """By (district, level), each person once."""
    by_band: _Table
    """By (district, theme, band, level): someone with time in several bands stands in each."""
    asked_by_band: _Table = field(default_factory=dict)
    """The same of all who ask, met or not: looked at where the levels of the unmet ones are left out."""
    by_place: _Table = field(default_factory=dict)
    """By (place, theme): parts of ``by_theme``, so nothing further is to be held against them."""


NOTHING_PUBLISHED = UnmetTables(by_theme={}, by_level={}, by_band={})


class Telling:
    """Tells of groups of unmet wishes: the rows of *asked*, all unmet, are those of the *tables*.

    Positions are those of *asked*; in each group every person stands once, about one theme.
    """

    def __init__(self, asked: Asked, tables: UnmetTables) -> None:
        self._asked = asked
        self._tables = tables
        self._taken: Counter[tuple[str, _Cell]] = Counter()
        self._safe: dict[_Cell, bool] = {}

    def alone(self, rows: Rows, *, band: TimeBand) -> Shown | None:
        """At least so many of the people of *rows*, who have time in *band* or did not say when; None where
        nothing can be told.

        Worked example: 18 people of two districts whose cells show 10 and a star are told as 10, because 8
        and 1 are all that these say.
        """
        return self._tell(rows, band, Counter())

    def apart(self, rows: Rows, *, band: TimeBand) -> Shown | None:
        """The same for groups of which none has anybody in common with another that was told this way:
        what one was told of is gone for the next."""
        return self._tell(rows, band, self._taken)

    def _tell(self, rows: Rows, band: TimeBand, taken: Counter[tuple[str, _Cell]]) -> Shown | None:
        families = self._families(rows, band) if len(rows) >= FEWEST_SHOWN else {}
        most = min(
            (
                sum(least - taken[name, cell] for cell, least in cells.items())
                for name, cells in families.items()
            ),
            default=len(rows),
        )
        one = at_most(len(rows), most)
        if one is None:
            return None
        for name, cells in families.items():
            left = one.least
            for cell, least in cells.items():
                here = min(least - taken[name, cell], left)
                taken[name, cell] += here
                left -= here
        return one

    def _families(self, rows: Rows, band: TimeBand) -> dict[str, dict[_Cell, int]]:
        """Per table the cells in which these people stand, each with how many it says at least."""
        asked, tables = self._asked, self._tables
        district, theme, level = asked.district[rows], asked.theme[rows], asked.level[rows]
        in_band = (asked.bands[rows] & band.bit) != 0
        bands = np.where(in_band, band.position, TimeBand.NOT_SAID.position)
        all_levels = np.full(len(rows), ALL_LEVELS)
        families = {}
        if tables.by_theme:
            families["theme"] = {cell: _least(tables.by_theme, cell) for cell in _different(district, theme)}
        if tables.by_level:
            # Whose district says nothing of levels is one of so many of the theme.
            families["level"] = dict(
                self._of_level(cell, tables.by_level)
                if cell in tables.by_level or (cell[0], ALL_LEVELS) in tables.by_level
                else ((cell[0], -1), _least(tables.by_theme, (cell[0], int(theme[0]))))
                for cell in _different(district, level)
            )
        if tables.by_band:
            families["band"] = {
                cell: _least(tables.by_band, cell) for cell in _different(district, theme, bands, all_levels)
            }
            families["band and level"] = dict(
                self._of_level(cell, tables.by_band, tables.asked_by_band)
                for cell in _different(district, theme, bands, level)
            )
        return families

    def _of_level(self, cell: _Cell, table: _Table, every: _Table | None = None) -> tuple[_Cell, int]:
        """A cell of one level; where levels are left out that of all of them, if that may be, or that of
        *every* one who asks at this level."""
        if cell in table:
            return cell, table[cell].least
        whole = (*cell[:-1], ALL_LEVELS)
        least = _least(table, whole)
        if whole not in self._safe:
            self._safe[whole] = self._levels_are_covered(whole, least)
        if not self._safe[whole]:
            return whole, 0
        return (cell, every[cell].least) if every and cell in every else (whole, least)

    def _levels_are_covered(self, whole: _Cell, least: int) -> bool:
        """Whether offers for one level each, told of one by one, say no more than the cell of all levels."""
        asked = self._asked
        inside = asked.district == whole[0]
        if len(whole) == 2:
            _, first = np.unique(asked.person[inside], return_index=True)
            return _levels_say(asked.level[inside][first]) <= least
        inside &= asked.theme == whole[1]
        of_theme = _levels_say(asked.level[inside])
        inside &= (asked.bands & list(TimeBand)[whole[2]].bit) != 0
        return (
            of_theme <= _least(self._tables.by_theme, whole[:2]) and _levels_say(asked.level[inside]) <= least
        )


def _levels_say(level: npt.NDArray[np.int8]) -> int:
    """The most that offers for one level each could tell of people of these levels together."""
    counts = [int(np.isin(level, apart).sum()) for apart in _LEVELS_APART]
    return sum(shown(count).least for count in counts if count >= FEWEST_SHOWN)


def _different(*columns: npt.NDArray[np.integer]) -> list[_Cell]:
    cells = np.unique(np.column_stack([column.astype(np.int64) for column in columns]), axis=0)
    return [tuple(cell) for cell in cells.tolist()]


def _least(table: _Table, cell: _Cell) -> int:
    """How many people a cell says at least; none where it is left out."""
    one = table.get(cell)
    return 0 if one is None else one.least


def at_most(count: int, least: int) -> Shown | None:
    """*count* people as shown, or the largest smaller number that stands for no more than *least*."""
    if count < FEWEST_SHOWN:
        return None
    number = shown(count).number or 0
    while number >= FEWEST_SHOWN:
        one = Shown(number)
        if one.least <= least:
            return one
        number -= STEP
    return None


def tables_of(report: GapReport, geography: Geography) -> UnmetTables:
    """What *report* publishes; where a theme's total is left out, what its parts of the week say at least."""
    district = {code: at for at, code in enumerate(geography.district_codes)}
    place = {geography.key_of(at): at for at in range(len(geography.outcodes))}
    by_band = {
        (district[row.district_code], row.theme.position, row.band.position, row.level): row
        for row in report.wanted
    }
    bands: dict[_Cell, list[Shown]] = defaultdict(list)
    for cell, row in by_band.items():
        if row.level == ALL_LEVELS and row.unmet is not None:
            bands[cell[:2]].append(row.unmet)
    by_level: dict[_Cell, Shown] = {}
    for people in report.districts:
        if people.unmet is not None:
            by_level[district[people.code], ALL_LEVELS] = people.unmet
        for level in people.levels or ():
            by_level[district[people.code], level.level] = level.unmet
    cells = [(district[row.district_code], row.theme.position) for row in report.themes]
    return UnmetTables(
        by_theme={
            cell: at_least(bands[cell]) if row.unmet is None else row.unmet
            for cell, row in zip(cells, report.themes, strict=True)
        },
        by_level=by_level,
        by_band={cell: row.unmet for cell, row in by_band.items() if row.unmet is not None},
        asked_by_band={cell: row.asked for cell, row in by_band.items() if row.asked is not None},
        by_place={
            (place[one.place_key], row.theme.position): one.unmet
            for row in report.themes
            for one in row.places or ()
            if one.place_key
        },
    )


def asked_by_theme(report: GapReport, geography: Geography) -> Mapping[tuple[int, int], Shown]:
    """How many ask, by (district, theme), where *report* says it."""
    return {
        (geography.district_of(row.district_code), row.theme.position): row.asked
        for row in report.themes
        if row.asked is not None
    }
