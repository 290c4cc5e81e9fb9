"""The find journey in a real browser: with script and without, wide and narrow, in Easy Read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browsing import faults, wider_than

PAGES = (
    "/",
    "/help",
    "/about",
    "/accessibility",
    "/privacy",
    "/cookies",
    "/find/what",
    "/find/support",
    "/find/where",
    "/find/on-the-way",
    "/find/when",
    "/find/budget",
    "/find/when/hours",
    "/find/check",
    "/find/clear",
    "/find/results",
    "/no-such-page",
)
WIDTHS = (1280, 360, 320)


def walk(page: Page) -> None:
    """From the front page through all questions to the results, by what a reader sees."""
    page.goto("/")
    page.get_by_role("link", name="Answer some questions").click()
    page.get_by_label("Cooking").check()
    page.get_by_label("Anything else, in your own words").fill("I want to make my own tea")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("I want help for some weeks").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("What is your postcode?").fill("NG18 1AB")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Car (mine, family or friend)").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Up to 1 hour", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Skip this question").click()
    page.get_by_role("link", name="Choose exact days and hours").click()
    for hour in ("10am to 11am", "11am to midday", "midday to 1pm", "1pm to 2pm", "2pm to 3pm"):
        page.get_by_label(f"Tuesday, {hour}").check()
        page.get_by_label(f"Thursday, {hour}").check()
    page.get_by_role("button", name="Continue").click()
    for _ in range(4):
        page.get_by_role("button", name="Skip this question").click()
    page.get_by_label("Being near home").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("link", name="See what fits me").click()


def test_the_journey_leads_to_matches_with_reasons(page: Page) -> None:
    walk(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("fit you")
    expect(page.get_by_text("Why it fits").first).to_be_visible()
    expect(page.locator(".md-map")).to_be_visible()


def test_the_journey_works_without_script(no_script_page: Page) -> None:
    walk(no_script_page)
    expect(no_script_page.get_by_role("heading", level=1)).to_contain_text("fit you")
    no_script_page.get_by_label("Day", exact=True).select_option("tue")
    no_script_page.get_by_role("button", name="Show these").click()
    expect(no_script_page.get_by_role("status")).to_be_visible()


def test_the_journey_works_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.goto("/find/where")
    page.get_by_label("What is your postcode?").focus()
    page.keyboard.type("NG18 1AB")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/find/travel$"))
    page.get_by_label("Walk or wheel").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/find/minutes$"))


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_said_of_an_answer_stands_below_its_name(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/find/travel")
    expect(
        page.get_by_role("checkbox", name="Taxi We add the fare to what it costs.", exact=True)
    ).to_be_visible()
    label = page.locator("label", has_text="Taxi")
    boxes = [label.locator(part).first.bounding_box() for part in ("img", "span", ".md-choice-hint")]
    picture, name, hint = (box for box in boxes if box is not None)
    assert hint["x"] == name["x"] > picture["x"]
    assert hint["y"] > name["y"] + 10


def test_a_problem_is_focused_and_leads_to_its_field(page: Page) -> None:
    page.goto("/find/where")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("What is your postcode?")).to_be_focused()


def test_easy_read_is_switched_on_any_page_and_stays(page: Page) -> None:
    page.goto("/find/what")
    page.get_by_role("link", name="Easy Read").click()
    expect(page).to_have_url(re.compile("/find/what$"))
    expect(page.locator("html.md-easy")).to_have_count(1)
    page.goto("/find/support")
    expect(page.get_by_label("I can do most things myself")).to_be_visible()
    page.get_by_role("link", name="Switch off Easy Read").click()
    expect(page.locator("html.md-easy")).to_have_count(0)


@pytest.mark.parametrize("reading", ["standard", "easy"])
def test_no_page_has_a_fault_that_axe_can_find_or_scrolls_sideways(page: Page, reading: str) -> None:
    answer_the_front_page(page)
    page.goto(f"/help?reading={reading}")
    found = []
    for path in PAGES:
        page.goto(path)
        for details in page.locator("details").all()[:2]:
            details.evaluate("element => element.open = true")
        found += faults(page, *WIDTHS)
    assert found == []


def test_targets_of_easy_read_are_large(page: Page) -> None:
    answer_the_front_page(page)
    page.goto("/help?reading=easy")
    small = []
    for path in ("/find/what", "/find/check", "/find/results"):
        page.goto(path)
        boxes = page.evaluate(
            """() => [...document.querySelectorAll('button, select, .md-pill, .md-nav__link, .govuk-back-link, .md-choices label')]
                .map(element => [element.textContent.trim().slice(0, 40), element.getBoundingClientRect()])
                .filter(([_, box]) => box.width > 1 && box.height < 44)
                .map(([text, box]) => text + ' ' + Math.round(box.height))"""
        )
        small += [f"{path}: {box}" for box in boxes]
    assert small == []


def test_nothing_is_fetched_from_anywhere_else_and_nothing_is_blocked(page: Page, live_server: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    answer_the_front_page(page)
    for path in ("/", "/find/what", "/find/results"):
        page.goto(path)
    assert [url for url in asked if not url.startswith((live_server, "data:"))] == []
    assert complaints == []


def test_pages_hold_at_four_times_their_size_and_in_forced_colours(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto("/find/support")
    assert wider_than(page) == []
    box = page.locator(".govuk-radios__item").first
    assert box.evaluate("element => getComputedStyle(element).borderTopStyle") == "solid"


def answer_the_front_page(page: Page, *, words: str = "I want to make my own tea") -> None:
    page.goto("/")
    page.get_by_label("What do you want to do?").fill(words)
    page.get_by_label("Your postcode").fill("NG18 1AB")
    page.get_by_role("button", name="Find things near me").click()
    expect(page).to_have_url(re.compile("/find/results"))
