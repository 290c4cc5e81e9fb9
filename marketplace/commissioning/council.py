"""For which council a page is. Commissioners choose it on any page; their browser keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import g, request, session

from marketplace.accounts.current import current_account
from marketplace.geo.council_areas import council_code, councils
from marketplace.geo.districts import District, district_name, read_districts
from marketplace.vocabulary import Role
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
    """The council of this request: the one asked for, else the one kept, else where the reader works,
    else the first of whose districts we hold facts."""
    if "council" not in g:
        g.council = council_of(_current_code())
    found: Council = g.council
    return found


def keep_choice() -> None:
    """Remember a council that the address asks for. Runs before each page of the room."""
    asked = request.args.get("council")
    if asked in all_councils():
        session[_KEPT] = asked


def all_councils() -> dict[str, str]:
    """Names of the councils that can be chosen, by ONS code, in the order of the names."""
    return _councils(current_settings().seeds_dir)


def council_of(code: str) -> Council:
    """A council by its ONS code. Raises ``KeyError`` for one that can't be chosen."""
    return _council(current_settings().seeds_dir, code)


def _current_code() -> str:
    known = all_councils()
    for code in (request.args.get("council"), session.get(_KEPT)):
        if code in known:
            return str(code)
    account = current_account()
    works_for = " ".join(
        grant.organisation for grant in (account.grants if account else ()) if grant.role is Role.COMMISSIONER
    )
    of_reader = [code for code, name in known.items() if name in works_for]
    facts = read_districts(current_settings().seeds_dir)
    with_facts = {council_code(one) for one in facts}
    # The longest name: 'Nottingham City' is also within no 'Nottinghamshire', but the other way round.
    return max(of_reader, key=lambda code: len(known[code]), default="") or next(
        (code for code in known if code in with_facts), next(iter(known))
    )


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
