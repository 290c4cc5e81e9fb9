"""'Save my answers': from a journey without an account into a page of one's own, or of someone helped."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.people.models import FindJourney, Person
from marketplace.people.profile.models import HiddenPart, LevelRecord, ProfilePart
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Role
from tests.find.journeys import near_me, send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import ANSWERS, make_person, make_supporter


def begin_journey(client: FlaskClient) -> None:
    near_me(client, own_words="football", postcode="NR2 1TF")
    send(client, "/find/support", answer="3")


def save(client: FlaskClient, url: str = "/save-answers", *, address: str | None = None) -> Any:
    page = client.get(address or url)
    assert page.status_code == 200
    return client.post(url, data={"csrf_token": token_on(page)})


def test_a_visitor_is_asked_to_sign_in_and_the_answers_wait(client: FlaskClient, session: Session) -> None:
    begin_journey(client)
    assert client.get("/save-answers").location == "/sign-in?next=/save-answers"
    assert session.scalars(select(FindJourney)).one().answers["support_level"] == 3


def test_the_answers_begin_a_page_of_ones_own_once(client: FlaskClient, session: Session) -> None:
    begin_journey(client)
    account = make_account(session, roles=[Role.PERSON], name="Ali")
    sign_in(client, account)
    shown = client.get("/save-answers").text
    assert all(words in shown for words in ("football", "NR2 1TF", "I need someone to support me"))
    first = save(client)
    person = session.scalars(select(Person)).one()
    assert first.location == f"/people/{person.id}?saved=journey"
    assert (person.account_id, person.first_name) == (account.id, "Ali")
    assert person.answers == {"goals": [{"text": "football"}], "postcode": "NR2 1TF", "support_level": 3}
    assert (person.district_code, person.support_level) == ("E07000148", 3)
    assert session.scalars(select(LevelRecord)).one().level == 3
    assert session.scalars(select(FindJourney)).all() == []
    assert "Your answers are saved" in client.get(first.location).text
    again = client.post(
        "/save-answers", data={"csrf_token": token_on(client.get("/people/new", follow_redirects=True))}
    )
    assert again.location == first.location
    assert "There is nothing to save" in client.get("/save-answers").text


def test_what_is_replaced_is_shown_before_and_the_rest_stays(client: FlaskClient, session: Session) -> None:
    begin_journey(client)
    account = make_account(session, roles=[Role.PERSON])
    person = make_person(session, account=account)
    sign_in(client, account)
    page = client.get("/save-answers").text
    assert "Before: NG18 1AB" in page
    assert "Before: I want help for some weeks" in page
    assert "Everything else stays as it is" in page
    save(client)
    session.expire_all()
    answers = session.get_one(Person, person.id).answers
    assert answers == {
        **ANSWERS,
        "postcode": "NR2 1TF",
        "support_level": 3,
        "goals": [{"text": "football"}, {"theme": "cookery", "stance": "learn"}],
    }


def test_a_supporter_says_whose_answers_they_are_and_writes_over_nothing_hidden(
    client: FlaskClient, session: Session
) -> None:
    begin_journey(client)
    jo = make_person(session, first_name="Jo")
    sam = make_account(session, roles=[Role.SUPPORTER], name="Sam")
    make_supporter(session, person=jo, account=sam, scope=Scope.HELP)
    session.add(
        HiddenPart(person_id=jo.id, part=ProfilePart.LEVEL, hidden_at=jo.created_at or sam.created_at)
    )
    session.commit()
    sign_in(client, sam)
    assert "They are for Jo" in client.get("/save-answers").text
    url = f"/people/{jo.id}/save-answers"
    page = client.get(url).text
    assert "I need someone to support me" not in page
    assert "I want help for some weeks" not in page
    assert save(client, url).location == f"/people/{jo.id}?saved=journey"
    session.expire_all()
    answers = session.get_one(Person, jo.id).answers
    assert (answers["postcode"], answers["support_level"]) == ("NR2 1TF", 2)
    assert len(session.scalars(select(Person)).all()) == 1


def test_a_page_is_begun_without_a_journey_too(client: FlaskClient, session: Session) -> None:
    sign_in(client, make_account(session, roles=[Role.PERSON], name="Ali"))
    assert client.get("/me", follow_redirects=True).request.path == "/people/new"
    begun = client.post("/people/new", data={"csrf_token": token_on(client.get("/people/new"))})
    person = session.scalars(select(Person)).one()
    assert begun.location == f"/people/{person.id}"
    text = client.get(begun.location).text
    assert "Say what you would like to do" in text
    assert client.get("/me").location == f"/people/{person.id}"
    assert client.get(f"/people/{person.id}/profile").status_code == 200
    assert client.get(f"/people/{person.id}/profile/about-me").status_code == 200
