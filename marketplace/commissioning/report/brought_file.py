"""A council's own list of what people want, read from a CSV file. Nothing is kept here.

Columns: district, theme, people; and where they are known when, level, words. Names are those of the
template or the codes behind them, in capitals or not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.wanted import LEVEL_NOT_SAID
from marketplace.vocabulary import N_, Theme, Word
from marketplace.web.typed import one_line

LARGEST_FILE = 900_000
"""Bytes: with the form around it within what a request may be."""
MOST_ROWS = 10_000
MOST_PEOPLE = 100_000
LONGEST_WORDS = 500
COLUMNS = ("district", "theme", "when", "level", "people", "words")
_NEEDED = ("district", "theme", "people")
Member = TypeVar("Member", bound=Word)


class Trouble(Word):
    """What is wrong, and what to do. ``%(value)s`` is to be filled."""

    TOO_LARGE = "too_large", N_("The file is larger than 0.9 MB. Leave out columns, or bring it in parts.")
    TOO_MANY = "too_many", N_("The file has more than 10,000 lines. Bring it in parts.")
    EMPTY = "empty", N_("The file has no lines. Write one line for each district and thing that people want.")
    NO_TABLE = "no_table", N_("This is not a CSV file. In a spreadsheet, choose “Save as” and then CSV.")
    NO_COLUMN = "no_column", N_("The column “%(value)s” is missing. Take the heads of the template.")
    DISTRICT = (
        "district",
        N_("“%(value)s” is not one of the council’s districts. Write its name or its code."),
    )
    THEME = "theme", N_("“%(value)s” is none of the things that people want. Take one of the template.")
    WHEN = "when", N_("“%(value)s” is no part of the week. Take one of the template, or leave it empty.")
    LEVEL = "level", N_("“%(value)s” is no level. Write 1, 2, 3 or 4, or leave it empty.")
    PEOPLE = "people", N_("“%(value)s” is not a number of people. Write a whole number from 1 to 100000.")
    WORDS = "words", N_("The words are longer than 500 letters. Write less.")


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    """As a spreadsheet counts, heads are line 1; 0 for the whole file."""
    field: str
    trouble: Trouble
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtLine:
    line: int
    district_code: str
    theme: Theme
    band: TimeBand
    level: int
    people: int
    words: str


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """All lines of a file, or all that is wrong with it."""

    lines: tuple[BroughtLine, ...]
    problems: tuple[Problem, ...]


def read_file(content: bytes, *, districts: Mapping[str, str]) -> BroughtFile:
    """*districts* are the names of the council's, by ONS code. Each bad line is told, not only the first."""
    if len(content) > LARGEST_FILE:
        return _refused(Trouble.TOO_LARGE)
    text = _text(content)
    if text is None:
        return _refused(Trouble.NO_TABLE)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True))
    except csv.Error:
        return _refused(Trouble.NO_TABLE)
    heads = [one.strip().casefold() for one in rows[0]] if rows else []
    missing = [Problem(1, name, Trouble.NO_COLUMN, name) for name in _NEEDED if name not in heads]
    if missing:
        return BroughtFile((), tuple(missing))
    # A line break within quotes makes spreadsheets and lines of text differ: lines are those of the table.
    filled = [
        (number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)
    ]
    if len(filled) > MOST_ROWS:
        return _refused(Trouble.TOO_MANY)
    if not filled:
        return _refused(Trouble.EMPTY)
    known = _Known(districts)
    lines, problems = [], list[Problem]()
    for number, row in filled:
        found = _line(number, dict(zip(heads, (one_line(cell) for cell in row), strict=False)), known)
        if isinstance(found, BroughtLine):
            lines.append(found)
        else:
            problems.extend(found)
    return BroughtFile(() if problems else tuple(lines), tuple(problems))


class _Known:
    def __init__(self, districts: Mapping[str, str]) -> None:
        self.districts = {
            **{name.casefold(): code for code, name in districts.items()},
            **{code.casefold(): code for code in districts},
        }
        self.themes = _by_words(Theme)
        self.bands = _by_words(TimeBand)


def _line(number: int, cells: Mapping[str, str], known: _Known) -> BroughtLine | list[Problem]:
    problems = []

    def wrong(name: str, trouble: Trouble) -> None:
        problems.append(Problem(number, name, trouble, cells.get(name, "")[:80]))

    district = known.districts.get(cells.get("district", "").casefold())
    theme = known.themes.get(cells.get("theme", "").casefold())
    when = cells.get("when", "").casefold()
    band = known.bands.get(when) if when else TimeBand.NOT_SAID
    level = {"": LEVEL_NOT_SAID, "1": 1, "2": 2, "3": 3, "4": 4}.get(cells.get("level", ""))
    people, words = cells.get("people", ""), cells.get("words", "")
    is_number = people.isascii() and people.isdigit() and len(people) < 7 and 1 <= int(people) <= MOST_PEOPLE
    if district is None:
        wrong("district", Trouble.DISTRICT)
    if theme is None:
        wrong("theme", Trouble.THEME)
    if band is None:
        wrong("when", Trouble.WHEN)
    if level is None:
        wrong("level", Trouble.LEVEL)
    if not is_number:
        wrong("people", Trouble.PEOPLE)
    if len(words) > LONGEST_WORDS:
        wrong("words", Trouble.WORDS)
    if problems or district is None or theme is None or band is None or level is None:
        return problems
    return BroughtLine(
        line=number,
        district_code=district,
        theme=theme,
        band=band,
        level=level,
        people=int(people),
        words=words,
    )


def template_file(districts: Mapping[str, str]) -> str:
    """Heads and a line for each district, to be written over."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, name in enumerate(districts.values()):
        theme, band = list(Theme)[number % len(Theme)], list(TimeBand)[number % len(TimeBand)]
        writer.writerow(
            [name, theme.label, band.label, number % 4 + 1, 10 + number, "An example: write over it"]
        )
    return "\ufeff" + out.getvalue()


def _by_words(kind: type[Member]) -> dict[str, Member]:
    return {words.casefold(): one for one in kind for words in (one.value, one.label)}


def _refused(trouble: Trouble) -> BroughtFile:
    return BroughtFile((), (Problem(0, "", trouble),))


def _text(content: bytes) -> str | None:
    """UTF-8, with a mark at its beginning or not, or what spreadsheets on Windows write."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)
