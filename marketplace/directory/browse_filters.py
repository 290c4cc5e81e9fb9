"""What a reader asked the directory for, as it stands in the page's address.

An address is typed, shared and cut off: a value that we don't know is left out, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeVar

from marketplace.vocabulary import (
    N_,
    Day,
    Feature,
    OfferKind,
    SupportLevel,
    Theme,
    TimeOfDay,
    Word,
)

MILES = (1, 3, 5, 10, 20, 30)
PRICES = (Decimal(5), Decimal(20), Decimal(50), Decimal(80))
LONGEST_TEXT = 200
LONGEST_PLACE = 60
MOST_PAGES = 10_000

# What people ask about a place first; the journey asks for everything.
FEATURES = (
    Feature.STEP_FREE,
    Feature.WHEELCHAIR_SPACE,
    Feature.ACCESSIBLE_TOILET,
    Feature.CHANGING_PLACES,
    Feature.HEARING_LOOP,
    Feature.BSL,
    Feature.MAKATON,
    Feature.QUIET_SPACE,
    Feature.SMALL_GROUP,
    Feature.AUTISM_FRIENDLY,
    Feature.DEMENTIA_FRIENDLY,
    Feature.PERSONAL_CARE,
    Feature.MEDICATION,
    Feature.MOVING_AND_HANDLING,
    Feature.BEHAVIOUR_SUPPORT,
    Feature.ONE_TO_ONE,
)


class Order(Word):
    """In which order the directory lists what it found."""

    BEST = "best", N_("Best fit with your words")
    NEAREST = "nearest", N_("Nearest first")
    CONFIRMED = "confirmed", N_("Confirmed most recently")
    COST = "cost", N_("Lowest cost first")
    NAME = "name", N_("Name, A to Z")


class Args(Protocol):
    """The part of werkzeug's ``MultiDict`` that is read here."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseFilters:
    """One search, in the words of the address. Empty is 'no matter'."""

    q: str = ""
    near: str = ""
    miles: int | None = None
    kind: tuple[OfferKind, ...] = ()
    theme: tuple[Theme, ...] = ()
    level: SupportLevel | None = None
    day: tuple[Day, ...] = ()
    time: tuple[TimeOfDay, ...] = ()
    has: tuple[Feature, ...] = ()
    unknown: bool = False
    """Also show offers that have not said whether they have a feature."""
    cost: Decimal | None = None
    """Most for one visit, in pounds; 0 is free."""
    places: bool = False
    sort: Order | None = None
    page: int = 1

    @property
    def order(self) -> Order:
        """The order asked for where it makes sense, else the one that helps most."""
        if self.sort is Order.NEAREST and not self.near:
            return self._usual_order
        if self.sort is Order.BEST and not self.q:
            return self._usual_order
        return self.sort or self._usual_order

    @property
    def _usual_order(self) -> Order:
        if self.near:
            return Order.NEAREST
        return Order.BEST if self.q else Order.CONFIRMED

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders that can be chosen now."""
        return tuple(
            order
            for order in Order
            if (order is not Order.NEAREST or self.near) and (order is not Order.BEST or self.q)
        )

    @property
    def more_in_use(self) -> int:
        """How many choices are made below the search box."""
        several = len(self.kind) + len(self.theme) + len(self.day) + len(self.time) + len(self.has)
        return several + sum((self.level is not None, self.cost is not None, self.places))

    @property
    def is_empty(self) -> bool:
        return not (self.q or self.near or self.more_in_use)

    def on_page(self, page: int) -> BrowseFilters:
        return replace(self, page=page)

    def without(self, field: str, member: object = None) -> BrowseFilters:
        """The same search without a field, or without one member of it; back on page 1."""
        kept: Any = getattr(BrowseFilters(), field)
        if member is not None:
            kept = tuple(value for value in getattr(self, field) if value is not member)
        changes: dict[str, Any] = {field: kept, "page": 1}
        if field == "near":
            changes["miles"] = None
        return replace(self, **changes)

    def address_args(self) -> dict[str, str | list[str]]:
        """The arguments of the address that leads to this search; what is empty is left out."""
        args: dict[str, str | list[str]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or value is False or value in ((), ""):
                continue
            if isinstance(value, tuple):
                args[field.name] = [member.value for member in value]
            elif value is True:
                args[field.name] = "yes"
            elif isinstance(value, Word):
                args[field.name] = value.value
            elif field.name != "page" or value > 1:
                args[field.name] = str(int(value)) if isinstance(value, SupportLevel) else str(value)
        return args


def read_filters(args: Args) -> BrowseFilters:
    """The search that an address asks for."""
    return BrowseFilters(
        q=_text(args, "q", LONGEST_TEXT),
        near=_text(args, "near", LONGEST_PLACE),
        miles=_one_of(_whole(args, "miles"), MILES),
        kind=_members(args, "kind", OfferKind),
        theme=_members(args, "theme", Theme),
        level=_level(args),
        day=_members(args, "day", Day),
        time=_members(args, "time", TimeOfDay),
        has=_members(args, "has", Feature),
        unknown=_first(args, "unknown") == "yes",
        cost=_pounds(args),
        places=_first(args, "places") == "yes",
        sort=next(iter(_members(args, "sort", Order)), None),
        page=min(max(_whole(args, "page") or 1, 1), MOST_PAGES),
    )


WordType = TypeVar("WordType", bound=Word)


def _first(args: Args, name: str) -> str:
    return next(iter(args.getlist(name)), "")


def _text(args: Args, name: str, longest: int) -> str:
    # NUL can't be stored or compared by PostgreSQL; other control characters have no meaning here.
    text = "".join(letter if letter.isprintable() else " " for letter in _first(args, name)[:longest])
    return " ".join(text.split())


def _members(args: Args, name: str, words: type[WordType]) -> tuple[WordType, ...]:
    asked = set(args.getlist(name))
    return tuple(word for word in words if word.value in asked)


def _whole(args: Args, name: str) -> int | None:
    text = _first(args, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _one_of(value: int | None, known: Iterable[int]) -> int | None:
    return next((number for number in known if number == value), None)


def _level(args: Args) -> SupportLevel | None:
    number = _whole(args, "level")
    return SupportLevel(number) if number in set(SupportLevel) else None


def _pounds(args: Args) -> Decimal | None:
    text = _first(args, "cost").strip().lstrip("£")[:8]
    try:
        pounds = Decimal(text)
    except InvalidOperation:
        return None
    if not pounds.is_finite() or pounds < 0 or pounds > 10_000:
        return None
    return pounds.quantize(Decimal("0.01")) if pounds % 1 else pounds.quantize(Decimal(1))
