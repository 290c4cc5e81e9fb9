"""The catalogue in memory: fresh at the next request, in order again a little later.

Offers that changed are put in at once, behind all others, where every search looks. When many stand
there, or a new day began, a thread of its own makes a catalogue in order and changes it in, while
requests go on with the one there is. What it made is kept on disk for the next start.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session as DatabaseSession

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.catalogue import ROOM, Catalogue, OfferRow, build_catalogue
from marketplace.matching.embedding import Embedder
from marketplace.matching.patching import put_in
from marketplace.matching.snapshot import frozen
from marketplace.matching.text import Thesaurus
from marketplace.offers.changes import changed_since, mark_changed, mark_of, read_epoch
from marketplace.offers.kept import Kept, KeptCatalogue
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.rows import ended_between, read_rows, read_unconfirmed_rows
from marketplace.settings import Mode, Settings
from marketplace.web.today import london_today

__all__ = [
    "EXTENSION",
    "THESAURUS_FILE",
    "CatalogueHolder",
    "kept_file",
    "mark_changed",
    "read_epoch",
    "read_rows",
]

THESAURUS_FILE = "thesaurus.yaml"
EXTENSION = "marketplace.catalogue"
"""Where an application keeps its holder."""
_MOST_BEHIND = 0.01
"""Share of the offers that may stand out of order before all are put in order again."""
_MOST_AT_ONCE = 0.25
"""Share of the offers that may change before it is less work to make the catalogue anew."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """A catalogue and what it is of; the catalogue itself takes in what changes."""

    epoch: int
    today: date
    catalogue: Catalogue
    in_order: int
    """Rows that stood in order when it was made."""
    made_on: date

    def is_of(self, epoch: int, today: date) -> bool:
        """Whether it is as a reader who sees *epoch* may have it; one with an older view gets the newer."""
        return self.epoch > epoch or (self.epoch == epoch and self.today == today)

    @property
    def is_crowded(self) -> bool:
        """Whether so many rows stand behind the others that searches feel it."""
        return len(self.catalogue) - self.in_order > max(ROOM, _MOST_BEHIND * self.in_order)

    @property
    def is_out_of_order(self) -> bool:
        """Words are weighed anew once a day: how rare they are, and those that nobody had used before."""
        return self.is_crowded or self.made_on != self.today


def kept_file(settings: Settings) -> Path | None:
    """Where processes with these settings keep the catalogue; tests keep nothing."""
    return None if settings.mode is Mode.TEST else settings.instance_dir / "catalogue"


class CatalogueHolder:
    """One catalogue for a process and database; threads share it, one at a time changes it.

    *open_session* opens sessions for a thread of its own; without it whoever comes by puts the
    catalogue in order. *kept_at* is the file that the next process may start with.
    """

    def __init__(
        self,
        seeds_dir: Path,
        postcodes: PostcodeDirectory,
        *,
        embedder: Embedder | None = None,
        open_session: Callable[[], DatabaseSession] | None = None,
        kept_at: Path | None = None,
    ) -> None:
        self._points = PublicPoints(postcodes)
        self._embedder = embedder
        self._thesaurus_path = seeds_dir / THESAURUS_FILE
        self._thesaurus: Thesaurus | None = None
        self._open_session = open_session
        self._kept = None
        if kept_at is not None:
            made_with = (postcodes.edition, "" if embedder is None else embedder.checksum)
            self._kept = KeptCatalogue(kept_at, seeds_dir, made_with=made_with)
        self._held: _Held | None = None
        self._lock = threading.Lock()
        self._making: threading.Thread | None = None
        self._writing: threading.Thread | None = None

    def current(self, session: DatabaseSession, *, today: date | None = None) -> Catalogue:
        """The catalogue as of this session's view of the database, or newer, on *today* in London.

        Offers that changed are put in, and so are those of which a session came to its end since
        yesterday. The first time, and after a change of everything or of very many, it is made anew.
        """
        epoch = read_epoch(session)
        today = today or london_today()
        held = self._held
        if held is None or not held.is_of(epoch, today):
            with self._lock:
                held = self._held
                if held is None or not held.is_of(epoch, today):
                    held = self._held = self._renewed(session, held, epoch, today)
                    if held.is_out_of_order:
                        held = self._put_in_order(session, held)
        return held.catalogue

    def unconfirmed(self, session: DatabaseSession, *, today: date) -> Catalogue | None:
        """The offers that left the results only because nobody confirmed them, made anew each time; None
        where there are none."""
        model = None if self._embedder is None else self._embedder.checksum
        rows = read_unconfirmed_rows(session, today, self._points, model=model)
        return build_catalogue(rows, self._read_thesaurus(), embedder=self._embedder) if rows else None

    @property
    def known_epoch(self) -> int | None:
        """The epoch of the catalogue that this process holds; None before the first. Asks nobody."""
        return None if self._held is None else self._held.epoch

    def wait(self) -> None:
        """Until nothing is made or written aside any more."""
        for thread in (self._making, self._writing):
            if thread is not None:
                thread.join()

    def _renewed(self, session: DatabaseSession, held: _Held | None, epoch: int, today: date) -> _Held:
        """What is held, or was kept, with what changed since; else made anew."""
        held = held or self._from_disk(session)
        patched = None if held is None else self._patched(session, held, epoch, today)
        return patched or self._made(session, epoch, today)

    def _patched(self, session: DatabaseSession, held: _Held, epoch: int, today: date) -> _Held | None:
        """None where it is better made anew."""
        changed = changed_since(session, held.epoch, epoch)
        if changed is None or today < held.today:
            return None
        if today > held.today:
            changed |= ended_between(session, held.today, today)
        catalogue = held.catalogue
        if len(changed) > max(ROOM, _MOST_AT_ONCE * len(catalogue)):
            return None
        if changed:
            found = {row.id: row for row in self._read(session, today, only=changed)}
            catalogue = put_in(catalogue, {offer_id: found.get(offer_id) for offer_id in changed})
        return replace(held, epoch=epoch, today=today, catalogue=catalogue)

    def _made(self, session: DatabaseSession, epoch: int, today: date) -> _Held:
        rows = self._read(session, today)
        catalogue = build_catalogue(rows, self._read_thesaurus(), embedder=self._embedder)
        made = _Held(epoch, today, catalogue, in_order=len(catalogue), made_on=today)
        mark = None if self._kept is None else mark_of(session, epoch)
        if self._kept is not None and mark is not None:
            kept = Kept(epoch, mark, today, today, len(catalogue), frozen(catalogue))
            self._writing = threading.Thread(
                target=self._kept.write, args=(kept,), kwargs={"known": self._read_thesaurus()}
            )
            self._writing.start()
        return made

    def _read(self, session: DatabaseSession, today: date, only: set[UUID] | None = None) -> list[OfferRow]:
        model = None if self._embedder is None else self._embedder.checksum
        return read_rows(session, today, self._points, only=only, model=model)

    def _read_thesaurus(self) -> Thesaurus:
        if self._thesaurus is None:
            self._thesaurus = Thesaurus.load(self._thesaurus_path)
        return self._thesaurus

    def _from_disk(self, session: DatabaseSession) -> _Held | None:
        if self._kept is None:
            return None
        kept = self._kept.read(
            lambda epoch: mark_of(session, epoch),
            thesaurus=self._read_thesaurus(),
            embedder=self._embedder,
        )
        if kept is None:
            return None
        return _Held(kept.epoch, kept.today, kept.catalogue, kept.in_order, kept.made_on)

    def _put_in_order(self, session: DatabaseSession, held: _Held) -> _Held:
        """Make it anew aside, where that can be, so that nobody waits for it."""
        if self._open_session is None:
            if held.is_crowded:
                held = self._held = self._made(session, held.epoch, held.today)
        elif self._making is None or not self._making.is_alive():
            self._making = threading.Thread(
                target=self._make_aside, args=(self._open_session, held.today), daemon=True
            )
            self._making.start()
        return held

    def _make_aside(self, open_session: Callable[[], DatabaseSession], today: date) -> None:
        try:
            with open_session() as session:
                made = self._made(session, read_epoch(session), today)
            # A new view of the database: nobody else brings the catalogue further than it is there.
            with self._lock, open_session() as session:
                today = max(today, today if self._held is None else self._held.today)
                self._held = self._renewed(session, made, read_epoch(session), today)
        except Exception:
            _LOG.exception("The catalogue could not be put in order; the next change tries again.")
