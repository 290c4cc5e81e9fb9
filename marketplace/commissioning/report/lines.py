"""The list of gaps: which lines a reader asked for, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from marketplace.commissioning.report.index import ReportIndex
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown, at_least, percent
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import DemandSource
from marketplace.gaps.wanted import LEVEL_NOT_SAID
from marketplace.vocabulary import N_, Theme, Word

PEOPLE = (DemandSource.PROFILES, DemandSource.CASES)
APART = tuple(source for source in DemandSource if source not in PEOPLE)
"""Sources whose numbers stand for themselves and never among the people."""


class GapOrder(Word):
    MOST = "most", N_("Most people first")
    SHARE = "share", N_("Largest share first")
    DISTRICT = "district", N_("District")
    THEME = "theme", N_("What they want")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader chose; every choice comes out of a fixed list."""

    district: str = ""
    theme: Theme | None = None
    band: TimeBand | None = None
    level: int | None = None
    source: DemandSource | None = None
    """One of ``APART``; None for people."""
    reason: Hindrance | None = None
    order: GapOrder = GapOrder.MOST

    def as_query(self) -> dict[str, str]:
        """The choices as they stand in an address."""
        chosen = {
            "district": self.district,
            "theme": self.theme,
            "band": self.band,
            "level": self.level,
            "source": self.source,
            "reason": self.reason,
            "order": self.order if self.order is not GapOrder.MOST else None,
        }
        return {key: str(value) for key, value in chosen.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """One district and theme."""

    district_code: str
    theme: Theme
    asked: Shown | None
    unmet: Shown | None
    main: Hindrance | None = None
    band: TimeBand | None = None
    """Where most of them have time; None where that is not shown."""

    @property
    def share(self) -> int | None:
        """Unmet, in percent of who ask."""
        return None if self.asked is None or self.unmet is None else percent(self.unmet, self.asked)


def gap_lines(index: ReportIndex, wish: Wish, *, names: Mapping[str, str]) -> list[GapLine]:
    """Lines of the districts in *names* where somebody is unmet, in the order of the wish.

    A star comes after every number. What is not shown is in no line.
    """
    found = [line for line in _lines(index, wish, names) if line.unmet is not None and line.unmet.number != 0]
    return sorted(found, key=_order(wish.order, names))


def _lines(index: ReportIndex, wish: Wish, names: Mapping[str, str]) -> Iterator[GapLine]:
    if wish.source is not None:
        yield from _of_source(index, wish, names)
        return
    for (code, theme), row in index.themes.items():
        if not _is_wished(wish, code, theme, names):
            continue
        bands = index.bands.get((code, theme), {})
        largest = max(
            (one for one in bands.values() if one.unmet is not None and one.unmet.number),
            key=lambda one: (_size(one.unmet), -one.band.position),
            default=None,
        )
        main, band = row.main, largest.band if largest else None
        asked, unmet = row.asked, row.unmet
        if wish.band is not None or wish.level is not None:
            asked, unmet = _part(index, code, theme, wish)
            band = wish.band or band
            main = bands[wish.band].hindrance if wish.band in bands else main
        if wish.reason is not None:
            told = {one.hindrance: one.unmet for one in row.hindrances or ()}
            if wish.reason in told and wish.band is None and wish.level is None:
                unmet = told[wish.reason]
            elif wish.reason is not main:
                continue
        yield GapLine(district_code=code, theme=theme, asked=asked, unmet=unmet, main=main, band=band)


def _part(index: ReportIndex, code: str, theme: Theme, wish: Wish) -> tuple[Shown | None, Shown | None]:
    """People of one part of the week or one level; of a level in all parts at least the largest."""
    at = (code, theme)
    if wish.level is None:
        rows = [row for band, row in index.bands.get(at, {}).items() if band is wish.band]
    else:
        rows = [
            row
            for (band, level), row in index.levels.get(at, {}).items()
            if level == wish.level and wish.band in (None, band)
        ]
    asked = [row.asked for row in rows if row.asked is not None]
    unmet = [row.unmet for row in rows if row.unmet is not None]
    return at_least(asked) if asked else None, at_least(unmet) if unmet else None


def _of_source(index: ReportIndex, wish: Wish, names: Mapping[str, str]) -> Iterator[GapLine]:
    """A source that says no unmet counts as wished: whoever brings a list asks for all of it."""
    for row in index.sources.get(wish.source, ()) if wish.source else ():
        if row.theme is not None and _is_wished(wish, row.district_code, row.theme, names):
            unmet = row.asked if row.unmet is None else row.unmet
            yield GapLine(district_code=row.district_code, theme=row.theme, asked=row.asked, unmet=unmet)


def _is_wished(wish: Wish, code: str, theme: Theme, names: Mapping[str, str]) -> bool:
    return code in names and wish.district in ("", code) and wish.theme in (None, theme)


def _order(order: GapOrder, names: Mapping[str, str]) -> Callable[[GapLine], tuple[object, ...]]:
    def most(line: GapLine) -> tuple[object, ...]:
        return -_size(line.unmet), _size(line.asked), names[line.district_code], line.theme.position

    orders: dict[GapOrder, Callable[[GapLine], tuple[object, ...]]] = {
        GapOrder.MOST: most,
        GapOrder.SHARE: lambda line: (-(line.share or 0), *most(line)),
        GapOrder.DISTRICT: lambda line: (names[line.district_code], *most(line)),
        GapOrder.THEME: lambda line: (line.theme.position, *most(line)),
    }
    return orders[order]


def _size(count: Shown | None) -> int:
    """A star comes before nobody, and after every number."""
    return 0 if count is None else 1 if count.number is None else count.number


def levels_told(index: ReportIndex, at: tuple[str, Theme]) -> Sequence[int]:
    """Levels of which one part of the week or more says something."""
    return sorted(
        {level for _, level in index.levels.get(at, {})}, key=lambda one: (one == LEVEL_NOT_SAID, one)
    )
