"""Saving a journey into a profile; goals by stance; and what of the answers others see. Pure."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.matching.needs import MAX_GOALS
from marketplace.people.answers import is_answered, without
from marketplace.people.profile.goals import (
    goals_of,
    important_goals,
    with_goals_of,
    with_important_goals,
)
from marketplace.people.profile.merging import FIELDS, answer_of, merged, replaced
from marketplace.people.profile.models import NoteKind, ProfilePart
from marketplace.people.profile.parts import (
    CONTENT,
    PART_OF_NOTE,
    PART_OF_STEP,
    answers_shown,
    fields_of,
    with_part,
)
from marketplace.people.profile.questions import NOTES, ROW_WORDS
from marketplace.people.steps import Step
from marketplace.vocabulary import GoalStance, Theme
from tests.people.factories import ANSWERS

FULL: dict[str, Any] = {
    **ANSWERS,
    "age": 24,
    "hours_wanted": 6,
    "travel": {
        "modes": ["bus"],
        "max_minutes": 45,
        "with_support": True,
        "wheelchair_space": True,
        "passes": ["disabled_bus_pass"],
    },
}


def test_every_question_has_its_fields_its_part_and_its_words() -> None:
    assert set(FIELDS) == set(Step) == set(PART_OF_STEP) == set(ROW_WORDS)
    assert set(PART_OF_NOTE) == set(NoteKind) == set(NOTES)
    assert set(CONTENT) == set(ProfilePart)
    fields = [field for part in ProfilePart for field in fields_of(part)]
    assert len(fields) == len(set(fields))


@pytest.mark.parametrize("step", list(Step))
def test_a_field_belongs_to_the_question_that_takes_it_away(step: Step) -> None:
    assert is_answered(step, FULL)
    assert answer_of(step, without(step, FULL)) == {}
    others = [other for other in Step if other is not step]
    assert all(answer_of(other, without(step, FULL)) == answer_of(other, FULL) for other in others)


@pytest.mark.parametrize("step", list(Step))
def test_what_the_journey_answers_takes_the_place_and_nothing_else_changes(step: Step) -> None:
    only = with_part({}, FULL, PART_OF_STEP[step])
    only = {name: value for name, value in only.items() if name in {f.split(".")[0] for f in FIELDS[step]}}
    after = merged({}, only)
    assert answer_of(step, after) == answer_of(step, only)
    assert merged(FULL, {}) == FULL


def test_a_skipped_question_keeps_the_answer_of_the_profile() -> None:
    own = {"postcode": "NG18 1AB", "travel": {"modes": ["bus"], "max_minutes": 45}, "funding": "mixed"}
    journey = {"goals": [{"theme": "gym"}], "travel": {"modes": ["car"]}}
    assert merged(own, journey) == {
        "postcode": "NG18 1AB",
        "travel": {"modes": ["car"], "max_minutes": 45},
        "funding": "mixed",
        "goals": [{"theme": "gym"}],
    }
    assert replaced(own, journey) == (Step.TRAVEL,)


def test_age_and_hours_are_answers_of_their_own() -> None:
    own = {"support_level": 2, "age": 24, "when": {"sat": ["09:00-17:00"]}, "hours_wanted": 6}
    assert merged(own, {"support_level": 3, "when": {"sun": ["09:00-17:00"]}}) == {
        **own,
        "support_level": 3,
        "when": {"sun": ["09:00-17:00"]},
    }
    assert merged(own, {"age": 25, "hours_wanted": 4}) == {**own, "age": 25, "hours_wanted": 4}


def test_sorted_goals_stay_and_a_goal_is_not_there_twice() -> None:
    own = {"goals": [{"theme": "cookery", "stance": "learn"}, {"theme": "gym"}]}
    journey = {"goals": [{"theme": "cookery"}, {"text": "football on Saturdays"}]}
    assert merged(own, journey)["goals"] == [
        {"text": "football on Saturdays"},
        {"theme": "cookery", "stance": "learn"},
    ]


def test_what_must_be_there_is_no_longer_something_one_would_like() -> None:
    after = merged({"would_like": ["quiet_space", "bsl"]}, {"must_have": ["bsl"]})
    assert (after["must_have"], after["would_like"]) == (["bsl"], ["quiet_space"])


def test_others_see_nothing_of_a_hidden_part() -> None:
    hidden = {ProfilePart.MONEY, ProfilePart.LEVEL, ProfilePart.GOALS}
    shown = answers_shown(FULL, hidden)
    assert set(FULL) - set(shown) == {"funding", "weekly_budget", "support_level", "age", "goals"}
    assert shown["travel"] == FULL["travel"]


def test_a_field_that_no_part_names_is_hidden_as_soon_as_anything_is() -> None:
    assert answers_shown({"new_field": 1, "age": 24}, {ProfilePart.MONEY}) == {"age": 24}


def test_goals_of_one_kind_are_changed_and_all_others_stay() -> None:
    answers = {"goals": [{"theme": "gym", "stance": "keep"}, {"theme": "cookery", "importance": 3}]}
    after = with_goals_of(
        answers, stance=GoalStance.LEARN, themes=[Theme.COOKERY], own_words="to swim\n\nto swim"
    )
    assert after["goals"] == [
        {"theme": "gym", "stance": "keep"},
        {"theme": "cookery", "importance": 3, "stance": "learn"},
        {"text": "to swim", "stance": "learn"},
    ]
    again = with_goals_of(after, stance=GoalStance.LEARN, themes=[], own_words="")
    assert again["goals"] == [{"theme": "gym", "stance": "keep"}]
    assert "goals" not in with_goals_of(again, stance=GoalStance.KEEP, themes=[], own_words="")


def test_words_that_belong_to_a_theme_stay_with_it_when_nothing_changed() -> None:
    goal = {"theme": "cookery", "text": "I want to make my own tea", "stance": "learn", "importance": 2}
    same = with_goals_of(
        {"goals": [goal]}, stance=GoalStance.LEARN, themes=[Theme.COOKERY], own_words=goal["text"]
    )
    assert same == {"goals": [goal]}
    words_only = with_goals_of({"goals": [goal]}, stance=GoalStance.LEARN, themes=[], own_words=goal["text"])
    assert words_only["goals"] == [{"text": "I want to make my own tea", "stance": "learn"}]


def test_the_same_theme_can_be_kept_and_learnt() -> None:
    answers = {"goals": [{"theme": "cookery", "stance": "keep"}]}
    after = with_goals_of(answers, stance=GoalStance.LEARN, themes=[Theme.COOKERY], own_words="")
    assert [len(goals_of(after, stance)) for stance in (GoalStance.KEEP, GoalStance.LEARN)] == [1, 1]


def test_the_goals_that_matter_most_are_marked_and_unmarked() -> None:
    answers = {
        "goals": [{"theme": "gym"}, {"theme": "cookery", "importance": 3}, {"text": "x", "importance": 1}]
    }
    assert important_goals(answers) == (1,)
    after = with_important_goals(answers, {0})
    assert after["goals"] == [
        {"theme": "gym", "importance": 3},
        {"theme": "cookery"},
        {"text": "x", "importance": 1},
    ]


def test_no_more_goals_are_saved_than_matching_takes() -> None:
    own = {"goals": [{"text": f"old {n}", "stance": "try"} for n in range(MAX_GOALS)]}
    after = merged(own, {"goals": [{"text": "new"}]})
    assert len(after["goals"]) == MAX_GOALS
    assert after["goals"][0] == {"text": "new"}
