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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array

from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown
from marketplace.matching.batch import processors

AT_A_TIME = 48
"""Books asked about in one question."""
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
    return all_given_away([books])[0]


def all_given_away(books: Sequence[Books]) -> list[list[int]]:
    """``gives_away`` of each of *books*, which know nothing of each other: asked together, as most of the
    time of a small question goes into asking it."""
    portions = [books[start : start + AT_A_TIME] for start in range(0, len(books), AT_A_TIME)]
    if len(portions) < 2:
        return [found for portion in portions for found in _given_away(portion)]
    with ThreadPoolExecutor(processors()) as pool:
        return [found for of_portion in pool.map(_given_away, portions) for found in of_portion]


def _given_away(books: Sequence[Books]) -> list[list[int]]:
    found: list[set[int]] = [set() for _ in books]
    stars = [[at for at, (_, count) in enumerate(one.shown) if count.is_suppressed] for one in books]
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
    same: csr_array | None
    bounds: npt.NDArray[np.float64]

    @classmethod
    def of(cls, books: Sequence[Books]) -> _Program:
        first = [0, *np.cumsum([one.size for one in books]).tolist()]
        bounds = np.tile([0.0, np.inf], (first[-1], 1))
        rows: list[tuple[list[int], list[int]]] = []
        most: list[float] = []
        equal: list[tuple[list[int], list[int]]] = []
        for base, one in zip(first, books, strict=False):
            for parts, count in one.shown:
                here = [base + at for at in parts]
                if len(here) == 1:
                    low, high = bounds[here[0]]
                    bounds[here[0]] = max(low, count.least), min(high, count.most)
                    continue
                rows += [(here, []), ([], here)]
                most += [float(count.most), -float(count.least)]
            for small, large, more in one.no_more:
                rows.append(([base + at for at in small], [base + at for at in large]))
                most.append(-float(more))
            equal += [([base + at for at in left], [base + at for at in right]) for left, right in one.equal]
        size = first[-1]
        return cls(
            books,
            first,
            _matrix(rows, size),
            np.array(most),
            _matrix(equal, size) if equal else None,
            bounds,
        )

    def extremes(self, asked: Sequence[Sequence[int]], sign: float) -> list[dict[int, float]]:
        """The values of all stars of each book where those *asked* of are smallest (1) or largest (-1)."""
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
            b_eq=None if self.same is None else np.zeros(self.same.shape[0]),
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


def _matrix(rows: Sequence[tuple[Sequence[int], Sequence[int]]], size: int) -> csr_array:
    at, columns, data = list[int](), list[int](), list[float]()
    for row, (plus, minus) in enumerate(rows):
        at += [row] * (len(plus) + len(minus))
        columns += [*plus, *minus]
        data += [1.0] * len(plus) + [-1.0] * len(minus)
    # By places, so that what stands twice is added up.
    return csr_array((data, (at, columns)), shape=(len(rows), size))
