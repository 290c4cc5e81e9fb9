"""Words of the pages: which catalogue they come from, and the reading format that the reader chose.

Easy Read is a catalogue of its own beside the languages (``en@easy``): a page is written once, and
a reader who switches gets shorter sentences, a picture beside each idea, and larger type. The
choice is kept in a cookie that holds nothing else, and works without script.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Flask, g, has_request_context, redirect, request
from flask_babel import Babel, get_translations
from werkzeug.wrappers import Response

PACKAGE = Path(__file__).resolve().parent.parent
READING_COOKIE = "reading"
ONE_YEAR = 31_536_000
DEFAULT_LOCALE = "en_GB"


class Reading(StrEnum):
    """How a reader wants the same page."""

    STANDARD = "standard"
    EASY = "easy"


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(PACKAGE / "translations"))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT_LOCALE)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/London")
    Babel(app, locale_selector=current_locale)  # type: ignore[no-untyped-call]
    # A page asks for hundreds of texts: the library looks up catalogue and locale anew for each.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translate,
        ngettext=lambda one, many, number: get_translations().ungettext(one, many, number),
        newstyle=True,
    )
    app.before_request(_remember_choice)


def current_reading() -> Reading:
    """The reader's choice; the standard format until they choose."""
    if not has_request_context():
        return Reading.STANDARD
    if "reading" not in g:
        g.reading = _known(request.cookies.get(READING_COOKIE)) or Reading.STANDARD
    reading: Reading = g.reading
    return reading


def current_locale() -> str:
    """The catalogue's name: language, region, and the reading format as its modifier."""
    if current_reading() is Reading.EASY:
        return f"{DEFAULT_LOCALE}@{Reading.EASY}"
    return DEFAULT_LOCALE


def translate(text: str) -> str:
    """*text* in the reader's words; the same as the library's ``gettext``, but kept."""
    return _translated(current_locale(), text)


@lru_cache(maxsize=10_000)
def _translated(_locale: str, text: str) -> str:
    # Catalogues don't change while the program runs. The locale is part of the key only: the
    # library reads the request's own, which is the same.
    return str(get_translations().ugettext(text))


def language_tag() -> str:
    """For ``<html lang>``. Easy Read is English too."""
    return DEFAULT_LOCALE.replace("_", "-")


def reading_address(reading: Reading) -> str:
    """This page's address with the wish to switch to *reading*."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "reading"]
    return _with_query(request.path, [*pairs, ("reading", reading.value)])


def _remember_choice() -> Response | None:
    """Answer ``?reading=easy`` by keeping the choice and going to the same page without it."""
    if request.method != "GET" or "reading" not in request.args:
        return None
    chosen = _known(request.args.get("reading"))
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "reading"]
    # Built from the path alone, so the answer can't lead to another site; a path that starts with
    # two slashes would.
    answer = redirect(_with_query("/" + request.path.lstrip("/\\"), pairs), 303)
    if chosen is Reading.STANDARD:
        answer.delete_cookie(READING_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)
    elif chosen is not None:
        answer.set_cookie(
            READING_COOKIE,
            chosen.value,
            max_age=ONE_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return answer


def _with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    address = quote(path, safe="/~")
    return f"{address}?{urlencode(pairs)}" if pairs else address


def _known(text: str | None) -> Reading | None:
    try:
        return Reading(text or "")
    except ValueError:
        return None
