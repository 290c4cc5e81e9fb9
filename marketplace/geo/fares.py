"""What one way costs, and when a pass makes it free. Dated rows: a new rule is a new row.

Amounts are pounds. They are for planning a week, not a quotation: a page shows the row's note.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from marketplace.geo.travel import Source
from marketplace.vocabulary import N_, Day, TravelMode, TravelPass

KM_PER_MILE = Decimal("1.609344")

# Roads are longer than the straight line. No good English source, so an assumption.
ROAD_FACTOR = Decimal("1.3")

DAY_MINUTES = 24 * 60
NORFOLK_DISTRICTS = frozenset(f"E070001{number}" for number in range(43, 50))
NOTTINGHAM_DISTRICTS = frozenset({"E06000018"})


@dataclass(frozen=True, slots=True)
class FareRow:
    """One way costs ``fixed`` plus ``per_mile`` for each mile of road, from ``valid_from`` on."""

    mode: TravelMode
    valid_from: date
    fixed: Decimal
    per_mile: Decimal
    source: Source
    note: str


_NOTHING = Decimal("0.00")

FARES: tuple[FareRow, ...] = (
    FareRow(
        TravelMode.BUS,
        date(2025, 1, 1),
        Decimal("3.00"),
        _NOTHING,
        Source.ASSUMPTION,
        N_(
            "The most a single costs under the national fare cap of £3, announced until March 2027. "
            "Short trips may cost less. A change of bus is a second fare. Not every route takes part."
        ),
    ),
    FareRow(
        TravelMode.CAR,
        date(2011, 4, 6),
        _NOTHING,
        Decimal("0.45"),
        Source.STANDARD,
        N_("HM Revenue and Customs' mileage rate: fuel, wear, insurance. No parking."),
    ),
    FareRow(
        TravelMode.CAR,
        date(2026, 4, 6),
        _NOTHING,
        Decimal("0.55"),
        Source.STANDARD,
        N_("HM Revenue and Customs' mileage rate: fuel, wear, insurance. No parking."),
    ),
    FareRow(
        TravelMode.TAXI,
        date(2011, 1, 1),
        Decimal("3.50"),
        Decimal("2.20"),
        Source.ASSUMPTION,
        N_("A day-time taxi. Each council sets its own fares: ask before you book."),
    ),
    FareRow(TravelMode.WALK, date(2011, 1, 1), _NOTHING, _NOTHING, Source.STANDARD, N_("Free.")),
    FareRow(TravelMode.CYCLE, date(2011, 1, 1), _NOTHING, _NOTHING, Source.STANDARD, N_("Free.")),
)


@dataclass(frozen=True, slots=True)
class PassRule:
    """When a pass is good: minutes of the day from ``start`` up to and including ``end``.

    ``districts`` None means all of England. A rule with districts counts where the trip starts
    there; the person is taken to live there too, as these rules are for residents.
    """

    passes: frozenset[TravelPass]
    valid_from: date
    districts: frozenset[str] | None
    weekday: tuple[int, int]
    source: str


_ALL_DAY = (0, DAY_MINUTES)

PASS_RULES: tuple[PassRule, ...] = (
    PassRule(
        frozenset(TravelPass),
        date(2008, 4, 1),
        None,
        (9 * 60 + 30, 23 * 60),
        N_(
            "English National Concessionary Travel Scheme: 9:30am to 11pm on weekdays, "
            "any time at weekends and on bank holidays."
        ),
    ),
    PassRule(
        frozenset({TravelPass.DISABLED_BUS_PASS}),
        date(2024, 2, 1),
        NORFOLK_DISTRICTS,
        _ALL_DAY,
        N_("Norfolk County Council: disabled people who live in Norfolk travel free in Norfolk at any time."),
    ),
    PassRule(
        frozenset({TravelPass.NOTTINGHAM_MOBILITY_PASS}),
        date(2020, 1, 1),
        NOTTINGHAM_DISTRICTS,
        _ALL_DAY,
        N_("Nottingham City Council: mobility passes are also good before 9:30am and after 11pm."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """When and where one way starts. ``on`` chooses the rules of that date: pass today's for a
    weekly plan. ``minute`` counts from midnight; ``district`` None means not known."""

    day: Day
    minute: int
    on: date
    district: str | None = None
    bank_holiday: bool = False


def pass_window(
    travel_pass: TravelPass,
    day: Day,
    *,
    on: date,
    district: str | None = None,
    bank_holiday: bool = False,
) -> tuple[int, int] | None:
    """First and last minute of the day at which a trip with the pass may start, or None.

    The most generous rule in force counts. A district that is not known gets the national rule.
    """
    in_force = [
        rule
        for rule in PASS_RULES
        if travel_pass in rule.passes
        and rule.valid_from <= on
        and (rule.districts is None or district in rule.districts)
    ]
    if not in_force:
        return None
    if day.is_weekend or bank_holiday:
        return _ALL_DAY
    return max((rule.weekday for rule in in_force), key=lambda window: window[1] - window[0])


def pass_valid(travel_pass: TravelPass, departure: Departure) -> bool:
    """Whether a bus trip that starts then and there is free with the pass."""
    window = pass_window(
        travel_pass,
        departure.day,
        on=departure.on,
        district=departure.district,
        bank_holiday=departure.bank_holiday,
    )
    return window is not None and window[0] <= departure.minute <= window[1]


def fare(mode: TravelMode, on: date) -> FareRow | None:
    """The row in force on a date; None where there is none, as for the provider's transport,
    whose price is part of the offer."""
    rows = [row for row in FARES if row.mode is mode and row.valid_from <= on]
    return max(rows, key=lambda row: row.valid_from, default=None)


def journey_cost(
    mode: TravelMode, km: float | Decimal, passes: Iterable[TravelPass], departure: Departure
) -> Decimal | None:
    """Pounds for one way over straight-line km, to the penny; None if only the offer can say.

    Raises ``ValueError`` for a distance below 0 or not a number.
    """
    distance = Decimal(str(km))
    if not distance.is_finite() or distance < 0:
        raise ValueError(f"a distance of {km} km")
    row = fare(mode, departure.on)
    if row is None:
        return None
    if mode is TravelMode.BUS and any(pass_valid(held, departure) for held in passes):
        return _NOTHING
    miles = distance * ROAD_FACTOR / KM_PER_MILE
    return (row.fixed + row.per_mile * miles).quantize(Decimal("0.01"), ROUND_HALF_UP)
