"""How a value looks: its words, and one of a few shades that a grey printer keeps apart.

Five shades of one colour, in equal steps with round ends. A star and a value that is not shown have
patterns of their own. The number always stands on its shade, so nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from flask_babel import gettext

from marketplace.gaps.disclosure import Shown

Value = Shown | int | Decimal | None
"""A count of people, another number, or None for what is not shown."""

SHADES = 5
NONE, FEW, HIDDEN = "none", "few", "hidden"
FILLS = {
    NONE: "#ffffff",
    "1": "#d6ebe8",
    "2": "#a5d1cc",
    "3": "#63a9a6",
    "4": "#27797a",
    "5": "#083f42",
    FEW: "#fdf0d2",
    HIDDEN: "#eeeae2",
}
"""The same colours stand in ``static/src/_commissioning.scss``; each step is darker by as much to the eye."""
_ROUND = (Decimal(1), Decimal(2), Decimal(3), Decimal(4), Decimal(5), Decimal(6), Decimal(8), Decimal(10))


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands around a number."""

    before: str = ""
    after: str = ""
    places: int = 0

    def words(self, number: int | Decimal) -> str:
        return f"{self.before}{number:,.{self.places}f}{self.after}"


NUMBER = Unit()
PERCENT = Unit(after="%")
POUNDS = Unit(before="£", places=2)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value as it is seen and as it is read out."""

    text: str
    shade: str
    """``none``, ``1`` to ``5``, ``few`` for a star, ``hidden`` for what is not shown."""
    spoken: str = ""
    """In place of a sign that says nothing aloud; '' where the text says it."""

    @property
    def fill(self) -> str:
        return FILLS[self.shade]

    @property
    def is_dark(self) -> bool:
        """Whether words on it must be light."""
        return self.shade in ("4", "5")


@dataclass(frozen=True, slots=True)
class Scale:
    """Equal steps up from ``base``; what is beyond the last has the darkest shade."""

    step: Decimal
    unit: Unit = NUMBER
    base: Decimal = Decimal(0)
    is_open: bool = False
    """Numbers go on after the last step: its shade stands for 'more'."""

    def mark(self, value: Value) -> Mark:
        """Worked example, steps of 10 from 0: 0 → none, 10 → shade 1, 11 → shade 2."""
        if value is None:
            return Mark("–", HIDDEN, gettext("not shown"))
        if isinstance(value, Shown):
            if value.number is None:
                return Mark(str(value), FEW, gettext("1 to 7"))
            value = value.number
        if value <= 0:
            return Mark(self.unit.words(value), NONE)
        shade = min(SHADES, max(1, ceil((Decimal(value) - self.base) / self.step)))
        return Mark(self.unit.words(value), str(shade))

    def key(self, marks: Iterable[Mark]) -> tuple[tuple[Mark, str], ...]:
        """Each shade that *marks* use, with what it means, from nothing to the most."""
        used = {mark.shade for mark in marks}
        meanings = {
            FEW: gettext("1 to 7 people: not told more exactly, so that nobody can be found"),
            NONE: self.unit.words(0),
            **{
                str(number): gettext("up to %(number)s", number=self._end(number))
                for number in range(1, SHADES + 1)
            },
            HIDDEN: gettext("not shown, or not known"),
        }
        if self.is_open:
            meanings[str(SHADES)] = gettext("more than %(number)s", number=self._end(SHADES - 1))
        signs = {FEW: "*", HIDDEN: "–"}
        return tuple(
            (Mark(signs.get(shade, ""), shade), words) for shade, words in meanings.items() if shade in used
        )

    def _end(self, number: int) -> str:
        end = self.base + self.step * number
        places = 0 if end == end.to_integral_value() else max(self.unit.places, 1)
        return f"{self.unit.before}{end:,.{places}f}{self.unit.after}"


def scale_of(values: Iterable[Value], unit: Unit = NUMBER, *, from_zero: bool = True) -> Scale:
    """Five equal steps that reach the largest of *values*, each a round number.

    Where a few numbers are far above the others (the largest more than twice what nine of ten stay
    below), four steps reach these nine and the darkest shade stands for more. Without *from_zero* the
    steps begin below the smallest: for rates that are all of one size.
    """
    numbers = sorted(number for value in values if (number := number_of(value)) is not None and number > 0)
    if not numbers:
        return Scale(Decimal(1), unit)
    smallest = Decimal(1).scaleb(-unit.places)
    most, usual = numbers[-1], numbers[(len(numbers) * 9 - 1) // 10]
    if not from_zero and most > numbers[0]:
        step = max(_round_up((most - numbers[0]) / SHADES), smallest)
        return Scale(step, unit, base=numbers[0] // step * step)
    if most > 2 * usual:
        return Scale(max(_round_up(usual / (SHADES - 1)), smallest), unit, is_open=True)
    return Scale(max(_round_up(most / SHADES), smallest), unit)


def _round_up(number: Decimal) -> Decimal:
    """The next round number. Worked example: 1.1 → 2, 13 → 20, 23 → 30."""
    power = Decimal(10) ** floor(log10(number))
    return next(power * times for times in _ROUND if power * times >= number)


def number_of(value: Value) -> Decimal | None:
    """The number of a value; None for a star and for what is not shown."""
    if isinstance(value, Shown):
        value = value.number
    return None if value is None else Decimal(value)
