"""What may be told of groups of people that overlap with the groups of the published tables.

The tables of a report are fixed, and checked so that no star among them can be found out. A proposed offer
reaches people out of several of their cells: a number for it could say more of a star than its table does
(15 people of two districts of which one shows 10 and the other a star: the star is at least 1, and more
than that if all 15 were told). So a number that is told beside the tables is never more than what they say
already: ``at least``. Groups of fewer than 8 are not told at all, not even as a star.

Groups that share nobody (sessions that are planned together) are told out of one ``Allowance``: what one
of them was told is gone for the next.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import Asked
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import FEWEST_SHOWN, STEP, Shown, shown

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetTables:
    """What the report says of people with an unmet wish.

    A cell that is left out of a table says nothing of its people; so nothing may be told of them either.
    A table without any cell isn't published: nothing of it can be found out.
    Districts are positions in the geography; themes and bands are ``position``; levels 1 to 5.
    """

    by_theme: Mapping[tuple[int, int], Shown]
    """By district and theme."""
    by_level: Mapping[tuple[int, int], Shown]
    """By district and level, each person once."""
    by_band: Mapping[tuple[int, int, int, int], Shown]
    """By district, theme, band and level: someone with time in several bands stands in each."""
    by_place: Mapping[tuple[int, int], Shown] = field(default_factory=dict)
    """By place and theme: parts of ``by_theme``, so nothing further is to be held against them."""


NOTHING_PUBLISHED = UnmetTables(by_theme={}, by_level={}, by_band={})


class Allowance:
    """How much can still be told, of groups that have nobody in common."""

    def __init__(self, tables: UnmetTables) -> None:
        self._left: list[dict[Hashable, int]] = [
            {key: one.least for key, one in table.items()}
            for table in (tables.by_theme, tables.by_level, tables.by_band)
        ]

    def tell(self, asked: Asked, rows: Rows, *, band: TimeBand) -> Shown | None:
        """At least so many of the people of *rows* who have time in *band*; None where nothing can be told.

        *rows* are positions in *asked*, each person once. Worked example: 18 people of a district whose
        cells show 10 and a star are told as 10, because 8 and 1 are all that these say.
        """
        families = [
            (left, cells) for left, cells in zip(self._left, _cells(asked, rows, band), strict=True) if left
        ]
        most = min((sum(left.get(cell, 0) for cell in cells) for left, cells in families), default=len(rows))
        one = _at_most(len(rows), most)
        if one is not None:
            for left, cells in families:
                _take(left, cells, one.least)
        return one


def tell(asked: Asked, rows: Rows, tables: UnmetTables, *, band: TimeBand) -> Shown | None:
    """The same for a group by itself."""
    return Allowance(tables).tell(asked, rows, band=band)


def _cells(asked: Asked, rows: Rows, band: TimeBand) -> tuple[Sequence[Hashable], ...]:
    """In each table the different cells in which these people stand, in a fixed order."""
    district, theme, level = asked.district[rows], asked.theme[rows], asked.level[rows]
    in_band = (asked.bands[rows] & band.bit) != 0
    stands = np.where(in_band, band.position, TimeBand.NOT_SAID.position)
    return (
        _different(district, theme),
        _different(district, level),
        _different(district, theme, stands, level),
    )


def _different(*columns: npt.NDArray[np.integer]) -> Sequence[Hashable]:
    return sorted({tuple(int(one) for one in cell) for cell in zip(*columns, strict=True)})


def _at_most(count: int, least: int) -> Shown | None:
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


def _take(left: dict[Hashable, int], cells: Iterable[Hashable], least: int) -> None:
    for cell in cells:
        here = min(left.get(cell, 0), least)
        if here:
            left[cell] -= here
            least -= here
