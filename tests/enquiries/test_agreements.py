"""An agreement counts when both sides said yes to the same words; then its places are taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.enquiries.agreements import operations, terms
from marketplace.enquiries.agreements.models import AgreementEnd, HowItGoes
from marketplace.enquiries.agreements.operations import forget_shared_of_ended
from marketplace.enquiries.agreements.terms import NotNowError, StaleAgreementError, agreement_of
from marketplace.enquiries.models import Enquiry, EnquiryShare, EnquiryState, Side
from marketplace.enquiries.moves import move
from marketplace.enquiries.places.jobs import give_places_on
from marketplace.enquiries.places.models import TakenPlace
from marketplace.enquiries.places.operations import (
    NoPlaceError,
    release_places,
    release_what_is_over,
    take_places,
)
from marketplace.offers.models import Session as OfferSession
from marketplace.outbox.models import OutboxMessage
from marketplace.vocabulary import Role
from tests.enquiries.agreeing import BASE, NOW, TODAY, Both, act_as, send
from tests.fixtures.accounts import make_account
from tests.people.factories import make_person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def both(session: Session) -> Both:
    return Both(session)


def test_a_yes_to_words_that_were_changed_meanwhile_does_not_count(session: Session, both: Both) -> None:
    both.propose(Side.PROVIDER, both.terms)
    both.propose(Side.PROVIDER, replace(both.terms, amount=Decimal(15)), version=1)
    with pytest.raises(StaleAgreementError):
        both.yes(Side.PERSON, version=1)
    agreed = both.yes(Side.PERSON, version=2)
    assert terms.is_agreed(agreed)
    assert agreed.amount == Decimal(15)
    session.refresh(both.enquiry)
    assert both.enquiry.state is EnquiryState.AGREED
    assert session.scalar(select(OfferSession.places_left)) == 0
    place = session.scalars(select(TakenPlace)).one()
    assert (place.person_id, place.held_until) == (both.jo.id, None)
    told = session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.subject.like("It is agreed%")))
    assert sorted(told) == ["jo@example.org", "p@example.org"]


def test_a_change_asks_the_other_side_anew_and_the_same_words_twice_are_written_once(both: Both) -> None:
    first = both.propose(Side.PERSON, both.terms)
    assert both.propose(Side.PERSON, both.terms).version == 1
    changed = both.propose(Side.PROVIDER, replace(both.terms, notice_days=14), version=1)
    assert changed is first
    assert (changed.version, changed.person_agreed_at is None) == (2, True)
    assert changed.provider_agreed_at is not None
    with pytest.raises(StaleAgreementError):
        both.propose(Side.PERSON, replace(both.terms, notice_days=7), version=1)


def test_with_the_last_place_gone_nothing_is_agreed(session: Session, both: Both) -> None:
    both.propose(Side.PERSON, both.terms)
    session.commit()
    sam = make_person(session, first_name="Sam")
    take_places(
        session,
        offer_id=both.kitchen.id,
        session_ids=[both.monday.id],
        person_id=sam.id,
        enquiry_id=None,
        now=NOW,
    )
    session.commit()
    with pytest.raises(NoPlaceError):
        both.yes(Side.PROVIDER)
    session.rollback()
    agreement = agreement_of(session, both.enquiry.id)
    assert agreement is not None
    assert agreement.provider_agreed_at is None
    assert both.enquiry.state is EnquiryState.SENT


def test_nothing_is_agreed_in_an_enquiry_that_is_over(session: Session, both: Both) -> None:
    both.propose(Side.PROVIDER, both.terms)
    move(
        session,
        both.enquiry,
        to=EnquiryState.WITHDRAWN,
        side=Side.PERSON,
        account=both.jo_account,
        role=Role.PERSON,
        now=NOW,
        base_url=BASE,
    )
    with pytest.raises(NotNowError):
        both.yes(Side.PERSON)
    with pytest.raises(NotNowError):
        both.propose(Side.PERSON, replace(both.terms, notice_days=7), version=1)


def test_after_the_last_day_the_place_is_free_and_nothing_of_the_profile_is_read(
    session: Session, both: Both
) -> None:
    both.propose(Side.PERSON, both.terms)
    both.yes(Side.PROVIDER)
    last = TODAY + timedelta(days=28)
    said = operations.end(
        session,
        both.enquiry,
        last_day=last,
        reason=AgreementEnd.GOAL_MET,
        words="I cook at home now.",
        **both.who(Side.PERSON),
    )
    assert (said.ended_on, said.ended_side) == (last, Side.PERSON)
    assert release_what_is_over(session, now=NOW + timedelta(days=27)) == 0
    assert forget_shared_of_ended(session, today=last) == 0
    assert release_what_is_over(session, now=NOW + timedelta(days=30)) == 1
    assert session.scalar(select(OfferSession.places_left)) == 1
    both.enquiry.contact_words, both.enquiry.contact_shared_at = "01632 960 001", NOW
    session.flush()
    assert forget_shared_of_ended(session, today=last + timedelta(days=1)) == 2
    session.refresh(both.enquiry)
    assert (both.enquiry.contact_words, both.enquiry.contact_shared_at) == ("", None)
    assert session.scalars(select(EnquiryShare)).all() == []


def test_it_starts_on_the_day_that_was_agreed_and_not_before(session: Session, both: Both) -> None:
    both.propose(Side.PERSON, replace(both.terms, starts_on=TODAY + timedelta(days=3)))
    with pytest.raises(NotNowError):
        operations.start(session, both.enquiry, **both.who(Side.PERSON))
    both.yes(Side.PROVIDER)
    with pytest.raises(NotNowError):
        operations.start(session, both.enquiry, **both.who(Side.PERSON))
    later = both.who(Side.PERSON) | {"now": NOW + timedelta(days=3)}
    assert operations.start(session, both.enquiry, **later).started_at == later["now"]


def test_both_sides_agree_start_and_end_on_their_pages(
    client: FlaskClient, session: Session, both: Both
) -> None:
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement"
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    typed = {
        "version": "0",
        "sessions": [str(both.monday.id)],
        "starts_on-day": str(TODAY.day),
        "starts_on-month": str(TODAY.month),
        "starts_on-year": str(TODAY.year),
        "amount": "£12.50",
        "basis": "session",
        "paid_by": "direct_payment",
        "notice_days": "28",
        "back_up_words": "My brother comes",
    }
    act_as(client, both.priya)
    assert "Nothing is written down yet" in client.get(theirs).text
    assert send(client, theirs + "/terms", data=typed | {"back_up_words": ""}).status_code == 422
    assert send(client, theirs + "/terms", data=typed).status_code == 303
    late = send(client, theirs + "/terms", data=typed | {"amount": "14", "when_ill": "Ring me by eight"})
    assert late.status_code == 409
    assert "Ring me by eight" in late.text
    assert send(client, theirs + "/end", data={}).status_code == 409
    assert send(client, theirs + "/how", data={"mood": "bad"}).status_code == 409

    act_as(client, both.jo_account)
    page = client.get(mine).text
    assert "£12.50 a session" in page
    assert "That is about £12.50 a week" in page
    assert send(client, mine + "/yes", data={"version": "7"}).status_code == 409
    assert send(client, mine + "/yes", data={"version": "1"}).status_code == 303
    assert send(client, mine + "/yes", data={"version": "1"}).status_code == 303
    assert send(client, mine + "/started").status_code == 303
    assert "It started" in client.get(mine).text
    for words in ("I like the soup", "I like the soup and Ann"):  # the newer words of a day count
        assert send(client, mine + "/how", data={"mood": "good", "words": words}).status_code == 303
    assert send(client, mine + "/how", data={"mood": ""}).status_code == 422
    assert len(session.scalars(select(HowItGoes)).all()) == 1
    ending = {"reason": "goal_met"} | {
        key.replace("starts_on", "last_day"): value for key, value in typed.items() if "starts_on" in key
    }
    assert send(client, mine + "/end", data=ending | {"last_day-year": "2020"}).status_code == 422
    assert send(client, mine + "/end", data=ending).status_code == 303

    act_as(client, both.priya)
    read = client.get(theirs).text
    assert "The goal was met" in read
    assert "I like the soup and Ann" in read
    stranger: Account = make_account(session, roles=[Role.PROVIDER_STAFF], email="x@example.org")
    act_as(client, stranger)
    assert client.get(theirs).status_code == client.get(mine).status_code == 404


def test_who_waits_is_told_of_a_free_place_once_and_says_yes_or_loses_the_turn(
    client: FlaskClient, database: Database, session: Session, both: Both
) -> None:
    sam = make_person(session, first_name="Sam")
    taken: dict[str, Any] = {"offer_id": both.kitchen.id, "session_ids": [both.monday.id]}
    take_places(session, **taken, person_id=sam.id, enquiry_id=None, now=NOW)
    move(
        session,
        both.enquiry,
        to=EnquiryState.WAITING,
        side=Side.PROVIDER,
        account=both.priya,
        role=Role.PROVIDER_STAFF,
        now=NOW,
        base_url=BASE,
    )
    session.commit()
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/place"
    act_as(client, both.jo_account)
    assert "You are number 1 on the list" in client.get(mine).text
    assert send(client, mine + "/yes").status_code == 409

    release_places(session, person_id=sam.id, now=NOW)
    session.commit()
    assert give_places_on(database, now=NOW, base_url=BASE) == 1
    assert give_places_on(database, now=NOW, base_url=BASE) == 0
    told = select(OutboxMessage).where(OutboxMessage.subject.like("A place is kept%"))
    assert [one.recipient for one in session.scalars(told)] == ["jo@example.org"]
    assert "Monday, 10am to midday" in client.get(mine).text
    assert send(client, mine + "/yes").status_code == 303
    assert send(client, mine + "/yes").status_code == 303
    wants = select(OutboxMessage).where(OutboxMessage.subject.like("Somebody wants%"))
    assert len(session.scalars(wants).all()) == 1
    assert give_places_on(database, now=NOW + timedelta(days=3), base_url=BASE) == 0
    assert give_places_on(database, now=NOW + timedelta(days=15), base_url=BASE) == 1
    assert "You can go on the list again" in client.get(mine).text
    assert send(client, mine + "/again").status_code == 303
    assert "A place is kept for you" in client.get(mine).text
    assert send(client, mine + "/no").status_code == 303
    session.expire_all()
    assert session.get_one(Enquiry, both.enquiry.id).state is EnquiryState.WITHDRAWN
    assert session.get_one(OfferSession, both.monday.id).places_left == 1
