"""Nobody waits for ever: reminders on the third and sixth working day, 'no answer' on the tenth."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database, open_database
from marketplace.enquiries.deadlines.reminding import Reminded, remind_providers
from marketplace.enquiries.models import Enquiry, EnquiryMessage, EnquiryMove, EnquiryState, Side
from marketplace.enquiries.moves import move
from marketplace.enquiries.operations import send_enquiries
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.profile.changes import Doer
from marketplace.people.profile.models import ProfilePart
from marketplace.people.saved.alerts import Matching
from marketplace.providers.models import MemberRole, Provider, ProviderMember, ProviderStatus
from marketplace.settings import LONDON, Settings
from marketplace.upkeep.jobs import Work
from marketplace.vocabulary import Day, Feature, Role, Theme
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, place, provider, times
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person

BASE = "https://days.example"
ASKED = datetime(2026, 12, 17, 14, tzinfo=LONDON)
"""A Thursday. Working days after it: 18, 21, 22 (3) · 23, 24, 29 (6) · 30, 31, 4 January, 5 January (10)."""
THIRD = datetime(2026, 12, 22, 14, tzinfo=LONDON)
SIXTH = datetime(2026, 12, 29, 14, tzinfo=LONDON)
TENTH = datetime(2027, 1, 5, 14, tzinfo=LONDON)
MINUTE = timedelta(minutes=1)
sqlite_only = pytest.mark.parametrize(**SQLITE)


def cooking(session: Session, name: str, **fields: object) -> Offer:
    return offer(
        session,
        name,
        at=place(),
        themes=[Theme.COOKERY],
        levels={2: True},
        features={Feature.STEP_FREE: True},
        sessions=times([Day.SAT], 10, 12),
        **fields,
    )


def ask(session: Session) -> Enquiry:
    """Jo asks about the kitchen, which Priya answers for."""
    jo = make_account(session, roles=[Role.PERSON], name="Jo", email="jo@example.org")
    person = make_person(session, account=jo, first_name="Jo")
    priya = make_account(session, roles=[Role.PROVIDER_STAFF], name="Priya", email="priya@example.org")
    kitchen = cooking(session, "Kitchen", by=provider(session, name="Slow to answer"))
    session.add(
        ProviderMember(
            provider_id=kitchen.provider_id,
            account_id=priya.id,
            email=priya.email,
            role=MemberRole.OWNER,
            invited_at=ASKED,
            accepted_at=ASKED,
        )
    )
    session.flush()
    found = send_enquiries(
        session,
        person=person,
        offers=[kitchen],
        parts=(ProfilePart.GOALS,),
        words="Can I come?",
        name="Jo",
        form_token="a form",
        by=Doer(account=jo, role=Role.PERSON),
        now=ASKED,
        base_url=BASE,
    )[0]
    session.execute(OutboxMessage.__table__.delete())
    session.commit()
    return found


def nothing_to_rank() -> Matching:
    raise AssertionError("ranking is got ready only where something else is looked for")


def run(database: Database, now: datetime) -> Reminded:
    return remind_providers(database, nothing_to_rank, base_url=BASE, now=now.astimezone(UTC))


def told(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.recipient, OutboxMessage.subject))
    return [(mail.recipient, mail.subject) for mail in mails]


WAITS = ("priya@example.org", "Somebody waits for your answer about Kitchen")
NOT_YET = ("jo@example.org", "No answer yet about Kitchen")


def test_reminders_come_on_the_third_and_sixth_working_day_over_christmas_and_once_each(
    database: Database, session: Session
) -> None:
    ask(session)
    assert not run(database, THIRD - MINUTE)
    assert run(database, THIRD) == Reminded(reminded=1)
    assert not run(database, THIRD + timedelta(hours=1))
    assert told(session) == [WAITS]
    assert not run(database, SIXTH - MINUTE)
    assert run(database, SIXTH) == Reminded(reminded=1)
    assert not run(database, SIXTH + timedelta(hours=1))
    assert told(session) == [NOT_YET, WAITS, WAITS]
    bodies = " ".join(session.scalars(select(OutboxMessage.body)))
    assert "Please answer by Tuesday 5 January." in bodies
    assert "Can I come?" not in bodies
    assert not run(database, TENTH - MINUTE)


@sqlite_only
def test_after_ten_working_days_it_is_no_answer_and_what_fits_the_same_wish_is_named(
    app: Flask, settings: Settings, database: Database, session: Session
) -> None:
    enquiry = ask(session)
    cooking(session, "Evening cooks")
    cooking(session, "Second kitchen of theirs", by=session.get_one(Provider, enquiry.provider_id))
    session.commit()
    run(database, THIRD)
    run(database, SIXTH)
    session.execute(OutboxMessage.__table__.delete())
    session.commit()
    work = Work(settings, database)
    done = remind_providers(database, lambda: work.matching, base_url=BASE, now=TENTH)
    assert done == Reminded(given_up=1)
    session.expire_all()
    assert enquiry.state is EnquiryState.NO_ANSWER
    last = session.scalars(select(EnquiryMove).where(EnquiryMove.state == EnquiryState.NO_ANSWER)).one()
    assert (last.side, last.by_id) == (Side.SITE, None)
    mail = session.scalars(select(OutboxMessage)).one()
    assert (mail.recipient, mail.subject) == ("jo@example.org", "There was no answer about Kitchen")
    assert "- Evening cooks" in mail.body
    assert "Second kitchen" not in mail.body
    assert not run(database, TENTH + timedelta(days=30))
    client = app.test_client()
    sign_in(client, session.scalars(select(Account).where(Account.name == "Jo")).one())
    page = client.get(f"/people/{enquiry.person_id}/enquiries/{enquiry.id}").text
    assert "Evening cooks" in page
    assert "Second kitchen" not in page


@sqlite_only
def test_a_pause_of_weeks_is_not_held_against_the_provider_at_once(
    app: Flask, settings: Settings, database: Database, session: Session
) -> None:
    enquiry = ask(session)
    work = Work(settings, database)
    session.execute(update(Provider).values(status=ProviderStatus.SUSPENDED))
    session.commit()
    back = datetime(2027, 2, 1, 9, tzinfo=LONDON)  # a Monday
    assert not run(database, back)
    session.execute(update(Provider).values(status=ProviderStatus.ACTIVE))
    session.commit()
    at = [
        day
        for day in range(14)
        if remind_providers(database, lambda: work.matching, base_url=BASE, now=back + timedelta(days=day))
    ]
    assert at == [0, 3, 9]  # Monday, Thursday, and four working days later
    session.expire_all()
    assert enquiry.state is EnquiryState.NO_ANSWER


@sqlite_only
def test_words_of_the_provider_are_an_answer_and_the_next_wait_begins_with_the_persons_reply(
    database: Database, session: Session
) -> None:
    enquiry = ask(session)
    run(database, THIRD)
    say(session, enquiry, Side.PROVIDER, SIXTH - timedelta(days=1))
    assert not run(database, TENTH)
    replied = datetime(2027, 2, 1, 9, tzinfo=LONDON)
    say(session, enquiry, Side.PERSON, replied)
    say(session, enquiry, Side.PERSON, replied + timedelta(days=2))
    assert not run(database, replied + timedelta(days=3) - MINUTE)
    assert run(database, replied + timedelta(days=3)) == Reminded(reminded=1)
    session.expire_all()
    assert enquiry.nudges == 1


def say(session: Session, enquiry: Enquiry, side: Side, at: datetime) -> None:
    words = EnquiryMessage(
        enquiry_id=enquiry.id, side=side, text="Words", form_token=f"{side}{at}", sent_at=at
    )
    session.add(words)
    session.commit()


@sqlite_only
def test_nobody_is_reminded_of_what_lies_with_the_person(database: Database, session: Session) -> None:
    enquiry = ask(session)
    move(
        session,
        enquiry,
        to=EnquiryState.MORE_ASKED,
        side=Side.PROVIDER,
        account=session.scalars(select(Account).where(Account.name == "Priya")).one(),
        role=Role.PROVIDER_STAFF,
        now=ASKED + MINUTE,
        base_url=BASE,
    )
    session.commit()
    assert not run(database, TENTH)


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.engine.dispose()


def test_workers_at_the_same_moment_remind_once(shared: Database) -> None:
    with shared.write() as session:
        ask(session)
    begin = threading.Barrier(4, timeout=30)
    results: list[Reminded] = []

    def one() -> None:
        begin.wait()
        results.append(run(shared, SIXTH))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.reminded for one in results) == 1
    with shared.read() as session:
        assert told(session) == [WAITS]
