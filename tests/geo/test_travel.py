from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from marketplace.geo.travel import (
    DEFAULT_MODEL,
    TRAVEL_CONSTANTS,
    Pace,
    Source,
    TravelModel,
)
from marketplace.vocabulary import TravelMode


@pytest.mark.parametrize(
    ("mode", "km", "minutes"),
    [
        (TravelMode.CAR, 0, 10.0),
        (TravelMode.CAR, 10, 19.2),
        (TravelMode.TAXI, 10, 24.2),
        (TravelMode.PROVIDER, 10, 19.2 * 1.3 + 5),
        (TravelMode.WALK, 2, 30.0),
        (TravelMode.CYCLE, 4, 18.0),
        (TravelMode.BUS, 0, 19.25),
        (TravelMode.BUS, 5, 31.75),
        (TravelMode.BUS, 20, 69.25),
    ],
)
def test_minutes_of_each_mode_are_a_line(mode: TravelMode, km: float, minutes: float) -> None:
    fixed, per_km = DEFAULT_MODEL.coefficients(mode)

    assert fixed + per_km * km == pytest.approx(minutes)
    assert DEFAULT_MODEL.minutes(mode, km) == pytest.approx(minutes)


def test_whole_arrays_of_distances_become_minutes_and_unknown_ones_stay_unknown() -> None:
    found = DEFAULT_MODEL.minutes(TravelMode.CAR, np.array([[0.0, 10.0], [np.nan, 50.0]]))

    assert found == pytest.approx(np.array([[10.0, 19.2], [np.nan, 56.0]]), nan_ok=True)


def test_a_slower_pace_lengthens_the_walk_and_the_way_to_the_bus_but_not_the_drive() -> None:
    slow = Pace.WITH_SUPPORT

    assert DEFAULT_MODEL.minutes(TravelMode.WALK, 2, pace=slow) == pytest.approx(45.0)
    assert DEFAULT_MODEL.minutes(TravelMode.WALK, 2, pace=Pace.WHEELCHAIR) == pytest.approx(40.0)
    assert DEFAULT_MODEL.coefficients(TravelMode.BUS, pace=slow)[0] == pytest.approx(22.375)
    for mode in (TravelMode.CAR, TravelMode.TAXI, TravelMode.PROVIDER, TravelMode.CYCLE):
        assert DEFAULT_MODEL.coefficients(mode, pace=slow) == DEFAULT_MODEL.coefficients(mode)


@pytest.mark.parametrize("mode", TravelMode)
def test_the_reach_is_where_the_minutes_run_out(mode: TravelMode) -> None:
    km = DEFAULT_MODEL.reach_km(mode, 40)

    assert km > 0
    assert DEFAULT_MODEL.minutes(mode, km) == pytest.approx(40)
    assert DEFAULT_MODEL.reach_km(mode, -1) < 0


def test_a_council_can_set_a_constant_of_its_own() -> None:
    measured_here = replace(DEFAULT_MODEL, bus_wait=12.0)

    assert measured_here.coefficients(TravelMode.BUS)[0] == pytest.approx(23.25)


def test_every_constant_of_the_model_is_in_the_table_that_a_page_prints() -> None:
    assert [row.name for row in TRAVEL_CONSTANTS] == [field.name for field in fields(TravelModel)]
    for row in TRAVEL_CONSTANTS:
        assert float(row.value) == getattr(DEFAULT_MODEL, row.name)
        assert row.note.endswith(".")


def test_only_the_fitted_car_claims_to_be_measured() -> None:
    measured = {row.name for row in TRAVEL_CONSTANTS if row.source is Source.MEASURED}

    assert measured == {"car_fixed", "car_per_km"}
