"""Offers that could be: a fixed list of place × theme × part of the week × level, and whom each would serve.

An offer that could be is at the middle of a place, about one theme, on in one part of the week (on a day
and at an hour that are agreed with the people), for one level, open to every age, with the access that
people must have. It serves a person with an unmet wish where

* the wish is about its theme,
* they have time in its part of the week, or did not say when (not known is not no),
* it is made for their level; who said no level counts at levels 1 and 2 only: nobody is counted as a
  reason for staff with special training who never asked for it,
* its place is within what they travel: ``Asked.reach_km`` in a straight line, as for every match.

Counted are the people of the report: those who told us and those of whom practitioners told. Searches,
requests and lists that a council brought are told apart.
The list is the same for everybody, so nobody can ask for a group that is made to find one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import LEVEL_NOT_SAID, Asked
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.cells import PEOPLE
from marketplace.gaps.geography import Geography
from marketplace.gaps.telling import Rows
from marketplace.geo.distance import distance_km
from marketplace.vocabulary import SupportLevel, Theme

SIZES = (8, 12, 20)
"""Places in a session. 8 is also the fewest people that are told of."""
BANDS = tuple(band for band in TimeBand if band is not TimeBand.NOT_SAID)
LEVELS = tuple(SupportLevel)
HIGHEST_LEVEL_UNSAID = SupportLevel.ENABLEMENT
"""Up to this level an offer counts people who said no level."""
NO_LIMIT_KM = 20.0
"""So far counts as within reach of someone whose limit is not known."""
CELLS = len(BANDS) * len(LEVELS)

_Flags = npt.NDArray[np.bool_]
_Counts = npt.NDArray[np.int64]


class Candidate(NamedTuple):
    """One line of the fixed list; its size is chosen apart."""

    place: int
    """Position in the geography."""
    theme: Theme
    band: TimeBand
    level: SupportLevel

    def key(self, geography: Geography) -> str:
        """What it is kept by: 'NR27 E07000147|cookery|saturday_morning|2'."""
        return "|".join(
            (geography.key_of(self.place), self.theme.value, self.band.value, str(int(self.level)))
        )


@dataclass(frozen=True, slots=True, eq=False)
class ThemeWishes:
    """The unmet wishes about one theme, and which candidates would serve them."""

    theme: Theme
    rows: Rows = field(repr=False)
    """Shape (n,): positions in ``Wishes.asked``; each person once."""
    by_place: Any = field(repr=False)
    """Sparse, shape (places, n): 1 where the place is within the person's reach."""
    fits: npt.NDArray[np.int32] = field(repr=False)
    """Shape (n, ``CELLS``): 1 where the person has time in the band and the level is theirs."""

    def counts(self, chosen: _Flags | None = None) -> _Counts:
        """How many of the wishes (of the *chosen* ones) each candidate serves: shape (places, ``CELLS``)."""
        fits = self.fits if chosen is None else self.fits * chosen[:, None]
        return np.asarray(self.by_place @ fits, dtype=np.int64)

    def weighed(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The same with a weight for each wish, shape (n,)."""
        return np.asarray(self.by_place @ (self.fits * weights[:, None]))

    def served(self, at: int, cell: int) -> Rows:
        """Which of the *n* wishes the candidate of the place *at* (in ``Wishes.places``) and *cell* serves."""
        near = self.by_place.indices[self.by_place.indptr[at] : self.by_place.indptr[at + 1]]
        return np.sort(near[self.fits[near, cell] == 1]).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """Unmet wishes of people, theme by theme, with the places that each can get to."""

    asked: Asked = field(repr=False)
    """Only the counted rows: unmet, of people, with a place."""
    geography: Geography = field(repr=False)
    places: Rows = field(repr=False)
    """Positions in the geography of the places where an offer may be proposed."""
    themes: tuple[ThemeWishes, ...] = field(repr=False)

    def __iter__(self) -> Iterator[ThemeWishes]:
        return iter(self.themes)

    def of(self, theme: Theme) -> ThemeWishes | None:
        """The wishes about *theme*; None where there are none."""
        return next((one for one in self.themes if one.theme is theme), None)

    def served_by(self, candidate: Candidate) -> Rows:
        """Positions in ``asked`` of the wishes that *candidate* would serve, were it large enough.

        Raises ``ValueError`` for a place that is not among ``places``.
        """
        at = np.flatnonzero(self.places == candidate.place)
        if not len(at):
            raise ValueError("no offer is proposed at this place")
        wishes = self.of(candidate.theme)
        if wishes is None:
            return np.zeros(0, dtype=np.int64)
        return wishes.rows[wishes.served(int(at[0]), cell_of(candidate.band, candidate.level))]


def wishes_of(asked: Asked, geography: Geography, *, places: npt.NDArray[np.integer]) -> Wishes:
    """The unmet wishes of *asked* and which of *places* (positions) are within whose reach.

    Memory: about 40 bytes for each pair of a wish and a place within its reach.
    """
    sources = [source.position for source in PEOPLE]
    kept = asked.where(~asked.met & np.isin(asked.source, sources) & (asked.place >= 0))
    near = in_reach(kept, geography, places)
    themes = []
    for theme in Theme:
        rows = np.flatnonzero(kept.theme == theme.position)
        if len(rows):
            themes.append(
                ThemeWishes(theme, rows, near[rows].T.tocsr(), _fits(kept.bands[rows], kept.level[rows]))
            )
    return Wishes(kept, geography, np.asarray(places, dtype=np.int64), tuple(themes))


def in_reach(asked: Asked, geography: Geography, places: npt.NDArray[np.integer]) -> Any:
    """Which of *places* each row's person gets to: a sparse matrix of ones, shape (rows, places).

    Kilometres are the straight line from home, or from the middle of their place where the home is not
    known closer, to the middle of the place (``geo.distance``, error under 0.01 %).
    """
    _, first, person = np.unique(asked.person, return_index=True, return_inverse=True)
    home_place = asked.place[first]
    known = ~np.isnan(asked.lat[first]) & ~np.isnan(asked.lon[first])
    lat = np.where(known, asked.lat[first], geography.lat[home_place])
    lon = np.where(known, asked.lon[first], geography.lon[home_place])
    reach = asked.reach_km[first].astype(np.float64)
    reach = np.where(np.isfinite(reach), reach, NO_LIMIT_KM)
    to_lat, to_lon = geography.lat[places], geography.lon[places]
    who, where = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    order = np.argsort(home_place, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(home_place[order])) + 1):
        if not len(group):
            continue
        # Neighbours share most of what is out of their reach, which is left out for all of them at once.
        middle = lat[group].mean(), lon[group].mean()
        spread = distance_km(*middle, lat[group], lon[group]).max() + reach[group].max()
        near = np.flatnonzero(distance_km(*middle, to_lat, to_lon) <= spread * 1.001)
        km = distance_km(lat[group, None], lon[group, None], to_lat[near], to_lon[near])
        one, at = np.nonzero(km <= reach[group, None])
        who.append(group[one])
        where.append(near[at])
    people, at_places = np.concatenate(who), np.concatenate(where)
    pairs = (np.ones(len(people), dtype=np.int32), (people, at_places))
    from scipy import sparse  # noqa: PLC0415 (it would slow down every start)

    by_person = sparse.csr_array(pairs, shape=(len(first), len(places)))
    return by_person[person]


def cell_of(band: TimeBand, level: SupportLevel) -> int:
    """Column of ``ThemeWishes.fits`` for a band (one of ``BANDS``) and a level."""
    return BANDS.index(band) * len(LEVELS) + LEVELS.index(level)


def candidate_of(wishes: Wishes, theme: Theme, at: int, cell: int) -> Candidate:
    """The candidate of a place (in ``Wishes.places``) and a column of ``ThemeWishes.fits``."""
    band, level = divmod(cell, len(LEVELS))
    return Candidate(int(wishes.places[at]), theme, BANDS[band], LEVELS[level])


def _fits(bands: npt.NDArray[np.uint16], level: npt.NDArray[np.int8]) -> npt.NDArray[np.int32]:
    bits = np.array([band.bit | TimeBand.NOT_SAID.bit for band in BANDS], dtype=np.uint16)
    in_band = (bands[:, None] & bits) != 0
    of_level = level[:, None] == np.array(LEVELS, dtype=np.int8)
    unsaid = np.array([one <= HIGHEST_LEVEL_UNSAID for one in LEVELS])
    of_level |= (level[:, None] == LEVEL_NOT_SAID) & unsaid
    both = in_band[:, :, None] & of_level[:, None, :]
    return np.asarray(both.reshape(len(bands), CELLS), dtype=np.int32)


def smallest_size(people: int, sizes: Sequence[int] = SIZES) -> int:
    """The smallest of *sizes* that has room for so many people; the largest where none has."""
    return next((size for size in sorted(sizes) if size >= people), max(sizes))
