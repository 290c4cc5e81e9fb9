"""The migrations lead to exactly the tables that the program is written for."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from marketplace.db import make_engine
from marketplace.migrations import alembic_config, current_revision, newest_revision, upgrade
from marketplace.schema import metadata


def checks_of(engine: Engine) -> dict[str, dict[str, str]]:
    """Table → name of check → its condition: what Alembic's comparison leaves out."""
    inspector = inspect(engine)
    return {
        table: {str(check["name"]): check["sqltext"] for check in inspector.get_check_constraints(table)}
        for table in metadata.tables
    }


def test_the_migrated_database_is_the_one_the_models_describe(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        options: dict[str, Any] = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert current_revision(connection) == newest_revision()
    engine.dispose()


def test_the_migrated_database_checks_what_the_models_check(database_url: str, empty_url: str) -> None:
    migrated, described = make_engine(database_url), make_engine(empty_url)
    with described.begin() as connection:
        metadata.create_all(connection)
    assert checks_of(migrated) == checks_of(described)
    migrated.dispose()
    described.dispose()


def test_every_check_and_reference_has_a_name_to_find_it_by() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert nameless == []


def test_an_upgrade_is_safe_to_run_twice_and_by_two_at_once(empty_url: str) -> None:
    problems: list[Exception] = []

    def run() -> None:
        engine = make_engine(empty_url)
        try:
            upgrade(engine)
        except Exception as problem:
            problems.append(problem)
        engine.dispose()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run()
    assert problems == []


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE place (id INTEGER)"))  # in the way of the first migration
    with pytest.raises(Exception, match="place"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["place"]
    engine.dispose()


def test_every_migration_can_be_undone(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(engine)
    engine.dispose()
