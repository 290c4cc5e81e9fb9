"""Opening an account in a browser by the link in the mail, and being signed in without the forms."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from marketplace.accounts.models import Account
from marketplace.outbox.models import OutboxMessage
from tests.fixtures.accounts import sign_in


def mailed_path(app: Flask, *, to: str) -> str:
    """The path of the link in the last mail to this address."""
    with app.extensions["marketplace.db"].read() as session:
        mail = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.recipient == to)
            .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
        ).first()
    assert mail is not None
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.body)
    assert found is not None
    return found[1]


def open_account(page: Page, app: Flask, *, email: str, name: str) -> None:
    """From the page that asks for an address to the account, by the link in the mail."""
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your e-mail")
    page.goto(mailed_path(app, to=email))
    page.get_by_label("What should we call you?").fill(name)
    page.get_by_role("button", name="Open my account").click()


def as_account(page: Page, app: Flask, account: Account) -> None:
    """Be signed in in the browser of *page*, without the forms."""
    client = app.test_client()
    sign_in(client, account)
    name = str(app.config["SESSION_COOKIE_NAME"])
    cookie = client.get_cookie(name)
    assert cookie is not None
    page.goto("/help")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": page.url}])


def act_as(page: Page, app: Flask, email: str) -> None:
    """Be signed in as the one of the example world with this address."""
    with app.extensions["marketplace.db"].read() as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
    as_account(page, app, account)
