"""The fixed geography of every gap report: places in districts, districts in councils.

A place is the part of an outcode that lies in one district ("NR27 in North Norfolk"). The list comes out
of the postcode directory and is the same for everybody. Nobody draws an area of their own: two areas that
differ by a street would tell who lives in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from marketplace.geo.council_areas import council_code, councils
from marketplace.geo.distance import distance_km
from marketplace.geo.districts import District
from marketplace.geo.places import Place, Precision
from marketplace.geo.postcodes import NO_DISTRICT, UNITS_PER_DEGREE, PostcodeDirectory
from marketplace.vocabulary import N_

NOWHERE = -1
"""Position of a place, district or council that is not known."""
FEWEST_POSTCODES = 100
"""A sliver of an outcode with fewer postcodes belongs to the nearest place of its district."""
ADULTS_A_POSTCODE = 20.0
"""52 million adults of Great Britain over 2.6 million postcodes, old ones among them."""
PLACE_NAME = N_("%(outcode)s in %(district)s")

Whole = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geography:
    """*p* places in *d* districts in *c* councils, each in a fixed order; shared by reading only."""

    outcodes: tuple[str, ...]
    """Of each place: 'NR27'."""
    place_district: Whole
    """Shape (p,): position of the district of each place."""
    lat: Floats
    """Shape (p,), WGS84 degrees: the middle of the place's postcodes."""
    lon: Floats
    district_codes: tuple[str, ...]
    """ONS codes of lower-tier districts and unitary authorities."""
    district_names: tuple[str, ...]
    """The code where no name is known."""
    district_council: Whole
    """Shape (d,): position of the council with adult social care."""
    council_codes: tuple[str, ...]
    council_names: tuple[str, ...]
    index: Mapping[tuple[str, str], int]
    """Place by outcode and district code; slivers too."""
    adults: Floats = field(default_factory=lambda: np.zeros(0))
    """Shape (p,), or none: about how many adults live there, taken to live where postcodes are. From the facts
    of the district where we hold them, else ``ADULTS_A_POSTCODE``. An estimate for ratios, never shown."""

    @property
    def place_council(self) -> Whole:
        """Shape (p,)."""
        return np.asarray(self.district_council[self.place_district])

    def place_of(self, home: Place | None, district_code: str | None = None) -> int:
        """Position of the place of a home; ``NOWHERE`` where it has none in this geography.

        *district_code* is what is known of the person, and goes before the home's own.
        """
        if home is None:
            return NOWHERE
        code = district_code or home.district_code
        return NOWHERE if code is None else self.index.get((home.label.split()[0], code), NOWHERE)

    def district_of(self, code: str | None) -> int:
        """Position of a district by its code; ``NOWHERE`` for one that isn't here."""
        return _position(self.district_codes, code)

    def council_of(self, code: str | None) -> int:
        """Position of a council by its code; ``NOWHERE`` for one that isn't here."""
        return _position(self.council_codes, code)

    def places_in(self, council: int) -> npt.NDArray[np.int64]:
        """Positions of the places of one council."""
        return np.flatnonzero(self.place_council == council)

    def districts_in(self, council: int) -> npt.NDArray[np.int64]:
        """Positions of the districts of one council."""
        return np.flatnonzero(self.district_council == council)

    def key_of(self, place: int) -> str:
        """What a place is kept by: 'NR27 E07000147'."""
        return f"{self.outcodes[place]} {self.district_codes[self.place_district[place]]}"

    def words_of(self, place: int) -> dict[str, str]:
        """What fills ``PLACE_NAME``."""
        district = self.district_names[self.place_district[place]]
        return {"outcode": self.outcodes[place], "district": district}


def geography_of(
    directory: PostcodeDirectory,
    districts: Mapping[str, District],
    *,
    council_codes: Collection[str] | None = None,
) -> Geography:
    """The geography of the postcode directory: of the councils with these codes, else of all of them.

    *districts* are those that we hold facts of: their names are known. Reads the whole directory, which
    takes about a second: ask once and keep it.
    """
    counts, points, outcodes, codes = _cells(directory)
    kept = np.array(
        [
            (council := council_code(code)) is not None
            and (council_codes is None or council in council_codes)
            for code in codes
        ],
        dtype=np.bool_,
    )
    at = np.flatnonzero(kept)
    order = at[np.lexsort(([outcodes[one] for one in at], [codes[one] for one in at]))]
    counts, points = counts[order], points[order]
    outcodes, codes = [outcodes[one] for one in order], [codes[one] for one in order]
    into = _without_slivers(counts, points, np.array(codes))
    heads = np.unique(into)
    number = np.zeros(len(into), dtype=np.int32)
    number[heads] = np.arange(len(heads))
    weight = np.asarray(np.bincount(into, weights=counts, minlength=len(into))[heads], dtype=np.float64)
    middle = [
        np.bincount(into, weights=counts * points[:, axis], minlength=len(into))[heads] / weight
        for axis in (0, 1)
    ]
    district_codes = tuple(sorted(set(codes)))
    councils_of = [council_code(code) or code for code in district_codes]
    own_codes = tuple(sorted(set(councils_of)))
    names = councils(districts)
    return Geography(
        outcodes=tuple(outcodes[one] for one in heads),
        place_district=np.array([district_codes.index(codes[one]) for one in heads], dtype=np.int32),
        lat=middle[0],
        lon=middle[1],
        adults=_adults(weight, [codes[one] for one in heads], districts),
        district_codes=district_codes,
        district_names=tuple(districts[code].name if code in districts else code for code in district_codes),
        district_council=np.array([own_codes.index(code) for code in councils_of], dtype=np.int32),
        council_codes=own_codes,
        council_names=tuple(names.get(code, code) for code in own_codes),
        index={
            (outcode, code): int(number[into[one]])
            for one, (outcode, code) in enumerate(zip(outcodes, codes, strict=True))
        },
    )


def districts_only(codes: Iterable[str]) -> Geography:
    """A geography of these districts without any places, for counts that need none."""
    known = tuple(sorted(set(codes)))
    none = np.zeros(0)
    owned = np.arange(len(known), dtype=np.int32)
    return Geography(
        outcodes=(),
        place_district=np.zeros(0, dtype=np.int32),
        lat=none,
        lon=none,
        district_codes=known,
        district_names=known,
        district_council=owned,
        council_codes=known,
        council_names=known,
        index={},
    )


def _cells(
    directory: PostcodeDirectory,
) -> tuple[Floats, Floats, list[str], list[str]]:
    """Of each outcode and district that share postcodes: how many, their middle, outcode and code."""
    table = directory.tables[Precision.POSTCODE]
    letters = np.ascontiguousarray(table.keys).view(np.uint8).reshape(len(table.keys), -1)[:, :4]
    outcode = np.ascontiguousarray(letters).view(">u4").ravel().astype(np.uint64)
    known = table.districts != NO_DISTRICT
    cell = (outcode[known] << np.uint64(16)) | table.districts[known].astype(np.uint64)
    cells, which = np.unique(cell, return_inverse=True)
    counts = np.bincount(which).astype(np.float64)
    points = table.points[known]
    middle = np.column_stack(
        [np.bincount(which, weights=points[:, axis]) / counts / UNITS_PER_DEGREE for axis in (0, 1)]
    )
    names = [int(one >> np.uint64(16)).to_bytes(4, "big").decode().strip() for one in cells]
    codes = [directory.district_codes[int(one) & 0xFFFF] for one in cells]
    return counts, middle, names, codes


def _without_slivers(counts: Floats, points: Floats, codes: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """For each cell the one it belongs to: itself, or the nearest of its district that is no sliver."""
    into = np.arange(len(counts))
    for code in np.unique(codes):
        own = np.flatnonzero(codes == code)
        whole = own[counts[own] >= FEWEST_POSTCODES]
        if not len(whole):
            whole = own[[int(counts[own].argmax())]]
        for sliver in np.setdiff1d(own, whole):
            lat, lon = points[sliver]
            km = distance_km(lat, lon, points[whole, 0], points[whole, 1])
            into[sliver] = whole[int(km.argmin())]
    return into


def _adults(postcodes: Floats, codes: list[str], districts: Mapping[str, District]) -> Floats:
    adults = postcodes * ADULTS_A_POSTCODE
    for code in set(codes) & set(districts):
        here = np.array([one == code for one in codes])
        adults[here] = districts[code].adults * postcodes[here] / postcodes[here].sum()
    return np.asarray(adults)


def _position(codes: tuple[str, ...], code: str | None) -> int:
    return codes.index(code) if code in codes else NOWHERE
