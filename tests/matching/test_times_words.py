"""Times as people say them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.matching.facts import clock_said, times_words
from marketplace.matching.result import Say, SessionTime
from marketplace.vocabulary import Day, Part, PlaceKind, Repeats
from tests.matching.offers import match, offer, session

DAYS = tuple(Day)


def _said(*sessions: tuple[int, int], repeats: Repeats = Repeats.WEEKLY) -> list[str]:
    return [str(one) for one in times_words([SessionTime(*at, True, repeats) for at in sessions])]


@pytest.mark.parametrize(
    ("minute", "said"),
    [
        (0, "midnight"),
        (30, "12:30am"),
        (570, "9:30am"),
        (720, "midday"),
        (750, "12:30pm"),
        (840, "2pm"),
        (1440, "midnight"),
        (1500, "1am"),
    ],
)
def test_a_minute_of_the_day_as_people_say_it(minute: int, said: str) -> None:
    assert str(clock_said(minute)) == said


def test_days_with_the_same_times_are_said_together() -> None:
    week = [session(day, "09:00", "14:00") for day in DAYS[:5]]
    assert _said(*week) == ["Monday to Friday 9am to 2pm"]
    assert _said(*week, session(Day.SAT, "10:00", "12:00")) == [
        "Monday to Friday 9am to 2pm",
        "Saturday 10am to midday",
    ]
    apart = [session(day, "09:00", "14:00") for day in (Day.MON, Day.WED, Day.FRI)]
    assert _said(*apart) == ["Monday, Wednesday and Friday 9am to 2pm"]


def test_a_night_ends_on_the_next_day_and_seldom_says_how_often() -> None:
    assert _said(session(Day.FRI, "22:00", "02:00")) == ["Friday 10pm to 2am"]
    assert _said(session(Day.TUE, "18:00", "20:00"), repeats=Repeats.FORTNIGHTLY) == [
        f"Tuesday 6pm to 8pm ({Repeats.FORTNIGHTLY.label})"
    ]


def test_of_many_times_three_are_named_and_that_there_are_others() -> None:
    many = [session(Day.MON, f"{hour}:00", f"{hour + 1}:00") for hour in range(10, 15)]
    assert _said(*many) == [
        "Monday 10am to 11am",
        "Monday 11am to midday",
        "Monday midday to 1pm",
        "other times",
    ]


def test_only_the_time_in_which_both_are_free_is_named() -> None:
    hours = tuple(session(day, "09:00", "15:00") for day in DAYS[:3])
    assistant = offer("Donna", flexible=True, shortest_visit_minutes=120, sessions=hours)
    free = {day.value: ["08:00-12:00"] for day in DAYS[:3]}
    reasons = [
        next(
            str(part.reason) for part in match({"when": free}, one).match(0).parts if part.part is Part.TIMES
        )
        for one in (replace(assistant, place_kind=PlaceKind.TRAVELS_TO_YOU, radius_km=9.0), assistant)
    ]
    assert reasons == [
        "You are both free: Monday to Wednesday 9am to midday. You agree the hours.",
        "You can come at these times: Monday to Wednesday 9am to midday. You need not stay for all of it.",
    ]


def test_days_that_are_told_with_an_and_are_kept_apart() -> None:
    week = [session(day, "17:00", "18:00") for day in DAYS[:2]]
    both = tuple(times_words([SessionTime(*at, True) for at in (*week, session(Day.SAT, "12:00", "17:00"))]))
    assert (
        str(Say("%(times)s", {"times": both})) == "Monday and Tuesday 5pm to 6pm, and Saturday midday to 5pm"
    )


def test_of_a_session_the_part_that_can_be_kept_is_named() -> None:
    found = match({"when": {"tue": ["10:30-14:00"]}}, offer()).match(0)
    reason = next(str(part.reason) for part in found.parts if part.part is Part.TIMES)
    assert reason == "You can come to a part of it: Tuesday 10:30am to midday."
