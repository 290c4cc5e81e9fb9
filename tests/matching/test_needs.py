"""The needs document: what it takes, and what it says of a wrong one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from marketplace.matching.needs import (
    MINUTES_A_DAY,
    NeedsError,
    Window,
    needs_document,
    parse_needs,
)
from marketplace.vocabulary import Feature, FundingRoute, Priority, Theme, TravelMode, TravelPass

WHOLE: dict[str, Any] = {
    "reference": "anything",
    "postcode": "NG18 1AB",
    "age": 42,
    "support_level": 2,
    "goals": [{"theme": "cookery", "importance": 3}, {"text": "I want to make my own tea"}],
    "travel": {
        "modes": ["walk", "bus", "car", "taxi", "provider"],
        "max_minutes": 40,
        "wheelchair_space": False,
        "with_support": False,
        "passes": ["disabled_bus_pass"],
    },
    "when": {"tue": ["17:00-21:00"], "sat": ["10:00-16:00"]},
    "hours_wanted": 6,
    "shortest_visit_minutes": 120,
    "must_have": ["step_free", "personal_care"],
    "would_like": ["quiet_space", "small_group"],
    "funding": "direct_payment",
    "weekly_budget": "120.00",
    "matters_most": ["near_home", "friends"],
}


def test_a_whole_document_is_read_field_by_field() -> None:
    needs = parse_needs(WHOLE)
    assert needs.goals[0].theme is Theme.COOKERY
    assert needs.goals[0].importance == 3
    assert needs.goals[1].text == "I want to make my own tea"
    assert needs.travel.modes[1] is TravelMode.BUS
    assert needs.travel.passes == (TravelPass.DISABLED_BUS_PASS,)
    assert needs.when[0] == Window(MINUTES_A_DAY + 17 * 60, MINUTES_A_DAY + 21 * 60)
    assert needs.must_have == (Feature.STEP_FREE, Feature.PERSONAL_CARE)
    assert needs.funding is FundingRoute.DIRECT_PAYMENT
    assert needs.weekly_budget == Decimal("120.00")
    assert needs.matters_most == (Priority.NEAR_HOME, Priority.FRIENDS)


def test_only_goals_are_needed_and_the_rest_is_not_known() -> None:
    needs = parse_needs({"goals": [{"theme": "cookery"}]})
    assert needs.support_level is None
    assert needs.when == ()
    assert needs.weekly_budget is None


def test_a_document_goes_there_and_back() -> None:
    needs = parse_needs(WHOLE)
    assert parse_needs(needs_document(needs)) == needs


def test_words_meant_as_written_go_there_and_back() -> None:
    needs = parse_needs({"goals": [{"text": "I like knitn", "as_written": ["knitn", "knitn"]}]})
    assert needs.goals[0].as_written == ("knitn",)
    assert parse_needs(needs_document(needs)) == needs


def test_a_window_past_midnight_ends_on_the_next_day() -> None:
    needs = parse_needs({"goals": [{"theme": "friends"}], "when": {"sun": ["22:00-02:00"]}})
    assert needs.when == (Window(6 * MINUTES_A_DAY + 22 * 60, 7 * MINUTES_A_DAY + 120),)
    assert parse_needs(needs_document(needs)) == needs


def test_a_window_up_to_midnight_is_the_rest_of_the_day() -> None:
    needs = parse_needs({"goals": [{"theme": "friends"}], "when": {"fri": ["18:00-24:00"]}})
    assert needs.when == (Window(4 * MINUTES_A_DAY + 18 * 60, 5 * MINUTES_A_DAY),)
    assert parse_needs(needs_document(needs)) == needs


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"goals": []}, "goals"),
        ({"goals": [{}]}, "goals[0]"),
        ({"goals": [{"theme": "knitting"}]}, "goals[0].theme"),
        ({"goals": [{"theme": "cookery", "importance": 4}]}, "goals[0].importance"),
        ({"goals": [{"text": "x" * 501}]}, "goals[0].text"),
        ({"goals": [{"text": "knitn", "as_written": "knitn"}]}, "goals[0].as_written"),
        ({"goals": [{"text": "knitn", "as_written": ["x"] * 51}]}, "goals[0].as_written"),
        ({"support_level": 5}, "support_level"),
        ({"support_level": True}, "support_level"),
        ({"travel": {"modes": ["rocket"]}}, "travel.modes"),
        ({"travel": {"modes": "bus"}}, "travel.modes"),
        ({"travel": {"speed": 3}}, "travel.speed"),
        ({"travel": {"max_minutes": 0}}, "travel.max_minutes"),
        ({"travel": {"with_support": "yes"}}, "travel.with_support"),
        ({"when": {"tuesday": ["10:00-11:00"]}}, "when.tuesday"),
        ({"when": {"tue": ["10-11"]}}, "when.tue"),
        ({"when": {"tue": ["25:00-26:00"]}}, "when.tue"),
        ({"when": {"tue": ["10:00-10:00"]}}, "when.tue"),
        ({"when": {"tue": [5]}}, "when.tue"),
        ({"must_have": ["lift"]}, "must_have"),
        ({"must_have": [["step_free"]]}, "must_have"),
        ({"funding": "rich"}, "funding"),
        ({"weekly_budget": "lots"}, "weekly_budget"),
        ({"weekly_budget": 12.5}, "weekly_budget"),
        ({"weekly_budget": "NaN"}, "weekly_budget"),
        ({"weekly_budget": "-1"}, "weekly_budget"),
        ({"hours_wanted": float("inf")}, "hours_wanted"),
        ({"matters_most": ["cake"]}, "matters_most"),
        ({"age": 3}, "age"),
        ({"postcode": 18}, "postcode"),
    ],
)
def test_a_wrong_field_or_value_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(NeedsError) as caught:
        parse_needs(WHOLE | change)
    assert [problem.split(": ")[0] for problem in caught.value.problems] == [field]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(NeedsError) as caught:
        parse_needs({"goals": [], "support_level": 9, "funding": "?"})
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("document", [None, [], "text", 3])
def test_something_that_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(NeedsError, match="one JSON object"):
        parse_needs(document)
