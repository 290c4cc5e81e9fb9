"""What of the counts of one district and theme may stand side by side.

Published are, where nobody is given away: how many ask and for how many nothing fits; the same by part of
the week and level (``gaps.wanted``); what is in the way; and in which places they live. All of these are
counts of the same people, so each could help to work out another. They are tried together by ``gaps.audit``,
and what gives a star away is left out, the least useful first: levels, places, what is in the way; in the
end the totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marketplace.gaps.asked import LEVELS
from marketplace.gaps.audit import Books, gives_away
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.cells import Counts
from marketplace.gaps.disclosure import NOBODY, Shown, shown, split
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.wanted import ALL_LEVELS, WantedRow, most, rows_of
from marketplace.vocabulary import Theme

_LEVELS = len(LEVELS)
_TRIES: tuple[str, ...] = ("lhp", "hp", "lh", "h", "lp", "p", "l", "")
"""Which of levels, what is in the way (h) and places are tried together, the most useful first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCounts:
    """Exact counts of one district and theme; the shapes are those of ``Cells`` without their first axes."""

    district_code: str
    theme: Theme
    asked: Counts
    unmet: Counts
    band_asked: Counts
    band_unmet: Counts
    band_hindrance: Counts
    hindrance: Counts
    places: Counts
    """Unmet in each place of the district; the last is of people whose place is not known."""


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


def publish(counts: ThemeCounts) -> ThemeShown:
    """What may be seen of *counts*, all of it together."""
    asked, unmet = shown(int(counts.asked.sum())), shown(int(counts.unmet.sum()))
    hindrances, places = split(counts.hindrance.tolist()).parts, split(counts.places.tolist()).parts
    tries = _TRIES
    if asked.is_suppressed:
        tries = ("",)
    if unmet.number in {None, 0}:
        hindrances = places = None
    for kept in tries:
        if ("h" in kept and hindrances is None) or ("p" in kept and places is None):
            continue
        some = ThemeShown(
            asked=asked,
            unmet=unmet,
            main=_main(hindrances, unmet) if "h" in kept and hindrances else most(counts.hindrance),
            hindrances=hindrances if "h" in kept else None,
            places=places if "p" in kept else None,
            wanted=_wanted(counts, with_levels="l" in kept),
        )
        if is_safe(some):
            return some
    return ThemeShown(
        asked=None,
        unmet=None,
        main=most(counts.hindrance),
        hindrances=None,
        places=None,
        wanted=_wanted(counts, with_levels=True),
    )


def _main(hindrances: Sequence[Shown], unmet: Shown) -> Hindrance | None:
    """What more than half of the people meet, by the numbers that are shown."""
    largest = max(range(len(hindrances)), key=lambda at: hindrances[at].number or 0)
    is_most = 2 * (hindrances[largest].number or 0) > (unmet.number or 0)
    return list(Hindrance)[largest] if is_most else None


def is_safe(some: ThemeShown) -> bool:
    """Whether no star of it can be narrowed by all of it together."""
    if some.asked is not None and some.asked.is_suppressed:
        return _few_are_safe(some)
    return not gives_away(books_of(some))


def _few_are_safe(some: ThemeShown) -> bool:
    """The same where fewer than eight ask: then only totals stand there, and they say too much where
    somebody is met and somebody is not (so at least two ask)."""
    rows = [row for row in some.wanted if row.level == ALL_LEVELS]
    unmet = [some.unmet, *(row.unmet for row in rows)]
    return len({one == NOBODY for one in unmet}) == 1


def books_of(some: ThemeShown) -> Books:
    """What a reader of *some* knows. Hidden behind it: people by level, met or not, in each part of the
    week and at any time; at any time they are no fewer than in one part."""
    books = Books()
    met, unmet = books.new(_LEVELS), books.new(_LEVELS)
    books.publish([*met, *unmet], some.asked)
    books.publish(unmet, some.unmet)
    of_hindrance: list[int] = []
    for parts in (some.places, some.hindrances):
        if parts is not None:
            of_hindrance = books.new(len(parts))
            books.equal.append((tuple(of_hindrance), tuple(unmet)))
            for one, count in zip(of_hindrance, parts, strict=True):
                books.publish([one], count)
    by_band: dict[TimeBand, tuple[list[int], list[int]]] = {}
    for row in some.wanted:
        if row.band not in by_band:
            by_band[row.band] = band_met, band_unmet = books.new(_LEVELS), books.new(_LEVELS)
            for part, whole in zip([*band_met, *band_unmet], [*met, *unmet], strict=True):
                books.no_more.append(((part,), (whole,), 0))
        band_met, band_unmet = by_band[row.band]
        levels = slice(None) if row.level == ALL_LEVELS else slice(row.level - 1, row.level)
        books.publish([*band_met[levels], *band_unmet[levels]], row.asked)
        books.publish(band_unmet[levels], row.unmet)
        if row.hindrance is not None and some.hindrances is not None:
            # It is in the way of more than half of them, so of so many at any time.
            whole = of_hindrance[row.hindrance.position]
            books.no_more.append((tuple(band_unmet), (whole, whole), 1))
    _publish_nobody(books, some.wanted, by_band)
    return books


def _publish_nobody(
    books: Books, wanted: Sequence[WantedRow], by_band: dict[TimeBand, tuple[list[int], list[int]]]
) -> None:
    """A level without a row, beside levels with rows, is nobody."""
    told = {(row.band, row.level): row for row in wanted}
    for band, (band_met, band_unmet) in by_band.items():
        rows = [told[band, level] for level in LEVELS if (band, level) in told]
        for at, level in enumerate(LEVELS):
            if (band, level) in told:
                continue
            if any(row.asked is not None for row in rows):
                books.publish([band_met[at], band_unmet[at]], NOBODY)
            elif any(row.unmet is not None for row in rows):
                books.publish([band_unmet[at]], NOBODY)


def _wanted(counts: ThemeCounts, *, with_levels: bool) -> tuple[WantedRow, ...]:
    rows: list[WantedRow] = []
    for band in TimeBand:
        if counts.band_asked[band.position].any():
            rows += rows_of(
                district_code=counts.district_code,
                theme=counts.theme,
                band=band,
                asked=counts.band_asked[band.position],
                unmet=counts.band_unmet[band.position],
                hindrances=counts.band_hindrance[band.position],
                with_levels=with_levels,
            )
    return tuple(rows)


def as_counts(numbers: Sequence[int]) -> Counts:
    """Whole numbers as an array of counts."""
    return np.array(numbers, dtype=np.int64)
