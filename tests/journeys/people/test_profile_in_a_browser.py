"""A person finds something, joins, saves the answers and hides a part: with script and without."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Page, expect

from tests.fixtures.browsing import faults
from tests.journeys.accounts import open_account
from tests.journeys.find.test_find_in_a_browser import answer_the_front_page

PAGES = (
    "",
    "/profile?saved=money",
    "/profile/about-me",
    "/profile/goals/learn",
    "/profile/notes/culture",
    "/profile/name",
    "/profile/communication/large_print",
    "/profile/count-me",
    "/profile/level",
)
"""One of each layout; the journey's own questions are looked at with the journey."""
IN_EASY_READ = ("", "/profile", "/profile/communication")
NARROWEST = 320


def find_join_and_save(page: Page, app: Flask, *, email: str) -> None:
    """From the front page to a page of one's own, by what a reader sees."""
    answer_the_front_page(page)
    page.get_by_role("link", name="Save my answers").click()
    page.get_by_role("link", name="Open an account").click()
    open_account(page, app, email=email, name="Ali")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what we save")
    expect(page.get_by_text("I want to make my own tea")).to_be_visible()
    page.get_by_role("button", name="Save to my page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Ali")
    expect(page.get_by_role("status")).to_contain_text("Your answers are saved")


def fill_in_and_hide(page: Page) -> None:
    """Say how to talk with me, take it back, hide a part and show it again."""
    page.get_by_role("link", name="Say how people should talk with you").click()
    page.get_by_label("Large print").check()
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: How to talk with me")
    money = page.get_by_role("region", name="Money")
    money.get_by_role("link", name=re.compile("Answer.*Who pays")).click()
    page.get_by_label("My own money").check()
    page.get_by_role("button", name="Save and go back").click()
    page.get_by_role("button", name="Undo this change").click()
    expect(money.get_by_role("link", name=re.compile("Answer.*Who pays"))).to_be_visible()
    expect(money).to_contain_text("Your helpers see this")
    money.get_by_role("button", name="Hide it").click()
    expect(money).to_contain_text("Only you see this")


def test_a_person_starts_anonymously_joins_saves_and_hides_a_part(page: Page, written_app: Flask) -> None:
    find_join_and_save(page, written_app, email="ali.with@example.org")
    fill_in_and_hide(page)
    own = re.search(r"/people/[0-9a-f-]+", page.url)
    assert own
    found: list[str] = []
    for reading, paths in (("standard", PAGES), ("easy", IN_EASY_READ)):
        page.goto(f"/?reading={reading}")
        for path in paths:
            answer = page.goto(own[0] + path)
            assert answer
            assert answer.status == 200, path
            found += faults(page, NARROWEST)
    assert found == []


def test_it_works_without_script(no_script_page: Page, written_app: Flask) -> None:
    find_join_and_save(no_script_page, written_app, email="ali.without@example.org")
    fill_in_and_hide(no_script_page)
    no_script_page.get_by_role("region", name="Money").get_by_role(
        "button", name="Show it to helpers"
    ).click()
    expect(no_script_page.get_by_role("region", name="Money")).to_contain_text("Your helpers see this")


def test_the_page_to_print_is_one_sheet_without_what_belongs_to_the_screen(
    page: Page, written_app: Flask
) -> None:
    find_join_and_save(page, written_app, email="ali.prints@example.org")
    own = re.search(r"/people/[0-9a-f-]+", page.url)
    assert own
    page.goto(f"{own[0]}/profile/about-me")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for hidden in ("Your pages", "Main"):
        expect(page.get_by_role("navigation", name=hidden)).not_to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
