"""Results outside the person's own council area, with what is nearer."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.find.journeys import near_me, send


def _cards(client: FlaskClient) -> list[str]:
    return [
        card
        for page in (1, 2, 3)
        for card in client.get(f"/find/results?page={page}")
        .text.partition("These nearly fit")[0]
        .split('class="md-card md-match"')[1:]
    ]


@pytest.fixture
def border(example_client: FlaskClient) -> FlaskClient:
    """Someone in Arnold, just outside the city of Nottingham, who goes by car."""
    near_me(example_client, own_words="cooking", postcode="NG5 6LN")
    send(example_client, "/find/travel", answer=["car"])
    return example_client


def test_a_match_in_the_city_is_flagged_with_one_nearer_home_in_the_county(border: FlaskClient) -> None:
    flagged = [card for card in _cards(border) if "Outside Nottinghamshire" in card]
    assert flagged
    nearer = [card for card in flagged if "Closer to home:" in card]
    assert nearer
    told = re.search(
        r'Closer to home: <a [^>]*href="/offers/[0-9a-f-]{36}">[^<]+</a>, \d+ minutes?, in ', nearer[0]
    )
    assert told


def test_nothing_is_said_of_matches_in_the_own_area_or_that_come_home(border: FlaskClient) -> None:
    cards = _cards(border)
    plain = [card for card in cards if "Outside" not in card]
    assert plain
    assert all("Closer to home" not in card for card in plain)
    for card in cards:
        if "Comes to you" in card.partition("Where</dt>")[2].partition("</dd>")[0]:
            assert "Outside" not in card


def test_norfolk_is_one_area(example_client: FlaskClient) -> None:
    near_me(example_client, own_words="cooking", postcode="NR2 1NH")
    assert all("Outside" not in card for card in _cards(example_client))


def test_where_home_is_known_too_roughly_nothing_is_flagged(example_client: FlaskClient) -> None:
    near_me(example_client, own_words="cooking", postcode="NG5")  # half city, half county
    assert all("Outside" not in card for card in _cards(example_client))


def test_the_flag_changes_no_order(border: FlaskClient) -> None:
    scores = [
        int(points) for card in _cards(border) for points in re.findall(r"fits you (\d+) out of 100", card)
    ][10:]
    assert scores == sorted(scores, reverse=True)


def test_easy_read_says_it_in_easy_words(border: FlaskClient) -> None:
    border.set_cookie("reading", "easy")
    assert any("Not in Nottinghamshire" in card and "Nearer to home:" in card for card in _cards(border))
