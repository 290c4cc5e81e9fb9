"""An offer with someone alongside on the results page, in both readings."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.find.journeys import near_me, send


@pytest.fixture
def swimmer(example_client: FlaskClient) -> FlaskClient:
    """Someone in Mansfield without a car who wants to swim, half an hour away at most."""
    near_me(example_client, own_words="swimming", postcode="NG18 1AB")
    send(example_client, "/find/travel", answer=["walk", "bus"])
    send(example_client, "/find/minutes", answer="30")
    return example_client


def _card_with_someone(client: FlaskClient, words: str) -> str:
    for page in range(1, 6):
        for card in client.get(f"/find/results?page={page}").text.split('class="md-card md-match"')[1:]:
            if words in card:
                return card
    raise AssertionError("no card says with whom to go")


def test_a_card_names_whom_to_go_with_what_they_cost_and_when_it_works(swimmer: FlaskClient) -> None:
    card = _card_with_someone(swimmer, "Together with")
    together = card.partition("Together with</dt>")[2].partition("</dd>")[0]
    assert re.search(r'href="/offers/[0-9a-f-]{36}"', together)
    assert re.search(
        r"<br>(Personal Assistant|Buddy|Transport): (£[\d.]+ a week|free|ask for the price)", together
    )
    cost = card.partition("Cost</dt>")[2].partition("</dd>")[0]
    assert re.search(r"Together (about|at least) £[\d.]+ a week\. .+: (£|free)", cost)
    reasons = card.partition('class="md-reasons"')[2].partition("</ul>")[0]
    assert re.search(r"(goes with you and stays with you|can take you there and bring you back)\.", reasons)
    assert "You can go " in reasons


def test_the_companion_has_a_page_to_read_more(swimmer: FlaskClient) -> None:
    card = _card_with_someone(swimmer, "Together with")
    link = re.search(r'Together with</dt>\s*<dd><a[^>]+href="([^"]+)"', card)
    assert link
    assert swimmer.get(link[1]).status_code == 200


def test_easy_read_says_it_in_easy_words_with_a_picture(swimmer: FlaskClient) -> None:
    swimmer.set_cookie("reading", "easy")
    card = _card_with_someone(swimmer, "You go with")
    assert re.search(r"pictures/(personal_assistant|buddy|transport)\.svg", card)
    assert re.search(r"goes with you\. They stay with you\.|They bring you home\.", card)


def test_the_rules_of_pairs_are_published(example_client: FlaskClient) -> None:
    text = example_client.get("/how-matching-works").text
    assert "With someone, or with a lift" in text
    assert "They must come to your home." in text
