"""What an offer document says, as frozen values, and its JSON. See ``document``."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from marketplace.vocabulary import (
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
    Word,
)

Member = TypeVar("Member", bound=Word)

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSaid:
    """Where it happens, as the provider says it; the point on the map is looked up when it is published."""

    kind: PlaceKind
    name: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    radius_km: float | None = None
    """How far somebody who comes to you travels, in a straight line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSaid:
    """A recurring time in Europe/London. Minutes after midnight; past midnight ends above 1440."""

    day: Day
    starts: int
    ends: int
    repeats: Repeats = Repeats.WEEKLY
    first_date: date | None = None
    last_date: date | None = None
    places: int | None = None
    places_left: int | None = None

    @property
    def minutes(self) -> int:
        return self.ends - self.starts


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSaid:
    """Days on which it is not on; both are in it."""

    first_date: date
    last_date: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSaid:
    """A price in pounds; ``amount_to`` where it is from–to."""

    basis: CostBasis
    amount: Decimal = Decimal(0)
    amount_to: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDocument:
    """Everything that an offer says. Lists without an order of their own stand in the vocabulary's order."""

    kind: OfferKind
    shared_lives_form: SharedLivesForm | None = None
    name: str = ""
    summary: str = ""
    description: str = ""
    place: PlaceSaid | None = None
    levels: Mapping[SupportLevel, bool] = field(default_factory=dict)
    """Levels of support that it serves, and whether it was made for each."""
    themes: tuple[Theme, ...] = ()
    suggested: tuple[Theme, ...] = ()
    """Themes that only its description suggests, as an import found them."""
    settings: tuple[Setting, ...] = ()
    features: Mapping[Feature, bool] = field(default_factory=dict)
    """Access and support that is there or not; what is absent is not known."""
    funding: tuple[FundingRoute, ...] = ()
    sessions: tuple[SessionSaid, ...] = ()
    pauses: tuple[PauseSaid, ...] = ()
    costs: tuple[CostSaid, ...] = ()
    vacancy: Vacancy = Vacancy.NOT_KNOWN
    min_age: int | None = None
    max_age: int | None = None
    group_size: int | None = None
    staff_ratio: str = ""
    transport_offered: bool | None = None
    transport_radius_km: float | None = None
    transport_cost: Decimal | None = None
    flexible: bool = False
    shortest_visit_minutes: int | None = None
    bank_holidays: BankHolidayRule = BankHolidayRule.ASK
    languages: tuple[str, ...] = ()
    household_id: uuid.UUID | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__  # frozen from here on: the same facts are the same document
        put(self, "levels", {level: self.levels[level] for level in SupportLevel if level in self.levels})
        put(self, "features", {one: self.features[one] for one in Feature if one in self.features})
        put(self, "themes", _in_order(Theme, self.themes))
        put(self, "suggested", _in_order(Theme, set(self.suggested) - set(self.themes)))
        put(self, "settings", _in_order(Setting, self.settings))
        put(self, "funding", _in_order(FundingRoute, self.funding))
        put(self, "sessions", tuple(sorted(dict.fromkeys(self.sessions), key=_session_order)))
        put(self, "pauses", tuple(sorted(dict.fromkeys(self.pauses), key=_pause_order)))
        put(self, "costs", tuple(sorted(dict.fromkeys(self.costs), key=_cost_order)))
        put(self, "languages", tuple(dict.fromkeys(self.languages)))

    def to_json(self) -> dict[str, Any]:
        """The document as JSON keeps it: known facts only, members by their values, pounds as text."""
        said = {one.name: _plain(getattr(self, one.name)) for one in fields(self)}
        said["sessions"] = [_session_json(session) for session in self.sessions]
        said["levels"] = {str(int(level)): made_for for level, made_for in self.levels.items()}
        return {name: value for name, value in said.items() if value not in (None, "", [], {})}


FIELDS = tuple(one.name for one in fields(OfferDocument))


def blank(kind: OfferKind) -> OfferDocument:
    """A document that says nothing yet but its kind."""
    return OfferDocument(kind=kind)


def clock(minute: int) -> str:
    """Minutes after midnight as '09:30'; past midnight goes on with the next day."""
    minute %= MINUTES_A_DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"


def changed_fields(before: OfferDocument, after: OfferDocument) -> tuple[str, ...]:
    """The names of the fields in which two documents differ, in the document's order."""
    return tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def with_fields_of(document: OfferDocument, other: OfferDocument, names: Iterable[str]) -> OfferDocument:
    """*document* with the named fields as *other* has them."""
    return replace(document, **{name: getattr(other, name) for name in names})


def _in_order(kind: type[Member], members: Iterable[Member]) -> tuple[Member, ...]:
    present = set(members)
    return tuple(member for member in kind if member in present)


def _session_order(session: SessionSaid) -> tuple[Any, ...]:
    first = session.first_date or date.min
    last = session.last_date or date.max
    places = -1 if session.places is None else session.places
    left = -1 if session.places_left is None else session.places_left
    return (
        session.day.position,
        session.starts,
        session.ends,
        session.repeats.position,
        first,
        last,
        places,
        left,
    )


def _pause_order(pause: PauseSaid) -> tuple[Any, ...]:
    return pause.first_date, pause.last_date, pause.reason


def _cost_order(cost: CostSaid) -> tuple[Any, ...]:
    return cost.basis.position, cost.amount, cost.amount_to or Decimal(0), cost.note


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(_plain(name)): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, PlaceSaid | PauseSaid | CostSaid | SessionSaid):
        said = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in said.items() if one not in (None, "")}
    return value


def _session_json(session: SessionSaid) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(session)
    # An end at or before the start is on the next day, as in the needs that the command line reads.
    return plain | {"starts": clock(session.starts), "ends": clock(session.ends)}
