"""What a result says of its cost and its way there: each price with what it stands for."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.matching.result import Match
from marketplace.matching.taken_apart import take_apart
from marketplace.vocabulary import CostBasis, OfferKind, Part, PlaceKind, Repeats, Theme
from tests.matching.offers import TODAY, levels, match, offer

BY_CAR = {"travel": {"modes": ["car"]}}
AT_HOME: dict[str, Any] = {"place_kind": PlaceKind.TRAVELS_TO_YOU, "radius_km": 9.0}
BUDGET = {"weekly_budget": "90.00"}


def _found(document: dict[str, Any], **changes: Any) -> Match:
    return match({**BUDGET, **document}, offer(**changes)).match(0)


def _told(found: Match, part: Part) -> str:
    return next(str(one.reason) for one in found.parts if one.part is part)


@pytest.mark.parametrize(
    ("document", "changes", "on_the_card", "reason"),
    [
        (
            {},
            {**AT_HOME, "cost_basis": CostBasis.HOUR, "cost_pence": 1600, "cost_is_range": True},
            "One visit of 2 hours a week costs at least £32.",
            "One visit of 2 hours a week costs at least £32. You can pay up to £90.",
        ),
        (
            {},
            {**AT_HOME, "cost_basis": CostBasis.SESSION, "cost_pence": 700},
            None,
            "One visit a week costs about £7. You can pay up to £90.",
        ),
        (
            {"travel": {"modes": ["walk"]}},
            {"cost_basis": CostBasis.NIGHT, "cost_pence": 8600},
            "The way there costs nothing.",
            "One night a week costs about £86. The way there costs nothing. You can pay up to £90.",
        ),
        (
            {"travel": {"modes": ["bus"]}},
            {},
            "One visit a week costs about £6. All of it is travel.",
            "One visit a week costs about £6. All of it is travel. You can pay up to £90.",
        ),
        (
            {"travel": {"modes": ["bus"], "passes": ["older_bus_pass"]}},
            {},
            "Your pass makes the way there free.",
            "It is free.",
        ),
        (
            {"travel": {"modes": ["provider"]}},
            {"transport_offered": None},
            "We do not know what the way there costs.",
            "It is free. We do not know what the way there costs. You can pay up to £90.",
        ),
        (
            BY_CAR,
            {"cost_basis": None, "cost_pence": None, "lat": 53.2},
            "The way there and back costs about £5.60.",
            None,
        ),
        (
            {"travel": {"modes": ["bus"]}},
            {"repeats": (Repeats.FORTNIGHTLY,), "cost_basis": CostBasis.SESSION, "cost_pence": 400},
            "It is every two weeks. That is about £5 for a week. This includes travel.",
            "It is every two weeks. That is about £5 for a week. This includes travel. You can pay up to £90.",
        ),
    ],
)
def test_the_cost_says_how_long_a_visit_is_and_what_of_it_is_travel(
    document: dict[str, Any], changes: dict[str, Any], on_the_card: str | None, reason: str | None
) -> None:
    found = _found(document, **changes)
    assert (None if found.price is None else str(found.price)) == on_the_card
    assert next((str(one.reason) for one in found.parts if one.part is Part.COST), None) == reason


def test_a_way_that_is_not_known_is_said_and_no_way_is_asked_for_at_home() -> None:
    fetched = {
        "travel": {"modes": ["provider"]},
        "must_have": ["small_group"],
        "when": {"tue": ["10:00-12:00"]},
    }
    unknown = _found(fetched, transport_offered=None)
    assert str(unknown.way) == "We do not know how you would get there. Ask if they can fetch you."
    assert [str(one) for one in unknown.ask] == ["Is it a small group?", "Can you fetch me?"]
    online = _found(fetched, place_kind=PlaceKind.ONLINE, lat=None, lon=None, transport_offered=None)
    assert str(online.way) == "You take part from home. You need no journey."
    assert [str(one) for one in online.ask] == ["Is it a small group?"]
    assistant = _found(fetched, kind=OfferKind.PERSONAL_ASSISTANT, transport_offered=None, **AT_HOME)
    assert assistant.ask == ()
    assert _told(assistant, Part.TIMES) == "You are free for all of it: Tuesday 10am to midday."


def test_what_was_ticked_is_told_in_one_sentence_and_no_theme_twice() -> None:
    themes = ("cookery", "friends", "sport")
    wishes = {"goals": [{"theme": theme, "importance": 3} for theme in themes]}
    told = [
        _told(_found(wishes, themes=sum(Theme(theme).bit for theme in themes[:number])), Part.GOALS)
        for number in (1, 2, 3)
    ]
    assert told == [
        "You asked for: Cooking. It offers this.",
        "You asked for: Seeing friends and Cooking. It offers both of these.",
        "You asked for: Seeing friends, Cooking, and Exercise and sport. It offers all of these.",
    ]


def test_a_stopped_level_is_not_told_as_supported() -> None:
    found = match({"support_level": 3, **BUDGET}, offer(levels=levels(1)))
    told = take_apart(found, 0)
    assert _told(told.match, Part.LEVEL) == "Counted as if it supported your level: Personalised support."


def test_one_minute_is_one_and_an_hour_is_an_hour() -> None:
    near = _found({"travel": {"modes": ["cycle"], "max_minutes": 60}}, lat=53.1437, lon=-1.1985)
    assert str(near.way) == "It takes about 1 minute to cycle there. Your limit is 1 hour."


TAXI = {"travel": {"modes": ["bus", "taxi", "provider"], "max_minutes": 30}, "weekly_budget": "26.00"}
FAR: dict[str, Any] = {
    "lat": 53.2,
    "transport_offered": None,
    "cost_basis": CostBasis.SESSION,
    "cost_pence": 600,
}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "£9.36 more a week. The taxi makes it too dear: £29.36 of £35.36 a week"),
        (
            {"cost_is_range": True},
            "At least £9.36 more a week. The taxi makes it too dear: £29.36 of at least £35.36 a week",
        ),
        ({"cost_pence": 2700}, "£30.36 more a week"),
    ],
)
def test_a_near_miss_says_where_only_the_taxi_makes_it_too_dear(changes: dict[str, Any], told: str) -> None:
    found = match(TAXI, offer(**{**FAR, **changes}))
    assert [str(miss.would_help) for miss in found.near_misses(5)] == [told]
    (stopped,) = take_apart(found, 0).stopped_by
    assert (f"You can pay up to £26. {told.partition('. ')[2]}." in str(stopped.said)) == ("taxi" in told)
    assert ("The taxi" in str(stopped.said)) == ("taxi" in told)


def test_a_taxi_every_two_weeks_counts_by_the_week() -> None:
    fortnightly = offer(**{**FAR, "repeats": (Repeats.FORTNIGHTLY,)})
    found = match({**TAXI, "weekly_budget": "15.00", "when": {"tue": ["09:00-17:00"]}}, fortnightly)
    told = [str(miss.would_help) for miss in found.near_misses(5)]
    assert told == ["£2.68 more a week. The taxi makes it too dear: £14.68 of £17.68 a week"]


def test_doing_without_the_taxi_is_asked_where_it_gives_more() -> None:
    asked = "Could you do without the taxi?"
    found = match(TAXI, offer(**FAR))
    assert {str(one.change): one.more_matches for one in found.what_would_help(today=TODAY)}[asked] == 1
    without = match({**TAXI, "travel": {**TAXI["travel"], "modes": ["bus", "provider"]}}, offer(**FAR))
    assert len(without) == 1
    only = match({**TAXI, "travel": {"modes": ["taxi"], "max_minutes": 30}}, offer(**FAR))
    for ranking in (without, only):
        assert asked not in [str(one.change) for one in ranking.what_would_help(today=TODAY)]


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (1, "It is made for people who need as much support as you."),
        (2, "It also supports people who need as much support as you."),
    ],
)
def test_how_much_support_is_told_without_the_name_of_a_level(level: int, told: str) -> None:
    assert _told(_found({"support_level": level}), Part.LEVEL) == told
