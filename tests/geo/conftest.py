"""A small postcode directory with known rows, and the real one."""

from __future__ import annotations

from pathlib import Path

import brotli
import msgpack
import pytest

from marketplace.geo.postcode_build import build_postcode_directory
from marketplace.geo.postcodes import PostcodeDirectory

MANSFIELD, ASHFIELD, NORWICH, PORTSMOUTH = "E07000174", "E07000170", "E07000148", "E06000044"

NAN = float("nan")

# Postcode as the source writes it, district, easting, northing. The last five must be left out.
ROWS: tuple[tuple[str, str | float, float, float], ...] = (
    ("NG181AA", MANSFIELD, 454000.0, 361000.0),
    ("NG181AB", MANSFIELD, 454100.0, 361200.0),
    ("NG181AD", MANSFIELD, 458000.0, 369000.0),
    ("NG182AA", MANSFIELD, 455000.0, 360000.0),
    ("NG1 1AA", ASHFIELD, 457000.0, 340000.0),
    ("NG1 1AB", MANSFIELD, 457200.0, 340200.0),
    ("NG104AA", ASHFIELD, 449000.0, 333000.0),
    ("NR2 1LS", NORWICH, 622600.0, 308600.0),
    ("PO1 1AA", PORTSMOUTH, 464000.0, 100000.0),
    ("N1  0AA", "E09000019", 530900.0, 183800.0),
    ("N11 1AA", "E09000003", 528800.0, 192300.0),
    ("NG189ZZ", MANSFIELD, NAN, NAN),
    ("NG1 9ZZ", NAN, NAN, NAN),
    ("BT1 1AA", "N09000003", 333900.0, 374300.0),
    ("IM1 1AA", "M99999999", NAN, NAN),
    ("JE2 3AB", "L99999999", NAN, NAN),
)


def write_source(folder: Path, rows: tuple[tuple[str, str | float, float, float], ...]) -> Path:
    """Write rows the way the source package does: one file for each first letter."""
    folder.mkdir(parents=True, exist_ok=True)
    for letter in sorted({row[0][0] for row in rows}):
        pcd, laua, east, north = zip(*(row for row in rows if row[0][0] == letter), strict=True)
        data = {"pcd": pcd, "laua": laua, "oseast1m": east, "osnrth1m": north}
        packed = msgpack.packb({"columns": list(data), "data": data})
        (folder / f"postcodes_{letter}.msgpack.br").write_bytes(brotli.compress(packed, quality=1))
    return folder


@pytest.fixture(scope="session")
def small_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_source(tmp_path_factory.mktemp("source"), ROWS)


@pytest.fixture(scope="session")
def directory(small_source: Path, tmp_path_factory: pytest.TempPathFactory) -> PostcodeDirectory:
    target = tmp_path_factory.mktemp("small") / "postcodes"
    build_postcode_directory(target, source_dir=small_source)
    return PostcodeDirectory.open(target)


@pytest.fixture(scope="session")
def real_directory(postcode_dir: Path) -> PostcodeDirectory:
    """All of Great Britain."""
    return PostcodeDirectory.open(postcode_dir)
