"""Moderators' pages in a browser: where things stand, and what of them comes onto paper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from marketplace.providers.models import Provider
from tests.fixtures.browsing import faults
from tests.journeys.accounts import act_as


@pytest.mark.parametrize("path", ["/moderation/providers", "/moderation/stale", "/moderation/closures"])
def test_tables_are_read_on_a_small_telephone_without_scrolling_sideways(
    narrow_page: Page, written_app: Flask, path: str
) -> None:
    with written_app.extensions["marketplace.db"].write.begin() as session:
        yard = session.scalars(select(Provider).where(Provider.name == "Dukeries Yard")).one()
        yard.closed_at = datetime.now(UTC) + timedelta(days=30)
    act_as(narrow_page, written_app, "morgan@example.org")
    narrow_page.goto(path)
    assert faults(narrow_page) == []
    table = narrow_page.locator(".md-scroll")
    assert table.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    state = {"/moderation/providers": "State: ", "/moderation/stale": "Last confirmed: "}
    expect(table.get_by_text(state.get(path, "Last day: ")).first).to_be_visible()


def test_a_button_stands_beside_its_choice_and_paper_has_facts_but_no_forms(
    page: Page, written_app: Flask
) -> None:
    act_as(page, written_app, "morgan@example.org")
    page.goto("/moderation")
    assert faults(page, 360) == []
    choice = page.get_by_label("Whose").bounding_box()
    button = page.get_by_role("button", name="Show").bounding_box()
    assert choice is not None
    assert button is not None
    assert 0 < button["x"] - (choice["x"] + choice["width"]) < 60
    assert abs(button["y"] - choice["y"]) < 20

    page.get_by_role("link", name="Yard woodwork days").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("columnheader", name="Live now")).to_be_visible()
    for on_screen_only in ("What do you decide?", "Words for the provider", "Write down what you saw"):
        expect(page.get_by_text(on_screen_only)).to_be_hidden()
    page.goto("/moderation/providers")
    expect(page.get_by_text("Page 1 of")).to_be_visible()
    expect(page.get_by_role("link", name="Next page")).to_be_hidden()
    expect(page.get_by_text("Name or town")).to_be_hidden()  # nothing was looked for
    page.goto("/moderation/providers?search=Dukeries")
    expect(page.get_by_text("Name or town")).to_be_visible()
    page.get_by_role("link", name="Dukeries Yard").click()
    expect(page.get_by_text("Who acts for it")).to_be_visible()
    expect(page.get_by_label("What should get better?")).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.get_by_label("What should get better?")).to_be_visible()
