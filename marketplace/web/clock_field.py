"""A time of day that is typed: '14:30', '2.30pm', 'midday'. Works without script."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from flask_babel import gettext
from wtforms import StringField

_CLOCK = re.compile(r"(\d{1,2})(?:[:.\s]?(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
_WORDS = {"midday": time(12), "noon": time(12)}
_LONGEST = 20


class ClockField(StringField):  # type: ignore[misc]
    """``data`` is what was typed; ``clock`` is the time, None where there is none or nothing was typed."""

    clock: time | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = (valuelist[0] if valuelist else "").strip()[:_LONGEST]
        if not self.data:
            return
        try:
            self.clock = read_clock(self.data)
        except ValueError:
            self.process_errors.append(gettext("Write a time, like 2pm or 14:30"))


def read_clock(text: str) -> time:
    """The time of day of '9:30', '2.30pm', '1400', 'midday'. Raises ``ValueError``."""
    word = _WORDS.get(text.casefold())
    if word is not None:
        return word
    found = _CLOCK.fullmatch(text)
    if found is None or not text.isascii():
        raise ValueError("not a time")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "").casefold()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)
