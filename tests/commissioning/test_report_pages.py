"""Pages of gaps: what is shown of a kept report, reports on request, files, and lists that a council brings."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.commissioning.report.models import BroughtDemand, GapReport, ReportState
from marketplace.db import Database
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.report_rows import SourceRow
from marketplace.gaps.sources import DemandSource
from marketplace.vocabulary import Role, Theme
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.commissioning.reports import STAR, kept, report_of
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in

pytestmark = pytest.mark.parametrize(**SQLITE)
ASHFIELD, MANSFIELD = "E07000170", "E07000174"
BROUGHT = SourceRow(
    district_code=MANSFIELD, theme=Theme.SWIMMING, source=DemandSource.BROUGHT, asked=Shown(15), unmet=None
)
CELLS = {
    (MANSFIELD, Theme.COOKERY): Shown(20),
    (ASHFIELD, Theme.COOKERY): Shown(10),
    (MANSFIELD, Theme.SWIMMING): STAR,
    (ASHFIELD, Theme.SWIMMING): None,
    (ASHFIELD, Theme.GYM): Shown(0),
}


@pytest.fixture
def commissioner(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(
        client,
        make_account(session, roles=[Role.COMMISSIONER], organisation="Nottinghamshire County Council"),
    )
    return client


@pytest.fixture
def report(session: Session) -> GapReport:
    return kept(session, report_of(CELLS, sources=(BROUGHT,)))


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def send(client: FlaskClient, address: str, fields: dict[str, Any]) -> TestResponse:
    token = token_on(client.get("/commissioning/gaps/brought/new"))
    return client.post(address, data={"csrf_token": token, **fields})


def lines_of(page: str) -> list[tuple[str, str]]:
    """Theme and district of each line of the list."""
    return re.findall(r'<th scope="row"><a [^>]*/gaps/(\w+)/(\w+)', page)


@pytest.mark.usefixtures("report")
def test_the_list_tells_the_largest_gaps_first_and_leaves_out_what_is_not_told(
    commissioner: FlaskClient,
) -> None:
    page = text_of(commissioner, "/commissioning/gaps")
    assert lines_of(page) == [(MANSFIELD, "cookery"), (ASHFIELD, "cookery"), (MANSFIELD, "swimming")]
    assert "<strong>20</strong></td> <td>40</td> <td>50%</td>" in page
    assert "people who agreed to be counted, and the public offers of this site, on 23 November 2026" in page
    for query, lines in (
        (f"district={ASHFIELD}", [(ASHFIELD, "cookery")]),
        ("theme=swimming", [(MANSFIELD, "swimming")]),
        ("reason=travel", [(ASHFIELD, "cookery"), (MANSFIELD, "cookery")]),
        ("reason=cost", []),
        (
            "level=2&band=weekday_evening&order=district",
            [(ASHFIELD, "cookery"), (MANSFIELD, "cookery"), (MANSFIELD, "swimming")],
        ),
        ("band=sunday_morning", []),
        ("source=brought", [(MANSFIELD, "swimming")]),
        ("theme=nonsense&level=x&page=999999999", lines_of(page)),
    ):
        assert lines_of(text_of(commissioner, f"/commissioning/gaps?{query}")) == lines, query


@pytest.mark.usefixtures("report")
def test_pictures_add_up_only_what_is_shown_and_each_gap_has_its_page(commissioner: FlaskClient) -> None:
    pictures = text_of(commissioner, "/commissioning/gaps/when-and-where")
    assert re.search(r'md-shade-\d"><a [^>]*>30<span', pictures), "20 and 10 of two districts"
    assert "<title>Mansfield: 20</title>" in pictures
    one = text_of(commissioner, f"/commissioning/gaps/{MANSFIELD}/cookery")
    assert "Most often: what there is does not give the support that they need." in one
    assert '<th scope="row">NG18</th><td>120%</td><td>–</td>' in one
    assert "something fits about 40 people in Mansfield. If each place went to one person, about 35" in one
    assert "We looked at 8 offers for each wish, so it may be more." in one
    swimming = text_of(commissioner, f"/commissioning/gaps/{MANSFIELD}/swimming")
    assert "The council&#39;s own list" in swimming
    assert "and 1 for people who told us: at least 15.0." in swimming, "a star counts as nothing"
    assert "Nobody who agreed to be counted asks for this here." in text_of(
        commissioner, f"/commissioning/gaps/{ASHFIELD}/college"
    )
    for wrong in (f"{MANSFIELD}/nonsense", "E07000143/cookery"):
        assert commissioner.get(f"/commissioning/gaps/{wrong}").status_code == 404


@pytest.mark.usefixtures("report")
def test_files_say_what_the_pages_say_and_no_more(commissioner: FlaskClient) -> None:
    document = commissioner.get("/commissioning/gaps/report.json").get_json()
    told = {(row["district_code"], row["theme"]): row["unmet"] for row in document["themes"]}
    assert told == {
        (MANSFIELD, "cookery"): 20,
        (ASHFIELD, "cookery"): 10,
        (MANSFIELD, "swimming"): "*",
        (ASHFIELD, "swimming"): None,
        (ASHFIELD, "gym"): 0,
    }
    text = commissioner.get("/commissioning/gaps/report.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["table"] == "theme"]
    as_told = {key: "" if value is None else str(value) for key, value in told.items()}
    assert {(row["district_code"], row["theme"]): row["unmet"] for row in rows} == as_told
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book = load_workbook(io.BytesIO(commissioner.get("/commissioning/gaps/report.xlsx").data))
    cells = [[cell.value for cell in row] for row in book["Gaps"].iter_rows(min_row=6)]
    assert cells[0][:5] == ["Cooking", "Mansfield", 20, 40, 50]
    assert cells[2][:5] == ["Swimming", "Mansfield", "*", 40, "–"]
    assert commissioner.get("/commissioning/gaps/report.exe").status_code == 404
    other = commissioner.get("/commissioning/gaps/report.json?council=E10000020").get_json()
    assert (other["themes"], other["wanted"], other["sources"], other["access"]) == ([], [], [], [])


def test_a_report_is_asked_for_once_a_week_and_its_page_tells_how_far_it_is(
    commissioner: FlaskClient, session: Session
) -> None:
    assert "There is no report yet" in text_of(commissioner, "/commissioning/gaps")
    asked = send(commissioner, "/commissioning/gaps/reports", {})
    assert asked.status_code == 303
    waiting = commissioner.get(asked.location)
    assert waiting.headers["Refresh"] == "10"
    assert "Refresh" not in commissioner.get(f"{asked.location}?still=1").headers
    assert send(commissioner, "/commissioning/gaps/reports", {}).location == asked.location
    row = session.scalars(select(GapReport)).one()
    row.state, row.problem = ReportState.FAILED, "ArithmeticError"
    session.commit()
    assert "ArithmeticError" in text_of(commissioner, asked.location)
    row.state, row.progress, row.document = (
        ReportState.DONE,
        100,
        {"report": report_of(CELLS).to_json(), "parts": {}},
    )
    row.day = london_today()
    session.commit()
    assert commissioner.get(asked.location).location == f"/commissioning/gaps?report={row.id}"
    too_soon = send(commissioner, "/commissioning/gaps/reports", {})
    assert too_soon.status_code == 409
    next_on = london_today() + timedelta(days=7)
    assert f"The next one is made on {next_on.day} {next_on:%B %Y}" in too_soon.text
    row.day = london_today() - timedelta(days=7)
    session.commit()
    assert send(commissioner, "/commissioning/gaps/reports", {}).status_code == 303


def test_two_reports_are_compared_cell_by_cell(
    commissioner: FlaskClient, session: Session, report: GapReport
) -> None:
    assert "There are not two reports yet." in text_of(commissioner, "/commissioning/gaps/compare")
    later = {**CELLS, (MANSFIELD, Theme.COOKERY): STAR, (ASHFIELD, Theme.COOKERY): Shown(15)}
    kept(
        session,
        report_of(later, day=report.day + timedelta(days=7)),
        asked_at=report.asked_at + timedelta(days=7),
    )
    page = text_of(commissioner, "/commissioning/gaps/compare")
    changes = re.findall(
        r'<th scope="row">Cooking</th><td class="md-plain__words">(\w+)</td>.*?<td>([^<]*)</td></tr>', page
    )
    assert changes == [("Ashfield", "+5"), ("Mansfield", "–")], "no change is told of a star"
    assert '<th scope="row">Gym' not in page, "it is the same in both"


def test_pages_take_few_statements(commissioner: FlaskClient, report: GapReport, database: Database) -> None:
    commissioner.get("/commissioning/gaps")
    told: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: told.append(call[2]))
    for address in ("/commissioning/gaps", f"/commissioning/gaps/{MANSFIELD}/cookery"):
        told.clear()
        commissioner.get(address)
        assert len(told) <= 8, told
        assert not any("document" in statement for statement in told), "it is read once a process"


def test_a_list_is_looked_at_then_counted_then_taken_out(commissioner: FlaskClient, session: Session) -> None:
    answers = {"name": "Reviews", "source": "Case files", "once": "00000000-0000-4000-8000-000000000001"}
    address = "/commissioning/gaps/brought/new"

    def bring(content: bytes) -> tuple[int, str, str]:
        response = send(commissioner, address, {**answers, "file": (io.BytesIO(content), "list.csv")})
        return response.status_code, response.get_data(as_text=True), response.location or ""

    status, page, _ = bring(b"district,theme,people\nMansfield,Cooking,twelve\nLeeds,Cooking,3\n")
    assert status == 422
    assert "Line 2, people: “twelve” is not a number of people." in re.sub(r"\s+", " ", page)
    assert "Line 3, district: “Leeds” is not one of the council’s districts." in re.sub(r"\s+", " ", page)
    assert session.scalars(select(BroughtDemand)).all() == [], "a file is kept whole or not at all"
    good = "district,theme,people,words\nMansfield,Cooking,12,Café\nMansfield,cookery,4,\n".encode("cp1252")
    assert bring(good) == bring(good), "twice is once"
    demand = session.scalars(select(BroughtDemand)).one()
    assert (demand.rows[0].words, demand.removed_at is None) == ("Café", False)
    here = f"/commissioning/gaps/brought/{demand.id}"
    assert "<td>15</td>" in text_of(commissioner, here), "16 people, as a report would tell them"
    for do, counts in (("count", True), ("remove", False)):
        assert send(commissioner, here, {"do": do}).status_code == 303
        session.expire_all()
        assert (demand.removed_at is None) is counts
    assert "Case files" in text_of(commissioner, "/commissioning/gaps/brought")
    assert commissioner.get(f"{here}?council=E10000020").status_code == 404, "another council’s"
