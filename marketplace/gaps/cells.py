"""Exact counts of people by district, place, theme, part of the week and level.

They are made in the process and stay there: what leaves goes through ``gaps.publishing``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from marketplace.gaps.asked import LEVELS, Asked
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.geography import NOWHERE, Geography
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import DemandSource
from marketplace.vocabulary import Theme

PEOPLE = (DemandSource.PROFILES, DemandSource.CASES)
"""Sources in which everybody is one person, and nobody is in both."""
_BANDS, _HINDRANCES, _LEVELS, _THEMES = len(TimeBand), len(Hindrance), len(LEVELS), len(Theme)

Counts = npt.NDArray[np.int64]


class Cells:
    """Adds up people, block by block; a person must be whole in one block.

    Shapes: *d* districts, *p* places, and themes, bands, levels, hindrances in their orders. A person with
    time in several bands is in each of them.
    """

    def __init__(self, *, districts: int, places: int = 0) -> None:
        self.districts, self.places = districts, places
        self.asked = self._zeros(districts, _THEMES, _LEVELS)
        self.unmet = self._zeros(districts, _THEMES, _LEVELS)
        self.band_asked = self._zeros(districts, _THEMES, _BANDS, _LEVELS)
        self.band_unmet = self._zeros(districts, _THEMES, _BANDS, _LEVELS)
        self.band_hindrance = self._zeros(districts, _THEMES, _BANDS, _HINDRANCES)
        self.hindrance = self._zeros(districts, _THEMES, _HINDRANCES)
        self.place_unmet = self._zeros(places + districts, _THEMES)
        """Those of a district whose place is not known stand behind the places, district by district."""
        self.people = self._zeros(districts, _LEVELS)
        """Different people who ask for something; the next: for whom something of it is unmet."""
        self.unmet_people = self._zeros(districts, _LEVELS)
        self.met_people = self._zeros(districts, _LEVELS)
        """Different people for whom something of what they ask for is met."""

    @classmethod
    def of(cls, geography: Geography) -> Cells:
        return cls(districts=len(geography.district_codes), places=len(geography.outcodes))

    @staticmethod
    def _zeros(*shape: int) -> Counts:
        return np.zeros(shape, dtype=np.int64)

    def add(self, asked: Asked) -> None:
        """Count the rows of people whose district is known; rows of other sources are left out."""
        people = np.isin(asked.source, [source.position for source in PEOPLE])
        rows = asked.where(np.flatnonzero(people & (asked.district != NOWHERE)))
        district, theme = rows.district.astype(np.int64), rows.theme.astype(np.int64)
        level, unmet = rows.level.astype(np.int64) - 1, ~rows.met
        hindrance = rows.hindrance.astype(np.int64)
        _count(self.asked, district, theme, level)
        _count(self.unmet, district[unmet], theme[unmet], level[unmet])
        _count(self.hindrance, district[unmet], theme[unmet], hindrance[unmet])
        for band in TimeBand:
            here = (rows.bands & band.bit) != 0
            at = np.full(len(district), band.position)
            _count(self.band_asked, district[here], theme[here], at[here], level[here])
            here &= unmet
            _count(self.band_unmet, district[here], theme[here], at[here], level[here])
            _count(self.band_hindrance, district[here], theme[here], at[here], hindrance[here])
        place = np.where(rows.place == NOWHERE, self.places + district, rows.place)
        _count(self.place_unmet, place[unmet].astype(np.int64), theme[unmet])
        _, first = np.unique(rows.person, return_index=True)
        _count(self.people, district[first], level[first])
        for into, chosen in ((self.unmet_people, unmet), (self.met_people, rows.met)):
            _, first = np.unique(rows.person[chosen], return_index=True)
            _count(into, district[chosen][first], level[chosen][first])


def _count(into: Counts, *at: Counts) -> None:
    if len(at[0]):
        flat = np.ravel_multi_index(at, into.shape)
        numbers, counts = np.unique(flat, return_counts=True)
        into.reshape(-1)[numbers] += counts
