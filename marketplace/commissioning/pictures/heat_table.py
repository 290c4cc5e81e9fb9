"""A table whose cells are shaded by their numbers: it is picture and table in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.commissioning.pictures.marks import NUMBER, Mark, Unit, Value, scale_of


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
) -> HeatTable:
    """The value of each row and column, by their keys; one without a value is not shown.

    *links* lead on from cells, where there is more to read.
    """
    scale = scale_of(values.values(), unit)
    drawn = tuple(
        HeatRow(
            row,
            tuple(
                HeatCell(
                    scale.mark(values.get((row.key, column.key))),
                    (links or {}).get((row.key, column.key), ""),
                )
                for column in columns
            ),
        )
        for row in rows
    )
    return HeatTable(tuple(columns), drawn, scale.key(cell.mark for row in drawn for cell in row.cells))
