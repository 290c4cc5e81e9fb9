"""What was agreed is changed by both sides together, and holds as it was until then."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db import Database
from marketplace.enquiries.agreements import operations
from marketplace.enquiries.agreements.changing import (
    NothingChangesError,
    answer_change,
    ask_for_change,
    take_back_change,
)
from marketplace.enquiries.agreements.changing_jobs import put_changes_in_force, remind_of_changes
from marketplace.enquiries.agreements.models import Agreement, AgreementChange, AgreementEnd, ChangeState
from marketplace.enquiries.agreements.terms import NotNowError, StaleAgreementError, Terms, terms_of
from marketplace.enquiries.models import Side
from marketplace.enquiries.places.operations import NoPlaceError, take_places
from marketplace.enquiries.queries import news_for_person
from marketplace.offers.models import Session as OfferSession
from marketplace.outbox.models import OutboxMessage
from marketplace.planning.working_days import after_working_days
from marketplace.vocabulary import Repeats
from tests.enquiries.agreeing import BASE, NOW, TODAY, Both, act_as, send, typed_day
from tests.people.factories import make_person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
NEXT_WEEK = TODAY + timedelta(weeks=1)


class Agreed(Both):
    """Jo and Priya's kitchen agreed on Mondays; there is one place on Fridays as well."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.friday = OfferSession(
            offer_id=self.kitchen.id,
            day_number=4,
            starts_minute=600,
            ends_minute=720,
            repeats=Repeats.WEEKLY,
            places=4,
            places_left=1,
        )
        session.add(self.friday)
        session.flush()
        self.propose(Side.PERSON, self.terms)
        self.agreement = self.yes(Side.PROVIDER)
        session.commit()
        session.refresh(self.kitchen)

    def ask(
        self, side: Side, terms: Terms, from_day: date = TODAY, *, seen: AgreementChange | None = None
    ) -> AgreementChange:
        return ask_for_change(
            self.session,
            self.enquiry,
            terms=terms,
            from_day=from_day,
            words="The bus is late",
            version=self.agreement.version,
            seen=seen.id if seen else None,
            **self.who(side),
        )

    def answer(self, side: Side, change: AgreementChange, *, says_yes: bool = True) -> AgreementChange:
        return answer_change(
            self.session, self.enquiry, change_id=change.id, says_yes=says_yes, **self.who(side)
        )

    def free(self) -> dict[int, int | None]:
        self.session.expire_all()
        rows = self.session.execute(select(OfferSession.day_number, OfferSession.places_left))
        return {row[0]: row[1] for row in rows}


@pytest.fixture
def agreed(session: Session) -> Agreed:
    return Agreed(session)


def test_what_an_offer_says_later_changes_no_agreement(client: FlaskClient, agreed: Agreed) -> None:
    session, words = agreed.session, "Monday, 10am to midday"
    agreed.kitchen.sessions = [agreed.friday]
    session.commit()
    session.expire_all()
    mine = f"/people/{agreed.jo.id}/enquiries/{agreed.enquiry.id}/agreement"
    for account, page in (
        (agreed.jo_account, mine),
        (agreed.priya, f"/provide/{agreed.kitchen.provider_id}/enquiries/{agreed.enquiry.id}/agreement"),
    ):
        act_as(client, account)
        text = client.get(page).text
        assert words in text
        assert "The times of this offer have changed." in text
        assert "That is about £12.50 a week" in text
    fridays = replace(agreed.terms, session_ids=frozenset({agreed.friday.id}))
    change = agreed.ask(Side.PROVIDER, fridays)
    assert [one["day_number"] for one in change.before["sessions"]] == [0]
    agreed.answer(Side.PERSON, change)
    session.commit()
    act_as(client, agreed.jo_account)
    text = client.get(mine).text
    assert "Friday, 10am to midday" in text
    assert "The times of this offer have changed." not in text
    assert agreed.free() == {4: 0}


def test_nobody_says_yes_to_a_time_that_is_gone(session: Session) -> None:
    both = Both(session)
    both.propose(Side.PERSON, both.terms)
    both.kitchen.sessions = []
    session.commit()
    session.expire_all()
    with pytest.raises(NoPlaceError):
        both.yes(Side.PROVIDER)


def _told(session: Session, begins: str) -> list[str]:
    told = select(OutboxMessage.recipient).where(OutboxMessage.subject.startswith(begins))
    return sorted(session.scalars(told))


def test_a_change_takes_its_place_with_the_yes_and_gives_up_the_old_one_on_its_day(
    database: Database, session: Session, agreed: Agreed
) -> None:
    to_friday = replace(agreed.terms, session_ids=frozenset({agreed.friday.id}), amount=Decimal(14))
    change = agreed.ask(Side.PROVIDER, to_friday, NEXT_WEEK)
    assert agreed.ask(Side.PROVIDER, to_friday, NEXT_WEEK) is change
    assert news_for_person(session, agreed.jo.id) == 1
    assert (terms_of(agreed.agreement), agreed.free()) == (agreed.terms, {0: 0, 4: 1})

    agreed.answer(Side.PERSON, change)
    agreed.answer(Side.PERSON, change)
    session.commit()
    assert (terms_of(agreed.agreement), agreed.free()) == (agreed.terms, {0: 0, 4: 0})
    assert news_for_person(session, agreed.jo.id) == 0
    assert put_changes_in_force(database, now=NOW + timedelta(days=6), base_url=BASE) == 0
    for done in (1, 0):
        assert put_changes_in_force(database, now=NOW + timedelta(weeks=1), base_url=BASE) == done
    session.expire_all()
    assert (terms_of(agreed.agreement), agreed.free()) == (to_friday, {0: 1, 4: 0})
    assert agreed.agreement.version == 2
    assert _told(session, "From today a change holds") == ["jo@example.org", "p@example.org"]


def test_a_full_time_can_not_be_asked_for_and_not_be_agreed(session: Session, agreed: Agreed) -> None:
    both_days = replace(agreed.terms, session_ids=frozenset({agreed.monday.id, agreed.friday.id}))
    change = agreed.ask(Side.PERSON, both_days)
    sam = make_person(session, first_name="Sam")
    fridays: dict[str, Any] = {"offer_id": agreed.kitchen.id, "session_ids": [agreed.friday.id]}
    take_places(session, **fridays, person_id=sam.id, enquiry_id=None, now=NOW)
    session.commit()
    with pytest.raises(NoPlaceError):
        agreed.answer(Side.PROVIDER, change)
    session.rollback()
    assert (terms_of(agreed.agreement), change.state) == (agreed.terms, ChangeState.OPEN)
    take_back_change(session, agreed.enquiry, change_id=change.id, **agreed.who(Side.PERSON))
    with pytest.raises(NoPlaceError):
        agreed.ask(Side.PERSON, both_days)


def test_nobody_changes_anything_alone_or_what_they_have_not_read(session: Session, agreed: Agreed) -> None:
    dearer = replace(agreed.terms, amount=Decimal(20))
    with pytest.raises(NothingChangesError):
        agreed.ask(Side.PROVIDER, agreed.terms)
    with pytest.raises(ValueError, match="day is over"):
        agreed.ask(Side.PROVIDER, dearer, TODAY - timedelta(days=1))
    first = agreed.ask(Side.PROVIDER, dearer)
    with pytest.raises(NotNowError):
        agreed.answer(Side.PROVIDER, first)
    with pytest.raises(StaleAgreementError):
        agreed.ask(Side.PERSON, replace(agreed.terms, amount=Decimal(13)))
    second = agreed.ask(Side.PERSON, replace(agreed.terms, amount=Decimal(13)), seen=first)
    assert (first.state, second.state) == (ChangeState.DECLINED, ChangeState.OPEN)
    with pytest.raises(StaleAgreementError):
        agreed.answer(Side.PERSON, first)
    agreed.answer(Side.PROVIDER, second, says_yes=False)
    with pytest.raises(StaleAgreementError):
        agreed.answer(Side.PROVIDER, second)
    assert terms_of(agreed.agreement) == agreed.terms
    assert _told(session, "There is no change") == ["jo@example.org"]


def test_with_the_end_falls_away_what_nobody_answered_and_what_would_come_later(
    session: Session, agreed: Agreed
) -> None:
    both_days = replace(agreed.terms, session_ids=frozenset({agreed.monday.id, agreed.friday.id}))
    later = agreed.ask(Side.PERSON, both_days, TODAY + timedelta(weeks=6))
    agreed.answer(Side.PROVIDER, later)
    waiting = agreed.ask(Side.PROVIDER, replace(both_days, notice_days=7), TODAY + timedelta(weeks=7))
    operations.end(
        session,
        agreed.enquiry,
        last_day=TODAY + timedelta(weeks=4),
        reason=AgreementEnd.MONEY,
        words="",
        **agreed.who(Side.PERSON),
    )
    assert (later.state, waiting.state) == (ChangeState.OVER, ChangeState.OVER)
    assert agreed.free() == {0: 0, 4: 1}
    with pytest.raises(NotNowError):
        agreed.ask(Side.PERSON, both_days)


def test_who_does_not_answer_a_change_is_reminded_twice_and_then_it_falls_away(
    database: Database, session: Session, agreed: Agreed
) -> None:
    change = agreed.ask(Side.PROVIDER, replace(agreed.terms, notice_days=14))
    session.commit()
    for days, done in ((2, 0), (3, 1), (3, 0), (6, 1), (9, 0), (10, 1), (11, 0)):
        now = after_working_days(NOW, days)
        assert remind_of_changes(database, now=now, base_url=BASE) == done, days
    session.expire_all()
    assert (change.state, terms_of(agreed.agreement)) == (ChangeState.OVER, agreed.terms)
    assert _told(session, "Somebody waits for your answer to a change") == ["jo@example.org"] * 2
    assert _told(session, "Nobody answered a change") == ["jo@example.org", "p@example.org"]


def test_both_sides_ask_answer_and_read_what_changed_on_their_pages(
    client: FlaskClient, session: Session, agreed: Agreed
) -> None:
    theirs = f"/provide/{agreed.kitchen.provider_id}/enquiries/{agreed.enquiry.id}/agreement"
    mine = f"/people/{agreed.jo.id}/enquiries/{agreed.enquiry.id}/agreement"
    typed = {
        "version": "1",
        "seen": "",
        "sessions": [str(agreed.monday.id)],
        **typed_day("from_day", TODAY),
        "amount": "14",
        "basis": "session",
        "paid_by": "direct_payment",
        "notice_days": "28",
        "back_up_words": "My brother comes",
        "why": "The hall is dearer",
    }
    act_as(client, agreed.priya)
    assert 'value="12.50"' in client.get(theirs + "/change").text
    assert send(client, theirs + "/change", data=typed | {"from_day-day": "40"}).status_code == 422
    assert send(client, theirs + "/change", data=typed | {"amount": "12.50"}).status_code == 422
    assert send(client, theirs + "/change", data=typed).status_code == 303
    assert send(client, theirs + "/change", data=typed).status_code == 303  # sent twice
    late = send(client, theirs + "/change", data=typed | {"amount": "15"})
    assert late.status_code == 409
    assert "Your words are kept" in late.text

    act_as(client, agreed.jo_account)
    page = client.get(mine).text
    assert "The hall is dearer" in page
    assert page.index("£14 a session") > page.index("£12.50 a session")
    (change_id,) = set(re.findall(r'name="change" value="([^"]+)"', page))
    assert "They ask to change something" in client.get(mine.removesuffix("/agreement")).text
    assert send(client, mine + "/change/back", data={"change": change_id}).status_code == 409
    assert send(client, mine + "/change/yes", data={"change": "nonsense"}).status_code == 409
    assert "This would not change" in client.get(mine + "/change/no").text
    for _ in range(2):
        assert send(client, mine + "/change/yes", data={"change": change_id}).status_code == 303
    assert send(client, mine + "/change/no", data={"change": change_id}).status_code == 409
    page = client.get(mine).text
    assert "What changed" in page
    assert "£14 a session" in page
    assert session.scalars(select(Agreement.amount)).one() == Decimal(14)
