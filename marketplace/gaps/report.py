"""The whole gap report: who asks for what and where, what is missing, what is in the way, and why.

People come in blocks and are counted at once, so memory does not grow with them; what the other tools need
(``Asked``) and which offers fit whom is kept as plain columns. Exact counts end here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import Asked, joined
from marketplace.gaps.cells import PEOPLE, Cells
from marketplace.gaps.counting import BLOCK, Asker, count
from marketplace.gaps.disclosure import Shown, say_nothing_new, shown
from marketplace.gaps.fitting import Fitting
from marketplace.gaps.geography import NOWHERE, Geography
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.people_tables import FlowCounts, district_rows
from marketplace.gaps.publishing import ThemeCounts, ThemeShown, publish_all
from marketplace.gaps.reach_tables import access_rows
from marketplace.gaps.report_rows import (
    REPORT_VERSION,
    AccessRow,
    CouncilRow,
    CouncilTheme,
    GapReport,
    HindranceCount,
    PlaceCount,
    RankedGap,
    SourceRow,
    ThemeRow,
)
from marketplace.gaps.sources import DemandSource
from marketplace.gaps.supply import places_of
from marketplace.gaps.wanted import ALL_LEVELS, LEVEL_NOT_SAID, WantedRow
from marketplace.geo.travel import DEFAULT_MODEL, TravelModel
from marketplace.matching.batch_counts import EVENING
from marketplace.matching.catalogue import Catalogue
from marketplace.vocabulary import Theme

Progress = Callable[[int], None]
"""Told the percent that are done."""
COUNTED, FLOWN, REACHED, TABLED, PEOPLED = 60, 65, 70, 90, 99
"""Percent that are done when people are counted, the flow is found, reach is known, tables by theme are
settled, tables of people are."""
_THEMES = tuple(Theme)


class SourceCount(NamedTuple):
    """What a source other than people brought, of one district and theme."""

    district_code: str
    theme: Theme
    asked: int
    unmet: int | None
    """None where the source doesn't know."""


@dataclass(frozen=True, slots=True)
class MadeReport:
    report: GapReport
    asked: Asked
    """Exact, and only for the tools of this process."""


def make_report(
    blocks: Iterable[Sequence[Asker]],
    catalogue: Catalogue,
    geography: Geography,
    *,
    today: date,
    expected: int = 0,
    stale: Catalogue | None = None,
    other: Mapping[DemandSource, Iterable[SourceCount]] = MappingProxyType({}),
    places: npt.NDArray[np.int64] | None = None,
    with_flow: bool = True,
    evening: int = EVENING,
    travel_model: TravelModel = DEFAULT_MODEL,
    progress: Progress = lambda _: None,
) -> MadeReport:
    """The report of all people in *blocks* (of whom about so many are *expected*) and the offers there are.

    *stale* are offers that left the results because nobody confirmed them. *other* are counts of sources
    in which a row is no person. *places* are the free places of each row of the catalogue, by default
    ``supply.places_of``. A person must be in one block and once. Nothing is written; *progress* hears of it.
    """
    cells, asked = Cells.of(geography), list[Asked]()
    fitting = Fitting(wanted=with_flow, pairs=expected * len(catalogue))
    done = 0
    for block in _no_larger(blocks):
        counted = count(
            block,
            catalogue,
            geography,
            today=today,
            first_person=done,
            stale=stale,
            evening=evening,
            travel_model=travel_model,
            with_pairs=fitting.is_open,
            enough=fitting.enough,
        )
        cells.add(counted.asked)
        asked.append(counted.asked)
        fitting.add(block, counted, done, geography)
        done += len(block)
        progress(min(COUNTED - 1, COUNTED * done // max(expected, done)))
    progress(COUNTED)
    supply = places_of(catalogue) if places is None else places
    flow = fitting.counts(supply, len(geography.district_codes))
    progress(FLOWN)
    access = access_rows(catalogue, geography, supply, cells, travel_model=travel_model)
    progress(REACHED)
    everybody = joined(asked)
    report = told_of(
        cells,
        everybody,
        geography,
        today=today,
        flow=flow,
        ways=fitting.ways or None,
        other=other,
        access=access,
        progress=progress,
    )
    progress(100)
    return MadeReport(report, everybody)


def told_of(
    cells: Cells,
    asked: Asked,
    geography: Geography,
    *,
    today: date,
    flow: FlowCounts | None = None,
    ways: int | None = None,
    other: Mapping[DemandSource, Iterable[SourceCount]] = MappingProxyType({}),
    access: tuple[AccessRow, ...] = (),
    progress: Progress = lambda _: None,
) -> GapReport:
    """What may be told of people who were counted: *cells* are those of *asked*, and for *flow* so many
    *ways* of each wish were looked at."""
    published = _published(cells, geography, progress)
    progress(TABLED)
    asking = max(1, int(cells.people.any(axis=1).sum()))

    def settled(number: int) -> None:
        progress(TABLED + (PEOPLED - TABLED) * number // asking)

    districts = district_rows(cells, published, flow, geography, settled)
    told = {row.code for row in districts if row.asked is not None}
    return GapReport(
        version=REPORT_VERSION,
        day=today,
        councils=_councils(published, geography),
        districts=districts,
        themes=tuple(_theme_row(counts, what, geography) for counts, what in published),
        wanted=tuple(row for _, what in published for row in what.wanted),
        sources=(*_people_by_source(asked, geography, told), *_other_sources(other)),
        access=access,
        ways=ways if flow else None,
    )


def ranked_gaps(
    report: GapReport, *, council_code: str | None = None, limit: int = 20
) -> tuple[RankedGap, ...]:
    """The gaps with most people first; among equals those of which most of who ask are unmet, then by the
    order of districts and themes. Only gaps of which the number is shown."""
    own = {row.code for row in report.districts if council_code in {None, row.council_code}}
    rows = [row for row in report.themes if row.district_code in own and row.unmet and row.unmet.number]
    rows.sort(
        key=lambda row: (-_number(row.unmet), _number(row.asked), row.district_code, row.theme.position)
    )
    wanted: dict[tuple[str, Theme], list[WantedRow]] = {}
    for one in report.wanted:
        wanted.setdefault((one.district_code, one.theme), []).append(one)
    return tuple(
        _ranked(row, wanted.get((row.district_code, row.theme), [])) for row in rows[: max(0, limit)]
    )


def _ranked(row: ThemeRow, wanted: Sequence[WantedRow]) -> RankedGap:
    whole = [one for one in wanted if one.level == ALL_LEVELS and _number(one.unmet)]
    best = min(whole, key=lambda one: (-_number(one.unmet), one.band.position), default=None)
    levels = [
        one
        for one in wanted
        if best
        and one.band is best.band
        and one.level not in {ALL_LEVELS, LEVEL_NOT_SAID}
        and _number(one.unmet)
    ]
    level = min(levels, key=lambda one: (-_number(one.unmet), one.level), default=None)
    return RankedGap(
        district_code=row.district_code,
        theme=row.theme,
        asked=row.asked,
        unmet=row.unmet or Shown(0),
        main=row.main or (best.hindrance if best else None),
        band=None if best is None else best.band,
        level=None if level is None else level.level,
    )


def _number(count: Shown | None) -> int:
    return 0 if count is None else count.number or 0


def _no_larger(blocks: Iterable[Sequence[Asker]]) -> Iterator[Sequence[Asker]]:
    for block in blocks:
        for start in range(0, len(block), BLOCK):
            yield block[start : start + BLOCK]


def _published(
    cells: Cells, geography: Geography, progress: Progress
) -> list[tuple[ThemeCounts, ThemeShown]]:
    every = [
        counts
        for district in range(len(geography.district_codes))
        for counts in _themes_of(district, cells, geography)
    ]

    def settled(number: int) -> None:
        progress(REACHED + (TABLED - REACHED) * number // max(1, len(every)))

    return list(zip(every, publish_all(every, settled), strict=True))


def _themes_of(district: int, cells: Cells, geography: Geography) -> Iterator[ThemeCounts]:
    """The themes that somebody asks for there."""
    themes = np.flatnonzero(cells.asked[district].any(axis=1))
    if not len(themes):
        return
    places = [*np.flatnonzero(geography.place_district == district).tolist(), cells.places + district]
    tables = {
        "asked": cells.asked[district],
        "unmet": cells.unmet[district],
        "band_asked": cells.band_asked[district],
        "band_unmet": cells.band_unmet[district],
        "band_hindrance": cells.band_hindrance[district],
        "hindrance": cells.hindrance[district],
        "places": cells.place_unmet[places].T,
    }
    lists = {name: table[themes].tolist() for name, table in tables.items()}
    people = [one[district].tolist() for one in (cells.people, cells.unmet_people, cells.met_people)]
    for at, theme in enumerate(themes.tolist()):
        yield ThemeCounts(
            district_code=geography.district_codes[district],
            theme=_THEMES[theme],
            people=people,
            **{name: table[at] for name, table in lists.items()},
        )


def _theme_row(counts: ThemeCounts, what: ThemeShown, geography: Geography) -> ThemeRow:
    hindrances = places = None
    if what.hindrances is not None:
        hindrances = tuple(
            HindranceCount(hindrance=hindrance, unmet=one)
            for hindrance, one in zip(Hindrance, what.hindrances, strict=True)
            if one.number != 0
        )
    if what.places is not None:
        at = np.flatnonzero(geography.place_district == geography.district_of(counts.district_code))
        keys = [*(geography.key_of(int(one)) for one in at), ""]
        places = tuple(
            PlaceCount(place_key=key, unmet=one)
            for key, one in zip(keys, what.places, strict=True)
            if one.number != 0
        )
    return ThemeRow(
        district_code=counts.district_code,
        theme=counts.theme,
        asked=what.asked,
        unmet=what.unmet,
        main=what.main,
        hindrances=hindrances,
        places=places,
    )


def _councils(
    published: Sequence[tuple[ThemeCounts, ThemeShown]], geography: Geography
) -> tuple[CouncilRow, ...]:
    sums: dict[int, dict[Theme, tuple[int, int]]] = {}
    for counts, what in published:
        council = int(geography.district_council[geography.district_of(counts.district_code)])
        themes = sums.setdefault(council, {})
        asked, unmet = themes.get(counts.theme, (0, 0))
        themes[counts.theme] = asked + _number(what.asked), unmet + _number(what.unmet)
    return tuple(
        CouncilRow(
            code=geography.council_codes[council],
            name=geography.council_names[council],
            themes=tuple(
                CouncilTheme(theme=theme, asked=Shown(asked), unmet=Shown(unmet))
                for theme, (asked, unmet) in sorted(themes.items(), key=lambda one: one[0].position)
            ),
        )
        for council, themes in sorted(sums.items())
    )


def _people_by_source(asked: Asked, geography: Geography, told: Collection[str]) -> Iterator[SourceRow]:
    """Different people of each source in the districts of which all are *told*, where every source has
    none or no few of them, and where they say nothing new of all: themes hang on that number."""
    _, first = np.unique(asked.person, return_index=True)
    district, source = asked.district[first], asked.source[first]
    for at in np.unique(district[district != NOWHERE]).tolist():
        counts = [int(((district == at) & (source == one.position)).sum()) for one in PEOPLE]
        each = [shown(number) for number in counts]
        if geography.district_codes[at] not in told or any(one.is_suppressed for one in each):
            continue
        if not say_nothing_new(each, shown(sum(counts))):
            continue
        for one, number in zip(PEOPLE, each, strict=True):
            if number.number:
                yield SourceRow(
                    district_code=geography.district_codes[at],
                    theme=None,
                    source=one,
                    asked=number,
                    unmet=None,
                )


def _other_sources(other: Mapping[DemandSource, Iterable[SourceCount]]) -> Iterator[SourceRow]:
    for source, counts in other.items():
        for one in counts:
            yield SourceRow(
                district_code=one.district_code,
                theme=one.theme,
                source=source,
                asked=shown(one.asked),
                unmet=None if one.unmet is None else shown(one.unmet),
            )
