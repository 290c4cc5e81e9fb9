"""A table of figures in the reader's words: what pages, PDF and workbook have in common."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.commissioning.pictures import (
    NUMBER,
    BarRow,
    Bars,
    Head,
    HeatTable,
    Unit,
    Value,
    bars,
    heat_table,
)
from marketplace.gaps.disclosure import Shown

ONE_PLACE = Unit(places=1)


@dataclass(frozen=True, slots=True)
class Column:
    words: str
    unit: Unit = NUMBER


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    head: str
    values: tuple[Value | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A title, heads and values in the reader's words, and where they come from."""

    key: str
    title: str
    corner: str
    """What the heads of the rows are."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: str
    note: str = ""
    totals: int = 0
    """So many columns at the end are sums of the others."""

    def text(self, row: Row, at: int) -> str:
        """One value as it is printed."""
        value = row.values[at]
        if value is None:
            return "–"
        if isinstance(value, str | Shown):
            return str(value)
        return self.columns[at].unit.words(value)

    def bars(self, at: int = 0) -> Bars:
        """One of its columns as bars."""
        rows = [BarRow(row.head, value) for row in self.rows if not isinstance(value := row.values[at], str)]
        return bars(self.title, rows, unit=self.columns[at].unit)

    def heat(self) -> HeatTable:
        """All of it as a heat table."""
        return heat_table(
            [Head(row.key, row.head) for row in self.rows],
            [Head(str(at), column.words) for at, column in enumerate(self.columns)],
            {
                (row.key, str(at)): value
                for row in self.rows
                for at, value in enumerate(row.values)
                if not isinstance(value, str)
            },
            unit=self.columns[0].unit,
            totals=[str(at) for at in range(len(self.columns) - self.totals, len(self.columns))],
        )
