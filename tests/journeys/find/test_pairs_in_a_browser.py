"""A match with someone alongside in a real browser: nothing for axe to find, no sideways scrolling."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browsing import faults
from tests.journeys.find.test_find_in_a_browser import WIDTHS, answer_the_front_page


@pytest.mark.parametrize(("reading", "words"), [("standard", "Together with"), ("easy", "You go with")])
def test_a_card_with_a_companion_has_no_fault(page: Page, reading: str, words: str) -> None:
    answer_the_front_page(page, words="swimming")
    page.goto("/find/travel")
    page.get_by_label("Walk or wheel").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Up to 30 minutes", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    expect(page).not_to_have_url(re.compile("/find/minutes"))
    page.goto(f"/help?reading={reading}")
    page.goto("/find/results")
    card = page.locator(".md-match", has_text=words).first
    expect(card).to_be_visible()
    card.locator("details").evaluate("element => element.open = true")
    assert faults(page, *WIDTHS) == []
