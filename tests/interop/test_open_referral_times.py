"""Schedules become sessions, or nothing: known answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.interop.open_referral_times import (
    Times,
    read_date,
    rhythms_in_words,
    sessions_of,
    whole_number,
)
from marketplace.vocabulary import Repeats

WEEKLY, FORTNIGHTLY, MONTHLY, DATED = (
    Repeats.WEEKLY,
    Repeats.FORTNIGHTLY,
    Repeats.MONTHLY,
    Repeats.DATED,
)
MORNING = {"opens_at": "10:00", "closes_at": "12:00"}


def read(**schedule: Any) -> list[Times]:
    return sessions_of([MORNING | schedule])[0]


def problem(**schedule: Any) -> str:
    sessions, problems = sessions_of([MORNING | schedule])
    assert sessions == []
    (said,) = problems
    return said


def test_several_days_are_several_sessions() -> None:
    assert read(freq="WEEKLY", byday="MO,WE,SU") == [
        Times(0, 600, 720, WEEKLY, None, None),
        Times(2, 600, 720, WEEKLY, None, None),
        Times(6, 600, 720, WEEKLY, None, None),
    ]


@pytest.mark.parametrize("byday", ["MO,WE", ["MO", "WE"], "Mo; We", "Monday, Wednesday", ["MO,WE"][0]])
def test_days_are_read_however_they_are_listed(byday: object) -> None:
    assert [times.day for times in read(freq="WEEKLY", byday=byday)] == [0, 2]


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [
        ("09:30", "15:30", (570, 930)),
        ("09:30:00", "15:30:00Z", (570, 930)),
        ("T09:30", "T15:30", (570, 930)),
        ("2020-01-06T09:30:00", "2020-01-06T15:30:00", (570, 930)),
        ("9.30am", "3:30 PM", (570, 930)),
        ("12:00am", "12:00pm", (0, 720)),
        ("09:30:00.000+00:00", "15:30", (570, 930)),
        ("18:00", "24:00", (1080, 1440)),
        ("18:00", "00:00", (1080, 1440)),
        ("22:00", "02:00", (1320, 1560)),
    ],
)
def test_times_of_day_are_read_as_clocks_on_the_wall(
    opens: str, closes: str, minutes: tuple[int, int]
) -> None:
    (times,) = read(freq="WEEKLY", byday="TU", opens_at=opens, closes_at=closes)
    assert (times.start, times.end) == minutes


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({"freq": "WEEKLY", "byday": "XX"}, "'XX' is not a day"),
        ({"freq": "WEEKLY", "byday": "MO", "opens_at": "25:00"}, "'25:00' is not a time"),
        ({"freq": "WEEKLY", "byday": "MO", "closes_at": None}, "closes_at is missing"),
        ({"freq": "WEEKLY", "byday": "MO", "closes_at": "10:00"}, "is no session"),
        ({"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "05:00"}, "is no session"),
        ({"freq": "WEEKLY", "byday": "MO", "interval": 3}, "every 3 weeks"),
        ({"freq": "MONTHLY", "byday": "1MO", "interval": 2}, "every 2 months"),
        ({"freq": "MONTHLY", "bymonthday": "15"}, "no day of the week"),
        ({"freq": "WEEKLY"}, "no day of the week"),
        ({"freq": "YEARLY", "byday": "MO"}, "repeats YEARLY"),
        ({"freq": "WEEKLY", "byday": "MO", "interval": "often"}, "not a number"),
        (
            {"freq": "WEEKLY", "byday": "MO", "valid_from": "2027-02-01", "valid_to": "2027-01-01"},
            "ends before",
        ),
    ],
)
def test_what_a_session_can_not_hold_is_told_and_left_out(schedule: dict[str, Any], said: str) -> None:
    assert said in problem(**schedule)


def test_a_second_week_is_counted_from_the_week_of_its_start() -> None:
    # Wednesday 6 May 2026 starts it: the Monday of that week is past, so Mondays begin two weeks later.
    monday, wednesday = read(freq="WEEKLY", interval=2, byday="MO,WE", dtstart="2026-05-06")
    assert monday == Times(0, 600, 720, FORTNIGHTLY, date(2026, 5, 18), None)
    assert wednesday == Times(2, 600, 720, FORTNIGHTLY, date(2026, 5, 6), None)


def test_a_later_first_day_keeps_the_rhythm_of_the_start() -> None:
    (times,) = read(freq="WEEKLY", interval=2, byday="WE", dtstart="2026-05-06", valid_from="2026-06-01")
    assert times.first == date(2026, 6, 3)


def test_without_a_start_nobody_knows_which_weeks() -> None:
    assert read(freq="WEEKLY", interval="2", byday="WE") == [Times(2, 600, 720, FORTNIGHTLY, None, None)]


@pytest.mark.parametrize(
    ("byday", "start", "first"),
    [
        ("1MO", "2026-11-01", date(2026, 11, 2)),
        ("1MO", "2026-11-03", date(2026, 12, 7)),
        ("3SA", "2026-11-01", date(2026, 11, 21)),
        ("-1FR", "2026-11-01", date(2026, 11, 27)),
        ("5SU", "2026-11-01", date(2026, 11, 29)),
        ("5MO", "2026-11-01", date(2026, 11, 30)),
    ],
)
def test_a_monthly_session_has_its_first_date(byday: str, start: str, first: date) -> None:
    (times,) = read(freq="MONTHLY", byday=byday, dtstart=start)
    assert (times.repeats, times.first) == (MONTHLY, first)


def test_two_days_of_a_month_are_two_sessions() -> None:
    first, third = read(freq="MONTHLY", byday="1SA,3SA")
    assert (first.first, third.first) == (date(2024, 1, 6), date(2024, 1, 20))


def test_every_monday_of_a_month_is_every_week() -> None:
    assert read(freq="MONTHLY", byday="MO") == [Times(0, 600, 720, WEEKLY, None, None)]


def test_one_date_is_a_session_on_that_date() -> None:
    assert read(dtstart="2026-12-18") == [Times(4, 600, 720, DATED, date(2026, 12, 18), date(2026, 12, 18))]


def test_a_weekly_start_tells_the_day_where_none_is_named() -> None:
    assert [times.day for times in read(freq="WEEKLY", dtstart="2026-05-06T10:00:00Z")] == [2]


def test_seasons_have_a_first_and_a_last_day() -> None:
    (past,) = read(freq="WEEKLY", byday="MO", until="2025-06-30")
    assert (past.first, past.last) == (None, date(2025, 6, 30))
    (times,) = read(freq="WEEKLY", byday="MO", valid_from="2026-09-01", valid_to="2027-06-30")
    assert (times.first, times.last) == (date(2026, 9, 1), date(2027, 6, 30))


def test_a_count_of_times_ends_with_the_last_of_them() -> None:
    (times,) = read(freq="WEEKLY", byday="TU", dtstart="2026-11-03", count=6)
    assert times.last == date(2026, 12, 14)


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({"freq": "MONTHLY", "byday": "1SA,3SA"}, ["First and third Saturday of the month"]),
        ({"freq": "MONTHLY", "byday": "-1FR"}, ["Last Friday of the month"]),
        ({"freq": "WEEKLY", "interval": 3, "byday": "MO"}, ["Every 3 weeks, Monday"]),
        ({"freq": "MONTHLY", "interval": 2, "byday": "2TU"}, ["Every 2 months, second Tuesday"]),
        ({"freq": "WEEKLY", "interval": 2, "byday": "MO"}, []),
        ({"freq": "WEEKLY", "byday": "XX"}, []),
        ({}, []),
    ],
)
def test_a_rhythm_that_no_session_can_show_is_told_in_words(
    schedule: dict[str, Any], said: list[str]
) -> None:
    assert rhythms_in_words([schedule]) == said


def test_dates_that_stand_for_no_date_are_none() -> None:
    assert read_date("2026-11-04T00:00:00Z") == date(2026, 11, 4)
    for value in ("0001-01-01", "9999-12-31", "04/11/2026", "2026-02-30", 20261104, None, ""):
        assert read_date(value) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [(2, 2), ("2", 2), ("2.0", 2), ("-1", -1), (True, None), ("two", None), ("9" * 20, None)],
)
def test_whole_numbers_are_read_from_texts_too(value: object, number: int | None) -> None:
    assert whole_number(value) == number


_ANYTHING = st.none() | st.text(max_size=12) | st.integers() | st.booleans()
_SCHEDULE = st.fixed_dictionaries(
    {},
    optional={
        "freq": st.sampled_from(["WEEKLY", "MONTHLY", "", "DAILY"]) | _ANYTHING,
        "interval": st.integers(-1, 4) | _ANYTHING,
        "byday": st.lists(st.sampled_from(["MO", "TU", "1WE", "-1FR", "5SU"]), max_size=4) | _ANYTHING,
        "opens_at": st.times().map(str) | _ANYTHING,
        "closes_at": st.times().map(str) | _ANYTHING,
        "dtstart": st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(str) | _ANYTHING,
        "valid_from": st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str) | _ANYTHING,
        "valid_to": st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str) | _ANYTHING,
        "until": st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str) | _ANYTHING,
        "count": st.integers(-3, 10**9) | _ANYTHING,
    },
)


@given(st.lists(_SCHEDULE, max_size=4))
def test_whatever_a_schedule_says_its_sessions_fit_the_table(schedules: list[dict[str, Any]]) -> None:
    for times in sessions_of(schedules)[0]:
        assert 0 <= times.day <= 6
        assert 0 <= times.start < 1440
        assert times.start < times.end <= times.start + 1440
        assert times.first is None or times.last is None or times.first <= times.last
