"""The ``marketplace`` command. Exit status: 0 done, 1 the work failed, 2 the call was wrong.

With ``--json`` standard output holds JSON and nothing else; progress and messages always go to
standard error.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.accounts.commands import account, sign_in_code
from marketplace.bench.commands import bench
from marketplace.cli.calling import (
    Commands,
    embedder_here,
    open_here,
    open_ready,
    postcodes_here,
    settings_here,
    tell,
    today_here,
)
from marketplace.cli.imports import import_
from marketplace.cli.matches import match
from marketplace.commissioning.example.year import load_example_year
from marketplace.commissioning.outcomes.example import load_example_answers
from marketplace.db import Database, write_session
from marketplace.enquiries.concerns.numbers import load_numbers
from marketplace.interop.example_help import load_example_help
from marketplace.interop.example_sign_ins import example_sign_ins, load_example_sign_ins
from marketplace.interop.example_world import load_example_world, written_for
from marketplace.interop.world_files import WorldError
from marketplace.interop.world_rows import weeks_since
from marketplace.migrations import upgrade
from marketplace.offers.catalogue import mark_changed
from marketplace.offers.standing import stand
from marketplace.offers.vectors import keep_vectors
from marketplace.providers.demands import load_demands
from marketplace.settings import Settings
from marketplace.upkeep.commands import check, work
from marketplace.upkeep.gaps_command import gaps
from marketplace.upkeep.jobs import Work
from marketplace.upkeep.loop import working_aside


@click.group(cls=Commands)
def main() -> None:
    """Meaningful Day: a marketplace for day opportunities in adult social care."""


for command in (bench, account, sign_in_code, work, check, gaps, match, import_):
    main.add_command(command)


@main.command()
def init() -> None:
    """Create the database or bring it up to date.

    The first time it builds the postcode directory too.
    """
    settings = settings_here()
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    postcodes_here(settings, tell)
    database = open_here(settings)
    upgrade(database.engine)
    with write_session(database) as session:
        load_demands(session, settings.seeds_dir)
        load_numbers(session, settings.seeds_dir)
    tell("The database is ready.")


@main.command()
@click.option("--set-back", is_flag=True, help="Also examples that were changed here go back to the files.")
def seed(set_back: bool) -> None:
    """Load the example places, providers, offers and people.

    Safe to run twice: what stands there is left alone, and so is an example that someone changed on a page.
    """
    settings = settings_here()
    database = open_ready(settings)
    directory = postcodes_here(settings, tell)
    try:
        with write_session(database) as session:
            report = load_example_world(
                session,
                settings.seeds_dir,
                today=today_here(),
                directory=directory,
                set_back=set_back,
                progress=tell,
            )
            load_example_sign_ins(session, settings, today=today_here())
            load_example_help(
                session, settings.seeds_dir, today=today_here(), evening=settings.evening_starts
            )
            load_example_answers(session, settings.seeds_dir, today=today_here())
            load_numbers(session, settings.seeds_dir)
            stand(session, today=today_here())
            moved = weeks_since(written_for(settings.seeds_dir), today_here())
            load_example_year(session, settings.seeds_dir, today=today_here(), moved=moved)
            _keep_vectors(session, settings)
    except WorldError as error:
        raise click.ClickException(str(error)) from error
    tell(str(report))


def _keep_vectors(session: Session, settings: Settings) -> None:
    """Make the sentence vectors that new and changed offers lack, where a model is installed."""
    embedder = embedder_here(settings)
    if embedder is not None and keep_vectors(session, embedder, progress=tell):
        mark_changed(session)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many requests are answered at once.",
)
@click.option("--work", "works_too", is_flag=True, help="Do what 'marketplace work' does beside it.")
def serve(host: str, port: int, threads: int, works_too: bool) -> None:
    """Serve the web application until it is stopped."""
    # Only this command needs the web: the others start faster without it.
    import waitress  # noqa: PLC0415

    from marketplace import create_app  # noqa: PLC0415
    from marketplace.people.matches import warm  # noqa: PLC0415

    settings = settings_here(serves_pages=True)
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
    called_as = sys.argv[0] if Path(sys.argv[0]).name == "marketplace" else "python -m marketplace"
    for one in known:
        code = f"  code: {called_as} sign-in-code {one.email}" if one.needs_code else ""
        where = f"  {one.organisation}" if one.organisation else ""
        tell(f"  {one.role.label:<14} {one.email:<24} {one.password}{where}{code}")


if __name__ == "__main__":
    sys.exit(main())
