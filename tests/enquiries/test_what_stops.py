"""A block, a closing and a pause: what ends, what stays, and what nobody loses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.enquiries.agreements.changing import ask_for_change
from marketplace.enquiries.agreements.models import ChangeState
from marketplace.enquiries.agreements.refusing import KEPT_FOR, forget_refused
from marketplace.enquiries.deadlines.closing import end_what_closed
from marketplace.enquiries.messages.pauses import tell_of_pauses
from marketplace.enquiries.models import (
    DeclineReason,
    EnquiryState,
    Meeting,
    MeetingKind,
    Side,
)
from marketplace.enquiries.moves import move
from marketplace.enquiries.places.jobs import give_places_on
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.enquiries.places.operations import release_places, take_places
from marketplace.enquiries.unmet import UnmetReason, unmet_wishes
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work
from marketplace.vocabulary import OfferStatus, Role
from tests.enquiries.agreeing import BASE, NOW, TODAY, Both, act_as, send, typed_day
from tests.enquiries.test_concerns import post
from tests.enquiries.test_deadlines import ask, cooking, nothing_to_rank
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


def _subjects(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(OutboxMessage.recipient, OutboxMessage.subject))
    return sorted((row[0], row[1]) for row in rows)


def test_a_block_calls_off_what_was_to_come_and_says_that_what_is_agreed_goes_on(
    client: FlaskClient, session: Session
) -> None:
    both = Both(session)
    both.propose(Side.PERSON, both.terms)
    agreement = both.yes(Side.PROVIDER)
    coming = Meeting(
        enquiry_id=both.enquiry.id,
        kind=MeetingKind.MEETING,
        starts_at=NOW + timedelta(days=2),
        ends_at=NOW + timedelta(days=2, hours=1),
        proposed_by=Side.PROVIDER,
        proposed_at=NOW,
        accepted_at=NOW,
    )
    session.add(coming)
    both.enquiry.contact_words, both.enquiry.contact_shared_at = "01632 960 001", NOW
    change = ask_for_change(
        session,
        both.enquiry,
        terms=replace(both.terms, notice_days=7),
        from_day=TODAY,
        words="",
        version=1,
        seen=None,
        **both.who(Side.PROVIDER),
    )
    session.commit()
    act_as(client, both.jo_account)
    address = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/worry"
    assert "They expect you" in client.get(address).text
    assert post(client, address, worry="rude", go="stop")[0] == 303
    session.expire_all()
    assert (coming.cancelled_at is not None, change.state) == (True, ChangeState.OVER)
    assert (both.enquiry.state, both.enquiry.contact_words) == (EnquiryState.AGREED, "")
    assert agreement.ended_at is None
    assert ("p@example.org", "It was called off: Kitchen") in _subjects(session)
    told = client.get(f"/people/{both.jo.id}/blocked/{both.kitchen.provider_id}/told").text
    assert f"/enquiries/{both.enquiry.id}/agreement/end" in told

    assert post(client, address, worry="rude", go="stop", end_too="y")[0] == 303
    session.expire_all()
    assert (agreement.ended_on, agreement.end_words) == (TODAY, "")
    assert ("p@example.org", "It ends: Kitchen") in _subjects(session)
    assert (
        "agreement/end"
        not in client.get(f"/people/{both.jo.id}/blocked/{both.kitchen.provider_id}/told").text
    )


def test_what_closes_ends_its_open_enquiries_with_the_reason_and_what_else_fits(
    app: Flask, settings: Settings, database: Database, session: Session
) -> None:
    enquiry = ask(session)
    session.get_one(Person, enquiry.person_id).counts_in_gaps = True
    cooking(session, "Evening cooks")
    session.commit()
    now = NOW
    assert end_what_closed(database, nothing_to_rank, base_url=BASE, now=now) == 0
    session.get_one(Offer, enquiry.offer_id).status = OfferStatus.CLOSED
    session.commit()
    work = Work(settings, database)
    for ended in (1, 0):
        assert end_what_closed(database, lambda: work.matching, base_url=BASE, now=now) == ended
    session.expire_all()
    assert (enquiry.state, enquiry.decline_reason) == (EnquiryState.DECLINED, DeclineReason.CLOSED)
    (mail,) = session.scalars(select(OutboxMessage))
    assert (mail.recipient, mail.subject) == (
        "jo@example.org",
        "This has closed, so your enquiry ended: Kitchen",
    )
    assert "- Evening cooks" in mail.body
    (missing,) = unmet_wishes(
        session, since=now - timedelta(days=1), today=TODAY, evening_starts=settings.evening_starts
    )
    assert missing.reason is UnmetReason.CLOSED
    for name, home in (("Jo", f"/people/{enquiry.person_id}"), ("Priya", f"/provide/{enquiry.provider_id}")):
        client = app.test_client()
        sign_in(client, session.scalars(select(Account).where(Account.name == name)).one())
        assert "It has closed, so this has ended." in client.get(f"{home}/enquiries/{enquiry.id}").text

    session.get_one(Provider, enquiry.provider_id).status = ProviderStatus.CLOSED
    session.commit()
    assert tell_of_pauses(database, base_url=BASE, now=now) == 0


def test_while_the_provider_is_stopped_the_time_to_answer_for_a_kept_place_stands_still(
    client: FlaskClient, database: Database, session: Session
) -> None:
    both = Both(session)
    sam = make_person(session, first_name="Sam")
    taken: dict[str, Any] = {"offer_id": both.kitchen.id, "session_ids": [both.monday.id]}
    take_places(session, **taken, person_id=sam.id, enquiry_id=None, now=NOW)
    waits: dict[str, Any] = {"account": both.priya, "role": Role.PROVIDER_STAFF, "now": NOW, "base_url": BASE}
    move(session, both.enquiry, to=EnquiryState.WAITING, side=Side.PROVIDER, **waits)
    release_places(session, person_id=sam.id, now=NOW)
    session.commit()
    hour = timedelta(hours=1)
    assert give_places_on(database, now=NOW, base_url=BASE) == 1  # told: 48 hours
    both.kitchen.provider.status = ProviderStatus.SUSPENDED
    session.commit()
    assert give_places_on(database, now=NOW + 10 * hour, base_url=BASE) == 1
    assert give_places_on(database, now=NOW + 500 * hour, base_url=BASE) == 0
    act_as(client, both.jo_account)
    page = client.get(f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/place").text
    assert "your time stands still" in page

    both.kitchen.provider.status = ProviderStatus.ACTIVE
    session.commit()
    assert give_places_on(database, now=NOW + 510 * hour, base_url=BASE) == 1
    session.expire_all()
    turn = session.scalars(select(WaitingPlace)).one()
    place = session.scalars(select(TakenPlace).where(TakenPlace.person_id == both.jo.id)).one()
    assert (turn.answer_by, place.held_until) == (NOW + 548 * hour, NOW + 548 * hour)
    assert give_places_on(database, now=NOW + 547 * hour, base_url=BASE) == 0
    assert give_places_on(database, now=NOW + 548 * hour, base_url=BASE) == 1
    session.expire_all()
    assert turn.ended_at is not None


def test_what_a_provider_may_not_write_into_an_agreement_stands_before_moderators_once(
    client: FlaskClient, session: Session
) -> None:
    both = Both(session)
    session.commit()
    act_as(client, both.priya)
    words = "Keep this between us, and ring 07700 900123"
    address = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement/terms"
    typed = {"version": "0", **typed_day("starts_on", TODAY), "when_ill": words, "back_up_words": "x"}
    for _ in range(2):
        assert send(client, address, data=typed).status_code == 422
    act_as(client, make_account(session, roles=[Role.MODERATOR], email="mo@example.org"))
    page = client.get("/moderation/messages").text
    assert page.count("Keep this between us") == 1
    assert "Jo" not in page.split("Not taken into agreements")[1]
    assert forget_refused(session, now=NOW + KEPT_FOR - timedelta(days=1)) == 0
    assert forget_refused(session, now=NOW + KEPT_FOR + timedelta(days=1)) == 1
