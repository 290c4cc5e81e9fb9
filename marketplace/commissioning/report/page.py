"""What the pages of gaps are made of: which report, what the reader chose, and the pictures."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from flask import request, url_for
from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council
from marketplace.commissioning.pictures import DistrictMap, Head, HeatTable, Value, district_map, heat_table
from marketplace.commissioning.report.index import sum_of
from marketplace.commissioning.report.kept import Reading, newest_report, report_by_id
from marketplace.commissioning.report.lines import APART, GapLine, GapOrder, Wish
from marketplace.directory.map_drawing import outlines_in
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import DemandSource
from marketplace.gaps.wanted import LEVEL_NOT_SAID, LEVELS
from marketplace.vocabulary import Theme, Word
from marketplace.web import current_settings
from marketplace.web.templating import label

PAGE_SIZE = 25
Member = TypeVar("Member", bound=Word)


class LinesPage(NamedTuple):
    """One page of the list."""

    rows: list[GapLine]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A report, and the words that choose it in an address where it is not the newest."""

    reading: Reading
    query: Mapping[str, str]


def chosen_report(session: Session) -> Chosen | None:
    """The report that the address names, else the newest; None where there is none."""
    asked = request.args.get("report", "")
    try:
        reading = report_by_id(session, uuid.UUID(asked)) if asked else None
    except ValueError:
        reading = None
    if reading is not None:
        return Chosen(reading, {"report": str(reading.id)})
    newest = newest_report(session)
    return None if newest is None else Chosen(newest, {})


def wish_of_request(council: Council) -> Wish:
    """What was chosen on the page; a value that is in no list counts as none."""
    args = request.args
    level = args.get("level", "")
    source = _member("source", DemandSource)
    return Wish(
        district=args.get("district", "") if args.get("district") in council.codes else "",
        theme=_member("theme", Theme),
        band=_member("band", TimeBand),
        level=int(level) if level in {str(one) for one in LEVELS} else None,
        source=source if source in APART else None,
        reason=_member("reason", Hindrance),
        order=_member("order", GapOrder) or GapOrder.MOST,
    )


def page_of(lines: list[GapLine]) -> LinesPage:
    """The page that the address names, or the last where it has fewer."""
    asked = request.args.get("page", "1")
    pages = max(1, -(-len(lines) // PAGE_SIZE))
    number = min(max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1, pages)
    return LinesPage(lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], len(lines), number, pages)


def heat_of(reading: Reading, council: Council, *, district: str = "") -> HeatTable:
    """Theme × part of the week: unmet people of one district, or of all that is shown of a council's."""
    codes = (district,) if district else council.codes
    values: dict[tuple[str, str], Value] = {}
    links: dict[tuple[str, str], str] = {}
    themes = reading.index.themes_of(codes)
    for theme in themes:
        for band in TimeBand:
            at = theme.value, band.value
            values[at] = reading.index.unmet_of_all(codes, theme, band)
            if values[at] != Shown(0):
                links[at] = (
                    url_for("commissioning.gaps_detail", district_code=district, theme=theme.value)
                    if district
                    else url_for("commissioning.gaps", theme=theme.value, band=band.value)
                )
    rows = [Head(theme.value, label(theme)) for theme in themes]
    return heat_table(rows, [Head(band.value, label(band)) for band in TimeBand], values, links=links)


class DistrictLine(NamedTuple):
    """One district: different people, and wishes of the theme that was chosen."""

    code: str
    name: str
    asked: Shown | None
    unmet: Shown | None


def district_lines(reading: Reading, council: Council, theme: Theme | None) -> list[DistrictLine]:
    """Of each district who asks and who is unmet: different people, or those of one theme."""
    lines = []
    for code, name in council.districts:
        row = reading.index.districts.get(code) if theme is None else reading.index.themes.get((code, theme))
        nobody = Shown(0)
        lines.append(DistrictLine(code, name, row.asked if row else nobody, row.unmet if row else nobody))
    return lines


def map_of(lines: list[DistrictLine]) -> DistrictMap | None:
    """Unmet people of each district."""
    return district_map(
        {line.code: line.unmet for line in lines},
        outlines=outlines_in(current_settings().seeds_dir),
        links={line.code: url_for("commissioning.gaps", district=line.code) for line in lines},
    )


class BandLine(NamedTuple):
    """One part of the week of one district and theme."""

    band: TimeBand
    asked: Shown | None
    unmet: Shown | None
    main: Hindrance | None
    levels: tuple[tuple[int, Shown | None, Shown | None], ...]


def band_lines(reading: Reading, district_code: str, theme: Theme) -> list[BandLine]:
    """Parts of the week in which somebody asks, with levels where these are told."""
    at = (district_code, theme)
    levels = reading.index.levels.get(at, {})
    return [
        BandLine(
            band,
            row.asked,
            row.unmet,
            row.hindrance,
            tuple((level, one.asked, one.unmet) for (of, level), one in sorted(levels.items()) if of is band),
        )
        for band, row in sorted(reading.index.bands.get(at, {}).items(), key=lambda one: one[0].position)
    ]


def whole_of(reading: Reading, council: Council) -> tuple[Shown | None, Shown | None]:
    """Different people of a council who ask, and for whom nothing fits one wish or more: sums of what is
    shown of its districts."""
    rows = [reading.index.districts[code] for code in council.codes if code in reading.index.districts]
    return sum_of([row.asked for row in rows]), sum_of([row.unmet for row in rows])


def _member(name: str, kind: type[Member]) -> Member | None:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


NOT_SAID = LEVEL_NOT_SAID
