"""Working days of England, with answers counted by hand on a calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.planning.working_days import (
    add_working_days,
    after_working_days,
    is_working_day,
    working_hours,
)
from marketplace.settings import LONDON


def london(*at: int) -> datetime:
    return datetime(*at, tzinfo=LONDON)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 3, date(2026, 11, 26)),  # Monday to Thursday
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        # Christmas 2026: Friday 25 is a holiday, Boxing Day on Saturday is kept on Monday 28.
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 24), 3, date(2026, 12, 31)),
        (date(2026, 12, 24), 4, date(2027, 1, 4)),  # Friday 1 January is a holiday
        (date(2026, 12, 18), 10, date(2027, 1, 6)),
        # Easter 2027: Good Friday 26 March, Easter Monday 29 March; the clocks change on the 28th.
        (date(2027, 3, 25), 1, date(2027, 3, 30)),
        (date(2027, 3, 25), 3, date(2027, 4, 1)),
    ],
)
def test_working_days_are_added_past_weekends_christmas_and_easter(day: date, n: int, expected: date) -> None:
    assert add_working_days(day, n) == expected


def test_a_bank_holiday_and_a_sunday_are_no_working_days() -> None:
    days = [date(2027, 5, 2), date(2027, 5, 3), date(2027, 5, 4)]
    assert [is_working_day(day) for day in days] == [False, False, True]


def test_days_cannot_be_added_backwards() -> None:
    with pytest.raises(ValueError, match="past"):
        add_working_days(date(2026, 11, 23), -1)


@pytest.mark.parametrize(
    ("since", "n", "expected"),
    [
        (london(2026, 11, 23, 14), 3, london(2026, 11, 26, 14)),
        (london(2026, 11, 28, 14), 3, london(2026, 12, 2, 14)),  # from a Saturday
        (london(2026, 12, 24, 9), 4, london(2027, 1, 4, 9)),
        # 25 March 2027 at 12:00 is 12:00 UTC; after Easter and the change of clocks, noon is 11:00 UTC.
        (datetime(2027, 3, 25, 12, tzinfo=UTC), 1, datetime(2027, 3, 30, 11, tzinfo=UTC)),
        # Half past eleven at night in UTC is the next day in London's summer.
        (datetime(2026, 6, 8, 23, 30, tzinfo=UTC), 1, london(2026, 6, 10, 0, 30)),
        (datetime(2026, 11, 9, 23, 30, tzinfo=UTC), 1, london(2026, 11, 10, 23, 30)),
    ],
)
def test_a_moment_some_working_days_later_has_the_same_time_on_londons_clock(
    since: datetime, n: int, expected: datetime
) -> None:
    found = after_working_days(since, n)
    assert found.astimezone(UTC) == expected.astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (london(2026, 11, 23, 10), london(2026, 11, 23, 12, 30), 2.5),
        (london(2026, 11, 23, 7), london(2026, 11, 23, 20), 8.0),
        (london(2026, 11, 27, 16), london(2026, 11, 30, 10), 2.0),  # Friday to Monday
        (london(2026, 12, 24, 16), london(2026, 12, 29, 11), 3.0),  # over Christmas
        (london(2027, 3, 25, 16), london(2027, 3, 30, 9, 30), 1.5),  # over Easter and the clocks
        (london(2026, 11, 28, 10), london(2026, 11, 29, 10), 0.0),
        (london(2026, 11, 23, 12), london(2026, 11, 23, 10), 0.0),
    ],
)
def test_working_hours_are_nine_to_five_on_working_days(
    since: datetime, until: datetime, expected: float
) -> None:
    assert working_hours(since, until) == pytest.approx(expected)
