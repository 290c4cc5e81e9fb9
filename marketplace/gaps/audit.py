"""Whether a reader of several tables together can work out more of a star than 'from 1 to 7'.

Everything that is published of a set of people, and everything that anybody knows of how the counts hang
together (parts make a total, some are no more than all), is a system of linear constraints. A star gives
nobody away where its smallest possible value is still 1 and its largest still 7. ``simplex`` answers that for
many small systems at once; where nothing is compiled, or it is in doubt, ``audit_solver`` does.

Source of the method: auditing by linear programming, as for cell suppression in "Statistical Disclosure
Control" (Hundepool and others, Wiley 2012, chapter 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from marketplace.gaps.audit_solver import stars_given_away
from marketplace.gaps.books import Books, packed
from marketplace.gaps.disclosure import FEWEST_SHOWN
from marketplace.gaps.simplex import CAUGHT, UNKNOWN, Packed, States, judge
from marketplace.matching import kernel
from marketplace.matching.batch import processors

__all__ = ["Books", "all_given_away", "are_safe"]

AT_A_TIME = 2_000
"""Books held as arrays at once."""
PORTION = 32
"""Books that a thread takes at a time."""


def all_given_away(books: Sequence[Books]) -> list[list[int]]:
    """For each of *books*, which know nothing of each other, the positions in its ``shown`` of the stars of
    which more can be known than 'from 1 to 7'.

    Exact for fractions of people, which a reader can't rule out for less than the whole program allows.
    Raises ``ValueError`` for books that contradict themselves.
    """
    found = _found(books, one_is_enough=False)
    asked = [at for at, one in enumerate(found) if one is None]
    answers = iter(stars_given_away([books[at] for at in asked]))
    return [next(answers) if one is None else one for one in found]


def are_safe(books: Sequence[Books]) -> list[bool]:
    """Whether each of *books*, which know nothing of each other, gives no star away.

    Books that contradict each other are not safe: what isn't shown to be safe is not told, and one district
    keeps nobody from their report.
    """
    found = _found(books, one_is_enough=True)
    answers = iter(_safe_by_solver([one for one, mine in zip(books, found, strict=True) if mine is None]))
    return [next(answers) if mine is None else not mine for mine in found]


def _safe_by_solver(books: Sequence[Books]) -> list[bool]:
    try:
        return [not found for found in stars_given_away(books)]
    except ValueError:
        return [False] if len(books) == 1 else [safe for one in books for safe in _safe_by_solver([one])]


def _found(books: Sequence[Books], *, one_is_enough: bool) -> list[list[int] | None]:
    """The stars of each that are given away, with *one_is_enough* one of them; None is not answered."""
    if not kernel.COMPILED:
        return [None] * len(books)
    found: list[list[int] | None] = []
    for start in range(0, len(books), AT_A_TIME):
        portion = books[start : start + AT_A_TIME]
        states = _states(packed(portion), one_is_enough=one_is_enough)
        at = 0
        for one in portion:
            mine = one.stars
            of_book = states[at : at + len(mine)]
            at += len(mine)
            caught = np.flatnonzero(of_book == CAUGHT).tolist()
            found.append(None if (of_book == UNKNOWN).any() else [mine[star] for star in caught])
    return found


def _states(books: Packed, *, one_is_enough: bool) -> States:
    number = len(books.first_unknown) - 1
    states = np.zeros(len(books.first_part) - 1, dtype=np.int8)
    given = tuple(books)

    def answer(start: int) -> None:
        judge(
            given,
            start,
            min(start + PORTION, number),
            1.0,
            FEWEST_SHOWN - 1.0,
            one_is_enough,
            states,
        )

    with ThreadPoolExecutor(processors()) as pool:
        list(pool.map(answer, range(0, number, PORTION)))
    return states
