"""Signing in in a real browser: with script, without it, and while nothing is done for hours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from marketplace.accounts import code_app
from marketplace.accounts.passwords import hash_password
from marketplace.settings import KNOWN_SECRET
from marketplace.vocabulary import Role
from tests.accounts.mail import last_link
from tests.fixtures.accounts import PASSWORD, make_account
from tests.fixtures.browsing import faults


@pytest.fixture
def written(written_app: Flask) -> Iterator[Session]:
    """The database of the site that the browser sees."""
    with written_app.extensions["marketplace.db"].write() as session:
        yield session


def test_someone_signs_in_sees_their_account_and_stays(page: Page, written: Session) -> None:
    make_account(written, email="browser@example.org", name="Bea", password_hash=hash_password(PASSWORD))
    page.clock.install()
    page.goto("/sign-in?next=/account")
    assert faults(page) == []
    page.get_by_label("Your e-mail address").fill("browser@example.org")
    page.get_by_label("Your password", exact=True).fill("not the one")
    page.get_by_role("button", name="Show password").click()
    assert page.get_by_label("Your password", exact=True).get_attribute("type") == "text"
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert faults(page) == []
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    assert faults(page) == []
    warning = page.get_by_role("button", name="Stay signed in")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("01:55:00")
    expect(warning).to_be_visible()
    assert faults(page) == []
    warning.click()
    expect(warning).to_be_hidden()
    for path in ("/account/sign-ins", "/account/password", "/join?reading=easy", "/account/password"):
        page.goto(path)
        assert faults(page) == []
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.goto("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_an_administrator_gives_a_code_and_finds_an_account_on_a_small_screen(
    narrow_page: Page, written: Session
) -> None:
    admin = make_account(
        written,
        roles={Role.ADMINISTRATOR},
        email="admin.browser@example.org",
        password_hash=hash_password(PASSWORD),
    )
    code_app.new_secret(admin, secret_key=KNOWN_SECRET)
    code_app.confirm_app(written, account=admin)
    written.commit()
    page = narrow_page
    page.goto("/sign-in")
    page.get_by_label("Your e-mail address").fill(admin.email)
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Code from your app")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Code from your app").fill(code_app.code_now(admin, secret_key=KNOWN_SECRET) or "")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")
    page.get_by_label("Name or e-mail address").fill("admin.browser")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name=admin.email)).to_be_visible()
    assert faults(page, 360) == []
    page.get_by_role("link", name=admin.email).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(admin.email)
    assert faults(page, 360) == []


def test_someone_joins_by_mail_without_script(no_script_page: Page, written: Session) -> None:
    page = no_script_page
    page.goto("/sign-in")
    page.get_by_role("link", name="Open an account").click()
    page.get_by_label("Your e-mail address").fill("no.script@example.org")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your e-mail")
    link = last_link(written)
    written.commit()  # a session that may write holds SQLite's lock
    page.goto(link)
    page.get_by_label("What should we call you?").fill("Nia")
    page.get_by_role("button", name="Open my account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto("/account")
    expect(page.get_by_text("no.script@example.org")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
