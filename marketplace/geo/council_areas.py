"""Which council arranges adult social care at a place: a county for its districts, else the district.

'Close to home' is asked of care by the council's area, not by the district: somebody in Mansfield
who goes to Newark stays in Nottinghamshire; in Nottingham they are in another council's area.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.geo.districts import District

_SHIRE_DISTRICT = "E07"
_COUNTY_CODES = {
    "Cambridgeshire": "E10000003",
    "Derbyshire": "E10000007",
    "Devon": "E10000008",
    "East Sussex": "E10000011",
    "Essex": "E10000012",
    "Gloucestershire": "E10000013",
    "Hampshire": "E10000014",
    "Hertfordshire": "E10000015",
    "Kent": "E10000016",
    "Lancashire": "E10000017",
    "Leicestershire": "E10000018",
    "Lincolnshire": "E10000019",
    "Norfolk": "E10000020",
    "Nottinghamshire": "E10000024",
    "Oxfordshire": "E10000025",
    "Staffordshire": "E10000028",
    "Suffolk": "E10000029",
    "Surrey": "E10000030",
    "Warwickshire": "E10000031",
    "West Sussex": "E10000032",
    "Worcestershire": "E10000034",
}
"""ONS codes of the county councils with districts (Register of Geographic Codes)."""
_COUNTIES: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    ("Cambridgeshire", ((8, 12),)),
    ("Derbyshire", ((32, 39),)),
    ("Devon", ((40, 47),)),
    ("East Sussex", ((61, 65),)),
    ("Essex", ((66, 77),)),
    ("Gloucestershire", ((78, 83),)),
    ("Hampshire", ((84, 94),)),
    ("Hertfordshire", ((95, 104), (240, 243))),
    ("Kent", ((105, 116),)),
    ("Lancashire", ((117, 128),)),
    ("Leicestershire", ((129, 135),)),
    ("Lincolnshire", ((136, 142),)),
    ("Norfolk", ((143, 149),)),
    ("Nottinghamshire", ((170, 176),)),
    ("Oxfordshire", ((177, 181),)),
    ("Staffordshire", ((192, 199),)),
    ("Suffolk", ((200, 206), (244, 245))),
    ("Surrey", ((207, 217),)),
    ("Warwickshire", ((218, 222),)),
    ("West Sussex", ((223, 229),)),
    ("Worcestershire", ((234, 239),)),
)
"""Shire districts are numbered county by county (ONS Register of Geographic Codes); the last three
digits of the first and the last district of each county that still has two tiers."""


@dataclass(frozen=True, slots=True)
class CouncilArea:
    """The area of one council with adult social care. Equal keys are the same council."""

    key: str
    name: str
    """Empty where we hold no name: the same council can still be told from another."""


def council_area(district_code: str | None, districts: Mapping[str, District]) -> CouncilArea | None:
    """The council area of an ONS district code; None where the district is not known.

    *districts* are the districts that we hold facts of; their upper tier names the council.
    """
    if not district_code:
        return None
    known = districts.get(district_code)
    name = county_of(district_code) if known is None else known.upper_tier
    return CouncilArea(name or district_code, name or "")


def county_of(district_code: str) -> str | None:
    """The county council of a shire district; None for unitary, metropolitan and other districts.

    Worked example: E07000034 is Chesterfield, so Derbyshire; E06000018 is Nottingham, a council of
    its own.
    """
    if not district_code.startswith(_SHIRE_DISTRICT):
        return None
    number = int(district_code[3:])
    return next(
        (name for name, spans in _COUNTIES if any(low <= number <= high for low, high in spans)), None
    )


def council_code(district_code: str | None) -> str | None:
    """The ONS code of the council with adult social care at a district: its county's, else its own.

    Worked example: E07000174 is Mansfield, so E10000024, Nottinghamshire; E06000018 is Nottingham
    itself. None where the district is not known or its county is none of ours.
    """
    if not district_code:
        return None
    if not district_code.startswith(_SHIRE_DISTRICT):
        return district_code
    return _COUNTY_CODES.get(county_of(district_code) or "")


def councils(districts: Mapping[str, District]) -> dict[str, str]:
    """Names of the councils that we can name, by ONS code, in the order of the names."""
    own = {
        district.code: district.upper_tier
        for district in districts.values()
        if not district.code.startswith(_SHIRE_DISTRICT)
    }
    every = own | {code: name for name, code in _COUNTY_CODES.items()}
    return dict(sorted(every.items(), key=lambda council: council[1]))
