"""Which offers fit whom, and who of each district could be placed in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from marketplace.gaps.cells import PEOPLE
from marketplace.gaps.counting import Asker, Counted
from marketplace.gaps.flow import MOST_EDGES, place_people
from marketplace.gaps.geography import NOWHERE, Geography
from marketplace.gaps.people_tables import FlowCounts

ALL, WAYS = 0, 8
"""Of how many offers that fit a wish it is asked who could be placed: all of them where there are few."""
MOST_WITH_ALL_WAYS = 500_000_000
"""People times offers, up to which all are looked at."""


class Fitting:
    """Which offers fit whom, joined block by block; it gives up where that is more than can be held.

    *pairs* is how many pairs of people and offers there are.
    """

    def __init__(self, *, wanted: bool, pairs: int) -> None:
        self.is_open = wanted
        self.ways = WAYS if pairs > MOST_WITH_ALL_WAYS else ALL
        self.rows: list[npt.NDArray[np.int32]] = []
        self.counts_of: list[npt.NDArray[np.int64]] = []
        self.districts: list[npt.NDArray[np.int32]] = []
        self.held = 0

    @property
    def enough(self) -> int:
        """So many offers that fit a wish are enough to be counted; all where it is 0."""
        return self.ways if self.is_open else 1

    def add(self, block: Sequence[Asker], counted: Counted, first_person: int, geography: Geography) -> None:
        """People for whom nothing that they ask for is met have no place to take: what fits them is about
        a goal that a priority added."""
        if not self.is_open:
            return
        met = np.zeros(len(block), dtype=np.bool_)
        met[counted.asked.person[counted.asked.met] - first_person] = True
        counts = np.diff(counted.fitting.first)
        rows = counted.fitting.rows[np.repeat(met, counts)]
        people = np.array([one.source in PEOPLE for one in block], dtype=np.bool_)
        codes = [one.district_code or (one.home.district_code if one.home else None) for one in block]
        at = {code: geography.district_of(code) for code in set(codes)}
        self.held += len(rows)
        if self.held > MOST_EDGES:
            self.is_open = False
            self.rows.clear()
            return
        self.rows.append(rows)
        self.counts_of.append(np.where(met, counts, 0))
        self.districts.append(np.where(people, [at[code] for code in codes], NOWHERE).astype(np.int32))

    def counts(self, places: npt.NDArray[np.int64], districts: int) -> FlowCounts | None:
        """People of each district; None where too many pairs were there to hold."""
        if not self.is_open or not self.rows:
            return None
        counts, district = np.concatenate(self.counts_of), np.concatenate(self.districts)
        first = np.concatenate([[0], np.cumsum(counts)])
        placed = place_people(first, np.concatenate(self.rows), places)
        known = district != NOWHERE

        def by_district(chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
            return np.bincount(district[chosen & known], minlength=districts).astype(np.int64)

        return FlowCounts(
            by_district(counts > 0), by_district(placed.flow >= 0), by_district(placed.greedy >= 0)
        )
