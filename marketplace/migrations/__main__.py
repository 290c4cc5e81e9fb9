"""``python -m marketplace.migrations "what changes"`` writes the next migration.

It compares the tables of the program with a new SQLite database at the newest revision. Read what it
wrote: changes of a check's values it can't see, renames it takes for a drop and an add.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from marketplace.db import make_engine
from marketplace.migrations import HERE, alembic_config, upgrade


def main(message: str) -> None:
    number = 1 + len(list((HERE / "versions").glob("[0-9]*.py")))
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'new.sqlite3'}")
        if number > 1:
            upgrade(engine)
        with engine.connect() as connection:
            command.revision(
                alembic_config(connection), message=message, autogenerate=True, rev_id=f"{number:04d}"
            )
        engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('Say what changes: python -m marketplace.migrations "Offers have a photograph"')
    main(sys.argv[1].strip())
