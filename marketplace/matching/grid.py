"""A grid of about 4 km over Great Britain: which rows may lie within reach of a point.

Rows are kept in the order of their cell, so that a circle is a few unbroken spans of rows, one for
each line of cells that it touches. Rows without a point, and the few outside the grid, stand after
all cells and are always looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketplace.geo.distance import bounding_box

SOUTH, NORTH = 49.8, 60.9
WEST, EAST = -8.7, 1.9
LAT_STEP = 0.036
"""Degrees: 4.0 km anywhere."""
LON_STEP = 0.060
"""Degrees: 4.3 km at the south coast, 3.3 km in Shetland."""
LINES = int((NORTH - SOUTH) / LAT_STEP) + 1
COLUMNS = int((EAST - WEST) / LON_STEP) + 1
ANYWHERE = LINES * COLUMNS
"""The cell of rows that have no point in the grid."""

Spans = npt.NDArray[np.int64]


def cells_of(lat: npt.NDArray[np.floating], lon: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
    """The cell of each point in WGS84 degrees, shape (n,); ``ANYWHERE`` for NaN and outside."""
    lat64, lon64 = lat.astype(np.float64), lon.astype(np.float64)
    inside = (lat64 >= SOUTH) & (lat64 <= NORTH) & (lon64 >= WEST) & (lon64 <= EAST)
    line = np.where(inside, (lat64 - SOUTH) / LAT_STEP, 0.0).astype(np.int32)
    column = np.where(inside, (lon64 - WEST) / LON_STEP, 0.0).astype(np.int32)
    return np.where(inside, line * COLUMNS + column, ANYWHERE).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Grid:
    """``first[c]`` is the first row of cell *c*; shape (cells + 2,), so the last entry is the end."""

    first: npt.NDArray[np.int32]

    @classmethod
    def of(cls, cells: npt.NDArray[np.int32]) -> Grid:
        """The grid of rows whose *cells* are in rising order."""
        counts = np.bincount(cells, minlength=ANYWHERE + 1)
        first = np.zeros(ANYWHERE + 2, dtype=np.int32)
        np.cumsum(counts, out=first[1:])
        return cls(first)

    def spans(self, box: tuple[int, int, int, int]) -> Spans:
        """Spans of the rows in a box of cells, a span a line: shape (n, 2), start and end.

        The last span holds the rows without a point.
        """
        low, high, left, right = box
        spans = np.empty((high - low + 2, 2), dtype=np.int64)
        lines = np.arange(low, high + 1) * COLUMNS
        spans[:-1, 0] = self.first[lines + left]
        spans[:-1, 1] = self.first[lines + right + 1]
        spans[-1] = self.first[ANYWHERE], self.first[ANYWHERE + 1]
        return spans


def cell_box(lat: float, lon: float, radius_km: float) -> tuple[int, int, int, int]:
    """The cells that hold every point within *radius_km*: first and last line, first and last column."""
    box = bounding_box(lat, lon, radius_km)
    return (
        _step(box.south, SOUTH, LAT_STEP, LINES),
        _step(box.north, SOUTH, LAT_STEP, LINES),
        _step(box.west, WEST, LON_STEP, COLUMNS),
        _step(box.east, WEST, LON_STEP, COLUMNS),
    )


def rows_in(spans: Spans) -> npt.NDArray[np.int64]:
    """All row numbers of *spans*, in order."""
    lengths = spans[:, 1] - spans[:, 0]
    offsets = np.repeat(spans[:, 0] - np.cumsum(lengths) + lengths, lengths)
    return np.asarray(offsets + np.arange(len(offsets)))


def _step(value: float, origin: float, step: float, count: int) -> int:
    return min(max(int((value - origin) // step), 0), count - 1)
