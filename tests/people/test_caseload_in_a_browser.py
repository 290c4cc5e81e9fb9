"""The list of a practitioner's people on a small telephone, on a desk and on paper."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page, expect

from tests.fixtures.browsing import faults
from tests.journeys.accounts import act_as

_SIDEWAYS = "all => all.filter(one => one.scrollWidth > one.clientWidth).length"


def test_the_caseload_is_read_without_scrolling_sideways(narrow_page: Page, written_app: Flask) -> None:
    page = narrow_page
    act_as(page, written_app, "sam.carter@example.org")
    page.goto("/caseload")
    assert faults(page) == []
    row = page.get_by_role("row").filter(has_text="Kathleen")
    assert page.locator(".md-scroll").evaluate_all(_SIDEWAYS) == 0
    for said in ("Level: ", "You work together until: ", "Ask again how to talk: "):
        expect(row.get_by_text(said)).to_be_visible()  # the head of the table is not there
    for width in (767, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".md-scroll").evaluate_all(_SIDEWAYS) == 0
    expect(page.get_by_role("columnheader", name="Level")).to_be_visible()
    expect(row.get_by_text("Level: ")).to_be_hidden()
    page.emulate_media(media="print")
    expect(row).to_be_visible()
    expect(row.get_by_text("Hand over")).to_be_hidden()
