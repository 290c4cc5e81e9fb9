"""What administrators do with accounts, and what nobody can do to them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import administration
from marketplace.accounts.administration import LastAdministratorError
from marketplace.accounts.models import Account
from marketplace.audit.models import AuditEntry
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in


@pytest.fixture
def alex(client: FlaskClient, session: Session) -> Account:
    """An administrator, signed in."""
    alex = make_account(session, roles={Role.ADMINISTRATOR}, email="alex@example.org", name="Alex")
    sign_in(client, alex)
    return alex


def test_a_role_counts_from_the_next_request_and_so_does_its_removal(
    app: Flask, client: FlaskClient, session: Session, alex: Account
) -> None:
    jo = make_account(session, email="jo@example.org")
    other = app.test_client()
    sign_in(other, jo)
    assert other.get("/accounts").status_code == 403
    form = {"csrf_token": token_on(client.get(f"/accounts/{jo.id}"))}
    given = client.post(
        f"/accounts/{jo.id}/roles", data={**form, "role": "administrator", "organisation": "Example Council"}
    )
    assert given.status_code == 303
    page = client.get(given.location).text
    assert "The role was given." in page
    assert "Example Council, since" in page
    assert other.get("/accounts").status_code == 200
    client.post(f"/accounts/{jo.id}/roles/administrator/remove", data=form)
    assert other.get("/accounts").status_code == 403
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [(entry.action, entry.actor_id, entry.subject_id) for entry in entries] == [
        ("role_granted", alex.id, str(jo.id)),
        ("role_removed", alex.id, str(jo.id)),
    ]
    assert entries[0].details == {"role": "administrator", "organisation": "Example Council"}


def test_the_last_administrator_stays_one(session: Session) -> None:
    alex = make_account(session, roles={Role.ADMINISTRATOR})
    for change in (
        lambda: administration.remove_role(session, account=alex, role=Role.ADMINISTRATOR, by=alex),
        lambda: administration.suspend(session, account=alex, by=alex),
    ):
        with pytest.raises(LastAdministratorError):
            change()
    second = make_account(session, roles={Role.ADMINISTRATOR})
    administration.suspend(session, account=second, by=alex)
    with pytest.raises(LastAdministratorError):
        administration.remove_role(session, account=alex, role=Role.ADMINISTRATOR, by=alex)
    administration.restore(session, account=second, by=alex)
    administration.remove_role(session, account=alex, role=Role.ADMINISTRATOR, by=alex)
    assert alex.roles == frozenset()


@pytest.mark.parametrize(**SQLITE)
def test_the_page_says_why_the_last_administrator_stays(
    client: FlaskClient, session: Session, alex: Account
) -> None:
    form = {"csrf_token": token_on(client.get(f"/accounts/{alex.id}"))}
    for path in ("roles/administrator/remove", "suspend"):
        response = client.post(f"/accounts/{alex.id}/{path}", data=form)
        assert response.status_code == 422
        assert "This is the last administrator who can sign in." in response.text
    assert client.get("/accounts").status_code == 200


@pytest.mark.parametrize(**SQLITE)
def test_suspending_ends_every_sign_in_at_once(
    app: Flask, client: FlaskClient, session: Session, alex: Account
) -> None:
    jo = make_account(session, email="jo@example.org")
    other = app.test_client()
    sign_in(other, jo)
    assert other.get("/account").status_code == 200
    form = {"csrf_token": token_on(client.get(f"/accounts/{jo.id}"))}
    client.post(f"/accounts/{jo.id}/suspend", data=form)
    assert other.get("/account").status_code == 303
    client.post(f"/accounts/{jo.id}/restore", data=form)
    assert other.get("/account").status_code == 303, "opened again, but not signed in again"
    sign_in(other, jo)
    assert other.get("/account").status_code == 200


@pytest.mark.parametrize(**SQLITE)
def test_accounts_are_found_by_name_address_and_role_a_page_at_a_time(
    client: FlaskClient, session: Session, alex: Account
) -> None:
    for number in range(27):
        make_account(session, email=f"p{number:02}@example.org", name="100% Nadia" if number == 3 else "Pat")
    make_account(session, email="zoe@example.org", roles={Role.MODERATOR})

    def found(query: str) -> list[str]:
        return re.findall(r"/accounts/[0-9a-f-]{36}\">([^<]+)<", client.get(f"/accounts?{query}").text)

    assert "29 accounts" in client.get("/accounts").text
    assert found("")[:2] == ["alex@example.org", "p00@example.org"]
    assert found("page=2") == ["p24@example.org", "p25@example.org", "p26@example.org", "zoe@example.org"]
    assert found("page=999999")[-1] == "zoe@example.org"
    assert found("search=nadia") == ["p03@example.org"]
    assert found("search=%25") == ["p03@example.org"], "a sign of the database's language is only a sign"
    assert found("role=moderator") == ["zoe@example.org"]
    assert "Nobody was found." in client.get("/accounts?search=xyz").text


@pytest.mark.parametrize(**SQLITE)
def test_a_lost_code_app_is_taken_away_and_its_owner_told(
    client: FlaskClient, session: Session, alex: Account
) -> None:
    from marketplace.accounts import code_app
    from marketplace.settings import KNOWN_SECRET
    from tests.accounts.mail import mails

    sam = make_account(session, roles={Role.PRACTITIONER}, email="sam@example.org")
    code_app.new_secret(sam, secret_key=KNOWN_SECRET)
    code_app.confirm_app(session, account=sam)
    session.commit()
    form = {"csrf_token": token_on(client.get(f"/accounts/{sam.id}"))}
    client.post(f"/accounts/{sam.id}/code-app/reset", data=form)
    session.expire_all()
    changed = session.get_one(Account, sam.id)
    assert (changed.code_secret, changed.code_confirmed_at) == (None, None)
    assert mails(session)[-1].recipient == "sam@example.org"
