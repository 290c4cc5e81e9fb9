"""Changes of the database's shape, in order, and the one way to make them.

An upgrade is one transaction on SQLite and on PostgreSQL: it is done whole or not at all, and two
processes that start at once do it once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from marketplace.db import for_writing

HERE = Path(__file__).resolve().parent
_UPGRADE_LOCK = 7_305_001  # any number of our own: PostgreSQL's advisory locks are told apart by it


class BrokenReferenceError(Exception):
    """An upgrade would have left rows that point at nothing; it was undone."""


class NotReadyError(Exception):
    """The database is not at the program's revision; the message tells what to do."""


def upgrade(engine: Engine, *, revision: str = "head") -> None:
    """Bring the database behind *engine* to *revision*; does nothing when it is there already."""
    if engine.dialect.name == "sqlite":
        _upgrade_sqlite(engine, revision=revision)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
        command.upgrade(alembic_config(connection), revision)


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings, for the migrations of this folder on *connection*."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@cache
def newest_revision() -> str | None:
    """The revision that the program's tables are written for."""
    return ScriptDirectory(str(HERE)).get_current_head()


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at; ``None`` before the first upgrade."""
    return MigrationContext.configure(connection).get_current_revision()


def require_ready(engine: Engine) -> None:
    """Raise ``NotReadyError`` where the tables behind *engine* are not those the program is written for."""
    with engine.connect() as connection:
        there, wanted = current_revision(connection), newest_revision()
    if there is None:
        raise NotReadyError("There is no database yet. Run 'marketplace init' first.")
    if there != wanted:
        raise NotReadyError(
            f"The tables are of revision {there}, the program is of {wanted}. Run 'marketplace init'."
        )


def _upgrade_sqlite(engine: Engine, *, revision: str) -> None:
    # SQLite changes a table by making it anew. With foreign keys on, dropping the old one would delete
    # the rows that point at it; they can be switched only outside a transaction, so before it begins.
    with for_writing(engine).connect() as connection:
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                command.upgrade(alembic_config(connection), revision)
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    tables = ", ".join(sorted({str(row[0]) for row in broken}))
                    raise BrokenReferenceError(f"rows that point at nothing in: {tables}")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
