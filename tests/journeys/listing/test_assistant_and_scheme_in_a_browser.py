"""A Personal Assistant, and a scheme with one home: from opening an account to being found by someone who looks."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from marketplace.accounts.models import Account
from marketplace.providers.models import Provider
from tests.journeys.find.test_find_in_a_browser import STANDARDS
from tests.journeys.people.test_supporters_in_a_browser import as_account, mailed_path

NARROW = 360
MOST_QUESTIONS = 14
SKIPPED = re.compile("^Skip (this question|for now)$")


class Asked:
    """The questions that had to be answered; whatever can be skipped is skipped."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.headings: list[str] = []

    def answer(self, question: str, *, button: str = "Save and go on", may_skip: bool = False) -> None:
        """Send the page that asks *question*, which was filled in just now."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(question)
        assert may_skip or self.page.get_by_role("button", name=SKIPPED).count() == 0, question
        self.headings.append(question)
        self.page.get_by_role("button", name=button, exact=True).click()

    def skip(self, *, until: str) -> None:
        """Skip whatever can be skipped, until the question or page with this heading."""
        for _ in range(20):
            if self.page.get_by_role("heading", level=1).inner_text() == until:
                return
            expect(self.page.get_by_role("heading", name="There is a problem")).to_have_count(0)
            self.page.get_by_role("button", name=SKIPPED).click()
        raise AssertionError(f"{until} never came")

    def tell(self, who: str) -> None:
        print(f"\n{who} answered {len(self.headings)} questions: {', '.join(self.headings)}")
        assert len(self.headings) <= MOST_QUESTIONS


def test_a_personal_assistant_is_looked_at_by_two_and_found(
    new_context: Callable[..., BrowserContext], written_app: Flask
) -> None:
    page, visitor = new_context().new_page(), new_context().new_page()
    page.set_viewport_size({"width": NARROW, "height": 800})
    asked = Asked(page)
    join(asked, written_app, kind="A Personal Assistant", email="quilla@example.org", name="Quilla")
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
    join(asked, written_app, kind="A Shared Lives scheme", email="quorndale@example.org", name="Sal")
    page.get_by_label("What is your name?").fill(scheme)
    asked.answer("What is your name?", button="Continue")
    page.get_by_label("Postcode").fill("NG25 0DF")
    asked.answer("Where are you?", button="Continue")
    asked.skip(until=f"Your pages: {scheme}")
    page.get_by_role("link", name="Add the homes of your Shared Lives carers").first.click()
    page.get_by_role("link", name="Add a home").click()
    page.get_by_label("First names").fill("Ottoline and Bram")
    asked.answer("Who are the Shared Lives carers?")
    page.get_by_label("Postcode").fill("NG25 0DF")
    page.get_by_label("Town or village").fill("Southwell")
    asked.answer("Where is their home?")
    no_faults(page)
    page.get_by_role("group", name="Are there pets?").get_by_label("Yes").check()
    page.get_by_role("button", name="Save and go on").click()
    asked.skip(until="What is it like there?")
    page.get_by_label("In your words").fill("A quiet house with a big kitchen and a tortoise.")
    asked.answer("What is it like there?", may_skip=True)
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
    asked.answer("Work as a Personal Assistant", button="Continue")
    page.get_by_label("First name").fill("Quilla")
    page.get_by_label("Family name").fill("Hiddenname")
    asked.answer("What is your name?", button="Continue")
    page.get_by_label("Postcode").fill("NG18 4TP")
    page.get_by_label("Town or village").fill("Mansfield")
    asked.answer("Where do you live?")
    page.get_by_label("Employed by the person").check()
    asked.answer("How do you work as a Personal Assistant?")
    page.get_by_label("21 or over").check()
    asked.answer("How old are you?")
    page.get_by_label("How much do you ask for an hour?").fill("12.50")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("at least £12.71 an hour")
    no_faults(page)
    page.get_by_label("How much do you ask for an hour?").fill("15")
    asked.answer("How much do you ask for an hour?")
    page.get_by_label("Animals").check()
    asked.answer("What do you like doing with people?")
    page.get_by_label("What would you say of yourself").fill("I walk dogs and talk to horses.")
    asked.answer("What would you say of yourself in one sentence?")
    page.get_by_label("How many miles").fill("8")
    asked.answer("How many miles do you go to reach a person?")
    no_faults(page)
    page.get_by_label("Saturday, morning").check()
    page.get_by_role("button", name="Save and go on").click()
    asked.skip(until="You as a Personal Assistant")
    expect(page.get_by_text("All that is needed is here.")).to_be_visible()
    no_faults(page)


def join(asked: Asked, app: Flask, *, kind: str, email: str, name: str) -> None:
    """From the page for those who list, over opening an account, to having said what one is."""
    page = asked.page
    page.goto("/provide")
    page.get_by_role("link", name=re.compile("^Begin")).click()
    page.get_by_label("Your e-mail address").fill(email)
    asked.headings.append("Your e-mail address")
    page.get_by_role("button", name="Send me the link").click()
    page.goto(mailed_path(app, to=email))
    page.get_by_label("What should we call you?").fill(name)
    asked.headings.append("What should we call you?")
    page.get_by_role("button", name="Open my account").click()
    page.get_by_label(kind).check()
    asked.answer("What are you?", button="Continue")


def act_as(page: Page, app: Flask, email: str) -> None:
    with app.extensions["marketplace.db"].read() as session:
        as_account(page, app, session.scalars(select(Account).where(Account.email == email)).one())


def note_checks(page: Page, app: Flask, name: str, kinds: tuple[str, ...]) -> None:
    """What a moderator saw today, page by page."""
    with app.extensions["marketplace.db"].read() as session:
        provider_id = session.scalars(select(Provider.id).where(Provider.name == name)).one()
    for kind in kinds:
        page.goto(f"/moderation/providers/{provider_id}/checks/{kind}")
        if kind == "cqc_rating":
            page.get_by_label("Rating").select_option("good")
        page.get_by_role("button", name="Note this check").click()
        expect(page.get_by_role("heading", name="There is a problem")).to_have_count(0)


def approve(page: Page, name: str) -> None:
    page.goto("/moderation")
    page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_label("Approve").check()
    page.get_by_role("button", name="Send the decision").click()


def is_found(page: Page, words: str, offer: str) -> bool:
    """Whether someone who searches with *words* sees the offer."""
    page.goto(f"/offers?q={words}")
    return page.get_by_role("link", name=offer, exact=True).count() > 0


def no_faults(page: Page) -> None:
    """Nothing that axe can find, and nothing that makes a telephone scroll sideways."""
    found = Axe().run(page, options=STANDARDS).response["violations"]
    assert [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, page.url
