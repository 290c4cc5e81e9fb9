"""Being told when something new fits: only what is new, once, and only whoever may know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.saved.models import NewMatchAlert, Rhythm
from marketplace.people.supporters.models import Scope, Supporter
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, tell_of_new_matches
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import send
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person, make_supporter
from tests.people.test_saved import an_offer, press

pytestmark = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def as_jo(client: FlaskClient, session: Session, jo: Person) -> FlaskClient:
    sign_in(client, session.get_one(Account, jo.account_id))
    return client


@pytest.fixture
def work(settings: Settings, database: Database) -> Work:
    return Work(settings, database)


def make_due(session: Session) -> None:
    session.execute(update(NewMatchAlert).values(next_at=datetime.now(UTC) - timedelta(hours=1)))
    session.commit()


def new_mails(session: Session) -> list[OutboxMessage]:
    session.expire_all()
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "new_matches")))


def test_only_what_is_new_is_told_and_once(
    as_jo: FlaskClient, session: Session, jo: Person, work: Work
) -> None:
    an_offer(session, "Known kitchen")
    send(as_jo, f"/people/{jo.id}/alerts", rhythm="daily")
    make_due(session)
    assert tell_of_new_matches(work) == 0
    assert new_mails(session) == []
    saved, hidden = an_offer(session, "Saved kitchen"), an_offer(session, "Hidden kitchen")
    press(as_jo, jo, f"matches/{saved.id}/save")
    press(as_jo, jo, f"matches/{hidden.id}/hide", reason="too_far")
    an_offer(session, "New kitchen")
    make_due(session)
    assert tell_of_new_matches(work) == 1
    (mail,) = new_mails(session)
    assert "- New kitchen\n" in mail.body
    assert not any(name in mail.body for name in ("Known", "Saved", "Hidden"))
    assert f"/people/{jo.id}/alerts" in mail.body
    make_due(session)
    assert tell_of_new_matches(work) == 0
    alert = session.scalars(select(NewMatchAlert)).one()
    assert timedelta(hours=23) < alert.next_at - datetime.now(UTC) <= timedelta(days=1)


def test_who_switched_it_off_is_told_nothing(
    as_jo: FlaskClient, session: Session, jo: Person, work: Work
) -> None:
    path = f"/people/{jo.id}/alerts"
    assert "The next mail can come on" in as_jo.get(send(as_jo, path, rhythm="weekly").location).text
    assert send(as_jo, path, rhythm="hourly").status_code == 422
    make_due(session)
    assert "We send no such mail" in as_jo.get(send(as_jo, path, rhythm="off").location).text
    an_offer(session, "New kitchen")
    assert tell_of_new_matches(work) == 0
    assert session.scalars(select(NewMatchAlert)).all() == []


def test_a_supporter_who_was_sent_away_is_told_nothing(
    app: Flask, session: Session, jo: Person, work: Work
) -> None:
    ana = make_account(session, name="Ana")
    make_supporter(session, person=jo, account=ana, scope=Scope.ACT)
    client = app.test_client()
    sign_in(client, ana)
    send(client, f"/people/{jo.id}/alerts", rhythm="daily")
    an_offer(session, "New kitchen")
    make_due(session)
    session.execute(update(Supporter).values(ended_at=datetime.now(UTC)))
    session.commit()
    assert tell_of_new_matches(work) == 0
    session.expire_all()
    assert session.scalars(select(NewMatchAlert)).all() == []


def test_answers_that_cannot_be_read_keep_nobody_else_from_being_told(
    as_jo: FlaskClient, session: Session, jo: Person, work: Work
) -> None:
    send(as_jo, f"/people/{jo.id}/alerts", rhythm="daily")
    for number in range(3):
        account = make_account(session, name="Old")
        broken = make_person(session, account=account, answers={"goals": [{"theme": f"no-{number}"}]})
        session.add(
            NewMatchAlert(
                person_id=broken.id,
                account_id=account.id,
                rhythm=Rhythm.DAILY,
                known_offers=[],
                next_at=datetime.now(UTC),
            )
        )
    an_offer(session, "New kitchen")
    make_due(session)
    assert tell_of_new_matches(work) == 1


def test_another_rhythm_keeps_what_is_known(as_jo: FlaskClient, session: Session, jo: Person) -> None:
    send(as_jo, f"/people/{jo.id}/alerts", rhythm="daily")
    an_offer(session, "New kitchen")
    send(as_jo, f"/people/{jo.id}/alerts", rhythm="monthly")
    session.expire_all()
    alert = session.scalars(select(NewMatchAlert)).one()
    assert (alert.rhythm, alert.known_offers) == (Rhythm.MONTHLY, [])
