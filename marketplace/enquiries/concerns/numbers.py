"""Whom to ring about someone's safety: each council's own numbers, a setting in ``seeds``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class CouncilNumber:
    """Whom to ring in one council's area."""

    name: str
    phone: str
    out_of_hours: str = ""


@lru_cache(maxsize=4)
def council_numbers(seeds_dir: Path) -> tuple[CouncilNumber, ...]:
    """In the order of ``seeds/council_contacts.yaml``; none where there is no such file."""
    file = seeds_dir / "council_contacts.yaml"
    rows = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None
    return tuple(
        CouncilNumber(row["name"], row["phone"], row.get("out_of_hours", "")) for row in (rows or {}).values()
    )
