"""What ``marketplace check`` looks at: each check says what is wrong, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.audit.checking import NOTED_HEAD, check_chain, note_head, read_noted
from marketplace.db import Database
from marketplace.geo.postcodes import PostcodeDirectory, PostcodeDirectoryMissingError
from marketplace.matching.catalogue import build_catalogue
from marketplace.matching.embedding import installed_embedder
from marketplace.matching.text import Thesaurus
from marketplace.migrations import NotReadyError, current_revision, require_ready
from marketplace.offers.catalogue import THESAURUS_FILE, CatalogueHolder, kept_file
from marketplace.offers.models import Offer
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.rows import read_rows
from marketplace.offers.standing import out_of_step
from marketplace.settings import LONDON, Settings
from marketplace.upkeep.catalogue_check import differences
from marketplace.vocabulary import OfferStatus

_MOST_TOLD = 20


@dataclass
class Finding:
    """One check: *problems* is empty when all is well; *looked_at* says how much that was."""

    name: str
    looked_at: str = ""
    problems: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        return {
            "check": self.name,
            "ok": not self.problems,
            "looked_at": self.looked_at,
            "problems": self.problems,
        }


def check_everything(database: Database, settings: Settings) -> list[Finding]:
    """Tables, rows, audit chain, catalogue. Nothing is mended; a sound chain's head is noted."""
    tables = _guarded("tables", lambda: _check_tables(database))
    if tables.problems:
        return [tables]  # of other tables than the program's nothing else can be said
    return [
        tables,
        _guarded("database", lambda: _check_database(database)),
        _guarded("audit", lambda: _check_audit(database, settings)),
        _guarded("standing", lambda: _check_standing(database)),
        _guarded("catalogue", lambda: _check_catalogue(database, settings)),
    ]


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """A database that can't even be read is a finding too."""
    try:
        return check()
    except (DBAPIError, OSError, ValueError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        return Finding(name, problems=[f"It can't be read: {cause}"])


def _check_tables(database: Database) -> Finding:
    with database.engine.connect() as connection:
        found = Finding("tables", f"revision {current_revision(connection)}")
    try:
        require_ready(database.engine)
    except NotReadyError as error:
        found.problems.append(str(error))
    return found


def _check_database(database: Database) -> Finding:
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return Finding("database", "every page and reference", _sqlite_problems(connection))
        return Finding("database", "indexes, constraints, checksums", _postgresql_problems(connection))


def _sqlite_problems(connection: Connection) -> list[str]:
    damage = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_TOLD})")]
    problems = [] if damage == ["ok"] else damage
    loose: dict[tuple[str, str], int] = {}
    for table, _row, parent, _key in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        loose[table, parent] = loose.get((table, parent), 0) + 1
    return problems + [
        f"{number} of {table} point at a {parent} that is not there."
        for (table, parent), number in sorted(loose.items())
    ]


def _postgresql_problems(connection: Connection) -> list[str]:
    """PostgreSQL holds references itself; here is what it knows to be unsound."""
    ask = connection.exec_driver_sql
    indexes = ask("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1").scalars()
    problems = [f"The index {name} is not valid. Run REINDEX." for name in indexes]
    unproved = ask(
        "SELECT conrelid::regclass::text || ': ' || conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1"
    ).scalars()
    problems += [f"The constraint {name} was never validated." for name in unproved]
    disabled = ask(
        "SELECT tgrelid::regclass::text || ': ' || tgname FROM pg_trigger WHERE tgenabled = 'D' ORDER BY 1"
    ).scalars()
    problems += [f"The trigger {name} is switched off: references may be broken." for name in disabled]
    failed = ask(
        "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"
    ).scalar()
    if failed:
        problems.append(f"{failed} pages do not match their checksums.")
    return problems


def _check_audit(database: Database, settings: Settings) -> Finding:
    file = settings.instance_dir / NOTED_HEAD
    with database.read() as session:
        _hold_still(session)
        report = check_chain(session, noted=read_noted(file))
        if not report.problems and settings.instance_dir.is_dir():
            note_head(session, file)
    return Finding("audit", f"{report.entries} entries", report.problems)


def _hold_still(session: Session) -> None:
    """One state of the database for the whole check; SQLite always gives that."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _check_standing(database: Database) -> Finding:
    """What is kept about who may be shown, against checks, demands and answers as they are."""
    today = datetime.now(UTC).astimezone(LONDON).date()
    with database.read() as session:
        _hold_still(session)
        approved = session.scalar(select(func.count()).where(Offer.status == OfferStatus.PUBLIC)) or 0
        unlike = out_of_step(session, today=today)
    told = [
        f"Offer {offer}: {now.hold.label if now.hold else 'nothing holds it back'}"
        f"{f', to be shown until {now.shown_until}' if now.shown_until else ''}. Something else is kept."
        for offer, now in sorted(unlike.items())[:_MOST_TOLD]
    ]
    if len(unlike) > _MOST_TOLD:
        told.append(f"And {len(unlike) - _MOST_TOLD} more.")
    return Finding("standing", f"{approved} approved offers", told)


def _check_catalogue(database: Database, settings: Settings) -> Finding:
    """What the next process would start with, against a catalogue made of the rows as they are."""
    try:
        directory = PostcodeDirectory.open(settings.postcode_dir)
    except PostcodeDirectoryMissingError:
        return Finding("catalogue", problems=["There is no postcode directory. Run 'marketplace init'."])
    kept = kept_file(settings)
    if kept is not None and not kept.exists():
        kept = None
    embedder = installed_embedder() if settings.uses_sentence_model else None
    today = datetime.now(UTC).astimezone(LONDON).date()
    holder = CatalogueHolder(settings.seeds_dir, directory, embedder=embedder, kept_at=kept)
    with database.read() as session:
        _hold_still(session)
        held = holder.current(session, today=today)
        rows = read_rows(session, today, PublicPoints(directory))
    holder.wait()
    anew = build_catalogue(rows, Thesaurus.load(settings.seeds_dir / THESAURUS_FILE))
    unlike = differences(held, anew)
    problems = [f"Offer {offer} {what}." for offer, what in unlike[:_MOST_TOLD]]
    if len(unlike) > _MOST_TOLD:
        problems.append(f"And {len(unlike) - _MOST_TOLD} more.")
    if problems:
        problems.append("The database was changed past the program. Save these offers again, or restart.")
    return Finding(
        "catalogue", "1 public offer" if len(rows) == 1 else f"{len(rows)} public offers", problems
    )
