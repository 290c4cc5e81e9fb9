"""How small and how large the stars of many small books can be: the simplex method, compiled.

A book has some tens of unknowns, so its whole tableau lies in the processor's cache, and the true counts are
a place to start from that needs no search. All stars of a book are asked about one after the other on the
same tableau; after the first question each takes a few steps.

Every answer 'this star can be so small' is a set of numbers: it is put into every line of the book before it
is believed. 'It can't' is believed without that, as then less is told, never more. What is in doubt is left
to another solver (``UNKNOWN``).

Source of the method: Dantzig, "Linear Programming and Extensions" (Princeton 1963), with bounds on all
variables (chapter 18); Bland, "New Finite Pivoting Rules for the Simplex Method" (1977), against circles.
"""
# ruff: noqa: PLR0917, PLR0912, C901, PLR0915 - compiled code takes numbers and arrays, by place

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.matching.kernel import compiled

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.int8]

FREE, CAUGHT, UNKNOWN = 0, 1, 2
"""A star that can be both its smallest and its largest; one that can't; not answered."""
TOLERANCE = 1e-6
"""So far a line of a book may be from being kept."""
_TINY = 1e-9
_NOTHING = 1e-11
_STEPS_A_LINE = 40
"""More steps than so many for each unknown and line are taken for a circle."""


class Packed(NamedTuple):
    """Books one after the other; each ``first_…`` says where the next begins and has one more at the end."""

    first_unknown: Whole
    low: Floats
    high: Floats
    """Between which each unknown is."""
    truth: Floats
    """What it is; any numbers that keep all lines do. NaN where that is not known."""
    first_row: Whole
    row_low: Floats
    row_high: Floats
    """Between which the sum of each row is."""
    first_entry: Whole
    column: Whole
    """The unknown, counted from its book's first."""
    number: Floats
    """What it is taken times."""
    first_star: Whole
    """Of each book."""
    first_part: Whole
    """Of each star."""
    part: Whole
    """The unknowns that a star is the sum of, counted from the book's first."""


@compiled
def judge(
    books: tuple[Any, ...],
    start: int,
    end: int,
    smallest: float,
    largest: float,
    one_is_enough: bool,
    states: States,
) -> None:
    """Write into *states*, one for each star, what is known of the stars of books *start* to *end*.

    *books* is a ``Packed`` as a tuple. With *one_is_enough* a book is left after its first star that is
    caught, the others ``FREE``.
    """
    b = Packed(*books)
    first_unknown, all_low, all_high, truth = b.first_unknown, b.low, b.high, b.truth
    first_row, row_low, row_high = b.first_row, b.row_low, b.row_high
    first_entry, column, number = b.first_entry, b.column, b.number
    first_star, first_part, part = b.first_star, b.first_part, b.part
    for book in range(start, end):
        base, rows_from = first_unknown[book], first_row[book]
        size, rows = first_unknown[book + 1] - base, first_row[book + 1] - rows_from
        stars_from, stars = first_star[book], first_star[book + 1] - first_star[book]
        if stars == 0:
            continue
        # Unknowns and, behind them, the sums of rows.
        low, high, value = np.empty(size + rows), np.empty(size + rows), np.empty(size + rows)
        table = np.zeros((rows + 1, size))  # the last line is what is to become small
        lines = np.zeros((rows, size))
        outside, inside = np.empty(size, dtype=np.int64), np.empty(rows, dtype=np.int64)
        column_of, row_of = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
        for at in range(size):
            low[at], high[at], value[at] = all_low[base + at], all_high[base + at], truth[base + at]
            outside[at], column_of[at], row_of[at] = at, at, -1
        for row in range(rows):
            low[size + row], high[size + row] = row_low[rows_from + row], row_high[rows_from + row]
            inside[row] = size + row
            for at in range(first_entry[rows_from + row], first_entry[rows_from + row + 1]):
                table[row, column[at]] += number[at]
                lines[row, column[at]] += number[at]
        wanted = np.empty(size)
        is_open = np.empty(stars, dtype=np.bool_)
        state = states[stars_from : stars_from + stars]
        told = _keeps(lines, value, low, high)
        enough = False
        for sign in (1.0, -1.0):
            aim = smallest if sign > 0.0 else -largest
            left = 0
            for star in range(stars):
                is_open[star] = state[star] == FREE
                left += is_open[star]
            alone = -1
            while told and left > 0 and not enough:
                for at in range(size):
                    wanted[at] = 0.0
                for star in range(stars):
                    if is_open[star] and (alone < 0 or star == alone):
                        for at in range(first_part[stars_from + star], first_part[stars_from + star + 1]):
                            wanted[part[at]] += sign
                _price(table, wanted, column_of, row_of)
                if not _descend(table, value, low, high, outside, inside, column_of, row_of) or not _keeps(
                    lines, value, low, high
                ):
                    told = False
                    break
                settled = 0
                for star in range(stars):
                    if is_open[star]:
                        total = 0.0
                        for at in range(first_part[stars_from + star], first_part[stars_from + star + 1]):
                            total += sign * value[part[at]]
                        if total <= aim + TOLERANCE:
                            is_open[star] = False
                            settled += 1
                        elif star == alone:
                            state[star] = CAUGHT
                            is_open[star] = False
                            settled += 1
                            enough = one_is_enough
                left -= settled
                if alone >= 0 or settled == 0:
                    # Together they bring no more of each other to the end: from now on one by one.
                    alone = -1
                    for star in range(stars):
                        if is_open[star]:
                            alone = star
                            break
        if not told:
            for star in range(stars):
                state[star] = UNKNOWN


@compiled
def _keeps(lines: Floats, value: Floats, low: Floats, high: Floats) -> bool:
    """Whether the unknowns keep all lines (not known ones don't); the sums are worked out anew."""
    size = lines.shape[1]
    for at in range(size):
        if not low[at] - TOLERANCE <= value[at] <= high[at] + TOLERANCE:
            return False
    for row in range(lines.shape[0]):
        total = 0.0
        for at in range(size):
            total += lines[row, at] * value[at]
        if not low[size + row] - TOLERANCE <= total <= high[size + row] + TOLERANCE:
            return False
        value[size + row] = total
    return True


@compiled
def _price(table: Floats, wanted: Floats, column_of: Whole, row_of: Whole) -> None:
    """Write what is to become small, told of unknowns, as told of what may move now."""
    last, size = table.shape[0] - 1, table.shape[1]
    for at in range(size):
        table[last, at] = 0.0
    for unknown in range(size):
        if wanted[unknown] == 0.0:
            continue
        if column_of[unknown] >= 0:
            table[last, column_of[unknown]] += wanted[unknown]
        else:
            row = row_of[unknown]
            for at in range(size):
                table[last, at] += wanted[unknown] * table[row, at]


@compiled
def _descend(
    table: Floats,
    value: Floats,
    low: Floats,
    high: Floats,
    outside: Whole,
    inside: Whole,
    column_of: Whole,
    row_of: Whole,
) -> bool:
    """Move until nothing makes the last line smaller; False where that takes too long.

    What is *inside* depends on what is *outside* by the lines of the *table*.
    """
    rows, size = len(inside), len(outside)
    still = 0
    for _ in range(_STEPS_A_LINE * (rows + size) + 100):
        careful = still > rows + size
        # What moves: the steepest, or after long standing still the first.
        chosen, steepest, upward = -1, _TINY, 1.0
        for at in range(size):
            slope = table[rows, at]
            one = outside[at]
            if abs(slope) <= _TINY or high[one] - low[one] <= _TINY:
                continue
            if (slope < 0.0 and value[one] < high[one] - _TINY) or (
                slope > 0.0 and value[one] > low[one] + _TINY
            ):
                if careful:
                    if chosen < 0 or one < outside[chosen]:
                        chosen, upward = at, -1.0 if slope > 0.0 else 1.0
                elif abs(slope) > steepest:
                    chosen, steepest, upward = at, abs(slope), -1.0 if slope > 0.0 else 1.0
        if chosen < 0:
            return True
        one = outside[chosen]
        step = high[one] - value[one] if upward > 0.0 else value[one] - low[one]
        leaving, strongest = -1, 0.0
        for row in range(rows):
            rate = table[row, chosen] * upward
            if abs(rate) <= _TINY:
                continue
            at_end = inside[row]
            room = high[at_end] - value[at_end] if rate > 0.0 else value[at_end] - low[at_end]
            possible = max(room, 0.0) / abs(rate)
            if possible < step - _TINY:
                step, leaving, strongest = possible, row, abs(rate)
            elif leaving >= 0 and possible <= step + _TINY:
                better = at_end < inside[leaving] if careful else abs(rate) > strongest
                if better:
                    step, leaving, strongest = min(step, possible), row, abs(rate)
        if not np.isfinite(step):
            return False  # a star has an end: this can't be
        still = still + 1 if step <= _TINY else 0
        value[one] += upward * step
        for row in range(rows):
            rate = table[row, chosen]
            if rate != 0.0:
                value[inside[row]] += upward * step * rate
        if leaving < 0:
            continue
        _change_places(table, leaving, chosen)
        out = inside[leaving]
        value[out] = low[out] if abs(value[out] - low[out]) < abs(value[out] - high[out]) else high[out]
        inside[leaving], outside[chosen] = one, out
        if one < size:
            column_of[one], row_of[one] = -1, leaving
        if out < size:
            column_of[out], row_of[out] = chosen, -1
    return False


@compiled
def _change_places(table: Floats, leaving: int, chosen: int) -> None:
    """Tell all lines by what was *leaving*, in place of what was *chosen*."""
    size, pivot = table.shape[1], table[leaving, chosen]
    for at in range(size):
        table[leaving, at] = -table[leaving, at] / pivot
    table[leaving, chosen] = 1.0 / pivot
    for row in range(table.shape[0]):
        rate = table[row, chosen]
        if row == leaving or rate == 0.0:
            continue
        table[row, chosen] = 0.0
        for at in range(size):
            told = table[row, at] + rate * table[leaving, at]
            # Sums of ones and twos: what is nearly nothing is nothing.
            table[row, at] = told if abs(told) > _NOTHING else 0.0
