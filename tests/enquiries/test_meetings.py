"""Meeting each other: proposing, choosing, calling off, how it went, and giving contact details."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import marketplace.enquiries.meetings.reactions
import marketplace.enquiries.places.reactions  # noqa: F401  (as the application registers them)
from marketplace.db import Database
from marketplace.enquiries.deadlines.reminding import Reminded, remind_providers
from marketplace.enquiries.deadlines.waiting import GIVING_UP, wait_of
from marketplace.enquiries.meetings import operations
from marketplace.enquiries.meetings.jobs import remind_of_meetings
from marketplace.enquiries.meetings.operations import NotNowError, OverlapsError
from marketplace.enquiries.meetings.tasters import tasters_of
from marketplace.enquiries.models import (
    DeclineReason,
    Enquiry,
    EnquiryState,
    Meeting,
    MeetingKind,
    Side,
)
from marketplace.enquiries.places.models import TakenPlace
from marketplace.enquiries.places.operations import (
    NoPlaceError,
    join_list,
    release_what_is_over,
    take_places,
)
from marketplace.outbox.models import OutboxMessage
from marketplace.planning.working_days import after_working_days
from marketplace.settings import LONDON
from tests.enquiries.meeting import DAY, HOUR, Meet
from tests.enquiries.test_agreements import BASE, NOW
from tests.enquiries.test_deadlines import nothing_to_rank
from tests.people.factories import make_person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


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
