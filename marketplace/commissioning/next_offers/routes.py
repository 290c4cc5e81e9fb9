"""The ranked list of offers that could be, and what if one of them were there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import abort, render_template, request

from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import current_council
from marketplace.commissioning.frame import place_of
from marketplace.commissioning.next_offers import going_routes
from marketplace.commissioning.next_offers.reading import (
    Change,
    CouldBe,
    NextOrder,
    could_be,
    in_order,
    together,
)
from marketplace.commissioning.pictures import DistrictMap, district_map
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import get_session
from marketplace.directory.map_drawing import outlines_in
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import LEVELS, SIZES
from marketplace.gaps.costing import HOURS, WEEKS
from marketplace.gaps.disclosure import Shown, shown
from marketplace.gaps.report_rows import GapReport
from marketplace.vocabulary import N_, Theme, Word
from marketplace.web import current_settings
from marketplace.web.access import access

_PAGES = (going_routes,)  # they stand on the same blueprint
A_PAGE = 20
Member = TypeVar("Member", bound=Word)

place_of(
    "commissioning.next_offers",
    N_("Next offers"),
    N_("Where one more offer would help most people."),
    "near_home",
)


@blueprint.get("/next-offers")
@access(AS_COMMISSIONER)
def next_offers() -> str:
    """Ranked: place, theme, part of the week, level, size; whom it would serve and what it would cost."""
    council = current_council()
    reading = newest_report(get_session())
    every = could_be(reading, council.code)
    order = _member("order", NextOrder) or NextOrder.PEOPLE
    chosen = _chosen(every)
    found = in_order([one for one in every if _is_chosen(one, chosen)], order)
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "commissioning/next_offers/next_offers.html",
        council=council,
        reading=reading,
        every=every,
        offers=found[(page - 1) * A_PAGE : page * A_PAGE],
        number=len(found),
        first=(page - 1) * A_PAGE,
        page=page,
        pages=pages,
        chosen={**chosen, "order": order.value},
        is_filtered=any(chosen.values()),
        together=together(reading, council.code),
        themes=[theme for theme in Theme if any(one.theme is theme for one in every)],
        bands=[band for band in TimeBand if any(one.band is band for one in every)],
        levels=LEVELS,
        sizes=SIZES,
        orders=tuple(NextOrder),
        hours=HOURS,
        weeks=WEEKS,
    )


@blueprint.get("/what-if")
@access(AS_COMMISSIONER)
def what_if() -> str:
    """Before and after one more offer, out of the list: one change at a time."""
    council = current_council()
    reading = newest_report(get_session())
    every = could_be(reading, council.code)
    key = request.args.get("offer", "")
    one = next((offer for offer in every if offer.key == key), None)
    if key and one is None and reading is not None and every and "council" not in request.args:
        abort(404)
    size = request.args.get("size", 0, type=int)
    size = size if size in SIZES else one.size if one else SIZES[0]
    drawings: Sequence[DistrictMap | None] = ()
    rows: Sequence[Change] = ()
    if one is not None and reading is not None:
        rows = _every_district(one, reading.report, council.codes)
        outlines = outlines_in(current_settings().seeds_dir)
        before = {row.code: row.before for row in rows}
        # Where no change is told it stands as it was, or the map would hide what it showed before.
        after = {row.code: row.after[size] or row.before for row in rows}
        drawings = [district_map(before, outlines=outlines, beside=after.values())]
        if one.districts:
            drawings.append(district_map(after, outlines=outlines, beside=before.values()))
    return render_template(
        "commissioning/next_offers/what_if.html",
        council=council,
        reading=reading,
        every=every,
        one=one,
        size=size,
        sizes=SIZES,
        rows=[(row, row.after[size]) for row in rows],
        is_told=bool(one and one.districts),
        whole=_whole(one, reading.report, council.code, size) if one and reading else None,
        places=[(row, row.after[size]) for row in one.places] if one else (),
        drawings=drawings,
        hours=HOURS,
        weeks=WEEKS,
    )


def _every_district(one: CouldBe, report: GapReport, codes: Sequence[str]) -> list[Change]:
    """Each district of the council; where no change may be told there is only what the report says."""
    told = {row.code: row for row in one.districts}
    before = {row.district_code: row.unmet for row in report.themes if row.theme is one.theme}
    nobody = {row.code for row in report.districts} - set(before)
    rows = []
    for code in codes:
        count = Shown(0) if code in nobody else before.get(code)
        rows.append(told.get(code) or Change(code, count, None, dict.fromkeys(SIZES)))
    return rows


def _whole(one: CouldBe, report: GapReport, code: str, size: int) -> tuple[Shown, Shown] | None:
    """The whole council before and after, made of shown numbers only; None where it is not told."""
    themes = next((row.themes for row in report.councils if row.code == code), ())
    before = next((row.unmet for row in themes if row.theme is one.theme), None)
    if before is None or before.number is None:
        return None
    return before, shown(max(0, before.number - one.served(size)))


def _chosen(every: Sequence[CouldBe]) -> dict[str, str]:
    """What the address asks for, out of the fixed lists only."""
    allowed = {
        "district": {one.district_code for one in every},
        "theme": {theme.value for theme in Theme},
        "band": {band.value for band in TimeBand},
        "level": {str(int(level)) for level in LEVELS},
        "size": {str(size) for size in SIZES},
    }
    asked = {name: request.args.get(name, "") for name in allowed}
    return {name: value if value in allowed[name] else "" for name, value in asked.items()}


def _is_chosen(one: CouldBe, chosen: dict[str, str]) -> bool:
    mine = {
        "district": one.district_code,
        "theme": one.theme.value,
        "band": one.band.value,
        "level": str(int(one.level)),
        "size": str(one.size),
    }
    return all(not value or mine[name] == value for name, value in chosen.items())


def _member(name: str, members: type[Member]) -> Member | None:
    value = request.args.get(name, "")
    return members(value) if value in set(members) else None
