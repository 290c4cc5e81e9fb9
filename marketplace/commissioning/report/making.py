"""Making a gap report: one at a time, with its progress kept, and what other rooms add to it.

@report_part("next_offers")
def next_offers(made: Made, council_code: str) -> Any: ...   # JSON; only of counts that may be seen


@counted_part("market_people")
def count_people(session: Session, made: Made, council_code: str) -> Any: ...   # the same, read from the database


@after_report
def keep_groups(session: Session, made: Made) -> None: ...   # in the transaction that keeps the report
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import structlog
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.commissioning.register.models import Gap
from marketplace.commissioning.report.feeding import Everybody, other_sources
from marketplace.commissioning.report.models import GapReport as KeptReport
from marketplace.commissioning.report.models import ReportState
from marketplace.commissioning.report.supply import places_left, provider_of_offers
from marketplace.db import Database, write_session
from marketplace.gaps.asked import Asked
from marketplace.gaps.counting import Asker
from marketplace.gaps.geography import Geography, geography_of
from marketplace.gaps.report import make_report
from marketplace.gaps.report_rows import GapReport
from marketplace.gaps.supply import places_of
from marketplace.gaps.telling import UnmetTables, tables_of
from marketplace.geo.council_areas import council_code
from marketplace.geo.districts import District
from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.listing.wanted.counting import keep_wanted
from marketplace.matching.catalogue import Catalogue
from marketplace.people.models import Person
from marketplace.people.saved.alerts import Matching

log = structlog.get_logger(__name__)

SILENT = timedelta(minutes=10)
"""Whoever makes a report and says nothing for so long has stopped: somebody else begins again."""
APART = timedelta(weeks=1)
"""Between one report and the next."""
KEPT = 26
"""Reports that are kept, beside those that a gap of the register began from."""
MOST_IN_HAND = 60_000
"""Up to so many people stay at hand for parts of the report that ask them again."""
_PARTS_FROM = 85
"""Percent that are done when the other rooms' parts begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report as its maker holds it: exact counts and people are in it, so it never leaves the process."""

    report: GapReport
    asked: Asked = field(repr=False)
    ids: tuple[uuid.UUID, ...] = field(repr=False)
    """The person of each number in ``asked.person``."""
    askers: tuple[Asker, ...] | None = field(repr=False)
    """By the same numbers; None where there are too many to keep."""
    geography: Geography
    catalogue: Catalogue
    tables: UnmetTables = field(repr=False)
    """What the report shows of the unmet; whatever else is told must say no more."""
    today: date
    evening: int
    seeds_dir: Path
    """Where lists are that councils can change, such as the questions."""
    provider_of: Mapping[uuid.UUID, uuid.UUID] = field(repr=False, default_factory=dict)
    """The provider of each offer of the catalogue."""
    places_left: npt.NDArray[np.int64] | None = field(repr=False, default=None)
    """Free places of each row of the catalogue where they are known, else -1."""


ReportPart = Callable[[Made, str], Any]
CountedPart = Callable[[Session, Made, str], Any]
AfterReport = Callable[[Session, Made], None]
_P = TypeVar("_P", bound=ReportPart)
_C = TypeVar("_C", bound=CountedPart)
_A = TypeVar("_A", bound=AfterReport)
_PARTS: dict[str, ReportPart] = {}
_COUNTED: dict[str, CountedPart] = {}
_AFTER: list[AfterReport] = []


def report_part(name: str) -> Callable[[_P], _P]:
    """Add what the decorated function makes of each council to the kept document, under *name*."""

    def register(make: _P) -> _P:
        _PARTS[name] = make
        return make

    return register


def counted_part(name: str) -> Callable[[_C], _C]:
    """Add other counts of people, of each council, to the kept document under *name*: so that they too are
    counted once a week, at the same moment."""

    def register(make: _C) -> _C:
        _COUNTED[name] = make
        return make

    return register


def after_report(act: _A) -> _A:
    """Call *act* in the transaction that keeps a report. Registering twice is once."""
    if act not in _AFTER:
        _AFTER.append(act)
    return act


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a report is made with."""

    database: Database
    matching: Callable[[], Matching]
    postcodes: Callable[[], PostcodeDirectory]
    districts: Mapping[str, District]
    evening_starts: time
    seeds_dir: Path
    unconfirmed: Callable[[Session, date], Catalogue | None] = lambda _session, _today: None
    """Offers that left the results only because nobody confirmed them; None where there are none."""


def make_document(
    making: Making, *, today: date, progress: Callable[[int], None] = lambda _: None
) -> tuple[dict[str, Any], Made]:
    """The whole document of *today*, without keeping it. *progress* hears percent, rising."""
    evening = making.evening_starts.hour * 60 + making.evening_starts.minute
    matching = making.matching()
    with making.database.read() as session:
        catalogue = matching.catalogue(session)
        geography = geography_of(
            making.postcodes(), making.districts, council_codes=_councils_of_people(session)
        )
        everybody = Everybody(session, matching.home)
        known = places_left(session, catalogue, today=today)
        provider_of = provider_of_offers(session, catalogue)
        expected = everybody.expected()
        askers: list[Asker] = []

        def blocks() -> Any:
            for block in everybody.blocks():
                if expected <= MOST_IN_HAND:
                    askers.extend(block)
                yield block

        made = make_report(
            blocks(),
            catalogue,
            geography,
            today=today,
            expected=expected,
            stale=making.unconfirmed(session, today),
            places=places_of(catalogue, known),
            other=other_sources(session, today=today, evening_starts=making.evening_starts),
            evening=evening,
            progress=lambda percent: progress(percent * _PARTS_FROM // 100),
        )
    whole = Made(
        report=made.report,
        asked=made.asked,
        ids=tuple(everybody.ids),
        askers=tuple(askers) if expected <= MOST_IN_HAND else None,
        geography=geography,
        catalogue=catalogue,
        tables=tables_of(made.report, geography),
        today=today,
        evening=evening,
        seeds_dir=making.seeds_dir,
        provider_of=provider_of,
        places_left=known,
    )
    councils = [row.code for row in made.report.councils]
    parts: dict[str, dict[str, Any]] = {name: {} for name in _PARTS}
    steps = max(1, len(_PARTS) * len(councils))
    for number, (name, code) in enumerate((name, code) for name in _PARTS for code in councils):
        parts[name][code] = _PARTS[name](whole, code)
        progress(_PARTS_FROM + (99 - _PARTS_FROM) * (number + 1) // steps)
    with making.database.read() as session:
        of_people = sorted(_councils_of_people(session) & set(geography.council_codes))
        for name, count in _COUNTED.items():
            parts[name] = {code: count(session, whole, code) for code in of_people}
    progress(100)
    return {"report": made.report.to_json(), "parts": parts}, whole


def ask_for_report(
    session: Session, *, today: date, now: datetime, by_id: uuid.UUID | None = None
) -> KeptReport | None:
    """A report that waits to be made; None where it is too soon for another one."""
    if next_report_on(session, today=today) > today:
        return None
    asked = KeptReport(day=today, state=ReportState.WAITING, asked_at=now, asked_by_id=by_id, progress=0)
    try:
        with session.begin_nested():
            session.add(asked)
            session.flush()
    except IntegrityError:
        return None  # somebody else was faster
    return asked


def next_report_on(session: Session, *, today: date) -> date:
    """The first day on which another report can be made: a week after the last, or *today*.

    Never sooner: two reports within a few days would differ by the few people who joined between them. One
    that failed has told nothing and does not count.
    """
    last = session.scalar(select(func.max(KeptReport.day)).where(KeptReport.state != ReportState.FAILED))
    return today if last is None else max(today, last + APART)


def make_due_report(making: Making, *, today: date, clock: Callable[[], datetime]) -> str:
    """Make the report that waits, or this week's if there is none yet; '' where nothing was to do."""
    with making.database.read() as session:
        if not (_waits(session, clock()) or _is_due(session, today)):
            return ""
    with write_session(making.database) as session:
        if _is_due(session, today):
            ask_for_report(session, today=today, now=clock())
        claimed = _claim(session, today=today, now=clock())
    if claimed is None:
        return ""
    last = clock()

    def progress(percent: int) -> None:
        nonlocal last
        now = clock()
        if now - last >= timedelta(seconds=1):
            last = now
            with write_session(making.database) as session:
                session.execute(
                    update(KeptReport)
                    .where(KeptReport.id == claimed, KeptReport.state == ReportState.RUNNING)
                    .values(progress=percent, heard_of_at=now)
                )

    try:
        document, made = make_document(making, today=today, progress=progress)
        with write_session(making.database) as session:
            _keep(session, claimed, document, made, now=clock())
    except Exception as error:
        log.exception("gap_report_failed", report=str(claimed))
        with write_session(making.database) as session:
            session.execute(
                update(KeptReport)
                .where(KeptReport.id == claimed)
                .values(state=ReportState.FAILED, problem=type(error).__name__, done_at=clock())
            )
        raise
    return str(claimed)


def _councils_of_people(session: Session) -> set[str]:
    codes = session.scalars(select(Person.district_code).where(Person.counts_in_gaps).distinct())
    return {council for code in codes if (council := council_code(code)) is not None}


def _is_due(session: Session, today: date) -> bool:
    """Whether a week has gone by since the last report, and there is someone to count."""
    failed_today = select(KeptReport.id).where(
        KeptReport.day == today, KeptReport.state == ReportState.FAILED, KeptReport.asked_by_id.is_(None)
    )
    anybody = select(Person.id).where(Person.counts_in_gaps, Person.district_code.is_not(None))
    return (
        next_report_on(session, today=today) == today
        and session.scalar(failed_today.limit(1)) is None  # tried again tomorrow, or when somebody asks
        and session.scalar(anybody.limit(1)) is not None
    )


def _to_claim(now: datetime) -> Any:
    return or_(
        KeptReport.state == ReportState.WAITING,
        (KeptReport.state == ReportState.RUNNING) & (KeptReport.heard_of_at < now - SILENT),
    )


def _waits(session: Session, now: datetime) -> bool:
    return session.scalar(select(KeptReport.id).where(_to_claim(now)).limit(1)) is not None


def _claim(session: Session, *, today: date, now: datetime) -> uuid.UUID | None:
    wanted = session.scalar(
        select(KeptReport.id).where(_to_claim(now)).order_by(KeptReport.asked_at, KeptReport.id).limit(1)
    )
    if wanted is None:
        return None
    return session.scalar(
        update(KeptReport)
        .where(KeptReport.id == wanted, _to_claim(now))
        .values(state=ReportState.RUNNING, day=today, progress=0, heard_of_at=now)
        .returning(KeptReport.id)
    )


def _keep(
    session: Session, report_id: uuid.UUID, document: dict[str, Any], made: Made, *, now: datetime
) -> None:
    for act in _AFTER:
        act(session, made)
    keep_wanted(session, made.report.wanted, today=made.report.day)
    session.execute(
        update(KeptReport)
        .where(KeptReport.id == report_id)
        .values(
            state=ReportState.DONE,
            progress=100,
            document=document,
            version=made.report.version,
            done_at=now,
            heard_of_at=now,
        )
    )
    newest = select(KeptReport.id).order_by(KeptReport.asked_at.desc(), KeptReport.id).limit(KEPT)
    session.execute(
        delete(KeptReport).where(
            KeptReport.id.not_in(list(session.scalars(newest))),
            KeptReport.id.not_in(select(Gap.report_id).where(Gap.report_id.is_not(None))),
        )
    )


def now_utc() -> datetime:
    return datetime.now(UTC)
