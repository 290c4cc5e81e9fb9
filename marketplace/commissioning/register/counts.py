"""What a report says of one gap, as the register keeps it: shown counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.commissioning.report.kept import Reading
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown, as_kept, as_shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.report_rows import GapReport
from marketplace.gaps.wanted import ALL_LEVELS
from marketplace.vocabulary import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCounts:
    """People of fixed cells of a report. None is 'not shown'."""

    day: date
    asked: Shown | None
    """Of the district and theme, at any time and level. So are the next two."""
    unmet: Shown | None
    main: Hindrance | None
    part: Shown | None
    """Of whom nothing fits, those of the gap's part of the week and its level, where it has them."""

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "day": self.day.isoformat(),
            "asked": as_kept(self.asked),
            "unmet": as_kept(self.unmet),
            "main": None if self.main is None else self.main.value,
            "part": as_kept(self.part),
        }


def counts_of(kept: Mapping[str, Any]) -> CellCounts | None:
    """What was kept; None where nothing was."""
    if not kept:
        return None
    main = kept.get("main")
    return CellCounts(
        day=date.fromisoformat(kept["day"]),
        asked=as_shown(kept.get("asked")),
        unmet=as_shown(kept.get("unmet")),
        main=Hindrance(main) if main in set(Hindrance) else None,
        part=as_shown(kept.get("part")),
    )


def counts_in(
    reading: Reading | None,
    *,
    council_code: str,
    district_code: str | None,
    theme: Theme | None,
    band: TimeBand | None = None,
    level: int | None = None,
) -> CellCounts | None:
    """What *reading* says of a district and theme, and of a part of the week and level, as far as given.

    Nobody asks where the report has no row. Without a report there is nothing to say.
    """
    if reading is None:
        return None
    report = reading.report
    if district_code is None:
        asked, unmet, main = _of_council(report, council_code, theme)
    elif theme is None:
        asked, unmet, main = _of_district(report, district_code)
    else:
        asked, unmet, main = _of_theme(report, district_code, theme)
    part = None
    if district_code is not None and theme is not None and band is not None:
        part = _of_band(report, district_code, theme, band, level or ALL_LEVELS)
    return CellCounts(day=reading.day, asked=asked, unmet=unmet, main=main, part=part)


_Cell = tuple[Shown | None, Shown | None, Hindrance | None]
_NOBODY: _Cell = (Shown(0), Shown(0), None)
_NOT_SHOWN: _Cell = (None, None, None)


def _of_council(report: GapReport, code: str, theme: Theme | None) -> _Cell:
    row = next((row for row in report.councils if row.code == code), None)
    if row is None or theme is None:
        return _NOT_SHOWN
    one = next((one for one in row.themes if one.theme is theme), None)
    return _NOBODY if one is None else (one.asked, one.unmet, None)


def _of_district(report: GapReport, code: str) -> _Cell:
    row = next((row for row in report.districts if row.code == code), None)
    return _NOBODY if row is None else (row.asked, row.unmet, None)


def _of_theme(report: GapReport, code: str, theme: Theme) -> _Cell:
    row = next((row for row in report.themes if row.district_code == code and row.theme is theme), None)
    return _NOBODY if row is None else (row.asked, row.unmet, row.main)


def _of_band(report: GapReport, code: str, theme: Theme, band: TimeBand, level: int) -> Shown | None:
    rows = {
        row.level: row
        for row in report.wanted
        if row.district_code == code and row.theme is theme and row.band is band
    }
    if level in rows:
        return rows[level].unmet
    # Where some rows of the cell are told, a level that is not among them may have been left out.
    return None if rows else Shown(0)
