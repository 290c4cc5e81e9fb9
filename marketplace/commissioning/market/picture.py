"""The market picture: what there is, counted from a council's public offers. Pure: knows no request.

Everything here counts offers and providers, which are no people, so the numbers are exact. One price alone
could be somebody's wage: a spread of prices is given for five offers at least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from statistics import quantiles
from typing import TypeVar

from marketplace.commissioning.market.queries import PENNY, Supply
from marketplace.gaps.bands import TimeBand
from marketplace.geo.districts import District
from marketplace.vocabulary import (
    N_,
    CqcRating,
    LegalForm,
    OfferKind,
    SupportLevel,
    Theme,
    Vacancy,
    Word,
)

FEWEST_PRICES = 5
PER_ADULTS = 100_000
FEWEST_TO_COMPARE = 3
"""Districts are compared by what they have so many of on the average: of less, one more or fewer is chance."""
TENTH = Decimal("0.1")
RURAL_FROM = Decimal(35)
"""A district in which so many per cent live in rural areas is called rural here."""
EVENINGS = frozenset({TimeBand.WEEKDAY_EVENING, TimeBand.SATURDAY_EVENING, TimeBand.SUNDAY_EVENING})
WEEKENDS = frozenset(band for band in TimeBand if band.value.startswith(("saturday", "sunday")))
PARTS_OF_WEEK = tuple(band for band in TimeBand if band is not TimeBand.NOT_SAID)


Key = TypeVar("Key", bound=Word)


class WhoRuns(Word):
    """Who stands behind an offer, as councils tell the market apart."""

    IN_HOUSE = "in_house", N_("The council's own")
    EXTERNAL = "external", N_("Other organisations")
    ASSISTANT = "assistant", N_("Personal Assistants")


class Age(Word):
    """How long ago a provider said that an offer is still right."""

    QUARTER = "quarter", N_("In the last 90 days")
    HALF_YEAR = "half_year", N_("91 to 180 days ago")
    OLDER = "older", N_("Longer ago")
    NEVER = "never", N_("Never")


class Ground(Word):
    """Whether most people of a district live in the country."""

    RURAL = "rural", N_("Rural districts")
    URBAN = "urban", N_("Urban districts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How prices spread: a quarter of the offers cost less than ``low``, a quarter more than ``high``."""

    offers: int
    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Figures of some of the offers."""

    offers: int
    providers: int
    with_times: int
    """Offers whose times are known; the next two are of these."""
    evenings: int
    weekends: int
    with_room: int
    """Offers that say that they have places."""
    vacancy_known: int
    confirmed: int
    """In the last 90 days."""
    free: int
    price: Spread | None
    """Of those that cost something by the hour or session; None for fewer than five."""

    @property
    def evening_percent(self) -> int | None:
        return share(self.evenings, self.with_times)

    @property
    def weekend_percent(self) -> int | None:
        return share(self.weekends, self.with_times)

    @property
    def room_percent(self) -> int | None:
        return share(self.with_room, self.vacancy_known)

    @property
    def confirmed_percent(self) -> int | None:
        return share(self.confirmed, self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Even:
    """How evenly something is spread over districts, by offers for 100,000 adults."""

    rates: Mapping[str, Decimal]
    """By district code."""
    most: str
    fewest: str
    times: Decimal | None
    """How many times as many the first district has for each adult as the last; None where the last has
    none."""
    differs_percent: int
    """How far districts lie from the mean of all, on the average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """All figures of one council on one day."""

    day: date
    whole: Group
    by_kind: Mapping[OfferKind, Group]
    by_form: Mapping[LegalForm, Group]
    by_runner: Mapping[WhoRuns, Group]
    by_district: Mapping[str, Group]
    kinds_by_district: Mapping[str, Mapping[OfferKind, int]]
    levels: Mapping[SupportLevel, int]
    levels_by_runner: Mapping[WhoRuns, Mapping[SupportLevel, int]]
    times: Mapping[tuple[Theme, TimeBand], int]
    """Offers; what is nowhere has no entry."""
    vacancies: Mapping[Vacancy, int]
    places: int
    places_left: int
    ages: Mapping[Age, int]
    ratings: Mapping[CqcRating, int]
    """Of providers whose rating by the Care Quality Commission is known here."""


def market_of(supply: Sequence[Supply], districts: Collection[str], *, today: date) -> Market:
    """The figures of *supply*; *districts* are all of the council, so that one without offers is there too."""
    at: dict[str, list[Supply]] = {code: [] for code in districts}
    for one in supply:
        at[one.district_code].append(one)
    raters = {one.provider_id: one.cqc_rating for one in supply if one.cqc_rating is not None}
    return Market(
        day=today,
        whole=group_of(supply, today=today),
        by_kind=_groups(supply, OfferKind, lambda one: one.kind, today),
        by_form=_groups(supply, LegalForm, lambda one: one.legal_form, today),
        by_runner=_groups(supply, WhoRuns, runner_of, today),
        by_district={code: group_of(some, today=today) for code, some in at.items()},
        kinds_by_district={code: Counter(one.kind for one in some) for code, some in at.items()},
        levels=_levels(supply),
        levels_by_runner={
            runner: _levels([one for one in supply if runner_of(one) is runner]) for runner in WhoRuns
        },
        times=Counter(pair for one in supply for pair in product(one.themes, one.bands)),
        vacancies={state: sum(one.vacancy is state for one in supply) for state in Vacancy},
        places=sum(one.places for one in supply),
        places_left=sum(one.places_left for one in supply),
        ages={age: sum(age_of(one.confirmed_on, today) is age for one in supply) for age in Age},
        ratings={rating: sum(one is rating for one in raters.values()) for rating in CqcRating},
    )


def group_of(offers: Sequence[Supply], *, today: date) -> Group:
    """Figures of these offers."""
    prices = [one.hour_price for one in offers if one.hour_price is not None]
    return Group(
        offers=len(offers),
        providers=len({one.provider_id for one in offers}),
        with_times=sum(bool(one.bands) for one in offers),
        evenings=sum(bool(one.bands & EVENINGS) for one in offers),
        weekends=sum(bool(one.bands & WEEKENDS) for one in offers),
        with_room=sum(one.vacancy is Vacancy.OPEN for one in offers),
        vacancy_known=sum(one.vacancy is not Vacancy.NOT_KNOWN for one in offers),
        confirmed=sum(age_of(one.confirmed_on, today) is Age.QUARTER for one in offers),
        free=sum(price == 0 for price in prices),
        price=spread_of([price for price in prices if price]),
    )


def spread_of(prices: Sequence[Decimal]) -> Spread | None:
    """Quartiles of *prices*; None for fewer than ``FEWEST_PRICES``.

    Worked example: 10, 12, 14, 16, 18 → 12, 14, 16 (the inclusive method: quartiles lie on the prices).
    """
    if len(prices) < FEWEST_PRICES:
        return None
    low, middle, high = (cut.quantize(PENNY, ROUND_HALF_UP) for cut in quantiles(prices, method="inclusive"))
    return Spread(offers=len(prices), low=low, middle=middle, high=high)


def even(counts: Mapping[str, int], districts: Sequence[District]) -> Even | None:
    """How evenly *counts*, by district code, are spread over adults; None below two districts.

    None as well where there are too few to compare. Worked example: 8 and 4 offers for 80,000 adults each
    are 10.0 and 5.0 for 100,000: the first has twice as many, and districts lie 33% from the mean of 7.5.
    """
    adults = {one.code: one.adults for one in districts if one.adults}
    if len(adults) < 2 or sum(counts.get(code, 0) for code in adults) < FEWEST_TO_COMPARE * len(adults):
        return None
    rates = {code: Decimal(counts.get(code, 0) * PER_ADULTS) / adults[code] for code in adults}
    most, fewest = max(rates, key=lambda code: rates[code]), min(rates, key=lambda code: rates[code])
    mean = sum(rates.values(), Decimal(0)) / len(rates)
    apart = sum((abs(rate - mean) for rate in rates.values()), Decimal(0)) / len(rates)
    return Even(
        rates={code: rate.quantize(TENTH, ROUND_HALF_UP) for code, rate in rates.items()},
        most=most,
        fewest=fewest,
        times=(rates[most] / rates[fewest]).quantize(TENTH, ROUND_HALF_UP) if rates[fewest] else None,
        differs_percent=int((100 * apart / mean).to_integral_value(ROUND_HALF_UP)) if mean else 0,
    )


def ground_of(district: District) -> Ground:
    return Ground.RURAL if district.rural_percent >= RURAL_FROM else Ground.URBAN


def runner_of(one: Supply) -> WhoRuns:
    if one.legal_form is LegalForm.COUNCIL:
        return WhoRuns.IN_HOUSE
    if one.legal_form in (LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA):
        return WhoRuns.ASSISTANT
    return WhoRuns.EXTERNAL


def age_of(confirmed_on: date | None, today: date) -> Age:
    if confirmed_on is None:
        return Age.NEVER
    days = (today - confirmed_on) / timedelta(days=1)
    return Age.QUARTER if days <= 90 else Age.HALF_YEAR if days <= 180 else Age.OLDER


def share(part: int, whole: int) -> int | None:
    """Whole percent of offers; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def _groups(
    supply: Sequence[Supply], keys: type[Key], key: Callable[[Supply], Key], today: date
) -> dict[Key, Group]:
    """Those that exist, in the order of the vocabulary."""
    found: dict[Key, list[Supply]] = {one: [] for one in keys}
    for each in supply:
        found[key(each)].append(each)
    return {one: group_of(some, today=today) for one, some in found.items() if some}


def _levels(supply: Sequence[Supply]) -> dict[SupportLevel, int]:
    return {level: sum(level in one.levels for one in supply) for level in SupportLevel}
