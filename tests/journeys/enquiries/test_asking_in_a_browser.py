"""A person asks and a provider answers, in two browsers at once; and every page of it holds the standards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.offers.catalogue import mark_changed
from marketplace.offers.models import Offer
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.providers.models import ProviderStatus
from marketplace.vocabulary import Day, LegalForm, Role
from marketplace.web.today import now
from tests.directory.factories import offer, place, price, times
from tests.fixtures.accounts import make_account
from tests.journeys.find.test_find_in_a_browser import STANDARDS
from tests.journeys.people.test_supporters_in_a_browser import as_account
from tests.people.factories import TODAY, make_person
from tests.providers.factories import make_member, make_provider

NARROWEST = 320


@pytest.fixture
def session(example_app: Flask) -> Iterator[Session]:
    with example_app.extensions["marketplace.db"].write() as session:
        yield session


def _provider(session: Session, *names: str) -> tuple[Account, list[Offer]]:
    group = make_provider(
        session, name="Kitchen friends", legal_form=LegalForm.CIC, status=ProviderStatus.ACTIVE
    )
    account = make_account(session, roles=[Role.PROVIDER_STAFF], name="Priya Shah")
    make_member(session, provider=group, account=account)
    made = [
        offer(
            session,
            name,
            by=group,
            at=place(),
            sessions=times([Day.SAT], 10, 12),
            costs=[price("4")],
        )
        for name in names
    ]
    mark_changed(session, [one.id for one in made])
    session.commit()
    return account, made


def test_a_person_asks_is_asked_back_and_both_agree_and_another_one_is_declined(  # noqa: PLR0915
    new_context: Callable[..., BrowserContext], example_app: Flask, session: Session
) -> None:
    staff, (kitchen, garden) = _provider(session, "Saturday kitchen", "Garden hands")
    owner = make_account(session, roles=[Role.PERSON], name="Jo")
    jo = make_person(session, account=owner)
    session.add(
        SavedMatch(
            person_id=jo.id,
            offer_id=garden.id,
            keeping=Keeping.SAVED,
            rules_version="1",
            result={"name": garden.name},
            kept_at=now(),
        )
    )
    session.commit()
    person, priya = new_context().new_page(), new_context().new_page()
    as_account(person, example_app, owner)
    as_account(priya, example_app, staff)

    person.goto(f"/offers/{kitchen.id}")
    person.get_by_role("link", name="Ask about this").click()
    expect(person.get_by_label("Saturday kitchen")).to_be_checked()
    person.get_by_label("Garden hands").check()
    faults = _faults(person)
    person.get_by_role("button", name="Continue").click()
    expect(person.get_by_role("checkbox", checked=True)).to_have_count(0)
    person.get_by_role("checkbox", name=re.compile("^What I want to do")).check()
    faults += _faults(person)
    person.get_by_role("button", name="Continue").click()
    person.get_by_label("Can I come and look first?").check()
    person.get_by_label("In your own words").fill("I can bring an apron.")
    faults += _faults(person)
    person.get_by_role("button", name="Continue").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Check before you send")
    faults += _faults(person)
    person.get_by_role("button", name="Send", exact=True).click()
    expect(person.get_by_role("alert")).to_contain_text("It is sent")
    expect(person.locator(".md-enquiry__state")).to_have_text(["Sent", "Sent"])

    priya.goto(f"/provide/{kitchen.provider_id}")
    priya.get_by_role("link", name="Answer enquiries").click()
    faults += _faults(priya)
    priya.get_by_role("link", name="Jo asks about Garden hands").click()
    expect(priya.get_by_text("I want to make my own tea")).to_be_visible()
    priya.get_by_role("link", name="Say no, with a reason").click()
    faults += _faults(priya)
    priya.get_by_label("It is too far").check()
    priya.get_by_role("button", name="Send", exact=True).click()
    expect(priya.get_by_text("I want to make my own tea")).to_have_count(0)

    priya.get_by_role("link", name="All enquiries").click()
    priya.get_by_role("link", name="Jo asks about Saturday kitchen").click()
    priya.get_by_role("link", name="Ask something").click()
    priya.get_by_label("What do you need to know?").fill("Do you eat eggs?")
    priya.get_by_role("button", name="Send", exact=True).click()

    person.reload()
    expect(person.get_by_text("They can't")).to_be_visible()
    person.get_by_role("link", name="Saturday kitchen").click()
    expect(person.get_by_text("Do you eat eggs?")).to_be_visible()
    person.get_by_label("Your answer").fill("Yes")
    person.get_by_role("button", name="Send", exact=True).click()
    expect(person.get_by_role("alert")).to_contain_text("Your message is sent")
    faults += _faults(person)

    priya.reload()
    expect(priya.get_by_text("Yes", exact=True)).to_be_visible()
    faults += _faults(priya)
    priya.get_by_role("link", name="Write down what you agree").click()
    priya.get_by_role("button", name="Write down what to agree").click()
    first = TODAY + timedelta(days=7)
    for label, value in (("Day", first.day), ("Month", first.month), ("Year", first.year)):
        priya.get_by_label(label, exact=True).fill(str(value))
    priya.get_by_label("Each session").check()
    priya.get_by_label("From a direct payment").check()
    priya.get_by_label(re.compile("falls through")).fill("The week after")
    priya.get_by_role("button", name="Send it to Jo").click()
    expect(priya.get_by_role("status")).to_contain_text("It is written down")

    person.get_by_role("link", name="Write down what you agree").click()
    person.get_by_role("button", name=re.compile("^Yes")).click()
    person.goto(f"/people/{jo.id}/enquiries")
    expect(person.locator(".md-enquiry__state").filter(has_text="Agreed")).to_have_count(1)
    faults += _faults(person)
    assert faults == []


def _faults(page: Page) -> list[str]:
    """What axe finds on a narrow telephone, and whether it is wider than the screen."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    found = Axe().run(page, options=STANDARDS).response["violations"]
    faults = [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth") > NARROWEST:
        faults.append(f"{page.url} is wider than the screen")
    page.set_viewport_size(size)
    return faults
