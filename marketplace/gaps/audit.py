"""Whether a reader of several tables together can work out more of a star than 'from 1 to 7'.

Everything that is published of a set of people, and everything that anybody knows of how the counts hang
together (parts make a total, some are no more than all), is a system of linear constraints. A star gives
nobody away where its smallest possible value is still 1 and its largest still 7. That is asked of a solver
of linear programs: one answer in which many stars are 1 shows it for all of them at once, so few questions
are needed.

Source of the method: auditing by linear programming, as for cell suppression in "Statistical Disclosure
Control" (Hundepool and others, Wiley 2012, chapter 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array

from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown

_SLACK = 1e-6


@dataclass(slots=True)
class Books:
    """Unknown counts, numbered from 0, none of them below 0, and what is known of them."""

    size: int = 0
    shown: list[tuple[tuple[int, ...], Shown]] = field(default_factory=list)
    """Sums of unknowns that are published."""
    no_more: list[tuple[tuple[int, ...], tuple[int, ...], int]] = field(default_factory=list)
    """Of each pair of sums the first, with so many more, is no more than the second."""
    equal: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)

    def new(self, number: int) -> list[int]:
        """So many more unknowns."""
        first = self.size
        self.size += number
        return list(range(first, self.size))

    def publish(self, parts: Iterable[int], count: Shown | None) -> None:
        """The sum of *parts* is published as *count*; None is not published."""
        if count is not None:
            self.shown.append((tuple(parts), count))


def gives_away(books: Books) -> list[int]:
    """Positions in ``books.shown`` of the stars of which more can be known than 'from 1 to 7'.

    Exact for fractions of people, which a reader can't rule out for less than the whole program allows.
    Raises ``ValueError`` for books that contradict each other.
    """
    stars = [at for at, (_, count) in enumerate(books.shown) if count.is_suppressed]
    if not stars:
        return []
    program = _Program.of(books)
    found = set()
    for sign, end in ((1.0, 1.0), (-1.0, FEWEST_SHOWN - 1.0)):
        open_stars = stars
        while open_stars:
            values = program.extreme([books.shown[at][0] for at in open_stars], sign)
            left = [
                at for at, value in zip(open_stars, values, strict=True) if sign * value > sign * end + _SLACK
            ]
            if len(left) < len(open_stars):
                open_stars = left
                continue
            # Together none gets there: ask for each alone.
            for at in left:
                (value,) = program.extreme([books.shown[at][0]], sign)
                if sign * value > sign * end + _SLACK:
                    found.add(at)
            break
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Program:
    size: int
    below: csr_array
    most: npt.NDArray[np.float64]
    same: csr_array | None

    @classmethod
    def of(cls, books: Books) -> _Program:
        rows: list[tuple[Sequence[int], Sequence[int]]] = []
        most: list[float] = []
        for parts, count in books.shown:
            rows += [(parts, ()), ((), parts)]
            most += [float(count.most), -float(count.least)]
        for small, large, more in books.no_more:
            rows.append((small, large))
            most.append(-float(more))
        return cls(
            books.size,
            _matrix(rows, books.size),
            np.array(most),
            _matrix(books.equal, books.size) if books.equal else None,
        )

    def extreme(self, sums: Sequence[tuple[int, ...]], sign: float) -> list[float]:
        """The values of *sums* where all of them together are smallest (1) or largest (-1)."""
        cost = np.zeros(self.size)
        for parts in sums:
            cost[list(parts)] += sign
        answer = linprog(
            cost,
            A_ub=self.below,
            b_ub=self.most,
            A_eq=self.same,
            b_eq=None if self.same is None else np.zeros(self.same.shape[0]),
            method="highs",
        )
        if answer.status == 3:  # without an end: as far as anybody could wish
            return [-np.inf if sign > 0 else np.inf] * len(sums)
        if answer.status != 0:
            raise ValueError("published counts contradict each other")
        return [float(answer.x[list(parts)].sum()) for parts in sums]


def _matrix(rows: Sequence[tuple[Sequence[int], Sequence[int]]], size: int) -> csr_array:
    at, columns, data = list[int](), list[int](), list[float]()
    for row, (plus, minus) in enumerate(rows):
        at += [row] * (len(plus) + len(minus))
        columns += [*plus, *minus]
        data += [1.0] * len(plus) + [-1.0] * len(minus)
    # By places, so that what stands twice is added up.
    return csr_array((data, (at, columns)), shape=(len(rows), size))
