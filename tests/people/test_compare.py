"""Saved offers side by side: what they cost with the way there, and what nobody knows yet."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.offers.catalogue import mark_changed
from marketplace.people.models import Person
from marketplace.vocabulary import Day, PlaceKind, Role, Theme
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer, place, times
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person
from tests.people.test_saved import an_offer

pytestmark = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def as_jo(client: FlaskClient, session: Session, jo: Person) -> FlaskClient:
    sign_in(client, session.get_one(Account, jo.account_id))
    return client


def row(page: str, heading: str) -> list[str]:
    """The cells of one line, without markup."""
    cells = page.partition(f'<th scope="row">{heading}')[2].partition("</tr>")[0].split("<td>")[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_each_line_says_of_each_offer_what_is_known(as_jo: FlaskClient, session: Session, jo: Person) -> None:
    kitchen = an_offer(session, "Kitchen", cost="4")
    phone = offer(
        session,
        "Telephone cooking",
        at=place(PlaceKind.ONLINE),
        themes=[Theme.COOKERY],
        levels={2: True},
        sessions=times([Day.SAT], 14, 15),
    )
    unsaid = offer(session, "Unsaid", at=place(), themes=[Theme.COOKERY], levels={2: True})
    mark_changed(session, [phone.id, unsaid.id])
    session.commit()
    asked = "&".join(f"offer={one.id}" for one in (kitchen, phone, unsaid))
    page = as_jo.get(f"/people/{jo.id}/compare?{asked}").text
    assert row(page, "Must have: Step-free way in") == [
        "Kitchen Yes",
        "Telephone cooking Not needed here",
        "Unsaid Not known. Ask.",
    ]
    assert row(page, "Times for you")[0] == "Kitchen Saturday 10am to 12pm".replace("12pm", "midday")
    assert row(page, "Money a week")[0].startswith("Kitchen £")
    assert "The whole cost is not known" in row(page, "Money a week")[2]
    assert row(page, "Way there")[1].startswith("Telephone cooking No journey")
    assert "?" in row(page, "Not known. Ask this")[2]


def test_one_alone_and_five_are_led_back_with_a_word(
    as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    offers = [an_offer(session, f"Offer {number}") for number in range(5)]
    for number, words in ((1, "Tick at least two"), (5, "Tick at most 4")):
        asked = "&".join(f"offer={one.id}" for one in offers[:number])
        answer = as_jo.get(f"/people/{jo.id}/compare?{asked}")
        assert words in as_jo.get(answer.location).text
