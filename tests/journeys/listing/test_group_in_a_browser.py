"""A group with nothing but a village hall, from opening an account to being found by someone who looks."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.fixtures.browsing import faults
from tests.journeys.accounts import act_as
from tests.journeys.listing.steps import GO_ON, Asked, approve, is_found

GROUP = "Skegby hall cards"
OFFER = "Skegby whist and cake"
MOST_QUESTIONS = 12
NARROW = 360


def test_a_village_hall_group_answers_few_questions_and_is_found(
    new_context: Callable[..., BrowserContext], written_app: Flask
) -> None:
    page, visitor = new_context().new_page(), new_context().new_page()
    page.set_viewport_size({"width": NARROW, "height": 800})
    asked = Asked(page)
    page.goto("/about")
    page.get_by_role("main").get_by_role("link", name="List what you offer").click()
    asked.open_account(written_app, email="hall@example.org", name="Ana")
    home = tell_who_we_are(asked)
    page.get_by_role("link", name="Add what you offer").first.click()
    tell_what_we_offer(asked)

    page.goto(home)
    page.get_by_role("button", name="Send to be checked").click()
    expect(page.get_by_text("It is sent. Someone looks at it, and you get a mail.")).to_be_visible()
    no_faults(page)
    asked.tell("A village-hall group", most=MOST_QUESTIONS)

    assert is_found(visitor, "Skegby+whist", OFFER) is False
    moderator = new_context().new_page()
    act_as(moderator, written_app, "morgan@example.org")
    for name in (GROUP, OFFER):
        approve(moderator, name)
    assert is_found(visitor, "Skegby+whist", OFFER) is True
    visitor.get_by_role("link", name=OFFER, exact=True).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(OFFER)
    expect(visitor.get_by_text(GROUP).first).to_be_visible()
    page.goto(home)
    expect(page.get_by_text("You are checked. People can find what you offer.")).to_be_visible()
    expect(page.get_by_text("People can find it", exact=True)).to_be_visible()


def tell_who_we_are(asked: Asked) -> str:
    """The questions about the group; gives the address of its home page."""
    page = asked.page
    page.get_by_label("A community group").check()
    no_faults(page)
    asked.answer("What are you?")
    page.get_by_label("What is your name?").fill(GROUP)
    asked.answer("What is your name?")
    page.get_by_label("Postcode").fill("NG17 3EE")
    asked.answer("Where are you?")
    asked.skip(until=f"Your pages: {GROUP}")
    return page.url


def tell_what_we_offer(asked: Asked) -> None:
    """The questions about the offer that can't be skipped."""
    page = asked.page
    page.get_by_label("Community group").check()
    asked.answer("What kind of offer is it?", button=GO_ON)
    page.get_by_label("What is it called?").fill(OFFER)
    asked.answer("What is it called?", button=GO_ON)
    page.get_by_label("What is it, in one or two sentences?").fill("Whist, rummy and cake every Thursday.")
    asked.answer("What is it, in one or two sentences?", button=GO_ON)
    asked.skip(until="What do people do there?")
    page.get_by_label("Seeing friends").check()
    asked.answer("What do people do there?", button=GO_ON)
    asked.skip(until="Where does it happen?")
    page.get_by_label("At an address that everyone may see").check()
    asked.answer("Where does it happen?", button=GO_ON)
    page.get_by_label("Postcode").fill("NG17 3EE")
    asked.answer("What is the address?", button=GO_ON)
    asked.skip(until=OFFER)


def no_faults(page: Page) -> None:
    """Nothing that axe can find, and nothing that makes a telephone scroll sideways."""
    assert faults(page, NARROW) == []
