from __future__ import annotations

import numpy as np
import pytest
from geopy.distance import geodesic

from marketplace.geo.distance import bounding_box, distance_km, km_per_degree


def test_a_degree_has_the_length_that_the_tables_give() -> None:
    # WGS84: 110.574 and 111.320 km at the equator, 111.133 and 78.847 km at 45 degrees.
    north, east = km_per_degree([0.0, 45.0])

    # The length of a degree centred on the latitude, to 10 m.
    assert north == pytest.approx([110.574, 111.132], abs=0.01)
    assert east == pytest.approx([111.320, 78.847], abs=0.01)


def test_the_ruler_differs_from_the_geodesic_by_less_than_a_hundredth_of_a_percent_to_100_km() -> None:
    random = np.random.default_rng(20_261_122)
    lats, lons = random.uniform(50, 60, 400), random.uniform(-6, 1.7, 400)
    km, bearings = random.uniform(0.1, 100, 400), random.uniform(0, 360, 400)
    ends = [
        geodesic(kilometers=far).destination((lat, lon), bearing)
        for lat, lon, far, bearing in zip(lats, lons, km, bearings, strict=True)
    ]

    found = distance_km(lats, lons, [end.latitude for end in ends], [end.longitude for end in ends])

    assert np.max(np.abs(found / km - 1)) < 1e-4


def test_distances_broadcast_and_an_unknown_place_stays_unknown() -> None:
    found = distance_km([[53.0], [52.0]], [[-1.0], [1.0]], [53.0, np.nan, 52.5], [-1.0, 0.0, 0.5])

    assert found.shape == (2, 3)
    assert found[0, 0] == 0
    assert np.isnan(found[:, 1]).all()
    assert found[1, 2] == pytest.approx(geodesic((52.0, 1.0), (52.5, 0.5)).km, rel=1e-4)


@pytest.mark.parametrize("radius", [0.2, 5.0, 60.0, 100.0])
@pytest.mark.parametrize(("lat", "lon"), [(52.63, 1.29), (53.14, -1.19), (60.15, -1.15), (-52.0, 10.0)])
def test_a_box_holds_its_whole_circle_and_little_more(lat: float, lon: float, radius: float) -> None:
    box = bounding_box(lat, lon, radius)
    rim = [geodesic(kilometers=radius).destination((lat, lon), bearing) for bearing in range(0, 360, 5)]

    assert all(box.south < point.latitude < box.north for point in rim)
    assert all(box.west < point.longitude < box.east for point in rim)
    assert box.north - box.south < 1.01 * (2 * radius / 110.9)
    assert geodesic((lat, box.west), (lat, box.east)).km < 2 * radius * 1.06
