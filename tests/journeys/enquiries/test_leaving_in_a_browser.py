"""'Exit this page' in a real browser: at once, by the keyboard, and with nothing to come back to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

ELSEWHERE = "https://www.bbc.co.uk/weather"


def weather(route: Route) -> None:
    route.fulfill(body="<title>Weather</title><h1>Weather</h1>", content_type="text/html")


def leave_by_keys(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


def leave_by_link(page: Page) -> None:
    page.get_by_role("link", name="Exit this page").click()


@pytest.mark.parametrize("leave", [leave_by_keys, leave_by_link])
def test_leaving_takes_the_page_out_of_the_history(page: Page, leave: object) -> None:
    page.route(f"{ELSEWHERE}**", weather)
    page.goto("/help")
    page.goto("/concern")
    page.get_by_label("What worries you?").fill("Somebody shouts")
    page.get_by_role("heading", level=1).click()
    assert callable(leave)
    leave(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Weather")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help")


def test_it_is_a_link_without_script_and_big_letters_in_what_is_written_leave_nothing(
    page: Page, no_script_page: Page
) -> None:
    no_script_page.route(f"{ELSEWHERE}**", weather)
    no_script_page.goto("/concern")
    leave_by_link(no_script_page)
    expect(no_script_page.get_by_role("heading", level=1)).to_have_text("Weather")
    page.goto("/concern")
    page.get_by_label("What worries you?").press_sequentially("SHE SHOUTS AT ME")
    expect(page.get_by_label("What worries you?")).to_have_value("SHE SHOUTS AT ME")
