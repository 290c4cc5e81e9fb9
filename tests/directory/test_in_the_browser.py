"""The directory in a real browser: axe, small screens, no script, the keyboard."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.directory.test_pages import FILTERED, NOTHING, a_provider, an_offer
from tests.fixtures.browsing import faults

PAGES = (
    "/offers",
    FILTERED,
    NOTHING,
    "/offers?near=Nowhere",
    "/how-matching-works",
    "offer",
    "assistant",
    "provider",
)


def address(client: FlaskClient, page: str) -> str:
    match page:
        case "offer":
            return an_offer(client)
        case "assistant":
            return an_offer(client, "personal_assistant")
        case "provider":
            return a_provider(client)
    return page


def choose_easy_read(page: Page) -> None:
    page.goto("/offers?reading=easy")


def open_all(page: Page) -> None:
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("reading", ["standard", "easy"])
def test_axe_finds_nothing_and_no_width_scrolls_sideways(
    page: Page, example_client: FlaskClient, path: str, reading: str
) -> None:
    if reading == "easy":
        choose_easy_read(page)
    page.goto(address(example_client, path))
    open_all(page)
    assert faults(page, 1280, 360, 320) == []


def test_a_search_works_without_script(no_script_page: Page) -> None:
    page = no_script_page
    page.goto("/offers")
    page.get_by_label("What would you like to do?").fill("cooking")
    page.get_by_label("Near (postcode or town)").fill("Mansfield")
    page.get_by_label("How far").select_option("20 miles")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Take away: within 20 miles of Mansfield")).to_be_visible()
    page.get_by_label("Order").select_option("Lowest cost first")
    page.get_by_role("button", name="Sort").click()
    expect(page).to_have_url(re.compile("q=cooking.*sort=cost"))
    page.get_by_text("More choices").click()
    page.get_by_label("Has places now").check()
    page.get_by_role("button", name="Show offers").click()
    page.get_by_role("link", name="Take away: Has places").click()
    expect(page).to_have_url(re.compile("^(?!.*places).*q=cooking"))


def test_from_a_list_to_an_offer_to_its_provider_and_back_to_browse(page: Page) -> None:
    page.goto("/offers?kind=day_service")
    name = page.locator(".md-offer-card h3").first.inner_text()
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator(".md-offer__by a").click()
    expect(page).to_have_url(re.compile("/providers/"))
    page.get_by_role("navigation", name="Where you are").get_by_role("link", name="Browse").click()
    expect(page).to_have_url(re.compile("/offers$"))


def test_a_pin_leads_to_its_card(page: Page) -> None:
    page.goto("/offers?near=NG18+1AB")
    pin = page.locator(".md-map__pin").nth(4)
    label = pin.get_attribute("aria-label") or ""
    number, _, name = label.partition(". ")
    pin.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#offer-{number}")).to_be_in_viewport()
    expect(page.locator(f"#offer-{number} h3")).to_have_text(name)


def test_targets_in_easy_read_are_44_pixels(page: Page) -> None:
    choose_easy_read(page)
    page.goto("/offers?q=cooking&near=Mansfield")
    controls = page.locator("main :is(.md-chip, button, input:not([type=checkbox]), select, summary)").all()
    seen = [one for one in controls if one.is_visible()]  # what lies in a closed part has no height
    assert len(seen) >= 5
    for control in seen:
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 43.5, control.inner_text()


def test_what_is_printed_has_no_search_form(page: Page, example_client: FlaskClient) -> None:
    page.emulate_media(media="print")
    page.goto("/offers")
    expect(page.locator("#search")).to_be_hidden()
    page.goto(an_offer(example_client))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="More like this near here")).to_be_hidden()
