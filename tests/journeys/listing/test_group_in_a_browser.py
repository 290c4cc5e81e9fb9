"""A group with nothing but a village hall, from opening an account to being found by someone who looks."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from marketplace.accounts.models import Account
from tests.journeys.find.test_find_in_a_browser import STANDARDS
from tests.journeys.people.test_supporters_in_a_browser import as_account, mailed_path

GROUP = "Skegby hall cards"
OFFER = "Skegby whist and cake"
MOST_QUESTIONS = 12
NARROW = 360


class Asked:
    """The questions that had to be answered; whatever can be skipped is skipped."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.headings: list[str] = []

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def answer(self, question: str, *, button: str = "Continue") -> None:
        """Send the page that asks *question*, which was filled in just now."""
        assert self.heading() == question
        assert self.page.get_by_role("button", name="Skip for now").count() == 0, question
        self.headings.append(question)
        self.page.get_by_role("button", name=button, exact=True).click()

    def skip(self, *, until: str) -> None:
        """Skip whatever can be skipped, until the question or page with this heading."""
        for _ in range(20):
            if self.heading() == until:
                return
            self.page.get_by_role("button", name="Skip for now").click()
        raise AssertionError(f"{until} never came")


def test_a_village_hall_group_answers_few_questions_and_is_found(
    new_context: Callable[..., BrowserContext], written_app: Flask
) -> None:
    page, visitor = new_context().new_page(), new_context().new_page()
    page.set_viewport_size({"width": NARROW, "height": 800})
    asked = Asked(page)
    open_an_account(asked, written_app)
    home = tell_who_we_are(asked)
    page.get_by_role("link", name="Add what you offer").first.click()
    tell_what_we_offer(asked)

    page.goto(home)
    page.get_by_role("button", name="Send to be checked").click()
    expect(page.get_by_text("It is sent. Someone looks at it, and you get a mail.")).to_be_visible()
    no_faults(page)
    print(f"\nA village-hall group answered {len(asked.headings)} questions: {', '.join(asked.headings)}")
    assert len(asked.headings) <= MOST_QUESTIONS

    assert is_found(visitor) is False
    moderate(new_context().new_page(), written_app)
    assert is_found(visitor) is True
    visitor.get_by_role("link", name=OFFER, exact=True).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(OFFER)
    expect(visitor.get_by_text(GROUP).first).to_be_visible()
    page.goto(home)
    expect(page.get_by_text("You are checked. People can find what you offer.")).to_be_visible()
    expect(page.get_by_text("People can find it", exact=True)).to_be_visible()


def open_an_account(asked: Asked, app: Flask) -> None:
    """From the page about the service, by the way that says 'List what you offer'."""
    page = asked.page
    page.goto("/about")
    page.get_by_role("main").get_by_role("link", name="List what you offer").click()
    page.get_by_role("link", name=re.compile("^Begin")).click()
    page.get_by_label("Your e-mail address").fill("hall@example.org")
    asked.headings.append("Your e-mail address")
    page.get_by_role("button", name="Send me the link").click()
    page.goto(mailed_path(app, to="hall@example.org"))
    page.get_by_label("What should we call you?").fill("Ana")
    asked.headings.append("What should we call you?")
    page.get_by_role("button", name="Open my account").click()


def tell_who_we_are(asked: Asked) -> str:
    """The questions about the group; gives the address of its home page."""
    page = asked.page
    no_faults(page)
    page.get_by_label("A community group").check()
    asked.answer("What are you?")
    page.get_by_label("What is your name?").fill(GROUP)
    asked.answer("What is your name?")
    page.get_by_label("Postcode").fill("NG17 3EE")
    asked.answer("Where are you?")
    asked.skip(until=f"Your pages: {GROUP}")
    return page.url


def tell_what_we_offer(asked: Asked) -> None:
    """The questions about the offer that can't be skipped."""
    page, button = asked.page, "Save and go on"
    page.get_by_label("Community group").check()
    asked.answer("What kind of offer is it?", button=button)
    page.get_by_label("What is it called?").fill(OFFER)
    asked.answer("What is it called?", button=button)
    page.get_by_label("What is it, in one or two sentences?").fill("Whist, rummy and cake every Thursday.")
    asked.answer("What is it, in one or two sentences?", button=button)
    asked.skip(until="What do people do there?")
    page.get_by_label("Seeing friends").check()
    asked.answer("What do people do there?", button=button)
    asked.skip(until="Where does it happen?")
    page.get_by_label("At an address that everyone may see").check()
    asked.answer("Where does it happen?", button=button)
    page.get_by_label("Postcode").fill("NG17 3EE")
    asked.answer("What is the address?", button=button)
    asked.skip(until=OFFER)


def moderate(page: Page, app: Flask) -> None:
    """Approve the group, then its offer."""
    with app.extensions["marketplace.db"].read() as session:
        account = session.scalars(select(Account).where(Account.email == "morgan@example.org")).one()
        as_account(page, app, account)
    for name in (GROUP, OFFER):
        page.goto("/moderation")
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_label("Approve").check()
        page.get_by_role("button", name="Send the decision").click()


def is_found(page: Page) -> bool:
    """Whether someone who searches for the offer by its name sees it."""
    page.goto("/offers?q=Skegby+whist")
    return page.get_by_role("link", name=OFFER, exact=True).count() > 0


def no_faults(page: Page) -> None:
    """Nothing that axe can find, and nothing that makes a telephone scroll sideways."""
    found = Axe().run(page, options=STANDARDS).response["violations"]
    assert [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, page.url
