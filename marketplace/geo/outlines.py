"""District outlines as SVG paths. To draw only: a place's district comes from its postcode.

Two steps, both without a page in sight: GeoJSON to rings of (lat, lon), then rings to the
``d`` of an SVG path through a projection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from typing import Any

from marketplace.geo.distance import Box, km_per_degree

OUTLINES_FILE = "districts.geojson"

Ring = tuple[tuple[float, float], ...]
"""Corners as (lat, lon) in WGS84 degrees; the first is not repeated at the end."""

# Dissolving small areas left gaps of up to 0.6 km² where their borders did not quite meet, and
# one island of nothing. No district has a real hole or part this small.
SLIVER_KM2 = 1.0


@dataclass(frozen=True, slots=True)
class Outline:
    """One district: its outer rings, largest first, and what is cut out of them."""

    code: str
    name: str
    upper_tier: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular at the mean latitude of ``bounds``, fitted into ``width`` by ``height``.

    Both directions have one scale, so nothing is stretched; the map stands in the middle.
    """

    bounds: Box
    width: float
    height: float
    margin: float = 0.0

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point in WGS84 degrees stands, in units of the viewBox, y downwards."""
        x0, per_lon, y0, per_lat = self.affine()
        return x0 + per_lon * lon, y0 + per_lat * lat

    def affine(self) -> tuple[float, float, float, float]:
        """``(x0, per_lon, y0, per_lat)``: x = x0 + per_lon·lon and y = y0 + per_lat·lat, in units
        of the viewBox. For whoever projects many points."""
        scale, squeeze = self._scale()
        middle_lat = (self.bounds.south + self.bounds.north) / 2
        middle_lon = (self.bounds.west + self.bounds.east) / 2
        return (
            self.width / 2 - middle_lon * squeeze * scale,
            squeeze * scale,
            self.height / 2 + middle_lat * scale,
            -scale,
        )

    def units_per_km(self) -> float:
        """Length of a kilometre in units of the viewBox: for a scale bar or a circle of reach."""
        north, _ = km_per_degree((self.bounds.south + self.bounds.north) / 2)
        return self._scale()[0] / float(north)

    def _scale(self) -> tuple[float, float]:
        """Units for one degree of latitude, and how much shorter a degree of longitude is."""
        squeeze = cos(radians((self.bounds.south + self.bounds.north) / 2))
        across = (self.bounds.east - self.bounds.west) * squeeze
        up = self.bounds.north - self.bounds.south
        room = (self.width - 2 * self.margin, self.height - 2 * self.margin)
        return min(room[0] / across, room[1] / up), squeeze


def read_outlines(path: Path) -> tuple[Outline, ...]:
    """Outlines in the order of the file, without slivers.

    Raises ``ValueError`` for a file that is not a collection of polygons.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    if document.get("type") != "FeatureCollection":
        raise ValueError(f"{path.name} is not a GeoJSON feature collection")
    return tuple(_outline(feature) for feature in document["features"])


def _outline(feature: dict[str, Any]) -> Outline:
    about, geometry = feature["properties"], feature["geometry"]
    match geometry["type"]:
        case "Polygon":
            polygons = [geometry["coordinates"]]
        case "MultiPolygon":
            polygons = geometry["coordinates"]
        case other:
            raise ValueError(f"{about['name']} is a {other}, not a polygon")
    rings = [_ring(corners) for polygon in polygons for corners in polygon]
    kept = sorted((ring for ring in rings if area_km2(ring) >= SLIVER_KM2), key=area_km2, reverse=True)
    return Outline(about["code"], about["name"], about["upper_tier"], tuple(kept))


def _ring(corners: Sequence[Sequence[float]]) -> Ring:
    points = [(float(lat), float(lon)) for lon, lat in corners]
    if points[0] == points[-1]:
        points.pop()
    return tuple(points)


def area_km2(ring: Ring) -> float:
    """Area within a ring in km², by the shoelace formula at the ring's mean latitude."""
    if len(ring) < 3:
        return 0.0
    north, east = km_per_degree(sum(lat for lat, _ in ring) / len(ring))
    following = ring[1:] + ring[:1]
    twice = sum(x1 * y2 - x2 * y1 for (y1, x1), (y2, x2) in zip(ring, following, strict=True))
    return abs(twice) / 2 * float(north) * float(east)


def bounds_of(outlines: Iterable[Outline]) -> Box:
    """The box around all outlines. Raises ``ValueError`` when there are none."""
    corners = [corner for outline in outlines for ring in outline.rings for corner in ring]
    if not corners:
        raise ValueError("no outlines to draw")
    lats, lons = [lat for lat, _ in corners], [lon for _, lon in corners]
    return Box(south=min(lats), west=min(lons), north=max(lats), east=max(lons))


def path_d(rings: Iterable[Ring], projection: Projection) -> str:
    """The ``d`` of an SVG path, to a tenth of a unit; corners that fall together are left out.

    Draw it with ``fill-rule="evenodd"``: a ring inside another is then a hole.
    """
    parts: list[str] = []
    x0, per_lon, y0, per_lat = projection.affine()
    for ring in rings:
        drawn: list[str] = []
        for lat, lon in ring:
            x, y = x0 + per_lon * lon, y0 + per_lat * lat
            # Adding nothing turns -0.0 into 0.0.
            corner = f"{round(x, 1) + 0.0:.1f},{round(y, 1) + 0.0:.1f}"
            if not drawn or drawn[-1] != corner:
                drawn.append(corner)
        if len(drawn) > 2:
            parts.append("M" + "L".join(drawn) + "Z")
    return "".join(parts)
