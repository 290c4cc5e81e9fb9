"""A gap of the example world from its report to its end: taken on, asked for, offered, approved, counted again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import marketplace
from marketplace.accounts.models import Account
from marketplace.commissioning.example.year import load_example_year
from marketplace.commissioning.groups.models import GroupIdea
from marketplace.commissioning.groups.queries import groups_near
from marketplace.commissioning.market.models import Pilot
from marketplace.commissioning.outcomes.models import SaidAndDid
from marketplace.commissioning.register.models import Gap, GapStep
from marketplace.commissioning.report.kept import newest_report
from marketplace.commissioning.report.making import make_due_report, now_utc
from marketplace.db import Database, open_database, write_session
from marketplace.enquiries.agreements.models import Agreement, HowItGoes
from marketplace.enquiries.help.models import HelpWanted
from marketplace.enquiries.models import Enquiry
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.report import ranked_gaps
from marketplace.interop.example_sign_ins import THE_PERSON
from marketplace.interop.example_world import written_for
from marketplace.interop.world_rows import weeks_since
from marketplace.people.models import Person
from marketplace.providers.examples import example_id
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, making_of
from marketplace.vocabulary import Role, Theme
from marketplace.web.today import london_today
from tests.fixtures.accounts import make_account
from tests.fixtures.browsing import faults
from tests.fixtures.site import serving, settings_in
from tests.journeys.accounts import act_as, as_account
from tests.journeys.listing.steps import approve

BASSETLAW, NOTTINGHAMSHIRE, NORFOLK = "E07000171", "E10000024", "E10000020"
PLANTED = {
    NOTTINGHAMSHIRE: [(BASSETLAW, Theme.COOKERY, Hindrance.NO_WEEKEND)],
    NORFOLK: [
        ("E07000146", Theme.SHOPPING, Hindrance.NO_EVENING),
        ("E07000145", Theme.FRIENDS, Hindrance.LEVEL),
    ],
}
TITLE = "Nobody cooks on Saturdays in Bassetlaw"
OFFER = "Saturday kitchen at Ranby"
COOK = "GA-0001"
NARROW = 360
DATABASE_FILE = "marketplace.sqlite3"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def reported(example_world: Path, postcode_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the example world, with this week's report."""
    settings = settings_in(tmp_path_factory.mktemp("reported") / "instance", postcode_dir=postcode_dir)
    shutil.copy(example_world, settings.instance_dir / DATABASE_FILE)
    app = marketplace.create_app(settings)
    report(app, london_today())
    database_of(app).engine.dispose()
    return settings


@pytest.fixture(scope="module")
def reported_database(reported: Settings) -> Iterator[Database]:
    database = open_database(reported.database_url)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="module")
def planted_app(
    reported: Settings,
    postcode_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
    compiled_templates: BytecodeCache,
) -> Iterator[Flask]:
    """The application on a copy of its own, in which a gap is closed."""
    settings = settings_in(tmp_path_factory.mktemp("planted") / "instance", postcode_dir=postcode_dir)
    shutil.copy(reported.instance_dir / DATABASE_FILE, settings.instance_dir / DATABASE_FILE)
    app = marketplace.create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    app.testing = True
    yield app
    database_of(app).engine.dispose()


@pytest.fixture(scope="module")
def address(planted_app: Flask) -> Iterator[str]:
    with serving(planted_app) as served:
        yield served


@pytest.fixture
def new_page(
    browser: Browser, browser_context_args: dict[str, Any], address: str
) -> Iterator[Callable[[], Page]]:
    """Pages of people of their own, on this file's application."""
    contexts: list[BrowserContext] = []

    def opened() -> Page:
        contexts.append(browser.new_context(**{**browser_context_args, "base_url": address}))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield opened
    for one in contexts:
        one.close()


def test_the_planted_gaps_come_first_in_their_counties_with_their_reasons(
    reported_database: Database,
) -> None:
    with reported_database.read() as session:
        reading = newest_report(session)
    assert reading is not None
    for council, planted in PLANTED.items():
        ranked = ranked_gaps(reading.report, council_code=council, limit=len(planted))
        assert [(one.district_code, one.theme, one.main) for one in ranked] == planted


def test_the_example_year_is_written_once_and_the_groups_that_it_shows_are_found(
    reported: Settings, reported_database: Database
) -> None:
    today = london_today()
    with reported_database.read() as session:
        before = written(session)
        is_shown = GroupIdea.published_at.is_not(None) & GroupIdea.ended_at.is_(None)
        assert session.scalar(select(func.count()).select_from(GroupIdea).where(is_shown)) == 3
        kathleen = session.scalars(select(Person).where(Person.reference == THE_PERSON)).one()
        assert len(groups_near(session, kathleen)) == 1  # so that her page shows one
    assert all(before.values())
    moved = weeks_since(written_for(reported.seeds_dir), today)
    with write_session(reported_database) as session:
        load_example_year(session, reported.seeds_dir, today=today, moved=moved)
        assert written(session) == before


def written(session: Session) -> dict[str, int]:
    return {
        model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Gap, GapStep, Pilot, SaidAndDid, Enquiry, Agreement, HowItGoes, HelpWanted)
    }


def test_a_planted_gap_is_taken_on_offered_and_closed(
    new_page: Callable[[], Page], planted_app: Flask
) -> None:
    commissioner, provider, moderator, cook = (new_page() for _ in range(4))
    act_as(commissioner, planted_app, "chris@example.org")
    before = take_on(commissioner)
    ask_providers(commissioner)

    act_as(provider, planted_app, "priya@example.org")
    offer_it(provider)
    act_as(moderator, planted_app, "morgan@example.org")
    approve(moderator, OFFER)

    matches = matches_of(cook, planted_app)
    cook.goto(matches)
    expect(cook.get_by_role("link", name=OFFER, exact=True).first).to_be_visible()

    count_again(planted_app)
    close(commissioner, before)


def take_on(page: Page) -> str:
    """The largest gap of the list goes into the register; gives how many people it is about."""
    page.goto(f"/commissioning/gaps?council={NOTTINGHAMSHIRE}")
    first = page.get_by_role("main").locator("tbody tr").first
    expect(first).to_contain_text("Bassetlaw")
    expect(first).to_contain_text("They have time at the weekend, and what there is, is in the week")
    before = first.get_by_role("cell").first.inner_text()
    first.get_by_role("link", name="Cooking").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cooking in Bassetlaw")
    assert faults(page, NARROW) == []
    page.get_by_role("link", name="Take it on in the register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Take on a gap")
    page.get_by_label("What is missing?").fill(TITLE)
    page.get_by_label("Who takes it on?").select_option(label="Chris Okafor")
    page.get_by_label("What will be done?").fill("Ask providers for a Saturday kitchen.")
    due = london_today() + timedelta(days=60)
    for part, value in (("Day", due.day), ("Month", due.month), ("Year", due.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_role("button", name="Put it into the register").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(page.get_by_text("Something is being done").first).to_be_visible()
    return before


def ask_providers(page: Page) -> None:
    """The proposal that would serve most people of the gap becomes a call to providers."""
    page.goto(f"/commissioning/next-offers?district={BASSETLAW}&theme=cookery")
    best = page.get_by_role("main").locator("tbody tr").first
    expect(best).to_contain_text(re.compile("Cooking, saturday (morning|afternoon)s", re.IGNORECASE))
    best.get_by_role("button", name=re.compile("^Ask providers")).click()
    expect(page.get_by_text("Providers within reach see it from now on.")).to_be_visible()


def offer_it(page: Page) -> None:
    """A provider near by begins from the call, says the rest and sends it."""
    page.goto(f"/provide/{example_id('provider', 'dukeries-yard')}/wanted")
    page.get_by_role("button", name=re.compile("^I could offer this")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cooking: new")
    change(page, "Name", "What is it called?", OFFER)
    change(
        page, "In short", "What is it, in one or two sentences?", "We cook a hot dinner and eat it together."
    )
    page.get_by_role("link", name=re.compile("^(Change|Answer).*Address")).click()
    page.get_by_label("Postcode").fill("DN22 9YZ")
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(OFFER)
    page.get_by_role("button", name="Send to be checked").click()
    expect(page.get_by_text("Waiting to be checked").first).to_be_visible()


def change(page: Page, row: str, question: str, words: str) -> None:
    page.get_by_role("link", name=re.compile(f"^(Change|Answer).*{row}")).click()
    page.get_by_label(question).fill(words)
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_role("link", name=re.compile(f"^(Change|Answer).*{row}"))).to_be_visible()


def close(page: Page, before: str) -> None:
    """The register shows what the newest report says beside what it was; then the gap is closed."""
    page.goto("/commissioning/register")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    page.get_by_label("Find an offer by its name or its provider").fill(OFFER)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("button", name=re.compile(f"^Note it.*{OFFER}")).click()
    expect(page.get_by_role("button", name=re.compile("^Take out"))).to_be_visible()
    page.get_by_role("link", name="Close it or set it aside").click()
    page.get_by_role("radio", name="Closed").check()
    page.get_by_label("What closed it, or why is it set aside?").fill("A kitchen opens on Saturdays.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A kitchen opens on Saturdays.").first).to_be_visible()
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows.nth(0)).to_contain_text(before)
    expect(rows.nth(1)).to_contain_text("When it ended")
    # Nobody, or the few who are out of reach of one kitchen.
    expect(rows.nth(1).get_by_role("cell").nth(1)).to_have_text(re.compile(r"^\s*(0|10|\*.*)\s*$", re.DOTALL))
    assert faults(page, NARROW) == []


def matches_of(page: Page, app: Flask) -> str:
    """Be signed in as one of the people who want to cook; gives the address of their matches."""
    with database_of(app).write() as session:
        account = make_account(session, roles=[Role.PERSON], name="Toby")
        person = session.scalars(select(Person).where(Person.reference == COOK)).one()
        person.account_id = account.id
        session.commit()
        person_id = person.id
    with database_of(app).read() as session:
        as_account(page, app, session.get_one(Account, account.id))
    return f"/people/{person_id}/matches"


def count_again(app: Flask) -> None:
    """Next week's report. It counts the people of Bassetlaw alone: that is quicker, and all that is asked."""
    with write_session(database_of(app)) as session:
        session.execute(update(Person).where(Person.district_code != BASSETLAW).values(counts_in_gaps=False))
    report(app, london_today() + timedelta(days=7))


def report(app: Flask, day: date) -> None:
    work = Work(app.extensions["marketplace.settings"], database_of(app))
    assert make_due_report(making_of(work), today=day, clock=now_utc)


def database_of(app: Flask) -> Database:
    database: Database = app.extensions["marketplace.db"]
    return database
