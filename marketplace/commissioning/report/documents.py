"""What a report says of one council as files: only numbers that the pages show too."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from marketplace.commissioning.council import Council
from marketplace.commissioning.market.statement import Statement
from marketplace.commissioning.market.table import Column, Row, Table
from marketplace.commissioning.pictures import PERCENT
from marketplace.commissioning.report.kept import Reading
from marketplace.commissioning.report.lines import Wish, gap_lines
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.report_rows import ThemeRow
from marketplace.gaps.sources import SOURCE_WEIGHTS
from marketplace.web.templating import day_words, label

HEADS = (
    "table",
    "district_code",
    "district",
    "theme",
    "band",
    "level",
    "place",
    "source",
    "reason",
    "asked",
    "unmet",
)
_STAR = "*"


def document_of(reading: Reading, council: Council) -> dict[str, Any]:
    """The kept document, of this council's districts alone."""
    document, own = reading.report.to_json(), set(council.codes)
    for table, key in (("councils", "code"), ("districts", "code")):
        document[table] = [row for row in document[table] if row[key] in own | {council.code}]
    for table in ("themes", "wanted", "sources"):
        document[table] = [row for row in document[table] if row["district_code"] in own]
    document["access"] = [row for row in document["access"] if row["place_key"].rpartition(" ")[2] in own]
    return document


def as_csv(reading: Reading, council: Council) -> str:
    """One line for each number, with the table that it is of; a star is '*', what is not told is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADS, lineterminator="\r\n", restval="")
    writer.writeheader()
    for line in _csv_lines(reading, council):
        line["district"] = council.names[line["district_code"]]
        writer.writerow(line)
    return "\ufeff" + out.getvalue()


def _csv_lines(reading: Reading, council: Council) -> Iterator[dict[str, Any]]:
    report, own = reading.report, set(council.codes)
    for people in report.districts:
        if people.code in own:
            yield _line("people", people.code, people.asked, people.unmet)
            for level in people.levels or ():
                yield _line("people", people.code, level.asked, level.unmet, level=level.level)
    for row in report.themes:
        if row.district_code in own:
            yield from _theme_lines(row)
    for want in report.wanted:
        if want.district_code in own:
            more = {"theme": want.theme.value, "band": want.band.value, "level": want.level or ""}
            yield _line("time", want.district_code, want.asked, want.unmet, **more)
    for source in report.sources:
        if source.district_code in own:
            more = {"theme": source.theme.value if source.theme else "", "source": source.source.value}
            yield _line("source", source.district_code, source.asked, source.unmet, **more)


def _theme_lines(row: ThemeRow) -> Iterator[dict[str, Any]]:
    code, theme = row.district_code, row.theme.value
    yield _line("theme", code, row.asked, row.unmet, theme=theme)
    for one in row.hindrances or ():
        yield _line("reason", code, None, one.unmet, theme=theme, reason=one.hindrance.value)
    for place in row.places or ():
        yield _line("place", code, None, place.unmet, theme=theme, place=place.place_key.split(" ")[0])


def _line(table: str, code: str, asked: Shown | None, unmet: Shown | None, **more: Any) -> dict[str, Any]:
    return {"table": table, "district_code": code, "asked": _cell(asked), "unmet": _cell(unmet), **more}


def _cell(count: Shown | None) -> str | int:
    return "" if count is None else _STAR if count.number is None else count.number


def statement_of_gaps(reading: Reading, council: Council) -> Statement:
    """The main tables, for a workbook."""
    tables = (
        _gaps(reading, council),
        _times(reading, council),
        _districts(reading, council),
        _sources(reading, council),
    )
    return Statement(
        title=_("Gaps in %(council)s", council=council.name),
        council=council.name,
        day=reading.day,
        messages=(),
        tables=tables,
        about=(
            _("* stands for 1 to 7 people. We do not say how many, so that nobody can be found."),
            _(
                "Other counts of people are rounded to the nearest 5, and percentages are made of rounded counts."
            ),
            _("“–” is left out because it would tell what a * stands for, or because it is not known."),
            _("Someone with time in two parts of the week is in both. So do not add parts of the week up."),
        ),
        map_svg="",
        map_words="",
        map_after="",
    )


def _source_words(reading: Reading) -> str:
    return _(
        "people who agreed to be counted, and the public offers of this site, on %(day)s.",
        day=day_words(reading.day),
    )


def _gaps(reading: Reading, council: Council) -> Table:
    lines = gap_lines(reading.index, Wish(), names=council.names)
    return Table(
        key="gaps",
        title=_("Gaps"),
        corner=_("What they want"),
        columns=(
            Column(_("District")),
            Column(_("Nothing fits")),
            Column(_("Ask for it")),
            Column(_("Share"), PERCENT),
            Column(_("Most often when")),
            Column(_("Most often why")),
        ),
        rows=tuple(
            Row(
                f"{line.district_code} {line.theme.value}",
                label(line.theme),
                (
                    council.names[line.district_code],
                    line.unmet,
                    line.asked,
                    line.share,
                    label(line.band) if line.band else "–",
                    label(line.main) if line.main else "–",
                ),
            )
            for line in lines
        ),
        source=_source_words(reading),
    )


def _times(reading: Reading, council: Council) -> Table:
    return Table(
        key="times",
        title=_("When and where"),
        corner=_("What they want"),
        columns=tuple(Column(label(band)) for band in TimeBand),
        rows=tuple(
            Row(
                theme.value,
                label(theme),
                tuple(reading.index.unmet_of_all(council.codes, theme, band) for band in TimeBand),
            )
            for theme in reading.index.themes_of(council.codes)
        ),
        source=_source_words(reading),
        note=_("Numbers for a council are sums of what is shown of its districts, so they are at least."),
    )


def _districts(reading: Reading, council: Council) -> Table:
    rows = []
    for code, name in council.districts:
        people = reading.index.districts.get(code)
        values = (people.asked, people.unmet) if people else (Shown(0), Shown(0))
        rows.append(Row(code, name, values))
    return Table(
        key="districts",
        title=_("District by district"),
        corner=_("District"),
        columns=(Column(_("Ask for something")), Column(_("Nothing fits"))),
        rows=tuple(rows),
        source=_source_words(reading),
        note=_("Each person counts once here, however much they ask for."),
    )


def _sources(reading: Reading, council: Council) -> Table:
    rows = [row for row in reading.report.sources if row.district_code in council.names]
    return Table(
        key="sources",
        title=_("Who told us"),
        corner=_("District"),
        columns=(
            Column(_("Who told us")),
            Column(_("What they want")),
            Column(_("Ask for it")),
            Column(_("Nothing fits")),
            Column(_("Weight")),
        ),
        rows=tuple(
            Row(
                f"{row.district_code} {row.source.value} {row.theme and row.theme.value}",
                council.names[row.district_code],
                (
                    label(row.source),
                    label(row.theme) if row.theme else _("Anything"),
                    row.asked,
                    row.unmet,
                    str(SOURCE_WEIGHTS[row.source]),
                ),
            )
            for row in rows
        ),
        source=_source_words(reading),
        note=_("These numbers stand apart. The same person may be in several of them."),
    )


def file_name(reading: Reading, council: Council, ending: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", council.name.casefold()).strip("-")
    return f"gaps-{name}-{reading.day.isoformat()}.{ending}"
