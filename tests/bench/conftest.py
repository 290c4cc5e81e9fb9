"""The example world and the postcodes, read once for all tests of measuring."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from marketplace.bench.example import ExampleWorld, world_of
from marketplace.db import open_database
from marketplace.geo.postcodes import PostcodeDirectory

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="session")
def today() -> date:
    return date(2026, 11, 23)


@pytest.fixture(scope="session")
def directory(postcode_dir: Path) -> PostcodeDirectory:
    return PostcodeDirectory.open(postcode_dir)


@pytest.fixture(scope="session")
def example(
    example_world: Path, directory: PostcodeDirectory, today: date, tmp_path_factory: pytest.TempPathFactory
) -> ExampleWorld:
    copy = shutil.copy(example_world, tmp_path_factory.mktemp("bench"))  # even reading leaves traces
    database = open_database(f"sqlite:///{copy}")
    with database.read() as session:
        world = world_of(session, SEEDS, directory, today=today)
    database.engine.dispose()
    return world
