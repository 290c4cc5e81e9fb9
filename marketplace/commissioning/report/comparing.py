"""Two reports side by side: the same fixed cells, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from marketplace.commissioning.report.kept import Reading
from marketplace.gaps.disclosure import Shown
from marketplace.vocabulary import Theme


class ChangedLine(NamedTuple):
    """One district and theme whose unmet are told differently."""

    district_code: str
    theme: Theme
    before: Shown | None
    after: Shown | None

    @property
    def change(self) -> int | None:
        """Of the numbers as shown; None where one of them is a star or not shown."""
        return change_of(self.before, self.after)


class DistrictChange(NamedTuple):
    """Different people of one district for whom something is missing."""

    name: str
    before: Shown | None
    after: Shown | None
    change: int | None


def change_of(before: Shown | None, after: Shown | None) -> int | None:
    """Made of shown numbers only, so it says no more than they do."""
    if before is None or after is None or before.number is None or after.number is None:
        return None
    return after.number - before.number


def changed_lines(before: Reading, after: Reading, *, names: Mapping[str, str]) -> list[ChangedLine]:
    """Cells of the districts in *names* that are told differently; the largest change first, and those
    without a number last."""
    cells = {
        (code, theme): None
        for reading in (before, after)
        for code, theme in reading.index.themes
        if code in names
    }
    lines = [
        ChangedLine(code, theme, before.index.unmet(code, theme), after.index.unmet(code, theme))
        for code, theme in cells
    ]
    changed = [line for line in lines if line.before != line.after]
    return sorted(
        changed,
        key=lambda line: (
            line.change is None,
            -abs(line.change or 0),
            names[line.district_code],
            line.theme.position,
        ),
    )


def district_changes(before: Reading, after: Reading, *, names: Mapping[str, str]) -> list[DistrictChange]:
    """Every district, changed or not."""
    rows = []
    for code, name in names.items():
        first, second = before.index.districts.get(code), after.index.districts.get(code)
        was, now = first.unmet if first else Shown(0), second.unmet if second else Shown(0)
        rows.append(DistrictChange(name, was, now, change_of(was, now)))
    return rows
