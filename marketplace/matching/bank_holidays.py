"""Bank holidays of England and Wales, from the dates that ``govuk-bank-holidays`` carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

SOON = timedelta(days=35)
"""How far ahead a bank holiday is worth a question."""

_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class BankHoliday:
    date: date
    name: str

    @property
    def short_date(self) -> str:
        """'25 December'."""
        return f"{self.date.day} {_MONTHS[self.date.month - 1]}"


@lru_cache(maxsize=1)
def bank_holidays() -> tuple[BankHoliday, ...]:
    """All known bank holidays, first to last; the package knows them to the end of 2028."""
    known = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return tuple(sorted((BankHoliday(day["date"], day["title"]) for day in known), key=lambda day: day.date))


@lru_cache(maxsize=8)
def next_bank_holidays(today: date) -> tuple[BankHoliday, ...]:
    """Those from *today* to five weeks ahead, soonest first."""
    return tuple(day for day in bank_holidays() if today <= day.date <= today + SOON)
