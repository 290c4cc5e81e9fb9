"""On which days something happens: each answer was read from a calendar of 2026."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.planning.dates import Happens, Repeating, days_on
from marketplace.vocabulary import BankHolidayRule, Repeats

FROM, TO = date(2026, 4, 20), date(2026, 6, 1)


def days(times: Repeating, **more: object) -> list[tuple[int, int, bool]]:
    found = days_on(times, since=FROM, until=TO, **more)  # type: ignore[arg-type]
    return [(one.day.month, one.day.day, one.is_sure) for one in found]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        # Wednesdays, from a first day in the middle to a last one that is a Wednesday itself
        (
            Repeating(2, Repeats.WEEKLY, date(2026, 5, 1), date(2026, 5, 20)),
            [(5, 6, True), (5, 13, True), (5, 20, True)],
        ),
        # every second Friday counted from 10 April: 24 April, 8 and 22 May
        (
            Repeating(4, Repeats.FORTNIGHTLY, date(2026, 4, 10)),
            [(4, 24, True), (5, 8, True), (5, 22, True)],
        ),
        # nobody said which week: each may be it
        (
            Repeating(4, Repeats.FORTNIGHTLY, None, date(2026, 5, 8)),
            [(4, 24, False), (5, 1, False), (5, 8, False)],
        ),
        # the third Saturday of a month
        (Repeating(5, Repeats.MONTHLY, date(2026, 1, 17)), [(5, 16, True)]),
        # the fourth and last Friday of February; May has five of them
        (
            Repeating(4, Repeats.MONTHLY, date(2026, 2, 27)),
            [(4, 24, True), (5, 22, False), (5, 29, False)],
        ),
        # the fifth Friday of January: the last in May; in April, with four, nobody knows
        (Repeating(4, Repeats.MONTHLY, date(2026, 1, 30)), [(4, 24, False), (5, 29, True)]),
        (Repeating(1, Repeats.DATED, date(2026, 5, 12), date(2026, 5, 12)), [(5, 12, True)]),
        (Repeating(1, Repeats.DATED, date(2026, 6, 2)), []),
    ],
)
def test_days_follow_the_rhythm_and_say_what_is_not_known(
    times: Repeating, expected: list[tuple[int, int, bool]]
) -> None:
    assert days(times) == expected


def test_breaks_and_bank_holidays_take_days_away_or_make_them_doubtful() -> None:
    mondays = Repeating(0, Repeats.WEEKLY)
    all_of_them = [(4, 20), (4, 27), (5, 4), (5, 11), (5, 18), (5, 25), (6, 1)]
    bank = {(5, 4), (5, 25)}  # early May and spring bank holidays
    closed = days(mondays, on_bank_holidays=BankHolidayRule.CLOSED)
    assert closed == [(*day, True) for day in all_of_them if day not in bank]
    assert days(mondays) == [(*day, day not in bank) for day in all_of_them]
    open_ = days(
        mondays,
        on_bank_holidays=BankHolidayRule.OPEN,
        breaks=[(date(2026, 4, 27), date(2026, 5, 3)), (date(2026, 5, 18), date(2026, 5, 18))],
    )
    assert open_ == [(4, 20, True), (5, 4, True), (5, 11, True), (5, 25, True), (6, 1, True)]
    (holiday,) = days_on(mondays, since=date(2026, 5, 25), until=date(2026, 5, 25))
    assert holiday == Happens(date(2026, 5, 25), is_sure=False, is_bank_holiday=True)
