"""What visitors looked for: counted once, coarse, and nothing else of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.db import Database
from marketplace.gaps.bands import TimeBand
from marketplace.people.models import FindJourney
from marketplace.people.operations import hash_of
from marketplace.people.searched.models import MET, SearchCount
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, count_what_is_searched_for
from marketplace.vocabulary import Theme
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer

pytestmark = pytest.mark.parametrize(**SQLITE)

WORDS = "I want to cook with my friend Imogen"
SEARCH: dict[str, Any] = {
    "goals": [{"theme": "cookery", "text": WORDS}],
    "postcode": "NG18 1AB",
    "support_level": 2,
    "when": {"tue": ["17:00-21:00"]},
}


@pytest.fixture
def work(settings: Settings, database: Database) -> Work:
    return Work(settings, database)


@pytest.fixture
def search(session: Session) -> Callable[..., FindJourney]:
    def made(token: str, *, rested: timedelta = timedelta(hours=1), **changes: Any) -> FindJourney:
        now = datetime.now(UTC)
        journey = FindJourney(
            token_hash=hash_of(token), created_at=now, used_at=now - rested, answers={**SEARCH, **changes}
        )
        session.add(journey)
        session.commit()
        return journey

    return made


def counts(session: Session) -> list[SearchCount]:
    session.expire_all()
    return list(session.scalars(select(SearchCount).order_by(SearchCount.theme, SearchCount.band)))


def test_a_search_becomes_coarse_facts_and_is_counted_once(
    session: Session, work: Work, search: Callable[..., FindJourney]
) -> None:
    search("one")
    search("two")

    assert count_what_is_searched_for(work) == 2
    assert count_what_is_searched_for(work) == 0

    (row,) = counts(session)
    today = datetime.now(UTC).astimezone(work.settings.timezone).date()
    assert (row.sector, row.district_code, row.theme, row.band, row.level, row.searches) == (
        "NG18 1",
        "E07000174",
        Theme.COOKERY,
        TimeBand.WEEKDAY_EVENING,
        2,
        2,
    )
    assert row.week == today - timedelta(days=today.weekday())
    assert row.hindrance == "nothing_near"  # there are no offers at all
    kept = [str(getattr(row, column.key)) for column in SearchCount.__table__.columns]
    assert not any("Imogen" in one or "1AB" in one for one in kept)


def test_a_search_that_goes_on_is_left_until_it_rests(
    session: Session, work: Work, search: Callable[..., FindJourney]
) -> None:
    search("now", rested=timedelta(minutes=5))

    assert count_what_is_searched_for(work) == 0
    assert counts(session) == []


def test_a_search_without_a_place_or_a_wish_adds_nothing(
    session: Session, work: Work, search: Callable[..., FindJourney]
) -> None:
    search("nowhere", postcode=None)
    search("nothing", goals=[])

    assert count_what_is_searched_for(work) == 2  # looked at, so that they are not looked at again
    assert counts(session) == []


def test_what_fits_somebody_is_counted_as_met(
    session: Session, work: Work, search: Callable[..., FindJourney]
) -> None:
    offer(session, themes=[Theme.COOKERY])
    session.commit()
    search("one", when={})

    assert count_what_is_searched_for(work) == 1
    (row,) = counts(session)
    assert (row.hindrance, row.band) == (MET, TimeBand.NOT_SAID)


def test_counts_older_than_a_year_go(
    session: Session, work: Work, search: Callable[..., FindJourney]
) -> None:
    old = date(2020, 1, 6)
    session.add(
        SearchCount(
            week=old,
            sector="",
            district_code="E07000174",
            theme=Theme.GYM,
            band=TimeBand.NOT_SAID,
            level=5,
            hindrance=MET,
            searches=1,
        )
    )
    session.commit()
    search("one")

    count_what_is_searched_for(work)

    assert session.scalar(select(func.count()).where(SearchCount.week == old)) == 0
