"""Places are exact: one for one person, given back, and offered to whoever waits longest."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import marketplace.enquiries.places.reactions  # noqa: F401  (as the application registers them)
from marketplace.db import Database, open_database, write_session
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.enquiries.places.operations import (
    ANSWER_WITHIN,
    NoPlaceError,
    join_list,
    leave_list,
    release_places,
    release_what_is_over,
    take_places,
)
from marketplace.offers.changes import read_epoch
from marketplace.offers.document import SessionSaid, document_of
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.offers.publishing import publish
from marketplace.people.models import Person
from marketplace.vocabulary import Day, Repeats, Vacancy
from tests.directory.factories import offer as make_offer
from tests.people.factories import make_person

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MANY = 50
sqlite_only = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


def counted(
    session: Session, *, places: int, left: int | None, days: int = 1
) -> tuple[Offer, list[OfferSession]]:
    found = make_offer(session, "Kitchen", vacancy=Vacancy.OPEN)
    times = [
        OfferSession(
            offer_id=found.id,
            day_number=day,
            starts_minute=600,
            ends_minute=720,
            repeats=Repeats.WEEKLY,
            places=places,
            places_left=left,
        )
        for day in range(days)
    ]
    found.sessions = times
    session.flush()
    return found, times


def people(session: Session, number: int) -> list[Person]:
    return [make_person(session, first_name=f"Jo{one}") for one in range(number)]


def left(session: Session, time: OfferSession) -> int | None:
    return session.scalar(select(OfferSession.places_left).where(OfferSession.id == time.id))


def held(session: Session) -> list[uuid.UUID]:
    return list(session.scalars(select(TakenPlace.person_id).where(TakenPlace.released_at.is_(None))))


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.engine.dispose()


def test_of_fifty_at_the_same_moment_one_gets_the_last_place_and_the_others_queue_in_order(
    shared: Database,
) -> None:
    with shared.write() as session:
        kitchen, (time,) = counted(session, places=8, left=1)
        everyone = [one.id for one in people(session, MANY)]
        offer_id, time_id = kitchen.id, time.id
        session.commit()
    together = threading.Barrier(MANY, timeout=30)

    def ask(person_id: uuid.UUID) -> bool:
        together.wait()
        with write_session(shared) as session:
            try:
                take_places(
                    session,
                    offer_id=offer_id,
                    session_ids=[time_id],
                    person_id=person_id,
                    enquiry_id=None,
                    now=NOW,
                )
            except NoPlaceError:
                join_list(session, offer_id=offer_id, person_id=person_id, enquiry_id=None, now=NOW)
                return False
            return True

    with ThreadPoolExecutor(MANY) as threads:
        got = list(threads.map(ask, everyone))
    assert sum(got) == 1
    with shared.read() as session:
        assert session.scalar(select(func.count()).select_from(TakenPlace)) == 1
        assert session.scalar(select(OfferSession.places_left)) == 0
        assert list(session.scalars(select(WaitingPlace.turn).order_by(WaitingPlace.turn))) == list(
            range(1, MANY)
        )
        assert session.scalar(select(Offer.vacancy)) is Vacancy.WAITING_LIST


@sqlite_only
def test_all_sessions_are_taken_or_none(session: Session) -> None:
    kitchen, (monday, tuesday) = counted(session, places=3, left=2, days=2)
    tuesday.places_left = 0
    jo, sam = people(session, 2)
    both: dict[str, Any] = {
        "offer_id": kitchen.id,
        "session_ids": [monday.id, tuesday.id],
        "enquiry_id": None,
        "now": NOW,
    }
    with pytest.raises(NoPlaceError):
        take_places(session, person_id=jo.id, **both)
    assert (left(session, monday), left(session, tuesday), held(session)) == (2, 0, [])
    release_places(session, person_id=sam.id, now=NOW)
    assert left(session, monday) == 2


@sqlite_only
def test_a_hold_becomes_a_place_without_being_counted_twice_and_ends_by_itself_otherwise(
    session: Session,
) -> None:
    kitchen, (monday,) = counted(session, places=3, left=2)
    jo, sam = people(session, 2)
    one: dict[str, Any] = {"offer_id": kitchen.id, "session_ids": [monday.id], "enquiry_id": None, "now": NOW}
    tomorrow = NOW + timedelta(days=1)
    take_places(session, person_id=jo.id, held_until=tomorrow, **one)
    take_places(session, person_id=jo.id, **one)
    take_places(session, person_id=sam.id, held_until=tomorrow, **one)
    assert left(session, monday) == 0
    assert release_what_is_over(session, now=tomorrow - timedelta(seconds=1)) == 0
    assert release_what_is_over(session, now=tomorrow) == 1
    assert (held(session), left(session, monday)) == ([jo.id], 1)


@sqlite_only
def test_places_that_nobody_counts_are_left_alone_and_other_offers_times_are_no_place(
    session: Session,
) -> None:
    kitchen, (monday,) = counted(session, places=3, left=None)
    _, (elsewhere,) = counted(session, places=3, left=3)
    (jo,) = people(session, 1)
    mine: dict[str, Any] = {"offer_id": kitchen.id, "person_id": jo.id, "enquiry_id": None, "now": NOW}
    take_places(session, session_ids=[monday.id], **mine)
    assert (left(session, monday), held(session)) == (None, [])
    with pytest.raises(NoPlaceError):
        take_places(session, session_ids=[elsewhere.id], **mine)


@sqlite_only
def test_a_place_that_comes_free_is_kept_for_the_next_and_moves_on_when_they_do_not_answer(
    session: Session,
) -> None:
    kitchen, (monday,) = counted(session, places=1, left=1)
    jo, sam, lee, kim = people(session, 4)
    one: dict[str, Any] = {"offer_id": kitchen.id, "session_ids": [monday.id], "enquiry_id": None, "now": NOW}
    take_places(session, person_id=jo.id, **one)
    for next_one in (sam, lee):
        join_list(session, offer_id=kitchen.id, person_id=next_one.id, enquiry_id=None, now=NOW)
    before = read_epoch(session)
    release_places(session, person_id=jo.id, offer_id=kitchen.id, now=NOW)
    assert (held(session), left(session, monday)) == ([sam.id], 0)
    assert read_epoch(session) > before
    with pytest.raises(NoPlaceError):  # nobody overtakes
        take_places(session, person_id=kim.id, **one)
    later = NOW + ANSWER_WITHIN
    release_what_is_over(session, now=later)
    assert held(session) == [lee.id]
    leave_list(session, offer_id=kitchen.id, person_id=lee.id, now=later)
    assert (held(session), left(session, monday), kitchen.vacancy) == ([], 1, Vacancy.OPEN)


@sqlite_only
def test_publishing_keeps_the_times_and_gives_back_no_place_that_is_taken(session: Session) -> None:
    kitchen, (monday,) = counted(session, places=3, left=2)
    live = document_of(kitchen)
    ids = {row.id for row in kitchen.sessions}
    wanted = replace(
        live,
        summary="New words.",
        sessions=(*live.sessions, SessionSaid(day=Day.SUN, starts=600, ends=660, places=4, places_left=4)),
    )
    for one in people(session, 2):
        take_places(
            session,
            offer_id=kitchen.id,
            session_ids=[monday.id],
            person_id=one.id,
            enquiry_id=None,
            now=NOW,
        )
    publish(session, kitchen, wanted, live=live)
    assert ids < {row.id for row in kitchen.sessions}
    assert left(session, monday) == 0
    told = document_of(kitchen)
    said = replace(told, sessions=tuple(replace(one, places_left=one.places) for one in told.sessions))
    publish(session, kitchen, said)
    assert [row.places_left for row in kitchen.sessions if row.id == monday.id] == [1]
