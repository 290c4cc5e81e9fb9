"""Who is told that somebody asks for help, who is not, and until when."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.db import Database, open_database
from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.help import operations, queries
from marketplace.enquiries.help.jobs import LookedAgain, look_again
from marketplace.enquiries.help.models import HelpState, HelpTold, HelpWanted
from marketplace.enquiries.help.suiting import MOST_TOLD, suited
from marketplace.matching.needs import parse_needs
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.saved.alerts import Matching
from marketplace.providers.models import ProviderStatus
from marketplace.settings import ManySettings, Settings
from marketplace.upkeep.jobs import Work
from marketplace.vocabulary import Day, LegalForm, OfferKind, Role
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, provider, times
from tests.enquiries.helping import (
    BASE,
    NEEDS,
    NOW,
    helper,
    mails,
    person_who_asks,
    posted,
    ranking,
    say_yes,
)
from tests.fixtures.accounts import make_account
from tests.people.factories import TODAY, make_person

sqlite_only = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def jo(session: Session) -> Person:
    return person_who_asks(session)


@pytest.fixture
def matching(settings: Settings, database: Database) -> Matching:
    return ranking(settings, database)


@sqlite_only
def test_who_is_suspended_blocked_held_or_not_here_is_not_told_and_drops_out_at_once(
    session: Session, jo: Person, matching: Matching
) -> None:
    stays, leaves, blocked, held = (helper(session, name) for name in ("Stays", "Leaves", "Blocked", "Held"))
    offer(session, "Nobody reads", kind=OfferKind.PERSONAL_ASSISTANT)
    centre = provider(session, name="Big centre", legal_form=LegalForm.CHARITY)
    helper(session, "A day service", kind=OfferKind.DAY_SERVICE, by=centre)
    tiny = provider(session, name="Two of us", legal_form=LegalForm.MICRO_ENTERPRISE)
    small = helper(session, "Small swims", kind=OfferKind.DAY_SERVICE, by=tiny)
    full = helper(session, "At another time", sessions=times([Day.MON], 9, 12))
    wanted = posted(session, jo, matching)
    told = set(session.scalars(select(HelpTold.offer_id)))
    assert told == {one.id for one in (stays, leaves, blocked, held, small, full)}
    for one in (stays, leaves, blocked, held):
        say_yes(session, wanted, one)

    leaves.provider.status = ProviderStatus.SUSPENDED
    session.add(Block(person_id=jo.id, provider_id=blocked.provider_id, made_at=NOW))
    session.add(
        Concern(
            about_provider_id=held.provider_id,
            words="A worry",
            state=ConcernState.LOOKED_AT,
            holds_contact=True,
            made_at=NOW,
        )
    )
    session.commit()
    assert [one.offer.id for one in queries.answers_to(session, wanted, today=TODAY)] == [stays.id]
    (asked,) = queries.of_person(session, jo.id, today=TODAY)
    assert asked.answers == 1
    for gone in (leaves, blocked, held):
        assert queries.of_provider(session, gone.provider_id, today=TODAY) == []
        with pytest.raises(operations.OverError):
            say_yes(session, wanted, gone, "Hello again")
        session.rollback()
    assert queries.unanswered_of_provider(session, small.provider_id, today=TODAY) == 1


@sqlite_only
def test_a_new_assistant_is_told_as_soon_as_one_of_many_years_who_fits_the_same(
    session: Session, jo: Person, matching: Matching
) -> None:
    for number in range(MOST_TOLD + 2):
        helper(session, f"Here for years {number}", confirmed_on=TODAY)
    fresh = provider(session, name="Came today", legal_form=LegalForm.SELF_EMPLOYED_PA, created_at=NOW)
    new = helper(session, "Came today", by=fresh)
    needs = parse_needs(NEEDS)
    # The turns are as good as drawn: of so many days luck decides nothing.
    days = [
        suited(session, jo.id, needs, matching, today=TODAY + timedelta(days=number)) for number in range(60)
    ]
    assert {len(told) for told in days} == {MOST_TOLD}
    assert {one.score for told in days for one in told} == {days[0][0].score}, (
        "nobody fits less for being new"
    )
    assert sum(new.id in {one.offer_id for one in told} for told in days) >= 30
    assert any(new.id in {one.offer_id for one in told[:7]} for told in days)


@sqlite_only
def test_three_are_open_at_most_and_the_fourth_writes_nothing(
    session: Session, jo: Person, matching: Matching
) -> None:
    first, _, _ = (posted(session, jo, matching) for _ in "123")
    with pytest.raises(operations.TooManyOpenError):
        posted(session, jo, matching)
    session.rollback()
    operations.end_help(session, first, to=HelpState.TAKEN_BACK, by=None, now=NOW, base_url=BASE)
    posted(session, jo, matching)
    assert session.scalar(select(func.count()).select_from(HelpWanted)) == 4


@sqlite_only
def test_a_new_assistant_who_answers_many_people_at_once_has_to_wait(
    session: Session, matching: Matching
) -> None:
    fresh = provider(session, name="Fast", legal_form=LegalForm.SELF_EMPLOYED_PA, created_at=NOW)
    fast = helper(session, "Fast", by=fresh)
    requests = [
        posted(session, make_person(session, account=make_account(session, name=name)), matching)
        for name in ("Ann", "Bob", "Cy")
    ]
    say_yes(session, requests[0], fast, many=ManySettings(people=3))
    say_yes(session, requests[1], fast, many=ManySettings(people=3))
    with pytest.raises(operations.TooFastError):
        say_yes(session, requests[2], fast, many=ManySettings(people=3))
    session.rollback()
    say_yes(session, requests[2], fast, many=ManySettings(people=3), now=NOW + timedelta(minutes=11))


@sqlite_only
def test_what_nobody_could_help_with_is_over_after_its_last_day_and_counts_as_missing(
    database: Database, session: Session, jo: Person, matching: Matching
) -> None:
    helper(session, "Donna swims")
    yes, no = posted(session, jo, matching), posted(session, jo, matching)
    (made,) = session.scalars(select(Offer))
    say_yes(session, yes, made)
    last = TODAY + operations.OPEN_FOR
    assert queries.unanswered_for_gaps(session, since=NOW - timedelta(days=1), today=last) == []
    before = mails(session).count("jo@example.org")

    def run(day: int) -> LookedAgain:
        today = last + timedelta(days=day)
        return look_again(database, lambda: matching, base_url=BASE, now=NOW, today=today)

    assert not run(0)
    assert [run(1), run(1)] == [LookedAgain(over=2), LookedAgain()]
    assert mails(session).count("jo@example.org") == before + 2
    assert {yes.state, no.state} == {HelpState.OVER}
    tomorrow = last + timedelta(days=1)
    (missing,) = queries.unanswered_for_gaps(session, since=NOW - timedelta(days=1), today=tomorrow)
    assert (missing.district_code, missing.needs["goals"]) == ("E07000174", NEEDS["goals"])
    jo.counts_in_gaps = False
    session.commit()
    assert queries.unanswered_for_gaps(session, since=NOW - timedelta(days=1), today=tomorrow) == []


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    shared = open_database(database_url)
    yield shared
    shared.engine.dispose()


def test_who_comes_new_is_told_once_by_two_workers_at_the_same_moment(
    shared: Database, settings: Settings
) -> None:
    matching = Work(replace(settings, uses_sentence_model=False), shared).matching
    with shared.write() as session:
        account = make_account(session, roles=[Role.PERSON], name="Jo")
        jo = make_person(session, account=account)
        wanted = posted(session, jo, matching)
        assert wanted.told == 0
        helper(session, "Came later")
        help_id = wanted.id
    matching = Work(replace(settings, uses_sentence_model=False), shared).matching  # as a night later
    gate = threading.Barrier(2, timeout=30)
    done: list[LookedAgain] = []

    def one() -> None:
        gate.wait()
        done.append(look_again(shared, lambda: matching, base_url=BASE, now=NOW, today=TODAY))

    workers = [threading.Thread(target=one) for _ in "12"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with shared.read() as session:
        assert sorted(run.told for run in done) == [0, 1]
        assert session.get_one(HelpWanted, help_id).told == 1
        assert session.scalar(select(func.count()).select_from(HelpTold)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
