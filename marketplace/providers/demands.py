"""What councils ask for before the offers of a provider can be public: a setting, changed by people.

The least everywhere, and a council's own word about one kind of provider and one check, which goes
before it. Functions that write know no request and do not commit; whoever changes a demand lets
``offers.standing`` look at the offers again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.providers.checks import EVERYWHERE
from marketplace.providers.models import CheckDemand
from marketplace.vocabulary import CheckKind, LegalForm

DEMANDS_FILE = "check_demands.yaml"


def load_demands(session: Session, seeds_dir: Path) -> int:
    """Take over the demands of the file that the database has no word about; how many those were.

    What somebody changed stays as it is, so this is safe to run again after every upgrade.
    Raises ``KeyError`` or ``ValueError`` for a file that does not say what it must.
    """
    known = {(row.council_code, row.legal_form, row.kind) for row in session.scalars(select(CheckDemand))}
    now = datetime.now(UTC)
    fresh = [
        CheckDemand(**row, changed_at=now)
        for row in read_demands(seeds_dir)
        if (row["council_code"], row["legal_form"], row["kind"]) not in known
    ]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def read_demands(seeds_dir: Path) -> Iterator[dict[str, Any]]:
    """The rows of the file, each form and check for itself."""
    for block in yaml.safe_load((seeds_dir / DEMANDS_FILE).read_text(encoding="utf-8")):
        council = EVERYWHERE if block["council"] == "everywhere" else str(block["council"])
        for form in block["forms"]:
            for check in block["checks"]:
                yield {
                    "council_code": council,
                    "legal_form": LegalForm(form),
                    "kind": CheckKind(check["kind"]),
                    "months": check.get("months"),
                    "reason": check["reason"],
                    "demanded": True,
                }
