"""Gap reports in tests, written as they are kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.commissioning.report.models import GapReport as KeptReport
from marketplace.commissioning.report.models import ReportState
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.report_rows import (
    REPORT_VERSION,
    AccessRow,
    DistrictRow,
    Flow,
    GapReport,
    HindranceCount,
    PlaceCount,
    SourceRow,
    ThemeRow,
)
from marketplace.gaps.wanted import ALL_LEVELS, WantedRow
from marketplace.vocabulary import Theme

DAY = date(2026, 11, 23)
STAR = Shown(None)
NAMES = {"E07000170": "Ashfield", "E07000174": "Mansfield"}
Cell = tuple[str, Theme]


def report_of(
    unmet: Mapping[Cell, Shown | None], *, day: date = DAY, sources: tuple[SourceRow, ...] = ()
) -> GapReport:
    """Districts and themes with so many unmet of 40 who ask, all on Tuesday evenings at level 2 or 4."""
    reasons = (
        HindranceCount(hindrance=Hindrance.LEVEL, unmet=Shown(10)),
        HindranceCount(hindrance=Hindrance.TRAVEL, unmet=STAR),
    )
    return GapReport(
        version=REPORT_VERSION,
        day=day,
        councils=(),
        districts=tuple(
            DistrictRow(
                code=code,
                name=NAMES[code],
                council_code="E10000024",
                asked=Shown(60),
                unmet=Shown(20),
                levels=None,
                flow=Flow(fitting=Shown(40), placed=Shown(35), greedy=Shown(30)),
            )
            for code in sorted({code for code, _ in unmet})
        ),
        themes=tuple(
            ThemeRow(
                district_code=code,
                theme=theme,
                asked=Shown(40),
                unmet=number,
                main=Hindrance.LEVEL if number and number.number else None,
                hindrances=reasons if number and number.number else None,
                places=(PlaceCount(place_key=f"NG18 {code}", unmet=number),)
                if number and number.number
                else None,
            )
            for (code, theme), number in unmet.items()
        ),
        wanted=tuple(
            WantedRow(
                district_code=code,
                theme=theme,
                band=TimeBand.WEEKDAY_EVENING,
                level=level,
                asked=Shown(40) if level == ALL_LEVELS else Shown(20),
                unmet=number,
                hindrance=None,
            )
            for (code, theme), number in unmet.items()
            for level in (ALL_LEVELS, 2)
        ),
        sources=sources,
        access=(AccessRow(place_key="NG18 E07000174", theme=Theme.COOKERY, car=120, bus=None),),
        ways=8,
    )


def kept(session: Session, report: GapReport | None, **fields: Any) -> KeptReport:
    """A report as it stands in the database, committed."""
    now = datetime.now(UTC)
    row = KeptReport(
        **{
            "id": uuid.uuid4(),
            "day": report.day if report else DAY,
            "state": ReportState.DONE if report else ReportState.WAITING,
            "progress": 100 if report else 0,
            "asked_at": now,
            "asked_by_id": None,
            "heard_of_at": now,
            "done_at": now if report else None,
            "version": REPORT_VERSION if report else "",
            "document": {"report": report.to_json(), "parts": {}} if report else None,
            **fields,
        }
    )
    session.add(row)
    session.commit()
    return row
