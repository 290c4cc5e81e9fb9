"""What people ask for, as plain columns: one row for each person and each theme that they ask for.

Everything that counts gaps counts these rows: the report, the next best offers, the groups that could be.
They never leave the process; what is told of them goes through ``gaps.disclosure``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

LEVEL_NOT_SAID = 5
LEVELS = (1, 2, 3, 4, LEVEL_NOT_SAID)
MET = -1
"""In the column of hindrances: something fits."""


class Asked(NamedTuple):
    """*n* rows. Someone with time in several bands has several bits; who asks for several themes has
    several rows, with the same number in ``person``."""

    person: npt.NDArray[np.int64]
    """Shape (n,), as all: a number of the person that means nothing outside."""
    place: npt.NDArray[np.int32]
    """Position in ``Geography``; -1 where it is not known. So is the next."""
    district: npt.NDArray[np.int32]
    theme: npt.NDArray[np.int16]
    """``Theme.position``."""
    bands: npt.NDArray[np.uint16]
    """Sum of ``TimeBand.bit``."""
    level: npt.NDArray[np.int8]
    """1 to 4, or ``LEVEL_NOT_SAID``."""
    source: npt.NDArray[np.int8]
    """``DemandSource.position``."""
    met: npt.NDArray[np.bool_]
    """Some offer about any of the person's goals on this theme fits."""
    hindrance: npt.NDArray[np.int8]
    """``Hindrance.position``; ``MET`` where something fits."""
    lat: npt.NDArray[np.float64]
    """WGS84 degrees of the home; NaN where it is not known. So is the next."""
    lon: npt.NDArray[np.float64]
    reach_km: npt.NDArray[np.float32]
    """Straight-line kilometres that the person covers within their own limit by the quickest of their
    own ways; endless where no limit is known."""

    @property
    def rows(self) -> int:
        return len(self.person)

    @property
    def people(self) -> int:
        """How many different people; a count that must not be shown."""
        return len(np.unique(self.person))

    def where(self, chosen: npt.NDArray[Any]) -> Asked:
        """The rows of a mask or of positions."""
        return Asked(*(column[chosen] for column in self))


_TYPES = ("i8", "i4", "i4", "i2", "u2", "i1", "i1", "?", "i1", "f8", "f8", "f4")


def asked_of(**columns: Sequence[Any] | npt.NDArray[Any]) -> Asked:
    """Columns of any numbers as ``Asked`` with its types. All have the same length.

    Raises ``TypeError`` for a missing column and ``ValueError`` for one of another length.
    """
    asked = Asked(
        **{
            name: np.asarray(columns[name], dtype=kind)
            for name, kind in zip(Asked._fields, _TYPES, strict=True)
            if name in columns
        }
    )
    if len({len(column) for column in asked}) != 1:
        raise ValueError("columns of different lengths")
    return asked


def joined(blocks: Sequence[Asked]) -> Asked:
    """All rows of *blocks*, one after the other."""
    nothing = asked_of(**{name: [] for name in Asked._fields})
    return Asked(*(np.concatenate(column) for column in zip(nothing, *blocks, strict=True)))
