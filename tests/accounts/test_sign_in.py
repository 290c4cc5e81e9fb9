"""Signing in and out with a password."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.passwords import hash_password
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import PASSWORD, make_account


def test_someone_signs_in_with_a_password_and_out_again(client: FlaskClient, session: Session) -> None:
    make_account(session, email="jo@example.org", password_hash=hash_password(PASSWORD))
    assert client.get("/account").location == "/sign-in?next=/account"
    signed_in = send(client, "/sign-in?next=/account", email=" Jo@Example.org", password=PASSWORD)
    assert (signed_in.status_code, signed_in.location) == (303, "/account")
    page = client.get("/account")
    assert "jo@example.org" in page.text
    out = client.post("/sign-out", data={"csrf_token": token_on(page)})
    assert out.location == "/signed-out"
    assert client.get("/account").status_code == 303
