"""What every import tells: how many rows were read, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Progress = Callable[[str], None]


class ImportFileError(ValueError):
    """The file as a whole can't be read. The message tells what to do; nothing was changed."""


class RowError(ValueError):
    """One row can't be taken in: which field, and what is wrong with it."""

    def __init__(self, field_name: str, problem: str) -> None:
        super().__init__(f"{field_name}: {problem}")
        self.field = field_name
        self.problem = problem


class Outcome(StrEnum):
    """What became of a row that was taken in."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was turned away; ``row`` counts from 1."""

    row: int
    field: str
    problem: str


@dataclass(slots=True)
class Report:
    """Counts of rows. ``read`` is always the sum of the other four."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.created + self.updated + self.unchanged + len(self.rejected)

    def add(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.CREATED:
                self.created += 1
            case Outcome.UPDATED:
                self.updated += 1
            case Outcome.UNCHANGED:
                self.unchanged += 1

    def reject(self, row: int, error: RowError) -> None:
        self.rejected.append(Rejected(row, error.field, error.problem))

    def document(self) -> dict[str, Any]:
        """The report as other programs read it."""
        return {
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [
                {"row": one.row, "field": one.field, "problem": one.problem}
                for one in sorted(self.rejected, key=lambda one: one.row)
            ],
        }

    def __str__(self) -> str:
        counts = f"{self.created} created, {self.updated} updated, {self.unchanged} unchanged"
        lines = [f"{self.read} read: {counts}, {len(self.rejected)} rejected"]
        lines += [
            f"  row {one.row}, {one.field}: {one.problem}"
            for one in sorted(self.rejected, key=lambda one: one.row)
        ]
        return "\n".join(lines)
