"""Demand in the market's pages and in the statement: only what the kept gap report shows."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.gaps.disclosure import Shown
from marketplace.gaps.report_rows import SourceRow
from marketplace.gaps.sources import DemandSource
from marketplace.vocabulary import Role, Theme
from tests.accounts.mail import SQLITE
from tests.commissioning.reports import STAR, kept, report_of
from tests.fixtures.accounts import make_account, sign_in

pytestmark = pytest.mark.parametrize(**SQLITE)
ASHFIELD, MANSFIELD = "E07000170", "E07000174"
OF = "?council=E10000024"


@pytest.fixture
def commissioner(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, make_account(session, roles=[Role.COMMISSIONER]))
    return client


def test_the_statement_tells_what_is_asked_for_and_what_is_in_the_way_as_the_page_does(
    commissioner: FlaskClient, session: Session
) -> None:
    searches = SourceRow(
        district_code=MANSFIELD,
        theme=Theme.COOKERY,
        source=DemandSource.SEARCHES,
        asked=Shown(35),
        unmet=None,
    )
    unmet = {(MANSFIELD, Theme.COOKERY): Shown(25), (ASHFIELD, Theme.COOKERY): STAR}
    kept(session, report_of({**unmet, (ASHFIELD, Theme.SWIMMING): None}, sources=(searches,)))
    page = re.sub(r"\s+", " ", commissioner.get(f"/commissioning/market/demand{OF}").text)
    assert "For at least about 40 of them nothing fits" in page  # 20 and 20 as they are shown
    assert page.count("Source:") >= 5
    assert '<td class="md-heat__cell md-shade-5">25</td>' in page, "Mansfield, cooking"
    assert '<td class="md-heat__cell md-shade-none">25</td>' in page, "a sum has no shade"

    from openpyxl import load_workbook

    file = commissioner.get("/commissioning/market/statement.xlsx").data
    book = load_workbook(BytesIO(file))
    nothing_fits = _rows(book["For how many nothing fits, by d"])
    districts = nothing_fits[0]
    cooking = dict(zip(districts, nothing_fits[1], strict=True))
    assert (cooking["Mansfield"], cooking["Ashfield"], cooking["All, at least"]) == (25, "*", 25)
    swimming = dict(zip(districts, nothing_fits[2], strict=True))
    assert (swimming["Mansfield"], swimming["Ashfield"], swimming["All, at least"]) == (0, "–", "–")
    reasons = {row[0]: row for row in _rows(book["What is in the way, in wishes"])}
    level = dict(
        zip(
            reasons["What is in the way"],
            reasons["What there is does not give the support that they need"],
            strict=True,
        )
    )
    assert (level["Mansfield"], level["Ashfield"]) == (10, 0)
    assert _rows(book["What others told us"])[1][:2] == ["Cooking", 35]
    assert "the gap report of 23 November 2026" in str(book["The largest gaps"]["A2"].value)

    import pypdf

    document = pypdf.PdfReader(BytesIO(commissioner.get("/commissioning/market/statement.pdf").data))
    words = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in document.pages))
    assert "The largest gaps" in words
    assert "People who ask for something" in words


def test_without_a_report_the_page_says_when_one_comes_and_the_statement_has_no_empty_table(
    commissioner: FlaskClient,
) -> None:
    assert "There is no report yet" in commissioner.get(f"/commissioning/market/demand{OF}").text
    assert commissioner.get("/commissioning/market/statement.pdf").status_code == 200


def _rows(sheet: object) -> list[list[object]]:
    """From the heads of the columns on."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]  # type: ignore[attr-defined]
    return rows[4:]
