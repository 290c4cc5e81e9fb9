"""The register of gaps: who takes one on, who was slower, when it is late, and if it helped."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import AuditEntry
from marketplace.commissioning.register.counts import CellCounts, counts_in, counts_of
from marketplace.commissioning.register.models import Gap, GapState, GapStep
from marketplace.commissioning.register.operations import Cell, Plan, open_gap
from marketplace.commissioning.register.reminding import remind_owners
from marketplace.commissioning.report.kept import Reading
from marketplace.db import Database
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import A_FEW, NOBODY, Shown
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.report_rows import REPORT_VERSION, GapReport, ThemeRow
from marketplace.gaps.wanted import WantedRow
from marketplace.outbox.models import OutboxMessage
from marketplace.vocabulary import OfferStatus, Role, Theme
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, place
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in

NOTTINGHAMSHIRE, MANSFIELD = "E10000024", "E07000174"
REGISTER = "/commissioning/register"


@pytest.fixture
def account(session: Session) -> Account:
    return make_account(session, roles=[Role.COMMISSIONER], name="Chris")


@pytest.fixture
def chris(client: FlaskClient, account: Account) -> FlaskClient:
    sign_in(client, account)
    client.get(f"/commissioning/register?council={NOTTINGHAMSHIRE}")
    return client


def send(client: FlaskClient, address: str, fields: dict[str, str]) -> TestResponse:
    token = token_on(client.get(f"{REGISTER}/new"))
    return client.post(address, data={"csrf_token": token, **fields})


def make_gap(session: Session, account: Account, **plan: object) -> Gap:
    gap = open_gap(
        session,
        cell=Cell(council_code=NOTTINGHAMSHIRE, district_code=MANSFIELD, theme=Theme.COOKERY),
        plan=Plan(**{"title": "Cookery in Mansfield", **plan}),
        before={},
        report_id=None,
        form_token=uuid.uuid4().hex,
        account=account,
        now=datetime.now(UTC),
    )
    session.commit()
    return gap


def typed(day: date | None) -> dict[str, str]:
    parts = ("", "", "") if day is None else (day.day, day.month, day.year)
    return dict(zip(("due_on-day", "due_on-month", "due_on-year"), map(str, parts), strict=True))


def test_a_gap_is_taken_on_once_however_often_its_form_is_sent(
    chris: FlaskClient, session: Session, account: Account
) -> None:
    fields = {
        "once": str(uuid.uuid4()),
        "district": MANSFIELD,
        "theme": "cookery",
        "band": "saturday_morning",
        "level": "2",
        "title": " Cookery on\nSaturdays ",
        "owner": str(account.id),
        "action": "Ask the church hall",
        **typed(date(2027, 3, 1)),
    }
    first, second = (send(chris, f"{REGISTER}/new", fields) for _ in range(2))
    assert (first.status_code, first.location) == (303, second.location)
    gap = session.scalars(select(Gap)).one()
    assert (gap.number, gap.title, gap.state) == (1, "Cookery on Saturdays", GapState.IN_HAND)
    assert (gap.theme, gap.band, gap.level, gap.due_on) == (
        Theme.COOKERY,
        TimeBand.SATURDAY_MORNING,
        2,
        date(2027, 3, 1),
    )
    page = chris.get(first.location).text
    assert "Ask the church hall" in page
    assert "Chris" in page
    assert [entry.action for entry in session.scalars(select(AuditEntry))][-1:] == ["gap_opened"]


@pytest.mark.parametrize(**SQLITE)
def test_who_saved_later_sees_what_it_says_now_and_keeps_their_words(
    chris: FlaskClient, session: Session, account: Account
) -> None:
    gap = make_gap(session, account)
    address = f"{REGISTER}/{gap.id}/change"
    theirs = {"title": "Cookery", "action": "Talked to the hall", "seen": "1", "owner": "", **typed(None)}
    assert send(chris, address, theirs).status_code == 303
    mine = {**theirs, "action": "Wrote to the school"}
    conflict = send(chris, address, mine)
    assert conflict.status_code == 409
    assert "Talked to the hall" in conflict.text
    assert "Wrote to the school" in conflict.text
    session.refresh(gap)
    assert gap.action == "Talked to the hall"
    assert send(chris, address, {**mine, "seen": "2"}).status_code == 303
    session.refresh(gap)
    assert gap.action == "Wrote to the school"


@pytest.mark.parametrize(**SQLITE)
def test_only_commissioners_own_gaps_and_only_the_councils_districts_are_taken(
    chris: FlaskClient, session: Session
) -> None:
    stranger = make_account(session, name="Robin")
    fields = {"title": "Swimming", "owner": str(stranger.id), **typed(None)}
    assert send(chris, f"{REGISTER}/new", fields).status_code == 422
    assert send(chris, f"{REGISTER}/new", {**fields, "owner": "", "district": "E07000147"}).status_code == 303
    gap = session.scalars(select(Gap)).one()
    assert (gap.district_code, gap.owner_id) == (None, None)


def test_a_gap_is_closed_with_its_offers_and_can_be_opened_again(
    chris: FlaskClient, session: Session, account: Account
) -> None:
    gap = make_gap(session, account)
    kitchen = offer(session, "The kitchen", at=place(district_code=MANSFIELD))
    session.commit()
    one = f"{REGISTER}/{gap.id}"
    assert "The kitchen" in chris.get(f"{one}?q=kitch").text
    assert send(chris, f"{one}/offers", {"offer": str(kitchen.id)}).status_code == 303
    assert send(chris, f"{one}/steps", {"words": ""}).status_code == 422
    assert send(chris, f"{one}/steps", {"words": "It opened"}).status_code == 303
    session.refresh(gap)
    assert ([one.offer_id for one in gap.offers], gap.state) == ([kitchen.id], GapState.IN_HAND)
    end = {"state": "closed", "words": "The kitchen is open", "seen": str(gap.version)}
    assert send(chris, f"{one}/end", {**end, "state": "open"}).status_code == 422
    assert send(chris, f"{one}/end", end).status_code == 303
    session.refresh(gap)
    assert (gap.state, gap.closed_words) == (GapState.CLOSED, "The kitchen is open")
    assert send(chris, f"{one}/change", {"title": "Other", "seen": str(gap.version)}).status_code == 409
    assert send(chris, f"{one}/reopen", {}).status_code == 303
    session.refresh(gap)
    assert (gap.state, gap.closed_at) == (GapState.OPEN, None)
    words = session.scalars(select(GapStep.words).where(GapStep.gap_id == gap.id, GapStep.words != ""))
    assert set(words) == {"It opened", "The kitchen is open"}


def test_an_offer_that_is_not_public_any_more_stays_noted_but_leads_nowhere(
    chris: FlaskClient, session: Session, account: Account
) -> None:
    gap = make_gap(session, account)
    kitchen = offer(session, "The kitchen", at=place(district_code=MANSFIELD))
    session.commit()
    one = f"{REGISTER}/{gap.id}"
    send(chris, f"{one}/offers", {"offer": str(kitchen.id)})
    assert f"/offers/{kitchen.id}" in chris.get(one).text
    kitchen.status = OfferStatus.CLOSED
    session.commit()
    page = chris.get(one).text
    assert "The kitchen" in page
    assert "Not public now" in page
    assert f"/offers/{kitchen.id}" not in page


def test_late_gaps_come_first_and_stand_on_the_start_page_and_files_hold_no_formulas(
    chris: FlaskClient, session: Session, account: Account
) -> None:
    today = london_today()
    make_gap(session, account, title="Later", due_on=today + timedelta(days=90), owner_id=account.id)
    make_gap(session, account, title="=cmd()", due_on=today - timedelta(days=1))
    page = chris.get(REGISTER).text
    assert page.index("=cmd()") < page.index("Later")
    assert "Later" not in chris.get(f"{REGISTER}?late=1").text
    assert "Later" not in chris.get(f"{REGISTER}?owner=nobody").text
    start = chris.get("/commissioning").text
    assert "Gap 2 is late: =cmd()" in start
    lines = chris.get(f"{REGISTER}.csv").text.splitlines()
    assert lines[1].startswith("2,'=cmd(),open,E07000174,Mansfield,cookery,")


def test_owners_are_told_once_a_week_before_and_once_when_the_day_is_over(
    database: Database, session: Session, account: Account
) -> None:
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    make_gap(session, account, due_on=date(2027, 3, 8), owner_id=account.id)
    make_gap(session, account, due_on=date(2027, 3, 9), owner_id=account.id)
    make_gap(session, account, due_on=date(2027, 3, 8))
    days = (0, 0, 1, 2, 8, 9, 40)
    told = [
        remind_owners(database, now=noon + timedelta(days=day), base_url="https://example.org")
        for day in days
    ]
    assert told == [1, 0, 1, 0, 1, 1, 0]
    subjects = session.scalars(select(OutboxMessage.subject).order_by(OutboxMessage.subject)).all()
    assert subjects == [
        "Gap 1 is due on 8 March 2027",
        "Gap 1 was due on 8 March 2027",
        "Gap 2 is due on 9 March 2027",
        "Gap 2 was due on 9 March 2027",
    ]


def test_before_and_after_are_what_the_report_shows_and_never_more() -> None:
    wanted = WantedRow(
        district_code=MANSFIELD,
        theme=Theme.COOKERY,
        band=TimeBand.SATURDAY_MORNING,
        level=0,
        asked=Shown(15),
        unmet=A_FEW,
        hindrance=None,
    )
    row = ThemeRow(
        district_code=MANSFIELD,
        theme=Theme.COOKERY,
        asked=Shown(25),
        unmet=None,
        main=Hindrance.NO_WEEKEND,
        hindrances=None,
        places=None,
    )
    report = GapReport(
        version=REPORT_VERSION,
        day=date(2027, 1, 4),
        councils=(),
        districts=(),
        themes=(row,),
        wanted=(wanted,),
        sources=(),
        access=(),
    )
    reading = Reading(uuid.uuid4(), date(2027, 1, 4), report, {})

    def counts(**cell: object) -> CellCounts | None:
        return counts_in(reading, council_code=NOTTINGHAMSHIRE, district_code=MANSFIELD, **cell)

    told = counts(theme=Theme.COOKERY, band=TimeBand.SATURDAY_MORNING)
    assert told == CellCounts(
        day=date(2027, 1, 4), asked=Shown(25), unmet=None, main=Hindrance.NO_WEEKEND, part=A_FEW
    )
    assert counts_of(told.to_json()) == told
    left_out = counts(theme=Theme.COOKERY, band=TimeBand.SATURDAY_MORNING, level=2)
    assert left_out is not None
    assert left_out.part is None  # a level that is not told is not nobody
    nobody = counts(theme=Theme.SWIMMING, band=TimeBand.SATURDAY_MORNING)
    assert nobody is not None
    assert (nobody.unmet, nobody.part) == (NOBODY, NOBODY)
