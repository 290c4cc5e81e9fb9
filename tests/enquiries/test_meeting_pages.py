"""The pages of meeting each other: times typed and chosen, days to try it, contact details."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import marketplace.enquiries.meetings.reactions
import marketplace.enquiries.places.reactions  # noqa: F401  (as the application registers them)
from marketplace.enquiries.meetings.queries import meetings_of
from marketplace.enquiries.models import (
    EnquiryState,
    Meeting,
    Mood,
    Side,
)
from marketplace.outbox.models import OutboxMessage
from marketplace.settings import LONDON
from tests.enquiries.meeting import DAY, HOUR, Meet
from tests.enquiries.test_agreements import NOW
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_supporter

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def meet(session: Session) -> Meet:
    return Meet(session)


class Pages:
    """Both sides at their pages."""

    def __init__(self, app: Flask, meet: Meet) -> None:
        self.meet, self.app = meet, app
        self.own = f"/people/{meet.jo.id}/enquiries/{meet.enquiry.id}"
        self.theirs = f"/provide/{meet.kitchen.provider_id}/enquiries/{meet.enquiry.id}"
        self.jo, self.priya = app.test_client(), app.test_client()
        sign_in(self.jo, meet.jo_account)
        sign_in(self.priya, meet.priya)

    def post(self, client: FlaskClient, path: str, **fields: object) -> TestResponse:
        token = token_on(client.get("/find/what"))
        return client.post(path, data={"csrf_token": token, **fields})


@pytest.fixture
def pages(app: Flask, meet: Meet) -> Pages:
    return Pages(app, meet)


def _typed(number: int, day: date, starts: str, ends: str) -> dict[str, str]:
    parts = {"day": day.day, "month": day.month, "year": day.year}
    typed = {f"day_{number}-{name}": str(value) for name, value in parts.items()}
    return {**typed, f"from_{number}": starts, f"to_{number}": ends}


def test_times_are_typed_shown_and_chosen_and_how_it_went_stays_with_the_person(
    session: Session, pages: Pages, meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = meet.act(Side.PERSON).now.date() + timedelta(days=3)
    path = f"{pages.theirs}/meeting/meeting"
    wrong = {
        "place": "Ring 07700 900123",
        **_typed(1, soon, "3pm", "2pm"),
        **_typed(2, date(2020, 1, 1), "2pm", "3pm"),
        **_typed(3, soon, "later", ""),
    }
    refused = pages.post(pages.priya, path, **wrong)
    assert refused.status_code == 422
    for words in ("Write only the place here", "The end must be after", "This time is over", "Write a time,"):
        assert words in refused.text
    twice = {**_typed(1, soon, "2pm", "4pm"), **_typed(2, soon, "15:30", "5pm"), "place": "Library"}
    assert "Two of these times overlap" in pages.post(pages.priya, path, **twice).text
    good = {**twice, **_typed(2, soon, "16:00", "5pm"), "form_token": "0" * 32}
    for _ in range(2):
        assert pages.post(pages.priya, path, **good).headers["Location"].endswith("done=proposed")
    assert len(meetings_of(session, meet.enquiry.id)) == 2

    assert "They proposed times" in pages.jo.get(pages.own).text
    page = pages.jo.get(f"{pages.own}/meeting").text
    for words in ("Library", "4pm to 5pm", "Meet in a public place", "Exit this page", "Bring someone"):
        assert words in page
    chosen = re.findall(r'name="meeting" value="([^"]+)"', page)[1]
    assert pages.post(pages.jo, f"{pages.own}/meeting/yes", meeting="nonsense").status_code == 409
    assert pages.post(pages.priya, f"{pages.theirs}/meeting/yes", meeting=chosen).status_code == 409
    assert pages.post(pages.jo, f"{pages.own}/meeting/yes", meeting=chosen).status_code == 303
    assert "A time was chosen" in pages.priya.get(pages.theirs).text
    assert pages.post(pages.jo, f"{pages.own}/meeting/went", meeting=chosen).status_code == 409

    session.expire_all()
    row = session.get_one(Meeting, UUID(chosen))
    row.starts_at, row.ends_at = NOW - HOUR * 3, NOW - HOUR
    session.commit()
    assert "How did it go?" in pages.jo.get(pages.own).text
    assert pages.post(pages.jo, f"{pages.own}/meeting/went", meeting=chosen, mood="bad").status_code == 422
    said = {"meeting": chosen, "mood": "mixed", "words": "Loud", "go_on": "yes"}
    assert pages.post(pages.jo, f"{pages.own}/meeting/went", **said).status_code == 303
    pages.post(pages.priya, f"{pages.theirs}/meeting/went", meeting=chosen, mood="good")
    session.refresh(row)
    assert (row.went, row.went_words, row.provider_went) == (Mood.MIXED, "Loud", Mood.GOOD)
    theirs = pages.priya.get(f"{pages.theirs}/meeting").text
    assert "Jo wants to go on." in theirs
    assert "You said: Good" in theirs
    for hidden in ("Loud", "In between"):
        assert hidden not in theirs + pages.priya.get(pages.theirs).text
    own = pages.jo.get(f"{pages.own}/meeting").text
    for words in ("Loud", "In between", "Go on: write down what you agree", "Say no, kindly"):
        assert words in own


def test_another_time_please_keeps_the_words_and_a_stale_page_says_where_it_stands(
    session: Session, pages: Pages, meet: Meet
) -> None:
    (proposed,) = meet.propose(Side.PROVIDER)
    session.commit()
    form = {"text": "Mornings suit me", "form_token": "1" * 32}
    for _ in range(2):
        done = pages.post(pages.jo, f"{pages.own}/meeting/no", **form)
        assert done.headers["Location"].endswith("done=none")
    theirs = pages.priya.get(pages.theirs).text
    assert theirs.count("Mornings suit me") == 1
    assert "The times were taken back, or did not suit" in theirs
    late = pages.post(pages.jo, f"{pages.own}/meeting/yes", meeting=str(proposed.id))
    assert late.status_code == 409
    assert "This can’t be done now" in late.text
    off = pages.post(pages.jo, f"{pages.own}/meeting/no", meeting=str(proposed.id), text="I am ill")
    assert off.status_code == 409
    assert "I am ill" in off.text


def test_days_to_try_it_are_those_on_which_it_happens_and_a_full_time_is_said(
    session: Session, pages: Pages, meet: Meet
) -> None:
    path = f"{pages.own}/meeting/taster"
    page = pages.jo.get(path).text
    values = re.findall(r'name="times" type="checkbox" value="([^"]+)"', page)
    mondays = [date.fromisoformat(value.split("_")[1]) for value in values]
    assert len(mondays) >= 4
    assert {one.weekday() for one in mondays} == {0}
    foreign = values[0].replace(mondays[0].isoformat(), (mondays[0] + DAY).isoformat())
    assert pages.post(pages.jo, path, times=foreign).status_code == 422
    assert pages.post(pages.jo, path, times=values[1]).status_code == 303
    (made,) = meetings_of(session, meet.enquiry.id)
    local = made.starts_at.astimezone(LONDON)
    assert (local.date(), local.time()) == (mondays[1], time(10))
    meet.monday.places_left = 0
    session.commit()
    assert "All its times are full." in pages.jo.get(path).text


def test_contact_details_are_seen_first_then_given_and_can_be_taken_back(
    session: Session, pages: Pages, meet: Meet
) -> None:
    path, mine = f"{pages.own}/contact", "01632 960 001"
    assert pages.post(pages.jo, path).status_code == 422
    assert pages.post(pages.jo, path, phone="ring me").status_code == 422
    form = {"phone": mine, "email": "jo@example.com"}
    shown = pages.post(pages.jo, path, **form)
    assert "This is what" in shown.text
    preview = re.search(r"<ul class=\"govuk-list md-contact\">.*?</ul>", shown.text, re.DOTALL)
    assert preview is not None
    assert mine not in pages.priya.get(pages.theirs).text
    assert pages.post(pages.jo, path, go="give", **form).headers["Location"].endswith("done=given")
    theirs = pages.priya.get(pages.theirs).text
    assert preview[0] in theirs, "exactly what the person was shown"
    assert mine not in "".join(session.scalars(select(OutboxMessage.body)))
    looker = make_account(session, name="Lou")
    make_supporter(session, person=meet.jo, account=looker)
    as_looker = pages.app.test_client()
    sign_in(as_looker, looker)
    assert pages.post(as_looker, f"{path}/take-back").status_code == 404
    pages.post(pages.jo, f"{path}/take-back")
    assert mine not in pages.priya.get(pages.theirs).text
    pages.post(pages.jo, path, go="give", **form)
    session.expire_all()
    assert meet.enquiry.contact_words
    meet.move(EnquiryState.WITHDRAWN, Side.PERSON)
    session.commit()
    assert meet.enquiry.contact_words == ""
    assert mine not in pages.priya.get(pages.theirs).text
    assert pages.post(pages.jo, path, go="give", phone="01632 960 002").status_code == 409
