"""What if a provider or an offer went: kept with a report, told on pages, and what could stand in; the
reason 'not confirmed', and places that are known."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.commissioning.report.making import make_document
from marketplace.commissioning.report.supply import places_left
from marketplace.db import Database
from marketplace.gaps.supply import places_of
from marketplace.offers.models import Offer, OfferHold
from marketplace.offers.standing import unconfirmed_offers
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, making_of
from marketplace.vocabulary import Day, OfferStatus, Role, Theme
from marketplace.web.today import london_today
from tests.accounts.mail import SQLITE
from tests.commissioning.reports import kept
from tests.directory.factories import offer, place, provider, times
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person

pytestmark = pytest.mark.parametrize(**SQLITE)
MANSFIELD, COUNCIL = "E07000174", "E10000024"
PAGES = (
    "/commissioning/gaps",
    f"/commissioning/gaps/{MANSFIELD}/cookery",
    "/commissioning/gaps/when-and-where",
    "/commissioning/next-offers",
    "/commissioning/what-if",
    "/commissioning/what-if/without",
    "/commissioning/groups",
    "/commissioning/register",
    "/commissioning/market",
    "/commissioning/outcomes",
)
MOST_STATEMENTS = 17


def wants(*themes: str, **others: Any) -> dict[str, Any]:
    return {
        "goals": [{"theme": theme} for theme in themes],
        "postcode": "NG18 1AB",
        "travel": {"modes": ["car"], "max_minutes": 30},
        **others,
    }


@pytest.fixture
def world(session: Session) -> dict[str, Offer]:
    """40 people want cookery, which two offers of Oakfield have; 12 of them can come to the second only.
    12 want swimming, of which there is one offer that nobody confirmed."""
    oakfield, other = provider(session), provider(session, name="Otter House")
    at = {"at": place(district_code=MANSFIELD)}
    made = {
        "tuesday": offer(
            session,
            "Tuesday kitchen",
            by=oakfield,
            themes=[Theme.COOKERY],
            sessions=times([Day.TUE], 10, 12, places=9, places_left=3),
            **at,
        ),
        "saturday": offer(
            session,
            "Saturday kitchen",
            by=oakfield,
            themes=[Theme.COOKERY],
            sessions=times([Day.SAT], 10, 12),
            **at,
        ),
        "crafts": offer(session, "Otter crafts", by=other, themes=[Theme.ARTS_CRAFTS], **at),
        "pool": offer(
            session, "Otter pool", by=other, themes=[Theme.SWIMMING], hold=OfferHold.STALE, misses=3, **at
        ),
    }
    for number in range(40):
        when = {"sat": ["09:00-13:00"]} if number < 12 else {"sat": ["09:00-13:00"], "tue": ["09:00-13:00"]}
        make_person(session, answers=wants("cookery", when=when), counts_in_gaps=True)
    for _ in range(12):
        make_person(session, answers=wants("swimming"), counts_in_gaps=True)
    session.commit()
    return made


def _document(settings: Settings, database: Database) -> dict[str, Any]:
    return make_document(making_of(Work(settings, database)), today=london_today())[0]


def test_a_report_tells_who_would_lose_what_why_and_which_places_are_known(
    session: Session,
    settings: Settings,
    database: Database,
    world: dict[str, Offer],
    client: FlaskClient,
    statements: list[str],
) -> None:
    oakfield, otter = world["tuesday"].provider, world["crafts"].provider
    document = _document(settings, database)
    # Nobody asked for what Otter House has: nothing is told of it.
    closing = document["parts"]["closing"][COUNCIL]["providers"]
    assert set(closing) == {str(oakfield.id)}
    told = closing[str(oakfield.id)]
    assert told["people"] == 40
    assert told["districts"] == {MANSFIELD: 40}
    assert told["wishes"] == [[MANSFIELD, "cookery", 40]]
    # Who could come to either loses nothing with one of them; 12 have time on Saturday only.
    assert {one: loss["people"] for one, loss in told["offers"].items()} == {str(world["saturday"].id): 10}
    (swimming,) = (row for row in document["report"]["themes"] if row["theme"] == "swimming")
    assert (swimming["unmet"], swimming["main"]) == (10, "stale")
    places = document["parts"]["places"][COUNCIL]
    assert (places["known"], places["assumed"]) == (1, 2)
    catalogue = Work(settings, database).matching.catalogue(session)
    free = places_of(catalogue, places_left(session, catalogue, today=london_today()))
    by_name = dict(zip(catalogue.names, free.tolist(), strict=True))
    assert (by_name["Tuesday kitchen"], by_name["Saturday kitchen"]) == (3, 4), "said, and assumed"

    kept(session, None, day=date(2026, 11, 23), document=document, state="done", progress=100, version="1")
    sign_in(client, make_account(session, roles=[Role.COMMISSIONER], name="Chris"))
    page = client.get("/commissioning/what-if/without").text
    assert page.index("Oakfield Centre") < page.index("Otter House")
    assert "Otter House" not in client.get("/commissioning/what-if/without?q=oak").text
    assert "No provider with an offer here" in client.get("/commissioning/what-if/without?q=zebra").text
    whole = _words(client, f"/commissioning/what-if/without/{oakfield.id}")
    assert "At least about 40 people in Nottinghamshire." in whole
    assert "Mansfield Cooking 0 40 40" in whole, whole[900:2400]
    one = _words(client, f"/commissioning/what-if/without/{oakfield.id}?offer={world['saturday'].id}")
    assert "At least about 10 people in Nottinghamshire." in one
    assert "Fewer than 8 people" in _words(client, f"/commissioning/what-if/without/{otter.id}")
    assert client.get(f"/commissioning/what-if/without/{uuid.uuid4()}").status_code == 404
    assert client.get(f"/commissioning/what-if/without/{oakfield.id}?offer=x").status_code == 404

    gap = _words(client, f"/commissioning/gaps/{MANSFIELD}/swimming")
    assert "What would fit has not been confirmed for a long time" in gap
    assert "There is no public offer about this within 40 km." in gap
    gap = _words(client, f"/commissioning/gaps/{MANSFIELD}/cookery")
    assert re.search(r"Tuesday kitchen Mansfield \d km 3 It is near\.", gap), gap[1000:3000]
    assert re.search(r"Saturday kitchen Mansfield \d km about 4 \(assumed\) It is near\.", gap)
    assert "Look at the price: ask what it costs. Look at the way there." in gap
    assert "Of the 3 offers in or near this council, 1 said how many places are left." in gap

    # However many providers, offers and people there are, a page asks as often.
    for number in range(20):
        offer(session, f"Group {number}", themes=[Theme.COOKERY], at=place(district_code=MANSFIELD))
    session.commit()
    pages = {page: _asks(client, statements, page) for page in PAGES}
    pages["one"] = _asks(client, statements, f"/commissioning/what-if/without/{oakfield.id}")
    assert {page: asked for page, asked in pages.items() if asked > MOST_STATEMENTS} == {}


def test_an_offer_whose_last_day_is_over_for_want_of_an_answer_is_unconfirmed(session: Session) -> None:
    """And one that is over for something else, or comes back tomorrow, is not."""
    asked_at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    fields = {"misses": 2, "asked_at": asked_at}
    over = offer(session, "over", shown_until=date(2026, 10, 15), **fields)
    offer(session, "another reason", shown_until=date(2026, 10, 1), **fields)
    offer(session, "stopped", hold=OfferHold.PROVIDER_SUSPENDED, misses=3)
    held = offer(session, "held", hold=OfferHold.STALE, misses=3)
    offer(session, "draft", hold=OfferHold.STALE, status=OfferStatus.DRAFT)
    assert set(unconfirmed_offers(session, today=date(2026, 10, 16))) == {over.id, held.id}
    assert set(unconfirmed_offers(session, today=date(2026, 10, 15))) == {held.id}


def _asks(client: FlaskClient, statements: list[str], page: str) -> int:
    assert client.get(page).status_code == 200, page
    statements.clear()
    client.get(page)
    return len(statements)


def _words(client: FlaskClient, address: str) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", client.get(address).text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
