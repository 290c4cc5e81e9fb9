"""The page that takes a result apart in a real browser: reached by its link, nothing for axe to find."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browsing import faults


@pytest.mark.parametrize(("reading", "width"), [("standard", 1280), ("easy", 320)])
def test_every_step_of_a_result_can_be_read(page: Page, reading: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/?reading={reading}")
    page.locator("#own_words").fill("I like gardning")
    page.locator("#postcode").fill("NG5 6LN")
    page.locator("form[action='/find/near-me'] button").click()
    expect(page.locator(".md-match").first).to_be_visible()
    assert faults(page) == []  # with a word that was mended
    page.locator(".md-match summary").first.click()
    page.locator(".md-match a[href$='/why']").first.click()
    expect(page.get_by_role("heading", name="1. ")).to_be_visible()
    for details in page.locator("main summary").all():
        details.click()
    assert faults(page, width) == []
