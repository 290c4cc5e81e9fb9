"""Reading what a kept report says of offers that could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from marketplace.commissioning.next_offers.proposing import NAME
from marketplace.commissioning.report.kept import Reading
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import SIZES
from marketplace.gaps.costing import Cost, HourPrices, cost_of
from marketplace.gaps.disclosure import Shown, as_shown
from marketplace.vocabulary import N_, SupportLevel, Theme, Word


class Change(NamedTuple):
    """People of one district or place for whom nothing about the theme fits, before and after."""

    code: str
    before: Shown | None
    people: Shown | None
    """Of how many the change is, at least."""
    after: Mapping[int, Shown | None]
    """By size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouldBe:
    """One offer that could be."""

    key: str
    place_key: str
    """'NR27 E07000147'."""
    theme: Theme
    band: TimeBand
    level: SupportLevel
    size: int
    """The smallest that has room for those shown."""
    people: Shown
    """At least so many would be served."""
    hour: Decimal | None
    basis: str
    districts: tuple[Change, ...] = ()
    places: tuple[Change, ...] = ()

    @property
    def outcode(self) -> str:
        return self.place_key.split()[0]

    @property
    def district_code(self) -> str:
        return self.place_key.split()[1]

    def cost(self, size: int | None = None) -> Cost:
        """What it costs with *size* places, from the price that the report found."""
        prices: HourPrices = {}
        if self.hour is not None:
            whose = None if self.basis == "level" else self.theme
            prices = {(whose, self.level): self.hour}
        return cost_of(
            theme=self.theme, level=self.level, size=size or self.size, people=self.people, prices=prices
        )

    def served(self, size: int | None = None) -> int:
        """Of those shown, so many find a place at a time."""
        return min(size or self.size, self.people.number or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A few that share nobody."""

    offers: tuple[CouldBe, ...]
    people: Shown
    of_unmet_percent: int | None
    """Of the unmet wishes that are shown."""

    @property
    def sessions(self) -> list[tuple[CouldBe, int]]:
        """Each different session with how often it is in the plan, in the plan's order."""
        alike: dict[tuple[object, ...], list[CouldBe]] = {}
        for one in self.offers:
            key = (one.theme, one.band, one.place_key, one.level, one.size, one.people)
            alike.setdefault(key, []).append(one)
        return [(ones[0], len(ones)) for ones in alike.values()]


class NextOrder(Word):
    """In which order proposals stand."""

    PEOPLE = "people", N_("Most people first")
    PERSON = "person", N_("Lowest cost for each person first")
    YEAR = "year", N_("Lowest cost in a year first")
    THEME = "theme", N_("What they want")


def could_be(reading: Reading | None, council_code: str) -> Sequence[CouldBe]:
    """Every proposal of a council, most people first; none where the report is older than this part."""
    part = None if reading is None else reading.part(NAME, council_code)
    return [_read(one) for one in part["offers"]] if part else []


def one_that_could_be(reading: Reading | None, council_code: str, key: str) -> CouldBe | None:
    """The proposal with *key*."""
    return next((one for one in could_be(reading, council_code) if one.key == key), None)


def together(reading: Reading | None, council_code: str) -> Together | None:
    """The plan of a council."""
    part = None if reading is None else reading.part(NAME, council_code)
    if not part or not part["plan"]["offers"]:
        return None
    whole = part["plan"]
    return Together(
        offers=tuple(_read(one) for one in whole["offers"]),
        people=as_shown(whole["people"]) or Shown(0),
        of_unmet_percent=whole.get("of_unmet_percent"),
    )


def in_order(offers: Sequence[CouldBe], order: NextOrder) -> list[CouldBe]:
    """*offers* in an order; what has no known cost stands last."""
    far = Decimal(10**12)

    def people(one: CouldBe) -> int:
        return -(one.people.number or 0)

    match order:
        case NextOrder.PERSON:
            return sorted(offers, key=lambda one: (_or(one.cost().a_person, far), people(one)))
        case NextOrder.YEAR:
            return sorted(offers, key=lambda one: (_or(one.cost().year, far), people(one)))
        case NextOrder.THEME:
            return sorted(offers, key=lambda one: (one.theme.position, people(one)))
        case _:
            return list(offers)


def _or(known: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if known is None else known


def _read(one: Mapping[str, Any]) -> CouldBe:
    changes = one.get("changes", {})
    return CouldBe(
        key=one["key"],
        place_key=one["place"],
        theme=Theme(one["theme"]),
        band=TimeBand(one["band"]),
        level=SupportLevel(one["level"]),
        size=one["size"],
        people=as_shown(one["people"]) or Shown(0),
        hour=None if one["hour"] is None else Decimal(one["hour"]),
        basis=one["basis"],
        districts=tuple(_change(row) for row in changes.get("districts", ())),
        places=tuple(_change(row) for row in changes.get("places", ())),
    )


def _change(row: Sequence[Any]) -> Change:
    code, before, people, *after = row
    by_size = {size: as_shown(number) for size, number in zip(SIZES, after, strict=True)}
    return Change(code, as_shown(before), as_shown(people), by_size)
