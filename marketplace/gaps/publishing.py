"""What of the counts of one district and theme may stand side by side.

Published are, where nobody is given away: how many ask and for how many nothing fits; the same by part of
the week and level (``gaps.wanted``); what is in the way; and in which places they live. All of these are
counts of the same people, so each could help to work out another. They are tried together by ``gaps.audit``,
and what gives a star away is left out, the least useful first: levels, places, what is in the way; in the
end the totals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from marketplace.gaps.asked import LEVELS
from marketplace.gaps.audit import Books, are_safe
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import FEWEST_SHOWN, NOBODY, Shown, shown, split
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.wanted import ALL_LEVELS, WantedRow, most, rows_of
from marketplace.vocabulary import Theme

Progress = Callable[[int], None]
FEWEST_WITH_LEVELS = 20
"""Where fewer ask in a part of the week, levels are told only if no star is among those who ask: else they
would be little else than stars."""
_LEVELS = len(LEVELS)
_TRIES: tuple[str, ...] = ("lhp", "hp", "lh", "h", "lp", "p", "l", "")
"""Which of levels, what is in the way (h) and places are tried together, the most useful first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCounts:
    """Exact counts of one district and theme; the shapes are those of ``Cells`` without their first axes."""

    district_code: str
    theme: Theme
    asked: list[int]
    unmet: list[int]
    band_asked: list[list[int]]
    band_unmet: list[list[int]]
    band_hindrance: list[list[int]]
    hindrance: list[int]
    places: list[int]
    """Unmet in each place of the district; the last is of people whose place is not known."""
    people: list[list[int]]
    """Different people of the district, for any theme: all, the unmet and the met, each by level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeShown:
    """What of it may be seen; None is not shown."""

    asked: Shown | None
    unmet: Shown | None
    main: Hindrance | None
    hindrances: tuple[Shown, ...] | None
    """By the position of ``Hindrance``."""
    places: tuple[Shown, ...] | None
    wanted: tuple[WantedRow, ...]
    is_free: bool = False
    """Its stars can be anything without more people in the district than there are: then no number of the
    district's different people says anything of them."""


def publish_all(every: Sequence[ThemeCounts], progress: Progress = lambda _: None) -> list[ThemeShown]:
    """What may be seen of each of *every*, all of it together; they must be different districts or themes.
    *progress* hears how many are settled."""
    chosen: list[ThemeShown | None] = [None] * len(every)
    wanted = [_Wanted(counts) for counts in every]
    left = list(range(len(every)))
    for kept in _TRIES:
        tried = {at: some for at in left if (some := _try(every[at], kept, wanted[at])) is not None}
        free = _are_safe([(every[at], one) for at, one in tried.items()], with_people=True)
        bound = [at for at, is_free in zip(tried, free, strict=True) if not is_free]
        for at, is_free in zip(tried, free, strict=True):
            if is_free:
                chosen[at] = replace(tried[at], is_free=True)
        for at, safe in zip(bound, _are_safe([(every[at], tried[at]) for at in bound]), strict=True):
            if safe:
                chosen[at] = tried[at]
        left = [at for at in left if chosen[at] is None]
        progress(len(every) - len(left))
    return [
        one or _without_totals(counts, rows) for one, counts, rows in zip(chosen, every, wanted, strict=True)
    ]


def _try(counts: ThemeCounts, kept: str, wanted: _Wanted) -> ThemeShown | None:
    """*counts* with the tables that are *kept*; None where one of them can't be told at all."""
    asked, unmet = shown(sum(counts.asked)), shown(sum(counts.unmet))
    if (asked.is_suppressed and kept) or (not unmet.number and not {"h", "p"}.isdisjoint(kept)):
        return None
    hindrances = split(counts.hindrance).parts if "h" in kept else None
    places = split(counts.places).parts if "p" in kept else None
    if ("h" in kept and hindrances is None) or ("p" in kept and places is None):
        return None
    return ThemeShown(
        asked=asked,
        unmet=unmet,
        main=most(counts.hindrance) if hindrances is None else _main(hindrances, unmet),
        hindrances=hindrances,
        places=places,
        wanted=wanted.with_levels if "l" in kept else wanted.without,
    )


def _without_totals(counts: ThemeCounts, wanted: _Wanted) -> ThemeShown:
    return ThemeShown(
        asked=None,
        unmet=None,
        main=most(counts.hindrance),
        hindrances=None,
        places=None,
        wanted=wanted.with_levels,
    )


def _main(hindrances: Sequence[Shown], unmet: Shown) -> Hindrance | None:
    """What more than half of the people meet, by the numbers that are shown."""
    largest = max(range(len(hindrances)), key=lambda at: hindrances[at].number or 0)
    is_most = 2 * (hindrances[largest].number or 0) > (unmet.number or 0)
    return list(Hindrance)[largest] if is_most else None


def _are_safe(some: Sequence[tuple[ThemeCounts, ThemeShown]], *, with_people: bool = False) -> list[bool]:
    """Whether no star of each can be narrowed by all of it together; *with_people* also whether it needs no
    more different people than there are."""
    few = [one.asked is not None and one.asked.is_suppressed for _, one in some]
    asked = [at for at, is_few in enumerate(few) if not is_few]
    safe = [
        is_few and _few_are_safe(one) and (not with_people or has_room_for_few(counts.people))
        for (counts, one), is_few in zip(some, few, strict=True)
    ]
    books = [books_of(*some[at], with_people=with_people) for at in asked]
    for at, is_safe in zip(asked, are_safe(books), strict=True):
        safe[at] = is_safe
    return safe


def has_room_for_few(people: list[list[int]]) -> bool:
    """Whether seven more or fewer could all be of one level, met or not."""
    return any(min(of_level) >= FEWEST_SHOWN - 1 for of_level in zip(*people, strict=True))


def _few_are_safe(some: ThemeShown) -> bool:
    """The same where fewer than eight ask: then only totals stand there, and they say too much where
    somebody is met and somebody is not (so at least two ask)."""
    rows = [row for row in some.wanted if row.level == ALL_LEVELS]
    unmet = [some.unmet, *(row.unmet for row in rows)]
    return len({one == NOBODY for one in unmet}) == 1


def books_of(counts: ThemeCounts, some: ThemeShown, *, with_people: bool = False) -> Books:
    """What a reader of *some* knows, and perhaps that there are no more people than in *counts*. Levels of
    which nothing is told are one."""
    levels = sorted({row.level for row in some.wanted if row.level != ALL_LEVELS})
    own = levels if len(levels) == _LEVELS else [*levels, ALL_LEVELS]
    books, by_level = books_by_level(counts, some, own)
    if with_people:
        of_levels = [_by_level(people, own) for people in counts.people]
        for level, (met, unmet) in by_level.items():
            every, some_unmet, some_met = (people[own.index(level)] for people in of_levels)
            books.no_more((met, unmet), (), -every)
            books.no_more((unmet,), (), -some_unmet)
            books.no_more((met,), (), -some_met)
    return books


def books_by_level(
    counts: ThemeCounts, some: ThemeShown, own: Sequence[int]
) -> tuple[Books, dict[int, tuple[int, int]]]:
    """What a reader of *some* knows, and the met and the unmet of each level of *own*, 0 being all others.

    Hidden behind it: people by level, met or not, in each part of the week and at any time; at any time
    they are no fewer than in one part. *counts* say what is so; a reader doesn't know them.
    """
    books = Books()
    met, unmet = _met_and_unmet(books, counts.asked, counts.unmet, own)
    books.publish([*met, *unmet], some.asked)
    books.publish(unmet, some.unmet)
    of_hindrance: dict[int, int] = {}
    for parts, are in ((some.places, counts.places), (some.hindrances, counts.hindrance)):
        if parts is not None:
            those = [at for at, count in enumerate(parts) if count.number != 0]
            of_hindrance = dict(zip(those, books.new(len(those), [are[at] for at in those]), strict=True))
            books.equal(list(of_hindrance.values()), unmet)
            for at, one in of_hindrance.items():
                books.publish([one], parts[at])
    bands: dict[TimeBand, list[WantedRow]] = {}
    for row in some.wanted:
        bands.setdefault(row.band, []).append(row)
    for band, rows in bands.items():
        at_band = band.position
        band_met, band_unmet = _met_and_unmet(
            books, counts.band_asked[at_band], counts.band_unmet[at_band], own
        )
        books.each_no_more([*band_met, *band_unmet], [*met, *unmet])
        _publish_band(books, rows, dict(zip(own, zip(band_met, band_unmet, strict=True), strict=True)))
        for row in rows:
            if row.hindrance is not None and some.hindrances is not None:
                # It is in the way of more than half of them, so of so many at any time.
                most_of_all = of_hindrance[row.hindrance.position]
                books.no_more(band_unmet, (most_of_all, most_of_all), 1.0)
    return books, dict(zip(own, zip(met, unmet, strict=True), strict=True))


def _met_and_unmet(
    books: Books, asked: list[int], unmet: list[int], own: Sequence[int]
) -> tuple[list[int], list[int]]:
    """New unknowns: how many are met and unmet of each level of *own*."""
    is_unmet = _by_level(unmet, own)
    is_met = [every - some for every, some in zip(_by_level(asked, own), is_unmet, strict=True)]
    return books.new(len(own), is_met), books.new(len(own), is_unmet)


def _by_level(counts: list[int], own: Sequence[int]) -> list[int]:
    """Counts of all levels as those of *own*, of which 0 is all that are not there."""
    if own == LEVELS:
        return counts
    others = sum(counts) - sum(counts[level - 1] for level in own if level)
    return [counts[level - 1] if level else others for level in own]


def _publish_band(books: Books, rows: Sequence[WantedRow], parts: dict[int, tuple[int, int]]) -> None:
    """One part of the week: *parts* are the met and the unmet of each level, 0 those of all others."""
    told = {row.level for row in rows if row.level != ALL_LEVELS}
    for row in rows:
        own = [*parts.values()] if row.level == ALL_LEVELS else [parts[row.level]]
        books.publish([one for both in own for one in both], row.asked)
        books.publish([unmet for _, unmet in own], row.unmet)
    # A level without a row, beside levels with rows, is nobody.
    if not told:
        return
    asked_told = any(row.asked is not None for row in rows if row.level != ALL_LEVELS)
    for level, (met, unmet) in parts.items():
        if level not in told:
            books.publish([unmet], NOBODY)
            if asked_told:
                books.publish([met], NOBODY)


class _Wanted:
    """The rows by part of the week of one district and theme, made when they are asked for."""

    def __init__(self, counts: ThemeCounts) -> None:
        self._counts = counts

    @cached_property
    def with_levels(self) -> tuple[WantedRow, ...]:
        return self._rows(with_levels=True)

    @cached_property
    def without(self) -> tuple[WantedRow, ...]:
        if self.with_levels and all(row.level == ALL_LEVELS for row in self.with_levels):
            return self.with_levels
        return self._rows(with_levels=False)

    def _rows(self, *, with_levels: bool) -> tuple[WantedRow, ...]:
        counts = self._counts
        return tuple(
            row
            for band, asked, unmet, hindrances in zip(
                TimeBand, counts.band_asked, counts.band_unmet, counts.band_hindrance, strict=True
            )
            if any(asked)
            for row in rows_of(
                district_code=counts.district_code,
                theme=counts.theme,
                band=band,
                asked=asked,
                unmet=unmet,
                hindrances=hindrances,
                with_levels=with_levels and _has_telling_levels(asked),
            )
        )


def _has_telling_levels(asked: list[int]) -> bool:
    return sum(asked) >= FEWEST_WITH_LEVELS or min(one for one in asked if one) >= FEWEST_SHOWN
