"""A match with someone alongside in a real browser: nothing for axe to find, no sideways scrolling."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.find.test_find_in_a_browser import STANDARDS, WIDTHS


@pytest.mark.parametrize(("reading", "words"), [("standard", "Together with"), ("easy", "You go with")])
def test_a_card_with_a_companion_has_no_fault(page: Page, reading: str, words: str) -> None:
    page.goto("/")
    page.get_by_label("What do you want to do?").fill("swimming")
    page.get_by_label("Your postcode").fill("NG18 1AB")
    page.get_by_role("button", name="Find things near me").click()
    page.goto("/find/travel")
    page.get_by_label("Walk or wheel").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Up to 30 minutes", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.goto(f"/help?reading={reading}")
    page.goto("/find/results")
    card = page.locator(".md-match", has_text=words).first
    expect(card).to_be_visible()
    card.locator("details").evaluate("element => element.open = true")
    assert Axe().run(page, options=STANDARDS).response["violations"] == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
