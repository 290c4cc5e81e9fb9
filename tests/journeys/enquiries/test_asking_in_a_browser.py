"""A person asks and a provider answers, in two browsers at once; and every page of it holds the standards."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.models import DeclineReason, Enquiry, Meeting
from marketplace.enquiries.queries import declined_for_gaps
from marketplace.offers.catalogue import mark_changed
from marketplace.offers.models import Offer
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.providers.checks import demands_for
from marketplace.providers.models import ProviderStatus
from marketplace.vocabulary import Day, LegalForm, Role
from marketplace.web.today import now
from tests.directory.factories import check, offer, place, price, times
from tests.fixtures.accounts import make_account
from tests.fixtures.browsing import faults
from tests.journeys.accounts import as_account
from tests.people.factories import TODAY, make_person
from tests.providers.factories import make_member, make_provider

NARROWEST = 320


@pytest.fixture
def session(written_app: Flask) -> Iterator[Session]:
    with written_app.extensions["marketplace.db"].write() as session:
        yield session


def _provider(session: Session, *names: str) -> tuple[Account, list[Offer]]:
    group = make_provider(
        session, name="Kitchen friends", legal_form=LegalForm.CIC, status=ProviderStatus.ACTIVE
    )
    account = make_account(session, roles=[Role.PROVIDER_STAFF], name="Priya Shah")
    make_member(session, provider=group, account=account)
    group.checks = [check(one.kind, seen_on=TODAY) for one in demands_for(session, group)]
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


def test_a_person_asks_tries_it_agrees_and_starts_and_another_one_is_declined_for_the_gap_data(  # noqa: PLR0915
    new_context: Callable[..., BrowserContext], written_app: Flask, session: Session
) -> None:
    staff, (kitchen, garden) = _provider(session, "Saturday kitchen", "Garden hands")
    owner = make_account(session, roles=[Role.PERSON], name="Jo")
    jo = make_person(session, account=owner, counts_in_gaps=True)
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
    as_account(person, written_app, owner)
    as_account(priya, written_app, staff)

    person.goto(f"/offers/{kitchen.id}")
    person.get_by_role("link", name="Ask about this").click()
    expect(person.get_by_label("Saturday kitchen")).to_be_checked()
    person.get_by_label("Garden hands").check()
    found = _faults(person)
    person.get_by_role("button", name="Continue").click()
    expect(person.get_by_role("checkbox", checked=True)).to_have_count(0)
    person.get_by_role("checkbox", name=re.compile("^What I want to do")).check()
    found += _faults(person)
    person.get_by_role("button", name="Continue").click()
    person.get_by_label("Can I come and look first?").check()
    person.get_by_label("In your own words").fill("I can bring an apron.")
    found += _faults(person)
    person.get_by_role("button", name="Continue").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Check before you send")
    found += _faults(person)
    person.get_by_role("button", name="Send", exact=True).click()
    expect(person.get_by_role("alert")).to_contain_text("It is sent")
    expect(person.locator(".md-enquiry__state")).to_have_text(["Sent", "Sent"])

    priya.goto(f"/provide/{kitchen.provider_id}")
    priya.get_by_role("link", name="Answer enquiries").click()
    found += _faults(priya)
    priya.get_by_role("link", name="Jo asks about Garden hands").click()
    expect(priya.get_by_text("I want to make my own tea")).to_be_visible()
    priya.get_by_role("link", name="Say no, with a reason").click()
    found += _faults(priya)
    priya.get_by_label("It is too far").check()
    priya.get_by_role("button", name="Send", exact=True).click()
    expect(priya.get_by_text("I want to make my own tea")).to_have_count(0)

    priya.get_by_role("link", name="All enquiries").click()
    priya.get_by_role("link", name="Jo asks about Saturday kitchen").click()
    priya.get_by_role("link", name="Ask something").click()
    priya.get_by_label("What do you need to know?").fill("Do you eat eggs?")
    priya.get_by_role("button", name="Send", exact=True).click()
    expect(priya.get_by_text("Do you eat eggs?")).to_be_visible()

    person.reload()
    expect(person.get_by_text("They can't")).to_be_visible()
    person.get_by_role("link", name="Saturday kitchen").click()
    expect(person.get_by_text("Do you eat eggs?")).to_be_visible()
    person.get_by_label("Your answer").fill("Yes")
    person.get_by_role("button", name="Send", exact=True).click()
    expect(person.get_by_role("alert")).to_contain_text("Your message is sent")
    found += _faults(person)

    priya.reload()
    expect(priya.get_by_text("Yes", exact=True)).to_be_visible()
    found += _faults(priya)
    priya.get_by_role("link", name="Meet or try it first").click()
    priya.get_by_role("link", name="Propose a day to try it").click()
    days = priya.get_by_role("checkbox", name=re.compile("^Saturday .* 10am to midday"))
    for number in range(2):
        days.nth(number).check()
    found += _faults(priya)
    priya.get_by_role("button", name="Send it to Jo").click()
    expect(priya.get_by_role("status")).to_contain_text("Your times are sent")

    person.get_by_role("link", name="All enquiries").click()
    person.get_by_role("link", name="Saturday kitchen").click()
    person.get_by_role("link", name="Choose a time").click()
    expect(person.get_by_role("heading", name="Meet safely")).to_be_visible()
    expect(person.get_by_role("link", name="Exit this page")).to_be_visible()
    found += _faults(person)
    person.get_by_role("button", name=re.compile("^Yes, this one")).nth(1).click()
    expect(person.locator(".md-saved")).to_contain_text("The time is agreed")
    expect(person.get_by_text("A place is held until it is over.")).to_be_visible()
    priya.reload()
    expect(priya.get_by_text(re.compile("^They try it on Saturday"))).to_be_visible()
    found += _faults(priya)
    _let_it_be_over(session, jo.id)
    person.reload()
    person.get_by_role("link", name="Say how it went").click()
    person.get_by_label("Good", exact=True).check()
    person.get_by_label("Yes, I want to go on").check()
    found += _faults(person)
    person.get_by_role("button", name="Keep it").click()
    expect(person.get_by_role("button", name="Keep it")).to_have_count(0)
    found += _faults(person)
    priya.reload()
    expect(priya.get_by_text("Jo wants to go on.")).to_be_visible()

    priya.get_by_role("link", name="Go on: write down what you agree").click()
    priya.get_by_role("button", name="Write down what to agree").click()
    first = TODAY
    for label, value in (("Day", first.day), ("Month", first.month), ("Year", first.year)):
        priya.get_by_label(label, exact=True).fill(str(value))
    priya.get_by_label("Each session").check()
    priya.get_by_label("From a direct payment").check()
    priya.get_by_label(re.compile("falls through")).fill("The week after")
    priya.get_by_role("button", name="Send it to Jo").click()
    expect(priya.get_by_role("status")).to_contain_text("It is written down")

    person.get_by_role("link", name="Go on: write down what you agree").click()
    person.get_by_role("button", name=re.compile("^Yes")).click()
    person.get_by_role("button", name="It started").click()
    expect(person.get_by_role("status")).to_contain_text("It is noted that it started")
    priya.reload()
    expect(priya.get_by_text(re.compile("^It started."))).to_be_visible()
    priya.get_by_role("button", name="Ask for a change").click()
    expect(priya.get_by_role("heading", level=1)).to_have_text("What should change?")
    priya.get_by_label("What happens when somebody is ill?").fill("Tell us by 8")
    found += _faults(priya)
    priya.get_by_role("button", name="Ask Jo for this change").click()
    expect(priya.get_by_role("status")).to_contain_text("Your change is sent")
    person.reload()
    expect(person.locator("#change")).to_contain_text("Tell us by 8")
    found += _faults(person)
    person.get_by_role("button", name="Yes, change it").click()
    expect(person.get_by_role("status")).to_contain_text("The change is agreed")
    expect(person.get_by_role("heading", name="What changed")).to_be_visible()
    found += _faults(person)
    person.goto(f"/people/{jo.id}/enquiries")
    expect(person.locator(".md-enquiry__state").filter(has_text="Agreed")).to_have_count(1)
    found += _faults(person)
    assert found == []
    session.rollback()
    unmet = declined_for_gaps(session, since=now() - timedelta(days=1))
    assert [(one.offer_id, one.reason) for one in unmet if one.person_id == jo.id] == [
        (garden.id, DeclineReason.TOO_FAR)
    ]


def _let_it_be_over(session: Session, person_id: uuid.UUID) -> None:
    """The taster that was agreed was this morning."""
    session.rollback()
    taster = session.scalars(
        select(Meeting)
        .join(Enquiry, Enquiry.id == Meeting.enquiry_id)
        .where(Enquiry.person_id == person_id, Meeting.accepted_at.is_not(None))
    ).one()
    taster.starts_at, taster.ends_at = now() - timedelta(hours=3), now() - timedelta(hours=1)
    session.commit()


def _faults(page: Page) -> list[str]:
    """What axe finds on a narrow telephone, and whether it is wider than the screen."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    found = faults(page, NARROWEST)
    page.set_viewport_size(size)
    return found
