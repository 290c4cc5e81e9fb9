"""Bring the services of an Open Referral UK file into the marketplace.

First the whole file is read, without a lock on anything; then all of it is written in one transaction.
A file that is broken anywhere changes nothing, and neither does a command that is killed.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import IO

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.interop.importing import Outcome, Progress, Report, RowError
from marketplace.interop.open_referral_file import read_services
from marketplace.interop.open_referral_rows import Row, ServiceRows, service_rows
from marketplace.interop.open_referral_service import NOT_STATED, read_service
from marketplace.matching.thesaurus import Thesaurus

AT_ONCE = 500
"""Services that are in memory and in one round of statements at a time."""
_TELL_EVERY = 2_000
_MOST_NOTES = 50


@dataclass(slots=True)
class ReadFile:
    """A file that was read to its end: its services wait in a temporary file of ours."""

    kept: IO[bytes]
    report: Report = field(default_factory=Report)
    """Rows turned away, and rows that repeat an earlier one."""
    providers: dict[str, Row] = field(default_factory=dict)
    offer_ids: set[uuid.UUID] = field(default_factory=set)
    batches: int = 0
    numbers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Of each service the row where it stood first, and a digest of it."""

    def services(self) -> Iterator[Sequence[ServiceRows]]:
        """All services in the order of the file, some at a time."""
        self.kept.seek(0)
        for _ in range(self.batches):
            batch: list[ServiceRows] = pickle.load(self.kept)  # noqa: S301 (written by us, a moment ago)
            yield batch


@contextmanager
def reading(
    file: IO[bytes],
    *,
    directory: PostcodeDirectory,
    thesaurus: Thesaurus,
    today: date,
    progress: Progress = lambda _: None,
) -> Iterator[ReadFile]:
    """Read *file* to its end; raises `ImportFileError` if that can't be done."""
    with tempfile.TemporaryFile() as kept:
        found = ReadFile(kept)
        notes = _Notes(progress)
        batch: list[ServiceRows] = []
        for number, raw in enumerate(read_services(file), start=1):
            rows = _read_row(found, number, raw, notes, directory=directory, thesaurus=thesaurus, today=today)
            if rows is not None:
                batch.append(rows)
            if len(batch) == AT_ONCE:
                _keep(found, batch)
            if number % _TELL_EVERY == 0:
                progress(f"Read {number:,} services")
        _keep(found, batch)
        notes.end()
        yield found


def _read_row(
    found: ReadFile,
    number: int,
    raw: object,
    notes: _Notes,
    *,
    directory: PostcodeDirectory,
    thesaurus: Thesaurus,
    today: date,
) -> ServiceRows | None:
    try:
        service = read_service(raw, directory=directory, thesaurus=thesaurus, today=today)
        digest = hashlib.blake2b(
            json.dumps(raw, sort_keys=True, default=str).encode(), digest_size=16
        ).digest()
        earlier = found.numbers.setdefault(service.source_id, (number, digest))
        if earlier[0] != number:
            if earlier[1] != digest:
                raise RowError(
                    "id", f"stands in row {earlier[0]} already, with other facts. Row {earlier[0]} counts"
                )
            found.report.add(Outcome.UNCHANGED)
            return None
    except RowError as error:
        found.report.reject(number, error)
        return None
    notes.add(number, service.name, service.notes)
    rows = service_rows(number, service)
    _merge(found.providers, rows.provider)
    found.offer_ids.update(offer.id for offer in rows.offers)
    return rows


def _keep(found: ReadFile, batch: list[ServiceRows]) -> None:
    if batch:
        pickle.dump(batch, found.kept, protocol=pickle.HIGHEST_PROTOCOL)
        found.batches += 1
        batch.clear()


def _merge(providers: dict[str, Row], row: Row) -> None:
    """Services of one organisation may tell different parts of it: what was told first stays."""
    known = providers.setdefault(row["source_id"], row)
    if known is row:
        return
    if known["name"] == NOT_STATED != row["name"]:
        known |= {"name": row["name"], "legal_form": row["legal_form"]}
    for name in ("about", "phone", "email", "website"):
        known[name] = known[name] or row[name]


class _Notes:
    """Tells what could not be read of rows that were taken in, up to a sensible number."""

    def __init__(self, progress: Progress) -> None:
        self._tell = progress
        self._count = 0

    def add(self, number: int, name: str, notes: list[str]) -> None:
        for note in notes:
            self._count += 1
            if self._count <= _MOST_NOTES:
                self._tell(f"Row {number}, {name}: {note}")

    def end(self) -> None:
        if self._count > _MOST_NOTES:
            self._tell(f"... and {self._count - _MOST_NOTES:,} more remarks like these.")
