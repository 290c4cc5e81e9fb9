"""Where people land after signing in: rooms above this one say which page is theirs.

@start_page(Role.PRACTITIONER)
def caseload(account: Account) -> str | None:
    return url_for("caseload.people")
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, url_for

from marketplace.accounts.models import Account
from marketplace.vocabulary import Role

StartPage = Callable[[Account], str | None]
_ORDER = (
    Role.PERSON,
    Role.SUPPORTER,
    Role.PRACTITIONER,
    Role.PROVIDER_STAFF,
    Role.MODERATOR,
    Role.COMMISSIONER,
    Role.ADMINISTRATOR,
)
BEGIN = "profile.begin"
_PAGES: dict[Role, StartPage] = {}


def start_page(role: Role) -> Callable[[StartPage], StartPage]:
    """Register the page where an account with *role* starts; it may answer None for 'not for them'."""

    def keep(find: StartPage) -> StartPage:
        _PAGES[role] = find
        return find

    return keep


def start_page_of(account: Account) -> str:
    """The first page that is theirs; the page about the account itself where there is none."""
    for role in _ORDER:
        if role in account.roles and role in _PAGES:
            address = _PAGES[role](account)
            if address:
                return address
    return url_for("account.overview")


def begin_page() -> str | None:
    """Where someone without any role begins a page of their own, once a room above offers one."""
    return url_for(BEGIN) if BEGIN in current_app.view_functions else None
