"""Who makes this request: the account behind the token in the signed cookie.

Flask-Login asks once a request; the answer comes from the database, so that an ended sign-in is
refused at the very next request. A visitor without a cookie costs no query.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from flask import Flask, Response, has_request_context, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.accounts import sign_ins
from marketplace.accounts.models import Account, SignIn
from marketplace.accounts.queries import sign_in_of_token
from marketplace.accounts.tries import ACCOUNT_KEY
from marketplace.accounts.words import device_words
from marketplace.db import get_database, get_session, session_writes
from marketplace.vocabulary import Role
from marketplace.web import current_settings

log = structlog.get_logger(__name__)

KEPT_OFFER = "offer_to_save"
_KEPT_AT_SIGN_IN = ("journey", KEPT_OFFER)
"""What of a visitor's cookie outlives signing in: the answers, and the offer, that they want to save."""
_USER_KEY = "_user_id"  # Flask-Login's name for it


class Member(UserMixin):  # type: ignore[misc]
    """A sign-in as Flask-Login knows it: its identifier is the token of the cookie."""

    def __init__(self, sign_in: SignIn, token: str) -> None:
        self.sign_in = sign_in
        self.token = token

    def get_id(self) -> str:
        return self.token


class _Manager(LoginManager):  # type: ignore[misc]
    """Without Flask-Login's second cookie: its care for it would open the session on every answer."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def init_app(app: Flask) -> None:
    manager = _Manager()
    # It compares address and browser, which change on a train. The sign-in's own limits do the work.
    manager.session_protection = None
    manager.user_loader(_member_of)
    manager.init_app(app, add_context_processor=False)
    app.jinja_env.globals["signed_in_account"] = account_for_header
    app.jinja_env.globals["sign_in_state"] = sign_in_state


def current_sign_in() -> SignIn | None:
    """The sign-in of this request, even where the code is still to be given."""
    if not has_request_context() or _USER_KEY not in session:
        return None
    return current_user.sign_in if isinstance(current_user._get_current_object(), Member) else None


def current_account() -> Account | None:
    """Who is signed in; None for a visitor, and until the code is given where one is asked for."""
    sign_in = current_sign_in()
    return sign_in.account if sign_in is not None and sign_ins.is_complete(sign_in) else None


def signed_in_account() -> Account:
    """The account of a page whose rule lets nobody else in."""
    account = current_account()
    if account is None:
        raise RuntimeError("this page needs a rule that asks for an account")
    return account


def account_for_header() -> Account | None:
    """Who the header greets; nobody while the database is away, so that the page saying so can be shown."""
    try:
        return current_account()
    except SQLAlchemyError:
        return None


def half_signed_in_account() -> Account:
    """The account of a page for those who may still have to give their code."""
    sign_in = current_sign_in()
    if sign_in is None:
        raise RuntimeError("this page needs a rule that asks for a sign-in")
    return sign_in.account


def signed_in_as(role: Role) -> bool:
    """Whether this request comes from someone with *role*."""
    account = current_account()
    return account is not None and role in account.roles


def start_sign_in(account: Account, *, code_given: bool = False) -> SignIn:
    """Sign *account* in on this browser, with a new token; the route commits.

    What the cookie held before is gone, but for the visitor's answers; a sign-in that it held ends.
    """
    sign_in, token = sign_ins.begin_sign_in(
        get_session(),
        account=account,
        settings=current_settings(),
        device=device_words(request.user_agent.string),
        code_given=code_given,
        instead_of=current_sign_in(),
    )
    kept = {name: session[name] for name in _KEPT_AT_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session[ACCOUNT_KEY] = str(account.id)
    login_user(Member(sign_in, token))
    return sign_in


def forget_browser() -> None:
    """Empty the cookie: whoever uses this browser next finds nothing."""
    session.clear()


def sign_in_state() -> dict[str, Any]:
    """For the warning on each page: in how many seconds this sign-in ends, and whether to say so."""
    sign_in = current_sign_in()
    if sign_in is None:
        return {}
    now = datetime.now(UTC)
    idle = sign_ins.idle_limit_of(sign_in.account, current_settings())
    # This request has just put off the end by idleness; the absolute end stays.
    left = min(sign_in.ends_at - now, idle - sign_ins.NOTED_EACH)
    return {
        "seconds": int(left.total_seconds()),
        "warn_seconds": int(sign_ins.WARNED_BEFORE.total_seconds()),
        "ends_soon": sign_in.ends_at - now < sign_ins.WARNED_BEFORE + timedelta(minutes=1),
        "ends_at": sign_in.ends_at,
    }


def _member_of(token: str) -> Member | None:
    database_session = get_session()
    sign_in = sign_in_of_token(database_session, token)
    now = datetime.now(UTC)
    if sign_in is None or not sign_ins.is_live(sign_in, settings=current_settings(), now=now):
        return None
    if now - sign_in.used_at >= sign_ins.NOTED_EACH:
        _note_use(database_session, sign_in, now)
    return Member(sign_in, token)


def _note_use(own: Session, sign_in: SignIn, now: datetime) -> None:
    """Note the use in a short transaction of its own; where this request writes anyway, in its own."""
    try:
        if session_writes():
            sign_ins.note_use(own, sign_in=sign_in, now=now)
        else:
            own.commit()  # gives its connection back: no request ever holds two
            with get_database().write.begin() as short:
                sign_ins.note_use(short, sign_in=sign_in, now=now)
    except OperationalError as error:
        # A full disk or a busy database must not keep anyone from reading.
        log.warning("use_of_sign_in_not_noted", error=str(error.orig))
