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


Kept = int | str | None
"""A count in a kept document: a number, '*', or None where it is not told."""


def as_kept(count: Shown | None) -> Kept:
    """How *count* stands in a kept document."""
    return None if count is None else SUPPRESSED if count.number is None else count.number


def as_shown(kept: Kept) -> Shown | None:
    """What ``as_kept`` made of a count.

    Raises:
        DisclosureError: A number that was never rounded.
    """
    return None if kept is None else Shown(None) if kept == SUPPRESSED else Shown(int(kept))


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


def say_nothing_new(parts: Sequence[Shown], total: Shown) -> bool:
    """Whether *parts*, of which everybody is in one, leave *total* all that it can stand for.

    For a total that other tables hang on: 16 or 17 people are shown as 15 (13 to 17), two parts of 8 and 9 as
    10 and 10, which are 16 or more.
    """
    least, most = sum(part.least for part in parts), sum(part.most for part in parts)
    return least <= total.least and most >= total.most


def split_both(all_people: Sequence[int], some_of_them: Sequence[int]) -> tuple[Row, Row]:
    """Two tables with the same parts, of which the second counts some of the people of the first.

    Both totals are shown always, as neither says more of the other than that it is no larger. Then the
    parts of the second, and the parts of the first, where that narrows no star in either.

    Raises ``DisclosureError`` where the second is not part of the first.
    """
    if len(all_people) != len(some_of_them) or any(
        some > whole for whole, some in zip(all_people, some_of_them, strict=True)
    ):
        raise DisclosureError("the second table must count people of the first")
    wholes, somes = (tuple(shown(part) for part in parts) for parts in (all_people, some_of_them))
    total, some_total = shown(sum(all_people)), shown(sum(some_of_them))
    with_parts, with_some_parts = Row(total, wholes), Row(some_total, somes)
    without, without_some = Row(total, None), Row(some_total, None)
    for first, second in (
        (with_parts, with_some_parts),
        (without, with_some_parts),
        (with_parts, without_some),
    ):
        if not (
            (first.parts and total.is_suppressed)
            or (second.parts and some_total.is_suppressed)
            or both_give_away(first, second)
        ):
            return first, second
    return without, without_some


_ENDLESS = 10**9
_Box = tuple[int, int]


def both_give_away(all_people: Row, some_of_them: Row) -> bool:
    """Whether a reader of both tables knows more of one star than 'from 1 to 7'.

    Exact. The constraints (parts make totals, some are no more than all) are those of a network, so the
    pairs of totals that the parts can make are all whole points of a polygon with the sides of its parts'.
    """
    parts = max(len(all_people.parts or ()), len(some_of_them.parts or ()))
    total, some_total = _box(all_people.total), _box(some_of_them.total)
    wholes = [_box(part) for part in all_people.parts or ()] or [(0, _ENDLESS)] * parts
    somes = [_box(part) for part in some_of_them.parts or ()] or [(0, _ENDLESS)] * parts

    def can_be(**known: object) -> bool:
        given = {"wholes": wholes, "somes": somes, "total": total, "some_total": some_total, **known}
        return _is_possible(**given)  # type: ignore[arg-type]

    for end in (1, FEWEST_SHOWN - 1):
        fixed = (end, end)
        for name, stars, boxes in (
            ("wholes", all_people.parts or (), wholes),
            ("somes", some_of_them.parts or (), somes),
        ):
            for at, star in enumerate(stars):
                if star.is_suppressed and not can_be(**{name: [*boxes[:at], fixed, *boxes[at + 1 :]]}):
                    return True
        if all_people.total.is_suppressed and not can_be(total=fixed):
            return True
        if some_of_them.total.is_suppressed and not can_be(some_total=fixed):
            return True
    return False


def _box(one: Shown) -> _Box:
    return one.least, one.most


def _is_possible(*, wholes: Sequence[_Box], somes: Sequence[_Box], total: _Box, some_total: _Box) -> bool:
    """Whether there are whole numbers between these bounds, parts making totals and some below all."""
    some_least = some_most = least = most = gap = 0
    for whole, some in zip(wholes, somes, strict=True):
        some_high, low = min(some[1], whole[1]), max(whole[0], some[0])
        if some[0] > some_high or low > whole[1]:
            return False
        some_least, some_most = some_least + some[0], some_most + some_high
        least, most = least + low, most + whole[1]
        gap += min(0, some_high - low)
    if not wholes:
        some_most = most = _ENDLESS
    some_least, some_most = max(some_least, some_total[0]), min(some_most, some_total[1])
    least, most = max(least, total[0]), min(most, total[1])
    return some_least <= some_most and least <= most and some_least - most <= gap
