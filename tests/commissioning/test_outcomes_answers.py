"""Short questions: the list, what is asked of whom and how often, and what is kept and taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import textstat
import yaml
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.commissioning.outcomes.asking import (
    Respondent,
    ask_no_more,
    before,
    keep_answers,
    next_questions,
)
from marketplace.commissioning.outcomes.models import Asks, SurveyAnswer
from marketplace.commissioning.outcomes.questions import QuestionsError, questions_from, read_questions
from marketplace.people.models import Person
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import TODAY, make_case, make_person, make_supporter

SEEDS = Path("seeds")
QUESTIONS = read_questions(SEEDS)
LONG_AGO = datetime.now(UTC) - timedelta(days=100)


@pytest.fixture
def account(session: Session) -> Account:
    return make_account(session, roles=[Role.PERSON], name="Jo")


@pytest.fixture
def person(session: Session, account: Account) -> Person:
    return make_person(session, account=account, counts_in_gaps=True, age=40, created_at=LONG_AGO)


def of(person: Person, account: Account, asks: Asks = Asks.PERSON) -> Respondent:
    return Respondent(person, asks, account, Role.PERSON)


def rows(session: Session) -> list[SurveyAnswer]:
    session.expire_all()
    return list(session.scalars(select(SurveyAnswer).order_by(SurveyAnswer.question)))


def test_the_list_has_every_measure_of_the_strategies_with_its_code_and_year() -> None:
    codes = {one.code for one in QUESTIONS.all if one.group == "ascof"}
    assert codes == {"1D", "1E", "2C", "3A", "3B", "3C", "4A"}
    assert sum(one.group == "i_statement" for one in QUESTIONS.all) == 16
    assert sum(one.group == "strategy" for one in QUESTIONS.all) == 5
    assert all(one.year and one.source for one in QUESTIONS.all)
    assert all(3 <= len(one.answers) <= 5 for one in QUESTIONS.all if one.asks)


def test_every_question_is_easy_in_easy_read() -> None:
    told = [one.easy for one in QUESTIONS.all if one.asks]
    answers = [answer.easy for one in QUESTIONS.all for answer in one.answers]
    sentences = [part for text in (*told, *answers) for part in re.split(r"(?<=[.?!])\s+", text)]
    assert [one for one in sentences if len(one.split()) > 15] == []
    assert textstat.flesch_kincaid_grade(" ".join(one.strip(".?!") + "." for one in told)) <= 5


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"counts": 4}, "can't count"),
        ({"scale": "nothing"}, "lacks something"),
        ({"group": "others"}, "no group"),
        ({"id": "_never"}, "can't be the id"),
        ({"id": "safe"}, "two questions"),
        ({"asks": "everyone"}, "everyone"),
        ({"easy": ""}, "no easy words"),
    ],
)
def test_a_list_with_a_mistake_is_refused(change: dict[str, object], why: str) -> None:
    told = yaml.safe_load((SEEDS / "questions.yaml").read_text(encoding="utf-8"))
    told["questions"][3].update(change)
    with pytest.raises(QuestionsError, match=why):
        questions_from(told)


@pytest.mark.parametrize(**SQLITE)
def test_three_are_asked_one_of_each_group_and_the_longest_unasked_first(
    session: Session, person: Person, account: Account
) -> None:
    who = of(person, account)
    first = next_questions(QUESTIONS, who, before(session, who))
    assert [one.group for one in first] == ["ascof", "strategy", "i_statement"]
    keep_answers(session, who, dict.fromkeys(first, 0), helped=False, form_token="one", today=TODAY)
    second = next_questions(QUESTIONS, who, before(session, who))
    assert not set(first) & set(second)
    assert [one.group for one in second] == ["ascof", "strategy", "i_statement"]
    carer = next_questions(QUESTIONS, of(person, account, Asks.CARER), before(session, who))
    assert {one.asks for one in carer} == {Asks.CARER}
    assert len(carer) == 3


@pytest.mark.parametrize(**SQLITE)
def test_only_young_adults_are_asked_about_work_and_learning(person: Person) -> None:
    def asked(age: int | None) -> bool:
        return "work_or_learning" in {one.id for one in QUESTIONS.asked_of(Asks.PERSON, age=age)}

    assert [asked(age) for age in (15, 16, 25, 26, None)] == [False, True, True, False, False]


@pytest.mark.parametrize(**SQLITE)
def test_a_line_asks_again_after_twelve_weeks_and_never_where_someone_said_so(
    session: Session, person: Person, account: Account
) -> None:
    who = of(person, account)

    def is_due(days: int) -> bool:
        return before(session, who).is_due(person, today=TODAY + timedelta(days=days))

    assert is_due(0)
    keep_answers(session, who, {}, helped=False, form_token="skipped", today=TODAY)  # 'not now'
    assert [is_due(days) for days in (0, 83, 84)] == [False, False, True]
    ask_no_more(session, who, no_more=True, today=TODAY)
    ask_no_more(session, who, no_more=True, today=TODAY)
    assert not is_due(400)
    ask_no_more(session, who, no_more=False, today=TODAY)
    assert is_due(400)


@pytest.mark.parametrize(**SQLITE)
def test_a_new_page_is_left_alone_for_two_weeks(session: Session, person: Person, account: Account) -> None:
    known = before(session, of(person, account))
    person.created_at = datetime.now(UTC) - timedelta(days=3)
    assert not known.is_due(person, today=TODAY)


def test_a_person_answers_what_they_want_and_takes_it_back(
    session: Session, client: FlaskClient, person: Person, account: Account
) -> None:
    sign_in(client, account)
    own, here = f"/people/{person.id}", f"/people/{person.id}/questions"
    assert "Answer two or three short questions" in client.get(own).text
    page = client.get(here)
    assert page.text.count("<fieldset") == 3
    fields = {
        "csrf_token": token_on(page),
        "once": re.findall(r'name="once" value="([^"]+)"', page.text)[0],
        "q-satisfied": "1",
        "q-social_contact": "9",  # no such answer
        "q-satisfied_carer": "0",  # not theirs
        "q-_never": "0",
        "helped": "y",
    }
    for _ in range(2):  # the same form, sent twice
        saved = client.post(here, data=fields)
        assert saved.status_code == 303
    (kept,) = rows(session)
    assert (kept.question, kept.value, kept.helped, kept.asks) == ("satisfied", 1, True, Asks.PERSON)
    after = client.get(own).text
    assert "Answer two or three short questions" not in after  # not again for twelve weeks
    assert here in after  # but it can be found
    done = client.get(saved.location)
    assert "Your answers are saved" in done.text
    client.post(f"{here}/undo", data={"csrf_token": token_on(done), "once": fields["once"]})
    assert rows(session) == []
    actions = [one.action for one in session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
    assert actions[-2:] == [Action.QUESTIONS_ANSWERED, Action.QUESTIONS_TAKEN_BACK]


@pytest.mark.parametrize(**SQLITE)
def test_skipping_all_keeps_nothing_that_was_ticked(
    session: Session, client: FlaskClient, person: Person, account: Account
) -> None:
    sign_in(client, account)
    here = f"/people/{person.id}/questions"
    token = token_on(client.get(here))
    client.post(here, data={"csrf_token": token, "q-satisfied": "1", "skip": "1"})
    assert [one.question for one in rows(session)] == ["_not_now"]


@pytest.mark.parametrize(**SQLITE)
def test_a_carer_answers_about_themselves_and_a_practitioner_writes_for_the_person(
    session: Session, client: FlaskClient, person: Person
) -> None:
    carer = make_account(session, roles=[Role.SUPPORTER], name="Kim")
    make_supporter(session, person=person, account=carer, scope=Scope.LOOK)
    sign_in(client, carer)
    here = f"/people/{person.id}/carer/questions"
    assert here in client.get(f"/people/{person.id}").text
    assert client.get(f"/people/{person.id}/questions").status_code == 404  # only looks
    client.post(here, data={"csrf_token": token_on(client.get(here)), "q-satisfied_carer": "2"})
    worker = make_account(session, roles=[Role.PRACTITIONER], name="Sam")
    make_case(session, person=person, account=worker)
    sign_in(client, worker)
    here = f"/people/{person.id}/questions"
    client.post(here, data={"csrf_token": token_on(client.get(here)), "q-satisfied": "0"})
    told = {(one.asks, one.question, one.helped, one.said_by_id) for one in rows(session)}
    assert told == {
        (Asks.CARER, "satisfied_carer", False, carer.id),
        (Asks.PERSON, "satisfied", True, worker.id),
    }


@pytest.mark.parametrize(**SQLITE)
def test_easy_read_asks_in_easy_words(
    session: Session, client: FlaskClient, person: Person, account: Account
) -> None:
    sign_in(client, account)
    client.set_cookie("reading", "easy")
    here = f"/people/{person.id}/questions"
    client.get(f"{here}?reading=easy")
    assert "Are you happy with your support?" in client.get(here).text
