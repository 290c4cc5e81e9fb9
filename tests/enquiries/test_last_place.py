"""Fifty people say yes to the last place at the same moment, on their pages."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

import marketplace
from marketplace.db import open_database
from marketplace.enquiries.agreements.documents import times_as_they_are
from marketplace.enquiries.agreements.models import Agreement, AgreementSession
from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.enquiries.places.models import TakenPlace
from marketplace.offers.models import Session as OfferSession
from marketplace.settings import Settings
from marketplace.vocabulary import Repeats, Role
from marketplace.web.today import london_day
from tests.directory.factories import offer as make_offer
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person

NOW = datetime.now(UTC)
BUSY = 503
MANY = 50


def test_of_fifty_who_say_yes_at_the_same_moment_one_has_agreed_and_nobody_sees_a_fault(
    settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = marketplace.create_app(settings)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a fault is a page, as it would be for them
    app.config["WTF_CSRF_ENABLED"] = False  # fetching fifty tokens would take longer than the race
    database = open_database(database_url)
    monkeypatch.setitem(app.extensions, "marketplace.db", database)
    asked: list[tuple[FlaskClient, str]] = []
    with database.write() as session:
        kitchen = make_offer(session, "Kitchen")
        time = OfferSession(
            offer_id=kitchen.id,
            day_number=0,
            starts_minute=600,
            ends_minute=720,
            repeats=Repeats.WEEKLY,
            places=8,
            places_left=1,
        )
        kitchen.sessions = [time]
        session.flush()
        accounts = []
        for number in range(MANY):
            account = make_account(session, roles=[Role.PERSON])
            person = make_person(session, account=account)
            enquiry = Enquiry(
                person_id=person.id,
                offer_id=kitchen.id,
                provider_id=kitchen.provider_id,
                form_token=f"form {number}",
                state=EnquiryState.SEEN,
                state_since=NOW,
                sent_at=NOW,
            )
            session.add(enquiry)
            session.flush()
            session.add(
                Agreement(
                    enquiry_id=enquiry.id,
                    person_id=person.id,
                    offer_id=kitchen.id,
                    provider_id=kitchen.provider_id,
                    starts_on=london_day(NOW),
                    provider_agreed_at=NOW,
                    sessions=[AgreementSession(session_id=time.id)],
                    agreed_times=times_as_they_are([time]),
                )
            )
            accounts.append((account, f"/people/{person.id}/enquiries/{enquiry.id}/agreement/yes"))
        session.commit()
    for account, address in accounts:
        client = FlaskClient(app)
        sign_in(client, account)
        asked.append((client, address))
    together = threading.Barrier(MANY, timeout=60)

    def say_yes(number: int) -> int:
        client, address = asked[number]
        together.wait()
        for _ in range(5):
            code = client.post(address, data={"version": "1"}).status_code
            if code != BUSY:
                break  # else the page says that it is busy, and to try again
        return code

    with ThreadPoolExecutor(MANY) as threads:
        answers = Counter(threads.map(say_yes, range(MANY)))
    assert answers == {303: 1, 409: MANY - 1}
    with database.read() as session:
        agreed = select(Enquiry.person_id).where(Enquiry.state == EnquiryState.AGREED)
        assert session.scalars(agreed).all() == session.scalars(select(TakenPlace.person_id)).all()
        assert session.scalar(select(func.sum(OfferSession.places_left))) == 0
    database.engine.dispose()
