"""The catalogue that the next process starts with: what it must be about, and its file."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marketplace import matching, offers, vocabulary
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.embedding import Embedder
from marketplace.matching.snapshot import keep, read
from marketplace.matching.text import Thesaurus

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A catalogue and what it was made of."""

    epoch: int
    mark: str
    """Of the change with that number: another history of the database has another one."""
    today: date
    made_on: date
    in_order: int
    catalogue: Catalogue


class KeptCatalogue:
    """A catalogue's file. *made_with* names what it depends on beside the rules and the seeds."""

    def __init__(self, path: Path, seeds_dir: Path, *, made_with: Sequence[str]) -> None:
        self._path = path
        self._rules = _rules(seeds_dir, made_with)

    def write(self, kept: Kept, *, known: Thesaurus) -> None:
        """Put it in the place of the one before. A full disk is no reason to stop: it is only a copy."""
        about = {
            "rules": self._rules,
            "epoch": kept.epoch,
            "mark": kept.mark,
            "today": kept.today.isoformat(),
            "made_on": kept.made_on.isoformat(),
            "in_order": kept.in_order,
        }
        try:
            keep(kept.catalogue, self._path, about=about, known=known)
        except OSError as error:
            _LOG.warning("The catalogue could not be kept for the next start (%s).", error)

    def read(
        self,
        mark_of: Callable[[int], str | None],
        *,
        thesaurus: Thesaurus,
        embedder: Embedder | None,
    ) -> Kept | None:
        """What was written, if it was made by these rules from this database.

        *mark_of* gives the mark that the database has for a change's number.
        """

        def fits(about: dict[str, Any]) -> bool:
            return bool(about["rules"] == self._rules and about["mark"] == mark_of(about["epoch"]))

        found = read(self._path, fits=fits, thesaurus=thesaurus, embedder=embedder)
        if found is None:
            return None
        catalogue, about = found
        return Kept(
            epoch=about["epoch"],
            mark=about["mark"],
            today=date.fromisoformat(about["today"]),
            made_on=date.fromisoformat(about["made_on"]),
            in_order=about["in_order"],
            catalogue=catalogue,
        )


def _rules(seeds_dir: Path, made_with: Sequence[str]) -> str:
    """A checksum of everything that makes a catalogue out of the same rows."""
    digest = hashlib.sha256("\n".join(made_with).encode())
    code = [Path(str(vocabulary.__file__))]
    for package in (matching, offers):
        code += sorted(Path(str(package.__file__)).parent.glob("*.py"))
    words = sorted(path for path in seeds_dir.iterdir() if path.suffix in {".yaml", ".txt"})
    for path in (*code, *words):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
