"""Load the example world: `python -m marketplace.interop.example_world --check` lists its faults.

The files stand in ``seeds/``: providers with their offers (YAML), people (CSV). Everything in them
is invented. See ``seeds/README.md`` for how to edit them.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from marketplace.interop.world_checks import Filed, FindSpot, check_world, figures
from marketplace.interop.world_files import Problem, offer_files, read_offer_file


def written_for(seeds_dir: Path) -> dt.date:
    """The day from which all dates in the files are written."""
    settings = yaml.safe_load((seeds_dir / "world.yaml").read_text(encoding="utf-8"))
    day = settings["written_for"]
    if not isinstance(day, dt.date):
        raise TypeError("seeds/world.yaml: written_for must be a date")
    return day


def example_districts(seeds_dir: Path) -> frozenset[str]:
    """Codes of the districts in which the example world lies."""
    with (seeds_dir / "district_facts.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["code"] for row in csv.DictReader(file))


def read_offers(seeds_dir: Path, only: Sequence[Path] = ()) -> tuple[list[Filed], list[Problem]]:
    """Read all files of providers and offers, or ``only`` some."""
    world: list[Filed] = []
    problems: list[Problem] = []
    for path in only or offer_files(seeds_dir):
        providers, faults = read_offer_file(path)
        world.extend(Filed(path.name, provider) for provider in providers)
        problems.extend(faults)
    return world, problems


def find_faults(
    seeds_dir: Path, find_spot: FindSpot | None, only: Sequence[Path] = ()
) -> tuple[list[Filed], list[Problem]]:
    """The readable part of the world and every fault in its files."""
    world, problems = read_offers(seeds_dir, only)
    problems += check_world(
        world,
        written_for=written_for(seeds_dir),
        districts=example_districts(seeds_dir),
        find_spot=find_spot,
    )
    return world, problems


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files of the example world without a database."""
    parser = argparse.ArgumentParser(prog="python -m marketplace.interop.example_world")
    parser.add_argument("--check", action="store_true", required=True, help="list all faults")
    parser.add_argument("--seeds", type=Path, default=Path("seeds"), help="folder of the files")
    parser.add_argument("files", type=Path, nargs="*", help="only these files of offers")
    options = parser.parse_args(arguments)
    find_spot = None
    world, problems = find_faults(options.seeds, find_spot, options.files)
    for problem in problems:
        print(problem)
    for line in figures(world, written_for=written_for(options.seeds)):
        print(line)
    print(f"{len(problems)} problem(s)")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
