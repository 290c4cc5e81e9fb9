"""Groups that could be: people who want the same at the same time, can get to one place, and find nothing.

Each group is of at least 8 different people whose unmet wish is about one theme, who have time in one part
of the week (or did not say when), and within whose own travel limits one place lies. Groups about the same
theme share nobody: the largest is taken first, then the largest of those who are left. Places, themes and
parts of the week are fixed lists. Who is in a group stays inside; it is asked for only to tell these
people, once somebody offers what they want.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.candidates import BANDS, LEVELS, ThemeWishes, Wishes
from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown, shown
from marketplace.gaps.geography import Geography
from marketplace.gaps.telling import Rows, Telling, UnmetTables
from marketplace.vocabulary import Theme


@dataclass(frozen=True, slots=True)
class Group:
    """One group and who is in it: not to be shown as it stands."""

    place: int
    """Position in the geography: where they could meet."""
    theme: Theme
    band: TimeBand
    rows: Rows = field(repr=False)
    """Positions in ``Wishes.asked``."""
    people: Rows = field(repr=False)
    """Their numbers in ``Asked.person``, each once."""

    def key(self, geography: Geography) -> str:
        """What a group is kept by from one report to the next: 'E07000147|NR27|cookery|saturday_morning'."""
        return group_key(geography, self.place, self.theme, self.band)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """One group as anybody may see it."""

    key: str
    place: int
    theme: Theme
    band: TimeBand
    people: Shown
    """At least so many."""


def group_key(geography: Geography, place: int, theme: Theme, band: TimeBand) -> str:
    """District, outcode, theme and band: words that stay the same from one report to the next."""
    district = geography.district_codes[int(geography.place_district[place])]
    return "|".join((district, geography.outcodes[place], theme.value, band.value))


_NOBODY: Rows = np.zeros(0, dtype=np.int64)


def groups_of(wishes: Wishes, *, least: int = FEWEST_SHOWN, without: Rows = _NOBODY) -> list[Group]:
    """All groups of at least *least* people, theme by theme, the largest first.

    *without* are positions in ``Wishes.asked`` of wishes that are in no group: of who said that it is not
    for them. Raises ``ValueError`` where *least* is less than is ever shown.
    """
    if least < FEWEST_SHOWN:
        raise ValueError(f"a group has at least {FEWEST_SHOWN} people")
    return [group for one in wishes for group in _of_theme(wishes, one, least, without)]


def shown_groups(wishes: Wishes, groups: list[Group], tables: UnmetTables) -> list[ShownGroup]:
    """*groups* as they may be seen, largest shown number first; some may be too few to be told of."""
    telling = Telling(wishes.asked, tables)
    found = []
    for group in groups:
        people = telling.apart(group.rows, band=group.band)
        if people is not None:
            found.append(
                ShownGroup(
                    key=group.key(wishes.geography),
                    place=group.place,
                    theme=group.theme,
                    band=group.band,
                    people=people,
                )
            )
    return sorted(found, key=lambda one: (-(one.people.number or 0), one.key))


def _of_theme(wishes: Wishes, one: ThemeWishes, least: int, without: Rows) -> Iterator[Group]:
    in_band = _in_band(one)
    left = ~np.isin(one.rows, without)
    while True:
        counts = np.asarray(one.by_place @ (in_band * left[:, None]))
        if not counts.size or counts.max() < least:
            return
        # Equal as shown is equal: then the order of the fixed lists decides.
        rounded = np.array([shown(int(count)).number or 0 for count in np.unique(counts)])
        number = rounded[np.searchsorted(np.unique(counts), counts)]
        at, band = divmod(int(number.argmax()), len(BANDS))
        near = one.by_place.indices[one.by_place.indptr[at] : one.by_place.indptr[at + 1]]
        mine = np.sort(near[left[near] & (in_band[near, band] == 1)]).astype(np.int64)
        left[mine] = False
        rows = one.rows[mine]
        yield Group(
            int(wishes.places[at]), one.theme, BANDS[band], rows, np.unique(wishes.asked.person[rows])
        )


def _in_band(one: ThemeWishes) -> npt.NDArray[np.int32]:
    """Shape (n, bands): 1 where the person has time, or did not say when; whatever their level."""
    by_level = one.fits.reshape(len(one.rows), len(BANDS), len(LEVELS))
    return np.asarray(by_level.max(axis=2))
