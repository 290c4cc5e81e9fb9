"""After the yes: a place that is kept, how it is going, a back-up, and who employs an assistant."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db import Database
from marketplace.enquiries.agreements import keeping, operations, terms
from marketplace.enquiries.agreements.asking_how import ask_how_it_goes
from marketplace.enquiries.agreements.back_up import back_ups_instead
from marketplace.enquiries.agreements.models import Agreement, AgreementEnd, HowItGoes
from marketplace.enquiries.agreements.operations import forget_shared_of_ended
from marketplace.enquiries.agreements.terms import NotNowError, agreement_of
from marketplace.enquiries.asking import asking_again
from marketplace.enquiries.concerns.models import CouncilNumber, NumberFor
from marketplace.enquiries.models import EnquiryShare, Side
from marketplace.enquiries.places.jobs import give_places_on
from marketplace.enquiries.places.operations import NoPlaceError, release_what_is_over, take_places
from marketplace.moderation.affected import people_using
from marketplace.offers.models import Session as OfferSession
from marketplace.outbox.models import OutboxMessage
from marketplace.people.profile.models import ProfilePart
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.providers.models import CheckDemand
from marketplace.vocabulary import CheckKind, CostBasis, LegalForm, OfferKind, OfferStatus, Repeats
from tests.directory.factories import offer as make_offer
from tests.enquiries.agreeing import BASE, NOW, TODAY, Both, act_as, send, typed_day
from tests.people.factories import make_person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
WEEK = timedelta(weeks=1)


@pytest.fixture
def both(session: Session) -> Both:
    """Jo and Priya's kitchen have agreed on Mondays."""
    both = Both(session)
    both.propose(Side.PERSON, both.terms)
    both.yes(Side.PROVIDER)
    session.commit()
    return both


def _ends(both: Both, *, asks: bool = True) -> Agreement:
    agreement = operations.end(
        both.session,
        both.enquiry,
        last_day=TODAY,
        reason=AgreementEnd.MOVED_ON,
        words="",
        **both.who(Side.PERSON),
    )
    if asks:
        keeping.ask_to_keep(both.session, both.enquiry, **_by(both, Side.PERSON))
    return agreement


def _by(both: Both, side: Side) -> dict[str, object]:
    return {name: value for name, value in both.who(side).items() if name != "side"}


def _free(session: Session) -> int | None:
    session.expire_all()
    return session.scalar(select(OfferSession.places_left))


def _subjects(session: Session, begins: str) -> list[str]:
    told = select(OutboxMessage.recipient).where(OutboxMessage.subject.startswith(begins))
    return sorted(session.scalars(told))


def test_a_kept_place_is_nobody_elses_until_its_day_and_then_free(session: Session, both: Both) -> None:
    agreement = _ends(both)
    kept = keeping.answer_keeping(session, both.enquiry, keeps=True, **_by(both, Side.PROVIDER))
    assert kept.keep_place_until == TODAY + timedelta(weeks=12)
    assert release_what_is_over(session, now=NOW + 11 * WEEK) == 0
    sam = make_person(session, first_name="Sam")
    with pytest.raises(NoPlaceError):
        take_places(
            session,
            offer_id=both.kitchen.id,
            session_ids=[both.monday.id],
            person_id=sam.id,
            enquiry_id=None,
            now=NOW,
        )
    assert release_what_is_over(session, now=NOW + 13 * WEEK) == 1
    assert _free(session) == 1
    with pytest.raises(NotNowError):
        keeping.come_back(
            session,
            both.enquiry,
            first_day=TODAY,
            parts=(),
            **_by(both, Side.PERSON) | {"now": NOW + 13 * WEEK},
        )
    assert agreement.returned_at is None


def test_coming_back_needs_no_new_yes_and_shares_only_what_is_ticked_again(
    session: Session, both: Both
) -> None:
    agreement = _ends(both)
    keeping.answer_keeping(session, both.enquiry, keeps=True, **_by(both, Side.PROVIDER))
    forget_shared_of_ended(session, today=TODAY + WEEK)
    session.refresh(both.enquiry)
    assert both.enquiry.shares == []
    back = _by(both, Side.PERSON) | {"now": NOW + 2 * WEEK}
    first = TODAY + 3 * WEEK
    for day in (TODAY, TODAY + 13 * WEEK):  # over, and after the right
        with pytest.raises(ValueError, match="day is over"):
            keeping.come_back(session, both.enquiry, first_day=day, parts=(), **back)
    for _ in range(2):
        keeping.come_back(session, both.enquiry, first_day=first, parts=[ProfilePart.GOALS], **back)
    assert (agreement.starts_on, agreement.ended_on, agreement.started_at) == (first, None, None)
    assert terms.is_agreed(agreement)
    assert session.scalars(select(EnquiryShare.part)).all() == [ProfilePart.GOALS]
    assert release_what_is_over(session, now=NOW + 50 * WEEK) == 0
    assert _free(session) == 0
    assert _subjects(session, "Somebody comes back") == ["p@example.org"]


def test_after_the_last_day_it_can_be_asked_about_again_where_nobody_can_come_back(
    session: Session, both: Both
) -> None:
    def again(day: date = TODAY + timedelta(days=1)) -> bool:
        return asking_again(session, both.enquiry, today=day).is_possible

    assert not again(), "it goes on"
    agreement = _ends(both, asks=False)
    assert not again(TODAY), "it is the last day"
    assert again()
    agreement.keep_place_until = TODAY + WEEK
    session.flush()
    assert not again(), "they come back without asking"
    agreement.keep_place_until = None
    both.kitchen.status = OfferStatus.PAUSED
    session.flush()
    assert not again(), "nobody can ask about what is not shown"


def test_after_the_last_day_both_sides_read_that_it_ended(
    client: FlaskClient, session: Session, both: Both
) -> None:
    agreement = _ends(both, asks=False)
    session.commit()
    pages = {
        f"/people/{both.jo.id}/enquiries/{both.enquiry.id}": both.jo_account,
        f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}": both.priya,
    }
    for over in (False, True):
        if over:
            agreement.starts_on = agreement.ended_on = TODAY - timedelta(days=1)
            session.commit()
        for address, account in pages.items():
            act_as(client, account)
            page = client.get(address).text
            assert ("Both sides said yes." in page) is not over
            assert (page.count("It ended. The last day was") == 2) is over, (
                "where it stands, and what happened"
            )
            assert (">Ask again</a>" in page) is (over and account is both.jo_account)


def test_without_a_yes_the_place_goes_on_and_a_late_yes_needs_one_that_is_free(
    database: Database, session: Session, both: Both
) -> None:
    _ends(both)
    session.commit()
    give_places_on(database, now=NOW + 2 * timedelta(days=1), base_url=BASE)
    assert _free(session) == 1
    sam = make_person(session, first_name="Sam")
    taken = {"offer_id": both.kitchen.id, "session_ids": [both.monday.id], "enquiry_id": None}
    take_places(session, **taken, person_id=sam.id, now=NOW)  # type: ignore[arg-type]
    session.commit()
    with pytest.raises(NoPlaceError):
        keeping.answer_keeping(session, both.enquiry, keeps=True, **_by(both, Side.PROVIDER))
    session.rollback()
    keeping.answer_keeping(session, both.enquiry, keeps=False, **_by(both, Side.PROVIDER))
    assert _subjects(session, "Your place can't be kept") == ["jo@example.org"]


def test_both_are_told_once_two_weeks_before_a_place_is_kept_no_longer(
    database: Database, session: Session, both: Both
) -> None:
    _ends(both)
    keeping.answer_keeping(session, both.enquiry, keeps=True, **_by(both, Side.PROVIDER))
    session.commit()
    told = [
        keeping.tell_what_is_kept_no_longer(database, now=NOW + weeks * WEEK, base_url=BASE)
        for weeks in (9, 10, 11)
    ]
    assert told == [0, 1, 0]
    assert _subjects(session, "A place is kept until") == ["jo@example.org", "p@example.org"]


def test_both_are_asked_how_it_goes_after_2_6_and_12_weeks_and_not_after_the_end(
    database: Database, session: Session, both: Both
) -> None:
    operations.start(session, both.enquiry, **both.who(Side.PERSON))
    session.commit()

    def asked(weeks: int) -> int:
        return ask_how_it_goes(database, now=NOW + weeks * WEEK, base_url=BASE)

    assert [asked(1), asked(2), asked(2), asked(5), asked(6)] == [0, 1, 0, 0, 1]
    assert _subjects(session, "How is it going?") == ["jo@example.org"] * 2 + ["p@example.org"] * 2
    _ends(both, asks=False)
    session.commit()
    assert asked(12) == 0


def test_people_who_agreed_are_told_when_a_provider_stops_until_it_is_over(
    session: Session, both: Both
) -> None:
    provider = both.kitchen.provider_id
    assert people_using(session, provider) == {both.jo.id: [both.kitchen.id]}
    agreement = _ends(both, asks=False)
    agreement.starts_on = agreement.ended_on = TODAY - timedelta(days=1)
    session.flush()
    assert people_using(session, provider) == {}
    agreement.keep_place_until = TODAY + WEEK
    session.flush()
    assert people_using(session, provider) == {both.jo.id: [both.kitchen.id]}


def _at(day: int, starts: int, ends: int, repeats: Repeats = Repeats.WEEKLY) -> OfferSession:
    return OfferSession(
        id=uuid.uuid4(), day_number=day, starts_minute=starts * 60, ends_minute=ends * 60, repeats=repeats
    )


def test_a_person_chooses_a_back_up_that_the_provider_does_not_read(
    client: FlaskClient, session: Session, both: Both
) -> None:
    choir, tuesdays = (make_offer(session, name) for name in ("Choir", "Tuesday club"))
    choir.sessions, tuesdays.sessions = [_at(0, 9, 13)], [_at(1, 9, 13)]
    for one in (choir, tuesdays):
        kept = {"keeping": Keeping.SAVED, "kept_at": NOW, "rules_version": "1", "result": {}}
        session.add(SavedMatch(person_id=both.jo.id, offer_id=one.id, **kept))
    session.commit()
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.jo_account)
    page = client.get(mine + "/back-up").text
    assert "It has the same time. You saved it." in page
    assert "Tuesday club" not in page
    assert send(client, mine + "/back-up", {"back_up": str(tuesdays.id)}).status_code == 422
    assert send(client, mine + "/back-up", {"back_up": str(choir.id)}).status_code == 303
    assert "Choir" in client.get(mine).text
    assert [one.name for one in back_ups_instead(session, both.jo.id, [both.kitchen.id])] == ["Choir"]
    assert back_ups_instead(session, both.jo.id, [choir.id]) == []
    both.kitchen.status = OfferStatus.PAUSED
    session.commit()
    assert "This is not shown on the site now" in client.get(mine).text
    assert "See how to reach the back-up" in client.get(mine).text
    act_as(client, both.priya)
    read = client.get(theirs).text
    assert "The person chose a back-up on this site" in read
    assert "Choir" not in read
    assert client.get(mine + "/back-up").status_code == 404


def test_who_writes_the_terms_for_the_person_may_choose_a_back_up_instead_of_words(
    client: FlaskClient, session: Session
) -> None:
    both = Both(session)
    choir = make_offer(session, "Choir")
    kept = {"keeping": Keeping.SAVED, "kept_at": NOW, "rules_version": "1", "result": {}}
    session.add(SavedMatch(person_id=both.jo.id, offer_id=choir.id, **kept))
    session.commit()
    typed = {"version": "0", "amount": "", "basis": "free", "paid_by": "self_funder", "notice_days": "28"}
    typed |= typed_day("starts_on", TODAY)
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.jo_account)
    assert send(client, mine + "/terms", typed | {"back_up": "none"}).status_code == 422
    assert send(client, mine + "/terms", typed | {"back_up": str(uuid.uuid4())}).status_code == 422
    assert send(client, mine + "/terms", typed | {"back_up": str(choir.id)}).status_code == 303
    agreement = agreement_of(session, both.enquiry.id)
    assert agreement is not None
    assert (agreement.back_up_offer_id, agreement.back_up_words) == (choir.id, "")


def test_what_is_only_for_ones_own_side_is_kept_from_the_provider_and_not_good_offers_help(
    client: FlaskClient, session: Session, both: Both
) -> None:
    operations.start(session, both.enquiry, **both.who(Side.PERSON))
    session.commit()
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.jo_account)
    assert 'name="only_us"' in client.get(mine + "/how").text
    said = {"mood": "bad", "words": "Too loud for me", "only_us": "y"}
    answer = send(client, mine + "/how", said)
    page = client.get(answer.location).text
    assert "What can help" in page
    assert "This worries me" in page
    assert "Too loud for me" in page
    assert _subjects(session, "Somebody said how") == []
    act_as(client, both.priya)
    assert "Too loud for me" not in client.get(theirs).text
    assert send(client, theirs + "/how", said | {"words": "Jo is quiet"}).status_code == 303
    act_as(client, both.jo_account)
    assert "Jo is quiet" in client.get(mine).text
    assert session.scalars(select(HowItGoes.is_private).order_by(HowItGoes.said_at)).all() == [True, False]


def test_a_place_is_asked_for_kept_and_come_back_to_on_the_pages(
    client: FlaskClient, session: Session, both: Both
) -> None:
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.jo_account)
    assert send(client, mine + "/keep").status_code == 409
    assert send(client, mine + "/come-back").status_code == 409
    ending = {"reason": "moved_on", "keep": "y", **typed_day("last_day", TODAY)}
    assert send(client, mine + "/end", ending).status_code == 303
    assert "Now we wait for their answer" in client.get(mine).text
    act_as(client, both.priya)
    assert "They ask you to keep the place" in client.get(theirs).text
    for _ in range(2):
        assert send(client, theirs + "/keep", {"keeps": "yes"}).status_code == 303
    act_as(client, both.jo_account)
    assert "you can come back without asking" in client.get(mine).text
    assert send(client, mine + "/come-back", typed_day("first_day", TODAY + 14 * WEEK)).status_code == 422
    for _ in range(2):
        assert send(client, mine + "/come-back", typed_day("first_day", TODAY + WEEK)).status_code == 303
    assert "came back on" in client.get(mine).text
    assert _free(session) == 0


def test_who_employs_an_assistant_has_a_list_whose_ticks_are_kept_and_a_sum(
    client: FlaskClient, session: Session, both: Both
) -> None:
    mine = f"/people/{both.jo.id}/enquiries/{both.enquiry.id}/agreement"
    theirs = f"/provide/{both.kitchen.provider_id}/enquiries/{both.enquiry.id}/agreement"
    act_as(client, both.jo_account)
    assert client.get(mine + "/employing").status_code == 409  # a kitchen is no assistant
    both.kitchen.kind = OfferKind.PERSONAL_ASSISTANT
    agreement = agreement_of(session, both.enquiry.id)
    assert agreement is not None
    agreement.basis, agreement.amount = CostBasis.HOUR, Decimal(13)
    both.jo.district_code = "E07000174"  # Mansfield, so the council is Nottinghamshire's
    asks = {"legal_form": LegalForm.EMPLOYED_PA, "demanded": True, "reason": "", "changed_at": NOW}
    session.add(CheckDemand(council_code="E10000024", kind=CheckKind.DBS_ENHANCED, **asks))
    rings = {"number_for": NumberFor.DIRECT_PAYMENTS, "phone": "0300 500 80 80", "version": 1}
    session.add(CouncilNumber(council_code="E10000024", **rings))
    session.commit()
    assert send(client, mine + "/employing/who", {"answer": ""}).status_code == 422
    onward = send(client, mine + "/employing/who", {"answer": "yes"})
    assert onward.location.endswith("/employing/relative")  # a direct payment pays
    assert "regulation 3" in client.get(onward.location).text
    assert send(client, onward.location, {"answer": "yes"}).status_code == 303
    assert send(client, mine + "/employing", {"done": ["insurance", "contract"]}).status_code == 303
    page = client.get(mine + "/employing").text
    assert "Your council can agree to it" in page
    assert "Your council asks for: Enhanced DBS check." in page
    assert "Your council about direct payments: 0300 500 80 80." in page
    assert page.count(" checked") == 2
    session.expire_all()
    assert agreement.employer_done == ["contract", "insurance"]
    assert (agreement.employs, agreement.close_relative) == (True, True)
    # 2 hours at 13 pounds are 1,352 a year; the guide for insurance is 95.
    assert "About £1,447.00 a year, or £27.83 a week." in client.get(mine + "/employing/cost").text
    typed = client.get(mine + "/employing/cost?hours=30&pay=12.71&insurance=95").text
    assert "About £22,554.37 a year, or £433.74 a week." in typed
    assert "30 hours a week, " in typed
    assert "1 hour a week, " in client.get(mine + "/employing/cost?hours=1&pay=13&insurance=0").text
    assert client.get(mine + "/employing/cost?hours=much&pay=12&insurance=0").status_code == 422
    act_as(client, both.priya)
    assert client.get(mine + "/employing").status_code == 404
    assert "/employing" not in client.get(theirs).text
