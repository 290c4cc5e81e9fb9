"""A report by its districts, themes and parts of the week, and sums over districts of what is shown.

Nothing is counted here: every number comes out of the report, so it says no more than the report does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.report_rows import AccessRow, DistrictRow, GapReport, SourceRow, ThemeRow
from marketplace.gaps.sources import DemandSource
from marketplace.gaps.wanted import ALL_LEVELS, WantedRow
from marketplace.vocabulary import Theme

DistrictTheme = tuple[str, Theme]


class ReportIndex:
    """Made once for each report; read only."""

    def __init__(self, report: GapReport) -> None:
        self.districts: dict[str, DistrictRow] = {row.code: row for row in report.districts}
        self.themes: dict[DistrictTheme, ThemeRow] = {
            (row.district_code, row.theme): row for row in report.themes
        }
        self.bands: dict[DistrictTheme, dict[TimeBand, WantedRow]] = defaultdict(dict)
        """All levels together."""
        self.levels: dict[DistrictTheme, dict[tuple[TimeBand, int], WantedRow]] = defaultdict(dict)
        for row in report.wanted:
            at = row.district_code, row.theme
            if row.level == ALL_LEVELS:
                self.bands[at][row.band] = row
            else:
                self.levels[at][row.band, row.level] = row
        self.sources: dict[DemandSource, list[SourceRow]] = defaultdict(list)
        for source in report.sources:
            self.sources[source.source].append(source)
        self.access: dict[str, dict[Theme, AccessRow]] = defaultdict(dict)
        for reach in report.access:
            self.access[reach.place_key][reach.theme] = reach

    def themes_of(self, codes: Iterable[str]) -> tuple[Theme, ...]:
        """What somebody in these districts asks for, in the order of themes."""
        own = set(codes)
        found = {theme for code, theme in self.themes if code in own}
        return tuple(sorted(found, key=lambda theme: theme.position))

    def unmet(self, code: str, theme: Theme, band: TimeBand | None = None) -> Shown | None:
        """Of one district; nobody where nobody asks."""
        if band is None:
            row = self.themes.get((code, theme))
            return Shown(0) if row is None else row.unmet
        wanted = self.bands.get((code, theme), {}).get(band)
        return Shown(0) if wanted is None else wanted.unmet

    def unmet_of_all(self, codes: Sequence[str], theme: Theme, band: TimeBand | None = None) -> Shown | None:
        """Of several districts together, at least: the sum of what is shown. See ``sum_of``."""
        return sum_of([self.unmet(code, theme, band) for code in codes])


def sum_of(counts: Sequence[Shown | None]) -> Shown | None:
    """The sum of the numbers that are shown: 'at least', where a star or what is not shown is among them.

    One count is itself. None where no number is among them but something that is not told.
    """
    if len(counts) == 1:
        return counts[0]
    total = sum(one.number or 0 for one in counts if one is not None)
    if total == 0 and any(one is None or one.is_suppressed for one in counts):
        return None
    return Shown(total)
