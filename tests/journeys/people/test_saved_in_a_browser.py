"""A visitor saves a match, joins, hides, compares and takes data along: with script and without."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Page, expect

from tests.fixtures.browsing import faults
from tests.journeys.accounts import open_account
from tests.journeys.find.test_find_in_a_browser import answer_the_front_page

PAGES = (
    "/matches",
    "/saved",
    "/hidden",
    "/alerts",
    "/saved/share",
    "/who-looked",
    "/data",
    "/data/erase",
)
NARROWEST = 320


def save_and_join(page: Page, app: Flask, *, email: str) -> str:
    """Save the first match as a visitor, open an account, and find it saved; returns the person's address."""
    answer_the_front_page(page)
    page.get_by_role("button", name=re.compile("^Save ?: ")).first.click()
    page.get_by_role("link", name="Open an account").click()
    open_account(page, app, email=email, name="Sol")
    page.get_by_role("button", name="Save to my page").click()  # the match
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what we save")
    page.get_by_role("button", name="Save to my page").click()  # the answers
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Sol")
    return re.sub(r"\?.*", "", page.url)


def hide_undo_and_compare(page: Page) -> None:
    page.get_by_role("link", name="What fits", exact=True).click()
    cards = page.locator(".md-match")
    second = cards.nth(1).get_by_role("heading", level=3).inner_text()
    cards.nth(1).locator("summary", has_text="Not for me").click()
    cards.nth(1).get_by_role("button", name="It is too far").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Hidden: {second}")
    expect(page.get_by_role("link", name=second, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=second, exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Save ?: ")).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Saved: ")
    page.get_by_role("link", name="See all that is saved").click()
    boxes = page.get_by_role("checkbox", name=re.compile("^Compare"))
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Side by side")
    expect(page.get_by_role("rowheader", name="Money a week")).to_be_visible()


def test_a_visitor_saves_joins_hides_and_compares(page: Page, written_app: Flask) -> None:
    home = save_and_join(page, written_app, email="sol.with@example.org")
    hide_undo_and_compare(page)
    found = faults(page)
    for path in PAGES:
        page.goto(home + path)
        found += faults(page, NARROWEST)
    assert found == []
    page.goto(f"{home}/data")
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the file").click()
    assert download.value.suggested_filename == "everything-about-you.zip"


def test_the_same_works_without_script(no_script_page: Page, written_app: Flask) -> None:
    save_and_join(no_script_page, written_app, email="sol.without@example.org")
    hide_undo_and_compare(no_script_page)
