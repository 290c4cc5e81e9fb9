"""Reading kept reports. Each document is read once a process: it never changes once it is done."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from marketplace.commissioning.report.index import ReportIndex
from marketplace.commissioning.report.models import GapReport as KeptReport
from marketplace.commissioning.report.models import ReportState
from marketplace.gaps.report_rows import GapReport

_MOST_AT_HAND = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One kept report, ready for pages."""

    id: uuid.UUID
    day: date
    report: GapReport
    parts: Mapping[str, Mapping[str, Any]]
    """What other rooms added, by name and council."""
    index: ReportIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", ReportIndex(self.report))

    def part(self, name: str, council_code: str) -> Any:
        """None where the report is older than the part, or nothing is known of the council."""
        return self.parts.get(name, {}).get(council_code)


_AT_HAND: OrderedDict[uuid.UUID, Reading] = OrderedDict()
_LOCK = Lock()


def newest_report(session: Session) -> Reading | None:
    """The newest report that is done."""
    found = session.scalar(
        select(KeptReport.id)
        .where(KeptReport.state == ReportState.DONE)
        .order_by(KeptReport.day.desc(), KeptReport.done_at.desc(), KeptReport.id)
        .limit(1)
    )
    return None if found is None else report_by_id(session, found)


def report_by_id(session: Session, report_id: uuid.UUID) -> Reading | None:
    """A kept report; None where there is none, or it isn't done."""
    with _LOCK:
        if report_id in _AT_HAND:
            _AT_HAND.move_to_end(report_id)
            return _AT_HAND[report_id]
    row = session.execute(
        select(KeptReport.day, KeptReport.document).where(
            KeptReport.id == report_id, KeptReport.state == ReportState.DONE
        )
    ).one_or_none()
    if row is None:
        return None
    reading = Reading(report_id, row[0], GapReport.from_json(row[1]["report"]), row[1]["parts"])
    with _LOCK:
        _AT_HAND[report_id] = reading
        while len(_AT_HAND) > _MOST_AT_HAND:
            _AT_HAND.popitem(last=False)
    return reading


def kept_reports(session: Session, *, limit: int = 30) -> list[KeptReport]:
    """The newest reports of all states, without their documents being read."""
    return list(
        session.scalars(
            select(KeptReport)
            .options(defer(KeptReport.document))
            .order_by(KeptReport.asked_at.desc(), KeptReport.id)
            .limit(limit)
        )
    )
