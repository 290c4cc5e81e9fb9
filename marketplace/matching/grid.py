"""A grid of 8 km by 2 km over Great Britain: which rows may lie within reach of a point.

Rows are kept in the order of their cell, so that a circle is a few unbroken spans of rows, one for
each line of cells that it touches. Lines are tall, so that the spans are few, and columns narrow, so that
little beside the circle is read. What people go to and who comes to people are looked for in
different circles: the first as far as a person can go, the others as far as they come. So those who
come stand in layers of their own, each for a range of how far; one who comes 8 km is not looked for
40 km away because somebody else comes so far. Rows without a point, and the few outside the grid,
stand after all cells and are always looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketplace.geo.distance import bounding_box, km_per_degree, km_per_degree_at

SOUTH, NORTH = 49.8, 60.9
WEST, EAST = -8.7, 1.9
LAT_STEP = 0.072
"""Degrees: 8.0 km anywhere."""
LON_STEP = 0.030
"""Degrees: 2.2 km at the south coast, 1.6 km in Shetland."""
LINES = int((NORTH - SOUTH) / LAT_STEP) + 1
COLUMNS = int((EAST - WEST) / LON_STEP) + 1
CELLS = LINES * COLUMNS
LEAST_KM_PER_DEGREE = 110.5
"""Of latitude, anywhere on the ellipsoid."""
NEAR_SLACK = 1.000001
"""So much further, of squares of kilometres, a row may seem to be than it is."""
_EAST_KM = km_per_degree(SOUTH + LAT_STEP * np.arange(1, LINES + 1))[1]
"""Kilometres of a degree of longitude at the north end of each line, where they are fewest."""
COMING_KM = (10.0, 20.0)
"""Layers of those who come to people: at most so far; after these, all who come further."""
LAYERS = len(COMING_KM) + 2
_FIRST_OF_LAYER = np.arange(LAYERS) * CELLS
_EDGE = 1e-4
"""Cells by which a circle may be wider than it is worked out."""
ANYWHERE = LAYERS * CELLS
"""The cell of rows that have no point in the grid."""

Spans = npt.NDArray[np.int64]
Box = tuple[int, int, int, int]
"""Lines and columns of cells: first and last line, first and last column."""
WHOLE_GRID: Box = (0, LINES - 1, 0, COLUMNS - 1)


def cells_of(lat: npt.NDArray[np.floating], lon: npt.NDArray[np.floating]) -> npt.NDArray[np.int32]:
    """The cell of each point in WGS84 degrees, shape (n,); ``ANYWHERE`` for NaN and outside."""
    lat64, lon64 = lat.astype(np.float64), lon.astype(np.float64)
    inside = (lat64 >= SOUTH) & (lat64 <= NORTH) & (lon64 >= WEST) & (lon64 <= EAST)
    line = np.where(inside, (lat64 - SOUTH) / LAT_STEP, 0.0).astype(np.int32)
    column = np.where(inside, (lon64 - WEST) / LON_STEP, 0.0).astype(np.int32)
    return np.where(inside, line * COLUMNS + column, ANYWHERE).astype(np.int32)


def layered_cells(
    lat: npt.NDArray[np.floating],
    lon: npt.NDArray[np.floating],
    comes: npt.NDArray[np.bool_],
    radius_km: npt.NDArray[np.floating],
) -> npt.NDArray[np.int32]:
    """The cell of each row, all layers counted on; *comes* says who comes to people, *radius_km* how far."""
    cells = cells_of(lat, lon)
    further = 1 + np.searchsorted(np.array(COMING_KM), np.nan_to_num(radius_km.astype(np.float64)))
    layer = np.where(comes, further, 0)
    return np.where(cells == ANYWHERE, ANYWHERE, cells + layer * CELLS).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Grid:
    """``first[c]`` is the first row of cell *c*; shape (cells + 2,), so the last entry is the end.

    ``coming_km`` is how far anybody in each layer comes, shape (layers,); the first layer holds what
    people go to, its entry is 0.
    """

    first: npt.NDArray[np.int32]
    coming_km: npt.NDArray[np.float64]

    @classmethod
    def of(cls, cells: npt.NDArray[np.int32], widest_km: float) -> Grid:
        """The grid of rows whose *cells*, by ``layered_cells``, are in rising order."""
        counts = np.bincount(cells, minlength=ANYWHERE + 1)
        first = np.zeros(ANYWHERE + 2, dtype=np.int32)
        np.cumsum(counts, out=first[1:])
        return cls(first, np.array([0.0, *COMING_KM, widest_km]))

    def spans(self, box: Box) -> Spans:
        """Spans of the rows in a box of cells, in all layers: shape (n, 2), start and end, rising.

        The last span holds the rows without a point.
        """
        low, high, left, right = box
        lines = np.arange(low, high + 1) * COLUMNS
        cells = (np.arange(LAYERS)[:, None] * CELLS + lines).ravel()
        return self._spans(cells + left, cells + right)

    def spans_around(self, lat: float, lon: float, reach_km: float) -> Spans:
        """The same for what lies within *reach_km* of a point, and for whoever comes as far as it.

        Of each line of cells those that the circle touches.
        """
        furthest = [reach_km, *self.coming_km[1:].tolist()]
        ranges = [
            np.arange(
                _step(lat - km / LEAST_KM_PER_DEGREE, SOUTH, LAT_STEP, LINES),
                _step(lat + km / LEAST_KM_PER_DEGREE, SOUTH, LAT_STEP, LINES) + 1,
            )
            for km in furthest
        ]
        counts = [len(lines) for lines in ranges]
        line = np.concatenate(ranges)
        south = (SOUTH - lat) + LAT_STEP * line
        # How far the line is away where it comes nearest, and half the circle's width there.
        away = (np.maximum(south, 0.0) + np.minimum(south + LAT_STEP, 0.0)) * LEAST_KM_PER_DEGREE
        squares = np.repeat([km * km * NEAR_SLACK for km in furthest], counts) - away * away
        half = np.sqrt(np.maximum(squares, 0.0)) / np.minimum(_EAST_KM[line], km_per_degree_at(lat)[1])
        middle = (lon - WEST) / LON_STEP
        width = half * (1.0 / LON_STEP) + _EDGE
        cells = np.repeat(_FIRST_OF_LAYER, counts) + line * COLUMNS
        left, right = np.maximum(middle - width, 0.0), np.minimum(middle + width, COLUMNS - 1.0)
        return self._spans(
            cells + np.minimum(left, COLUMNS - 1.0).astype(np.int64),
            cells + np.maximum(right, 0.0).astype(np.int64),
        )

    def _spans(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Spans:
        """From the first to the last cell of each line, and what has no point."""
        spans = np.empty((len(left) + 1, 2), dtype=np.int64)
        spans[:-1, 0], spans[:-1, 1] = self.first.take(left), self.first.take(right + 1)
        spans[-1] = self.first[ANYWHERE : ANYWHERE + 2]
        return spans


def cell_box(lat: float, lon: float, radius_km: float) -> Box:
    """The cells that hold every point within *radius_km*."""
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
