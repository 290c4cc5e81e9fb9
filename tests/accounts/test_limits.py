"""Guessing is slowed down, and the owner is never shut out for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.passwords import hash_password
from marketplace.vocabulary import Role
from marketplace.web.rate_counts import RateCount
from tests.accounts.mail import SQLITE, last_link
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import PASSWORD, make_account, sign_in

pytestmark = pytest.mark.parametrize(**SQLITE)


def test_after_five_wrong_passwords_the_right_one_waits_but_a_mailed_link_works(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    make_account(session, email="jo@example.org", password_hash=hash_password(PASSWORD))
    token = token_on(client.get("/sign-in"))

    def try_one(password: str, **headers: str) -> int:
        form = {"csrf_token": token, "email": "jo@example.org", "password": password}
        return client.post("/sign-in", data=form, headers=headers).status_code

    assert [try_one("wrong") for _ in range(6)] == [422] * 5 + [429]
    assert try_one(PASSWORD) == 429
    assert try_one(PASSWORD, **{"X-Forwarded-For": "203.0.113.7"}) == 429, "claiming an address helps nobody"
    shown = client.post("/sign-in", data={"csrf_token": token, "email": "jo@example.org", "password": "x"})
    assert "Try again in" in shown.text
    assert 0 < int(shown.headers["Retry-After"]) <= 300

    owner = app.test_client()
    from_home = {"REMOTE_ADDR": "192.0.2.44"}
    form = {"email": "jo@example.org", "password": PASSWORD}
    home_token = token_on(owner.get("/sign-in"))
    answer = owner.post("/sign-in", data={"csrf_token": home_token, **form}, environ_base=from_home)
    assert answer.status_code == 303, "a stranger's tries don't count against the owner elsewhere"

    send(client, "/sign-in", email="jo@example.org", link="1")
    link = last_link(session)
    assert client.post(link, data={"csrf_token": token_on(client.get(link))}).status_code == 303
    client.post("/sign-out", data={"csrf_token": token_on(client.get("/account"))})
    assert send(client, "/sign-in", **form).status_code == 303, "who has shown to be the owner begins anew"


def test_the_wait_grows(client: FlaskClient, session: Session) -> None:
    token = token_on(client.get("/sign-in"))
    waits = []
    for _ in range(3):
        for _ in range(12):
            response = client.post(
                "/sign-in", data={"csrf_token": token, "email": "jo@example.org", "password": "wrong"}
            )
            if response.status_code == 429:
                break
        waits.append(int(response.headers["Retry-After"]))
        # The shortest window is over.
        session.execute(update(RateCount).values(ends_at=RateCount.ends_at))
        _let_pass(session, timedelta(minutes=6))
    assert waits[0] <= 300 < waits[-1] <= 3600


def test_nobody_can_fill_a_strangers_mailbox(client: FlaskClient, session: Session) -> None:
    token = token_on(client.get("/join"))
    statuses = [
        client.post(path, data={"csrf_token": token, "email": email, **extra}).status_code
        for path, email, extra in (
            ("/join", "jo@example.org", {}),
            ("/sign-in", "JO@example.org", {"link": "1"}),
            ("/new-password", " jo@example.org ", {}),
            ("/join", "Jo@Example.org", {}),
        )
    ]
    assert statuses == [303, 303, 303, 429]


def test_codes_can_not_be_guessed(client: FlaskClient, session: Session) -> None:
    sam = make_account(session, roles={Role.PRACTITIONER})
    sign_in(client, sam, code_given=False)
    token = token_on(client.get("/account/code-app"))
    client.post("/account/code-app", data={"csrf_token": token})
    statuses = [
        client.post(
            "/account/code-app/confirm", data={"csrf_token": token, "code": f"{number:06}"}
        ).status_code
        for number in range(6)
    ]
    assert statuses == [422] * 5 + [429]


def _let_pass(session: Session, time: timedelta) -> None:
    for count in session.query(RateCount):
        count.ends_at -= time
    session.commit()
