"""What a reader of several tables knows of the counts behind them, as unknowns and lines between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from math import inf, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from marketplace.gaps.disclosure import Shown
from marketplace.gaps.simplex import Packed, Whole


class Books:
    """Unknown counts, numbered from 0, none of them below 0, and what is known of them.

    A line says between which numbers a sum of unknowns is, each taken once or taken away once.
    """

    __slots__ = ("columns", "ends", "high", "least", "low", "most", "numbers", "shown", "truth")

    def __init__(self) -> None:
        self.truth: list[float] = []
        """What each unknown is; NaN where it is not known. A place to start from, and nothing else: no
        answer depends on it."""
        self.least: list[float] = []
        """The least that each can be; the next: the most."""
        self.most: list[float] = []
        self.shown: list[tuple[tuple[int, ...], Shown]] = []
        """Sums of unknowns that are published."""
        self.low: list[float] = []
        """Of each line; the next too."""
        self.high: list[float] = []
        self.ends: list[int] = []
        """Where each line ends in ``columns`` and ``numbers``: the unknowns, and how often each is taken."""
        self.columns: list[int] = []
        self.numbers: list[float] = []

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return len(self.truth)

    @property
    def stars(self) -> list[int]:
        """Positions in ``shown``."""
        return [at for at, (_, count) in enumerate(self.shown) if count.number is None]

    def new(self, number: int, truth: Sequence[float] = ()) -> list[int]:
        """So many more unknowns."""
        first = len(self.truth)
        self.truth += truth or [nan] * number
        self.least += [0.0] * number
        self.most += [inf] * number
        return list(range(first, first + number))

    def publish(self, parts: Iterable[int], count: Shown | None) -> None:
        """The sum of *parts* is published as *count*; None is not published."""
        if count is None:
            return
        parts = tuple(parts)
        self.shown.append((parts, count))
        if len(parts) == 1:
            (at,) = parts
            self.least[at] = max(self.least[at], count.least)
            self.most[at] = min(self.most[at], count.most)
        else:
            self._line(count.least, parts, (), count.most)

    def no_more(self, small: Sequence[int], large: Sequence[int], more: float = 0.0) -> None:
        """The sum of *small* with so many *more* is no more than the sum of *large*."""
        self._line(-inf, small, large, -more)

    def each_no_more(self, smalls: Sequence[int], larges: Sequence[int]) -> None:
        """Each of *smalls* is no more than the one of *larges* beside it."""
        number, first = len(smalls), len(self.columns)
        self.low += [-inf] * number
        self.high += [0.0] * number
        self.columns += chain.from_iterable(zip(smalls, larges, strict=True))
        self.numbers += [1.0, -1.0] * number
        self.ends += range(first + 2, first + 2 * number + 1, 2)

    def add(
        self, *, high: Sequence[float], columns: Sequence[int], numbers: Sequence[float], ends: Sequence[int]
    ) -> None:
        """Many lines at once: sums that are at most *high*. Where each ends is counted from the first."""
        first = len(self.columns)
        self.low += [-inf] * len(high)
        self.high += high
        self.columns += columns
        self.numbers += numbers
        self.ends += [first + end for end in ends]

    def equal(self, left: Sequence[int], right: Sequence[int]) -> None:
        self._line(0.0, left, right, 0.0)

    def _line(self, low: float, plus: Sequence[int], minus: Sequence[int], high: float) -> None:
        self.low.append(low)
        self.high.append(high)
        self.columns += plus
        self.columns += minus
        self.numbers += [1.0] * len(plus)
        self.numbers += [-1.0] * len(minus)
        self.ends.append(len(self.columns))


def packed(books: Sequence[Books]) -> Packed:
    """*books* as arrays, one after the other. What is published of one unknown bounds it, and is no line."""
    parts = [parts for one in books for parts, count in one.shown if count.number is None]
    lines = [0, *accumulate(len(one.columns) for one in books)]
    return Packed(
        first_unknown=_starts(len(one.truth) for one in books),
        low=_joined(one.least for one in books),
        high=_joined(one.most for one in books),
        truth=_joined(one.truth for one in books),
        first_row=_starts(len(one.low) for one in books),
        row_low=_joined(one.low for one in books),
        row_high=_joined(one.high for one in books),
        first_entry=np.array(
            [0, *(start + end for start, one in zip(lines, books, strict=False) for end in one.ends)],
            dtype=np.int64,
        ),
        column=_joined((one.columns for one in books), np.int64),
        number=_joined(one.numbers for one in books),
        first_star=_starts(len(one.stars) for one in books),
        first_part=_starts(map(len, parts)),
        part=_joined(parts, np.int64),
    )


def _starts(lengths: Iterable[int]) -> Whole:
    return np.array([0, *accumulate(lengths)], dtype=np.int64)


def _joined(some: Iterable[Iterable[float]], kind: type[np.generic] = np.float64) -> npt.NDArray[Any]:
    return np.fromiter(chain.from_iterable(some), dtype=kind)
