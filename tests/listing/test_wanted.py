"""What people near a provider want: counted once a week, rounded, shown by district, offered in one step."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.commissioning.report.making import make_due_report, now_utc
from marketplace.commissioning.report.models import GapReport
from marketplace.db import Database
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import NOBODY, Shown
from marketplace.listing.wanted.models import WantedCount
from marketplace.listing.wanted.reach import reach, reach_words, who_can_find
from marketplace.offers.document import OfferDocument, PlaceSaid, SessionSaid, parse_document
from marketplace.offers.models import Offer, OfferDraft
from marketplace.people.models import Person
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, make_gap_report, making_of
from marketplace.vocabulary import Day, OfferKind, PlaceKind, SupportLevel, Theme
from tests.accounts.mail import SQLITE
from tests.find.journeys import send
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person
from tests.providers.factories import make_member, make_provider

pytestmark = pytest.mark.parametrize(**SQLITE)

EVENINGS = {"tue": ["17:00-21:00"]}
ASKED = {"goals": [{"theme": "cookery"}], "postcode": "NG18 1AB", "when": EVENINGS}


@pytest.fixture
def work(settings: Settings, database: Database) -> Work:
    return Work(settings, database)


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session, status=ProviderStatus.ACTIVE)


@pytest.fixture
def as_owner(client: FlaskClient, session: Session, provider: Provider) -> FlaskClient:
    account = make_account(session, name="Bo")
    make_member(session, provider=provider, account=account)
    sign_in(client, account)
    return client


def make_people(session: Session, number: int, **more: object) -> list[Person]:
    answers = {**ASKED, **more}
    return [make_person(session, answers=answers, counts_in_gaps=True) for _ in range(number)]


def counted(session: Session, *, level: int = 0) -> WantedCount | None:
    session.expire_all()
    return session.get(WantedCount, ("E07000174", Theme.COOKERY, TimeBand.WEEKDAY_EVENING, level))


def test_people_who_agreed_are_counted_with_the_weekly_report(session: Session, work: Work) -> None:
    make_people(session, 12, support_level=2)
    for unseen in ({"counts_in_gaps": False}, {"answers": {}}, {"district_code": None}):
        make_person(session, **{"answers": ASKED, "counts_in_gaps": True, **unseen})
    assert make_gap_report(work)
    row = counted(session)
    assert row is not None
    assert (row.asked, row.unmet) == (Shown(10), Shown(10))
    of_level = counted(session, level=2)
    assert of_level is not None
    assert of_level.unmet == Shown(10)
    make_people(session, 8)
    assert make_gap_report(work) == "", "this week has its count"
    next_week = row.counted_on + timedelta(days=7)
    assert make_due_report(making_of(work), today=next_week, clock=now_utc)
    row = counted(session)
    assert row is not None
    assert (row.unmet, row.counted_on) == (Shown(20), next_week)
    kept = session.scalars(select(GapReport).where(GapReport.day == next_week)).one()
    assert kept.document is not None
    assert {
        (one["theme"], one["band"], one["level"], one["unmet"], one["asked"])
        for one in kept.document["report"]["wanted"]
    } == {
        (one.theme, one.band, one.level, *(number_of(count) for count in (one.unmet, one.asked)))
        for one in session.scalars(select(WantedCount))
    }, "providers read the report's own rows"


def number_of(count: Shown | None) -> int | str | None:
    return None if count is None else "*" if count.number is None else count.number


def test_where_nobody_agreed_ranking_is_not_even_got_ready(session: Session, work: Work) -> None:
    make_person(session, answers=ASKED)
    assert make_gap_report(work) == ""
    assert "matching" not in vars(work)


@pytest.mark.parametrize("number", [1, 5, 7, 12])
def test_the_database_refuses_a_count_that_was_never_rounded(session: Session, number: int) -> None:
    written = text(
        "INSERT INTO wanted_count (district_code, theme, band, level, unmet, counted_on)"
        " VALUES ('E07000174', 'cookery', 'not_said', 0, :number, '2026-11-23')"
    )
    with pytest.raises(IntegrityError, match="unmet_was_rounded"):
        session.execute(written, {"number": number})


def make_row(session: Session, people: int | None, **fields: object) -> None:
    session.add(
        WantedCount(
            **{
                "district_code": "E07000174",
                "theme": Theme.COOKERY,
                "band": TimeBand.WEEKDAY_EVENING,
                "level": 0,
                "asked": Shown(people),
                "unmet": Shown(people),
                "counted_on": date(2026, 11, 16),
                **fields,
            }
        )
    )
    session.commit()


def test_the_page_tells_districts_apart_and_hides_small_numbers(
    as_owner: FlaskClient, session: Session, provider: Provider
) -> None:
    path = f"/provide/{provider.id}/wanted"
    assert "Nobody was counted yet" in as_owner.get(path).text
    make_row(session, 15)
    make_row(session, 10, level=2)
    make_row(session, None, theme=Theme.SWIMMING)
    make_row(session, 20, district_code="E07000170")  # Ashfield begins within five miles
    make_row(session, 90, district_code="E07000148")  # Norwich is out of reach
    make_row(session, 0, theme=Theme.GYM)
    page = as_owner.get(path).text
    assert "In Ashfield about 20 people want this and nothing fits them: cooking." in page
    assert ">Mansfield</h2>" in page
    assert "level 2: 10" in " ".join(page.split())
    assert "1 to 7" in page
    numbers = re.findall(r"wanted__people\">(?:<span[^>]*>)?([^<]+)<", page)
    assert numbers == ["about 15 people", "*", "about 20 people"], "apart, not added up, and in reach"
    only = as_owner.get(path, query_string={"district": "E07000174", "theme": "swimming"}).text
    assert "Ashfield</h2>" not in only
    assert "Offer this" in only
    assert "Choose less above" in as_owner.get(path, query_string={"theme": "money"}).text
    by_time = as_owner.get(path, query_string={"level": "2", "order": "time", "band": "x"}).text
    assert re.search(r"<h3[^>]*>\s*Weekday evenings", by_time)
    assert "level 2" in by_time
    assert "Bolsover" not in by_time, "a district in reach of which we know nothing is left out"


def test_offer_this_begins_one_draft_that_is_filled_in(
    as_owner: FlaskClient, session: Session, provider: Provider
) -> None:
    make_row(session, 15)
    once = str(uuid.uuid4())
    wish = {
        "district": "E07000174",
        "theme": "cookery",
        "band": "weekday_evening",
        "level": "2",
        "once": once,
    }
    for _ in range(2):
        answer = send(as_owner, f"/provide/{provider.id}/wanted/offer", **wish)
        assert answer.status_code == 303
        assert answer.location == f"/provide/{provider.id}/offers/{once}"
    assert session.scalar(select(func.count()).select_from(Offer)) == 1
    document = parse_document(session.scalars(select(OfferDraft)).one().document)
    assert document.kind is OfferKind.COMMUNITY_GROUP
    assert (document.themes, document.levels) == ((Theme.COOKERY,), {SupportLevel.ENABLEMENT: True})
    assert document.sessions == (SessionSaid(day=Day.TUE, starts=18 * 60, ends=20 * 60),)
    assert document.place == PlaceSaid(kind=PlaceKind.EXACT, town="Mansfield", postcode="NG18 1AB")
    assert send(as_owner, f"/provide/{provider.id}/wanted/offer", theme="x", band="y").status_code == 404


DRAFT = OfferDocument(
    kind=OfferKind.COMMUNITY_GROUP,
    name="Evening kitchen",
    themes=(Theme.COOKERY, Theme.SWIMMING),
    place=PlaceSaid(kind=PlaceKind.EXACT, postcode="NG18 1AB"),
    sessions=(SessionSaid(day=Day.WED, starts=18 * 60, ends=20 * 60),),
)


def test_who_can_find_a_draft_is_the_largest_row_it_is_in(app: Flask, session: Session) -> None:
    with app.test_request_context():
        assert who_can_find(session, DRAFT) is None, "nobody was counted yet"
        make_row(session, 15)
        make_row(session, 10, level=2)
        make_row(session, None, level=3)
        make_row(session, 10, theme=Theme.SWIMMING)
        make_row(session, 80, band=TimeBand.SUNDAY_MORNING)
        assert who_can_find(session, DRAFT) == Shown(15), "not 25: the same people may ask for both"
        assert who_can_find(session, replace(DRAFT, sessions=())) == Shown(80)
        level_2 = reach(
            session, replace(DRAFT, themes=(Theme.COOKERY,), levels={SupportLevel.ENABLEMENT: True})
        )
        assert level_2 is not None
        assert reach_words(level_2) == ("In Mansfield at least about 10 people at these levels ask for this.")
        assert who_can_find(session, replace(DRAFT, themes=(Theme.MONEY,))) == NOBODY
        assert who_can_find(session, replace(DRAFT, place=None)) is None
        assert who_can_find(session, replace(DRAFT, place=PlaceSaid(kind=PlaceKind.ONLINE))) is None


def test_whatever_is_typed_nothing_comes_out_that_is_not_in_the_table(app: Flask, session: Session) -> None:
    """Every draft with some of these themes, times and levels: answers are shown numbers of rows, or sums
    of shown levels of one row; people are not even asked for."""
    make_people(session, 9)
    make_row(session, 20)
    make_row(session, 10, level=2)
    make_row(session, 10, level=3)
    make_row(session, None, level=4)
    seen = set()
    with app.test_request_context():
        for levels in ({}, {2: True}, {2: True, 3: True}, {4: True}, {1: True}):
            for starts in (9, 12, 17, 19):
                document = replace(
                    DRAFT,
                    levels={SupportLevel(level): main for level, main in levels.items()},
                    sessions=(SessionSaid(day=Day.WED, starts=starts * 60, ends=starts * 60 + 120),),
                )
                seen.add(str(who_can_find(session, document)))
    assert seen == {"0", "*", "10", "20"}
