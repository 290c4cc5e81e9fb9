"""What is stored about a person is known to the program as it runs, and not only to these tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKS = """
import importlib, sys
{start}
from marketplace.people.rights.holdings import HOLDINGS, OF_OTHERS
from marketplace.schema import metadata
known = {{f"{{h.model.__tablename__}}" for h in HOLDINGS}}
missing = sorted(
    f"{{table.name}}.{{column.name}}"
    for table in metadata.sorted_tables
    for column in table.columns
    if any(key.column.table.name == "person" for key in column.foreign_keys)
    and table.name not in known
    and f"{{table.name}}.{{column.name}}" not in OF_OTHERS
)
print(missing)
"""


@pytest.mark.parametrize(
    "start",
    [
        "import os; from marketplace import create_app; create_app()",
        "import marketplace.upkeep.jobs",
    ],
    ids=["pages", "jobs"],
)
def test_a_process_that_was_just_started_knows_every_table_about_people(start: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKS.format(start=start)],
        env={
            **os.environ,
            "MARKETPLACE_ENV": "test",
            "MARKETPLACE_INSTANCE": str(tmp_path),
            "SECRET_KEY": "k" * 40,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
