"""Load the example world; `python -m marketplace.interop.example_world --check` lists its faults.

The files stand in ``seeds/``: providers with their offers (YAML), people (CSV). Everything in them
is invented. See ``seeds/README.md`` for how to edit them.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlalchemy import Table
from sqlalchemy.orm import Session

from marketplace.geo.places import Place, PostcodeError, Precision
from marketplace.geo.postcodes import PostcodeDirectory, PostcodeDirectoryMissingError
from marketplace.interop.example_changes import begin_anew, changed_here, checked_here, keep_confirmations
from marketplace.interop.example_homes import load_example_homes
from marketplace.interop.people_file import SeedPerson, read_people
from marketplace.interop.row_sync import Changes, sync_rows
from marketplace.interop.world_checks import Filed, FindSpot, Spot, check_world, figures, repeated_ids
from marketplace.interop.world_files import Problem, WorldError, offer_files, read_offer_file
from marketplace.interop.world_rows import weeks_since, world_rows
from marketplace.offers.catalogue import mark_changed
from marketplace.people.models import Person

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What the example world holds, and what had to be written for it."""

    providers: int
    offers: int
    people: int
    changes: Changes
    kept: int = 0
    """Examples that someone changed here, and that stay as they were changed."""

    def __str__(self) -> str:
        done = self.changes
        kept = (
            f"\n{self.kept} of these were changed here since and stay as they are. "
            "'marketplace seed --set-back' sets them back."
        )
        return (
            f"{self.providers} providers, {self.offers} offers, {self.people} people; rows: "
            f"{done.created} created, {done.updated} updated, {done.removed} removed, {done.unchanged} unchanged"
            + (kept if self.kept else "")
        )


def load_example_world(
    session: Session,
    seeds_dir: Path,
    today: dt.date,
    *,
    directory: PostcodeDirectory,
    set_back: bool = False,
    progress: Progress = lambda _: None,
) -> SeedReport:
    """Bring the example world into the database as it looks on *today*; the caller commits.

    Safe to run again: rows are found by their identifiers and written only where they differ. An example
    that someone changed on a page stays as it is, with its days; with *set_back* it goes back to what the
    files say. Other rows are left alone.

    Raises `WorldError`, with every fault found, before anything is written.
    """
    progress("Reading the example world")
    world, problems = read_offers(seeds_dir)
    people, faults = read_people(seeds_dir)
    problems += [*faults, *repeated_ids(world)]
    known, faults = _locate(world, people, directory)
    if problems := problems + faults:
        raise WorldError(problems)

    rows = world_rows(
        (filed.provider for filed in world),
        (person for _, person in people),
        shift=weeks_since(written_for(seeds_dir), today),
        loaded_on=today,
        locate=known.__getitem__,
    )
    progress(f"Writing {len(rows.provider)} providers, {len(rows.offer)} offers, {len(rows.person)} people")
    found = len(rows.provider), len(rows.offer), len(rows.person)
    providers = {row["id"] for row in rows.provider}
    changed, checked = changed_here(session, rows), checked_here(session, providers)
    if set_back:
        begin_anew(session, changed, checked=checked, now=dt.datetime.now(dt.UTC))
    else:
        rows = rows.without(changed, checked=checked)
        providers -= checked
        keep_confirmations(session, rows)
    owners = {
        "provider_id": sorted(providers),
        "offer_id": [row["id"] for row in rows.offer],
    }
    catalogue, everything = Changes(), Changes()
    for model, wanted, owner in rows.tables():
        table: Table = model.__table__
        changes = sync_rows(session, table, wanted, owner=owner, owners=owners[owner] if owner else ())
        everything += changes
        if model is not Person:
            catalogue += changes
    load_example_homes(session, seeds_dir, moved=weeks_since(written_for(seeds_dir), today))
    if catalogue.any:
        mark_changed(session)
    return SeedReport(*found, everything, kept=0 if set_back else len(changed | checked))


def _locate(
    world: list[Filed], people: list[tuple[str, SeedPerson]], postcodes: PostcodeDirectory
) -> tuple[dict[str, Place], list[Problem]]:
    """The place of every postcode in the world; those that don't exist as problems."""
    wanted = [
        (filed.file, offer.id, offer.place.postcode)
        for filed in world
        for offer in filed.provider.offers
        if offer.place.postcode
    ]
    wanted += [(file, person.reference, person.postcode) for file, person in people]
    known: dict[str, Place] = {}
    problems = []
    for file, record, postcode in wanted:
        place = _exact_place(postcodes, postcode)
        if place is None:
            problems.append(Problem(file, record, "postcode", f"{postcode} does not exist"))
        else:
            known[postcode] = place
    return known, problems


def _exact_place(postcodes: PostcodeDirectory, postcode: str) -> Place | None:
    try:
        place = postcodes.lookup(postcode)
    except PostcodeError:
        return None
    # The label tells whether the postcode was read as it stands, without mending a slip.
    return place if place.precision is Precision.POSTCODE and place.label == postcode else None


def written_for(seeds_dir: Path) -> dt.date:
    """The day from which all dates in the files are written."""
    settings = yaml.safe_load((seeds_dir / "world.yaml").read_text(encoding="utf-8"))
    day = settings["written_for"]
    if not isinstance(day, dt.date):
        raise TypeError("seeds/world.yaml: written_for must be a date")
    return day


def example_districts(seeds_dir: Path) -> dict[str, str]:
    """Codes and names of the districts in which the example world lies."""
    with (seeds_dir / "district_facts.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


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
    """The readable offers and every fault in the files; with ``only``, people are left out."""
    world, problems = read_offers(seeds_dir, only)
    districts = example_districts(seeds_dir)
    problems += check_world(
        world, written_for=written_for(seeds_dir), districts=frozenset(districts), find_spot=find_spot
    )
    if not only:
        people, faults = read_people(seeds_dir)
        problems += faults
        if find_spot is not None:
            for file, person in people:
                spot = find_spot(person.postcode)
                if spot is None or districts.get(spot.district or "") != person.district:
                    message = f"{person.postcode} is not in {person.district}"
                    problems.append(Problem(file, person.reference, "postcode", message))
    return world, problems


def spots_of(postcodes: PostcodeDirectory) -> FindSpot:
    """Look up spots in a postcode directory."""

    def find(postcode: str) -> Spot | None:
        place = _exact_place(postcodes, postcode)
        return Spot(place.lat, place.lon, place.district_code) if place else None

    return find


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files of the example world without a database."""
    parser = argparse.ArgumentParser(prog="python -m marketplace.interop.example_world")
    parser.add_argument("--check", action="store_true", required=True, help="list all faults")
    parser.add_argument("--seeds", type=Path, default=Path("seeds"), help="folder of the files")
    parser.add_argument(
        "--postcodes", type=Path, default=Path("instance/postcodes"), help="postcode directory"
    )
    parser.add_argument("files", type=Path, nargs="*", help="only these files of offers")
    options = parser.parse_args(arguments)
    find_spot = None
    try:
        find_spot = spots_of(PostcodeDirectory.open(options.postcodes))
    except PostcodeDirectoryMissingError as missing:
        print(f"{missing}. Postcodes are left unchecked.", file=sys.stderr)
    world, problems = find_faults(options.seeds, find_spot, options.files)
    for problem in problems:
        print(problem)
    for line in figures(world, written_for=written_for(options.seeds)):
        print(line)
    print("1 problem" if len(problems) == 1 else f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
