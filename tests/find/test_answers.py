"""Between ticks on a page and the needs document, without a page."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.needs import parse_needs
from marketplace.people import answers as kept
from marketplace.people.answers import hours_of, ticked, with_easy_times, with_hours
from marketplace.people.forms import ALL_SLOTS
from marketplace.people.steps import NOT_SURE, EasyTime, Step, step_after, step_before, steps_for
from marketplace.vocabulary import Theme

FIVE = time(17)


def test_mornings_and_afternoons_become_one_window_a_day() -> None:
    chosen = [EasyTime.WEEKDAY_MORNINGS, EasyTime.WEEKDAY_AFTERNOONS, EasyTime.SATURDAY_EVENINGS]
    answers = with_easy_times({}, chosen, evening_starts=FIVE)
    assert answers == {
        "when": {
            "mon": ["09:00-17:00"],
            "tue": ["09:00-17:00"],
            "wed": ["09:00-17:00"],
            "thu": ["09:00-17:00"],
            "fri": ["09:00-17:00"],
            "sat": ["17:00-21:00"],
        }
    }


def test_the_evening_starts_when_the_council_says() -> None:
    answers = with_easy_times({}, [EasyTime.SUNDAYS, EasyTime.SUNDAY_EVENINGS], evening_starts=time(18))
    assert answers["when"] == {"sun": ["09:00-22:00"]}
    alone = with_easy_times({}, [EasyTime.WEEKDAY_AFTERNOONS], evening_starts=time(18))
    assert alone["when"]["mon"] == ["12:00-18:00"]


@given(st.sets(st.sampled_from(list(EasyTime))))
def test_easy_times_are_read_back_as_they_were_chosen(chosen: set[EasyTime]) -> None:
    answers = with_easy_times({}, chosen, evening_starts=FIVE)
    assert set(kept.easy_times_of(answers, evening_starts=FIVE)) == chosen
    assert not kept.needs_exact_times(answers, evening_starts=FIVE)


@given(st.sets(st.sampled_from(ALL_SLOTS)))
def test_hours_of_the_grid_are_read_back_as_they_were_ticked(slots: set[str]) -> None:
    answers = with_hours({}, slots)
    assert hours_of(answers) == slots
    parse_needs({"goals": [{"theme": "cookery"}], **answers})


def test_hours_next_to_each_other_become_one_window() -> None:
    assert with_hours({}, ["tue-17", "tue-18", "tue-20"]) == {"when": {"tue": ["17:00-19:00", "20:00-21:00"]}}


def test_exact_hours_that_no_easy_choice_says_are_noticed() -> None:
    assert kept.needs_exact_times(with_hours({}, ["tue-17"]), evening_starts=FIVE)


def test_a_window_past_midnight_counts_until_midnight_in_the_grid() -> None:
    assert hours_of({"when": {"fri": ["21:30-02:00"]}}) == {"fri-22"}


def test_each_line_of_own_words_is_a_goal() -> None:
    answers = kept.with_goals(
        {}, themes=[Theme.COOKERY], own_words="make my own tea\n\n  see   friends \nmake my own tea"
    )
    assert answers["goals"] == [{"theme": "cookery"}, {"text": "make my own tea"}, {"text": "see friends"}]


def test_what_is_known_about_a_kept_goal_stays() -> None:
    before = {"goals": [{"text": "tea", "importance": 3, "not_themes": ["cafes_pubs"]}, {"theme": "gym"}]}
    after = kept.with_goals(before, themes=[Theme.SPORT], own_words="tea")
    assert after["goals"] == [{"theme": "sport"}, before["goals"][0]]


def test_own_words_can_be_told_not_to_mean_a_theme() -> None:
    answers = kept.without_meaning({"goals": [{"text": "tea"}]}, goal=0, theme=Theme.COOKERY)
    again = kept.without_meaning(answers, goal=0, theme=Theme.COOKERY)
    assert again["goals"] == [{"text": "tea", "not_themes": ["cookery"]}]
    assert kept.without_meaning(answers, goal=7, theme=Theme.GYM) == answers


def test_not_sure_what_to_do_shows_a_little_of_what_many_people_enjoy() -> None:
    answers = kept.with_most_named({})
    assert {goal["importance"] for goal in answers["goals"]} == {1}
    assert ticked(Step.WHAT, answers, evening_starts=FIVE) == (NOT_SURE,)
    assert parse_needs(answers).goals[0].theme is Theme.FRIENDS


def test_what_must_be_there_is_no_longer_only_liked() -> None:
    answers = {"would_like": ["quiet_space", "small_group"]}
    after = kept.keep_ticked(Step.MUST, answers, ["quiet_space"], evening_starts=FIVE)
    assert after == {"must_have": ["quiet_space"], "would_like": ["small_group"]}


def test_a_budget_of_nothing_is_an_answer_and_no_budget_is_none() -> None:
    assert kept.with_budget({}, Decimal(0)) == {"weekly_budget": "0.00"}
    assert kept.with_budget({"weekly_budget": "5.00"}, None) == {}


FULL = {
    "goals": [{"theme": "cookery"}],
    "support_level": 2,
    "postcode": "NG18 1AB",
    "travel": {"modes": ["bus"], "max_minutes": 30, "with_support": True, "passes": ["disabled_bus_pass"]},
    "when": {"tue": ["17:00-21:00"]},
    "must_have": ["step_free"],
    "would_like": ["quiet_space"],
    "funding": "direct_payment",
    "weekly_budget": "40.00",
    "matters_most": ["near_home"],
}


@pytest.mark.parametrize("step", list(Step))
def test_a_skipped_question_leaves_no_trace_and_the_others_stay(step: Step) -> None:
    assert kept.is_answered(step, FULL)
    after = kept.without(step, FULL)
    assert not kept.is_answered(step, after)
    assert [other for other in Step if kept.is_answered(other, after)] == [
        other for other in Step if other != step
    ]


def test_skipping_everything_leaves_an_empty_document() -> None:
    answers = dict(FULL)
    for step in Step:
        answers = kept.without(step, answers)
    assert answers == {}


@pytest.mark.parametrize(
    "step", [step for step in Step if step not in (Step.WHAT, Step.WHERE, Step.BUDGET, Step.WHEN)]
)
def test_what_is_ticked_again_gives_the_same_answers(step: Step) -> None:
    again = kept.keep_ticked(step, FULL, ticked(step, FULL, evening_starts=FIVE), evening_starts=FIVE)
    assert again == FULL


def test_without_a_postcode_nobody_is_asked_how_far_they_go() -> None:
    assert Step.TRAVEL not in steps_for({})
    assert step_after(Step.WHERE, {}) is Step.ON_THE_WAY
    assert step_before(Step.ON_THE_WAY, {}) is Step.WHERE
    assert step_after(Step.WHERE, {"postcode": "NG18"}) is Step.TRAVEL
    assert step_after(Step.MATTERS, {}) is None
    assert step_before(Step.WHAT, {}) is None
