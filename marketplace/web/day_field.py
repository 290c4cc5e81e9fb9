"""A date that is typed as day, month and year: works without script, and says what is wrong.

In a template: ``{% from "components/day.html" import day_field %}``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.utils import unset_value

PARTS = ("day", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST = 12
_YEARS = range(1900, 2200)


class DayField(Field):  # type: ignore[misc]
    """``data`` is a date, or None where nothing was typed or it is no date; then ``typed`` keeps it.

    Sent as ``<name>-day``, ``<name>-month`` and ``<name>-year``. A form that wants a date checks for
    None in its own ``validate_<name>``, and leaves alone a field that has ``process_errors``.
    """

    typed: tuple[str, str, str]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        if data is unset_value:
            data = self.default() if callable(self.default) else self.default
        self.object_data = self.data = data
        self.typed = ("", "", "") if data is None else (str(data.day), str(data.month), str(data.year))
        if formdata is None or not any(f"{self.name}-{part}" in formdata for part in PARTS):
            return
        day, month, year = ((formdata.get(f"{self.name}-{part}") or "").strip() for part in PARTS)
        self.typed, self.data = (day[:_LONGEST], month[:_LONGEST], year[:_LONGEST]), None
        if day or month or year:
            try:
                self.data = read_day(*self.typed)
            except ValueError:
                self.process_errors.append(gettext("Enter a real date, like 3 5 2026"))


def read_day(day: str, month: str, year: str) -> date:
    """A date from its parts; the month may be a word. Raises ``ValueError``."""
    number = _MONTHS.index(month[:3].lower()) + 1 if month[:3].isalpha() else _number(month)
    if _number(year) not in _YEARS:
        raise ValueError("the year needs four figures")
    return date(_number(year), number, _number(day))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("not a number")
    return int(text)
