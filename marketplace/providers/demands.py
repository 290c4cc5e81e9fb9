"""What councils ask for before the offers of a provider can be public: a setting, changed by people.

The least everywhere, and a council's own word about one kind of provider and one check, which goes
before it. Functions that write know no request and do not commit; whoever changes a demand lets
``offers.standing`` look at the offers again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.providers.checks import EVERYWHERE, Demand, chosen
from marketplace.providers.council_words import CouncilChecking
from marketplace.providers.models import CheckDemand
from marketplace.vocabulary import N_, CheckKind, LegalForm, Role, Word

DEMANDS_FILE = "check_demands.yaml"
LONGEST_REASON = 300
MOST_MONTHS = 120


class Asked(Word):
    """What a council says about one check of one kind of provider."""

    YES = "yes", N_("Ask for it")
    NO = "no", N_("Do not ask for it")
    AS_EVERYWHERE = "as_everywhere", N_("The same as everywhere")


class StaleDemandError(Exception):
    """Someone else changed it in between."""


@dataclass(frozen=True, slots=True)
class Said:
    """One check of one kind of provider: what the council says, and what is said everywhere."""

    own: CheckDemand | None
    everywhere: CheckDemand | None

    @property
    def in_force(self) -> CheckDemand | None:
        return self.own or self.everywhere

    @property
    def is_asked(self) -> bool:
        return self.in_force is not None and self.in_force.demanded

    @property
    def mark(self) -> str:
        """Differs once somebody changed what the council says."""
        return self.own.changed_at.isoformat() if self.own else ""


def load_demands(session: Session, seeds_dir: Path) -> int:
    """Begin with what the file asks for, in a database that asks for nothing yet; how many those were.

    From then on people change it, so loading again leaves everything as it is.
    Raises ``KeyError`` or ``ValueError`` for a file that does not say what it must.
    """
    if session.scalar(select(func.count()).select_from(CheckDemand)):
        return 0
    now = datetime.now(UTC)
    fresh = [CheckDemand(**row, changed_at=now) for row in _demands_in(seeds_dir)]
    session.add_all(fresh)
    for block in _blocks(seeds_dir):
        if block.get("bring_to"):
            session.merge(CouncilChecking(council_code=_council(block), bring_to=block["bring_to"]))
    session.flush()
    return len(fresh)


def said_by(session: Session, council: str) -> Mapping[tuple[LegalForm, CheckKind], Said]:
    """What a council says about every kind of provider and every check."""
    rows = session.scalars(select(CheckDemand).where(CheckDemand.council_code.in_([council, EVERYWHERE])))
    known = {(row.council_code, row.legal_form, row.kind): row for row in rows}
    return {
        (form, kind): Said(
            known.get((council, form, kind)) if council else None, known.get((EVERYWHERE, form, kind))
        )
        for form in LegalForm
        for kind in CheckKind
    }


def demands_at(session: Session, council: str) -> Mapping[LegalForm, tuple[Demand, ...]]:
    """What is demanded of each kind of provider in a council's area."""
    rows = session.scalars(select(CheckDemand)).all()
    return {form: chosen((row for row in rows if row.legal_form is form), council) for form in LegalForm}


def councils_with_own_words(session: Session) -> set[str]:
    """Codes of the councils that ask for something else than everywhere."""
    return set(
        session.scalars(
            select(CheckDemand.council_code).where(CheckDemand.council_code != EVERYWHERE).distinct()
        )
    )


def change_demand(
    session: Session,
    *,
    council: str,
    legal_form: LegalForm,
    kind: CheckKind,
    asked: Asked,
    months: int | None = None,
    reason: str = "",
    expected: str | None = None,
    account: Account,
    role: Role,
) -> bool:
    """Say what a council asks for; False where it said the same before.

    Only a council can ask for the same as everywhere. With *expected*, the mark that the form began
    from, raises ``StaleDemandError`` where somebody else was quicker.
    """
    row = session.scalars(
        select(CheckDemand)
        .where(
            CheckDemand.council_code == council,
            CheckDemand.legal_form == legal_form,
            CheckDemand.kind == kind,
        )
        .with_for_update()
    ).one_or_none()
    if expected is not None and expected != (row.changed_at.isoformat() if row else ""):
        raise StaleDemandError
    before = _facts(row)
    if asked is Asked.AS_EVERYWHERE:
        if row is not None:
            session.delete(row)
    else:
        if row is None:
            row = CheckDemand(council_code=council, legal_form=legal_form, kind=kind)
            session.add(row)
        row.demanded, row.months, row.reason = asked is Asked.YES, months, reason
    now = None if asked is Asked.AS_EVERYWHERE else _facts(row)
    if now == before:
        return False
    if row is not None and now is not None:
        row.changed_at, row.changed_by_id = datetime.now(UTC), account.id
    session.flush()
    record(
        session,
        action=Action.CHECK_DEMAND_CHANGED,
        subject=("council", council or "everywhere"),
        details={"legal_form": legal_form, "kind": kind, "before": before, "now": now},
        actor=account,
        role=role,
    )
    return True


def _facts(row: CheckDemand | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"demanded": row.demanded, "months": row.months, "reason": row.reason}


def _blocks(seeds_dir: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load((seeds_dir / DEMANDS_FILE).read_text(encoding="utf-8")))


def _council(block: Mapping[str, Any]) -> str:
    return EVERYWHERE if block["council"] == "everywhere" else str(block["council"])


def _demands_in(seeds_dir: Path) -> Iterator[dict[str, Any]]:
    """The rows of the file, each form and check for itself."""
    for block in _blocks(seeds_dir):
        for form in block.get("forms", ()):
            for check in block["checks"]:
                yield {
                    "council_code": _council(block),
                    "legal_form": LegalForm(form),
                    "kind": CheckKind(check["kind"]),
                    "months": check.get("months"),
                    "reason": check["reason"],
                    "demanded": True,
                }
