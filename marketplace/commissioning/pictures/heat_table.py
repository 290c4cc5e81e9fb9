"""A table whose cells are shaded by their numbers: it is picture and table in one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from marketplace.commissioning.pictures.marks import NONE, NUMBER, Mark, Scale, Unit, Value, scale_of


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a row or a column."""

    key: str
    label: str
    """In the reader's words already."""
    href: str = ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    mark: Mark
    href: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    head: Head
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    columns: tuple[Head, ...]
    rows: tuple[HeatRow, ...]
    key: tuple[tuple[Mark, str], ...]
    """What each shade that is used stands for."""


def heat_table(
    rows: Sequence[Head],
    columns: Sequence[Head],
    values: Mapping[tuple[str, str], Value],
    *,
    links: Mapping[tuple[str, str], str] | None = None,
    unit: Unit = NUMBER,
    totals: Collection[str] = (),
) -> HeatTable:
    """The value of each row and column, by their keys; one without a value is not shown.

    *links* lead on from cells, where there is more to read. *totals* are columns that are sums of others:
    they have no shade, or all the others would be pale beside them.
    """
    scale = scale_of([value for (_, column), value in values.items() if column not in totals], unit)
    drawn = tuple(
        HeatRow(
            row,
            tuple(
                HeatCell(
                    _mark(scale, values.get((row.key, column.key)), is_total=column.key in totals),
                    (links or {}).get((row.key, column.key), ""),
                )
                for column in columns
            ),
        )
        for row in rows
    )
    shaded = [at for at, column in enumerate(columns) if column.key not in totals]
    return HeatTable(tuple(columns), drawn, scale.key(row.cells[at].mark for row in drawn for at in shaded))


def _mark(scale: Scale, value: Value, *, is_total: bool) -> Mark:
    mark = scale.mark(value)
    return replace(mark, shade=NONE) if is_total and mark.shade.isdigit() else mark
