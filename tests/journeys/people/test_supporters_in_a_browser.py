"""A person invites her sister, hides a part from her and stops her help, in two browsers at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from marketplace.people.caseload.models import CaseNote, Shortlist, ShortlistItem
from marketplace.people.supporters.models import Carer, Scope
from marketplace.vocabulary import Role
from tests.fixtures.accounts import make_account
from tests.fixtures.browsing import faults
from tests.journeys.accounts import as_account, mailed_path, open_account
from tests.journeys.people.test_profile_in_a_browser import find_join_and_save
from tests.people.factories import make_case, make_person, make_supporter

NARROWEST = 320


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_person_saves_invites_a_sister_hides_one_part_and_withdraws_her(
    new_context: Callable[..., BrowserContext], written_app: Flask, script: bool
) -> None:
    person = new_context(java_script_enabled=script).new_page()
    sister = new_context(java_script_enabled=script).new_page()
    number = "1" if script else "2"
    own, other = f"ali-{number}@example.org", f"ruth-{number}@example.org"

    find_join_and_save(person, written_app, email=own)
    expect(person.get_by_text("I want to make my own tea")).to_be_visible()

    person.get_by_role("link", name="Who helps", exact=True).click()
    person.get_by_role("link", name="Ask someone to help", exact=True).click()
    person.get_by_label("Their name").fill("Ruth")
    person.get_by_label("Their e-mail address").fill(other)
    person.get_by_label("What they are to you").fill("my sister")
    person.get_by_role("button", name="Continue").click()
    person.get_by_label("Look and help to fill in").check()
    person.get_by_role("button", name="Continue").click()
    expect(person.get_by_label("1 year")).to_be_checked()
    person.get_by_role("button", name="Continue").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Check before you ask")
    person.get_by_role("button", name="Ask them now").click()
    expect(person.get_by_role("heading", name="Asked, not answered yet")).to_be_visible()

    sister.goto(mailed_path(written_app, to=other))
    sister.get_by_role("link", name="Open an account").click()
    open_account(sister, written_app, email=other, name="Ruth")
    sister.get_by_role("button", name="Yes, I will help").click()
    expect(sister.get_by_text("You are looking at the page of Ali")).to_be_visible()
    expect(sister.get_by_text("I want to make my own tea")).to_be_visible()

    person.get_by_role("link", name="Profile", exact=True).click()
    hide = person.get_by_role("button", name=re.compile("Hide it.*What I want to do"))
    hide.click()
    expect(hide).to_have_count(0)
    sister.reload()
    expect(sister.get_by_text("Ali keeps this private.")).to_be_visible()
    expect(sister.get_by_text("I want to make my own tea")).to_have_count(0)

    person.get_by_role("link", name="Who helps", exact=True).click()
    person.get_by_role("link", name=re.compile("Stop now.*Ruth")).click()
    person.get_by_role("button", name="Yes, stop now").click()
    expect(person.get_by_text("They no longer see the page.")).to_be_visible()
    sister.get_by_role("link", name="Profile", exact=True).click()
    expect(sister.get_by_role("heading", level=1)).to_have_text("Page not found")
    expect(sister.get_by_text("Ali")).to_have_count(0)


@pytest.fixture
def session(written_app: Flask) -> Iterator[Session]:
    with written_app.extensions["marketplace.db"].write() as session:
        yield session


def test_the_pages_of_helping_have_no_fault_that_axe_can_find_and_fit_a_telephone(
    page: Page, written_app: Flask, session: Session
) -> None:
    owner = make_account(session, roles=[Role.PERSON], name="Jo")
    jo = make_person(session, account=owner)
    sam = make_account(session, roles=[Role.SUPPORTER], name="Sam")
    helping = make_supporter(session, person=jo, account=sam, scope=Scope.HELP)
    dana = make_account(session, roles=[Role.PRACTITIONER], name="Dana")
    make_case(session, person=jo, account=dana)
    now = datetime.now(UTC)
    carer = Carer(account_id=sam.id, person_id=jo.id, shortest_break_minutes=180, changed_at=now)
    note = CaseNote(person_id=jo.id, written_at=now, text="Max was there", names_others=True)
    session.add_all([carer, note])
    session.commit()
    base = f"/people/{jo.id}"
    pages = {
        owner: (
            f"{base}/supporters",
            f"{base}/supporters/invite",
            f"{base}/supporters/{helping.id}/stop",
            f"{base}/carer",
        ),
        sam: ("/supporting", f"{base}/carer", f"{base}/carer/work", f"{base}/carer/work-times"),
        dana: (
            "/caseload",
            "/caseload/new",
            f"{base}/notes",
            f"{base}/shortlists/new",
            f"{base}/shortlists/{_list(session, jo.id)}",
        ),
    }
    problems = []
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    for account, paths in pages.items():
        as_account(page, written_app, account)
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            problems += faults(page, NARROWEST)
    assert problems == []


def _list(session: Session, person_id: object) -> object:
    from marketplace.offers.queries import public_offers

    offers = session.scalars(public_offers().limit(2)).all()
    items = [ShortlistItem(offer_id=offer.id, position=place) for place, offer in enumerate(offers)]
    shortlist = Shortlist(person_id=person_id, title="Ideas", made_at=datetime.now(UTC), items=items)
    session.add(shortlist)
    session.commit()
    return shortlist.id
