"""``marketplace bench …``. What measures is imported where it runs, so that other commands start fast."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from marketplace.geo.postcode_build import build_postcode_directory
from marketplace.geo.postcodes import PostcodeDirectory, PostcodeDirectoryMissingError
from marketplace.settings import LONDON, Settings, SettingsError, load_settings

MEASUREMENTS = Path("docs") / "measurements"

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
keep = click.option("--keep", is_flag=True, help="Write the tables to docs/measurements in this checkout.")


@click.group()
def bench() -> None:
    """Measure matching, with others that could do the same work in the same run."""


@bench.command(name="match")
@click.option(
    "--offers",
    multiple=True,
    type=click.IntRange(20, 2_000_000),
    help="How many offers; may be given more than once. [default: 1000, 10000, 100000]",
)
@click.option("--people", default=1000, show_default=True, type=click.IntRange(1, 100_000))
@as_json
@keep
def bench_match(offers: tuple[int, ...], people: int, as_json: bool, keep: bool) -> None:
    """First matches of one person: compiled, NumPy, brute force, PostgreSQL, SQLite, a geopy loop."""
    from marketplace.bench import match, match_tables  # noqa: PLC0415
    from marketplace.bench.example import read_example_world  # noqa: PLC0415
    from marketplace.matching.embedding import installed_embedder  # noqa: PLC0415

    settings, today = _settings(), _today()
    directory = _postcodes(settings)
    document = match.run(
        example=read_example_world(settings.seeds_dir, directory, today=today, progress=_tell),
        directory=directory,
        today=today,
        sizes=offers or match.SIZES,
        people=people,
        embedder=installed_embedder() if settings.uses_sentence_model else None,
        progress=_tell,
    )
    _answer("match", document, match_tables.table, settings, as_json=as_json, keep=keep)
    if not document["agreement"]:
        raise click.ClickException("Some answers disagree: see 'agrees' above.")


@bench.command(name="batch")
@click.option(
    "--people",
    default=10_000,
    show_default=True,
    type=click.IntRange(1, 2_000_000),
    help="How many people are matched, in blocks.",
)
@click.option("--offers", default=5_000, show_default=True, type=click.IntRange(20, 2_000_000))
@click.option(
    "--sample",
    default=500,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="How many of the people PostgreSQL answers; 0 leaves it out.",
)
@as_json
@keep
def bench_batch(people: int, offers: int, sample: int, as_json: bool, keep: bool) -> None:
    """First matches of many people at once, and one PostgreSQL lateral join for a sample of them.

    A county: the defaults. England, with its peak memory: --people 300000 --offers 200000 --sample 0.
    """
    from marketplace.bench import batch, batch_tables  # noqa: PLC0415
    from marketplace.bench.example import read_example_world  # noqa: PLC0415

    settings, today = _settings(), _today()
    directory = _postcodes(settings)
    document = batch.run(
        example=read_example_world(settings.seeds_dir, directory, today=today, progress=_tell),
        directory=directory,
        today=today,
        people=people,
        offers=offers,
        sample=sample,
        progress=_tell,
    )
    usual = (people, offers) == (batch.PEOPLE, batch.OFFERS)
    name = "batch" if usual else f"batch-{people}x{offers}"
    _answer(name, document, batch_tables.table, settings, as_json=as_json, keep=keep)
    if not document["agreement"]:
        raise click.ClickException("Some answers disagree: see 'agrees' above.")


@bench.command(name="gaps")
@click.option("--people", default=10_000, show_default=True, type=click.IntRange(1, 2_000_000))
@click.option("--offers", default=5_000, show_default=True, type=click.IntRange(20, 2_000_000))
@click.option(
    "--sample",
    default=200,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="How many of the people are also counted one by one.",
)
@as_json
@keep
def bench_gaps(people: int, offers: int, sample: int, as_json: bool, keep: bool) -> None:
    """A whole gap report, part by part, with its peak memory. England: --people 300000 --offers 200000."""
    from marketplace.bench import gaps, gaps_tables  # noqa: PLC0415
    from marketplace.bench.example import read_example_world  # noqa: PLC0415
    from marketplace.geo.districts import read_districts  # noqa: PLC0415

    settings, today = _settings(), _today()
    directory = _postcodes(settings)
    document = gaps.run(
        example=read_example_world(settings.seeds_dir, directory, today=today, progress=_tell),
        directory=directory,
        districts=dict(read_districts(settings.seeds_dir)),
        today=today,
        people=people,
        offers=offers,
        sample=sample,
        progress=_tell,
    )
    usual = (people, offers) == (gaps.PEOPLE, gaps.OFFERS)
    name = "gaps" if usual else f"gaps-{people}x{offers}"
    _answer(name, document, gaps_tables.table, settings, as_json=as_json, keep=keep)
    if not document["agreement"]:
        raise click.ClickException("Some answers disagree: see 'agrees' above.")


@bench.command(name="goals")
@as_json
@keep
def bench_goals(as_json: bool, keep: bool) -> None:
    """How well goals in own words find the right offers, by every method, on known answers."""
    from marketplace.bench import goals  # noqa: PLC0415
    from marketplace.matching.embedding import installed_embedder  # noqa: PLC0415
    from marketplace.offers.catalogue import THESAURUS_FILE  # noqa: PLC0415

    settings = _settings()
    answers = _checkout(settings, "The known answers are") / "tests" / "matching" / "known_answers"
    document = goals.run(
        answers_dir=answers,
        thesaurus_path=settings.seeds_dir / THESAURUS_FILE,
        embedder=installed_embedder() if settings.uses_sentence_model else None,
        progress=_tell,
    )
    if keep:
        path = _checkout(settings, "--keep works") / MEASUREMENTS / "goals.md"
        goals.update_page(path, document)
        _tell(f"Kept in {path}")
    _print(document, goals.table, as_json=as_json)


def _answer(
    name: str,
    document: Mapping[str, Any],
    table: Callable[[Mapping[str, Any]], str],
    settings: Settings,
    *,
    as_json: bool,
    keep: bool,
) -> None:
    if keep:
        path = _checkout(settings, "--keep works") / MEASUREMENTS / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(table(document), encoding="utf-8")
        _tell(f"Kept in {path}")
    _print(document, table, as_json=as_json)


def _print(document: Mapping[str, Any], table: Callable[[Mapping[str, Any]], str], *, as_json: bool) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else table(document))


def _checkout(settings: Settings, what: str) -> Path:
    folder = settings.seeds_dir.parent
    if not (folder / "pyproject.toml").is_file():
        raise click.UsageError(f"{what} in a checkout of the project only.")
    return folder


def _settings() -> Settings:
    try:
        return load_settings(os.environ, serves_pages=False)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _postcodes(settings: Settings) -> PostcodeDirectory:
    try:
        return PostcodeDirectory.open(settings.postcode_dir)
    except PostcodeDirectoryMissingError:
        build_postcode_directory(settings.postcode_dir, progress=_tell)
        return PostcodeDirectory.open(settings.postcode_dir)


def _today() -> date:
    return datetime.now(UTC).astimezone(LONDON).date()


def _tell(message: str) -> None:
    click.echo(message, err=True)
