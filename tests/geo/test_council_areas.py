"""Which council a district belongs to."""

from __future__ import annotations

import pytest

from marketplace.geo.council_areas import CouncilArea, council_area, county_of
from marketplace.geo.districts import read_districts
from tests.fixtures.site import ROOT

DISTRICTS = read_districts(ROOT / "seeds")


@pytest.mark.parametrize(
    ("code", "county"),
    [
        ("E07000034", "Derbyshire"),  # Chesterfield
        ("E07000240", "Hertfordshire"),  # St Albans, numbered anew
        ("E07000245", "Suffolk"),  # West Suffolk
        ("E07000170", "Nottinghamshire"),  # Ashfield, the first
        ("E07000176", "Nottinghamshire"),  # Rushcliffe, the last
        ("E07000150", None),  # Corby, whose county is no more
        ("E06000018", None),  # Nottingham
        ("E08000035", None),  # Leeds
    ],
)
def test_a_shire_district_belongs_to_its_county(code: str, county: str | None) -> None:
    assert county_of(code) == county


def test_the_districts_of_our_facts_agree_with_the_numbers() -> None:
    for code, district in DISTRICTS.items():
        assert county_of(code) == (None if code == "E06000018" else district.upper_tier)


def test_nottinghamshire_and_nottingham_are_two_councils_and_norfolk_is_one() -> None:
    mansfield, newark, nottingham = (
        council_area(code, DISTRICTS) for code in ("E07000174", "E07000175", "E06000018")
    )
    assert mansfield == newark == CouncilArea("Nottinghamshire", "Nottinghamshire")
    assert nottingham == CouncilArea("Nottingham City", "Nottingham City")
    norfolk = {council_area(f"E0700014{last}", DISTRICTS) for last in range(3, 10)}
    assert norfolk == {CouncilArea("Norfolk", "Norfolk")}


def test_a_council_without_a_name_here_is_still_told_from_another() -> None:
    leeds, bradford = council_area("E08000035", {}), council_area("E08000032", {})
    assert leeds is not None
    assert leeds.name == ""
    assert leeds != bradford
    assert council_area(None, DISTRICTS) is None
