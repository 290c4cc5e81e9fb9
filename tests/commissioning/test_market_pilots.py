"""Pilots: offers that can be chosen until it begins, and what became of the people, told as shown."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import AuditEntry
from marketplace.commissioning.market.models import Pilot, PilotOffer
from marketplace.commissioning.market.pilots.operations import (
    PilotRefusedError,
    Refusal,
    add_offer,
    begin_pilot,
    end_pilot,
    remove_offer,
)
from marketplace.commissioning.market.pilots.queries import cohort_of
from marketplace.enquiries.agreements.models import Agreement, HowItGoes
from marketplace.enquiries.models import Enquiry, EnquiryState, Mood, Side
from marketplace.gaps.disclosure import A_FEW, NOBODY, Shown
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.settings import LONDON
from marketplace.vocabulary import Role
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, place
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person

NOW = datetime(2026, 11, 25, 10, tzinfo=LONDON)  # a Wednesday
STARTED = date(2026, 6, 1)
IN_MANSFIELD = "E07000174"


@pytest.fixture
def account(session: Session) -> Account:
    return make_account(session, roles=[Role.COMMISSIONER], name="Chris")


def send(client: FlaskClient, address: str, fields: dict[str, str]) -> TestResponse:
    """Send a form of the pages of pilots."""
    token = token_on(client.get("/commissioning/pilots/new"))
    return client.post(address, data={"csrf_token": token, **fields})


def make_pilot(session: Session, account: Account, **fields: object) -> Pilot:
    pilot = begin_pilot(
        session,
        **{
            "council_code": "E10000024",
            "name": "Evenings",
            "about": "",
            "starts_on": STARTED,
            "ends_on": None,
            "form_token": uuid.uuid4().hex,
            "account": account,
            "now": NOW - timedelta(days=30),
            **fields,
        },
    )
    session.commit()
    return pilot


def put_in(session: Session, pilot: Pilot, *offers: Offer) -> None:
    session.add_all([PilotOffer(pilot_id=pilot.id, offer_id=one.id, added_at=NOW) for one in offers])
    session.commit()


def come(
    session: Session,
    asked: Offer,
    *,
    at: date,
    person: Person | None = None,
    ended_on: date | None = None,
    mood: Mood | None = None,
    starts: bool = True,
) -> Person:
    """Someone asks on a day, and starts on it."""
    person = person or make_person(session, counts_in_gaps=True)
    moment = datetime(at.year, at.month, at.day, 12, tzinfo=LONDON)
    enquiry = Enquiry(
        person_id=person.id,
        offer_id=asked.id,
        provider_id=asked.provider_id,
        form_token=uuid.uuid4().hex,
        state=EnquiryState.AGREED,
        state_since=moment,
        sent_at=moment,
    )
    session.add(enquiry)
    session.flush()
    if starts:
        agreement = Agreement(
            enquiry_id=enquiry.id,
            person_id=person.id,
            offer_id=asked.id,
            provider_id=asked.provider_id,
            starts_on=at,
            started_at=moment,
            ended_on=ended_on,
        )
        session.add(agreement)
        session.flush()
        if mood:
            session.add(HowItGoes(agreement_id=agreement.id, side=Side.PERSON, mood=mood, said_at=moment))
            session.flush()
    return person


def test_what_became_of_the_people_is_told_as_worked_out_by_hand(session: Session, account: Account) -> None:
    kitchen, choir, other = (offer(session, name) for name in ("Kitchen", "Choir", "Other"))
    pilot = make_pilot(session, account)
    put_in(session, pilot, kitchen, choir)
    for _ in range(3):
        come(session, kitchen, at=STARTED - timedelta(days=10))
    first = [come(session, kitchen, at=STARTED + timedelta(days=1), mood=Mood.GOOD) for _ in range(13)]
    come(session, choir, at=STARTED + timedelta(days=2), person=first[0])  # counts once
    for number in range(9):  # stays for eleven weeks only
        day = STARTED + timedelta(days=number)
        come(session, choir, at=day, ended_on=day + timedelta(weeks=11), mood=Mood.BAD)
    for _ in range(8):
        come(session, choir, at=date(2026, 11, 22))
    come(session, choir, at=date(2026, 11, 23))  # this week is told next week
    come(session, other, at=STARTED)
    hidden = make_person(session, counts_in_gaps=False)
    come(session, kitchen, at=STARTED, person=hidden)
    cohort = cohort_of(session, pilot, now=NOW)
    assert cohort.up_to == date(2026, 11, 22)
    assert (cohort.asked_before, cohort.asked_first, cohort.asked) == (A_FEW, Shown(20), Shown(30))
    assert (cohort.started_before, cohort.started_first, cohort.started) == (A_FEW, Shown(20), Shown(30))
    assert (cohort.long_ago, cohort.stayed, cohort.stayed_percent) == (Shown(20), Shown(15), 75)
    assert cohort.moods.total == Shown(20)
    assert cohort.moods.parts == (Shown(15), NOBODY, Shown(10))


def test_a_few_who_are_not_content_are_left_out_where_the_total_would_tell_them(
    session: Session, account: Account
) -> None:
    kitchen = offer(session, "Kitchen")
    pilot = make_pilot(session, account)
    put_in(session, pilot, kitchen)
    for mood, people in ((Mood.GOOD, 12), (Mood.MIXED, 12), (Mood.BAD, 7)):
        for _ in range(people):
            come(session, kitchen, at=STARTED, mood=mood)
    moods = cohort_of(session, pilot, now=NOW).moods
    # 28 to 32 people, of whom twice 8 to 12: then * could be no fewer than 4.
    assert (moods.total, moods.parts) == (Shown(30), None)


@pytest.mark.parametrize(**SQLITE)
def test_offers_are_open_until_it_starts_and_on_the_day_it_was_written_down(
    session: Session, account: Account
) -> None:
    kitchen, choir = offer(session, "Kitchen"), offer(session, "Choir")
    coming = make_pilot(session, account, starts_on=NOW.date() + timedelta(days=9))
    add_offer(session, coming, kitchen, account=account, now=NOW)
    add_offer(session, coming, kitchen, account=account, now=NOW)
    remove_offer(session, coming, kitchen.id, account=account, now=NOW)
    add_offer(session, coming, kitchen, account=account, now=NOW)
    assert [one.offer_id for one in coming.offers] == [kitchen.id]
    written_today = make_pilot(session, account, now=NOW)
    add_offer(session, written_today, choir, account=account, now=NOW)
    session.commit()
    tomorrow = NOW + timedelta(days=1)
    for refused in (
        lambda: remove_offer(session, written_today, choir.id, account=account, now=tomorrow),
        lambda: add_offer(session, written_today, offer(session), account=account, now=tomorrow),
    ):
        with pytest.raises(PilotRefusedError) as why:
            refused()
        assert why.value.why is Refusal.FIXED
    with pytest.raises(PilotRefusedError) as why:
        add_offer(session, coming, choir, account=account, now=NOW)
    assert why.value.why is Refusal.TAKEN, "two pilots that overlap would tell of the people between them"


@pytest.mark.parametrize(**SQLITE)
def test_an_end_keeps_what_someone_else_wrote_meanwhile(session: Session, account: Account) -> None:
    pilot = make_pilot(session, account)
    end_pilot(
        session, pilot, ends_on=STARTED, learned="Evenings work", expected=pilot.version, account=account
    )
    with pytest.raises(PilotRefusedError) as why:
        end_pilot(session, pilot, ends_on=STARTED, learned="No", expected=pilot.version - 1, account=account)
    assert why.value.why is Refusal.CHANGED
    assert pilot.learned == "Evenings work"
    actions = [str(entry.action) for entry in session.scalars(select(AuditEntry))]
    assert actions[-2:] == ["pilot_begun", "pilot_ended"]


@pytest.mark.parametrize(**SQLITE)
def test_a_pilot_is_written_down_once_filled_with_offers_and_ended_on_pages(
    client: FlaskClient, session: Session, account: Account
) -> None:
    import openpyxl

    sign_in(client, account)
    kitchen = offer(session, "50% kitchen", at=place(district_code=IN_MANSFIELD))
    offer(session, "Choir", at=place(district_code=IN_MANSFIELD))
    session.commit()
    council = "?council=E10000024"
    empty = send(client, f"/commissioning/pilots/new{council}", {})
    assert empty.status_code == 422
    assert "Write what the pilot is called" in empty.get_data(as_text=True)
    day = london_today()
    answers = {
        "once": str(uuid.uuid4()),
        "name": "Evenings <b>",
        "starts_on-day": str(day.day),
        "starts_on-month": str(day.month),
        "starts_on-year": str(day.year),
    }
    made = send(client, f"/commissioning/pilots/new{council}", answers)
    again = send(client, f"/commissioning/pilots/new{council}", answers)
    assert made.status_code == again.status_code == 303
    assert made.location == again.location
    page = client.get(f"{made.location}?q=50%25").get_data(as_text=True)
    assert "Evenings &lt;b&gt;" in page
    assert "50% kitchen" in page
    assert "Choir" not in page
    put = send(client, f"{made.location}/offers", {"do": "add", "offer": str(kitchen.id), "q": "50%"})
    assert put.status_code == 303
    page = client.get(made.location).get_data(as_text=True)
    assert "People are counted once the offers are fixed" in page
    pilot = session.scalars(select(Pilot)).one()
    pilot.made_at = datetime.now(UTC) - timedelta(days=2)
    session.commit()
    page = client.get(made.location).get_data(as_text=True)
    assert "People before and after" in page
    fixed = send(client, f"{made.location}/offers", {"do": "remove", "offer": str(kitchen.id)})
    assert fixed.status_code == 409
    ends = {"ends_on-day": "1", "ends_on-month": "1", "ends_on-year": "2026", "learned": "", "seen": "1"}
    stale = send(client, f"{made.location}/end", ends)
    assert stale.status_code == 409
    assert "What it says now" in stale.text
    seen = re.search(r'name="seen" value="(\d+)"', stale.get_data(as_text=True))
    assert seen
    late = {**ends, "ends_on-year": str(day.year + 1), "seen": seen[1]}
    assert send(client, f"{made.location}/end", late).status_code == 303
    assert "Evenings &lt;b&gt;" in client.get("/commissioning/pilots").get_data(as_text=True)
    book = openpyxl.load_workbook(BytesIO(client.get("/commissioning/market/statement.xlsx").data))
    row = [cell.value for cell in book["Pilots"][6]]
    assert (row[0], row[-1]) == ("Evenings <b>", 1)


@pytest.mark.parametrize(**SQLITE)
def test_a_pilot_that_is_over_asks_on_the_start_page_what_was_learned(
    client: FlaskClient, session: Session, account: Account
) -> None:
    sign_in(client, account)
    over = make_pilot(session, account, name="Long over", ends_on=STARTED)
    done = make_pilot(session, account, name="All told", ends_on=STARTED)
    done.learned = "Much"
    session.commit()
    page = client.get("/commissioning?council=E10000024").get_data(as_text=True)
    assert f"/commissioning/pilots/{over.id}/end" in page
    assert page.count(">Late<") == 1
    assert "All told" not in page
    assert client.get(f"/commissioning/pilots/{uuid.uuid4()}").status_code == 404
