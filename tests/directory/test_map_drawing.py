"""The map: pins where they belong, never on top of each other, anywhere in Great Britain."""

from __future__ import annotations

import re
from itertools import combinations
from math import hypot
from pathlib import Path

import pytest

from marketplace.directory.map_drawing import PIN_RADIUS, MapDrawing, Pin, draw_map, outlines_in
from marketplace.geo.distance import distance_km
from marketplace.geo.outlines import Outline
from tests.fixtures.site import ROOT
from tests.fixtures.timing import least_seconds

MANSFIELD = (53.145, -1.197)
NORWICH = (52.629, 1.292)
LEEDS = (53.798, -1.548)
ABERDEEN = (57.141, -2.103)


@pytest.fixture(scope="module")
def outlines() -> tuple[Outline, ...]:
    return outlines_in(ROOT / "seeds")


def pin(point: tuple[float, float], label: str = "1", *, is_area: bool = False) -> Pin:
    return Pin(lat=point[0], lon=point[1], label=label, title=f"Place {label}", is_area=is_area)


def drawn(*pins: Pin, outlines: tuple[Outline, ...], home: tuple[float, float] | None = None) -> MapDrawing:
    drawing = draw_map(pins, home, outlines=outlines)
    assert drawing is not None
    return drawing


def test_where_there_is_no_place_there_is_no_map(outlines: tuple[Outline, ...]) -> None:
    assert draw_map([], None, outlines=outlines) is None


def test_north_is_up_east_is_right_and_distances_are_true(outlines: tuple[Outline, ...]) -> None:
    drawing = drawn(pin(MANSFIELD), pin(NORWICH, "2"), pin(LEEDS, "3"), outlines=outlines)
    mansfield, norwich, leeds = drawing.pins
    assert leeds.tip_y < mansfield.tip_y < norwich.tip_y
    assert leeds.tip_x < mansfield.tip_x < norwich.tip_x
    per_mile = drawing.scale.length / drawing.scale.miles
    for one, other, here, there in (
        (mansfield, norwich, MANSFIELD, NORWICH),
        (mansfield, leeds, MANSFIELD, LEEDS),
    ):
        on_paper = hypot(one.tip_x - other.tip_x, one.tip_y - other.tip_y) / per_mile
        assert on_paper == pytest.approx(float(distance_km(*here, *there)) / 1.609344, rel=0.01)


def test_twenty_pins_at_one_place_never_hide_each_other_or_home(outlines: tuple[Outline, ...]) -> None:
    drawing = drawn(
        *(pin(MANSFIELD, str(n), is_area=n % 2 == 0) for n in range(20)), outlines=outlines, home=MANSFIELD
    )
    assert drawing.home is not None
    heads = [(one.x, one.y) for one in drawing.pins] + [(drawing.home.x, drawing.home.y)]
    assert all(hypot(a[0] - b[0], a[1] - b[1]) >= 2 * PIN_RADIUS for a, b in combinations(heads, 2))
    for x, y in heads:
        assert PIN_RADIUS <= x <= drawing.width - PIN_RADIUS
        assert PIN_RADIUS <= y <= drawing.height - PIN_RADIUS
    assert len(drawing.areas) == 1


def test_only_districts_in_view_are_drawn(outlines: tuple[Outline, ...]) -> None:
    assert 1 <= len(drawn(pin(NORWICH), outlines=outlines).districts) < 8
    assert len(drawn(pin(MANSFIELD), pin(NORWICH, "2"), outlines=outlines).districts) == 15


@pytest.mark.parametrize(("point", "town"), [(LEEDS, "Leeds"), (ABERDEEN, "Aberdeen")])
def test_outside_our_districts_pins_stand_on_a_plain_grid(
    outlines: tuple[Outline, ...], point: tuple[float, float], town: str
) -> None:
    drawing = drawn(pin(point), outlines=outlines)
    assert drawing.districts == ()
    assert re.fullmatch(r"(M[\d.]+,[\d.]+[HV]\d+)+", drawing.grid)
    assert drawing.scale.length > 20
    assert town in {name.text for name in drawing.names}


def test_names_of_towns_hide_no_pin(outlines: tuple[Outline, ...]) -> None:
    drawing = drawn(pin(MANSFIELD), pin(NORWICH, "2"), outlines=outlines)
    assert {"King's Lynn", "Norwich"} <= {name.text for name in drawing.names}
    for name in drawing.names:
        half = len(name.text) * 3
        for one in drawing.pins:
            apart = abs(name.x - one.x) > half + PIN_RADIUS or abs(name.y - 4 - one.y) > PIN_RADIUS + 6
            assert apart, name.text


def test_a_map_without_outlines_is_still_a_map(tmp_path: Path) -> None:
    assert outlines_in(tmp_path) == ()
    assert drawn(pin(MANSFIELD), outlines=()).grid


def test_a_map_is_drawn_in_well_under_a_tenth_of_a_second(outlines: tuple[Outline, ...]) -> None:
    pins = [pin((52.6 + n / 25, -1.2 + n / 8), str(n)) for n in range(20)]
    drawn(*pins, outlines=outlines)
    assert least_seconds(lambda: drawn(*pins, outlines=outlines)) < 0.05
