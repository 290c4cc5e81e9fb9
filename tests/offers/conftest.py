"""What the tests of offers share."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.db import Database, open_database


@pytest.fixture
def world(example_world: Path, tmp_path: Path) -> Database:
    target = tmp_path / "world.sqlite3"
    target.write_bytes(example_world.read_bytes())
    return open_database(f"sqlite:///{target}")
