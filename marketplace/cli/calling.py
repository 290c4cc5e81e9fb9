"""What every command does first, and how it says that it can't go on."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from marketplace.db import Database, open_database
from marketplace.geo.postcode_build import build_postcode_directory
from marketplace.geo.postcodes import PostcodeDirectory, PostcodeDirectoryMissingError
from marketplace.matching.embedding import Embedder, installed_embedder
from marketplace.migrations import NotReadyError, require_ready
from marketplace.settings import LONDON, Settings, SettingsError, load_settings


class Commands(click.Group):
    """The commands. What stops one of them is told in a sentence: the machine's tale helps nobody there."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SettingsError, NotReadyError, PostcodeDirectoryMissingError) as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"The database can't be used ({error.orig}). Where it is busy or away, try again; where it is "
                "new or of an older version, 'marketplace init' makes it ready."
            ) from error


def tell(message: str) -> None:
    """Say something to whoever called the command, on standard error."""
    click.echo(message, err=True)


def settings_here(*, serves_pages: bool = False) -> Settings:
    """The settings of the environment. Raises ``SettingsError``, which `Commands` tells."""
    return load_settings(os.environ, serves_pages=serves_pages)


def open_here(settings: Settings) -> Database:
    """The database of *settings*, closed when the command ends; it may have no tables yet."""
    database = open_database(settings.database_url)
    click.get_current_context().call_on_close(database.engine.dispose)
    return database


def open_ready(settings: Settings) -> Database:
    """The same, once its tables are the program's. Raises ``NotReadyError``, which `Commands` tells."""
    database = open_here(settings)
    require_ready(database.engine)
    return database


def today_here() -> date:
    return datetime.now(UTC).astimezone(LONDON).date()


def postcodes_here(settings: Settings, progress: Callable[[str], None]) -> PostcodeDirectory:
    """The postcode directory, made the first time."""
    try:
        return PostcodeDirectory.open(settings.postcode_dir)
    except PostcodeDirectoryMissingError:
        build_postcode_directory(settings.postcode_dir, progress=progress)
        return PostcodeDirectory.open(settings.postcode_dir)


def embedder_here(settings: Settings) -> Embedder | None:
    """The sentence model, where it is installed and wanted."""
    return installed_embedder() if settings.uses_sentence_model else None
