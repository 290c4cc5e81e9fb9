"""Ways round what holds: words that nobody looked over, places that are kept twice, numbers that are none."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import marketplace.enquiries.places.reactions  # noqa: F401  (as the application registers them)
from marketplace.db import Database
from marketplace.enquiries.agreements import how_it_goes, operations, terms
from marketplace.enquiries.agreements.models import AgreementEnd, HowItGoes
from marketplace.enquiries.agreements.terms import NotNowError
from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.meetings import operations as meetings
from marketplace.enquiries.meetings.jobs import remind_of_meetings
from marketplace.enquiries.meetings.operations import Act, Slot
from marketplace.enquiries.models import EnquiryMessage, EnquiryState, Meeting, MeetingKind, Mood, Side
from marketplace.enquiries.moves import move
from marketplace.enquiries.places.models import TakenPlace
from marketplace.enquiries.queries import offers_asked
from marketplace.offers.models import Session as OfferSession
from marketplace.outbox.models import OutboxMessage
from marketplace.vocabulary import LegalForm, Repeats
from tests.enquiries.agreeing import BASE, NOW, TODAY, Both, act_as, send, typed_day

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
DAY = timedelta(days=1)


@pytest.fixture
def both(session: Session) -> Both:
    return Both(session)


def _move(both: Both, to: EnquiryState) -> None:
    who = both.who(Side.PROVIDER)
    by = who.pop("by")
    move(both.session, both.enquiry, to=to, account=by.account, role=by.role, **who)


def _agree(both: Both) -> None:
    both.propose(Side.PERSON, both.terms)
    both.yes(Side.PROVIDER)
    both.session.commit()


def _tries(both: Both, time: OfferSession) -> uuid.UUID:
    """The kitchen proposes a taster of *time* for tomorrow, and Jo says yes to it."""
    slot = Slot(starts_at=NOW + DAY, ends_at=NOW + DAY + timedelta(hours=2), session_id=time.id)
    (one,) = meetings.propose(
        both.session,
        both.enquiry,
        kind=MeetingKind.TASTER,
        slots=[slot],
        place="",
        form_token=str(time.id),
        act=Act(**both.who(Side.PROVIDER)),
    )
    meetings.accept(both.session, both.enquiry, meeting_id=one.id, act=Act(**both.who(Side.PERSON)))
    return one.id


def _live(session: Session) -> list[TakenPlace]:
    return list(session.scalars(select(TakenPlace).where(TakenPlace.released_at.is_(None))))


def test_who_tries_a_time_and_goes_on_the_list_holds_one_place_of_it(session: Session, both: Both) -> None:
    both.monday.places_left = 3
    _move(both, EnquiryState.SEEN)
    _tries(both, both.monday)
    _move(both, EnquiryState.WAITING)
    (place,) = _live(session)
    assert place.session_id == both.monday.id
    session.expire_all()
    assert session.get_one(OfferSession, both.monday.id).places_left == 2


def test_a_taster_called_off_gives_its_place_back_though_another_is_kept_from_the_list(
    session: Session, both: Both
) -> None:
    friday = OfferSession(
        offer_id=both.kitchen.id,
        day_number=4,
        starts_minute=600,
        ends_minute=720,
        repeats=Repeats.WEEKLY,
        places=4,
        places_left=1,
    )
    both.kitchen.sessions = [both.monday, friday]
    session.flush()
    _move(both, EnquiryState.SEEN)
    _move(both, EnquiryState.WAITING)
    assert [one.session_id for one in _live(session)] == [both.monday.id]
    tried = _tries(both, friday)
    meetings.call_off(session, both.enquiry, meeting_id=tried, act=Act(**both.who(Side.PERSON)))
    assert [one.session_id for one in _live(session)] == [both.monday.id]
    session.expire_all()
    assert session.get_one(OfferSession, friday.id).places_left == 1


@pytest.mark.parametrize("field", ["when_ill", "on_bank_holidays", "back_up_words"])
def test_no_words_that_would_be_stopped_in_a_message_reach_a_person_as_terms(
    client: FlaskClient, session: Session, both: Both, field: str
) -> None:
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement"
    typed = {
        "version": "0",
        "sessions": [str(both.monday.id)],
        **typed_day("starts_on", TODAY),
        "amount": "12.50",
        "basis": "session",
        "paid_by": "direct_payment",
        "notice_days": "28",
        "back_up_words": "My brother comes",
    }
    act_as(client, both.priya)
    for words in ("Ring me on 07700 900123", "Don't tell your carer"):
        answer = send(client, f"{theirs}/terms", data=typed | {field: words})
        assert (answer.status_code, "Leave this out" in answer.text) == (422, True)
    assert terms.agreement_of(session, both.enquiry.id) is None


def test_how_it_goes_and_why_it_ends_are_looked_over_where_a_provider_writes_them(
    client: FlaskClient, session: Session, both: Both
) -> None:
    _agree(both)
    operations.start(session, both.enquiry, **both.who(Side.PERSON))
    session.commit()
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.priya)
    pressure = {"words": "This is our little secret"}
    assert send(client, f"{theirs}/how", data={"mood": "good", **pressure}).status_code == 422
    ending = {"reason": "other", **typed_day("last_day", TODAY), **pressure}
    assert send(client, f"{theirs}/end", data=ending).status_code == 422
    assert session.scalars(select(HowItGoes)).all() == []


def test_nothing_is_proposed_to_agree_on_while_a_moderator_holds_contact(
    session: Session, both: Both
) -> None:
    session.add(
        Concern(
            about_provider_id=both.kitchen.provider_id,
            words="-",
            state=ConcernState.LOOKED_AT,
            holds_contact=True,
            made_at=NOW,
        )
    )
    session.flush()
    with pytest.raises(NotNowError):
        both.propose(Side.PROVIDER, both.terms)


def test_a_blocked_provider_can_end_what_was_agreed_but_no_words_of_it_reach_the_person(
    client: FlaskClient, session: Session, both: Both
) -> None:
    _agree(both)
    operations.start(session, both.enquiry, **both.who(Side.PERSON))
    session.add(Block(person_id=both.jo.id, provider_id=both.kitchen.provider_id, made_at=NOW))
    session.commit()
    with pytest.raises(NotNowError):
        how_it_goes.say_how_it_goes(
            session, both.enquiry, mood=Mood.BAD, words="Come back", **both.who(Side.PROVIDER)
        )
    session.rollback()
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.jo_account)
    said = send(client, f"{mine}/how", data={"mood": "bad", "words": "I am afraid of them"})
    assert said.headers["Location"].endswith("done=bad")
    assert session.scalars(select(HowItGoes.is_private)).all() == [True]
    news = select(OutboxMessage).where(OutboxMessage.subject.like("Somebody said how%"))
    assert session.scalars(news).all() == []
    ended = operations.end(
        session,
        both.enquiry,
        last_day=TODAY,
        reason=AgreementEnd.OTHER,
        words="You will be sorry",
        **both.who(Side.PROVIDER),
    )
    assert (ended.ended_on, ended.end_words) == (TODAY, "")


def test_a_number_that_is_none_and_a_day_far_away_are_refused_in_words(
    client: FlaskClient, session: Session, both: Both
) -> None:
    both.propose(Side.PROVIDER, both.terms)
    session.commit()
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.jo_account)
    for version in ("²", "9" * 5000, "-1", ""):
        assert send(client, f"{mine}/yes", data={"version": version}).status_code == 409
    for day in (TODAY - 500 * DAY, TODAY + 500 * DAY):
        typed = {
            "version": "²",
            "sessions": [str(both.monday.id)],
            **typed_day("starts_on", day),
            "amount": "1e9",
            "basis": "session",
            "paid_by": "direct_payment",
            "notice_days": "28",
            "back_up_words": "-",
        }
        page = send(client, f"{mine}/terms", data=typed)
        assert (page.status_code, "less than a year away" in page.text) == (422, True)
    both.yes(Side.PERSON)
    session.commit()
    ending = {"reason": "other", **typed_day("last_day", TODAY + 5000 * DAY)}
    assert send(client, f"{mine}/end", data=ending).status_code == 422


def test_a_second_question_from_a_form_that_was_open_is_kept_for_its_writer(
    client: FlaskClient, session: Session, both: Both
) -> None:
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}"
    act_as(client, both.priya)
    first = {"form_token": "0" * 31 + "1", "text": "Which day suits you?"}
    assert send(client, f"{theirs}/ask", data=first).status_code == 303
    assert send(client, f"{theirs}/ask", data=first).status_code == 303
    second = send(client, f"{theirs}/ask", data={"form_token": "0" * 31 + "2", "text": "Do you eat fish?"})
    assert second.status_code == 409
    assert "Do you eat fish?" in second.text
    assert session.scalars(select(EnquiryMessage.text)).all() == ["Which day suits you?"]


def test_an_assistant_has_a_first_name_only_where_people_agree_with_them(
    client: FlaskClient, session: Session, both: Both
) -> None:
    both.kitchen.provider.legal_form = LegalForm.SELF_EMPLOYED_PA
    both.kitchen.provider.name = "Priya Secretname"
    both.propose(Side.PROVIDER, both.terms)
    session.commit()
    act_as(client, both.jo_account)
    page = client.get(f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement").text
    assert "with Priya" in page
    assert "Secretname" not in page


def test_what_has_ended_can_be_asked_about_again(session: Session, both: Both) -> None:
    _agree(both)
    assert offers_asked(session, both.jo.id, [both.kitchen.id], today=TODAY) != {}
    operations.end(
        session,
        both.enquiry,
        last_day=TODAY,
        reason=AgreementEnd.GOAL_MET,
        words="",
        **both.who(Side.PERSON),
    )
    assert offers_asked(session, both.jo.id, [both.kitchen.id], today=TODAY) != {}
    assert offers_asked(session, both.jo.id, [both.kitchen.id], today=TODAY + DAY) == {}


def test_nobody_is_reminded_to_meet_a_provider_with_whom_contact_is_stopped(
    database: Database, session: Session, both: Both
) -> None:
    _move(both, EnquiryState.SEEN)
    _tries(both, both.monday)
    session.execute(update(Meeting).values(reminded_at=None))
    held = Concern(about_provider_id=both.kitchen.provider_id, words="-", holds_contact=True, made_at=NOW)
    session.add(held)
    session.commit()
    assert remind_of_meetings(database, now=NOW + timedelta(hours=1), base_url=BASE) == 0
    session.delete(held)
    session.commit()
    assert remind_of_meetings(database, now=NOW + timedelta(hours=1), base_url=BASE) == 1
    assert remind_of_meetings(database, now=NOW + timedelta(hours=1), base_url=BASE) == 0
