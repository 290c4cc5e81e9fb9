"""The code app: setting it up, giving a code, and what neither a thief nor a replay can do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import code_app
from marketplace.accounts.models import Account, RecoveryCode
from marketplace.accounts.passwords import hash_password
from marketplace.settings import KNOWN_SECRET
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import PASSWORD, make_account, sign_in

NOW = datetime(2026, 11, 22, 12, 0, 15, tzinfo=UTC)


@pytest.fixture
def sam(session: Session) -> Account:
    """A practitioner with a code app."""
    sam = make_account(
        session,
        roles={Role.ADMINISTRATOR},
        email="sam@example.org",
        name="Sam",
        password_hash=hash_password(PASSWORD),
    )
    code_app.new_secret(sam, secret_key=KNOWN_SECRET)
    sam.code_confirmed_at = datetime.now(UTC)
    session.commit()
    return sam


def code_of(sam: Account, *, at: datetime | None = None) -> str:
    code = code_app.code_now(sam, secret_key=KNOWN_SECRET, at=at)
    assert code
    return code


def test_staff_without_an_app_are_led_to_it_and_nothing_else_opens_before(
    client: FlaskClient, session: Session
) -> None:
    make_account(
        session, roles={Role.ADMINISTRATOR}, email="new@example.org", password_hash=hash_password(PASSWORD)
    )
    signed = send(client, "/sign-in?next=/accounts", email="new@example.org", password=PASSWORD)
    assert signed.location == "/sign-in/code?next=/accounts"
    assert client.get(signed.location).location == "/account/code-app?next=/accounts"
    for closed in ("/accounts", "/account", "/account/password"):
        assert client.get(closed).location == f"/sign-in/code?next={closed}"
    made = send(client, "/account/code-app?next=/accounts")
    page = client.get(made.location)
    assert 'src="data:image/svg+xml' in page.text
    shown = re.search(r'class="md-secret">([A-Z2-7 ]+)<', page.text)
    assert shown
    app = pyotp.TOTP(shown[1].replace(" ", ""))
    assert "not right" in send(client, made.location, code="000000").text
    codes = send(client, made.location, code=f"{app.now()[:3]} {app.now()[3:]}")
    assert len(re.findall(r"<code>([a-z2-7]{4}-){3}[a-z2-7]{4}</code>", codes.text)) == 10
    assert client.get("/accounts").status_code == 200
    stored = session.scalars(select(Account.code_secret)).one()
    assert stored is not None
    assert app.secret.encode() not in stored, "the secret is encrypted in the database"


@pytest.mark.parametrize(**SQLITE)
def test_the_code_completes_the_sign_in_with_a_new_cookie(
    app: Flask, client: FlaskClient, sam: Account
) -> None:
    send(client, "/sign-in", email=sam.email, password=PASSWORD)
    half = client.get_cookie("meaningful_day")
    assert half is not None
    assert client.get("/accounts").location == "/sign-in/code?next=/accounts"
    done = send(client, "/sign-in/code?next=/accounts", code=code_of(sam))
    assert (done.status_code, done.location) == (303, "/accounts")
    assert client.get("/accounts").status_code == 200
    thief = app.test_client()
    thief.set_cookie("meaningful_day", half.value)
    assert thief.get("/accounts").location == "/sign-in?next=/accounts"


def test_a_code_counts_once_and_an_old_one_never(session: Session, sam: Account) -> None:
    def take(at: datetime, code: str) -> bool:
        return code_app.take_code(session, account=sam, code=code, secret_key=KNOWN_SECRET, at=at)

    step = timedelta(seconds=30)
    assert not take(NOW, code_of(sam, at=NOW - 2 * step))
    assert not take(NOW, code_of(sam, at=NOW + 2 * step))
    assert take(NOW, code_of(sam, at=NOW - step)), "clocks may be half a minute apart"
    assert take(NOW, code_of(sam, at=NOW))
    assert not take(NOW, code_of(sam, at=NOW)), "who reads it over a shoulder comes too late"
    assert not take(NOW, code_of(sam, at=NOW - step)), "an older one is worth nothing after a newer one"
    assert take(NOW + step, code_of(sam, at=NOW + step))


@pytest.mark.parametrize(**SQLITE)
def test_a_recovery_code_lets_its_owner_in_once(client: FlaskClient, session: Session, sam: Account) -> None:
    codes = code_app.new_recovery_codes(session, account=sam)
    session.commit()
    assert all(kept.code_hash not in codes for kept in session.scalars(select(RecoveryCode)))
    sign_in(client, sam, code_given=False)
    assert send(client, "/sign-in/code", code=f" {codes[3].upper()} ").status_code == 303
    assert "Recovery codes left: 9" in client.get("/account/code-app").text
    sign_in(client, sam, code_given=False)
    assert send(client, "/sign-in/code", code=codes[3]).status_code == 422
    assert send(client, "/sign-in/code", code=codes[4].replace("-", "")).status_code == 303
    remade = client.post("/account/recovery-codes", data={"csrf_token": token_on(client.get("/account"))})
    assert codes[5] not in remade.text
    sign_in(client, sam, code_given=False)
    assert send(client, "/sign-in/code", code=codes[5]).status_code == 422


@pytest.mark.parametrize(**SQLITE)
def test_who_has_only_the_password_can_not_put_an_app_of_their_own(
    client: FlaskClient, session: Session, sam: Account
) -> None:
    before = sam.code_secret
    sign_in(client, sam, code_given=False)
    token = token_on(client.get("/sign-in/code"))
    client.post("/account/code-app", data={"csrf_token": token})
    client.post("/account/recovery-codes", data={"csrf_token": token})
    session.expire_all()
    assert session.get_one(Account, sam.id).code_secret == before
    assert session.scalars(select(RecoveryCode)).all() == []


@pytest.mark.parametrize(**SQLITE)
def test_another_secret_of_the_settings_makes_the_app_useless_and_not_open(
    session: Session, sam: Account
) -> None:
    code = code_of(sam)
    assert not code_app.take_code(session, account=sam, code=code, secret_key="another" * 10)
