"""The example world's Personal Assistants and homes: told in full, and hidden as real ones are."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select

from marketplace.interop.example_homes import load_example_homes
from marketplace.providers.examples import example_id
from marketplace.providers.models import AssistantDetails, Household
from tests.fixtures.site import ROOT


def test_public_pages_of_examples_tell_much_and_hide_the_rest(example_app: Flask) -> None:
    client = example_app.test_client()
    donna = client.get(f"/providers/{example_id('provider', 'pa-donna-mansfield-woodhouse')}").text
    assert "I swim twice a week and I am a fair baker." in donna
    assert "Can drive, and has a car" in donna
    assert "Tibshelf" not in donna
    unsure = client.get(f"/providers/{example_id('provider', 'pa-wendy-newark')}").text
    assert "Self-employed Personal Assistant" not in unsure
    home = client.get(f"/offers/{example_id('offer', 'slv-orchard-house')}").text
    assert "The scheme answers and introduces you" in home
    assert "There are pets" in home
    assert "TV-014" not in home
    assert "NG25 0DF" not in home


def test_loading_them_again_adds_nothing_and_leaves_what_was_changed(example_app: Flask) -> None:
    with example_app.extensions["marketplace.db"].write() as session:
        before = [
            session.scalar(select(func.count()).select_from(one)) for one in (AssistantDetails, Household)
        ]
        home = session.get_one(Household, example_id("household", "slv-orchard-house"))
        assert home.approved_on is not None
        assert home.approved_on >= date(2024, 5, 14)
        home.first_names = "Margaret"
        load_example_homes(session, ROOT / "seeds", moved=timedelta(0))
        after = [
            session.scalar(select(func.count()).select_from(one)) for one in (AssistantDetails, Household)
        ]
        assert before == after != [0, 0]
        assert home.first_names == "Margaret"
        session.rollback()
