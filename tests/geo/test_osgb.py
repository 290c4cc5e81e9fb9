from __future__ import annotations

import numpy as np
import pytest
from geopy.distance import geodesic

from marketplace.geo.osgb import grid_to_osgb36, grid_to_wgs84


def test_the_worked_example_of_ordnance_survey_comes_out_to_a_millimetre() -> None:
    # A guide to coordinate systems in Great Britain, annex C: Caister water tower.
    lat, lon = grid_to_osgb36(651_409.903, 313_177.270)

    assert np.degrees(lat) == pytest.approx(52 + 39 / 60 + 27.2531 / 3600, abs=2e-8)
    assert np.degrees(lon) == pytest.approx(1 + 43 / 60 + 4.5177 / 3600, abs=2e-8)


@pytest.mark.parametrize(
    ("place", "easting", "northing", "lat", "lon"),
    [
        # Test points of Ordnance Survey's exact transformation OSTN15.
        ("St Mary's", 91_492.146, 11_318.804, 49.92226393730, -6.29977752014),
        ("Plymouth", 250_359.811, 62_016.569, 50.43885825610, -4.10864563561),
        ("Bristol", 362_269.991, 169_978.690, 51.42754743020, -2.54407618349),
        ("London", 530_624.974, 178_388.464, 51.48936564950, -0.11992557180),
        ("Nottingham", 454_002.834, 340_834.943, 52.96219109380, -1.19747655922),
        ("King's Lynn", 562_180.547, 319_784.993, 52.75136687170, 0.40153547065),
    ],
)
def test_a_grid_position_lies_within_five_metres_of_its_surveyed_one(
    place: str, easting: float, northing: float, lat: float, lon: float
) -> None:
    found = grid_to_wgs84(easting, northing)

    assert geodesic((lat, lon), found).m < 5, place


def test_whole_arrays_give_what_single_positions_give_and_nothing_known_stays_unknown() -> None:
    eastings = np.array([454_002.834, 562_180.547, np.nan])
    northings = np.array([340_834.943, 319_784.993, np.nan])

    lats, lons = grid_to_wgs84(eastings, northings)

    assert lats.shape == lons.shape == (3,)
    assert (lats[1], lons[1]) == grid_to_wgs84(562_180.547, 319_784.993)
    assert np.isnan(lats[2])
    assert np.isnan(lons[2])
