"""The market's pages, the statement as PDF and workbook, and the council that is chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.commissioning.frame import ToDo
from marketplace.commissioning.market.statement import Statement, as_pdf, as_workbook
from marketplace.commissioning.market.table import Column, Row, Table
from marketplace.commissioning.pictures import PERCENT, POUNDS
from marketplace.db import Database
from marketplace.gaps.disclosure import A_FEW, Shown
from marketplace.offers.models import OfferHold
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, make_gap_report
from marketplace.vocabulary import CostBasis, Day, LegalForm, OfferKind, Role, Theme
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, place, price, provider, times
from tests.fixtures.accounts import make_account, sign_in
from tests.fixtures.site import ROOT
from tests.people.factories import make_person

pytestmark = pytest.mark.parametrize(**SQLITE)
NOTTINGHAMSHIRE, NORFOLK = "E10000024", "E10000020"
MARKET = ("/commissioning/market", "/commissioning/market/districts", "/commissioning/market/who")


@pytest.fixture
def commissioner(client: FlaskClient, session: Session) -> FlaskClient:
    account = make_account(
        session, roles=[Role.COMMISSIONER], name="Chris", organisation="Nottinghamshire County Council"
    )
    sign_in(client, account)
    return client


@pytest.fixture
def market(session: Session, settings: Settings, database: Database) -> None:
    """Six assistants with prices, and one group of a provider whose name wants to be a formula."""
    for number in range(6):
        by = provider(session, name=f"Dawn {number}", legal_form=LegalForm.SELF_EMPLOYED_PA)
        offer(
            session,
            f"Dawn {number}",
            by=by,
            at=place(district_code="E07000174"),
            kind=OfferKind.PERSONAL_ASSISTANT,
            themes=[Theme.COOKERY],
            sessions=times([Day.SAT], 18, 20),
            costs=[price(str(14 + number), CostBasis.HOUR)],
        )
    offer(
        session,
        "Kitchen",
        by=provider(session, name='=HYPERLINK("http://x")'),
        at=place(district_code="E07000170"),
    )
    for _ in range(9):
        make_person(session, answers={"funding": "direct_payment"}, counts_in_gaps=True)
    session.commit()
    assert make_gap_report(Work(settings, database)), "people are counted with the report"


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


@pytest.mark.usefixtures("market")
def test_the_pages_tell_what_there_is_how_districts_differ_and_who_runs_it(commissioner: FlaskClient) -> None:
    first, second, third = (text_of(commissioner, address) for address in MARKET)
    assert "7 offers of 7 providers are public today" in first
    assert '<td class="md-heat__cell md-shade-3">6</td>' in first, "Saturday evenings, cooking"
    assert "£16.50" in first, "the middle price of an assistant"
    assert "<title>Mansfield: " in second
    assert "Rural Urban Classification 2021" in second
    assert '<th scope="row">All districts</th> <td>10</td> <td>0</td> <td>0%</td>' in third
    assert "Fewer than 5 providers had something to answer" in third
    for page in (first, second, third):
        assert f"public offers on this site on {london_today().day} " in page
        assert "=HYPERLINK" not in page, "providers are counted and not named"


def test_a_council_without_offers_has_pages_all_the_same(commissioner: FlaskClient) -> None:
    assert "No offer in this council’s districts is public yet." in text_of(commissioner, MARKET[0])
    for address in MARKET[1:]:
        text_of(commissioner, f"{address}?council=E10000007")  # Derbyshire, of which we hold no facts
    for ending in ("pdf", "xlsx"):
        assert commissioner.get(f"/commissioning/market/statement.{ending}").status_code == 200


def test_one_offer_of_one_provider_is_told_as_one(commissioner: FlaskClient, session: Session) -> None:
    kitchen = offer(session, "Kitchen", at=place(district_code="E07000174"))
    kitchen.sessions = times([Day.MON], 10, 12, places=1, places_left=1)
    session.commit()
    page = text_of(commissioner, MARKET[0])
    assert "1 offer of 1 provider is public today" in page
    assert "Places that are counted: 1 a week. Free of these: 1." in page


def test_a_council_is_chosen_once_and_another_than_ones_own_is_not_there(commissioner: FlaskClient) -> None:
    assert "What needs doing in Nottinghamshire" in text_of(commissioner, "/commissioning"), "given first"
    assert "in Norfolk" in text_of(commissioner, f"/commissioning?council={NORFOLK}")
    for foreign in ("E10000003", "E10009999"):  # Cambridgeshire, and none at all
        assert commissioner.get(f"/commissioning?council={foreign}").status_code == 404
    assert "in Norfolk" in text_of(commissioner, "/commissioning/market")


def test_what_waits_stands_on_the_start_page_and_late_things_come_first(
    commissioner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [ToDo("Some day", "/commissioning"), ToDo("Long ago <b>", "/commissioning", is_late=True)]
    monkeypatch.setattr("marketplace.commissioning.frame._WAITING", [lambda *_: lines])
    page = text_of(commissioner, "/commissioning")
    assert page.index("Long ago &lt;b&gt;") < page.index("Some day")
    assert page.count(">Late<") == 1


def test_offers_that_nobody_confirmed_are_told_of_on_the_start_page(
    commissioner: FlaskClient, session: Session
) -> None:
    offer(session, "Old group", at=place(district_code="E07000174"), hold=OfferHold.STALE)
    offer(session, "Old group of Norwich", at=place(district_code="E07000148"), hold=OfferHold.STALE)
    session.commit()
    page = text_of(commissioner, "/commissioning")
    assert "1 offer is hidden. Ask its provider whether it is still right" in page
    assert "1 offer is not shown" in text_of(commissioner, MARKET[0])


@pytest.mark.usefixtures("market")
def test_the_pdf_is_tagged_and_says_its_language_title_headings_and_picture(
    commissioner: FlaskClient,
) -> None:
    import pypdf

    response = commissioner.get("/commissioning/market/statement.pdf")
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith(
        'attachment; filename="market-position-nottinghamshire-'
    )
    document = pypdf.PdfReader(BytesIO(response.data))
    root = document.trailer["/Root"].get_object()
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en-GB"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert document.metadata is not None
    assert document.metadata.title == "Market position statement: Nottinghamshire"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    kinds = list(_structure(root["/StructTreeRoot"]))
    assert {"/H1", "/Table", "/TH", "/TD", "/L", "/Figure"} <= {kind for kind, _ in kinds}
    assert [alt for kind, alt in kinds if kind == "/Figure"] == [
        "Map of districts: offers for 100,000 adults. The same numbers are in the table."
    ]
    text = " ".join(page.extract_text() for page in document.pages)
    assert "How it was counted" in text
    assert "£16.50" in text


@pytest.mark.usefixtures("market")
def test_the_workbook_says_what_the_pages_say(commissioner: FlaskClient) -> None:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(commissioner.get("/commissioning/market/statement.xlsx").data))
    assert book.sheetnames[:3] == ["About", "What there is", "Price of an hour"]
    about = [row[1].value for row in book["About"].iter_rows() if row[1].value]
    assert "* stands for 1 to 7 people. We do not say how many, so that nobody can be found." in about
    page = text_of(commissioner, MARKET[0])
    heads, *rows = list(book["What there is"].iter_rows(min_row=5, values_only=True))
    assert heads[:3] == ("Kind", "Offers", "Providers")
    for head, *values in rows:
        shares = [value if isinstance(value, str) else f"{value}%" for value in values[2:]]
        cells = "".join(f" <td>{text}</td>" for text in (*values[:2], *shares))
        written = cells.replace(
            "<td>–</td>",
            '<td><span aria-hidden="true">–</span><span class="govuk-visually-hidden">not shown</span></td>',
        )
        assert f'<th scope="row">{head}</th>{written}' in page


def test_words_in_documents_are_never_markup_formulas_or_links(app: Flask) -> None:
    import openpyxl
    import pypdf

    evil = '=HYPERLINK("http://x") #panic("no") $x$ <b> \\ *'
    table = Table(
        key="t",
        title="A [title]: with / signs that no sheet can have",
        corner="Who",
        columns=(Column("People"), Column("Share", PERCENT), Column("Price", POUNDS), Column(evil)),
        rows=(Row("a", evil, (Shown(25), 40, None, evil)), Row("b", "+44 1", (A_FEW, None, None, "@x"))),
        source=evil,
    )
    with app.test_request_context("/"):
        statement = Statement(
            title=evil,
            council="Norfolk",
            day=london_today(),
            messages=(evil,),
            tables=(table, table),
            about=(evil,),
            map_svg="",
            map_words="",
            map_after="",
        )
        pdf = as_pdf(statement, templates_dir=ROOT / "templates")
        book = openpyxl.load_workbook(BytesIO(as_workbook(statement)))
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    assert '#panic("no") $x$ <b>' in text
    assert book.sheetnames == ["About", "A title with signs that no shee", "A title with signs that no sh 2"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    sheet = book[book.sheetnames[1]]
    assert [cell.value for cell in sheet[6]] == [evil, 25, 40, "–", evil]
    assert [cell.value for cell in sheet[7]] == ["+44 1", "*", "–", "–", "@x"]


def _structure(element: object) -> Iterator[tuple[str, str]]:
    """Kind and alternative words of every element of a PDF's structure."""
    node = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(node, list):
        for one in node:
            yield from _structure(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"]), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from _structure(node["/K"])
