"""A carer's own time: told by the carer, agreed by the person, and then a part of what fits."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit.models import AuditEntry
from marketplace.matching import explain_carer
from marketplace.matching.ranking import Filters
from marketplace.matching.result import Say
from marketplace.people.matches import results_page
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, ProfilePart
from marketplace.people.supporters.carer_page import TO_THE_CARER, to_the_carer
from marketplace.people.supporters.carers import TimesError, merged, parse_times, times_text
from marketplace.people.supporters.models import Carer, Scope, Supporter
from marketplace.people.supporters.queries import with_carers_time
from marketplace.vocabulary import Part, Role
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import TODAY, make_case, make_person, make_supporter

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
JOB = dict.fromkeys(WORKDAYS, "9:30 to 14:30")
NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("9:30 to 14:30", ["09:30-14:30"]),
        ("9.30-2.30pm", ["09:30-14:30"]),
        ("9am to midday and 2pm till 4pm", ["09:00-12:00", "14:00-16:00"]),
        ("0930 – 1430, 17 to 19", ["09:30-14:30", "17:00-19:00"]),
        ("10pm to 6am", ["22:00-06:00"]),
        ("8pm until midnight", ["20:00-24:00"]),
        ("12am to 6 a.m.", ["00:00-06:00"]),
        ("", []),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, spans: list[str]) -> None:
    assert parse_times(typed) == spans
    assert parse_times(times_text(spans)) == spans


@pytest.mark.parametrize(
    "typed",
    ["mornings", "9:30", "25 to 26", "9:75 to 10", "9 to 9", "13pm to 2pm", "1-2, 2-3, 3-4, 4-5, 5-6"],
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(TimesError):
        parse_times(typed)


def test_of_two_carers_all_work_counts_and_the_longer_break() -> None:
    ana = Carer(works={"mon": ["09:00-12:00"]}, shortest_break_minutes=120, breaks_wanted_hours=4.0)
    sam = Carer(
        works={"mon": ["08:00-10:00"], "sun": ["10:00-12:00"]}, shortest_break_minutes=180, notice_days=7
    )
    assert merged([sam, ana]) == {
        "works": {"mon": ["08:00-10:00", "09:00-12:00"], "sun": ["10:00-12:00"]},
        "shortest_break_minutes": 180,
        "breaks_wanted_hours": 4.0,
        "notice_days": 7,
    }
    assert merged([Carer(works={})]) == {}


def test_every_sentence_about_a_carer_is_known_as_it_is_said_to_the_carer() -> None:
    source = inspect.getsource(explain_carer)
    said = re.findall(r'N_\(\s*"([^"]*[Yy]our carer[^"]*)"', source)
    assert len(said) >= 9
    assert set(said) == set(TO_THE_CARER)
    longest = Say(said[0], {"longest": "5 hours", "needed": "3 hours"})
    both = to_the_carer(Say("%(first)s %(second)s", {"first": longest, "second": Say(said[2])}))
    assert (
        str(both)
        == "The longest visit is 5 hours. That is long enough: you need a break of 3 hours. It is not on while you work."
    )


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def sam(session: Session, jo: Person) -> Account:
    account = make_account(session, roles=[Role.SUPPORTER], name="Sam")
    make_supporter(session, person=jo, account=account)
    return account


def only_carer(session: Session) -> Carer:
    session.expire_all()
    return session.scalars(select(Carer)).one()


def make_carer(session: Session, *, person: Person, account: Account, **fields: Any) -> Carer:
    carer = Carer(
        **{
            "person_id": person.id,
            "account_id": account.id,
            "works": {day: ["09:30-14:30"] for day in WORKDAYS},
            "shortest_break_minutes": 180,
            "counts_in_matches": True,
            "changed_at": NOW,
            **fields,
        }
    )
    session.add(carer)
    session.commit()
    return carer


def test_a_carer_tells_of_work_breaks_and_notice_and_nothing_counts_yet(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    sign_in(client, sam)
    base = f"/people/{jo.id}/carer"
    assert send(client, f"{base}/work-times", **JOB).status_code == 303
    assert send(client, f"{base}/shortest-break", answer="180").status_code == 303
    assert send(client, f"{base}/breaks", hours="6½").status_code == 303
    assert send(client, f"{base}/notice", answer="7").status_code == 303
    assert send(client, f"{base}/own-words", own_words="My sister steps in").status_code == 303
    told = only_carer(session)
    assert told.works == {day: ["09:30-14:30"] for day in WORKDAYS}
    assert (told.shortest_break_minutes, told.breaks_wanted_hours, told.notice_days) == (180, 6.5, 7)
    assert (told.own_words, told.counts_in_matches) == ("My sister steps in", False)
    page = client.get(base).text
    for line in ("Monday to Friday: 9:30am to 2:30pm", "3 hours", "6.5 hours a week", "1 week before"):
        assert line in page
    told.breaks_wanted_hours = 1
    session.commit()
    assert "1 hour a week" in client.get(base).text
    assert "First Jo has to agree" in page


def test_easy_times_are_ticked_and_exact_ones_are_not_lost_without_a_word(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    sign_in(client, sam)
    path = f"/people/{jo.id}/carer/work"
    send(client, path, answer=["weekday_mornings"])
    assert only_carer(session).works == {day: ["09:00-12:00"] for day in WORKDAYS}
    assert 'value="weekday_mornings" checked' in client.get(path).text
    send(client, f"{path}-times", tue="9:30 to 14:30")
    assert "You gave exact times" in client.get(path).text


def test_a_time_that_can_not_be_read_is_said_at_its_day_and_kept_as_typed(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    sign_in(client, sam)
    page = send(client, f"/people/{jo.id}/carer/work-times", mon="in the mornings", tue="9 to 12")
    assert page.status_code == 422
    assert '<a href="#mon">Write times like 9:30 to 14:30</a>' in page.text
    assert 'value="in the mornings"' in page.text
    assert session.scalars(select(Carer)).all() == []


def test_the_person_agrees_sees_what_it_is_about_and_can_stop_it(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    carer = make_carer(session, person=jo, account=sam, counts_in_matches=False, own_words="private words")
    sign_in(client, session.get_one(Account, jo.account_id))
    page = client.get(f"/people/{jo.id}/carer")
    assert "Monday to Friday: 9:30am to 2:30pm" in page.text
    assert "private words" not in page.text
    sent = {"csrf_token": token_on(page)}
    client.post(f"/people/{jo.id}/carers/{carer.id}/count", data=sent)
    assert only_carer(session).counts_in_matches
    assert "These matches also think of Sam’s time." in client.get(f"/people/{jo.id}/carer").text
    client.post(f"/people/{jo.id}/carers/{carer.id}/do-not-count", data=sent)
    assert not only_carer(session).counts_in_matches
    actions = [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
    assert actions == ["carer_counted", "carer_not_counted"]


@pytest.mark.parametrize(("scope", "status"), [(Scope.LOOK, 404), (Scope.HELP, 404), (Scope.ACT, 303)])
def test_a_carer_can_not_agree_for_the_person_unless_they_act_for_them(
    client: FlaskClient, session: Session, jo: Person, scope: Scope, status: int
) -> None:
    account = make_account(session, name="Ana")
    make_supporter(session, person=jo, account=account, scope=scope)
    carer = make_carer(session, person=jo, account=account, counts_in_matches=False)
    sign_in(client, account)
    sent = {"csrf_token": token_on(client.get(f"/people/{jo.id}/carer/breaks"))}
    assert client.post(f"/people/{jo.id}/carers/{carer.id}/count", data=sent).status_code == status
    assert only_carer(session).counts_in_matches is (status == 303)


def test_only_a_supporter_tells_of_a_carer_s_time(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    make_carer(session, person=jo, account=sam)
    sign_in(client, session.get_one(Account, jo.account_id))
    assert client.get(f"/people/{jo.id}/carer/breaks").status_code == 404
    dana = make_account(session, roles=[Role.PRACTITIONER], name="Dana")
    make_case(session, person=jo, account=dana)
    sign_in(client, dana)
    assert client.get(f"/people/{jo.id}/carer/breaks").status_code == 404
    assert "Sam" in client.get(f"/people/{jo.id}/carer").text


def test_another_supporter_does_not_see_a_carer_s_time(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    make_carer(session, person=jo, account=sam)
    ben = make_account(session, name="Ben")
    make_supporter(session, person=jo, account=ben, scope=Scope.HELP)
    sign_in(client, ben)
    assert "9:30am" not in client.get(f"/people/{jo.id}/carer").text
    theirs, names = with_carers_time(session, person=jo, answers=jo.answers, today=TODAY, only_of=ben.id)
    assert ("carer" in theirs, names) == (False, [])


@pytest.mark.parametrize("why", ["counts", "not agreed", "ended", "past its end"])
def test_a_carer_s_time_counts_while_it_is_agreed_and_the_help_goes_on(
    session: Session, jo: Person, sam: Account, why: str
) -> None:
    carer = make_carer(session, person=jo, account=sam)
    link = session.scalars(select(Supporter)).one()
    if why == "not agreed":
        carer.counts_in_matches = False
    elif why == "ended":
        link.ended_at = NOW
    elif why == "past its end":
        link.starts_on = link.ends_on = TODAY.replace(year=TODAY.year - 1, day=1)
    session.commit()
    came_with_the_record = {**jo.answers, "carer": {"shortest_break_minutes": 60}}
    found, names = with_carers_time(session, person=jo, answers=came_with_the_record, today=TODAY)
    assert names == (["Sam"] if why == "counts" else [])
    assert found.get("carer", {}).get("shortest_break_minutes") == (180 if why == "counts" else None)


def test_the_page_of_what_fits_follows_the_person_s_word(world: Session, example_client: FlaskClient) -> None:
    owner = make_account(world, roles=[Role.PERSON], name="Jo")
    person = make_person(world, account=owner)
    sam = make_account(world, roles=[Role.SUPPORTER], name="Sam")
    make_supporter(world, person=person, account=sam)
    carer = make_carer(world, person=person, account=sam, counts_in_matches=False)
    sign_in(example_client, owner)

    def fitting() -> tuple[list[str], str]:
        page = example_client.get(f"/people/{person.id}/matches")
        return re.findall(r'href="/offers/([0-9a-f-]{36})"', page.text), page.text

    before, words_before = fitting()
    sent = {"csrf_token": token_on(example_client.get(f"/people/{person.id}/carer"))}
    example_client.post(f"/people/{person.id}/carers/{carer.id}/count", data=sent)
    after, words_after = fitting()
    assert before != after
    assert "your carer" not in words_before.casefold()
    assert "your carer needs a break of 3 hours" in words_after
    assert "These matches also think of Sam’s time." in words_after


def test_who_may_not_see_the_goals_is_not_told_what_matches_give(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    make_carer(session, person=jo, account=sam)
    session.add(HiddenPart(person_id=jo.id, part=ProfilePart.GOALS, hidden_at=NOW))
    session.commit()
    sign_in(client, sam)
    assert "What would give you time" not in client.get(f"/people/{jo.id}/carer").text


@pytest.fixture
def world(example_app: Flask) -> Iterator[Session]:
    with example_app.extensions["marketplace.db"].write() as session:
        yield session


@pytest.fixture
def example_session(example_app: Flask) -> Iterator[Session]:
    with example_app.test_request_context(), example_app.extensions["marketplace.db"].write() as session:
        yield session


def test_a_job_and_a_shortest_break_of_three_hours_change_the_order_and_the_reasons(
    example_session: Session, example_client: FlaskClient
) -> None:
    session = example_session
    answers = {
        "goals": [{"theme": "friends"}, {"theme": "arts_crafts"}],
        "postcode": "NG18 1AB",
        "support_level": 2,
        "travel": {"modes": ["bus", "walk"], "max_minutes": 60},
    }
    person = make_person(session, account=make_account(session, name="Jo"), answers=answers)
    sam = make_account(session, roles=[Role.SUPPORTER], name="Sam")
    make_supporter(session, person=person, account=sam)
    make_carer(session, person=person, account=sam)
    document, names = with_carers_time(session, person=person, answers=person.answers, today=TODAY)
    assert names == ["Sam"]
    before = results_page(session, answers, filters=Filters(), page=1, today=TODAY)
    after = results_page(session, document, filters=Filters(), page=1, today=TODAY)
    assert [one.card.id for one in after.shown] != [one.card.id for one in before.shown]

    def carer_reasons(page: Any) -> list[str]:
        return [part.reason for one in page.shown for part in one.parts if part.part is Part.CARER]

    assert carer_reasons(before) == []
    assert any("your carer needs" in reason for reason in carer_reasons(after))
    assert any("your carer works" in reason.casefold() for reason in carer_reasons(after))
    session.commit()  # gives the file's write lock back
    sign_in(example_client, sam)
    page = example_client.get(f"/people/{person.id}/carer")
    assert "What would give you time" in page.text
    assert "out of 100" in page.text
    assert "your carer" not in page.text.lower()
