"""The job that reduces what visitors looked for to counts of coarse facts: once for each visitor.

A search is counted when it has rested for half an hour, so that trying out answers is one search. Kept
are a week, a postcode sector, a theme, a part of the week, a level, and what stood in the way: no words,
no hours, nothing that leads back to the visitor or joins two facts of one search.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np
import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.gaps.asked import Asked
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.counting import Asker, count
from marketplace.gaps.geography import Geography
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.sources import DemandSource
from marketplace.geo.places import Place, Precision
from marketplace.matching.needs import Needs, NeedsError, parse_needs
from marketplace.people.models import FindJourney
from marketplace.people.saved.alerts import Matching
from marketplace.people.searched.models import MET, SearchCount
from marketplace.vocabulary import Theme

log = structlog.get_logger(__name__)

RESTED = timedelta(minutes=30)
MOST_AT_ONCE = 1_000
WEEKS_KEPT = 53

NO_PLACES = Geography(
    outcodes=(),
    place_district=np.array([], dtype=np.int32),
    lat=np.array([], dtype=np.float64),
    lon=np.array([], dtype=np.float64),
    district_codes=(),
    district_names=(),
    district_council=np.array([], dtype=np.int32),
    council_codes=(),
    council_names=(),
    index={},
)
"""The sector and the district are read from the home itself."""

_Key = tuple[str, str, Theme, TimeBand, int, str]


class _Searched(NamedTuple):
    journey_id: uuid.UUID
    needs: Needs
    home: Place


def count_searches(
    database: Database,
    *,
    matching: Callable[[], Matching],
    evening_starts: time,
    now: datetime,
    today: date,
) -> int:
    """Count the searches that rest and have not been counted; returns how many these were.

    A search without a postcode, or in a district that its postcode leaves open, is only marked.
    *matching* is asked for only where there is something to count.
    """
    with database.read() as session:
        waiting = list(session.scalars(_waiting(now)))
        if not waiting:
            return 0
        offers, home = matching().catalogue(session), matching().home
        searched = [found for one in waiting if (found := _searched(one, home)) is not None]
        asked = count(
            [Asker(one.needs, one.home, one.home.district_code, DemandSource.SEARCHES) for one in searched],
            offers,
            NO_PLACES,
            today=today,
            evening=evening_starts.hour * 60 + evening_starts.minute,
        ).asked
        facts = _facts(asked, [one.home for one in searched])
    week = today - timedelta(days=today.weekday())
    with write_session(database) as session:
        # Whoever marks a search counts it: a second worker, or a visitor who cleared it, leaves nothing.
        marked = _mark(session, [one.id for one in waiting], now)
        counted = [found for one, found in zip(searched, facts, strict=True) if one.journey_id in marked]
        _add(session, week, sum(counted, Counter()))
        session.execute(delete(SearchCount).where(SearchCount.week < week - timedelta(weeks=WEEKS_KEPT)))
    return len(marked)


def sector_of(home: Place) -> str:
    """Like 'NG18 1'; '' where home is known no nearer than its outcode."""
    if home.precision is Precision.POSTCODE:
        return home.label[:-2]
    return home.label if home.precision is Precision.SECTOR else ""


def _waiting(now: datetime) -> Any:
    return (
        select(FindJourney)
        .where(FindJourney.counted_at.is_(None), FindJourney.used_at <= now - RESTED)
        .order_by(FindJourney.used_at, FindJourney.id)
        .limit(MOST_AT_ONCE)
    )


def _searched(journey: FindJourney, home: Callable[[Needs], Place | None]) -> _Searched | None:
    if not journey.answers.get("goals"):
        return None
    try:
        needs = parse_needs(journey.answers)
    except NeedsError as error:  # kept before the rules for answers changed
        log.warning("needs_not_readable", problems=len(error.problems))
        return None
    place = home(needs)
    return None if place is None or place.district_code is None else _Searched(journey.id, needs, place)


def _facts(asked: Asked, homes: Sequence[Place]) -> list[Counter[_Key]]:
    """Of each search its themes and parts of the week, each a fact of its own."""
    themes, hindrances = list(Theme), list(Hindrance)
    facts: list[Counter[_Key]] = [Counter() for _ in homes]
    for row in range(asked.rows):
        person = int(asked.person[row])
        home = homes[person]
        stop = int(asked.hindrance[row])
        for band in _bands(int(asked.bands[row])):
            facts[person][
                sector_of(home),
                str(home.district_code),
                themes[int(asked.theme[row])],
                band,
                int(asked.level[row]),
                MET if stop < 0 else hindrances[stop].value,
            ] += 1
    return facts


def _bands(mask: int) -> Iterator[TimeBand]:
    return (band for band in TimeBand if mask & band.bit)


def _mark(session: Session, ids: Sequence[uuid.UUID], now: datetime) -> set[uuid.UUID]:
    return set(
        session.scalars(
            update(FindJourney)
            .where(FindJourney.id.in_(ids), FindJourney.counted_at.is_(None))
            .values(counted_at=now)
            .returning(FindJourney.id)
        )
    )


def _add(session: Session, week: date, facts: Counter[_Key]) -> None:
    for (sector, district_code, theme, band, level, hindrance), searches in sorted(
        facts.items(), key=lambda fact: str(fact[0])
    ):
        key = {
            "week": week,
            "sector": sector,
            "district_code": district_code,
            "theme": theme,
            "band": band,
            "level": level,
            "hindrance": hindrance,
        }
        grown = session.execute(
            update(SearchCount).filter_by(**key).values(searches=SearchCount.searches + searches)
        )
        if not grown.rowcount:  # type: ignore[attr-defined]
            session.execute(insert(SearchCount).values(**key, searches=searches))
