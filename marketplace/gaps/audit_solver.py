"""The same question as ``simplex`` answers, asked of a solver of linear programs (HiGHS).

It needs nothing compiled and no place to start from, and takes some ten times as long. One answer in which
many stars are 1 shows it for all of them at once, so few questions are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from marketplace.gaps.books import Books, packed
from marketplace.gaps.disclosure import FEWEST_SHOWN

if TYPE_CHECKING:
    from scipy.sparse import csr_array

AT_A_TIME = 48
"""Books asked about in one question."""
_SLACK = 1e-6


def stars_given_away(books: Sequence[Books]) -> list[list[int]]:
    """For each of *books*, which know nothing of each other, the positions in its ``shown`` of the stars that
    can't be 1 or can't be 7.

    Raises ``ValueError`` where one of them contradicts itself.
    """
    portions = [books[start : start + AT_A_TIME] for start in range(0, len(books), AT_A_TIME)]
    return [found for portion in portions for found in _asked_together(portion)]


def _asked_together(books: Sequence[Books]) -> list[list[int]]:
    found: list[set[int]] = [set() for _ in books]
    stars = [one.stars for one in books]
    for sign, end in ((1.0, 1.0), (-1.0, FEWEST_SHOWN - 1.0)):
        open_stars = {at: mine for at, mine in enumerate(stars) if mine}
        # All open stars of a book together, until that brings no more of them to the end; then one by one.
        alone: set[int] = set()
        while open_stars:
            program = _Program.of([books[at] for at in open_stars])
            asked = [mine[:1] if at in alone else mine for at, mine in open_stars.items()]
            values = program.extremes(asked, sign)
            for at, mine, value in zip(list(open_stars), asked, values, strict=True):
                left = [one for one in open_stars[at] if sign * value[one] > sign * end + _SLACK]
                if at in alone and mine[0] in left:
                    found[at].add(mine[0])
                    left.remove(mine[0])
                elif len(left) == len(open_stars[at]):
                    alone.add(at)
                open_stars[at] = left
                if not left:
                    del open_stars[at]
    return [sorted(mine) for mine in found]


@dataclass(frozen=True, slots=True)
class _Program:
    """Several books side by side; each has its own unknowns."""

    books: Sequence[Books]
    first: list[int]
    below: csr_array
    most: npt.NDArray[np.float64]
    same: csr_array
    equal: npt.NDArray[np.float64]
    bounds: npt.NDArray[np.float64]

    @classmethod
    def of(cls, books: Sequence[Books]) -> _Program:
        from scipy.sparse import csr_array, vstack  # noqa: PLC0415 (see extremes)

        all_of = packed(books)
        lines, size = len(all_of.row_low), len(all_of.low)
        row = np.repeat(np.arange(lines), np.diff(all_of.first_entry))
        book = np.repeat(np.arange(len(books)), np.diff(all_of.first_row))[row]
        # By places, so that what stands twice is added up.
        matrix = csr_array((all_of.number, (row, all_of.first_unknown[book] + all_of.column)), (lines, size))
        same = all_of.row_low == all_of.row_high
        below, above = (~same & np.isfinite(ends) for ends in (all_of.row_high, all_of.row_low))
        return cls(
            books,
            all_of.first_unknown.tolist(),
            vstack([matrix[below], -matrix[above]]),
            np.concatenate([all_of.row_high[below], -all_of.row_low[above]]),
            matrix[same],
            all_of.row_low[same],
            np.column_stack([all_of.low, all_of.high]),
        )

    def extremes(self, asked: Sequence[Sequence[int]], sign: float) -> list[dict[int, float]]:
        """The values of all stars of each book where those *asked* of are smallest (1) or largest (-1)."""
        # Loading it takes longer than all the rest of starting, and few processes come here.
        from scipy.optimize import linprog  # noqa: PLC0415

        cost = np.zeros(self.first[-1])
        for base, one, mine in zip(self.first, self.books, asked, strict=False):
            for at in mine:
                for part in one.shown[at][0]:
                    cost[base + part] += sign
        answer = linprog(
            cost,
            A_ub=self.below,
            b_ub=self.most,
            A_eq=self.same,
            b_eq=self.equal,
            bounds=self.bounds,
            method="highs-ds",
            options={"presolve": False},  # it takes longer than what it saves in programs so small
        )
        if answer.status != 0:
            raise ValueError("published counts contradict each other")
        return [
            {
                at: float(sum(answer.x[base + part] for part in parts))
                for at, (parts, count) in enumerate(one.shown)
                if count.is_suppressed
            }
            for base, one in zip(self.first, self.books, strict=False)
        ]
