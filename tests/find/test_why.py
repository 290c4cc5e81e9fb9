"""The page that takes one result apart, for what fits and for what does not."""

from __future__ import annotations

import re
import statistics
import time
import uuid
from decimal import Decimal

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from tests.find.journeys import near_me, send
from tests.fixtures.database import recorded_statements

MOST_STATEMENTS = 9
MOST_MILLISECONDS = 100


@pytest.fixture
def visitor(example_client: FlaskClient) -> FlaskClient:
    """Someone in Mansfield with several answers, for whom some things fit and some nearly do."""
    near_me(example_client, own_words="I want to make my own tea", postcode="NG18 1AB")
    send(example_client, "/find/support", answer="3")
    send(example_client, "/find/minutes", answer="30")
    send(example_client, "/find/matters", answer=["near_home"])
    return example_client


def _links(client: FlaskClient) -> list[str]:
    return re.findall(r'href="(/find/results/[0-9a-f-]{36}/why)"', client.get("/find/results").text)


def _near_misses(client: FlaskClient) -> list[str]:
    pages = re.search(r"2 of (\d+)", client.get("/find/results").text)
    last = client.get(f"/find/results?page={pages[1] if pages else 1}").text
    return re.findall(r'href="(/find/results/[0-9a-f-]{36}/why)"', last.partition("These nearly fit")[2])


def _points(text: str) -> tuple[list[Decimal], Decimal]:
    table = text.partition("md-sum")[2].partition("</table>")[0]
    rows = [Decimal(number) for number in re.findall(r"</span>= ([\d.]+)<", table)]
    found = re.search(r"<strong>([\d.]+)</strong>", table.partition("<tfoot>")[2])
    assert found
    return rows, Decimal(found[1])


def test_each_card_leads_to_its_steps_and_the_column_adds_up(visitor: FlaskClient) -> None:
    links = _links(visitor)
    assert len(links) >= 10
    for link in links[:4]:
        text = visitor.get(link).text
        rows, total = _points(text)
        assert len(rows) >= 3
        assert sum(rows) == total
        shown = re.search(r"It fits you (\d+) out of 100", text)
        assert shown
        assert abs(Decimal(shown[1]) - total) <= Decimal("0.51")
        assert "Being near home:</strong> Getting there counts twice as much." in text
        assert re.search(r"By score it is number \d+ of the \d+ that fit you", text)


def test_what_nearly_fits_says_what_stops_it(visitor: FlaskClient) -> None:
    misses = _near_misses(visitor)
    assert misses
    for link in misses[:3]:
        text = visitor.get(link).text
        assert "It does not fit your answers." in text
        assert text.count("md-outcome--stops") == 1
        assert "How well would it fit without that?" in text
        assert "By score it is number" not in text


def test_an_offer_far_away_is_taken_apart_too(visitor: FlaskClient, example_app: Flask) -> None:
    norwich = example_app.test_client()
    near_me(norwich, own_words="football", postcode="NR2 1NH")
    text = visitor.get(_links(norwich)[0]).text
    assert "Can you get there?" in text
    assert "It does not fit your answers." in text


def test_easy_read_tells_the_parts_first_and_keeps_the_sum(visitor: FlaskClient) -> None:
    visitor.set_cookie("reading", "easy")
    text = visitor.get(_links(visitor)[0]).text
    assert "Does it give the support you need?" in text
    assert "The sum in numbers" in text
    assert "pictures/goals.svg" in text


def test_without_answers_it_leads_to_the_first_question(example_client: FlaskClient) -> None:
    assert example_client.get(f"/find/results/{uuid.uuid4()}/why").location == "/find/what"


def test_an_offer_that_is_not_there_is_not_found(visitor: FlaskClient) -> None:
    assert visitor.get(f"/find/results/{uuid.uuid4()}/why").status_code == 404


def test_it_takes_few_statements_and_little_time(visitor: FlaskClient, example_app: Flask) -> None:
    link = _links(visitor)[0]
    visitor.get(link)
    with recorded_statements(example_app.extensions["marketplace.db"].engine) as sent:
        visitor.get(link)
    assert len(sent) <= MOST_STATEMENTS, sent
    plain = FlaskClient(example_app, Response)
    near_me(plain, own_words="I want to make my own tea", postcode="NG18 1AB")
    taken = []
    for _ in range(7):
        began = time.thread_time()
        plain.get(link)
        taken.append(1000 * (time.thread_time() - began))
    assert statistics.median(taken) < MOST_MILLISECONDS
