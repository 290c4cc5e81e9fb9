from __future__ import annotations

import pytest
from geopy import Point
from geopy.geocoders.base import Geocoder

from marketplace.geo.geocoder import GreatBritainPostcodes
from marketplace.geo.postcodes import PostcodeDirectory
from tests.geo.conftest import MANSFIELD


@pytest.fixture
def geocoder(directory: PostcodeDirectory) -> GreatBritainPostcodes:
    return GreatBritainPostcodes(directory)


def test_it_stands_where_any_geopy_geocoder_stands(geocoder: GreatBritainPostcodes) -> None:
    assert isinstance(geocoder, Geocoder)


def test_a_location_carries_its_precision_and_district(geocoder: GreatBritainPostcodes) -> None:
    location = geocoder.geocode("ng18 1ab", timeout=3)

    assert location.address == "NG18 1AB"
    assert location.raw == {"label": "NG18 1AB", "precision": "postcode", "district_code": MANSFIELD}
    assert (location.latitude, location.longitude) == pytest.approx((53.1450, -1.1926), abs=0.01)


def test_an_address_is_found_by_the_postcode_at_its_end(geocoder: GreatBritainPostcodes) -> None:
    location = geocoder.geocode("Flat 2, 10 Example Street, Mansfield, NG18 1AB")

    assert location.address == "NG18 1AB"


@pytest.mark.parametrize("query", ["Mansfield", "BT1 1AA", "ZZ99 9ZZ", ""])
def test_what_is_not_found_is_none_as_with_other_geocoders(
    geocoder: GreatBritainPostcodes, query: str
) -> None:
    assert geocoder.geocode(query) is None


def test_a_list_is_given_where_one_is_asked_for(geocoder: GreatBritainPostcodes) -> None:
    assert [location.address for location in geocoder.geocode("NG18", exactly_one=False)] == ["NG18"]


def test_a_point_goes_back_to_its_nearest_postcode(geocoder: GreatBritainPostcodes) -> None:
    home = geocoder.geocode("NR2 1LS")

    for query in (home.point, (home.latitude, home.longitude), f"{home.latitude}, {home.longitude}"):
        assert geocoder.reverse(query).address == "NR2 1LS"


def test_going_back_can_give_the_nearest_few(geocoder: GreatBritainPostcodes) -> None:
    home = geocoder.geocode("NG18 1AA")

    found = geocoder.reverse(home.point, exactly_one=False)

    assert [location.address for location in found[:2]] == ["NG18 1AA", "NG18 1AB"]
    assert "NR2 1LS" not in [location.address for location in found]


def test_a_point_far_from_every_postcode_is_nowhere(geocoder: GreatBritainPostcodes) -> None:
    assert geocoder.reverse(Point(48.85, 2.35)) is None
