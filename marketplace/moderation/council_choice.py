"""The councils to choose from on moderators' pages, by the districts of what is shown."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.geo.council_areas import council_code, councils
from marketplace.geo.districts import read_districts
from marketplace.web import current_settings


def council_names() -> dict[str, str]:
    return councils(read_districts(current_settings().seeds_dir))


def councils_among(districts: Iterable[str]) -> dict[str, str]:
    """Codes and names of the councils that have these districts, in the order of their names."""
    names = council_names()
    codes = {council_code(one) or one for one in districts}
    return {code: names.get(code, code) for code in sorted(codes, key=lambda one: names.get(one, one))}


def districts_of(council: str) -> list[str] | None:
    """The districts of the council that was chosen; None for everywhere."""
    if not council:
        return None
    known = read_districts(current_settings().seeds_dir)
    return [code for code in known if council_code(code) == council] or [council]
