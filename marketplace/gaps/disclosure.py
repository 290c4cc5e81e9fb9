"""The one door through which a count of people leaves: so that no person can be found in it.

Rules 1 to 3 are those of national hospital statistics ("Disclosure control methodology for Hospital Episode
Statistics (HES) and Emergency Care Data Set (ECDS)", NHS Digital, September 2018); rules 4 and 5 close what
these leave open where numbers can be chosen or added up.

1. 1 to 7 people are shown as ``*``. Nobody is shown as 0.
2. Every other count is rounded to the nearest 5, so the smallest number that is ever shown is 10.
3. A percentage is made of two shown numbers, never of counts.
4. Groups of people are fixed: whole districts and lists of categories that nobody can change. There is no
   count of people for freely chosen groups, or two of them could be subtracted.
5. A total is shown together with its parts only where it says nothing new about any ``*`` among them:
   ``split`` tries that and leaves the parts out where it does (a total of 45 beside three times 10 and a
   ``*`` can only be 43 = 12 + 12 + 12 + 7).

Counts are whole numbers of people. What is kept or passed on is a ``Shown``; the count itself ends here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marketplace.vocabulary import N_

FEWEST_SHOWN = 8
"""Fewer people than this, but not nobody, are shown as a star."""
STEP = 5
SUPPRESSED = "*"
_REACH = STEP // 2
"""A shown number stands for the counts up to so far from it."""


class DisclosureError(ValueError):
    """A number that no count can be shown as."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A count of people as it may be seen."""

    number: int | None
    """Rounded to the nearest 5; None for a star."""

    def __post_init__(self) -> None:
        if self.number is not None and (
            self.number < 0 or self.number % STEP or 0 < self.number < FEWEST_SHOWN
        ):
            raise DisclosureError(f"{self.number} was never rounded")

    def __str__(self) -> str:
        return SUPPRESSED if self.number is None else f"{self.number:,}"

    @property
    def is_suppressed(self) -> bool:
        return self.number is None

    @property
    def least(self) -> int:
        """The fewest people that it can stand for."""
        if self.number is None:
            return 1
        return 0 if self.number == 0 else max(FEWEST_SHOWN, self.number - _REACH)

    @property
    def most(self) -> int:
        """The most people that it can stand for."""
        if self.number is None:
            return FEWEST_SHOWN - 1
        return 0 if self.number == 0 else self.number + _REACH

    @property
    def text(self) -> str:
        """English source text; ``%(number)s`` is to be filled with the number."""
        if self.number is None:
            return N_("between 1 and 7 people")
        return N_("nobody") if self.number == 0 else N_("about %(number)s people")


NOBODY = Shown(0)
A_FEW = Shown(None)


def shown(count: int) -> Shown:
    """*count* people as they may be seen. Worked example: 0 → 0, 7 → ``*``, 8 → 10, 12 → 10, 13 → 15.

    Raises ``DisclosureError`` for less than nobody.
    """
    if count < 0:
        raise DisclosureError(f"{count} people can't be")
    if count == 0:
        return NOBODY
    if count < FEWEST_SHOWN:
        return A_FEW
    return Shown((count + _REACH) // STEP * STEP)


def percent(part: Shown, whole: Shown) -> int | None:
    """Whole percent that *part* is of *whole*, of the numbers as shown; None where one is a star or
    *whole* is nobody."""
    if part.number is None or not whole.number:
        return None
    return min(100, (200 * part.number + whole.number) // (2 * whole.number))


def at_least(counts: Iterable[Shown]) -> Shown:
    """The largest of *counts*: what a group has at least that they are overlapping parts of.

    Nothing is added up, so it says no more than the counts themselves.
    """
    return max(counts, key=lambda one: one.least, default=NOBODY)


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of one row: a total, and its parts where they may be shown beside it."""

    total: Shown
    parts: tuple[Shown, ...] | None


def split(parts: Sequence[int]) -> Row:
    """The total of *parts* and, where that gives no star away, the parts.

    *parts* are counts of people of whom each is in exactly one part. The parts are left out where the
    total is a star, and where the total narrows what one of the stars can be.
    """
    total, each = shown(sum(parts)), tuple(shown(part) for part in parts)
    if total.is_suppressed or gives_away(total, each):
        return Row(total, None)
    return Row(total, each)


def gives_away(total: Shown, parts: Sequence[Shown]) -> bool:
    """Whether someone who sees *total* and *parts* knows more of one star than 'from 1 to 7'.

    Exact: with a sum of whole numbers each between two bounds, a part can be any number between the
    total's least without the others' most, and the total's most without the others' least.
    """
    least, most = sum(part.least for part in parts), sum(part.most for part in parts)
    for part in parts:
        if not part.is_suppressed:
            continue
        lowest = total.least - (most - part.most)
        highest = total.most - (least - part.least)
        if lowest > part.least or highest < part.most:
            return True
    if total.is_suppressed:  # the total can be no less and no more than its parts together
        return least > total.least or most < total.most
    return False
