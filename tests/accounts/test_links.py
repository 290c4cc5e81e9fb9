"""Links that are mailed: what they do, once, and that nobody learns who has an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts import passwords
from marketplace.accounts.models import Account, MailedLink
from marketplace.accounts.passwords import hash_password
from marketplace.outbox import OutboxMessage
from marketplace.web.rate_counts import RateCount
from tests.accounts.mail import SQLITE, last_link, link_in, mails
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import PASSWORD, make_account, sign_in

ROUNDS = 100  # of two tries each


def use(client: FlaskClient, link: str, **fields: str) -> TestResponse:
    return client.post(link, data={"csrf_token": token_on(client.get(link)), **fields})


def test_someone_joins_by_mail_and_is_signed_in(client: FlaskClient, session: Session) -> None:
    assert send(client, "/join?next=/find/check", email="New@Example.org").location == "/mail-sent"
    assert "new@example.org" in client.get("/mail-sent").text
    assert session.scalar(select(func.count()).select_from(Account)) == 0
    (message,) = mails(session)
    assert "\nhttp://127.0.0.1:8000/link/" in message.body, "the settings' address, whatever a request claims"
    assert (message.recipient, message.holds_secret) == ("new@example.org", True)
    link = link_in(message)
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200, "opening it, as mail programs do, does not use it up"
    missing = use(client, link, name=" ", password="")
    assert "Write what we should call you" in missing.text
    opened = use(client, link, name="Nadia", password=PASSWORD)
    assert (opened.status_code, opened.location) == (303, "/find/check")
    assert "Nadia" in client.get("/account").text
    account = session.scalars(select(Account)).one()
    assert account.email == "new@example.org"
    assert account.email_confirmed_at is not None
    assert account.roles == frozenset()
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(**SQLITE)
def test_a_link_signs_in_once_and_only_for_half_an_hour(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    make_account(session, email="jo@example.org")
    form = {"email": "jo@example.org", "link": "1", "password": ""}
    assert send(client, "/sign-in", **form).location == "/mail-sent"
    first = last_link(session)
    send(client, "/sign-in", **form)
    second = last_link(session)
    assert use(client, second).location == "/account"
    assert client.get("/account").status_code == 200
    other = app.test_client()
    for spent in (first, second):
        assert other.get(spent).status_code == 410, "using one spends the others to that address"
    send(other, "/sign-in", **form)
    session.execute(update(MailedLink).values(expires_at=datetime.now(UTC)))
    session.commit()
    gone = other.get(last_link(session))
    assert gone.status_code == 410
    assert "This link does not work any more" in gone.text


@pytest.mark.parametrize(**SQLITE)
def test_a_link_that_is_sent_twice_lets_in_once(client: FlaskClient, session: Session) -> None:
    make_account(session, email="jo@example.org")
    send(client, "/sign-in", email="jo@example.org", link="1")
    link = last_link(session)
    token = token_on(client.get(link))
    first, second = (client.post(link, data={"csrf_token": token}) for _ in range(2))
    assert (first.status_code, first.location) == (303, "/account")
    assert second.status_code == 400, "signing in made the form's token worthless too"
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(**SQLITE)
def test_a_forgotten_password_is_replaced_by_mail_and_every_sign_in_ends(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    jo = make_account(session, email="jo@example.org", password_hash=hash_password(PASSWORD))
    elsewhere = app.test_client()
    sign_in(elsewhere, jo)
    send(client, "/new-password", email="jo@example.org")
    link = last_link(session)
    assert "This password is easy to guess" in use(client, link, password="password1").text
    assert use(client, link, password="green kettle moon").status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert [mail.kind for mail in mails(session)] == ["link_new_password", "password_changed"]


@pytest.mark.parametrize(**SQLITE)
def test_a_new_address_counts_once_its_owner_has_opened_the_link(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, make_account(session, email="jo@example.org"))
    assert send(client, "/account/email", email="joanna@example.org").status_code == 303
    assert "jo@example.org" in client.get("/account").text
    link = last_link(session)
    assert "From now on you sign in with it" in use(client, link).text
    assert "joanna@example.org" in client.get("/account").text
    told = mails(session)[-1]
    assert (told.recipient, told.kind) == ("jo@example.org", "email_changed")


@pytest.mark.parametrize(**SQLITE)
def test_who_has_a_password_says_it_before_the_address_is_changed(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, make_account(session, email="jo@example.org", password_hash=hash_password(PASSWORD)))
    wrong = send(client, "/account/email", email="thief@example.org", current="not the password")
    assert wrong.status_code == 422
    assert "This is not your current password" in wrong.text
    assert "thief@example.org" in wrong.text
    assert send(client, "/account/email", email="thief@example.org").status_code == 422
    assert mails(session) == []
    right = send(client, "/account/email", email="joanna@example.org", current=PASSWORD)
    assert right.status_code == 303
    assert [mail.recipient for mail in mails(session)] == ["joanna@example.org"]


@pytest.mark.parametrize(**SQLITE)
def test_asking_for_an_address_that_someone_has_tells_only_them(
    client: FlaskClient, session: Session
) -> None:
    make_account(session, email="taken@example.org")
    sign_in(client, make_account(session, email="jo@example.org"))
    free = send(client, "/account/email", email="free@example.org")
    taken = send(client, "/account/email", email="taken@example.org")
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert mails(session)[-1].kind == "link_sign_in"
    use(client, last_link(session))
    session.expire_all()
    assert sorted(session.scalars(select(Account.email))) == ["jo@example.org", "taken@example.org"]


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize("path", ["/sign-in", "/join", "/new-password"])
def test_a_known_and_an_unknown_address_get_the_same_answer_and_one_mail_each(
    app: Flask, session: Session, path: str
) -> None:
    make_account(session, email="known@example.org", password_hash=hash_password(PASSWORD))
    answers = []
    for email in ("known@example.org", "other@example.org"):
        client = app.test_client()
        asked = send(client, path, email=email, link="1")
        page = client.get(asked.location).text.replace(email, "…")
        answers.append((asked.status_code, asked.location, page))
    assert answers[0] == answers[1]
    known, unknown = mails(session)
    assert "one already" in known.body if path == "/join" else "one already" not in known.body
    assert "no account" in unknown.body if path != "/join" else "no account" not in unknown.body
    assert abs(len(known.body) - len(unknown.body)) < 200


@pytest.mark.parametrize(**SQLITE)
def test_a_suspended_account_gets_the_same_answer_and_no_link(app: Flask, session: Session) -> None:
    make_account(session, email="shut@example.org", suspended_at=datetime.now(UTC))
    asked = send(app.test_client(), "/sign-in", email="shut@example.org", link="1")
    assert asked.location == "/mail-sent"
    assert "closed for now" in mails(session)[-1].body
    assert session.scalar(select(func.count()).select_from(MailedLink)) == 0


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize("path", ["/sign-in", "/join"])
def test_known_and_unknown_addresses_can_not_be_told_apart_by_status_text_or_median_time(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    hashed: list[str] = []
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    class Counting:
        def hash(self, password: str) -> str:
            return cheap.hash(password)

        def verify(self, kept: str, password: str) -> bool:
            hashed.append(password)
            return cheap.verify(kept, password)

    # The real work (30 ms, the same for both) would only hide differences; here they would show.
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    passwords._nobodys_hash.cache_clear()
    make_account(session, email="known@example.org", password_hash=hash_password(PASSWORD))
    app.config["WTF_CSRF_ENABLED"] = False
    client = FlaskClient(app)
    times: dict[str, list[float]] = {"known@example.org": [], "wrong@example.org": []}
    answers: dict[str, set[tuple[int, str]]] = {email: set() for email in times}
    for number in range(ROUNDS):
        for email in sorted(times, reverse=bool(number % 2)):
            begun = perf_counter()
            response = client.post(path, data={"email": email, "password": "not the one"})
            times[email].append(perf_counter() - begun)
            answers[email].add((response.status_code, response.text.replace(email, "…")))
        session.execute(delete(RateCount))
        session.execute(delete(OutboxMessage))
        session.commit()
    passwords._nobodys_hash.cache_clear()
    assert answers["known@example.org"] == answers["wrong@example.org"]
    assert len(answers["known@example.org"]) == 1
    if path == "/sign-in":
        assert len(hashed) == 2 * ROUNDS, "a hash is made for every try, known or not"
    known, unknown = (median(taken) for taken in times.values())
    assert abs(known - unknown) < 0.25 * min(known, unknown) + timedelta(milliseconds=2).total_seconds()
