"""For which council a page is: one of those that the commissioner works for.

They choose it on any page, and their browser keeps it. An administrator gives them their councils
(``accounts.councils``); another council's records are not there for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import abort, g, render_template, request, session
from flask.typing import ResponseReturnValue

from marketplace.accounts.councils import councils_of_account
from marketplace.accounts.current import current_account
from marketplace.db import get_session
from marketplace.geo.council_areas import council_code, councils
from marketplace.geo.districts import District, district_name, read_districts
from marketplace.web import current_settings

_KEPT = "council"
_COUNTY = "E10"
_SHIRE_DISTRICTS = range(1, 300)
"""Numbers that the Register of Geographic Codes has given to shire districts, and some to come."""


@dataclass(frozen=True, slots=True)
class Council:
    """A council with adult social care, and its districts in the order of their names."""

    code: str
    name: str
    districts: tuple[tuple[str, str], ...]
    """ONS code and name; the code again where we hold no name."""
    facts: tuple[District, ...]
    """Of those districts of which we hold facts, in the same order."""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.districts)

    @property
    def names(self) -> dict[str, str]:
        return dict(self.districts)


def current_council() -> Council:
    """The council of this request, always one of the reader's: the one asked for, else the one kept, else
    their first."""
    if "council" not in g:
        g.council = council_of(_current_code())
    found: Council = g.council
    return found


def enter_council(code: str) -> None:
    """The page is of this council, whichever was chosen before: for a record that belongs to one. Whoever
    does not work for it is told that there is no such page."""
    if code not in own_councils():
        abort(404)
    g.council = council_of(code)


def own_councils() -> dict[str, str]:
    """Names of the councils that the reader works for, by ONS code, in the order of the names."""
    given = _given()
    return {code: name for code, name in all_councils().items() if code in given}


def stay_in_councils() -> ResponseReturnValue | None:
    """Before each page of the room: who works for no council is told whom to ask; another council's pages
    are not there. A council that the address asks for is remembered."""
    if not own_councils():
        return render_template("commissioning/no_council.html"), 403
    if "council" in request.args:
        asked = request.args["council"]
        if asked not in own_councils():
            abort(404)
        session[_KEPT] = asked
    return None


def all_councils() -> dict[str, str]:
    """Names of the councils that we can name, by ONS code, in the order of the names."""
    return _councils(current_settings().seeds_dir)


def council_of(code: str) -> Council:
    """A council by its ONS code. Raises ``KeyError`` for one that we can't name."""
    return _council(current_settings().seeds_dir, code)


def _current_code() -> str:
    own = own_councils()
    asked = (request.args.get("council"), session.get(_KEPT), *_given())
    return next(code for code in asked if code in own)


def _given() -> list[str]:
    """Codes of the reader's councils, the first given first. One query a request."""
    if "given_councils" not in g:
        account = current_account()
        g.given_councils = [] if account is None else list(councils_of_account(get_session(), account.id))
    found: list[str] = g.given_councils
    return found


@lru_cache(maxsize=4)
def _councils(seeds_dir: Path) -> dict[str, str]:
    return councils(read_districts(seeds_dir))


@lru_cache(maxsize=64)
def _council(seeds_dir: Path, code: str) -> Council:
    facts = read_districts(seeds_dir)
    shire = (f"E07{number:06}" for number in _SHIRE_DISTRICTS) if code.startswith(_COUNTY) else ()
    codes = [one for one in shire if council_code(one) == code] or [code]
    named = sorted(((one, district_name(one, facts)) for one in codes), key=lambda pair: (pair[1], pair[0]))
    return Council(
        code,
        _councils(seeds_dir)[code],
        tuple(named),
        tuple(facts[one] for one, _ in named if one in facts),
    )
