"""What templates can use beside Jinja's own: the component library, filters and a few values."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, request
from flask_babel import format_date, format_datetime, gettext
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.local import LocalProxy

from marketplace.vocabulary import SupportLevel, Word
from marketplace.web.language import (
    Reading,
    current_reading,
    language_tag,
    reading_address,
    translate,
)
from marketplace.web.navigation import NAVIGATION, section_of

POUND = "£"
_DAYS = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day")


def init_app(app: Flask) -> None:
    library = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    own = app.jinja_loader
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader([own, library] if own else [library])
    app.add_template_filter(label)
    app.add_template_filter(explained)
    app.add_template_filter(inside)
    app.add_template_filter(money)
    app.add_template_filter(clock_words, "clock")
    app.add_template_filter(day_words, "day")
    app.add_template_filter(hour_words, "hour")
    # A global, so that macros of other files see it too; asked anew in each request.
    app.jinja_env.globals["easy_read"] = LocalProxy(is_easy_read)
    app.context_processor(_values)


def is_easy_read() -> bool:
    """Whether this reader chose Easy Read."""
    return current_reading() is Reading.EASY


def label(member: Word | SupportLevel) -> str:
    """A vocabulary member's label in the reader's words."""
    return translate(member.label)


def inside(words: str) -> str:
    """A label as it stands inside a sentence: small letters, but a day keeps its own ('on Saturday mornings')."""
    return _DAYS.sub(lambda day: day[0].capitalize(), words.lower())


def explained(level: SupportLevel) -> str:
    """A level of support as the person would say it."""
    return translate(level.explanation)


def money(amount: Decimal) -> str:
    """£4.50, and £12 rather than £12.00."""
    if amount == amount.to_integral_value():
        return f"{POUND}{amount:,.0f}"
    return f"{POUND}{amount:,.2f}"


def clock_words(text: str) -> str:
    """'09:30' as people write it: 9:30am; 12:00 is midday, 24:00 midnight."""
    hour, minute = (int(part) for part in text.split(":"))
    if minute == 0 and hour == 12:
        return gettext("midday")
    if minute == 0 and hour in (0, 24):
        return gettext("midnight")
    half = "am" if hour % 24 < 12 else "pm"
    shown = (hour - 1) % 12 + 1
    return f"{shown}:{minute:02d}{half}" if minute else f"{shown}{half}"


def day_words(moment: date | datetime) -> str:
    """2 October 2026."""
    return str(format_date(moment, "d MMMM yyyy"))  # type: ignore[no-untyped-call]


def hour_words(moment: datetime) -> str:
    """The time of a moment in London as people write it: 9:30am."""
    return clock_words(str(format_datetime(moment, "HH:mm")))  # type: ignore[no-untyped-call]


def _values() -> dict[str, Any]:
    easy = is_easy_read()
    return {
        "language_tag": language_tag(),
        "switch_reading": reading_address(Reading.STANDARD if easy else Reading.EASY),
        "navigation": [
            (endpoint, gettext(words), picture)
            for endpoint, words, picture in NAVIGATION
            if endpoint in current_app.view_functions
        ],
        "current_endpoint": request.endpoint or "",
        "current_section": section_of(request.endpoint or ""),
    }
