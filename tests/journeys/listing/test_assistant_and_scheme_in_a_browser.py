"""A Personal Assistant, and a scheme with one home: from opening an account to being found by someone who looks."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.fixtures.browsing import faults
from tests.journeys.accounts import act_as
from tests.journeys.listing.steps import GO_ON, Asked, approve, is_found, note_checks

NARROW = 360


def test_a_personal_assistant_is_looked_at_by_two_and_found(
    new_context: Callable[..., BrowserContext], written_app: Flask
) -> None:
    page, visitor = new_context().new_page(), new_context().new_page()
    page.set_viewport_size({"width": NARROW, "height": 800})
    asked = Asked(page)
    page.goto("/provide")
    asked.open_account(written_app, email="quilla@example.org", name="Quilla")
    page.get_by_label("A Personal Assistant").check()
    asked.answer("What are you?")
    tell_of_oneself(asked)
    page.get_by_role("link", name="Go to your list of things to do").click()
    page.get_by_role("button", name="Send to be checked").click()
    expect(page.get_by_text("It is sent. Someone looks at it, and you get a mail.")).to_be_visible()
    asked.tell("A Personal Assistant")

    moderator = new_context().new_page()
    name, offer = "Quilla", "Quilla, Personal Assistant"
    act_as(moderator, written_app, "morgan@example.org")
    note_checks(moderator, written_app, name, ("id_seen", "dbs_enhanced", "right_to_work"))
    approve(moderator, name)
    approve(moderator, offer)
    assert not is_found(visitor, "Quilla", offer)
    act_as(moderator, written_app, "robin@example.org")
    approve(moderator, name)
    assert is_found(visitor, "Quilla", offer)
    visitor.get_by_role("link", name=offer, exact=True).first.click()
    expect(visitor.get_by_text("Comes to you, up to 8 miles from Mansfield (NG18)").first).to_be_visible()
    expect(visitor.get_by_text("£15 an hour").first).to_be_visible()
    expect(visitor.get_by_text("Hiddenname")).to_have_count(0)
    expect(visitor.get_by_text("4TP")).to_have_count(0)


def test_a_scheme_with_one_home_is_found(
    new_context: Callable[..., BrowserContext], written_app: Flask
) -> None:
    page, visitor = new_context().new_page(), new_context().new_page()
    page.set_viewport_size({"width": NARROW, "height": 800})
    asked = Asked(page)
    scheme, offer = "Quorndale Shared Lives", "Short breaks with Ottoline and Bram, Southwell"
    page.goto("/provide")
    asked.open_account(written_app, email="quorndale@example.org", name="Sal")
    page.get_by_label("A Shared Lives scheme").check()
    asked.answer("What are you?")
    page.get_by_label("What is your name?").fill(scheme)
    asked.answer("What is your name?")
    page.get_by_label("Postcode").fill("NG25 0DF")
    asked.answer("Where are you?")
    asked.skip(until=f"Your pages: {scheme}")
    page.get_by_role("link", name="Add the homes of your Shared Lives carers").first.click()
    page.get_by_role("link", name="Add a home").click()
    page.get_by_label("First names").fill("Ottoline and Bram")
    asked.answer("Who are the Shared Lives carers?", button=GO_ON)
    page.get_by_label("Postcode").fill("NG25 0DF")
    page.get_by_label("Town or village").fill("Southwell")
    asked.answer("Where is their home?", button=GO_ON)
    no_faults(page)
    page.get_by_role("group", name="Are there pets?").get_by_label("Yes").check()
    page.get_by_role("button", name=GO_ON).click()
    asked.skip(until="What is it like there?")
    page.get_by_label("In your words").fill("A quiet house with a big kitchen and a tortoise.")
    asked.answer("What is it like there?", button=GO_ON, may_skip=True)
    no_faults(page)
    asked.skip(until="Ottoline and Bram")
    page.get_by_role("button", name="Add: Short breaks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(offer)
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("button", name="Send to be checked").click()
    expect(page.get_by_text("It is sent. Someone looks at it, and you get a mail.")).to_be_visible()
    asked.tell("A Shared Lives scheme with one home")

    moderator = new_context().new_page()
    act_as(moderator, written_app, "morgan@example.org")
    note_checks(moderator, written_app, scheme, ("cqc_rating", "insurance", "safeguarding_training"))
    assert not is_found(visitor, "Ottoline", offer)
    approve(moderator, scheme)
    approve(moderator, offer)
    assert is_found(visitor, "Ottoline", offer)
    visitor.get_by_role("link", name=offer, exact=True).first.click()
    expect(visitor.get_by_text("The scheme answers and introduces you.")).to_be_visible()
    expect(visitor.get_by_text("There are pets")).to_be_visible()
    expect(visitor.get_by_text("0DF")).to_have_count(0)


def tell_of_oneself(asked: Asked) -> None:
    """A Personal Assistant's own questions; a price below the law is not taken."""
    page = asked.page
    no_faults(page)
    page.get_by_label("I have read this. I know that you only introduce me.").check()
    asked.answer("Work as a Personal Assistant")
    page.get_by_label("First name").fill("Quilla")
    page.get_by_label("Family name").fill("Hiddenname")
    asked.answer("What is your name?")
    page.get_by_label("Postcode").fill("NG18 4TP")
    page.get_by_label("Town or village").fill("Mansfield")
    asked.answer("Where do you live?", button=GO_ON)
    page.get_by_label("Employed by the person").check()
    asked.answer("How do you work as a Personal Assistant?", button=GO_ON)
    page.get_by_label("21 or over").check()
    asked.answer("How old are you?", button=GO_ON)
    page.get_by_label("How much do you ask for an hour?").fill("12.50")
    page.get_by_role("button", name=GO_ON).click()
    expect(page.get_by_role("alert")).to_contain_text("at least £12.71 an hour")
    no_faults(page)
    page.get_by_label("How much do you ask for an hour?").fill("15")
    asked.answer("How much do you ask for an hour?", button=GO_ON)
    page.get_by_label("Animals").check()
    asked.answer("What do you like doing with people?", button=GO_ON)
    page.get_by_label("What would you say of yourself").fill("I walk dogs and talk to horses.")
    asked.answer("What would you say of yourself in one sentence?", button=GO_ON)
    page.get_by_label("How many miles").fill("8")
    asked.answer("How many miles do you go to reach a person?", button=GO_ON)
    no_faults(page)
    page.get_by_label("Saturday, morning").check()
    page.get_by_role("button", name=GO_ON).click()
    asked.skip(until="You as a Personal Assistant")
    expect(page.get_by_text("All that is needed is here.")).to_be_visible()
    no_faults(page)


def no_faults(page: Page) -> None:
    """Nothing that axe can find, and nothing that makes a telephone scroll sideways."""
    assert faults(page, NARROW) == []
