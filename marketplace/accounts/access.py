"""Rules that need an account: who is signed in, and as what."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_account, current_sign_in
from marketplace.accounts.next_page import with_next
from marketplace.vocabulary import Role

_READING = frozenset({"GET", "HEAD"})
_NEVER_SHOWN = ("password", "code", "token")
_LONGEST_SHOWN = 5000


@dataclass(frozen=True)
class SignedIn:
    """Anyone with an account who is signed in, with the code where their account asks for one."""

    def allows(self) -> bool:
        return current_account() is not None

    def instead(self) -> ResponseReturnValue | None:
        return ask_to_sign_in()


@dataclass(frozen=True, init=False)
class HasRole:
    """Someone signed in with one of *roles*; others who are signed in are refused."""

    roles: frozenset[Role]

    def __init__(self, *roles: Role) -> None:
        object.__setattr__(self, "roles", frozenset(roles))

    def allows(self) -> bool:
        account = current_account()
        return account is not None and not self.roles.isdisjoint(account.roles)

    def instead(self) -> ResponseReturnValue | None:
        return ask_to_sign_in()


@dataclass(frozen=True)
class HalfSignedIn:
    """Someone who gave password or link; for the pages where the code is given."""

    def allows(self) -> bool:
        return current_sign_in() is not None

    def instead(self) -> ResponseReturnValue | None:
        return ask_to_sign_in()


def ask_to_sign_in() -> ResponseReturnValue | None:
    """The answer to a visitor whom a rule refused: the way to sign in. None for who is signed in.

    A form that was sent is shown back, so that nobody loses what they wrote to a sign-in that had
    ended; nothing of it is kept.
    """
    if current_account() is not None:
        return None
    asked = request.full_path.rstrip("?") if request.method in _READING else request.path
    endpoint = "accounts.sign_in" if current_sign_in() is None else "code.give"
    address = url_for(endpoint, **with_next(asked))
    if request.method in _READING:
        if "_user_id" in session:
            session["sign_in_ended"] = True  # the page to sign in says why it is there
        return redirect(address, 303)
    return render_template("accounts/sign_in_first.html", address=address, typed=_typed()), 401


def _typed() -> list[str]:
    """What was written by hand in the form that was sent."""
    return [
        value[:_LONGEST_SHOWN]
        for name, value in request.form.items(multi=True)
        if value.strip() and not any(part in name for part in _NEVER_SHOWN)
    ]
