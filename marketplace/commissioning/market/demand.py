"""What people ask for, for the statement: tables of the newest kept gap report.

Nothing is counted here. Every number stands in the report as it may be seen, or is a sum of such numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.commissioning.council import Council
from marketplace.commissioning.market.page import statement_messages, statement_part
from marketplace.commissioning.market.table import Column, Row, Table
from marketplace.commissioning.report.index import sum_of
from marketplace.commissioning.report.kept import Reading, newest_report
from marketplace.commissioning.report.lines import APART, Wish, gap_lines
from marketplace.commissioning.report.page import whole_of
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.vocabulary import Theme
from marketplace.web.templating import day_words, label

LARGEST = 25
"""So many gaps stand one by one; the gaps' own pages have all."""


@statement_part
def tables_of_demand(session: Session, council: Council) -> Iterable[Table]:
    """All tables of demand; none where there is no report yet."""
    reading = newest_report(session)
    return () if reading is None else demand_tables(reading, council)


@statement_messages
def demand_in_short(session: Session, council: Council) -> Iterable[str]:
    """How many people ask for something, and for how many something is missing."""
    reading = newest_report(session)
    asked, unmet = whole_of(reading, council) if reading else (None, None)
    if reading and asked and unmet and asked.number and unmet.number:
        yield _(
            "At least %(asked)s people said what they want. For at least %(unmet)s of them nothing fits one wish or more. This is of %(day)s.",
            asked=asked,
            unmet=unmet,
            day=day_words(reading.day),
        )


def demand_tables(reading: Reading, council: Council) -> tuple[Table, ...]:
    """The tables that have rows, in the order in which they are read."""
    every = (
        by_district(reading, council),
        by_theme(reading, council, key="demand_asked", title=_("How many ask for it, by district")),
        by_theme(reading, council, key="demand_unmet", title=_("For how many nothing fits, by district")),
        in_the_way(reading, council),
        largest(reading, council),
        other_sources(reading, council),
    )
    return tuple(table for table in every if table.rows)


def by_district(reading: Reading, council: Council) -> Table:
    """Different people of each district, each once."""
    index = reading.index
    asked, unmet = whole_of(reading, council)
    rows = [
        Row(code, name, (row.asked if row else Shown(0), row.unmet if row else Shown(0)))
        for code, name in council.districts
        for row in (index.districts.get(code),)
    ]
    if len(rows) > 1:
        rows.append(Row("all", _("All districts, at least"), (asked, unmet)))
    return Table(
        key="demand_people",
        title=_("People who ask for something"),
        corner=_("District"),
        columns=(Column(_("Ask for something")), Column(_("Nothing fits one wish or more"))),
        rows=tuple(rows) if index.themes_of(council.codes) else (),
        source=source_of_demand(reading),
        note=_("Different people, each once."),
    )


def by_theme(reading: Reading, council: Council, *, key: str, title: str) -> Table:
    """Theme × district: who ask for it (``demand_asked``), or for whom of them nothing fits."""
    rows = []
    for theme in reading.index.themes_of(council.codes):
        values = [_cell(reading, code, theme, asked=key == "demand_asked") for code in council.codes]
        rows.append(
            Row(theme.value, label(theme), (*values, sum_of(values)) if len(values) > 1 else (*values,))
        )
    whole = (Column(_("All, at least")),) if len(council.codes) > 1 else ()
    return Table(
        key=key,
        title=title,
        corner=_("What they want"),
        columns=(*(Column(name) for _code, name in council.districts), *whole),
        rows=tuple(rows),
        source=source_of_demand(reading),
        note=_("A person counts for each thing that they ask for. So do not add rows up."),
        totals=len(whole),
    )


def in_the_way(reading: Reading, council: Council) -> Table:
    """Hindrance × district. A person with several unmet wishes is in it for each."""
    told: dict[tuple[Hindrance, str], list[Shown | None]] = {}
    for (code, _theme), row in reading.index.themes.items():
        for one in row.hindrances or ():
            told.setdefault((one.hindrance, code), []).append(one.unmet)
    rows = []
    for reason in Hindrance:
        values = [sum_of(told.get((reason, code), [Shown(0)])) for code in council.codes]
        if any(value is None or value.number != 0 for value in values):
            rows.append(Row(reason.value, label(reason), tuple(values)))
    return Table(
        key="demand_reasons",
        title=_("What is in the way, in wishes"),
        corner=_("What is in the way"),
        columns=tuple(Column(name) for _code, name in council.districts),
        rows=tuple(rows),
        source=source_of_demand(reading),
        note=_(
            "Wishes for which nothing fits, at least: what is not told for a theme is not in it. A reason is what most of the listed offers meet first."
        ),
    )


def largest(reading: Reading, council: Council) -> Table:
    """The largest gaps with what is most often in the way and when most of these people have time."""
    return Table(
        key="demand_largest",
        title=_("The largest gaps"),
        corner=_("What they want"),
        columns=(
            Column(_("District")),
            Column(_("Ask for it")),
            Column(_("Nothing fits")),
            Column(_("What is in the way")),
            Column(_("When most have time")),
        ),
        rows=tuple(
            Row(
                f"{line.theme.value}-{line.district_code}",
                label(line.theme),
                (
                    council.names[line.district_code],
                    line.asked,
                    line.unmet,
                    label(line.main) if line.main else "–",
                    label(line.band) if line.band else "–",
                ),
            )
            for line in gap_lines(reading.index, Wish(), names=council.names)[:LARGEST]
            if line.unmet is not None and line.unmet.number
        ),
        source=source_of_demand(reading),
        note=_("A reason is told where more than half of the people meet it."),
    )


def other_sources(reading: Reading, council: Council) -> Table:
    """What searches, requests and the council's own list ask for: never added to the people."""
    counts: dict[tuple[Theme, str], list[Shown | None]] = {}
    for source in APART:
        for row in reading.index.sources.get(source, ()):
            if row.theme is not None and row.district_code in council.codes:
                counts.setdefault((row.theme, source.value), []).append(row.asked)
    themes = sorted({theme for theme, _source in counts}, key=lambda theme: theme.position)
    return Table(
        key="demand_sources",
        title=_("What others told us"),
        corner=_("What they want"),
        columns=tuple(Column(label(source)) for source in APART),
        rows=tuple(
            Row(
                theme.value,
                label(theme),
                tuple(sum_of(counts.get((theme, source.value), [Shown(0)])) for source in APART),
            )
            for theme in themes
        ),
        source=_("the gap report of %(day)s.", day=day_words(reading.day)),
        note=_("The same person may be in several columns. So these numbers are not in the tables above."),
    )


def source_of_demand(reading: Reading) -> str:
    return _("the gap report of %(day)s, of people who agreed to be counted.", day=day_words(reading.day))


def _cell(reading: Reading, code: str, theme: Theme, *, asked: bool) -> Shown | None:
    row = reading.index.themes.get((code, theme))
    if row is None:
        return Shown(0)
    return row.asked if asked else row.unmet
