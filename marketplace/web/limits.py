"""How often something may be tried: a view carries its limits, as it carries its access rule.

@blueprint.post("/sign-in")
@access(Anyone())
@limited(Limit("sign-in", (per(5, minutes=1), per(30, hours=1)), by=address_and_field("email")))
def sign_in() -> ResponseReturnValue: ...

Tries are counted before the access rule, in a transaction of their own: what is refused costs one
small write and nothing else, and a count is kept whatever becomes of the request. Only requests
that send something count; reading does where a limit says so, because there the address is the secret.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import structlog
from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from marketplace.db import get_database
from marketplace.web.rate_counts import count_try, forget_tries

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HOME_NETWORK = 64  # bits: the part of an IPv6 address that one household or office has


@dataclass(frozen=True)
class Rate:
    """So many tries in a window, which begins with the first try."""

    most: int
    window: timedelta


def per(most: int, *, minutes: int = 0, hours: int = 0, days: int = 0) -> Rate:
    """At most *most* tries in so long."""
    return Rate(most, timedelta(minutes=minutes, hours=hours, days=days))


@dataclass(frozen=True)
class Limit:
    """What is limited, how often it may be tried, and whose tries count together.

    Several rates make the wait grow: name the shortest window first. Tries beyond a rate don't
    count for the longer ones. ``by`` gives what they are counted by; '' is not counted.
    """

    name: str
    rates: tuple[Rate, ...]
    by: Callable[[], str]
    reads: bool = False
    """Reading counts as well: for pages whose address is a code that someone might guess."""


class TooManyTriesError(TooManyRequests):
    """Refused until the window is over."""

    def __init__(self, *, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


def limited(*limits: Limit) -> Callable[[View], View]:
    """Keep *limits* on the view, where they are found before each request that counts."""

    def keep(view: View) -> View:
        view.try_limits = limits  # type: ignore[attr-defined]
        return view

    return keep


def limits_of(view: Callable[..., Any]) -> tuple[Limit, ...]:
    """The limits that a view declares."""
    return cast("tuple[Limit, ...]", getattr(view, "try_limits", ()))


def by_address() -> str:
    """The reader's address as our own proxies tell it; of IPv6 the household's part."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _HOME_NETWORK), strict=False))
    return str(address)


def by_field(name: str) -> Callable[[], str]:
    """What was typed into a field, such as an e-mail address, however it is written."""

    def value() -> str:
        return unicodedata.normalize("NFKC", request.form.get(name, "")).strip().casefold()

    return value


def address_and_field(name: str) -> Callable[[], str]:
    """Both together: a stranger's tries don't count against the owner, who is somewhere else."""
    typed = by_field(name)

    def value() -> str:
        text = typed()
        return f"{by_address()} {text}" if text else ""

    return value


def try_once(limit: Limit, *, counted_by: str | None = None) -> None:
    """Count a try, and raise ``TooManyTriesError`` if it is one too many.

    Call it before the request first asks the database: on SQLite the count would wait for the
    request's own transaction.
    """
    _try_all([(limit, limit.by() if counted_by is None else counted_by)])


def _try_all(tries: list[tuple[Limit, str]]) -> None:
    """Count them in one transaction, in order, up to the first that is one too many."""
    own = g.get("database_session")
    if own is not None and own.in_transaction():
        raise RuntimeError("tries are counted before the request first asks the database")
    counted = [(limit, rate, by) for limit, by in tries if by for rate in limit.rates]
    if not counted:
        return
    now = _now()
    wait = None
    with get_database().write.begin() as session:
        for limit, rate, by in counted:
            count, ends_at = count_try(session, key=_key(limit, rate, by), window=rate.window, now=now)
            if count > rate.most:
                wait = ends_at - now
                log.warning("too_many_tries", limit=limit.name)
                break
    if wait is not None:
        raise TooManyTriesError(wait=wait)


def begin_anew(session: Session, limit: Limit, *, counted_by: str | None = None) -> None:
    """Forget the tries after one that succeeded; the route commits."""
    by = limit.by() if counted_by is None else counted_by
    forget_tries(session, keys=[_key(limit, rate, by) for rate in limit.rates])


def init_app(app: Flask) -> None:
    """Count before every view; put in place before the access rules' guard."""
    app.before_request(_count)
    app.register_error_handler(TooManyTriesError, _refusal)


def _count() -> None:
    if request.endpoint is None:
        return
    limits = limits_of(current_app.view_functions[request.endpoint])
    is_read = request.method in _READING_METHODS
    counted = [limit for limit in limits if limit.reads or not is_read]
    if counted:
        _try_all([(limit, limit.by()) for limit in counted])


def _key(limit: Limit, rate: Rate, by: str) -> str:
    # Addresses and e-mail addresses are not kept: only who knows the secret can look one up.
    text = f"{limit.name}\n{rate.most}/{rate.window.total_seconds():.0f}\n{by}"
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, text.encode(), hashlib.sha256).hex()


def _refusal(error: TooManyTriesError) -> tuple[str, int, dict[str, str]]:
    seconds = max(1, math.ceil(error.wait.total_seconds()))
    page = render_template(
        "errors/error.html",
        heading=gettext("Too many tries in a short time"),
        what_to_do=[_when(seconds)],
        status=429,
    )
    return page, 429, {"Retry-After": str(seconds)}


def _when(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    if minutes < 60:
        return ngettext("Try again in %(num)s minute.", "Try again in %(num)s minutes.", minutes)
    hours = math.ceil(minutes / 60)
    return ngettext("Try again in %(num)s hour.", "Try again in %(num)s hours.", hours)


def _now() -> datetime:
    return datetime.now(UTC)
