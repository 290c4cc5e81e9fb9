"""How often someone may try a password or a code, or have a mail sent.

The waits grow: after five wrong passwords some minutes, after ten an hour, after thirty a day. They
count for one address and one account together, so a stranger's tries don't keep the owner out; the
limits for a whole account are wide, and a mailed link works all the same. What the browser claims
about its address (``X-Forwarded-For``) counts only as far as our own proxies wrote it.
"""

from __future__ import annotations

from flask import request, session

from marketplace.accounts.addresses import normal_email
from marketplace.accounts.models import Account
from marketplace.db import get_session
from marketplace.web.limits import Limit, begin_anew, by_address, per

ACCOUNT_KEY = "account"
"""The signed cookie says whose sign-in it holds, so that tries are counted without a query."""


def _email() -> str:
    text = request.form.get("email", "")
    try:
        return normal_email(text)
    except ValueError:
        return text[:254]


def _with_password() -> str:
    """The e-mail address, where a password is tried for it."""
    return "" if "link" in request.form else _email()


def _with_link() -> str:
    """The e-mail address, where a link is asked for it."""
    return _email() if "link" in request.form or "password" not in request.form else ""


def _account() -> str:
    return str(session.get(ACCOUNT_KEY, ""))


def _and_address(text: str) -> str:
    return f"{by_address()} {text}" if text else ""


PASSWORD = Limit(
    "password",
    (per(5, minutes=5), per(10, hours=1), per(30, days=1)),
    by=lambda: _and_address(_with_password()),
)
PASSWORDS_OF_ACCOUNT = Limit(
    "passwords of an account", (per(60, hours=1), per(200, days=1)), by=_with_password
)
PASSWORDS_FROM_ADDRESS = Limit(
    "passwords from an address",
    (per(60, minutes=10), per(400, days=1)),
    by=lambda: by_address() if _with_password() else "",
)
OWN_PASSWORD = Limit(
    "own password",
    (per(5, minutes=5), per(10, hours=1), per(30, days=1)),
    by=lambda: _and_address(_account()),
)
LINKS_TO_ADDRESS = Limit(
    "links to a mailbox", (per(3, minutes=15), per(6, hours=2), per(12, days=1)), by=_with_link
)
LINKS_FROM_ADDRESS = Limit(
    "links from an address",
    (per(20, hours=1), per(100, days=1)),
    by=lambda: by_address() if _with_link() else "",
)
CODE = Limit(
    "code", (per(5, minutes=5), per(10, hours=1), per(20, days=1)), by=lambda: _and_address(_account())
)
CODES_OF_ACCOUNT = Limit("codes of an account", (per(40, hours=1), per(80, days=1)), by=_account)

PASSWORD_LIMITS = (PASSWORD, PASSWORDS_OF_ACCOUNT, PASSWORDS_FROM_ADDRESS)
LINK_LIMITS = (LINKS_TO_ADDRESS, LINKS_FROM_ADDRESS)
CODE_LIMITS = (CODE, CODES_OF_ACCOUNT)


def forget_password_tries(account: Account) -> None:
    """Someone has shown that they are its owner: from this address they begin anew."""
    begin_anew(get_session(), PASSWORD, counted_by=_and_address(account.email))
    begin_anew(get_session(), OWN_PASSWORD, counted_by=_and_address(str(account.id)))


def forget_code_tries(account: Account) -> None:
    begin_anew(get_session(), CODE, counted_by=_and_address(str(account.id)))
