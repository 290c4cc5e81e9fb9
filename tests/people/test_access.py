"""Who gets to a person's pages, decided anew at every request, and who is written down as having looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, ProfilePart
from marketplace.people.rights.models import ProfileView
from marketplace.people.supporters.models import Scope, Supporter
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import TODAY, make_case, make_person, make_supporter

LATER = TODAY + timedelta(days=1)
EARLIER = TODAY - timedelta(days=1)
NOW = datetime.now(UTC)


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def sam(session: Session) -> Account:
    return make_account(session, roles=[Role.SUPPORTER], name="Sam")


@pytest.fixture
def dana(session: Session) -> Account:
    return make_account(session, roles=[Role.PRACTITIONER], name="Dana", organisation="Example Council")


def pages(person: Person) -> str:
    return f"/people/{person.id}"


def test_the_person_opens_every_page_and_no_look_is_kept(
    client: FlaskClient, session: Session, jo: Person
) -> None:
    sign_in(client, session.get_one(Account, jo.account_id))
    for page in ("", "/profile", "/profile/about-me", "/profile/level", "/profile/support"):
        assert client.get(pages(jo) + page).status_code == 200
    assert session.scalars(select(ProfileView)).all() == []


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: FlaskClient, jo: Person) -> None:
    response = client.get(pages(jo))
    assert response.status_code == 303
    assert response.location == f"/sign-in?next=/people/{jo.id}"


@pytest.mark.parametrize(**SQLITE)
def test_anyone_else_gets_the_answer_for_a_page_that_is_not_there(
    client: FlaskClient, session: Session, jo: Person
) -> None:
    everyone = [Role.PERSON, Role.SUPPORTER, Role.PRACTITIONER, Role.ADMINISTRATOR]
    sign_in(client, make_account(session, roles=everyone))
    other = client.get("/people/00000000-0000-4000-8000-000000000000")
    found = client.get(pages(jo))
    assert (found.status_code, other.status_code) == (404, 404)
    strip = str.maketrans("", "", "0123456789abcdef-")
    assert found.text.translate(strip) == other.text.translate(strip)


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize(
    "fields",
    [
        {"accepted_at": None},
        {"ended_at": NOW},
        {"starts_on": LATER},
        {"starts_on": EARLIER, "ends_on": EARLIER},
        {"account_id": None},
    ],
    ids=["not accepted", "ended", "not begun", "past its end", "not theirs"],
)
def test_a_supporter_without_a_live_link_gets_nowhere(
    client: FlaskClient, session: Session, jo: Person, sam: Account, fields: dict[str, Any]
) -> None:
    if "account_id" in fields:
        fields = {**fields, "accepted_at": None}
    make_supporter(session, person=jo, account=sam, scope=Scope.ACT, **fields)
    sign_in(client, sam)
    assert client.get(pages(jo)).status_code == 404


def test_a_supporter_who_is_withdrawn_in_the_middle_is_refused_at_the_next_request(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    make_supporter(session, person=jo, account=sam, scope=Scope.HELP)
    sign_in(client, sam)
    form = client.get(f"{pages(jo)}/profile/notes/can_do")
    assert form.status_code == 200
    session.execute(update(Supporter).values(ended_at=NOW))
    session.commit()
    sent = {"csrf_token": token_on(form), "text": "written too late"}
    assert client.post(f"{pages(jo)}/profile/notes/can_do", data=sent).status_code == 404
    assert client.get(pages(jo)).status_code == 404
    assert "written too late" not in session.get_one(Person, jo.id).answers


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (Scope.LOOK, {"": 200, "/profile/support": 404, "/profile/count-me": 404}),
        (Scope.HELP, {"": 200, "/profile/support": 200, "/profile/count-me": 404}),
        (Scope.ACT, {"": 200, "/profile/support": 200, "/profile/count-me": 200}),
    ],
)
def test_a_scope_opens_what_it_says_and_no_more(
    client: FlaskClient, session: Session, jo: Person, sam: Account, scope: Scope, reached: dict[str, int]
) -> None:
    make_supporter(session, person=jo, account=sam, scope=scope)
    sign_in(client, sam)
    assert {page: client.get(pages(jo) + page).status_code for page in reached} == reached


@pytest.mark.parametrize(**SQLITE)
def test_only_the_person_hides_a_part(
    client: FlaskClient, session: Session, jo: Person, sam: Account
) -> None:
    make_supporter(session, person=jo, account=sam, scope=Scope.ACT)
    sign_in(client, sam)
    sent = {"csrf_token": token_on(client.get(f"{pages(jo)}/profile/support"))}
    assert client.post(f"{pages(jo)}/profile/parts/money/hide", data=sent).status_code == 404
    assert session.scalars(select(HiddenPart)).all() == []


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"ended_at": NOW}, 404),
        ({"starts_on": LATER}, 404),
        ({"starts_on": EARLIER, "ends_on": EARLIER}, 404),
    ],
    ids=["live", "ended", "not begun", "past its end"],
)
def test_a_practitioner_needs_a_live_case(
    client: FlaskClient, session: Session, jo: Person, dana: Account, fields: dict[str, Any], status: int
) -> None:
    make_case(session, person=jo, account=dana, **fields)
    sign_in(client, dana)
    assert client.get(pages(jo)).status_code == status
    assert client.get(f"{pages(jo)}/profile/count-me").status_code == 404


def test_a_case_is_worth_nothing_once_the_role_is_taken_away(
    client: FlaskClient, session: Session, jo: Person, dana: Account
) -> None:
    make_case(session, person=jo, account=dana)
    sign_in(client, dana)
    assert client.get(pages(jo)).status_code == 200
    session.delete(session.scalars(select(RoleGrant).where(RoleGrant.account_id == dana.id)).one())
    session.commit()
    assert client.get(pages(jo)).status_code == 404


def test_of_two_relations_the_one_that_reaches_further_counts(
    client: FlaskClient, session: Session, jo: Person, dana: Account
) -> None:
    make_case(session, person=jo, account=dana)
    make_supporter(session, person=jo, account=dana, scope=Scope.ACT)
    sign_in(client, dana)
    assert client.get(f"{pages(jo)}/profile/count-me").status_code == 200


def test_looks_of_others_are_counted_once_a_day_and_part(
    client: FlaskClient, session: Session, jo: Person, dana: Account
) -> None:
    make_case(session, person=jo, account=dana)
    session.add(HiddenPart(person_id=jo.id, part=ProfilePart.MONEY, hidden_at=NOW))
    session.commit()
    sign_in(client, dana)
    for _ in range(2):
        client.get(f"{pages(jo)}/profile")
    client.get(f"{pages(jo)}/profile/support")
    client.head(f"{pages(jo)}/profile")
    client.get(f"{pages(jo)}/profile/paying")
    looks = {look.part: look for look in session.scalars(select(ProfileView))}
    assert set(looks) == {
        ProfilePart.ABOUT,
        ProfilePart.GOALS,
        ProfilePart.LEVEL,
        ProfilePart.TRAVEL,
        ProfilePart.TIMES,
        ProfilePart.MUST_BE_RIGHT,
        ProfilePart.PREFERENCES,
    }
    assert (looks[ProfilePart.TRAVEL].times, looks[ProfilePart.LEVEL].times) == (2, 3)
    seen = looks[ProfilePart.TRAVEL]
    assert (seen.name, seen.role, seen.organisation) == ("Dana", Role.PRACTITIONER, "Example Council")
    assert seen.looked_on == TODAY
    assert seen.first_at <= seen.last_at


@pytest.mark.parametrize(**SQLITE)
def test_a_page_whose_look_can_not_be_written_down_is_not_shown(
    client: FlaskClient, session: Session, jo: Person, sam: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_supporter(session, person=jo, account=sam)
    sign_in(client, sam)

    def disk_full(*args: object, **values: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr("marketplace.people.access.record_look", disk_full)
    response = client.get(pages(jo))
    assert response.status_code == 503
    assert "make my own tea" not in response.text


def test_the_rule_asks_the_database_twice_at_most(
    client: FlaskClient, session: Session, jo: Person, sam: Account, statements: list[str]
) -> None:
    make_supporter(session, person=jo, account=sam)
    sign_in(client, sam)
    client.get(pages(jo))
    statements.clear()
    client.get(pages(jo))
    asked = [one for one in statements if "person.id" in one and "supporter" in one]
    assert len(asked) == 1
    # sign-in, roles, person with relation, hidden parts, notes, communication (page, frame), news of
    # enquiries, when the questions were answered last, the look
    assert len(statements) <= 10, "\n".join(statements)
