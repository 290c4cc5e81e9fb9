"""Bars beside their numbers, one panel or many with one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.commissioning.pictures.marks import NUMBER, Mark, Unit, Value, number_of, scale_of
from marketplace.gaps.disclosure import Shown

WIDTH = 200
"""Of the longest bar, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar to draw."""

    label: str
    """In the reader's words already."""
    value: Value
    href: str = ""
    least: Value = None
    most: Value = None
    """Where the value is a middle: from where to where it spreads."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in units of the drawing. ``from_x`` and ``to_x`` are the ends of a spread."""

    label: str
    mark: Mark
    length: float
    href: str
    spread: tuple[float, float] | None
    spread_words: str


@dataclass(frozen=True, slots=True)
class Bars:
    title: str
    rows: tuple[Bar, ...]
    width: int = WIDTH


def bars(
    title: str, rows: Sequence[BarRow], *, most: Decimal | int | None = None, unit: Unit = NUMBER
) -> Bars:
    """One panel; *most* is the value whose bar is as long as can be (else the largest of the rows)."""
    return _panel(title, rows, Decimal(most) if most else _largest(rows), unit)


def small_multiples(
    panels: Sequence[tuple[str, Sequence[BarRow]]], *, unit: Unit = NUMBER
) -> tuple[Bars, ...]:
    """Panels whose bars can be compared, as all have one scale."""
    most = max((_largest(rows) for _, rows in panels), default=Decimal(1))
    return tuple(_panel(title, rows, most, unit) for title, rows in panels)


def _panel(title: str, rows: Sequence[BarRow], most: Decimal, unit: Unit) -> Bars:
    scale = scale_of([most], unit)
    drawn = []
    for row in rows:
        low, high = number_of(row.least), number_of(row.most)
        has_spread = low is not None and high is not None
        drawn.append(
            Bar(
                label=row.label,
                mark=scale.mark(row.value),
                length=_length(row.value, most),
                href=row.href,
                spread=(_x(low, most), _x(high, most)) if low is not None and high is not None else None,
                spread_words=f"{unit.words(low or Decimal(0))}–{unit.words(high or Decimal(0))}"
                if has_spread
                else "",
            )
        )
    return Bars(title, tuple(drawn))


def _length(value: Value, most: Decimal) -> float:
    """A star is drawn as long as the most that it can stand for, in its own pattern."""
    if isinstance(value, Shown) and value.number is None:
        return _x(Decimal(value.most), most)
    number = number_of(value)
    return 0.0 if number is None else _x(number, most)


def _x(number: Decimal, most: Decimal) -> float:
    return round(float(min(max(number, Decimal(0)) / most, Decimal(1))) * WIDTH, 1)


def _largest(rows: Sequence[BarRow]) -> Decimal:
    every = [number_of(one) for row in rows for one in (row.value, row.most)]
    return max((one for one in every if one), default=Decimal(1))
