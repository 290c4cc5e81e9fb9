"""Offers that could be: kept with a report as shown counts, listed, and looked at one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.commissioning.next_offers.proposing import propose
from marketplace.commissioning.next_offers.reading import CouldBe, Together
from marketplace.commissioning.register.operations import Cell, Plan, open_gap
from marketplace.commissioning.report.making import Made
from marketplace.commissioning.report.models import GapReport as KeptReport
from marketplace.commissioning.report.models import ReportState
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.report_rows import REPORT_VERSION, CouncilRow, CouncilTheme, GapReport, ThemeRow
from marketplace.vocabulary import Role, SupportLevel, Theme
from tests.accounts.mail import SQLITE
from tests.fixtures.accounts import make_account, sign_in
from tests.gaps.worlds import Wish, asked_by, on_a_line, tables_of, world
from tests.matching.offers import catalogue_of

DAY = date(2026, 11, 23)
MANSFIELD, COUNCIL = "E07000174", "E10000024"
LINE = replace(on_a_line(2), district_codes=(MANSFIELD,), outcodes=("NG18", "NG19"), council_codes=(COUNCIL,))
WISHES = (Wish(people=18), Wish(people=9, place=1, theme=Theme.SWIMMING), Wish(people=7, theme=Theme.SPORT))
KEY = f"NG18 {MANSFIELD}|cookery|saturday_morning|2"


@pytest.fixture
def part() -> dict[str, Any]:
    made = Made(
        report=cast(Any, None),
        asked=asked_by(LINE, *WISHES),
        ids=(),
        askers=None,
        geography=LINE,
        catalogue=catalogue_of(),
        tables=tables_of(world(LINE, *WISHES)),
        today=DAY,
        evening=1020,
        seeds_dir=Path("seeds"),
    )
    return json.loads(json.dumps(propose(made, COUNCIL)))


@pytest.fixture
def account(client: FlaskClient, session: Session, part: dict[str, Any]) -> Account:
    """A commissioner, and a report with the part."""
    part["offers"][0] |= {"hour": "10.00", "basis": "theme_and_level"}
    row = ThemeRow(
        district_code=MANSFIELD,
        theme=Theme.COOKERY,
        asked=Shown(30),
        unmet=Shown(20),
        main=None,
        hindrances=None,
        places=None,
    )
    whole = CouncilTheme(theme=Theme.COOKERY, asked=Shown(30), unmet=Shown(20))
    report = GapReport(
        version=REPORT_VERSION,
        day=DAY,
        councils=(CouncilRow(code=COUNCIL, name="Nottinghamshire", themes=(whole,)),),
        districts=(),
        themes=(row,),
        wanted=(),
        sources=(),
        access=(),
    )
    now = datetime(2026, 11, 23, 6, tzinfo=UTC)
    session.add(
        KeptReport(
            day=DAY,
            state=ReportState.DONE,
            asked_at=now,
            done_at=now,
            progress=100,
            document={"report": report.to_json(), "parts": {"next_offers": {COUNCIL: part}}},
        )
    )
    account = make_account(session, roles=[Role.COMMISSIONER])
    sign_in(client, account)
    client.get(f"/commissioning/next-offers?council={COUNCIL}")
    return account


def test_what_is_kept_of_proposals_are_shown_counts_and_nobody_of_fewer_than_eight(
    part: dict[str, Any],
) -> None:
    by_theme = {one["theme"]: one["people"] for one in reversed(part["offers"])}
    assert by_theme == {"cookery": 20, "swimming": 10}
    (first, *_rest) = part["offers"]
    assert (first["key"].split("|")[1], first["size"]) == ("cookery", 20)
    # 18 of 18 are told as about 20; with 8 places about 10 are left, with 20 nobody.
    assert first["changes"]["districts"] == [[MANSFIELD, 20, 20, 10, 10, 0]]
    assert part["plan"]["people"] == 30


@pytest.mark.parametrize(**SQLITE)
def test_the_list_is_filtered_and_what_if_tells_before_after_and_what_it_costs(
    client: FlaskClient, account: Account
) -> None:
    page = client.get("/commissioning/next-offers").text
    assert "£28,800" in page  # 10 pounds, 3 hours, 48 weeks, 20 places
    assert "£1,440" in page  # for each of about 20
    assert "£28,800" not in client.get("/commissioning/next-offers?theme=swimming").text
    told = client.get("/commissioning/what-if", query_string={"offer": KEY, "size": "8"}).text
    assert "at least about 20 people find nothing about this now. With this offer it would be about 10." in (
        " ".join(told.split())
    )
    assert "£11,520" in told
    assert client.get("/commissioning/what-if?offer=NG1+E07|cookery").status_code == 404


@pytest.mark.parametrize(**SQLITE)
def test_an_investment_case_holds_need_words_and_options_as_page_and_as_tagged_pdf(
    client: FlaskClient, session: Session, account: Account
) -> None:
    gap = open_gap(
        session,
        cell=Cell(
            council_code=COUNCIL,
            district_code=MANSFIELD,
            theme=Theme.COOKERY,
            band=TimeBand.SATURDAY_MORNING,
        ),
        plan=Plan(title="Cookery #on *Saturdays*", why="People asked."),
        before={"day": "2026-10-05", "asked": 30, "unmet": 25, "part": "*", "main": None},
        report_id=None,
        form_token="case",
        account=account,
        now=datetime.now(UTC),
    )
    session.commit()
    page = client.get(f"/commissioning/register/{gap.id}/case").text
    assert page.index("5 October 2026") < page.index("23 November 2026")
    assert "Do nothing" in page
    assert "£28,800" in page
    pdf = client.get(f"/commissioning/register/{gap.id}/case.pdf")
    assert pdf.mimetype == "application/pdf"
    from pypdf import PdfReader

    document = PdfReader(BytesIO(pdf.data))
    words = " ".join(document.pages[0].extract_text().split())
    assert "Cookery #on *Saturdays*" in words
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert Decimal(document.pdf_header[5:]) >= Decimal("1.7")


def test_sessions_alike_in_a_plan_are_one_line_that_says_how_many() -> None:
    cookery = CouldBe(
        key=KEY,
        place_key=f"NG18 {MANSFIELD}",
        theme=Theme.COOKERY,
        band=TimeBand.SATURDAY_MORNING,
        level=SupportLevel.ENABLEMENT,
        size=20,
        people=Shown(20),
        hour=None,
        basis="",
    )
    swimming = replace(cookery, theme=Theme.SWIMMING)
    fewer = replace(cookery, people=Shown(15))
    plan = Together(offers=(cookery, swimming, cookery, fewer), people=Shown(75), of_unmet_percent=None)
    assert plan.sessions == [(cookery, 2), (swimming, 1), (fewer, 1)]
