"""The example world as it stands in files: what a provider and an offer look like there.

``seeds/offers/*.yaml`` holds lists of providers with their offers, written by hand. Reading them
never stops at the first fault: every fault becomes a `Problem` that names file, record and field,
so that an author can mend a whole file at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from marketplace.vocabulary import (
    BankHolidayRule,
    CheckKind,
    CostBasis,
    CqcRating,
    Day,
    Feature,
    FundingRoute,
    LegalForm,
    OfferKind,
    PlaceKind,
    Repeats,
    Setting,
    SharedLivesForm,
    SupportLevel,
    Theme,
    Vacancy,
)

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the example world: where it is and what to do about it."""

    file: str
    record: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.record}: {self.field}: {self.message}"


class WorldError(Exception):
    """The example world has faults; ``problems`` lists them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(str(problem) for problem in self.problems[:20])
        more = len(self.problems) - 20
        super().__init__(shown + (f"\n… and {more} more" if more > 0 else ""))


class MinuteRange(NamedTuple):
    """Minutes after local midnight; ``end`` above 1,440 means the next day."""

    start: int
    end: int


_TIME_RANGE = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")


def parse_time_range(text: object) -> MinuteRange:
    """Read ``09:30-15:30``; an end that is not after the start lies on the next day."""
    found = _TIME_RANGE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('write times as "09:30-15:30"')
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        raise ValueError(f"{text} is not a time of day")
    if start == end:
        raise ValueError(f"{text} has no length")
    return MinuteRange(start, end if end > start else end + MINUTES_A_DAY)


_Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=160)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=2000)]
_Postcode = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$", max_length=8)
]
_Money = Annotated[Decimal, Field(ge=0, le=5000, decimal_places=2)]
_Age = Annotated[int, Field(ge=0, le=120)]
_Times = Annotated[MinuteRange, BeforeValidator(parse_time_range)]
# Ofcom keeps these numbers for drama: they ring nobody.
_Phone = Annotated[str, StringConstraints(pattern=r"^(01632 960\d{3}|07700 900\d{3})$")]
_Email = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.]+@[a-z0-9.-]+\.example$")]
_Website = Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+\.example(/[a-z0-9/-]*)?$")]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SeedCheck(_Record):
    """A fact about a provider with the day on which somebody saw it."""

    kind: CheckKind
    seen_on: dt.date
    seen_by: _Line
    expires_on: dt.date | None = None


class SeedPlace(_Record):
    """Where an offer happens. Which fields are needed follows from its kind."""

    kind: PlaceKind
    name: _Line | None = None
    street: _Line | None = None
    town: _Line | None = None
    postcode: _Postcode | None = None
    radius_km: Annotated[Decimal, Field(gt=0, le=100)] | None = None

    @model_validator(mode="after")
    def has_what_its_kind_needs(self) -> Self:
        if self.kind is not PlaceKind.ONLINE and not (self.town and self.postcode):
            raise ValueError(f"a place of kind {self.kind} needs town and postcode")
        if self.kind is PlaceKind.EXACT and not (self.name or self.street):
            raise ValueError("an exact place needs a name or a street")
        if self.kind is PlaceKind.MASKED and (self.name or self.street):
            raise ValueError("a masked place has no name and no street")
        if (self.kind is PlaceKind.TRAVELS_TO_YOU) != (self.radius_km is not None):
            raise ValueError("radius_km belongs to kind travels_to_you, and is needed there")
        return self


class SeedTransport(_Record):
    """The provider fetches people: how far away, and the price there and back."""

    radius_km: Annotated[Decimal, Field(gt=0, le=100)]
    cost: _Money


class SeedCost(_Record):
    """One price. ``to`` only where the price is a range."""

    basis: CostBasis
    amount: _Money | None = None
    to: _Money | None = None
    note: _Line | None = None

    @model_validator(mode="after")
    def amounts_agree(self) -> Self:
        if (self.basis is CostBasis.FREE) != (self.amount is None):
            raise ValueError("amount is needed, except where basis is free")
        if self.amount == 0:
            raise ValueError(
                "write basis: free where it can cost nothing, with a note like 'pay what you can'"
            )
        if self.to is not None and (self.amount is None or self.to <= self.amount):
            raise ValueError("`to` must be more than `amount`")
        return self


class SeedSession(_Record):
    """Times at which an offer happens, local wall-clock time."""

    days: Annotated[tuple[Day, ...], Field(min_length=1)]
    time: _Times
    repeats: Repeats = Repeats.WEEKLY
    starts: dt.date | None = None
    ends: dt.date | None = None
    places: Annotated[int, Field(ge=1, le=500)] | None = None
    left: Annotated[int, Field(ge=0, le=500)] | None = None

    @model_validator(mode="after")
    def dates_and_places_agree(self) -> Self:
        if len(set(self.days)) != len(self.days):
            raise ValueError("a day is named twice")
        if self.left is not None and (self.places is None or self.left > self.places):
            raise ValueError("`left` can't be more than `places`")
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError("`ends` is before `starts`")
        if self.repeats is Repeats.DATED and self.starts is None:
            raise ValueError("a dated session needs `starts`")
        return self


class SeedOffer(_Record):
    """One thing that a person can take up."""

    id: _Slug
    kind: OfferKind
    shared_lives_form: SharedLivesForm | None = None
    name: _Line
    summary: _Line
    description: _Text
    place: SeedPlace
    serves: Annotated[tuple[SupportLevel, ...], Field(min_length=1)]
    made_for: tuple[SupportLevel, ...] = ()
    themes: Annotated[tuple[Theme, ...], Field(min_length=1, max_length=6)]
    settings: tuple[Setting, ...] = ()
    has: tuple[Feature, ...] = ()
    has_not: tuple[Feature, ...] = ()
    ages: tuple[_Age | None, _Age | None] = (None, None)
    group_size: Annotated[int, Field(ge=1, le=500)] | None = None
    staff_ratio: _Line | None = None
    transport: SeedTransport | Literal["none"] | None = None
    costs: tuple[SeedCost, ...] = ()
    paid_by: tuple[FundingRoute, ...] = ()
    vacancy: Vacancy = Vacancy.NOT_KNOWN
    flexible: bool = False
    shortest_visit: Annotated[int, Field(ge=15, le=1440)] | None = None
    sessions: tuple[SeedSession, ...] = ()
    bank_holidays: BankHolidayRule = BankHolidayRule.ASK
    languages: tuple[_Line, ...] = ()
    confirmed: dt.date | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        if (self.kind is OfferKind.SHARED_LIVES) != (self.shared_lives_form is not None):
            raise ValueError("shared_lives_form belongs to kind shared_lives, and is needed there")
        if not set(self.made_for) <= set(self.serves):
            raise ValueError("made_for must be among serves")
        if both := set(self.has) & set(self.has_not):
            raise ValueError(f"{', '.join(sorted(both))} stands in has and in has_not")
        for name in ("serves", "made_for", "themes", "settings", "has", "has_not", "paid_by"):
            values = getattr(self, name)
            if len(set(values)) != len(values):
                raise ValueError(f"{name} names something twice")
        low, high = self.ages
        if low is not None and high is not None and high < low:
            raise ValueError("ages run from the youngest to the oldest")
        return self


class SeedProvider(_Record):
    """Whoever lists offers."""

    id: _Slug
    name: _Line
    legal_form: LegalForm
    cqc_id: Annotated[str, StringConstraints(pattern=r"^1-\d{6,12}$")] | None = None
    cqc_rating: CqcRating | None = None
    about: _Text | None = None
    phone: _Phone | None = None
    email: _Email | None = None
    website: _Website | None = None
    checks: tuple[SeedCheck, ...] = ()
    offers: Annotated[tuple[SeedOffer, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def rating_has_a_registration(self) -> Self:
        if self.cqc_rating is not None and self.cqc_id is None:
            raise ValueError("cqc_rating needs cqc_id")
        return self


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with exact money (``Decimal``), where a key written twice is a fault."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) != len(keys):
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise yaml.constructor.ConstructorError(
                None, None, f"{', '.join(twice)} is written twice", node.start_mark
            )
        built: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return built


def _decimal(loader: Any, node: Any) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


def offer_files(seeds_dir: Path) -> list[Path]:
    """The files of providers and offers, in order of name."""
    return sorted((seeds_dir / "offers").glob("*.yaml"))


def read_offer_file(path: Path) -> tuple[list[SeedProvider], list[Problem]]:
    """Read one file of providers; faulty providers are left out and told as problems."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a safe loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return [], [Problem(path.name, f"line {line}", "-", str(error.problem or error))]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return [], [Problem(path.name, "-", "-", str(error))]
    if not isinstance(raw, list):
        return [], [Problem(path.name, "-", "-", "the file must be a list of providers")]
    providers: list[SeedProvider] = []
    problems: list[Problem] = []
    for number, entry in enumerate(raw, start=1):
        try:
            providers.append(SeedProvider.model_validate(entry))
        except ValidationError as error:
            problems.extend(_as_problems(path.name, number, entry, error))
    return providers, problems


def _as_problems(file: str, number: int, entry: object, error: ValidationError) -> Iterable[Problem]:
    """Turn a validation error's paths into file, record and field."""
    provider = entry.get("id") if isinstance(entry, Mapping) else None
    for fault in error.errors(include_url=False, include_context=False):
        if fault["type"] == "too_short" and fault["input"]:
            continue  # empty only because of faults that are told by themselves
        location = list(fault["loc"])
        record = str(provider or f"provider {number}")
        if len(location) >= 2 and location[0] == "offers" and isinstance(entry, Mapping):
            offer = entry["offers"][location[1]]
            named = offer.get("id") if isinstance(offer, Mapping) else None
            record = f"{record} › {named or f'offer {int(location[1]) + 1}'}"
            location = location[2:]
        field = ".".join(str(part) for part in location) or "-"
        message = fault["msg"].removeprefix("Value error, ")
        value = fault["input"]
        if isinstance(value, str | int | Decimal | dt.date):
            message = f"{message} (found {str(value)[:60]!r})"
        yield Problem(file, record, field, message)
