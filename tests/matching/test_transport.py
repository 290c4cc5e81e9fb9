"""An offer with transport there and back, as one match: known answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from marketplace.vocabulary import (
    Day,
    Feature,
    Part,
    TravelMode,
    Vacancy,
)
from tests.matching.offers import session
from tests.matching.pairs import SWIMMER, asked, match, minibus, only, pool, reason_of


def test_transport_takes_the_person_there_and_back() -> None:
    found = only(match({}, pool(), minibus()))
    assert found.companion is not None
    assert str(found.companion.reason) == (
        "Village minibus (Transport) can take you there and bring you back. You can go at: Tuesday 10am to 11am."
    )
    assert found.companion.weekly_cost == Decimal("8.00")
    assert found.weekly_cost == Decimal("13.00")
    assert found.mode is TravelMode.PROVIDER
    assert found.minutes == 33  # 1.3 times the drive of 21.3 minutes, and 5 to get in and out
    assert reason_of(found, Part.TIMES).endswith("Village minibus can take you then.")


@pytest.mark.parametrize(
    ("changes", "works"),
    [
        ({"radius_km": 12.0}, False),
        ({"sessions": (session(Day.TUE, "09:27", "10:00"), session(Day.TUE, "11:00", "11:33"))}, True),
        ({"sessions": (session(Day.TUE, "09:28", "10:00"), session(Day.TUE, "11:00", "11:33"))}, False),
        ({"sessions": (session(Day.TUE, "09:27", "10:00"), session(Day.TUE, "11:00", "11:32"))}, False),
        ({"sessions": (session(Day.TUE, "08:00", "10:30"),)}, False),
        ({"vacancy": Vacancy.FULL}, False),
    ],
    ids=str,
)
def test_transport_reaches_the_place_and_runs_both_ways(changes: dict[str, Any], works: bool) -> None:
    assert len(match({}, pool(), minibus(**changes))) == int(works)


def test_transport_whose_times_are_not_known_is_asked() -> None:
    found = only(match({}, pool(), minibus(sessions=())))
    assert "Ask Village minibus: Do you run at these times?" in asked(found)


def test_transport_known_to_have_no_space_for_a_wheelchair_is_never_taken() -> None:
    wants = {"travel": {**SWIMMER["travel"], "wheelchair_space": True}}
    assert len(match(wants, pool(), minibus(features_no=Feature.WHEELCHAIR_SPACE.bit))) == 0
    asks = asked(only(match(wants, pool(), minibus())))
    assert asks == ["Ask Village minibus: Is there space for my wheelchair in the vehicle?"]


def test_transport_brings_no_support() -> None:
    place = pool(features_no=Feature.PERSONAL_CARE.bit)
    bus = minibus(features_yes=Feature.PERSONAL_CARE.bit)
    assert len(match({"must_have": ["personal_care"]}, place, bus)) == 0
