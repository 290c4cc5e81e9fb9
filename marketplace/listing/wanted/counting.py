"""The job that counts what people want: once a week, in a short writing transaction at its end.

A week between two counts is part of keeping people apart: many answers change in it, so the step from
one table to the next is not one person's.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.gaps.cells import Cells
from marketplace.gaps.counting import Asker, count
from marketplace.gaps.geography import districts_only
from marketplace.gaps.report import wanted_of
from marketplace.gaps.wanted import WantedRow
from marketplace.geo.places import Place
from marketplace.listing.wanted.models import WantedCount
from marketplace.listing.wanted.queries import day_of_counts
from marketplace.matching.needs import Needs, NeedsError, parse_needs
from marketplace.people.models import Person
from marketplace.people.saved.alerts import Matching

log = structlog.get_logger(__name__)

BLOCK = 5_000
"""People at a time: half a KB each, and some of the catalogue's words."""

_COUNTED = (
    select(Person.id).where(Person.counts_in_gaps, Person.district_code.is_not(None)).order_by(Person.id)
)


def is_due(session: Session, *, today: date) -> bool:
    """Whether this week (from Monday, in London) has no count yet."""
    last = day_of_counts(session)
    return last is None or last < today - timedelta(days=today.weekday())


def count_wanted(
    database: Database,
    *,
    matching: Callable[[], Matching],
    evening_starts: time,
    today: date,
) -> int:
    """Count anew if this week has no count yet; returns how many rows the new table has, 0 if not due.

    *matching* is asked for only when there is someone to count. Counted are people who agreed to it, whose district is known and who said what they want.
    """
    with database.read() as session:
        if not is_due(session, today=today) or session.scalar(_COUNTED.limit(1)) is None:
            return 0  # ranking isn't even got ready
        offers, home = matching().catalogue(session), matching().home
        codes = session.scalars(_COUNTED.with_only_columns(Person.district_code).order_by(None).distinct())
        districts = districts_only(code for code in codes if code)
        cells = Cells.of(districts)
        evening = evening_starts.hour * 60 + evening_starts.minute
        for block in _blocks(session, home):
            cells.add(count(block, offers, districts, today=today, evening=evening).asked)
    rows = list(wanted_of(cells, districts))
    try:
        with write_session(database) as session:
            if not is_due(session, today=today):
                return 0
            _replace(session, rows, today=today)
    except IntegrityError:
        return 0  # another worker was faster
    return len(rows)


def _replace(session: Session, rows: list[WantedRow], *, today: date) -> None:
    session.execute(delete(WantedCount))
    if rows:
        session.execute(
            insert(WantedCount),
            [
                {
                    "district_code": row.district_code,
                    "theme": row.theme,
                    "band": row.band,
                    "level": row.level,
                    "asked": row.asked,
                    "unmet": row.unmet,
                    "hindrance": row.hindrance,
                    "counted_on": today,
                }
                for row in rows
            ],
        )


def _blocks(session: Session, home: Callable[[Needs], Place | None]) -> Iterator[list[Asker]]:
    after: uuid.UUID | None = None
    while True:
        query = _COUNTED.with_only_columns(Person.id, Person.district_code, Person.answers).limit(BLOCK)
        found = session.execute(query if after is None else query.where(Person.id > after)).all()
        if not found:
            return
        after = found[-1][0]
        block = []
        for _, district_code, answers in found:
            if not answers.get("goals"):
                continue
            try:
                needs = parse_needs(answers)
            except NeedsError as error:  # kept before the rules for answers changed
                log.warning("needs_not_readable", problems=len(error.problems))
                continue
            block.append(Asker(needs, home(needs), district_code))
        if block:
            yield block
