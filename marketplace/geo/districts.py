"""The districts that the example data covers, with the facts that a gap report needs."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

FACTS_FILE = "district_facts.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A lower-tier district or unitary authority, by its ONS code.

    Populations are numbers of people (mid-2020 estimates by age; Census 2021 in all). Shares are
    percentages. Source: seeds/SOURCES.md.
    """

    code: str
    name: str
    upper_tier: str
    adults_18_to_64: int
    adults_65_and_over: int
    adults_75_and_over: int
    people: int
    disabled_people: int
    rural_percent: Decimal
    most_deprived_fifth_percent: Decimal
    lonely_percent: Decimal

    @property
    def adults(self) -> int:
        return self.adults_18_to_64 + self.adults_65_and_over


@cache
def read_districts(seeds_dir: Path) -> Mapping[str, District]:
    """Districts by code, ordered by upper tier and name. Read once for each folder.

    Raises ``FileNotFoundError`` if the folder lacks the facts, ``KeyError`` for a missing column.
    """
    with (seeds_dir / FACTS_FILE).open(encoding="utf-8", newline="") as file:
        districts = [_district(row) for row in csv.DictReader(file)]
    districts.sort(key=lambda district: (district.upper_tier, district.name))
    return MappingProxyType({district.code: district for district in districts})


def district_name(code: str, districts: Mapping[str, District]) -> str:
    """The name of a district we hold facts of, else the code itself."""
    known = districts.get(code)
    return code if known is None else known.name


def _district(row: Mapping[str, str]) -> District:
    return District(
        code=row["code"],
        name=row["name"],
        upper_tier=row["upper_tier"],
        adults_18_to_64=int(row["pop_18_64_mid2020"]),
        adults_65_and_over=int(row["pop_65plus_mid2020"]),
        adults_75_and_over=int(row["pop_75plus_mid2020"]),
        people=int(row["pop_census2021"]),
        disabled_people=int(row["disabled_census2021"]),
        rural_percent=Decimal(row["pct_pop_rural_ruc2021"]),
        most_deprived_fifth_percent=Decimal(row["pct_lsoa_imd25_decile1_2"]),
        lonely_percent=Decimal(row["cls_loneliness_pct_popweighted"]),
    )
