"""An offer with someone who comes along, as one match: known answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import rank
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    OfferKind,
    Part,
    PlaceKind,
    Repeats,
    TravelMode,
    Vacancy,
)
from tests.matching.offers import TODAY, catalogue_of, levels, session
from tests.matching.pairs import SWIMMER, asked, assistant, match, only, pool, reason_of, score_of


def test_a_pool_too_far_by_bus_is_a_match_with_an_assistant_who_drives() -> None:
    assert len(match({}, pool())) == 0
    found = only(match({"weekly_budget": "60.00"}, pool(), assistant()))
    assert found.name == "Warm pool"
    assert found.companion is not None
    assert found.companion.name == "Donna: swimming and tea"
    assert found.companion.kind is OfferKind.PERSONAL_ASSISTANT
    assert (found.minutes, found.mode) == (22, TravelMode.CAR)
    # An hour in the water and twice 22 minutes on the way are 104 minutes at £16 an hour.
    assert found.companion.weekly_cost == Decimal("27.73")
    assert found.travel_cost == Decimal("3.00")
    assert found.weekly_cost == Decimal("35.73")
    assert score_of(found, Part.COST) == pytest.approx(1 - 0.5 * 35.73 / 60)
    assert score_of(found, Part.TRAVEL) == pytest.approx(1 - 0.75 * 21.3 / 40, abs=0.001)
    assert found.score == pytest.approx(sum(part.score * part.weight for part in found.parts), abs=1e-9)


def test_both_reasons_and_both_prices_are_told() -> None:
    found = only(match({"weekly_budget": "60.00"}, pool(), assistant()))
    assert found.companion is not None
    assert str(found.companion.reason) == (
        "Donna (Personal Assistant) goes with you and stays with you. You can go at: Tuesday 10am to 11am."
    )
    assert str(found.companion.price) == (
        "Together about £35.73 a week. Warm pool: £5. Donna: £27.73. The way there and back: £3."
    )
    assert reason_of(found, Part.TRAVEL) == (
        "Donna can take you by car. It takes about 22 minutes. Your limit is 40 minutes."
    )
    assert reason_of(found, Part.TIMES).endswith("Donna has time then, and for the way.")
    assert reason_of(found, Part.COST).endswith("You can pay up to £60.")


@pytest.mark.parametrize(
    ("hours", "works"),
    [
        (("09:38", "11:22"), True),
        (("09:39", "11:22"), False),
        (("09:38", "11:21"), False),
        (("10:00", "11:00"), False),
    ],
)
def test_the_assistants_hours_hold_the_session_and_the_way_there_and_back(
    hours: tuple[str, str], works: bool
) -> None:
    donna = assistant(sessions=(session(Day.TUE, *hours),))
    assert len(match({}, pool(), donna)) == int(works)


def test_hours_that_touch_are_one_stretch_of_hours() -> None:
    donna = assistant(sessions=(session(Day.TUE, "09:00", "10:30"), session(Day.TUE, "10:30", "12:00")))
    assert len(match({}, pool(), donna)) == 1


def test_hours_run_over_midnight_and_over_the_end_of_the_week() -> None:
    early = pool(sessions=(session(Day.MON, "00:05", "01:00"),))
    night = assistant(sessions=(session(Day.SUN, "22:00", "02:00"),))
    assert len(match({"when": {"mon": ["00:00-02:00"]}}, early, night)) == 1
    evening = assistant(sessions=(session(Day.SUN, "22:00", "01:00"),))
    assert len(match({"when": {"mon": ["00:00-02:00"]}}, early, evening)) == 0


def test_the_way_is_not_taken_from_the_persons_own_times() -> None:
    assert len(match({"when": {"tue": ["10:00-11:00"]}}, pool(), assistant())) == 1
    assert len(match({"when": {"tue": ["10:01-11:00"]}}, pool(), assistant())) == 0


def test_hours_every_two_weeks_may_be_the_other_week() -> None:
    donna = assistant(repeats=(Repeats.FORTNIGHTLY,))
    assert len(match({}, pool(), donna)) == 0
    found = only(match({}, pool(repeats=(Repeats.FORTNIGHTLY,)), assistant()))
    assert found.weekly_cost == Decimal("2.50") + Decimal("13.87") + Decimal("1.50")
    assert found.companion is not None
    assert str(found.companion.price).startswith("It is every two weeks. Together about £17.87 a week. ")


def test_what_is_free_is_told_too() -> None:
    free = {"cost_basis": CostBasis.FREE, "cost_pence": 0}
    mavis = assistant("Mavis", kind=OfferKind.BUDDY, transport_pence=0, **free)
    found = only(match({}, pool(), mavis))
    assert found.companion is not None
    assert str(found.companion.price) == "Together about £5 a week. Warm pool: £5. Mavis: free."
    both = only(match({}, pool(**free), mavis))
    assert both.companion is not None
    assert str(both.companion.price) == "Both are free."


@pytest.mark.parametrize(
    "changes",
    [
        {"radius_km": 0.2},
        {"transport_offered": False},
        {"transport_offered": None},
        {"transport_radius_km": 12.0},
        {"vacancy": Vacancy.FULL},
        {"min_age": 60},
        {"levels": levels(1, 2)},
        {"features_no": Feature.STEP_FREE.bit},
        {"sessions": ()},
        {"sessions": (session(Day.WED, "09:00", "12:00"),)},
        {"kind": OfferKind.SHARED_LIVES},
        {"place_kind": PlaceKind.EXACT},
    ],
    ids=str,
)
def test_an_assistant_who_can_not_take_this_person_there_makes_no_pair(changes: dict[str, Any]) -> None:
    wants = {"age": 40, "support_level": 3, "must_have": ["step_free"]}
    place = pool(levels=levels(3))
    assert len(match(wants, place, assistant())) == 1
    assert len(match(wants, place, assistant(**changes))) == 0


def test_level_4_needs_a_companion_who_states_it() -> None:
    place = pool(levels=levels(4))
    wants = {"support_level": 4}
    assert len(match(wants, place, assistant(levels=0))) == 0
    assert len(match(wants, place, assistant(levels=levels(4)))) == 1
    asks = asked(only(match({"support_level": 3}, pool(levels=levels(3)), assistant(levels=0))))
    assert asks == ["Ask Donna: Can you support someone at level 3 (Personalised support)?"]


@pytest.mark.parametrize(("budget", "works"), [("35.73", True), ("35.72", False)])
def test_the_budget_holds_both_prices(budget: str, works: bool) -> None:
    assert len(match({"weekly_budget": budget}, pool(), assistant())) == int(works)


def test_a_price_that_is_not_known_is_asked_and_the_rest_is_the_least() -> None:
    donna = assistant(cost_basis=None, cost_pence=None)
    found = only(match({"weekly_budget": "8.00"}, pool(), donna))
    assert found.weekly_cost is None
    assert found.companion is not None
    assert found.companion.weekly_cost is None
    assert str(found.companion.price) == (
        "Together at least £8 a week. Warm pool: £5. The way there and back: £3. We do not know the price of Donna."
    )
    assert asked(found) == ["Ask Donna: What does it cost?"]
    assert len(match({"weekly_budget": "7.99"}, pool(), donna)) == 0


def test_what_each_of_the_two_must_be_asked_says_whom() -> None:
    wants = {"must_have": ["accessible_toilet"], "travel": {**SWIMMER["travel"], "wheelchair_space": True}}
    donna = assistant(transport_radius_km=None, transport_pence=None, vacancy=Vacancy.NOT_KNOWN)
    assert asked(only(match(wants, pool(), donna))) == [
        "Ask Warm pool: Is there an accessible toilet?",
        "Ask Donna: Can you take me as far as this?",
        "Ask Donna: What does the way in your car cost?",
        "Ask Donna: Is there space for my wheelchair in the vehicle?",
        "Ask Donna: Is there a place for me?",
    ]
    no_space = assistant(features_no=Feature.WHEELCHAIR_SPACE.bit)
    assert len(match(wants, pool(), no_space)) == 0
    room = assistant(features_yes=Feature.WHEELCHAIR_SPACE.bit)
    assert asked(only(match(wants, pool(), room))) == ["Ask Warm pool: Is there an accessible toilet?"]


def test_an_assistant_brings_support_that_the_place_does_not_have() -> None:
    near = pool(lat=53.145, lon=-1.195, features_no=Feature.PERSONAL_CARE.bit)
    wants = {"must_have": ["personal_care"], "would_like": ["one_to_one"]}
    assert len(match(wants, near)) == 0
    assert len(match(wants, near, assistant())) == 0, "not known is not enough where the place has none"
    gives = Feature.PERSONAL_CARE.bit | Feature.ONE_TO_ONE.bit
    found = only(match(wants, near, assistant(features_yes=gives)))
    assert found.companion is not None
    assert str(found.companion.reason).endswith(
        "Donna can give: Personal care. You can go at: Tuesday 10am to 11am."
    )
    assert score_of(found, Part.PREFERENCES) == 1.0
    assert reason_of(found, Part.PREFERENCES) == "Donna can give: One-to-one support."
    assert found.ask == ()


def test_nobody_brings_a_step_free_way_in() -> None:
    near = pool(lat=53.145, lon=-1.195, features_no=Feature.STEP_FREE.bit)
    donna = assistant(features_yes=Feature.STEP_FREE.bit)
    assert len(match({"must_have": ["step_free"]}, near, donna)) == 0


def test_someone_on_the_way_stands_beside_the_offer_alone_only_if_that_is_better() -> None:
    wants = {"travel": {"modes": ["walk"], "max_minutes": 40, "with_support": True}}
    near = pool(lat=53.150, lon=-1.195)
    alone = only(match(wants, near))
    assert score_of(alone, Part.TRANSPORT) == pytest.approx(0.3)
    on_foot = {"transport_offered": False, "transport_pence": None}
    buddy = only(match(wants, near, assistant("Mavis", **on_foot, kind=OfferKind.BUDDY)))
    assert buddy.companion is not None
    assert score_of(buddy, Part.TRANSPORT) == 1.0
    assert buddy.score > alone.score
    assert buddy.mode is TravelMode.WALK
    assert reason_of(buddy, Part.TRAVEL).endswith("Mavis goes with you.")
    dear = only(match({**wants, "weekly_budget": "50.00"}, near, assistant(cost_pence=2600, **on_foot)))
    assert dear.companion is None, "the price weighs more than the company"


def test_no_companion_is_looked_for_where_none_is_needed() -> None:
    near = pool(lat=53.150, lon=-1.195)
    assert only(match({}, near, assistant())).companion is None


def test_on_the_bus_the_companion_may_need_a_ticket() -> None:
    wants = {"travel": {"modes": ["bus"], "max_minutes": 40, "with_support": True}}
    found = only(match(wants, pool(lat=53.16, lon=-1.195), assistant(transport_offered=False)))
    assert found.companion is not None
    assert found.mode is TravelMode.BUS
    assert found.travel_cost == Decimal("6.00")
    assert asked(found) == ["Ask Donna: Who pays for your ticket?"]


def test_a_flexible_place_is_visited_for_as_long_as_the_two_have_time() -> None:
    drop_in = pool(flexible=True, sessions=(session(Day.TUE, "07:00", "21:00"),), shortest_visit_minutes=30)
    found = only(match({}, drop_in, assistant(sessions=(session(Day.TUE, "09:00", "11:30"),))))
    assert found.companion is not None
    # 22 minutes each way leave 09:30 (the person's own time) to 11:08: 98 minutes and the way, paid.
    assert found.companion.weekly_cost == Decimal("37.87")
    assert "You can go for a part of: Tuesday 7am to 9pm." in str(found.companion.reason)
    short = assistant(sessions=(session(Day.TUE, "09:00", "10:20"),))
    assert len(match({}, drop_in, short)) == 0


def test_without_a_home_nobody_can_come_to_it() -> None:
    needs = parse_needs(SWIMMER)
    catalogue = catalogue_of(pool(features_no=Feature.MEDICATION.bit), assistant())
    assert len(rank(needs, catalogue, home=None, today=TODAY)) == 1
    needs = parse_needs({**SWIMMER, "must_have": ["medication"]})
    assert len(rank(needs, catalogue, home=None, today=TODAY)) == 0
