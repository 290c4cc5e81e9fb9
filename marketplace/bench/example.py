"""The example world as matching sees it: what the synthetic worlds of any size are drawn from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace.db import open_database, write_session
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.example_world import load_example_world
from marketplace.interop.people_file import read_people
from marketplace.matching.catalogue import Catalogue, build_catalogue
from marketplace.matching.embedding import Embedder, VectorRows, quantise
from marketplace.matching.needs import Needs, parse_needs
from marketplace.matching.thesaurus import Thesaurus
from marketplace.migrations import upgrade
from marketplace.offers.catalogue import THESAURUS_FILE, read_rows
from marketplace.offers.public_place import PublicPoints

Progress = Callable[[str], None]
_FIRST_WORDS = 16


@dataclass(frozen=True, slots=True)
class ExampleWorld:
    """The public offers of the example world, with their words, and what its people look for."""

    catalogue: Catalogue
    texts: tuple[str, ...]
    """Of each row of the catalogue."""
    needs: tuple[Needs, ...]

    def vectors(self, embedder: Embedder, progress: Progress) -> VectorRows:
        """Sentence vectors of the first words of the rows' texts, which is quicker than of all words."""
        progress(f"Making sentence vectors of {len(self.texts)} example offers")
        return quantise(embedder.encode([" ".join(text.split()[:_FIRST_WORDS]) for text in self.texts]))


def read_example_world(
    seeds_dir: Path, directory: PostcodeDirectory, *, today: date, progress: Progress
) -> ExampleWorld:
    """Load the seeds into a database that is thrown away, and read them as the product does."""
    progress("Reading the example world")
    with tempfile.TemporaryDirectory(prefix="marketplace-bench-") as folder:
        database = open_database(f"sqlite:///{folder}/example.sqlite3")
        upgrade(database.engine)
        with write_session(database) as session:
            load_example_world(session, seeds_dir, today, directory=directory)
        with database.read() as session:
            world = world_of(session, seeds_dir, directory, today=today)
        database.engine.dispose()
    return world


def world_of(session: Session, seeds_dir: Path, directory: PostcodeDirectory, *, today: date) -> ExampleWorld:
    """The example world from a database that holds it and nothing else."""
    rows = read_rows(session, today, PublicPoints(directory))
    catalogue = build_catalogue(rows, Thesaurus.load(seeds_dir / THESAURUS_FILE))
    text_of = {row.id: row.text for row in rows}
    people, _ = read_people(seeds_dir)
    return ExampleWorld(
        catalogue=catalogue,
        texts=tuple(text_of[offer_id] for offer_id in catalogue.ids),
        needs=tuple(
            parse_needs({**person.answers, "reference": person.reference, "age": person.age})
            for _, person in people
        ),
    )
