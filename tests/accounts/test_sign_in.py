"""Signing in and out: where it leads, what the cookie is worth, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, SignIn, SignInEnd
from marketplace.accounts.passwords import hash_password
from marketplace.audit.models import AuditEntry
from marketplace.db import Database
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import PASSWORD, make_account, sign_in
from tests.fixtures.database import recorded_statements

pytestmark = pytest.mark.parametrize(**SQLITE)
OTHER = "green kettle moon"


@pytest.fixture
def jo(session: Session) -> Account:
    return make_account(session, email="jo@example.org", password_hash=hash_password(PASSWORD))


def test_someone_signs_in_with_a_password_and_out_again(client: FlaskClient, jo: Account) -> None:
    assert client.get("/account").location == "/sign-in?next=/account"
    signed_in = send(client, "/sign-in?next=/account", email=" JO@Example.org", password=PASSWORD)
    assert (signed_in.status_code, signed_in.location) == (303, "/account")
    page = client.get("/account")
    assert "jo@example.org" in page.text
    assert "Your page" in page.text
    out = client.post("/sign-out", data={"csrf_token": token_on(page)})
    assert out.location == "/signed-out"
    assert client.get("/account").status_code == 303


def test_a_wrong_password_and_a_suspended_account_get_one_answer(
    client: FlaskClient, session: Session, jo: Account
) -> None:
    wrong = send(client, "/sign-in", email=jo.email, password="not the one")
    jo.suspended_at = datetime.now(UTC)
    session.commit()
    suspended = send(client, "/sign-in", email=jo.email, password=PASSWORD)
    assert wrong.status_code == suspended.status_code == 422
    for page in (wrong.text, suspended.text):
        assert "The e-mail address or the password is not right." in page
        assert "<title>Error: Sign in" in page
        assert "not the one" not in page
        assert PASSWORD not in page
        assert 'value="jo@example.org"' in page


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("/find/check?a=1", "/find/check?a=1"),
        ("//evil.example/", "/account"),
        ("/\\evil.example/", "/account"),
        ("https://evil.example/", "/account"),
        ("javascript:alert(1)", "/account"),
        ("/\t/evil.example", "/account"),
        ("/find\r\nLocation: https://evil.example", "/account"),
        ("/ünter", "/%C3%BCnter"),
    ],
)
def test_signing_in_leads_to_a_page_of_this_site_and_never_to_another(
    client: FlaskClient, jo: Account, asked: str, lands: str
) -> None:
    token = token_on(client.get("/sign-in"))
    response = client.post(
        "/sign-in",
        query_string={"next": asked},
        data={"csrf_token": token, "email": jo.email, "password": PASSWORD},
    )
    location = response.location
    if location == "/me":
        location = client.get("/me").location
    assert location == lands


def test_a_cookie_from_before_signing_in_is_worth_nothing_after_it(
    app: Flask, client: FlaskClient, jo: Account
) -> None:
    client.get("/sign-in")
    before = client.get_cookie("meaningful_day")
    send(client, "/sign-in", email=jo.email, password=PASSWORD)
    assert client.get("/account").status_code == 200
    assert before is not None
    thief = app.test_client()
    thief.set_cookie("meaningful_day", before.value)
    assert thief.get("/account").status_code == 303


def test_signing_in_again_and_signing_out_end_the_sign_in_that_the_cookie_held(
    app: Flask, client: FlaskClient, session: Session, jo: Account
) -> None:
    sign_in(client, jo)
    old = client.get_cookie("meaningful_day")
    assert old is not None
    token = token_on(client.get("/account"))
    client.post("/sign-in", data={"csrf_token": token, "email": jo.email, "password": PASSWORD})
    thief = app.test_client()
    thief.set_cookie("meaningful_day", old.value)
    assert thief.get("/account").status_code == 303
    newer = client.get_cookie("meaningful_day")
    assert newer is not None
    client.post("/sign-out", data={"csrf_token": token_on(client.get("/account"))})
    thief.set_cookie("meaningful_day", newer.value)
    assert thief.get("/account").status_code == 303
    ends = session.scalars(select(SignIn.end_reason).order_by(SignIn.begun_at)).all()
    assert ends == [SignInEnd.NEW_SIGN_IN, SignInEnd.SIGNED_OUT]


def test_the_visitors_answers_outlive_signing_in_and_nothing_else_does(
    client: FlaskClient, jo: Account
) -> None:
    with client.session_transaction() as cookie:
        cookie["journey"] = "token of the answers"
        cookie["mailed_to"] = "someone@example.org"
    send(client, "/sign-in", email=jo.email, password=PASSWORD)
    with client.session_transaction() as cookie:
        assert cookie["journey"] == "token of the answers"
        assert "mailed_to" not in cookie


def test_a_new_password_ends_every_other_sign_in_and_is_told_by_mail(
    app: Flask, client: FlaskClient, session: Session, jo: Account
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere, jo)
    sign_in(client, jo)
    refused = send(client, "/account/password", current="not the one", password=OTHER)
    assert refused.status_code == 422
    assert "This is not your current password." in refused.text
    assert send(client, "/account/password", current=PASSWORD, password=OTHER).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert send(elsewhere, "/sign-in", email=jo.email, password=PASSWORD).status_code == 422
    assert send(elsewhere, "/sign-in", email=jo.email, password=OTHER).status_code == 303
    actions = session.scalars(select(AuditEntry.action)).all()
    assert actions == ["password_changed"]


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("short", "Use at least 8 letters or numbers."),
        ("password123", "This password is easy to guess."),
        ("jo@example.org", "This password is easy to guess."),
        ("aaaaaaaaaaaaaaaaaaaa", "This password is easy to guess."),
        ("x" * 201, "Use at most 200 letters or numbers"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_advice(
    client: FlaskClient, jo: Account, password: str, advice: str
) -> None:
    sign_in(client, jo)
    response = send(client, "/account/password", current=PASSWORD, password=password)
    assert response.status_code == 422
    assert advice in response.text
    assert password not in response.text.replace("jo@example.org", "", 1) or password == jo.email


def test_an_idle_sign_in_ends_and_a_used_one_goes_on_until_its_end(
    client: FlaskClient, session: Session, jo: Account
) -> None:
    sign_in(client, jo)
    now = datetime.now(UTC)

    def put(**values: datetime) -> None:
        session.execute(update(SignIn).values(**values))
        session.commit()
        session.expire_all()

    put(used_at=now - timedelta(minutes=119))
    assert client.get("/account").status_code == 200
    assert session.scalars(select(SignIn.used_at)).one() >= now - timedelta(seconds=5)
    put(used_at=now - timedelta(minutes=121))
    assert client.get("/account").status_code == 303
    assert "Your sign-in had ended." in client.get("/sign-in?next=/account").text
    put(used_at=now, ends_at=now - timedelta(seconds=1))
    assert client.get("/account").status_code == 303


def test_staff_are_idle_sooner(client: FlaskClient, session: Session) -> None:
    sign_in(client, make_account(session, roles={Role.MODERATOR}))
    session.execute(update(SignIn).values(used_at=datetime.now(UTC) - timedelta(minutes=31)))
    session.commit()
    assert client.get("/account").status_code == 303


def test_before_its_end_a_sign_in_says_so_and_staying_puts_it_off(
    client: FlaskClient, session: Session, jo: Account
) -> None:
    sign_in(client, jo)
    page = client.get("/account")
    assert 'data-stay-seconds="7140"' in page.text
    session.execute(update(SignIn).values(used_at=datetime.now(UTC) - timedelta(minutes=110)))
    session.commit()
    answer = client.post(
        "/account/stay", data={"csrf_token": token_on(page)}, headers={"Accept": "application/json"}
    )
    assert answer.json == {"seconds": 7140}
    session.expire_all()
    assert session.scalars(select(SignIn.used_at)).one() > datetime.now(UTC) - timedelta(minutes=1)
    session.execute(update(SignIn).values(ends_at=datetime.now(UTC) + timedelta(minutes=4)))
    session.commit()
    assert "You are signed out at" in client.get("/account").text


def test_someone_sees_where_they_are_signed_in_and_ends_one_or_all_others(
    app: Flask, client: FlaskClient, session: Session, jo: Account
) -> None:
    elsewhere, third = app.test_client(), app.test_client()
    for browser in (client, elsewhere, third):
        sign_in(browser, jo)
    page = client.get("/account/sign-ins")
    assert page.text.count("Firefox on Windows") == 5  # three, and two buttons that name theirs
    assert page.text.count("This device") == 1
    other = session.scalars(select(SignIn).order_by(SignIn.begun_at).offset(1)).first()
    assert other is not None
    form = {"csrf_token": token_on(page)}
    assert client.post(f"/account/sign-ins/{other.id}/end", data=form).status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert third.get("/account").status_code == 200
    client.post("/account/sign-ins/end-others", data=form)
    assert third.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_someone_elses_sign_in_can_not_be_ended(
    app: Flask, client: FlaskClient, session: Session, jo: Account
) -> None:
    stranger = app.test_client()
    sign_in(stranger, make_account(session))
    theirs = session.scalars(select(SignIn)).one()
    sign_in(client, jo)
    form = {"csrf_token": token_on(client.get("/account"))}
    assert client.post(f"/account/sign-ins/{theirs.id}/end", data=form).status_code == 404
    assert stranger.get("/account").status_code == 200


def test_a_form_sent_after_the_sign_in_ended_is_shown_back_and_not_kept(
    client: FlaskClient, session: Session, jo: Account
) -> None:
    sign_in(client, jo)
    token = token_on(client.get("/account/name"))
    session.execute(update(SignIn).values(ended_at=datetime.now(UTC)))
    session.commit()
    response = client.post(
        "/account/name", data={"csrf_token": token, "name": "<b>Joanna</b>", "password": "x y"}
    )
    assert response.status_code == 401
    assert "&lt;b&gt;Joanna&lt;/b&gt;" in response.text
    assert "x y" not in response.text
    assert 'href="/sign-in?next=/account/name"' in response.text
    session.expire_all()
    assert session.get_one(Account, jo.id).name == "Jo"


def test_fields_that_nobody_asked_for_change_nothing(
    client: FlaskClient, session: Session, jo: Account
) -> None:
    sign_in(client, jo)
    send(
        client,
        "/account/name",
        name="Joanna",
        role="administrator",
        roles="administrator",
        is_staff="1",
        verified="1",
        email="other@example.org",
        suspended_at="",
        account_id="0",
    )
    session.expire_all()
    changed = session.get_one(Account, jo.id)
    assert (changed.name, changed.email, changed.roles) == ("Joanna", "jo@example.org", frozenset())
    assert client.get("/accounts").status_code == 403


def test_a_visitor_costs_no_query_and_a_member_two(
    client: FlaskClient, database: Database, jo: Account
) -> None:
    client.get("/cookies")
    with recorded_statements(database.engine) as sent:
        client.get("/cookies")
        assert sent == []
        sign_in(client, jo)
        sent.clear()
        assert "Sign out" in client.get("/cookies").text
        assert len(sent) == 2


def test_the_page_that_says_the_database_is_away_can_be_shown_to_someone_signed_in(
    app: Flask, client: FlaskClient, jo: Account, tmp_path: object
) -> None:
    from marketplace.db import open_database

    sign_in(client, jo)
    away = app.extensions["marketplace.db"] = open_database(f"sqlite:///{tmp_path}/nowhere/at/all.sqlite3")
    response = client.get("/account")
    assert response.status_code == 503
    assert "Sorry, the service is not working just now" in response.text
    away.engine.dispose()
