from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from geopy.distance import geodesic

from marketplace.geo.distance import Box
from marketplace.geo.districts import district_name, read_districts
from marketplace.geo.outlines import (
    OUTLINES_FILE,
    Projection,
    area_km2,
    bounds_of,
    path_d,
    read_outlines,
)

SEEDS = Path(__file__).parents[2] / "seeds"

SQUARE = ((52.0, -1.0), (52.0, -0.9), (52.1, -0.9), (52.1, -1.0))


def test_fifteen_districts_are_known_with_their_facts() -> None:
    districts = read_districts(SEEDS)

    assert len(districts) == 15
    mansfield = districts["E07000174"]
    assert (mansfield.name, mansfield.upper_tier) == ("Mansfield", "Nottinghamshire")
    assert mansfield.adults == 65_012 + 21_415
    assert mansfield.disabled_people == 24_318
    assert mansfield.lonely_percent == Decimal("24.23")
    assert [district.name for district in districts.values()][:2] == ["Breckland", "Broadland"]


def test_a_district_elsewhere_is_named_by_its_code() -> None:
    districts = read_districts(SEEDS)

    assert district_name("E07000148", districts) == "Norwich"
    assert district_name("E09000033", districts) == "E09000033"


def test_outlines_and_facts_are_of_the_same_districts() -> None:
    outlines = read_outlines(SEEDS / OUTLINES_FILE)

    assert {outline.code: outline.name for outline in outlines} == {
        code: district.name for code, district in read_districts(SEEDS).items()
    }


def test_slivers_are_dropped_and_real_parts_stay() -> None:
    rings = {outline.name: outline.rings for outline in read_outlines(SEEDS / OUTLINES_FILE)}

    assert len(rings["King's Lynn and West Norfolk"]) == 1
    assert len(rings["North Norfolk"]) == 1
    assert len(rings["South Norfolk"]) == 1
    assert len(rings["Great Yarmouth"]) == 2


@pytest.mark.parametrize(
    ("name", "km2"), [("Mansfield", 76.7), ("Nottingham", 74.6), ("Norwich", 39.0), ("Breckland", 1305.0)]
)
def test_an_outline_has_the_area_of_its_district(name: str, km2: float) -> None:
    # Standard area measurements of the ONS; the outlines are simplified.
    rings = {outline.name: outline.rings for outline in read_outlines(SEEDS / OUTLINES_FILE)}

    assert sum(area_km2(ring) for ring in rings[name]) == pytest.approx(km2, rel=0.03)


def test_the_corners_of_the_bounds_touch_the_edge_and_the_middle_is_in_the_middle() -> None:
    projection = Projection(
        Box(south=52.0, west=-1.0, north=53.0, east=0.0), width=400, height=620, margin=10
    )

    # A degree east is 0.6088 of a degree north at 52.5, so the height is what limits.
    left, bottom = projection.xy(52.0, -1.0)
    right, top = projection.xy(53.0, 0.0)

    assert (top, bottom) == pytest.approx((10, 610))
    assert (right - left) / (bottom - top) == pytest.approx(0.60876, abs=1e-4)
    assert projection.xy(52.5, -0.5) == pytest.approx((200, 310))


def test_a_kilometre_is_as_long_on_the_map_as_on_the_ground() -> None:
    projection = Projection(Box(south=52.3, west=0.1, north=53.0, east=1.8), width=600, height=500)
    a, b = (52.63, 1.0), (52.63, 1.5)
    (x1, y1), (x2, y2) = projection.xy(*a), projection.xy(*b)

    drawn = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5

    assert drawn / projection.units_per_km() == pytest.approx(geodesic(a, b).km, rel=0.005)


def test_a_path_goes_round_each_ring_and_leaves_out_corners_that_fall_together() -> None:
    projection = Projection(Box(south=52.0, west=-1.0, north=52.1, east=-0.9), width=100, height=100)
    doubled = (SQUARE[0], (52.000_001, -1.0), *SQUARE[1:])

    assert path_d([doubled], projection) == path_d([SQUARE], projection)
    assert path_d([SQUARE], projection) == "M19.3,100.0L80.7,100.0L80.7,0.0L19.3,0.0Z"
    assert path_d([SQUARE, SQUARE], projection).count("Z") == 2


def test_a_ring_too_small_to_see_is_not_drawn() -> None:
    projection = Projection(Box(south=50.0, west=-5.0, north=56.0, east=2.0), width=10, height=10)

    assert path_d([((52.0, -1.0), (52.001, -1.0), (52.001, -0.999))], projection) == ""


def test_all_outlines_fit_into_their_bounds() -> None:
    outlines = read_outlines(SEEDS / OUTLINES_FILE)
    projection = Projection(bounds_of(outlines), width=800, height=400, margin=5)

    drawn = "".join(path_d(outline.rings, projection) for outline in outlines)

    numbers = [(float(x), float(y)) for x, y in re.findall(r"([\d.-]+),([\d.-]+)", drawn)]
    assert len(numbers) > 1_000
    assert all(5 <= x <= 795 and 5 <= y <= 395 for x, y in numbers)


def test_a_file_that_is_not_of_polygons_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.geojson"
    path.write_text(json.dumps({"type": "Feature"}), encoding="utf-8")
    with pytest.raises(ValueError, match="not a GeoJSON feature collection"):
        read_outlines(path)

    point = {
        "properties": {"code": "E1", "name": "Somewhere", "upper_tier": "None"},
        "geometry": {"type": "Point", "coordinates": [0, 52]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [point]}), encoding="utf-8")
    with pytest.raises(ValueError, match="Somewhere is a Point"):
        read_outlines(path)


def test_no_outlines_have_no_bounds() -> None:
    with pytest.raises(ValueError, match="no outlines"):
        bounds_of([])
