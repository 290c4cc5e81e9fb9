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

from marketplace.gaps.asked import LEVELS
from marketplace.gaps.audit import Books, all_given_away, gives_away
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.cells import Counts
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
    asked: Counts
    unmet: Counts
    band_asked: Counts
    band_unmet: Counts
    band_hindrance: Counts
    hindrance: Counts
    places: Counts
    """Unmet in each place of the district; the last is of people whose place is not known."""
    people: Counts
    """Different people of the district, for any theme: all, the unmet and the met, shape (3, levels)."""


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


def publish(counts: ThemeCounts) -> ThemeShown:
    """What may be seen of *counts*, all of it together."""
    return publish_all([counts])[0]


def publish_all(every: Sequence[ThemeCounts], progress: Progress = lambda _: None) -> list[ThemeShown]:
    """``publish`` for many at once; they must be different districts or themes. *progress* hears how many
    are settled."""
    chosen: list[ThemeShown | None] = [None] * len(every)
    left = list(range(len(every)))
    for kept in _TRIES:
        tried = {at: some for at in left if (some := _try(every[at], kept)) is not None}
        free = _are_safe([(one, every[at].people) for at, one in tried.items()])
        bound = [at for at, is_free in zip(tried, free, strict=True) if not is_free]
        for at, is_free in zip(tried, free, strict=True):
            if is_free:
                chosen[at] = replace(tried[at], is_free=True)
        for at, safe in zip(bound, _are_safe([(tried[at], None) for at in bound]), strict=True):
            if safe:
                chosen[at] = tried[at]
        left = [at for at in left if chosen[at] is None]
        progress(len(every) - len(left))
    return [one or _without_totals(counts) for one, counts in zip(chosen, every, strict=True)]


def _try(counts: ThemeCounts, kept: str) -> ThemeShown | None:
    """*counts* with the tables that are *kept*; None where one of them can't be told at all."""
    asked, unmet = shown(int(counts.asked.sum())), shown(int(counts.unmet.sum()))
    hindrances = split(counts.hindrance.tolist()).parts if "h" in kept and unmet.number else None
    places = split(counts.places.tolist()).parts if "p" in kept and unmet.number else None
    if ("h" in kept and hindrances is None) or ("p" in kept and places is None):
        return None
    if asked.is_suppressed and kept:
        return None
    return ThemeShown(
        asked=asked,
        unmet=unmet,
        main=most(counts.hindrance) if hindrances is None else _main(hindrances, unmet),
        hindrances=hindrances,
        places=places,
        wanted=_wanted(counts, with_levels="l" in kept),
    )


def _without_totals(counts: ThemeCounts) -> ThemeShown:
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


def _are_safe(some: Sequence[tuple[ThemeShown, Counts | None]]) -> list[bool]:
    """Whether no star of each can be narrowed by all of it together; with counts of different people, also
    whether it needs no more people than these."""
    few = [one.asked is not None and one.asked.is_suppressed for one, _ in some]
    asked = [at for at, is_few in enumerate(few) if not is_few]
    safe = [
        is_few and _few_are_safe(one) and (people is None or has_room_for_few(people))
        for (one, people), is_few in zip(some, few, strict=True)
    ]
    books = [books_of(*some[at]) for at in asked]
    for at, found in zip(asked, _asked_together(books), strict=True):
        safe[at] = not found
    return safe


def _asked_together(books: Sequence[Books]) -> list[list[int]]:
    """``all_given_away``; of books that the solver can't answer, all stars: what isn't shown to be safe is
    not told, and one district keeps nobody from their report."""
    try:
        return all_given_away(books)
    except ValueError:
        return [_asked_alone(one) for one in books]


def _asked_alone(books: Books) -> list[int]:
    try:
        return gives_away(books)
    except ValueError:
        return list(range(len(books.shown)))


def has_room_for_few(people: Counts) -> bool:
    """Whether seven more or fewer could all be of one level, met or not."""
    return bool((people.min(axis=0) >= FEWEST_SHOWN - 1).any())


def _few_are_safe(some: ThemeShown) -> bool:
    """The same where fewer than eight ask: then only totals stand there, and they say too much where
    somebody is met and somebody is not (so at least two ask)."""
    rows = [row for row in some.wanted if row.level == ALL_LEVELS]
    unmet = [some.unmet, *(row.unmet for row in rows)]
    return len({one == NOBODY for one in unmet}) == 1


def books_of(some: ThemeShown, people: Counts | None = None) -> Books:
    """What a reader of *some* knows, and perhaps that there are no more *people*. Levels of which nothing
    is told are one."""
    levels = sorted({row.level for row in some.wanted if row.level != ALL_LEVELS})
    own = levels if len(levels) == _LEVELS else [*levels, ALL_LEVELS]
    books, by_level = books_by_level(some, own)
    if people is not None:
        for level, (met, unmet) in by_level.items():
            here = [at for at, one in enumerate(LEVELS) if (one == level if level else one not in levels)]
            every, some_unmet, some_met = people[:, here].sum(axis=1).tolist()
            books.no_more += [
                ((met, unmet), (), -every),
                ((unmet,), (), -some_unmet),
                ((met,), (), -some_met),
            ]
    return books


def books_by_level(some: ThemeShown, own: Sequence[int]) -> tuple[Books, dict[int, tuple[int, int]]]:
    """What a reader of *some* knows, and the met and the unmet of each level of *own*, 0 being all others.

    Hidden behind it: people by level, met or not, in each part of the week and at any time; at any time
    they are no fewer than in one part.
    """
    books = Books()
    met, unmet = books.new(len(own)), books.new(len(own))
    books.publish([*met, *unmet], some.asked)
    books.publish(unmet, some.unmet)
    of_hindrance: dict[int, int] = {}
    for parts in (some.places, some.hindrances):
        if parts is not None:
            those = [at for at, count in enumerate(parts) if count.number != 0]
            of_hindrance = dict(zip(those, books.new(len(those)), strict=True))
            books.equal.append((tuple(of_hindrance.values()), tuple(unmet)))
            for at, one in of_hindrance.items():
                books.publish([one], parts[at])
    bands: dict[TimeBand, list[WantedRow]] = {}
    for row in some.wanted:
        bands.setdefault(row.band, []).append(row)
    for rows in bands.values():
        band_met, band_unmet = books.new(len(own)), books.new(len(own))
        for part, whole in zip([*band_met, *band_unmet], [*met, *unmet], strict=True):
            books.no_more.append(((part,), (whole,), 0))
        _publish_band(books, rows, dict(zip(own, zip(band_met, band_unmet, strict=True), strict=True)))
        for row in rows:
            if row.hindrance is not None and some.hindrances is not None:
                # It is in the way of more than half of them, so of so many at any time.
                most_of_all = of_hindrance[row.hindrance.position]
                books.no_more.append((tuple(band_unmet), (most_of_all, most_of_all), 1))
    return books, dict(zip(own, zip(met, unmet, strict=True), strict=True))


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
                with_levels=with_levels and _has_telling_levels(counts.band_asked[band.position]),
            )
    return tuple(rows)


def _has_telling_levels(asked: Counts) -> bool:
    some = asked[asked > 0]
    return int(some.sum()) >= FEWEST_WITH_LEVELS or int(some.min()) >= FEWEST_SHOWN
