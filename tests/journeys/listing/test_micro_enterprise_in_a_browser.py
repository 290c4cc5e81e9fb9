"""A micro-enterprise without script, from opening an account to being found; then what changes at once."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from marketplace.accounts.models import Account
from marketplace.offers.models import Offer
from marketplace.providers.models import ProviderMember
from tests.fixtures.browsing import faults
from tests.journeys.accounts import act_as, as_account
from tests.journeys.listing.steps import GO_ON, Asked, approve, is_found, note_checks

NAME = "Quernstone Crafts"
OFFER = "Willow weaving in Blyth"
DEMANDED = ("insurance",)
"""What is asked of a micro-enterprise."""
PAGES = (
    "",
    "/themes",
    "/levels",
    "/access",
    "/address",
    "/times",
    "/times/add",
    "/times/add-dates",
    "/pauses/add",
    "/cost/add",
    "/places-left",
    "/preview",
)
"""One of each layout."""
NARROW = 320


def test_a_micro_enterprise_lists_itself_is_found_and_says_at_once_that_it_is_full(
    new_context: Callable[..., BrowserContext], written_app: Flask
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    visitor = new_context().new_page()
    asked = Asked(page)
    home = join(asked, written_app)
    page.get_by_role("link", name="Add what you offer").first.click()
    write_the_offer(asked)
    asked.tell("A micro-enterprise")

    # Once more over the list of answers: a change comes straight back, a warning leads to its question.
    own = page.url.partition("?")[0]
    expect(page.get_by_text("Everything that is needed is there.")).to_be_visible()
    warning = page.get_by_role("listitem").filter(has_text="people who need step-free will be told to ask")
    warning.get_by_role("link").click()
    page.get_by_role("group", name="Step-free way in").get_by_label("Yes").check()
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_text("Yes: Step-free way in")).to_be_visible()
    page.get_by_role("link", name="See it as people will see it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(OFFER)
    page.get_by_role("link", name="See it in Easy Read").click()
    expect(page.get_by_role("heading", name="How staff can help")).to_be_visible()

    page.goto(home)
    page.get_by_role("button", name="Send to be checked").click()
    expect(page.get_by_text("It is sent. Someone looks at it, and you get a mail.")).to_be_visible()
    assert not is_found(visitor, "willow+weaving", OFFER)
    moderator = new_context().new_page()
    act_as(moderator, written_app, "morgan@example.org")
    note_checks(moderator, written_app, NAME, DEMANDED)
    for name in (NAME, OFFER):
        approve(moderator, name)
    assert is_found(visitor, "willow+weaving", OFFER)

    # What is a fact changes at once; a word waits.
    page.goto(own)
    page.get_by_role("link", name="Is there a place?").click()
    page.get_by_label("No, it is full").check()
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_role("alert")).to_contain_text("People see it now")
    page.get_by_role("link", name=re.compile("^Change.*In short")).click()
    page.get_by_label("What is it, in one or two sentences?").fill("We weave willow, and hazel too.")
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_text("Until it is checked, people read the old words.")).to_be_visible()
    visitor.get_by_role("link", name=OFFER, exact=True).first.click()
    expect(visitor.get_by_text("Full", exact=True).first).to_be_visible()
    expect(visitor.get_by_text("We weave willow and talk.").first).to_be_visible()
    expect(visitor.get_by_text("hazel")).to_have_count(0)


def test_the_pages_of_the_editor_are_open_to_all_and_count_as_one_ticks(
    page: Page, written_app: Flask
) -> None:
    with written_app.extensions["marketplace.db"].read() as session:
        account = session.scalars(select(Account).where(Account.email == "priya@example.org")).one()
        offer = session.scalars(
            select(Offer)
            .join(ProviderMember, ProviderMember.provider_id == Offer.provider_id)
            .where(ProviderMember.account_id == account.id)
            .order_by(Offer.id)
        ).first()
        assert offer is not None
        as_account(page, written_app, account)
        base = f"/provide/{offer.provider_id}/offers/{offer.id}"
    found: list[str] = []
    for reading, paths in (("standard", PAGES), ("easy", ("", "/times/add"))):
        page.goto(f"/?reading={reading}")
        for path in paths:
            answer = page.goto(base + path)
            assert answer
            assert answer.status == 200, path
            found += faults(page, NARROW)
    assert found == []
    page.goto("/?reading=standard")
    page.goto(base + "/themes")
    words = "In Mansfield at least about 15 people ask for this."
    page.route("**/themes/who", lambda route: route.fulfill(json={"words": words}))
    page.get_by_label("Swimming").check()
    expect(page.get_by_role("status")).to_have_text(words)


def join(asked: Asked, app: Flask) -> str:
    """Open an account, say who it is; gives the address of the home page."""
    page = asked.page
    page.goto("/provide")
    asked.open_account(app, email="quern@example.org", name="Una")
    page.get_by_label("A micro-enterprise").check()
    asked.answer("What are you?")
    page.get_by_label("What is your name?").fill(NAME)
    asked.answer("What is your name?")
    page.get_by_label("Postcode").fill("S81 8EH")
    asked.answer("Where are you?")
    asked.skip(until=f"Your pages: {NAME}")
    return page.url


def write_the_offer(asked: Asked) -> None:
    """What must be said, and the time and the price that make people come."""
    page = asked.page
    page.get_by_label("Community group").check()
    asked.answer("What kind of offer is it?", button=GO_ON)
    page.get_by_label("What is it called?").fill(OFFER)
    asked.answer("What is it called?", button=GO_ON)
    page.get_by_label("What is it, in one or two sentences?").fill("We weave willow and talk.")
    asked.answer("What is it, in one or two sentences?", button=GO_ON)
    asked.skip(until="What do people do there?")
    page.get_by_label("Arts and crafts").check()
    asked.answer("What do people do there?", button=GO_ON)
    asked.skip(until="Where does it happen?")
    page.get_by_label("At an address that everyone may see").check()
    asked.answer("Where does it happen?", button=GO_ON)
    expect(page.get_by_label("Postcode")).to_have_value("S81 8EH")  # asked once before
    asked.answer("What is the address?", button=GO_ON)
    asked.skip(until="When is it on?")
    page.get_by_label("Tuesday").check()
    page.get_by_label("Thursday").check()
    page.get_by_label("From").fill("10am")
    page.get_by_label("To", exact=True).fill("12:30")
    page.get_by_role("button", name=GO_ON).click()
    expect(page.get_by_text("Thursday, 10am to 12:30pm", exact=True)).to_be_visible()
    page.get_by_role("link", name="Go on", exact=True).click()
    asked.skip(until="What does it cost?")
    page.get_by_label("A price each time").check()
    page.get_by_label("Price", exact=True).fill("6")
    page.get_by_role("button", name=GO_ON).click()
    expect(page.get_by_text("£6 a session", exact=True)).to_be_visible()
    page.get_by_role("link", name="Go on", exact=True).click()
    asked.skip(until=OFFER)
