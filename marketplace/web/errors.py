"""Pages for what goes wrong: each says what happened and what to do now."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Flask, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from marketplace.vocabulary import N_

log = structlog.get_logger(__name__)

RETRY_SECONDS = 30


@dataclass(frozen=True)
class Trouble:
    """An error page's words, as source texts."""

    title: str
    what_to_do: tuple[str, ...]


TROUBLES = {
    400: Trouble(
        N_("We could not read that"),
        (N_("Go back and try again."), N_("Your answers are still there.")),
    ),
    403: Trouble(
        N_("You can't open this page"),
        (N_("If you think you should be able to, ask us for help."),),
    ),
    404: Trouble(
        N_("Page not found"),
        (
            N_("If you typed the address, check that it is right."),
            N_("If you followed a link, the page may have gone."),
        ),
    ),
    405: Trouble(
        N_("This page does not work that way"),
        (N_("Go to the start and try from there."),),
    ),
    413: Trouble(
        N_("That is too much to send at once"),
        (N_("Go back and make your text shorter."),),
    ),
    429: Trouble(
        N_("Too many tries in a short time"),
        (N_("Wait a minute and try again."),),
    ),
    500: Trouble(
        N_("Sorry, something went wrong here"),
        (N_("It is not your fault."), N_("Try again in a few minutes.")),
    ),
    503: Trouble(
        N_("Sorry, the service is not working just now"),
        (N_("Try again in a few minutes."), N_("Your answers are kept.")),
    ),
}
_OPEN_TOO_LONG = Trouble(
    N_("Your page was open for too long"),
    (N_("Go back, refresh the page and send it again."),),
)


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _form_without_token)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NoResultFound, _no_such_record)
    app.register_error_handler(DataError, _not_for_the_database)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _page(trouble: Trouble, status: int) -> str:
    return render_template(
        "errors/error.html",
        heading=gettext(trouble.title),
        what_to_do=[gettext(text) for text in trouble.what_to_do],
        status=status,
    )


def _http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    if isinstance(error, SecurityError):
        # For a host that is not ours no address can be made, so no page either.
        return "This is not the address of this service.", 400, [("Content-Type", "text/plain")]
    status = error.code or 500
    known = status if status in TROUBLES else (400 if status < 500 else 500)
    kept = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    return _page(TROUBLES[known], status), status, kept


def _form_without_token(_error: CSRFError) -> tuple[str, int]:
    return _page(_OPEN_TOO_LONG, 400), 400


def _no_such_record(_error: NoResultFound) -> tuple[str, int]:
    return _page(TROUBLES[404], 404), 404


def _not_for_the_database(_error: DataError) -> tuple[str, int]:
    """A null character in an address, say, which PostgreSQL does not take."""
    return _page(TROUBLES[400], 400), 400


def _database_away(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    log.error("database_away", path=request.path, error=str(error.orig))
    return _page(TROUBLES[503], 503), 503, {"Retry-After": str(RETRY_SECONDS)}


def _unexpected(error: Exception) -> tuple[str, int]:
    log.error("unexpected_error", path=request.path, exc_info=error)
    return _page(TROUBLES[500], 500), 500
