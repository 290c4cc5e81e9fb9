"""The market position statement: the market's tables as an accessible PDF and as a workbook.

Words never become markup, formulas or links: the PDF's layout reads them as data, and the workbook writes
them as strings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import typst
import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from marketplace.commissioning.market.table import Table
from marketplace.commissioning.pictures import NUMBER, PERCENT, POUNDS, Unit, Value
from marketplace.gaps.disclosure import Shown
from marketplace.web.templating import day_words

LAYOUT = "commissioning/market/statement.typ"
_LONGEST_NAME = 31
_NOT_IN_NAMES = dict.fromkeys(map(ord, "[]:*?/\\'"), " ")
_FIRST_ROW = 5
_WIDTH_OF_HEADS, _WIDTH, _WIDEST = 34, 15, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What both documents hold."""

    title: str
    council: str
    day: date
    messages: tuple[str, ...]
    """The main figures as sentences."""
    tables: tuple[Table, ...]
    about: tuple[str, ...]
    """How it was counted."""
    map_svg: str
    """'' where there is no map."""
    map_words: str
    map_after: str
    """The key of the table that the map stands before."""


def how_it_was_counted(day: date) -> tuple[str, ...]:
    """The rules of disclosure and what the figures are of, as sentences."""
    return (
        _("The figures are of %(day)s. They come from what providers list on this site, where a person checked it.", day=day_words(day)),
        _("Offers and providers are counted as they are. A spread of prices is told for 5 offers or more."),
        _("* stands for 1 to 7 people. We do not say how many, so that nobody can be found."),
        _("Other counts of people are rounded to the nearest 5, and percentages are made of rounded counts."),
        _("“–” is left out because it would tell what a * stands for, or because it is not known."),
        _("Only people who agreed to be counted are in it."),
    )  # fmt: skip


def as_pdf(statement: Statement, *, templates_dir: Path, fonts: Sequence[Path] = ()) -> bytes:
    """A tagged PDF (PDF/UA-1) in British English: headings, heads of tables, words for the picture."""
    data = {
        "title": statement.title,
        "council": statement.council,
        "day": day_words(statement.day),
        "date": statement.day.isoformat(),
        "messages": statement.messages,
        "about": statement.about,
        "map_words": statement.map_words,
        "words": {
            "messages": _("In short"),
            "source": _("Source:"),
            "about": _("How it was counted"),
            "author": _("Meaningful Day"),
            "of": _("Figures of %(day)s", day=day_words(statement.day)),
        },
        "tables": [
            {
                "title": table.title,
                "corner": table.corner,
                "columns": [column.words for column in table.columns],
                "rows": [
                    [row.head, *(table.text(row, at) for at in range(len(table.columns)))]
                    for row in table.rows
                ],
                "words": [isinstance(value, str) for value in table.rows[0].values],
                "note": table.note,
                "source": table.source,
                "has_map": table.key == statement.map_after and bool(statement.map_svg),
            }
            for table in statement.tables
        ],
    }
    return typst.compile(
        templates_dir / LAYOUT,
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"data": json.dumps(data), "map": statement.map_svg},
        font_paths=list(fonts),
        ignore_system_fonts=True,
    )


def as_workbook(statement: Statement) -> bytes:
    """One sheet that tells what this is, then one for each table. No formulas, no links."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {"title": statement.title, "subject": statement.council, "author": _("Meaningful Day")}
        )
        styles = _Styles(
            title=book.add_format({"bold": True, "font_size": 14}),
            head=book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1}),
            words=book.add_format({"text_wrap": True, "valign": "top"}),
            numbers={
                NUMBER: book.add_format({"num_format": "#,##0"}),
                PERCENT: book.add_format({"num_format": '0"%"'}),
                POUNDS: book.add_format({"num_format": "£#,##0.00"}),
            },
            other=book.add_format({"num_format": "#,##0.0"}),
            right=book.add_format({"align": "right"}),
        )
        names = _sheet_names([table.title for table in statement.tables])
        _about(book.add_worksheet(_("About")), statement, names, styles)
        for table, name in zip(statement.tables, names, strict=True):
            _sheet(book.add_worksheet(name), table, styles)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Styles:
    title: Format
    head: Format
    words: Format
    numbers: dict[Unit, Format]
    other: Format
    right: Format


def _about(sheet: Worksheet, statement: Statement, names: Sequence[str], styles: _Styles) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90, styles.words)
    sheet.write_string(0, 0, statement.title, styles.title)
    lines = [
        (_("Council"), statement.council),
        (_("Figures of"), day_words(statement.day)),
        *((_("In short"), words) for words in statement.messages),
        *((_("How it was counted"), words) for words in statement.about),
        *((name, table.source) for name, table in zip(names, statement.tables, strict=True)),
    ]
    before = ""
    for number, (head, words) in enumerate(lines, start=2):
        sheet.write_string(number, 0, "" if head == before else head, styles.head)
        sheet.write_string(number, 1, words, styles.words)
        before = head


def _sheet(sheet: Worksheet, table: Table, styles: _Styles) -> None:
    sheet.set_column(0, 0, _WIDTH_OF_HEADS)
    sheet.write_string(0, 0, table.title, styles.title)
    sheet.write_string(1, 0, f"{_('Source:')} {table.source}")
    sheet.write_string(2, 0, table.note)
    head = _FIRST_ROW - 1
    sheet.write_string(head, 0, table.corner, styles.head)
    for at, column in enumerate(table.columns, start=1):
        is_words = any(isinstance(row.values[at - 1], str) for row in table.rows)
        sheet.set_column(at, at, _WIDEST if is_words else max(_WIDTH, min(len(column.words), 22)))
        sheet.write_string(head, at, column.words, styles.head)
    for number, row in enumerate(table.rows, start=_FIRST_ROW):
        sheet.write_string(number, 0, row.head)
        for at, (value, column) in enumerate(zip(row.values, table.columns, strict=True), start=1):
            _write(sheet, (number, at), value, column.unit, styles)
    sheet.freeze_panes(_FIRST_ROW, 1)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write(sheet: Worksheet, at: tuple[int, int], value: Value | str, unit: Unit, styles: _Styles) -> None:
    if isinstance(value, Shown):
        value = str(value) if value.number is None else value.number
    if value is None:
        value = "–"
    if isinstance(value, str):
        sheet.write_string(*at, value, styles.right if len(value) < 2 else styles.words)
    else:
        sheet.write_number(*at, float(value), styles.numbers.get(unit, styles.other))


def _sheet_names(titles: Sequence[str]) -> list[str]:
    """Names that a workbook can have: short, without its signs, each once."""
    names: list[str] = []
    for title in titles:
        name = " ".join(title.translate(_NOT_IN_NAMES).split())[:_LONGEST_NAME].strip() or "Table"
        number = 2
        while name.casefold() in {known.casefold() for known in names}:
            ending = f" {number}"
            name, number = name[: _LONGEST_NAME - len(ending)] + ending, number + 1
        names.append(name)
    return names
