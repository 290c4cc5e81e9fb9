"""``marketplace import …``: offers from files and feeds of other systems."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click
from sqlalchemy.exc import OperationalError

from marketplace.cli.calling import embedder_here, open_ready, postcodes_here, settings_here, tell, today_here
from marketplace.db import Database, write_session
from marketplace.interop.importing import ImportFileError, Report
from marketplace.interop.open_referral import reading
from marketplace.interop.open_referral_feed import fetched, is_address
from marketplace.interop.open_referral_store import store_services
from marketplace.matching.text import Thesaurus
from marketplace.moderation.brought_in import queue_imports
from marketplace.offers.catalogue import THESAURUS_FILE, mark_changed
from marketplace.offers.vectors import lacking_vectors, make_vectors, portions, store_vectors
from marketplace.settings import Settings


@click.group(name="import")
def import_() -> None:
    """Bring in offers from files of other systems.

    Rows are found again by their identifiers, so importing twice changes nothing.
    """


@import_.command(name="open-referral")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--trusted", is_flag=True, help="Public at once, as from the council's own system.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON document.")
def import_open_referral(file: str, trusted: bool, as_json: bool) -> None:
    """Bring in services of Open Referral UK.

    FILE is a file of version 3 or 1, a feed's address, or - for standard input. What the services don't say
    stays not known, and is asked. See docs/importing.md.
    """
    settings = settings_here()
    database = open_ready(settings)
    try:
        content = fetched(file, progress=tell) if is_address(file) else click.open_file(file, "rb")
    except OSError as error:
        raise click.UsageError(f"Can't read {file}: {error.strerror or error}") from error
    directory = postcodes_here(settings, tell)
    thesaurus = Thesaurus.load(settings.seeds_dir / THESAURUS_FILE)
    try:
        with (
            content as services,
            reading(
                services, directory=directory, thesaurus=thesaurus, today=today_here(), progress=tell
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
    queue_imports(database)
    _tell_report(report, trusted=trusted, as_json=as_json)
    _keep_vectors_bit_by_bit(database, settings)
    if report.read and report.read == len(report.rejected):
        raise SystemExit(1)


def _tell_report(report: Report, *, trusted: bool, as_json: bool) -> None:
    click.echo(json.dumps(report.document(), ensure_ascii=False) if as_json else str(report))
    if not trusted and (report.created or report.updated):
        tell(
            "New and changed listings wait for a moderator and are not public. To show all of them at once, "
            "import again with --trusted."
        )


def _keep_vectors_bit_by_bit(database: Database, settings: Settings) -> None:
    """The same as `keep_vectors` for what may be thousands of offers: nobody else waits for minutes.

    If it is stopped half-way the offers are there and are found by their words; the next time makes the rest.
    """
    embedder = embedder_here(settings)
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
