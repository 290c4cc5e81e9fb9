from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.geo.districts import read_districts
from marketplace.geo.fares import (
    NORFOLK_DISTRICTS,
    NOTTINGHAM_DISTRICTS,
    Departure,
    fare,
    journey_cost,
    pass_valid,
    pass_window,
)
from marketplace.vocabulary import Day, TravelMode, TravelPass

TODAY = date(2026, 11, 22)
MANSFIELD, NOTTINGHAM, NORWICH = "E07000174", "E06000018", "E07000148"
OLDER, DISABLED, MOBILITY = (
    TravelPass.OLDER_BUS_PASS,
    TravelPass.DISABLED_BUS_PASS,
    TravelPass.NOTTINGHAM_MOBILITY_PASS,
)


def at(clock: str, day: Day = Day.TUE, **more: object) -> Departure:
    hours, minutes = clock.split(":")
    settings = {"on": TODAY, **more}
    return Departure(day=day, minute=int(hours) * 60 + int(minutes), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("travel_pass", TravelPass)
@pytest.mark.parametrize(
    ("clock", "free"),
    [("09:29", False), ("09:30", True), ("23:00", True), ("23:01", False), ("07:00", False)],
)
def test_on_weekdays_a_pass_is_good_from_half_past_nine_to_eleven(
    travel_pass: TravelPass, clock: str, free: bool
) -> None:
    assert pass_valid(travel_pass, at(clock, district=MANSFIELD)) is free


@pytest.mark.parametrize("travel_pass", TravelPass)
def test_at_weekends_and_on_bank_holidays_a_pass_is_good_all_day(travel_pass: TravelPass) -> None:
    assert pass_valid(travel_pass, at("07:00", Day.SAT))
    assert pass_valid(travel_pass, at("23:30", Day.SUN))
    assert pass_valid(travel_pass, at("07:00", Day.MON, bank_holiday=True))


def test_disabled_people_of_norfolk_travel_free_in_norfolk_at_any_time_since_february_2024() -> None:
    assert pass_valid(DISABLED, at("08:00", district=NORWICH))
    assert pass_valid(DISABLED, at("08:00", district=NORWICH, on=date(2024, 2, 1)))
    assert not pass_valid(DISABLED, at("08:00", district=NORWICH, on=date(2024, 1, 31)))
    assert not pass_valid(DISABLED, at("08:00", district=MANSFIELD))
    assert not pass_valid(OLDER, at("08:00", district=NORWICH))


def test_the_nottingham_mobility_pass_is_good_early_in_the_city_only() -> None:
    assert pass_valid(MOBILITY, at("08:00", district=NOTTINGHAM))
    assert not pass_valid(MOBILITY, at("08:00", district=MANSFIELD))
    assert not pass_valid(DISABLED, at("08:00", district=NOTTINGHAM))


def test_a_place_that_is_not_known_gets_the_national_hours() -> None:
    assert pass_window(DISABLED, Day.WED, on=TODAY) == (570, 1380)
    assert pass_window(DISABLED, Day.WED, on=TODAY, district=NORWICH) == (0, 1440)


def test_before_the_national_scheme_there_was_no_pass() -> None:
    assert pass_window(OLDER, Day.WED, on=date(2008, 3, 31)) is None
    assert not pass_valid(OLDER, at("12:00", on=date(2008, 3, 31)))


def test_the_districts_of_the_rules_are_those_of_the_reference_data() -> None:
    districts = read_districts(Path(__file__).parents[2] / "seeds").values()

    assert {d.code for d in districts if d.upper_tier == "Norfolk"} == NORFOLK_DISTRICTS
    assert {d.code for d in districts if d.upper_tier == "Nottingham City"} == NOTTINGHAM_DISTRICTS


@pytest.mark.parametrize(
    ("mode", "km", "pounds"),
    [
        (TravelMode.WALK, 2, "0.00"),
        (TravelMode.CYCLE, 2, "0.00"),
        (TravelMode.BUS, 0.5, "3.00"),
        (TravelMode.BUS, 30, "3.00"),
        # 10 km straight is 13 km by road, 8.0778 miles: at 55p and at £3.50 + £2.20 a mile.
        (TravelMode.CAR, 10, "4.44"),
        (TravelMode.TAXI, 10, "21.27"),
        (TravelMode.TAXI, 0, "3.50"),
    ],
)
def test_one_way_costs_its_fare_to_the_penny(mode: TravelMode, km: float, pounds: str) -> None:
    cost = journey_cost(mode, km, [], at("10:00"))

    assert cost == Decimal(pounds)
    assert cost is not None
    assert cost.as_tuple().exponent == -2


def test_the_mileage_rate_rose_in_april_2026() -> None:
    assert journey_cost(TravelMode.CAR, 10, [], at("10:00", on=date(2026, 4, 5))) == Decimal("3.64")
    assert journey_cost(TravelMode.CAR, 10, [], at("10:00", on=date(2026, 4, 6))) == Decimal("4.44")


def test_a_pass_makes_the_bus_free_in_its_hours_and_nothing_else() -> None:
    assert journey_cost(TravelMode.BUS, 5, [DISABLED], at("10:00")) == 0
    assert journey_cost(TravelMode.BUS, 5, [DISABLED], at("08:00")) == Decimal("3.00")
    assert journey_cost(TravelMode.BUS, 5, [OLDER, MOBILITY], at("08:00", district=NOTTINGHAM)) == 0
    assert journey_cost(TravelMode.TAXI, 0, [DISABLED], at("10:00")) == Decimal("3.50")


def test_only_the_offer_knows_what_the_providers_transport_costs() -> None:
    assert journey_cost(TravelMode.PROVIDER, 5, [], at("10:00")) is None


def test_a_date_before_the_first_row_has_no_fare() -> None:
    assert fare(TravelMode.BUS, date(2020, 1, 1)) is None


@pytest.mark.parametrize("km", [-1, float("nan")])
def test_a_distance_that_is_none_is_refused(km: float) -> None:
    with pytest.raises(ValueError, match="a distance of"):
        journey_cost(TravelMode.CAR, km, [], at("10:00"))
