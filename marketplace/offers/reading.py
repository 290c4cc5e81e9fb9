"""Reads the JSON of an offer document: typed, tolerant of what is missing, exact about what is wrong."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar

from marketplace.offers.said import (
    FIELDS,
    MINUTES_A_DAY,
    CostSaid,
    OfferDocument,
    PauseSaid,
    PlaceSaid,
    SessionSaid,
)
from marketplace.vocabulary import (
    N_,
    BankHolidayRule,
    CostBasis,
    Day,
    Feature,
    FundingRoute,
    OfferKind,
    PlaceKind,
    Repeats,
    Setting,
    SharedLivesForm,
    SupportLevel,
    Theme,
    Vacancy,
)
from marketplace.web.typed import one_line, own_words

E = TypeVar("E", bound=Enum)
Thing = TypeVar("Thing")
Json = Mapping[str, Any]

MOST_SESSIONS = 60
MOST_PAUSES = 24
MOST_COSTS = 12
LENGTHS = {
    "name": 200,
    "summary": 400,
    "description": 5_000,
    "staff_ratio": 40,
    "languages": 200,
    "place.name": 200,
    "place.street": 200,
    "place.town": 100,
    "place.postcode": 8,
    "pauses.reason": 200,
    "costs.note": 200,
}
"""The most letters that a text may have."""
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_MOST_POUNDS = Decimal(100_000)

_UNKNOWN = N_("This can't be read. Answer the question again.")
_TOO_LONG = N_("This is too long. Use fewer words.")
_NOT_A_NUMBER = N_("Enter a whole number.")
_NOT_A_DATE = N_("Enter a real date.")
_NOT_A_TIME = N_("Enter a time, like 9:30am.")
_NOT_MONEY = N_("Enter an amount in pounds, like 4.50.")


class DocumentError(ValueError):
    """What a document says can't be. ``field`` names where, ``text`` says what to do (English source)."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text
        super().__init__(f"{field}: {text}")


def parse_document(json: Json) -> OfferDocument:
    """The document that *json* says. What is missing is not known; raises ``DocumentError``."""
    for name in json:
        if name not in FIELDS:
            raise DocumentError(name, _UNKNOWN)
    document = OfferDocument(
        kind=_member(OfferKind, json.get("kind"), "kind"),
        shared_lives_form=_maybe(json, "shared_lives_form", _of(SharedLivesForm)),
        name=_line(json, "name"),
        summary=_line(json, "summary"),
        description=_checked_length(
            own_words(_string(json.get("description"), "description")), "description"
        ),
        place=_maybe(json, "place", _place),
        levels={_level(level): _yes_no(made, "levels") for level, made in _table(json, "levels").items()},
        themes=tuple(_member(Theme, one, "themes") for one in _list(json, "themes")),
        suggested=tuple(_member(Theme, one, "suggested") for one in _list(json, "suggested")),
        settings=tuple(_member(Setting, one, "settings") for one in _list(json, "settings")),
        features={
            _member(Feature, one, "features"): _yes_no(there, "features")
            for one, there in _table(json, "features").items()
        },
        funding=tuple(_member(FundingRoute, one, "funding") for one in _list(json, "funding")),
        sessions=tuple(_session(one) for one in _list(json, "sessions", most=MOST_SESSIONS)),
        pauses=tuple(_pause(one) for one in _list(json, "pauses", most=MOST_PAUSES)),
        costs=tuple(_cost(one) for one in _list(json, "costs", most=MOST_COSTS)),
        vacancy=_maybe(json, "vacancy", _of(Vacancy)) or Vacancy.NOT_KNOWN,
        min_age=_maybe(json, "min_age", _whole(0, 120)),
        max_age=_maybe(json, "max_age", _whole(0, 120)),
        group_size=_maybe(json, "group_size", _whole(1, 1_000)),
        staff_ratio=_line(json, "staff_ratio"),
        transport_offered=_maybe(json, "transport_offered", _yes_no),
        transport_radius_km=_maybe(json, "transport_radius_km", _km),
        transport_cost=_maybe(json, "transport_cost", _pounds),
        flexible=_maybe(json, "flexible", _yes_no) or False,
        shortest_visit_minutes=_maybe(json, "shortest_visit_minutes", _whole(5, MINUTES_A_DAY)),
        bank_holidays=_maybe(json, "bank_holidays", _of(BankHolidayRule)) or BankHolidayRule.ASK,
        languages=_languages(json),
        household_id=_maybe(json, "household_id", _identifier),
    )
    if document.min_age is not None and document.max_age is not None and document.max_age < document.min_age:
        raise DocumentError("max_age", N_("The oldest age must be the same as the youngest, or above it."))
    return document


def _place(value: Any, name: str) -> PlaceSaid:
    said = _record(value, name, PlaceSaid)
    return PlaceSaid(
        kind=_member(PlaceKind, said.get("kind"), name),
        name=_line(said, "name", under=name),
        street=_line(said, "street", under=name),
        town=_line(said, "town", under=name),
        postcode=_line(said, "postcode", under=name).upper(),
        radius_km=_maybe(said, "radius_km", _km, under=name),
    )


def _session(value: Any) -> SessionSaid:
    said = _record(value, "sessions", SessionSaid)
    starts, ends = _minute(said.get("starts"), "sessions.starts"), _minute(said.get("ends"), "sessions.ends")
    if starts >= MINUTES_A_DAY:
        raise DocumentError("sessions", _NOT_A_TIME)
    repeats = _maybe(said, "repeats", _of(Repeats), under="sessions") or Repeats.WEEKLY
    first, last = (
        _maybe(said, "first_date", _date, under="sessions"),
        _maybe(said, "last_date", _date, under="sessions"),
    )
    day = _maybe(said, "day", _of(Day), under="sessions")
    if repeats is Repeats.DATED and first is not None:
        day, last = tuple(Day)[first.weekday()], None
    if day is None:
        raise DocumentError("sessions", N_("Choose a day."))
    if first is not None and last is not None and last < first:
        raise DocumentError("sessions", N_("The last day must be the first day or after it."))
    places, left = (
        _maybe(said, "places", _whole(0, 1_000), under="sessions"),
        _maybe(said, "places_left", _whole(0, 1_000), under="sessions"),
    )
    if places is not None and left is not None and left > places:
        raise DocumentError("sessions", N_("There can't be more places left than there are places."))
    return SessionSaid(
        day=day,
        starts=starts,
        ends=ends if ends > starts else ends + MINUTES_A_DAY,
        repeats=repeats,
        first_date=first,
        last_date=last,
        places=places,
        places_left=left,
    )


def _pause(value: Any) -> PauseSaid:
    said = _record(value, "pauses", PauseSaid)
    first, last = (
        _date(said.get("first_date"), "pauses.first_date"),
        _date(said.get("last_date"), "pauses.last_date"),
    )
    if last < first:
        raise DocumentError("pauses", N_("The last day must be the first day or after it."))
    return PauseSaid(first_date=first, last_date=last, reason=_line(said, "reason", under="pauses"))


def _cost(value: Any) -> CostSaid:
    said = _record(value, "costs", CostSaid)
    basis = _member(CostBasis, said.get("basis"), "costs")
    amount = _maybe(said, "amount", _pounds, under="costs") or Decimal(0)
    to = _maybe(said, "amount_to", _pounds, under="costs")
    if (basis is CostBasis.FREE) != (amount == 0):
        raise DocumentError("costs", N_("Choose 'free', or enter a price above £0."))
    if to is not None and to < amount:
        raise DocumentError("costs", N_("The highest price must not be below the lowest."))
    note = _line(said, "note", under="costs")
    return CostSaid(basis=basis, amount=amount, amount_to=None if to == amount else to, note=note)


def _languages(json: Json) -> tuple[str, ...]:
    said = [one_line(_string(one, "languages")).replace(",", " ") for one in _list(json, "languages")]
    _checked_length(", ".join(said), "languages")
    return tuple(one for one in said if one)


# What a single value may be. Each takes the value and the field's name.


def _maybe(json: Json, name: str, read: Callable[[Any, str], Thing], *, under: str = "") -> Thing | None:
    value = json.get(name)
    return None if value is None or value == "" else read(value, f"{under}.{name}" if under else name)


def _of(kind: type[E]) -> Callable[[Any, str], E]:
    def read(value: Any, name: str) -> E:
        return _member(kind, value, name)

    return read


def _member(kind: type[E], value: Any, name: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise DocumentError(name, _UNKNOWN) from None


def _level(value: Any) -> SupportLevel:
    try:
        return SupportLevel(int(value))
    except (TypeError, ValueError):
        raise DocumentError("levels", _UNKNOWN) from None


def _string(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DocumentError(name, _UNKNOWN)
    return value


def _line(json: Json, name: str, *, under: str = "") -> str:
    full = f"{under}.{name}" if under else name
    return _checked_length(one_line(_string(json.get(name), full)), full)


def _checked_length(text: str, name: str) -> str:
    if len(text) > LENGTHS[name]:
        raise DocumentError(name, _TOO_LONG)
    return text


def _list(json: Json, name: str, *, most: int = 200) -> list[Any]:
    value = json.get(name) or []
    if not isinstance(value, list | tuple):
        raise DocumentError(name, _UNKNOWN)
    if len(value) > most:
        raise DocumentError(name, N_("These are too many. Take some away."))
    return list(value)


def _table(json: Json, name: str) -> Json:
    value = json.get(name) or {}
    if not isinstance(value, Mapping):
        raise DocumentError(name, _UNKNOWN)
    return value


def _record(value: Any, name: str, kind: type) -> Json:
    known = getattr(kind, "__dataclass_fields__", {})
    if not isinstance(value, Mapping) or any(one not in known for one in value):
        raise DocumentError(name, _UNKNOWN)
    return value


def _yes_no(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise DocumentError(name, _UNKNOWN)
    return value


def _whole(least: int, most: int) -> Callable[[Any, str], int]:
    def read(value: Any, name: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise DocumentError(name, _NOT_A_NUMBER)
        return value

    return read


def _km(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 500:
        raise DocumentError(name, N_("Enter a distance of up to 300 miles."))
    return float(value)


def _pounds(value: Any, name: str) -> Decimal:
    try:
        amount = Decimal(str(value)) if isinstance(value, str | int | Decimal) else Decimal("NaN")
    except InvalidOperation:
        raise DocumentError(name, _NOT_MONEY) from None
    if not amount.is_finite() or not 0 <= amount < _MOST_POUNDS or amount != round(amount, 2):
        raise DocumentError(name, _NOT_MONEY)
    return round(amount, 2)


def _date(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise DocumentError(name, _NOT_A_DATE) from None


def _minute(value: Any, name: str) -> int:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[1] == "24" and found[2] != "00"):
        raise DocumentError(name, _NOT_A_TIME)
    return int(found[1]) * 60 + int(found[2])


def _identifier(value: Any, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        raise DocumentError(name, _UNKNOWN) from None
