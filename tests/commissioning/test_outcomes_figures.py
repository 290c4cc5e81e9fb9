"""What is told of answers and of waits, by known answers; and 'you said, we did'."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.commissioning.council import Council, council_of
from marketplace.commissioning.outcomes.counted import count_outcomes
from marketplace.commissioning.outcomes.figures import AgeBand, Outcome, quarters, told_of, waits, weights_of
from marketplace.commissioning.outcomes.models import Asks, SaidAndDid, SurveyAnswer
from marketplace.commissioning.outcomes.questions import read_questions
from marketplace.commissioning.report.making import Made
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.gaps.disclosure import A_FEW, NOBODY, Row, Shown, both_give_away, split_both
from marketplace.people.models import Person
from marketplace.settings import LONDON
from marketplace.vocabulary import Role, Theme
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.commissioning.reports import kept, report_of
from tests.directory.factories import offer
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.gaps.worlds import on_a_line
from tests.people.factories import make_person

TODAY = date(2026, 11, 25)  # a Wednesday
NOTTINGHAMSHIRE, MANSFIELD, ASHFIELD = "E10000024", "E07000174", "E07000170"
QUESTIONS = read_questions(Path("seeds"))
SAFE = QUESTIONS.by_id("safe")


@pytest.fixture
def council(app: Flask) -> Iterator[Council]:
    with app.test_request_context():
        yield council_of(NOTTINGHAMSHIRE)


@pytest.fixture
def commissioner(session: Session) -> Account:
    return make_account(session, roles=[Role.COMMISSIONER], name="Chris")


def say(session: Session, number: int, value: int, *, on: date, **fields: object) -> list[Person]:
    """So many people give one answer on a day."""
    question = fields.pop("question", "safe")
    people = [
        Person(
            **{
                "reference": uuid.uuid4().hex,
                "first_name": "Jo",
                "answers": {},
                "district_code": MANSFIELD,
                "age": 40,
                "counts_in_gaps": True,
                **fields,
            }
        )
        for _ in range(number)
    ]
    session.add_all(people)
    session.flush()
    for person in people:
        again(session, person, value, on=on, question=str(question))
    session.commit()
    return people


def again(session: Session, person: Person, value: int, *, on: date, question: str = "safe") -> None:
    session.add(
        SurveyAnswer(
            person_id=person.id,
            asks=Asks.PERSON,
            question=question,
            value=value,
            said_on=on,
            form_token=uuid.uuid4().hex,
        )
    )


def safe(session: Session, council: Council, *, today: date = TODAY) -> Outcome:
    assert SAFE is not None
    told = told_of(session, [SAFE], council.codes, today=today)
    groups = tuple((code, band) for code in council.codes for band in AgeBand)
    return Outcome(SAFE, told[SAFE.id], groups, weights_of(council))


def test_quarters_end_with_the_last_sunday() -> None:
    spans = quarters(TODAY)
    assert [one.key for one in spans] == ["2025-4", "2026-1", "2026-2", "2026-3", "2026-4"]
    assert (spans[-1].first, spans[-1].last, spans[-1].is_over) == (
        date(2026, 10, 1),
        date(2026, 11, 22),
        False,
    )
    assert spans[-2].end == date(2026, 10, 1)
    assert spans[-2].is_over
    # On Thursday 1 October the last week of September is still open, and the new quarter is empty.
    early = quarters(date(2026, 10, 1))
    assert early[-1].end == early[-1].first
    assert early[-2].end == date(2026, 10, 1)


def test_the_last_answer_of_a_quarter_counts_and_this_week_not_yet(
    session: Session, council: Council
) -> None:
    people = say(session, 10, 3, on=date(2026, 10, 5))
    for person in people:
        again(session, person, 0, on=date(2026, 11, 2))  # they feel safe by now
        again(session, person, 3, on=date(2026, 11, 23))  # this week
    say(session, 9, 1, on=date(2026, 8, 3))
    session.commit()
    found = safe(session, council)
    assert [(one.answered.total, one.counting.total) for one in found.over_time[-3:]] == [
        (NOBODY, NOBODY),
        (Shown(10), Shown(10)),
        (Shown(10), Shown(10)),
    ]


@pytest.mark.parametrize(**SQLITE)
def test_nobody_is_counted_who_has_not_agreed_or_lives_elsewhere(session: Session, council: Council) -> None:
    say(session, 9, 0, on=date(2026, 10, 5), counts_in_gaps=False)
    say(session, 9, 0, on=date(2026, 10, 5), district_code="E07000147")  # North Norfolk
    assert safe(session, council).over_time[-1].answered.total == NOBODY


def test_districts_and_ages_are_weighted_by_who_lives_there(session: Session, council: Council) -> None:
    for code in council.codes:
        say(session, 20, 0, on=date(2026, 10, 5), district_code=code, age=40)
        say(session, 20, 3, on=date(2026, 10, 5), district_code=code, age=70)
    found = safe(session, council)
    adults = sum(one.adults_18_to_64 for one in council.facts)
    older = sum(one.adults_65_and_over for one in council.facts)
    assert found.is_weighted
    assert found.estimate is not None
    assert found.newest is not None
    assert found.newest.percent == 50
    assert found.estimate.percent == round(100 * adults / (adults + older))
    assert found.shares(found.newest)[MANSFIELD, AgeBand.ADULT.value] == 100
    assert found.shares(found.newest)[MANSFIELD, AgeBand.OTHER.value] is None


@pytest.mark.parametrize(**SQLITE)
def test_too_few_groups_are_not_weighted_and_a_handful_is_a_star(session: Session, council: Council) -> None:
    say(session, 20, 0, on=date(2026, 10, 5))
    found = safe(session, council)
    assert not found.is_weighted
    assert found.estimate is not None
    assert found.estimate.percent == 100
    say(session, 3, 0, on=date(2026, 2, 2), district_code=ASHFIELD)
    told = safe(session, council).over_time[1]
    assert (told.answered, told.percent) == (Row(A_FEW, None), None)


def test_no_star_can_be_worked_out_of_what_is_told(council: Council) -> None:
    chance = Random(7)
    groups = len(council.codes) * len(AgeBand)
    hidden = 0
    for _ in range(150):
        every = [chance.choice((0, 1, 3, 7, 8, 12, 20)) for _ in range(groups)]
        some = [chance.randint(0, one) for one in every]
        answered, counting = split_both(every, some)
        assert not both_give_away(answered, counting)
        hidden += answered.parts is None or counting.parts is None
    assert both_give_away(Row(Shown(45), (Shown(10),) * 3 + (A_FEW,)), Row(NOBODY, None))  # a planted leak
    assert 0 <= hidden < 150


def test_waits_are_told_in_working_days_of_eight_people_or_more(session: Session, council: Council) -> None:
    asked = offer(session)

    def come(person: Person, *, sent: datetime, days: int) -> None:
        enquiry = Enquiry(
            person_id=person.id,
            offer_id=asked.id,
            provider_id=asked.provider_id,
            form_token=uuid.uuid4().hex,
            state=EnquiryState.AGREED,
            state_since=sent,
            sent_at=sent,
            answered_at=sent + timedelta(days=days),
        )
        session.add(enquiry)
        session.flush()
        session.add(
            Agreement(
                enquiry_id=enquiry.id,
                person_id=person.id,
                offer_id=asked.id,
                provider_id=asked.provider_id,
                starts_on=date(2026, 10, 19),
                person_agreed_at=sent + timedelta(days=days),
                provider_agreed_at=sent + timedelta(days=days + 7),  # five working days later
            )
        )

    monday = datetime(2026, 10, 5, 10, tzinfo=LONDON)
    people = [make_person(session, counts_in_gaps=True) for _ in range(8)]
    for number, person in enumerate(people[:7]):
        come(person, sent=monday, days=number % 4)
    session.commit()
    assert waits(session, council.codes, today=TODAY).answered.days is None
    come(people[7], sent=monday, days=4)
    session.commit()
    found = waits(session, council.codes, today=TODAY)
    assert (found.answered.people, found.answered.days) == (Shown(10), 2)  # 0 0 1 1 2 2 3 4: 1.5
    assert found.agreed.days == 5
    assert (found.started.people, found.started.days) == (NOBODY, None)
    assert waits(session, council.codes, today=date(2026, 10, 6)).answered.people == NOBODY  # this week


def keep_counted(session: Session) -> None:
    """A report whose people were counted today."""
    geography = replace(on_a_line(2), district_codes=(MANSFIELD,), council_codes=(NOTTINGHAMSHIRE,))
    made = cast(Made, SimpleNamespace(geography=geography, seeds_dir=Path("seeds"), today=london_today()))
    report = report_of({(MANSFIELD, Theme.COOKERY): Shown(10)})
    part = json.loads(json.dumps(count_outcomes(session, made, NOTTINGHAMSHIRE)))
    document = {"report": report.to_json(), "parts": {"outcomes": {NOTTINGHAMSHIRE: part}}}
    kept(session, report, document=document)


@pytest.mark.parametrize(**SQLITE)
def test_the_pages_show_stars_and_no_counts(
    session: Session, client: FlaskClient, commissioner: Account
) -> None:
    quarter = quarters(date.today())[-2]  # noqa: DTZ011 (any day of it does)
    say(session, 23, 0, on=quarter.first)
    say(session, 5, 0, on=quarter.first, question="i_safe")
    sign_in(client, commissioner)
    page = client.get(f"/commissioning/outcomes?council={NOTTINGHAMSHIRE}").text
    assert "Nobody has been counted yet" in page
    keep_counted(session)
    say(session, 40, 0, on=quarter.first)  # they come with the next report
    page = client.get("/commissioning/outcomes").text
    assert "ASCOF 4A, as named in the Norfolk strategy 2024 to 2029" in page
    assert ">25<" in page
    assert ">23<" not in page
    one = client.get("/commissioning/outcomes/safe").text
    assert "Mansfield" in one
    assert client.get("/commissioning/outcomes/i_safe").status_code == 200
    assert client.get("/commissioning/outcomes/admissions").status_code == 404
    assert client.get("/commissioning/outcomes/nothing").status_code == 404


@pytest.mark.parametrize(**SQLITE)
def test_what_a_council_did_is_read_by_everyone_once_it_is_shown(
    session: Session, client: FlaskClient, commissioner: Account
) -> None:
    sign_in(client, commissioner)
    new = f"/commissioning/you-said/new?council={NOTTINGHAMSHIRE}"
    token = token_on(client.get(new))
    fields = {
        "csrf_token": token,
        "once": str(uuid.uuid4()),
        "said": "Nothing opens on Saturdays",
        "said_on-day": "3",
        "said_on-month": "5",
        "said_on-year": "2026",
        "did": "",
        "theme": "cookery",
        "gap": "",
    }
    wrong = client.post(new, data={**fields, "said": "Ring 07700 900123"})
    assert wrong.status_code == 422
    for _ in range(2):
        assert client.post(new, data=fields).status_code == 303
    (row,) = session.scalars(select(SaidAndDid)).all()
    public = f"/you-said/{NOTTINGHAMSHIRE}"
    assert "Saturdays" not in client.get(public).text
    client.post(f"/commissioning/you-said/{row.id}/show", data={"csrf_token": token})
    assert "Nothing opens on Saturdays" in client.get(public).text
    assert "Nottinghamshire" in client.get("/you-said").text
    session.expire_all()
    one = f"/commissioning/you-said/{row.id}"
    done = {"did": "Two groups open now", "did_on-day": "9", "did_on-month": "10", "did_on-year": "2026"}
    stale = client.post(one, data={**fields, **done, "seen": "1"})
    assert stale.status_code == 409  # it was shown since the form was opened
    assert client.post(one, data={**fields, **done, "seen": "2"}).status_code == 303
    assert "Two groups open now" in client.get(public).text
    client.post(f"{one}/hide", data={"csrf_token": token})
    assert "Saturdays" not in client.get(public).text
    actions = [one.action for one in session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
    assert actions[-4:] == [
        Action.SAID_AND_DID_WRITTEN,
        Action.SAID_AND_DID_SHOWN,
        Action.SAID_AND_DID_WRITTEN,
        Action.SAID_AND_DID_HIDDEN,
    ]
