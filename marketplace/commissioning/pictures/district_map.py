"""A map of districts, shaded by a value, with the value written on each. Its table stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import hypot, inf
from textwrap import wrap

from marketplace.commissioning.pictures.marks import NUMBER, Mark, Unit, Value, scale_of
from marketplace.geo.outlines import Outline, Projection, Ring, bounds_of, path_d

WIDTH = 480
LEAST_HEIGHT, MOST_HEIGHT = 260, 620
MARGIN = 10.0
_LINE = 13
"""Letters of a name in one line."""
_TRIES = 10
"""A grid of so many points each way is tried for where a number stands best."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One district: its path, and its number at x, y."""

    code: str
    name: str
    name_lines: tuple[str, ...]
    d: str
    x: float
    y: float
    mark: Mark
    href: str


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """Everything that the macro needs, in units of the view box."""

    width: int
    height: int
    around: tuple[str, ...]
    """Paths of districts of other councils, without a number."""
    shapes: tuple[Shape, ...]
    key: tuple[tuple[Mark, str], ...]

    @property
    def has_links(self) -> bool:
        return any(shape.href for shape in self.shapes)


def district_map(
    values: Mapping[str, Value],
    *,
    outlines: tuple[Outline, ...],
    links: Mapping[str, str] | None = None,
    unit: Unit = NUMBER,
    from_zero: bool = True,
    beside: Iterable[Value] = (),
) -> DistrictMap | None:
    """The districts of *values*, by ONS code; None where we have no outline of any.

    Take *outlines* from ``directory.map_drawing.outlines_in(settings.seeds_dir)``. Drawing twenty
    districts takes a millisecond or two: what is heavy is kept. Values of maps that stand *beside* it make
    one scale with its own, so that a shade means the same on both.
    """
    mine = tuple(outline for outline in outlines if outline.code in values)
    if not mine:
        return None
    frame = _frame(outlines, tuple(outline.code for outline in mine))
    scale = scale_of([*values.values(), *beside], unit, from_zero=from_zero)
    shapes = tuple(
        Shape(
            code=outline.code,
            name=outline.name,
            name_lines=tuple(wrap(outline.name, _LINE, break_long_words=False)),
            d=d,
            x=x,
            y=y,
            mark=scale.mark(values[outline.code]),
            href=(links or {}).get(outline.code, ""),
        )
        for outline, (d, x, y) in zip(mine, frame.drawn, strict=True)
    )
    return DistrictMap(WIDTH, frame.height, frame.around, shapes, scale.key(one.mark for one in shapes))


@dataclass(frozen=True, slots=True)
class _Frame:
    height: int
    around: tuple[str, ...]
    drawn: tuple[tuple[str, float, float], ...]


@lru_cache(maxsize=64)
def _frame(outlines: tuple[Outline, ...], codes: tuple[str, ...]) -> _Frame:
    """What doesn't depend on the numbers."""
    mine = [outline for outline in outlines if outline.code in codes]
    box = bounds_of(mine)
    whole = Projection(box, WIDTH, 10_000, margin=MARGIN)
    _, top = whole.xy(box.north, box.west)
    _, bottom = whole.xy(box.south, box.west)
    height = round(min(max(bottom - top + 2 * MARGIN, LEAST_HEIGHT), MOST_HEIGHT))
    projection = Projection(box, WIDTH, height, margin=MARGIN)
    around = [
        path_d(outline.rings, projection)
        for outline in outlines
        if outline.code not in codes and _is_seen(outline, projection)
    ]
    drawn = []
    for outline in mine:
        x, y = _spot(outline.rings[0], projection)
        drawn.append((path_d(outline.rings, projection), x, y))
    return _Frame(height, tuple(around), tuple(drawn))


def _is_seen(outline: Outline, projection: Projection) -> bool:
    corners = [projection.xy(lat, lon) for ring in outline.rings for lat, lon in ring]
    return any(0 <= x <= projection.width and 0 <= y <= projection.height for x, y in corners)


def _spot(ring: Ring, projection: Projection) -> tuple[float, float]:
    """The point of a grid that is farthest from the border: where a number has most room."""
    corners = [projection.xy(lat, lon) for lat, lon in ring]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    best, spot = -inf, (sum(xs) / len(xs), sum(ys) / len(ys))
    for across in range(1, _TRIES):
        for down in range(1, _TRIES):
            x = min(xs) + (max(xs) - min(xs)) * across / _TRIES
            y = min(ys) + (max(ys) - min(ys)) * down / _TRIES
            # A number is wider than it is high: room to the sides counts for less.
            room = min(hypot((x - a) * 0.6, y - b) for a, b in corners)
            if room > best and _is_inside(x, y, corners):
                best, spot = room, (x, y)
    return round(spot[0], 1), round(spot[1], 1)


def _is_inside(x: float, y: float, corners: list[tuple[float, float]]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside
