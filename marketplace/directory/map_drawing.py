"""A map as plain SVG, drawn here: district outlines, numbered pins, a scale bar, and no tiles.

No reader's browser asks anybody else for a picture, so nobody learns where a person looks. The
drawing is data; ``templates/components/map.html`` turns it into SVG. The list of the same places
always stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, floor, hypot, pi, radians, sin
from pathlib import Path

from marketplace.directory.towns import TOWNS
from marketplace.geo.distance import Box
from marketplace.geo.outlines import OUTLINES_FILE, Outline, Projection, bounds_of, path_d, read_outlines

WIDTH = 400
HEIGHT = 440
PIN_RADIUS = 13.0
KM_PER_MILE = 1.609344
KM_PER_DEGREE = 111.2
SMALLEST_SPAN_KM = 8.0
"""A smaller map would be one of streets, which we do not draw."""
SPAN_OF_ONE_KM = 14.0
"""One place alone needs the names of towns around it."""
MOST_NAMES = 14
SCALE_MILES = (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
GRID_DEGREES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
NAME_ASIDE = (0.0, 23.0, -23.0)
"""A name stands on its town, else just below or above a pin that has the place."""
LETTER_WIDTH = 6.4
LINE_HEIGHT = 15.0

Point = tuple[float, float]
"""Latitude and longitude in WGS84 degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A place to show. ``is_area`` where only the town or area may be known: drawn as a circle
    around a point that its caller has already made coarse."""

    lat: float
    lon: float
    label: str
    title: str
    is_area: bool = False
    href: str | None = None


@dataclass(frozen=True, slots=True)
class DrawnPin:
    """A pin in units of the drawing: its head at x, y and the place it means at tip_x, tip_y."""

    x: float
    y: float
    tip_x: float
    tip_y: float
    area_radius: float | None
    label: str
    title: str
    href: str | None

    @property
    def is_moved(self) -> bool:
        """The head stands aside, as another pin has the place; within its area that is no matter."""
        return hypot(self.x - self.tip_x, self.y - self.tip_y) > (self.area_radius or 0)


@dataclass(frozen=True, slots=True)
class DrawnName:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class ScaleBar:
    x: float
    y: float
    length: float
    miles: float


@dataclass(frozen=True, slots=True)
class Home:
    """Where the reader starts from, with the circle they search within."""

    x: float
    y: float
    reach: float | None


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """Everything the macro needs, in units of the view box."""

    width: int
    height: int
    districts: tuple[str, ...]
    grid: str
    names: tuple[DrawnName, ...]
    pins: tuple[DrawnPin, ...]
    home: Home | None
    scale: ScaleBar

    @property
    def has_links(self) -> bool:
        return any(pin.href for pin in self.pins)

    @property
    def areas(self) -> tuple[tuple[float, float, float], ...]:
        """Centre and radius of each area, once however many pins it has."""
        circles = [(pin.tip_x, pin.tip_y, pin.area_radius) for pin in self.pins if pin.area_radius]
        return tuple(dict.fromkeys(circles))


@lru_cache(maxsize=4)
def outlines_in(seeds_dir: Path) -> tuple[Outline, ...]:
    """The outlines we have, read once; none where the file is not there."""
    try:
        return read_outlines(seeds_dir / OUTLINES_FILE)
    except FileNotFoundError:
        return ()


def draw_map(
    pins: Sequence[Pin],
    home: Point | None = None,
    *,
    outlines: tuple[Outline, ...],
    reach_km: float | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> MapDrawing | None:
    """Draw the pins and the reader's own place, or nothing where neither is there.

    Works for any place in Great Britain: outside the districts whose outlines we have, pins stand
    on a plain grid with the scale bar and the names of large towns.
    """
    points = [(pin.lat, pin.lon) for pin in pins]
    if home is not None:
        points.append(home)
    if not points:
        return None
    projection = _projection(points, width=width, height=height)
    window = _window(projection)
    scale = _scale_bar(projection)
    at_home = None if home is None else _home(home, projection, reach_km)
    drawn = _place_pins(pins, projection, at_home)
    districts = _districts(outlines, projection, window)
    return MapDrawing(
        width=width,
        height=height,
        districts=districts,
        grid="" if districts else _grid(projection, window),
        names=_names(projection, drawn, at_home, scale),
        pins=drawn,
        home=at_home,
        scale=scale,
    )


def _projection(points: Sequence[Point], *, width: int, height: int) -> Projection:
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    middle = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
    span = SPAN_OF_ONE_KM if len(set(points)) == 1 else SMALLEST_SPAN_KM
    up = span / KM_PER_DEGREE / 2
    across = up / cos(radians(middle[0]))
    bounds = Box(
        south=min(*lats, middle[0] - up),
        west=min(*lons, middle[1] - across),
        north=max(*lats, middle[0] + up),
        east=max(*lons, middle[1] + across),
    )
    return Projection(bounds, width, height, margin=36)


def _window(projection: Projection) -> Box:
    """What the view box shows: more than the bounds in one direction."""
    up = projection.height / projection.units_per_km() / KM_PER_DEGREE / 2
    bounds = projection.bounds
    lat, lon = (bounds.south + bounds.north) / 2, (bounds.west + bounds.east) / 2
    across = up * projection.width / projection.height / cos(radians(lat))
    return Box(south=lat - up, west=lon - across, north=lat + up, east=lon + across)


def _districts(outlines: tuple[Outline, ...], projection: Projection, window: Box) -> tuple[str, ...]:
    return tuple(
        path_d(outline.rings, projection)
        for outline, box in zip(outlines, _boxes(outlines), strict=True)
        if box.south < window.north
        and box.north > window.south
        and box.west < window.east
        and box.east > window.west
    )


@lru_cache(maxsize=4)
def _boxes(outlines: tuple[Outline, ...]) -> tuple[Box, ...]:
    return tuple(bounds_of([outline]) for outline in outlines)


def _grid(projection: Projection, window: Box) -> str:
    """Lines of latitude and longitude, about five of each."""
    wanted = (window.north - window.south) / 5
    step = next((degrees for degrees in GRID_DEGREES if degrees >= wanted), GRID_DEGREES[-1])
    parts = []
    for number in range(ceil(window.south / step), floor(window.north / step) + 1):
        _, y = projection.xy(number * step, window.west)
        parts.append(f"M0,{y:.1f}H{projection.width:.0f}")
    for number in range(ceil(window.west / step), floor(window.east / step) + 1):
        x, _ = projection.xy(window.south, number * step)
        parts.append(f"M{x:.1f},0V{projection.height:.0f}")
    return "".join(parts)


def _home(home: Point, projection: Projection, reach_km: float | None) -> Home:
    x, y = projection.xy(*home)
    reach = None if reach_km is None else round(reach_km * projection.units_per_km(), 1)
    return Home(round(x, 1), round(y, 1), reach)


def _place_pins(pins: Sequence[Pin], projection: Projection, home: Home | None) -> tuple[DrawnPin, ...]:
    """Each head on its place, or at the nearest free spot beside it."""
    taken = [] if home is None else [(home.x, home.y)]
    drawn = []
    for pin in pins:
        tip_x, tip_y = (round(value, 1) for value in projection.xy(pin.lat, pin.lon))
        x, y = _free_spot(tip_x, tip_y, taken, projection)
        taken.append((x, y))
        radius = _area_radius(projection) if pin.is_area else None
        drawn.append(
            DrawnPin(
                x=x,
                y=y,
                tip_x=tip_x,
                tip_y=tip_y,
                area_radius=None if radius is None else round(radius, 1),
                label=pin.label,
                title=pin.title,
                href=pin.href,
            )
        )
    return tuple(drawn)


def _area_radius(projection: Projection) -> float:
    """About the size of an outcode, within what still looks like a circle on a map."""
    return min(max(20.0, projection.units_per_km() * 2.0), 60.0)


def _free_spot(
    x: float, y: float, taken: Sequence[tuple[float, float]], projection: Projection
) -> tuple[float, float]:
    apart = 2 * PIN_RADIUS
    for ring in range(7):
        spots = 6 * ring or 1
        for number in range(spots):
            angle = 2 * pi * number / spots - pi / 2
            spot = (
                round(x + ring * (apart + 1) * cos(angle), 1),
                round(y + ring * (apart + 1) * sin(angle), 1),
            )
            inside = (
                PIN_RADIUS <= spot[0] <= projection.width - PIN_RADIUS
                and PIN_RADIUS <= spot[1] <= projection.height - PIN_RADIUS
            )
            if inside and all(hypot(spot[0] - a, spot[1] - b) >= apart for a, b in taken):
                return spot
    return x, y


def _scale_bar(projection: Projection) -> ScaleBar:
    per_mile = projection.units_per_km() * KM_PER_MILE
    fitting = [miles for miles in SCALE_MILES if miles * per_mile <= projection.width * 0.3]
    miles = fitting[-1] if fitting else SCALE_MILES[0]
    return ScaleBar(14, projection.height - 14, round(miles * per_mile, 1), miles)


def _names(
    projection: Projection, pins: Sequence[DrawnPin], home: Home | None, scale: ScaleBar
) -> tuple[DrawnName, ...]:
    """Names of towns, larger ones first, where they hide no pin and no other name."""
    boxes = [(pin.x - 14, pin.y - 14, pin.x + 14, pin.y + 14) for pin in pins]
    boxes.append((0, scale.y - 22, scale.x + scale.length + 60, projection.height))
    if home is not None:
        boxes.append((home.x - 12, home.y - 12, home.x + 12, home.y + 12))
    names: list[DrawnName] = []
    for town in TOWNS:
        x, y = projection.xy(town.lat, town.lon)
        half = len(town.name) * LETTER_WIDTH / 2
        for aside in NAME_ASIDE:
            middle = y + aside
            box = (x - half, middle - LINE_HEIGHT / 2, x + half, middle + LINE_HEIGHT / 2)
            if _inside(box, projection) and not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
                names.append(DrawnName(round(x, 1), round(middle + 4, 1), town.name))
                break
        if len(names) == MOST_NAMES:
            break
    return tuple(names)


def _inside(box: tuple[float, float, float, float], projection: Projection) -> bool:
    left, top, right, bottom = box
    return left >= 2 and top >= 2 and right <= projection.width - 2 and bottom <= projection.height - 2


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
