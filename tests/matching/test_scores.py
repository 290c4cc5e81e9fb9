"""Scores: worked examples of every part, and the mean that joins them."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import Ranking, rank_result
from marketplace.matching.result import Match
from marketplace.matching.weights import WEIGHTS
from marketplace.vocabulary import (
    BankHolidayRule,
    CostBasis,
    Day,
    Feature,
    OfferKind,
    Part,
    PlaceKind,
    Repeats,
    Theme,
    Vacancy,
)
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of, levels, match, offer, session


def part(found: Match, which: Part) -> float | None:
    return next((one.score for one in found.parts if one.part is which), None)


def first(ranking: Ranking) -> Match:
    return ranking.match(0)


@pytest.mark.parametrize(
    ("level", "row", "score"),
    [
        (1, {"levels": levels(1, 2), "made_for": levels(1)}, 1.0),
        (2, {"levels": levels(1, 2), "made_for": levels(1)}, 0.7),
        (2, {"levels": levels(1, 2), "made_for": levels(2)}, 0.9),
        (2, {"levels": levels(2), "made_for": levels(2), "kind": OfferKind.ENABLEMENT}, 1.0),
        (4, {"levels": levels(3, 4), "made_for": levels(4)}, 1.0),
        (3, {"levels": 0}, None),
    ],
)
def test_level(level: int, row: dict[str, Any], score: float | None) -> None:
    assert part(first(match({"support_level": level}, offer(**row))), Part.LEVEL) == score


def test_the_journey_scores_a_quarter_at_the_limit_and_one_at_the_door() -> None:
    at_home = offer(lat=MANSFIELD.lat, lon=MANSFIELD.lon)
    walking = {"travel": {"modes": ["walk"], "max_minutes": 15}}
    assert part(first(match(walking, at_home)), Part.TRAVEL) == pytest.approx(1.0, abs=0.001)
    # One km is 15 minutes on foot at 4.8 km an hour along paths 1.2 times the straight line.
    one_km = offer(lat=MANSFIELD.lat + 1 / 111.3, lon=MANSFIELD.lon)
    assert part(first(match(walking, one_km)), Part.TRAVEL) == pytest.approx(0.25, abs=0.01)


def test_all_of_a_session_scores_more_than_a_part_of_it() -> None:
    row = offer(sessions=(session(Day.TUE, "10:00", "14:00"),))
    whole = first(match({"when": {"tue": ["09:00-15:00"]}}, row))
    some = first(match({"when": {"tue": ["11:00-15:00"]}}, row))
    assert part(whole, Part.TIMES) == 1.0
    assert part(some, Part.TIMES) == pytest.approx(0.6 * 3 / 4)
    assert whole.sessions[0].whole
    assert not some.sessions[0].whole
    reason = str(next(p.reason for p in some.parts if p.part is Part.TIMES))
    assert reason == "You can come to a part of it: Tuesday 11am to 2pm."


def test_a_visit_shorter_than_is_useful_scores_less_and_says_so() -> None:
    row = offer(sessions=(session(Day.TUE, "10:00", "12:00"),))
    short = first(match({"when": {"tue": ["09:00-15:00"]}, "shortest_visit_minutes": 180}, row))
    assert part(short, Part.TIMES) == pytest.approx(0.5 + 0.5 * 120 / 180)
    assert "shorter than the 3 hours" in str(short.parts[2].reason)


def test_flexible_hours_count_as_all_of_it() -> None:
    row = offer(flexible=True, shortest_visit_minutes=120, sessions=(session(Day.TUE, "08:00", "20:00"),))
    assert part(first(match({"when": {"tue": ["10:00-12:00"]}}, row)), Part.TIMES) == 1.0
    assert len(match({"when": {"tue": ["10:00-11:30"]}}, row)) == 0


def test_wanted_hours_that_sessions_could_fill_widen_the_times() -> None:
    days = {"mon": ["09:00-17:00"], "tue": ["09:00-17:00"]}
    row = offer(sessions=(session(Day.TUE, "10:00", "13:00"),))
    found = first(match({"when": days, "hours_wanted": 6}, row))
    assert part(found, Part.TIMES) == pytest.approx(0.8 + 0.2 * 3 / 6)


@pytest.mark.parametrize(
    ("row", "score"),
    [
        ({"transport_offered": True, "transport_radius_km": 5.0}, 1.0),
        ({"transport_offered": True, "transport_radius_km": 0.1}, 0.3),
        ({"transport_offered": False}, 0.3),
        ({"transport_offered": None}, None),
        ({"place_kind": PlaceKind.TRAVELS_TO_YOU, "radius_km": 5.0}, 1.0),
    ],
)
def test_transport_counts_for_someone_who_needs_company_on_the_way(
    row: dict[str, Any], score: float | None
) -> None:
    with_support = {"travel": {"modes": ["car"], "with_support": True}}
    assert part(first(match(with_support, offer(**row))), Part.TRANSPORT) == score
    assert part(first(match({"travel": {"modes": ["car"]}}, offer(**row))), Part.TRANSPORT) is None


def test_cost_is_half_at_the_budget_and_counts_the_way_there_and_back() -> None:
    row = offer(cost_basis=CostBasis.SESSION, cost_pence=2000, transport_offered=True, transport_pence=400)
    fetched = {"travel": {"modes": ["provider"]}, "weekly_budget": "24.00"}
    found = first(match(fetched, row))
    assert found.weekly_cost == Decimal("24.00")
    assert found.travel_cost == Decimal("4.00")
    assert part(found, Part.COST) == pytest.approx(0.5)
    assert (
        part(first(match({"weekly_budget": "24.00", "travel": {"modes": ["walk"]}}, offer())), Part.COST)
        == 1.0
    )


def test_an_hourly_price_is_for_the_useful_visit() -> None:
    row = offer(
        flexible=True,
        place_kind=PlaceKind.TRAVELS_TO_YOU,
        radius_km=9.0,
        cost_basis=CostBasis.HOUR,
        cost_pence=1550,
        sessions=(session(Day.TUE, "08:00", "20:00"),),
    )
    assert first(match({"shortest_visit_minutes": 180}, row)).weekly_cost == Decimal("46.50")
    assert first(match({}, row)).weekly_cost == Decimal("31.00")


def test_a_bus_pass_pays_only_in_its_hours() -> None:
    row = offer(lat=53.16, sessions=(session(Day.TUE, "09:30", "12:00"),))
    bus = {"modes": ["bus"], "max_minutes": 60}
    with_pass = {"travel": bus | {"passes": ["disabled_bus_pass"]}}
    assert first(match({"travel": bus}, row)).travel_cost == Decimal("6.00")
    # There before half past nine costs, back does not.
    assert first(match(with_pass, row)).travel_cost == Decimal("3.00")
    late = offer(lat=53.16, sessions=(session(Day.TUE, "11:00", "12:00"),))
    assert first(match(with_pass, late)).travel_cost == Decimal("0.00")


def test_wishes_count_by_what_is_known_of_them() -> None:
    like = {"would_like": ["quiet_space", "small_group", "bsl"]}
    row = offer(features_yes=Feature.QUIET_SPACE.bit, features_no=Feature.BSL.bit)
    found = first(match(like, row))
    assert part(found, Part.PREFERENCES) == 0.5
    assert [str(question) for question in found.ask] == ["Is it a small group?"]


def test_the_best_goal_counts_most_and_more_goals_widen_it() -> None:
    goals = {"goals": [{"theme": "cookery"}, {"theme": "swimming"}]}
    one = first(match(goals, offer()))
    both = first(match(goals, offer(themes=Theme.COOKERY.bit | Theme.SWIMMING.bit)))
    assert part(one, Part.GOALS) == pytest.approx(0.7 + 0.3 * 0.5)
    assert part(both, Part.GOALS) == pytest.approx(1.0)


def test_a_theme_that_was_only_suggested_counts_less_and_asks() -> None:
    found = first(match({}, offer(themes=0, suggested_themes=Theme.COOKERY.bit)))
    assert part(found, Part.GOALS) == pytest.approx(0.8)
    assert "Ask to be sure" in str(found.parts[0].reason)


def test_what_is_not_known_lowers_confidence_and_not_the_score() -> None:
    asked = {"support_level": 1, "travel": {"modes": ["walk"], "max_minutes": 30}}
    at_home = {"lat": MANSFIELD.lat, "lon": MANSFIELD.lon}
    known = first(match(asked, offer(**at_home)))
    unknown = first(match(asked, offer(levels=0, **at_home)))
    assert known.confidence == pytest.approx(1.0)
    assert unknown.score == pytest.approx(known.score, abs=0.001)
    assert unknown.confidence == pytest.approx((0.35 + 0.15) / (0.35 + 0.15 + 0.15))


def test_the_published_weights_of_the_person_sum_to_one_and_the_carers_comes_on_top() -> None:
    assert sum(WEIGHTS.values()) - WEIGHTS[Part.CARER] == pytest.approx(1.0)


def test_what_matters_most_shifts_the_weights() -> None:
    walk = {"travel": {"modes": ["walk"], "max_minutes": 60}}
    plain = first(match(walk, offer()))
    near = first(match(walk | {"matters_most": ["near_home"]}, offer()))
    assert {p.part: p.weight for p in plain.parts}[Part.TRAVEL] == pytest.approx(0.15 / 0.5)
    assert {p.part: p.weight for p in near.parts}[Part.TRAVEL] == pytest.approx(0.30 / 0.65)


def test_friends_who_matter_most_count_as_a_goal() -> None:
    friendly = offer("Friendly", themes=Theme.COOKERY.bit | Theme.FRIENDS.bit)
    found = match({"matters_most": ["friends"]}, friendly, offer("Plain"))
    assert first(found).name == "Friendly"
    assert first(found).score > found.match(1).score


def _random_row(rng: random.Random, number: int) -> Any:
    return offer(
        f"Offer {number}",
        lat=53.1 + rng.random() * 0.2,
        lon=-1.3 + rng.random() * 0.2,
        levels=rng.choice([0, 1, 3, 7, 15]),
        made_for=rng.choice([0, 1, 2]),
        themes=rng.choice([Theme.COOKERY.bit, Theme.COOKERY.bit | Theme.FRIENDS.bit]),
        transport_offered=rng.choice([True, False, None]),
        cost_basis=rng.choice([None, CostBasis.SESSION, CostBasis.HOUR]),
        cost_pence=rng.choice([500, 1500, 4000]),
        vacancy=rng.choice(list(Vacancy)),
        sessions=(session(rng.choice(list(Day)), "10:00", "12:00"),),
    )


def test_each_score_is_the_weighted_mean_of_its_parts_and_twice_is_the_same() -> None:
    rng = random.Random(7)
    rows = [_random_row(rng, number) for number in range(300)]
    needs = parse_needs(
        {
            "goals": [{"theme": "cookery"}, {"text": "cook with friends"}],
            "support_level": 2,
            "travel": {"modes": ["bus", "provider"], "max_minutes": 50},
            "when": {day.value: ["09:00-16:00"] for day in Day if not day.is_weekend},
            "weekly_budget": "60.00",
            "would_like": ["quiet_space"],
        }
    )
    results = [
        rank_result(needs, catalogue_of(*ordered), home=MANSFIELD, today=TODAY, top=300)
        for ordered in (rows, rows[::-1])
    ]
    assert json.dumps(results[0].document()) == json.dumps(results[1].document())
    assert len(results[0].matches) > 20
    for found in results[0].matches:
        assert sum(one.weight for one in found.parts) == pytest.approx(1.0)
        mean = sum(one.weight * one.score for one in found.parts)
        assert found.score == pytest.approx(mean, abs=1e-9)
        assert all(0.0 <= one.score <= 1.0 for one in found.parts)
    scores = [found.score for found in results[0].matches]
    assert scores == sorted(scores, reverse=True)


def test_equals_take_turns_by_the_day_and_nobody_is_always_last() -> None:
    rows = [offer(f"Equal {number}") for number in range(6)]
    firsts = {first(match({}, *rows, today=TODAY + timedelta(days=day))).name for day in range(60)}
    assert firsts == {row.name for row in rows}
    same_day = [first(match({"reference": who}, *rows)).name for who in ("a", "b")]
    assert same_day[0] == same_day[1]


def test_the_first_page_mixes_kinds_and_loses_nobody() -> None:
    assistants = [offer(f"Assistant {n}", kind=OfferKind.PERSONAL_ASSISTANT, lat=53.144) for n in range(12)]
    groups = [offer(f"Group {n}", lat=53.16) for n in range(8)]
    places = [offer(f"Place {n}", kind=OfferKind.UNIVERSAL_PLACE, lat=53.17) for n in range(8)]
    breaks = [offer(f"Break {n}", kind=OfferKind.SHORT_BREAK, lat=53.18) for n in range(8)]
    plain = match({}, *assistants, *groups, *places, *breaks)
    mixed = plain.kinds_mixed()
    kinds = [one.kind for one in mixed.matches(0, 10)]
    assert max(kinds.count(kind) for kind in kinds) == 3
    assert mixed.match(0).name == plain.match(0).name
    assert sorted(mixed.order.tolist()) == sorted(plain.order.tolist())


def test_every_two_weeks_costs_half_and_fills_half_the_hours() -> None:
    row = offer(
        sessions=(session(Day.TUE, "10:00", "13:00"),),
        repeats=(Repeats.FORTNIGHTLY,),
        cost_basis=CostBasis.SESSION,
        cost_pence=2000,
    )
    asked = {"when": {"tue": ["09:00-15:00"]}, "hours_wanted": 3, "travel": {"modes": ["walk"]}}
    found = first(match(asked, row))
    assert found.weekly_cost == Decimal("10.00")
    assert part(found, Part.TIMES) == pytest.approx(0.8 + 0.2 * 0.5)
    assert found.sessions[0].document()["repeats"] == "fortnightly"
    assert "every two weeks" in str(found.parts[2].reason)


def test_a_bank_holiday_on_its_day_is_asked_about_when_it_is_near() -> None:
    friday = offer(sessions=(session(Day.FRI, "10:00", "12:00"),))
    christmas = date(2026, 12, 1)
    asks = [str(question) for question in first(match({}, friday, today=christmas)).ask]
    assert asks == ["Is it open on the bank holiday, Friday 25 December?"]
    call = offer(sessions=friday.sessions, place_kind=PlaceKind.ONLINE, lat=None, lon=None)
    (asked,) = first(match({}, call, today=christmas)).ask
    assert str(asked) == "Does it happen on the bank holiday, Friday 25 December?"
    said = offer(sessions=friday.sessions, bank_holidays=BankHolidayRule.CLOSED)
    assert first(match({}, said, today=christmas)).ask == ()
    assert first(match({}, friday, today=date(2026, 10, 1))).ask == ()
