"""Meeting each other: proposing, choosing, calling off, how it went, and giving contact details."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import marketplace.enquiries.meetings.reactions
import marketplace.enquiries.places.reactions  # noqa: F401  (as the application registers them)
from marketplace.db import Database
from marketplace.enquiries.deadlines.reminding import Reminded, remind_providers
from marketplace.enquiries.deadlines.waiting import GIVING_UP, wait_of
from marketplace.enquiries.meetings import operations
from marketplace.enquiries.meetings.jobs import remind_of_meetings
from marketplace.enquiries.meetings.operations import Act, NotNowError, OverlapsError, Slot
from marketplace.enquiries.meetings.queries import Standing, meetings_of, standing_of
from marketplace.enquiries.meetings.tasters import tasters_of
from marketplace.enquiries.models import (
    DeclineReason,
    Enquiry,
    EnquiryState,
    Meeting,
    MeetingKind,
    Mood,
    Side,
)
from marketplace.enquiries.moves import move
from marketplace.enquiries.places.models import TakenPlace
from marketplace.enquiries.places.operations import (
    NoPlaceError,
    join_list,
    release_what_is_over,
    take_places,
)
from marketplace.offers.models import Session as OfferSession
from marketplace.outbox.models import OutboxMessage
from marketplace.people.profile.changes import Doer
from marketplace.planning.working_days import after_working_days
from marketplace.settings import LONDON
from tests.enquiries.test_agreements import BASE, NOW, Both
from tests.enquiries.test_deadlines import nothing_to_rank
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person, make_supporter

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Meet(Both):
    """Jo's enquiry, which the kitchen has looked at."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.move(EnquiryState.SEEN)
        session.commit()

    def move(self, to: EnquiryState, side: Side = Side.PROVIDER, **more: Any) -> None:
        who = {**self.who(side), "side": side}
        by: Doer = who.pop("by")
        move(self.session, self.enquiry, to=to, account=by.account, role=by.role, **who, **more)

    def act(self, side: Side, now: datetime = NOW) -> Act:
        return Act(**{**self.who(side), "now": now})

    def propose(  # type: ignore[override]
        self,
        side: Side,
        *starts: datetime,
        kind: MeetingKind = MeetingKind.MEETING,
        token: str = "a form",
        enquiry: Enquiry | None = None,
    ) -> list[Meeting]:
        trying = kind is MeetingKind.TASTER
        return operations.propose(
            self.session,
            enquiry or self.enquiry,
            kind=kind,
            slots=[
                Slot(starts_at=one, ends_at=one + HOUR, session_id=self.monday.id if trying else None)
                for one in starts or (NOW + DAY * 2,)
            ],
            place="The café",
            form_token=token,
            act=self.act(side, NOW + timedelta(seconds=1)),  # after what the others did
        )

    def accept(self, side: Side, meeting: Meeting, now: datetime = NOW) -> Meeting:
        return operations.accept(self.session, self.enquiry, meeting_id=meeting.id, act=self.act(side, now))

    def standing(self, now: datetime = NOW) -> Standing:
        return standing_of(meetings_of(self.session, self.enquiry.id), now=now)

    def left(self) -> int | None:
        return self.session.scalar(select(OfferSession.places_left).where(OfferSession.id == self.monday.id))

    def told(self) -> list[tuple[str, str]]:
        rows = self.session.execute(
            select(OutboxMessage.recipient, OutboxMessage.subject).order_by(OutboxMessage.created_at)
        )
        return [(row.recipient, row.subject) for row in rows]


@pytest.fixture
def meet(session: Session) -> Meet:
    return Meet(session)


def test_one_of_the_times_is_chosen_and_the_others_fall_away(session: Session, meet: Meet) -> None:
    first, second = meet.propose(Side.PROVIDER, NOW + DAY * 2, NOW + DAY * 3)
    again = meet.propose(Side.PROVIDER, NOW + DAY * 2, NOW + DAY * 3)
    assert [one.id for one in again] == [first.id, second.id]
    assert meet.enquiry.state is EnquiryState.MEETING
    with pytest.raises(NotNowError):
        meet.accept(Side.PROVIDER, first)  # nobody says yes to themselves
    assert meet.accept(Side.PERSON, second).id == meet.accept(Side.PERSON, second).id
    assert first.cancelled_at is not None
    assert (meet.standing().coming, meet.enquiry.state) == (second, EnquiryState.MEETING)
    with pytest.raises(NotNowError):
        meet.accept(Side.PERSON, first)
    with pytest.raises(NotNowError):
        meet.propose(Side.PERSON, NOW + DAY * 5, token="another")
    about = [(who, subject) for who, subject in meet.told() if "ime" in subject]
    assert about == [
        ("jo@example.org", "A time to meet was proposed: Kitchen"),
        ("p@example.org", "A time is agreed: Kitchen"),
    ]


def test_a_taster_holds_the_last_place_until_it_is_over_or_called_off(session: Session, meet: Meet) -> None:
    (chosen,) = meet.propose(Side.PERSON, NOW + DAY * 2, kind=MeetingKind.TASTER)
    assert (meet.left(), meet.enquiry.state) == (1, EnquiryState.TASTER)
    meet.accept(Side.PROVIDER, chosen)
    assert meet.left() == 0
    assert meet.enquiry.answered_at == NOW
    sam = make_person(session, first_name="Sam")
    with pytest.raises(NoPlaceError):
        take_places(
            session,
            offer_id=meet.kitchen.id,
            session_ids=[meet.monday.id],
            person_id=sam.id,
            enquiry_id=None,
            now=NOW,
        )
    # Jo's own place makes the time no full one for Jo.
    choices = tasters_of(session, meet.kitchen, person_id=meet.jo.id, now=NOW)
    assert (bool(choices.choices), choices.full) == (True, ())
    assert tasters_of(session, meet.kitchen, person_id=sam.id, now=NOW).full == (meet.monday,)
    for _twice in range(2):
        operations.call_off(session, meet.enquiry, meeting_id=chosen.id, act=meet.act(Side.PERSON))
    assert (meet.left(), meet.enquiry.state) == (1, EnquiryState.SEEN)
    (other,) = meet.propose(Side.PROVIDER, NOW + DAY * 3, kind=MeetingKind.TASTER, token="next")
    meet.accept(Side.PERSON, other)
    assert release_what_is_over(session, now=other.ends_at - HOUR) == 0
    assert release_what_is_over(session, now=other.ends_at) == 1
    assert meet.left() == 1


def test_a_place_that_is_kept_from_the_waiting_list_outlives_a_taster_that_is_called_off(
    session: Session, meet: Meet
) -> None:
    meet.move(EnquiryState.WAITING)
    turn = join_list(
        session, offer_id=meet.kitchen.id, person_id=meet.jo.id, enquiry_id=meet.enquiry.id, now=NOW
    )
    assert (turn.answer_by, meet.left()) != (None, 1)
    (chosen,) = meet.propose(Side.PROVIDER, NOW + DAY * 4, kind=MeetingKind.TASTER)
    assert meet.enquiry.state is EnquiryState.WAITING, "they stay on the list while they try it"
    meet.accept(Side.PERSON, chosen)
    held = select(TakenPlace.held_until).where(TakenPlace.released_at.is_(None))
    assert session.scalar(held) == chosen.ends_at
    operations.call_off(session, meet.enquiry, meeting_id=chosen.id, act=meet.act(Side.PROVIDER))
    session.expire_all()
    assert session.scalar(held) == turn.answer_by


def test_a_time_that_is_full_over_or_taken_is_not_agreed(session: Session, meet: Meet) -> None:
    (full,) = meet.propose(Side.PROVIDER, NOW + DAY * 2, kind=MeetingKind.TASTER)
    sam = make_person(session, first_name="Sam")
    take_places(
        session,
        offer_id=meet.kitchen.id,
        session_ids=[meet.monday.id],
        person_id=sam.id,
        enquiry_id=None,
        now=NOW,
    )
    with pytest.raises(NoPlaceError):
        meet.accept(Side.PERSON, full)
    session.refresh(full)
    assert full.accepted_at is None
    with pytest.raises(NoPlaceError):
        meet.propose(Side.PERSON, NOW + DAY * 2, kind=MeetingKind.TASTER, token="full")
    (late,) = meet.propose(Side.PROVIDER, NOW + HOUR, token="soon")
    with pytest.raises(NotNowError):
        meet.accept(Side.PERSON, late, now=NOW + HOUR)
    assert meet.standing(NOW + HOUR).missed == (late,)
    elsewhere = Enquiry(
        person_id=meet.jo.id,
        offer_id=meet.kitchen.id,
        provider_id=meet.kitchen.provider_id,
        form_token="elsewhere",
        state=EnquiryState.AGREED,
        state_since=NOW,
        sent_at=NOW,
    )
    session.add(elsewhere)
    session.flush()
    session.add(
        Meeting(
            enquiry_id=elsewhere.id,
            kind=MeetingKind.MEETING,
            starts_at=NOW + DAY * 5,
            ends_at=NOW + DAY * 5 + HOUR * 2,
            proposed_by=Side.PROVIDER,
            proposed_at=NOW,
            accepted_at=NOW,
        )
    )
    (during, after) = meet.propose(
        Side.PROVIDER, NOW + DAY * 5 + HOUR, NOW + DAY * 5 + HOUR * 2, token="overlaps"
    )
    with pytest.raises(OverlapsError):
        meet.accept(Side.PERSON, during)
    with pytest.raises(OverlapsError):
        meet.propose(Side.PERSON, NOW + DAY * 5 - HOUR / 2, token="own")
    meet.accept(Side.PERSON, after)


def test_with_the_enquiry_its_times_are_over_and_their_place_is_free(session: Session, meet: Meet) -> None:
    (chosen,) = meet.propose(Side.PERSON, NOW + DAY * 2, kind=MeetingKind.TASTER)
    meet.accept(Side.PROVIDER, chosen)
    meet.move(EnquiryState.DECLINED, reason=DeclineReason.OTHER)
    session.refresh(chosen)
    assert (chosen.cancelled_at, meet.left()) == (NOW, 1)
    with pytest.raises(NotNowError):
        meet.propose(Side.PERSON, NOW + DAY * 3, token="too late")


def test_a_time_that_the_person_proposed_waits_for_the_provider_like_a_question(
    session: Session, meet: Meet, database: Database
) -> None:
    meet.propose(Side.PERSON, NOW + DAY * 60)
    session.commit()

    def remind(working_days: int) -> Reminded:
        later = after_working_days(NOW, working_days) + HOUR
        return remind_providers(database, nothing_to_rank, base_url=BASE, now=later)

    assert not remind(2)
    assert [remind(3).reminded, remind(3).reminded, remind(6).reminded] == [1, 0, 1]
    session.expire_all()
    wait = wait_of(session, meet.enquiry)
    assert wait is not None
    assert wait.next_step is GIVING_UP
    meet.move(EnquiryState.NO_ANSWER, Side.SITE)
    assert meet.standing().proposed == ()


def test_both_sides_are_reminded_once_the_day_before_and_asked_once_how_it_went(
    session: Session, meet: Meet, database: Database
) -> None:
    starts = NOW + DAY * 3
    (chosen,) = meet.propose(Side.PROVIDER, starts)
    meet.accept(Side.PERSON, chosen)
    session.commit()
    before = len(meet.told())

    def run(now: datetime) -> int:
        return remind_of_meetings(database, now=now, base_url=BASE)

    assert run(starts - DAY - HOUR) == 0
    assert [run(starts - DAY), run(starts - HOUR)] == [1, 0]
    assert [run(starts + HOUR), run(starts + DAY)] == [1, 0]
    session.expire_all()
    assert sorted(meet.told()[before:]) == [
        ("jo@example.org", "How did it go? Kitchen"),
        ("jo@example.org", "You meet soon: Kitchen"),
        ("p@example.org", "How did it go? Kitchen"),
        ("p@example.org", "You meet soon: Kitchen"),
    ]
    bodies = "".join(session.scalars(select(OutboxMessage.body)))
    assert "café" not in bodies
    local = starts.astimezone(LONDON)
    assert f"{local:%A} {local.day} {local:%B} at {local:%H:%M}" in bodies


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
