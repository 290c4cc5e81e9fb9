"""Hard stops: what can never be a match, and what is only not known."""

from __future__ import annotations

import numpy as np
import pytest

from marketplace.matching.evaluate import evaluate
from marketplace.matching.near import STOPS
from marketplace.vocabulary import CostBasis, Day, Feature, OfferKind, PlaceKind, Stop, Theme, Vacancy
from tests.matching.offers import levels, match, offer, session


def names(ranking: object) -> list[str]:
    return [ranking.match(place).name for place in range(len(ranking))]  # type: ignore[attr-defined,arg-type]


def only_stop(ranking: object) -> Stop | None:
    """The one stop of a catalogue of one offer."""
    row = np.zeros(1, dtype=np.int64)
    mask = int(evaluate(ranking.query, ranking.catalogue, row).stops[0])  # type: ignore[attr-defined]
    assert mask.bit_count() <= 1
    return STOPS[mask.bit_length() - 1] if mask else None


def test_level_four_never_gets_an_offer_for_level_one_only() -> None:
    found = match({"support_level": 4}, offer(levels=levels(1)))
    assert only_stop(found) is Stop.LEVEL


def test_level_four_needs_support_that_is_stated() -> None:
    assert only_stop(match({"support_level": 4}, offer(levels=0))) is Stop.LEVEL
    assert only_stop(match({"support_level": 4}, offer(levels=levels(4)))) is None


@pytest.mark.parametrize("level", [1, 2, 3])
def test_other_levels_may_ask_where_the_level_is_not_known(level: int) -> None:
    found = match({"support_level": level}, offer(levels=0))
    assert len(found) == 1
    assert any("level" in str(question) for question in found.match(0).ask)


def test_a_wheelchair_space_that_is_known_to_be_missing_stops() -> None:
    without = offer(features_no=Feature.WHEELCHAIR_SPACE.bit)
    assert only_stop(match({"must_have": ["wheelchair_space"]}, without)) is Stop.MUST_HAVE


def test_a_wheelchair_space_that_is_not_known_is_asked_for() -> None:
    found = match({"must_have": ["wheelchair_space"]}, offer())
    assert [str(question) for question in found.match(0).ask] == ["Is there space for a wheelchair?"]


def test_a_wheelchair_space_that_is_there_needs_no_question() -> None:
    found = match({"must_have": ["wheelchair_space"]}, offer(features_yes=Feature.WHEELCHAIR_SPACE.bit))
    assert found.match(0).ask == ()


def test_someone_free_on_saturday_evening_gets_only_saturday_evening() -> None:
    evening = offer("Evening", sessions=(session(Day.SAT, "18:00", "20:00"),))
    morning = offer("Morning", sessions=(session(Day.SAT, "10:00", "12:00"),))
    friday = offer("Friday", sessions=(session(Day.FRI, "18:00", "20:00"),))
    found = match({"when": {"sat": ["17:00-22:00"]}}, evening, morning, friday)
    assert names(found) == ["Evening"]


def test_times_that_are_not_known_are_asked_for() -> None:
    found = match({"when": {"sat": ["17:00-22:00"]}}, offer(sessions=()))
    assert "Which days and times is it on?" in [str(question) for question in found.match(0).ask]


def test_a_session_over_sunday_midnight_reaches_into_monday() -> None:
    late = offer(sessions=(session(Day.SUN, "23:00", "01:00"),))
    assert len(match({"when": {"sun": ["22:00-02:00"]}}, late)) == 1
    assert len(match({"when": {"sun": ["22:00-24:00"], "mon": ["00:00-02:00"]}}, late)) == 1
    assert only_stop(match({"when": {"mon": ["02:00-05:00"]}}, late)) is Stop.TIMES


def test_a_window_over_sunday_midnight_counts_on_monday_too() -> None:
    early = offer(sessions=(session(Day.MON, "00:30", "01:30"),))
    assert len(match({"when": {"sun": ["22:00-02:00"]}}, early)) == 1


def test_a_place_beyond_every_way_to_travel_stops() -> None:
    far = offer(lat=53.6, lon=-1.2)
    travel = {"modes": ["walk", "bus"], "max_minutes": 30}
    assert only_stop(match({"travel": travel}, far)) is Stop.TRAVEL


def test_a_taxi_is_taken_only_where_no_other_way_is_near_enough() -> None:
    ten_km = offer(lat=53.235)
    both = {"modes": ["bus", "taxi"], "max_minutes": 30}
    found = match({"travel": both}, ten_km).match(0)
    assert found.mode is not None
    assert found.mode.value == "taxi"
    near = match({"travel": {"modes": ["bus", "taxi"], "max_minutes": 60}}, ten_km).match(0)
    assert near.mode is not None
    assert near.mode.value == "bus"


def test_someone_who_comes_to_you_is_found_within_their_radius_only() -> None:
    assistant = offer(
        "Donna", kind=OfferKind.PERSONAL_ASSISTANT, place_kind=PlaceKind.TRAVELS_TO_YOU, radius_km=10.0
    )
    found = match({"travel": {"modes": ["walk"], "max_minutes": 5}}, assistant)
    assert found.match(0).minutes == 0
    assert "come to you" in str(found.match(0).parts[1].reason)
    far = offer("Far", place_kind=PlaceKind.TRAVELS_TO_YOU, radius_km=10.0, lat=53.3)
    assert only_stop(match({}, far)) is Stop.TRAVEL


def test_a_place_that_is_not_known_is_asked_for_and_never_stops() -> None:
    found = match({"travel": {"modes": ["walk"], "max_minutes": 5}}, offer(lat=None, lon=None))
    assert "Where is it?" in [str(question) for question in found.match(0).ask]
    assert "travel" not in [part.part.value for part in found.match(0).parts]


def test_without_a_postcode_distance_plays_no_part() -> None:
    found = match({}, offer(lat=50.1), home=None)
    assert [part.part.value for part in found.match(0).parts] == ["goals"]


def test_transport_that_is_not_known_is_asked_for_where_it_is_the_only_way() -> None:
    only_fetched = {"travel": {"modes": ["provider"], "max_minutes": 60}}
    unknown = offer(transport_offered=None, lat=53.2)
    assert "Can you fetch me?" in [str(ask) for ask in match(only_fetched, unknown).match(0).ask]
    assert only_stop(match(only_fetched, offer(lat=53.2))) is Stop.TRAVEL
    fetches = offer(transport_offered=True, transport_radius_km=20.0, lat=53.2)
    assert match(only_fetched, fetches).match(0).mode == "provider"


def test_more_than_the_budget_stops_and_an_unknown_price_asks() -> None:
    dear = offer(cost_basis=CostBasis.SESSION, cost_pence=6000)
    assert only_stop(match({"weekly_budget": "59.99"}, dear)) is Stop.COST
    assert only_stop(match({"weekly_budget": "70.00"}, dear)) is None
    unknown = match({"weekly_budget": "1.00"}, offer(cost_basis=None, cost_pence=None, lat=53.1436))
    assert "What does it cost?" in [str(question) for question in unknown.match(0).ask]


def test_the_wrong_age_stops() -> None:
    older = offer(min_age=60)
    assert only_stop(match({"age": 42}, older)) is Stop.AGE
    assert only_stop(match({"age": 60}, older)) is None
    assert only_stop(match({}, older)) is None
    assert only_stop(match({"age": 26}, offer(min_age=16, max_age=25))) is Stop.AGE


def test_a_full_offer_stops_and_a_waiting_list_asks() -> None:
    assert only_stop(match({}, offer(vacancy=Vacancy.FULL))) is Stop.NOT_TAKING_PEOPLE
    waiting = match({}, offer(vacancy=Vacancy.WAITING_LIST))
    assert "How long is the waiting list?" in [str(question) for question in waiting.match(0).ask]


def test_an_offer_about_something_else_is_no_match_and_no_near_miss() -> None:
    found = match({}, offer(themes=Theme.SWIMMING.bit))
    assert only_stop(found) is Stop.GOALS
    assert found.near_misses(5) == ()


def test_transport_alone_is_not_something_to_do() -> None:
    minibus = offer(
        "Minibus", kind=OfferKind.TRANSPORT, themes=Theme.COOKERY.bit | Theme.FRIENDS.bit, text=""
    )
    assert only_stop(match({}, minibus)) is Stop.GOALS


def test_an_offer_far_beyond_the_limit_is_not_nearly_a_match() -> None:
    walk = {"travel": {"modes": ["walk"], "max_minutes": 20}}
    near = match(walk, offer("Near", lat=53.166))
    assert str(near.near_misses(5)[0].would_help) == "18 more minutes of travel"
    assert match(walk, offer("Far", lat=54.5)).near_misses(5) == ()


@pytest.mark.parametrize(("lat", "told"), [(53.237, "1 mile"), (53.3, "5 miles")])
def test_how_much_further_somebody_would_need_to_come_is_told_in_whole_miles(lat: float, told: str) -> None:
    """From tenths of a mile, three searches would find their home."""
    donna = offer("Donna", place_kind=PlaceKind.TRAVELS_TO_YOU, radius_km=10.0, lat=lat)
    (miss,) = match({}, donna).near_misses(5)
    assert str(miss.would_help) == f"They would need to travel {told} further to you"


def test_nobody_who_comes_to_you_is_asked_about_their_building() -> None:
    asks = {"must_have": ["step_free", "personal_care"], "would_like": ["quiet_space", "makaton"]}
    visits = offer("Donna", place_kind=PlaceKind.TRAVELS_TO_YOU, radius_km=10.0)
    assert [str(question) for question in match(asks, visits).match(0).ask] == [
        "Can someone help with personal care?",
        "Does someone use Makaton?",
    ]
    assert len(match(asks, offer()).match(0).ask) == 4
