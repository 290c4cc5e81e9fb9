"""The ``marketplace`` command. Exit status: 0 done, 1 the work failed, 2 the call was wrong.

With ``--json`` standard output holds JSON and nothing else; progress and messages always go to
standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import click
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.accounts.commands import account, sign_in_code
from marketplace.bench.commands import bench
from marketplace.commissioning.example.year import load_example_year
from marketplace.commissioning.outcomes.example import load_example_answers
from marketplace.db import Database, open_database, write_session
from marketplace.enquiries.concerns.numbers import load_numbers
from marketplace.geo.districts import read_districts
from marketplace.geo.postcode_build import build_postcode_directory
from marketplace.geo.postcodes import (
    Place,
    PostcodeDirectory,
    PostcodeDirectoryMissingError,
    PostcodeError,
)
from marketplace.interop.example_help import load_example_help
from marketplace.interop.example_sign_ins import example_sign_ins, load_example_sign_ins
from marketplace.interop.example_world import load_example_world, written_for
from marketplace.interop.importing import ImportFileError, Report
from marketplace.interop.open_referral import reading
from marketplace.interop.open_referral_feed import fetched, is_address
from marketplace.interop.open_referral_store import store_services
from marketplace.interop.world_files import WorldError
from marketplace.interop.world_rows import weeks_since
from marketplace.matching.embedding import Embedder, installed_embedder
from marketplace.matching.needs import Needs, NeedsError, parse_needs
from marketplace.matching.ranking import rank, result_of
from marketplace.matching.result import Result
from marketplace.matching.text import Thesaurus
from marketplace.migrations import upgrade
from marketplace.offers.catalogue import THESAURUS_FILE, CatalogueHolder, kept_file, mark_changed
from marketplace.offers.models import Offer
from marketplace.offers.queries import places_of
from marketplace.offers.standing import stand
from marketplace.offers.vectors import (
    keep_vectors,
    lacking_vectors,
    make_vectors,
    portions,
    store_vectors,
)
from marketplace.people.closer import Outside, outside_document, outside_home_area
from marketplace.providers.demands import load_demands
from marketplace.settings import LONDON, Settings, SettingsError, load_settings
from marketplace.upkeep.commands import check, work
from marketplace.upkeep.gaps_command import gaps
from marketplace.upkeep.jobs import Work
from marketplace.upkeep.loop import working_aside

_MOST_RESULTS = 1000


def tell(message: str) -> None:
    """Say something to whoever called the command, on standard error."""
    click.echo(message, err=True)


def _settings(*, serves_pages: bool = False) -> Settings:
    try:
        return load_settings(os.environ, serves_pages=serves_pages)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _database(settings: Settings) -> Database:
    database = open_database(settings.database_url)
    click.get_current_context().call_on_close(database.engine.dispose)
    return database


def _today() -> date:
    return datetime.now(UTC).astimezone(LONDON).date()


@click.group()
def main() -> None:
    """Meaningful Day: a marketplace for day opportunities in adult social care."""


for command in (bench, account, sign_in_code, work, check, gaps):
    main.add_command(command)


@main.command()
def init() -> None:
    """Create the database or bring it up to date, and build the postcode directory."""
    settings = _settings()
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    _postcodes(settings, tell)
    database = _database(settings)
    upgrade(database.engine)
    with write_session(database) as session:
        load_demands(session, settings.seeds_dir)
        load_numbers(session, settings.seeds_dir)
    tell("The database is ready.")


@main.command()
def seed() -> None:
    """Load the example places, providers, offers and people. Safe to run twice."""
    settings = _settings()
    directory = _postcodes(settings, tell)
    try:
        with write_session(_database(settings)) as session:
            report = load_example_world(
                session, settings.seeds_dir, today=_today(), directory=directory, progress=tell
            )
            load_example_sign_ins(session, settings, today=_today())
            load_example_help(session, settings.seeds_dir, today=_today(), evening=settings.evening_starts)
            load_example_answers(session, settings.seeds_dir, today=_today())
            load_numbers(session, settings.seeds_dir)
            stand(session, today=_today())
            moved = weeks_since(written_for(settings.seeds_dir), _today())
            load_example_year(session, settings.seeds_dir, today=_today(), moved=moved)
            _keep_vectors(session, settings)
    except WorldError as error:
        raise click.ClickException(str(error)) from error
    tell(str(report))


def _embedder(settings: Settings) -> Embedder | None:
    return installed_embedder() if settings.uses_sentence_model else None


def _keep_vectors(session: Session, settings: Settings) -> None:
    """Make the sentence vectors that new and changed offers lack, where a model is installed."""
    embedder = _embedder(settings)
    if embedder is not None and keep_vectors(session, embedder, progress=tell):
        mark_changed(session)


def _postcodes(settings: Settings, progress: Callable[[str], None]) -> PostcodeDirectory:
    try:
        return PostcodeDirectory.open(settings.postcode_dir)
    except PostcodeDirectoryMissingError:
        build_postcode_directory(settings.postcode_dir, progress=progress)
        return PostcodeDirectory.open(settings.postcode_dir)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--work", "works_too", is_flag=True, help="Do what 'marketplace work' does beside it.")
def serve(host: str, port: int, threads: int, works_too: bool) -> None:
    """Serve the web application until it is stopped."""
    # Only this command needs the web: the others start faster without it.
    import waitress  # noqa: PLC0415

    from marketplace import create_app  # noqa: PLC0415
    from marketplace.people.matches import warm  # noqa: PLC0415

    settings = _settings(serves_pages=True)
    app = create_app(settings)
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            # Where a proxy of ours stands in front, the application itself reads what it says.
            clear_untrusted_proxy_headers=not settings.proxy_count,
        )
    except OSError as error:
        raise click.ClickException(
            f"Can't listen on {host}:{port} ({error.strerror}). Choose another port with --port."
        ) from error
    tell(f"Meaningful Day is at http://{host}:{port} (Ctrl+C stops it)")
    _tell_sign_ins(settings, app.extensions["marketplace.db"])
    warm(app)
    doing = Work(settings, app.extensions["marketplace.db"])
    with working_aside(doing) if works_too else nullcontext():
        server.run()


def _tell_sign_ins(settings: Settings, database: Database) -> None:
    """Say how to sign in to the example accounts, where the example world is loaded."""
    try:
        with database.read() as session:
            known = example_sign_ins(settings, session)
    except SQLAlchemyError:
        return  # not ready yet, as /readyz says too
    if not known:
        return
    tell(
        "Example sign-ins, at least one for each role (invented people, passwords of this installation only):"
    )
    for one in known:
        code = f"  code: marketplace sign-in-code {one.email}" if one.needs_code else ""
        where = f"  {one.organisation}" if one.organisation else ""
        tell(f"  {one.role.label:<14} {one.email:<24} {one.password}{where}{code}")


@main.command()
@click.argument("needs", type=click.File(encoding="utf-8"))
@click.option(
    "--top",
    default=10,
    show_default=True,
    type=click.IntRange(1, _MOST_RESULTS),
    help="How many matches to show.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document; for a .jsonl file one a line.")
def match(needs: TextIO, top: int, as_json: bool) -> None:
    """Match the NEEDS of one person (.json), of many (.jsonl, one a line), or of - (standard input)."""
    settings = _settings()
    many = Path(getattr(needs, "name", "-")).suffix == ".jsonl"
    documents = list(_documents(needs, many))
    database = _database(settings)
    directory = _postcodes(settings, tell)
    with database.read() as session:
        holder = CatalogueHolder(
            settings.seeds_dir, directory, embedder=_embedder(settings), kept_at=kept_file(settings)
        )
        catalogue = holder.current(session)
        if not len(catalogue):
            tell("There are no public offers. Run 'marketplace seed' for the example offers.")
        today, districts = _today(), read_districts(settings.seeds_dir)
        for where, document in documents:
            wanted = _needs(document, where)
            home = _home(wanted, directory, where)
            ranking = rank(wanted, catalogue, home=home, today=today)
            result = result_of(ranking, wanted, today=today, top=top)
            outside = outside_home_area(
                session,
                ranking,
                result.matches,
                places_of(session, {found.offer for found in result.matches}) if home else {},
                home=home,
                districts=districts,
                find=directory.lookup,
            )
            if as_json:
                told = result.document()
                for found in told["matches"]:
                    found.update(outside_document(outside.get(UUID(found["offer"]))))
                click.echo(json.dumps(told, ensure_ascii=False, indent=None if many else 2))
            else:
                click.echo(_as_text(result, outside))


def _documents(file: TextIO, many: bool) -> Iterator[tuple[str, Any]]:
    if not many:
        yield "", _decoded(file.read(), "")
        return
    for number, line in enumerate(file, start=1):
        if line.strip():
            yield f"line {number}: ", _decoded(line, f"line {number}: ")


def _decoded(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise click.ClickException(f"{where}the needs are not JSON: {error.msg} at {place}") from error


def _needs(document: Any, where: str) -> Needs:
    try:
        return parse_needs(document)
    except NeedsError as error:
        raise click.ClickException("\n".join(where + problem for problem in error.problems)) from error


def _home(needs: Needs, directory: PostcodeDirectory, where: str) -> Place | None:
    if needs.postcode is None:
        return None
    try:
        return directory.lookup(needs.postcode)
    except PostcodeError as error:
        raise click.ClickException(f"{where}postcode: {error}") from error


def _as_text(result: Result, outside: Mapping[UUID, Outside]) -> str:
    lines = [f"{result.reference or 'Matches'}: {result.total} offers fit"]
    for number, found in enumerate(result.matches, start=1):
        facts = [found.kind.label]
        if found.minutes is not None:
            facts.append(f"{found.minutes} minutes")
        if found.weekly_cost is not None:
            facts.append(f"£{found.weekly_cost} a week")
        lines.append(f"\n{number}. {found.name} ({', '.join(facts)}) {found.score:.2f}")
        if found.offer in outside:
            lines.append(f"   {outside[found.offer]}")
        lines += [f"   {part.part.label}: {part.reason}" for part in found.parts]
        if found.companion is not None:
            lines.append(f"   With: {found.companion.reason}")
        # The questions of a pair say themselves whom to ask.
        lines += [f"   {'Ask: ' if found.companion is None else ''}{question}" for question in found.ask]
    if result.near_misses:
        lines.append("\nNearly fits")
        lines += [f"   {miss.name}: {miss.stop.label}. {miss.would_help}" for miss in result.near_misses]
    if result.what_would_help:
        lines.append("\nWhat would help")
        lines += [f"   {change.change} {change.more_matches} more" for change in result.what_would_help]
    return "\n".join(lines)


@main.group(name="import")
def import_() -> None:
    """Bring in offers from files of other systems. Rows are found again by their identifiers."""


@import_.command(name="open-referral")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--trusted", is_flag=True, help="Public at once, as from the council's own system.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON document.")
def import_open_referral(file: str, trusted: bool, as_json: bool) -> None:
    """Bring in services of Open Referral UK (version 3, or 1) from FILE, from a feed's address, or from -
    (standard input).

    What they don't say stays not known, and is asked. See docs/importing.md.
    """
    settings = _settings()
    database = _database(settings)
    if not inspect(database.engine).has_table(Offer.__tablename__):
        raise click.ClickException("There is no database yet. Run 'marketplace init' first.")
    try:
        content = fetched(file, progress=tell) if is_address(file) else click.open_file(file, "rb")
    except OSError as error:
        raise click.UsageError(f"Can't read {file}: {error.strerror or error}") from error
    directory = _postcodes(settings, tell)
    thesaurus = Thesaurus.load(settings.seeds_dir / THESAURUS_FILE)
    try:
        with (
            content as services,
            reading(
                services, directory=directory, thesaurus=thesaurus, today=_today(), progress=tell
            ) as found,
            write_session(database) as session,
        ):
            report = store_services(session, found, trusted=trusted, now=datetime.now(UTC), progress=tell)
    except ImportFileError as error:
        raise click.ClickException(f"{error} Nothing was changed.") from error
    except OperationalError as error:
        raise click.ClickException(
            f"The database is busy or away ({error.orig}). Nothing was changed. Try again."
        ) from error
    _tell_report(report, trusted=trusted, as_json=as_json)
    _keep_vectors_bit_by_bit(database, settings)
    if report.read and report.read == len(report.rejected):
        raise SystemExit(1)


def _tell_report(report: Report, *, trusted: bool, as_json: bool) -> None:
    click.echo(json.dumps(report.document(), ensure_ascii=False) if as_json else str(report))
    if not trusted and (report.created or report.updated):
        tell(
            "New and changed listings wait to be checked and are not public. Import again with --trusted once "
            "somebody has checked them."
        )


def _keep_vectors_bit_by_bit(database: Database, settings: Settings) -> None:
    """The same as `_keep_vectors` for what may be thousands of offers: nobody else waits for minutes.

    If it is stopped half-way the offers are there and are found by their words; the next time makes the rest.
    """
    embedder = _embedder(settings)
    if embedder is None:
        return
    with database.read() as session:
        lacking = lacking_vectors(session, embedder)
    for done, portion in portions(lacking):
        rows = make_vectors(embedder, portion)
        with write_session(database) as session:
            store_vectors(session, rows)
            mark_changed(session, [offer_id for offer_id, _ in portion])
        tell(f"Read what offers are about: {done} of {len(lacking)}")


if __name__ == "__main__":
    sys.exit(main())
