"""Shorter blocks of one offer that touch: who can come for both counts both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.matching.needs import MINUTES_A_DAY
from marketplace.offers.document import SessionSaid
from marketplace.offers.drafts import begin_draft
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.publishing import publish
from marketplace.offers.rows import read_rows
from marketplace.vocabulary import Day, Part
from tests.fixtures.accounts import make_account
from tests.matching.offers import match
from tests.offers.documents import KITCHEN, make_provider

TODAY = date(2026, 5, 3)
MORNING = SessionSaid(day=Day.TUE, starts=10 * 60, ends=12 * 60)
MIDDAY = SessionSaid(day=Day.TUE, starts=12 * 60, ends=14 * 60)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
def test_the_hours_of_blocks_that_touch_count_together(app: Flask, session: DatabaseSession) -> None:
    blocks = replace(KITCHEN, sessions=(MORNING, MIDDAY), flexible=False)
    with app.test_request_context():
        offer = begin_draft(
            session,
            provider=make_provider(session),
            kind=KITCHEN.kind,
            account=make_account(session),
            document=blocks,
        )
        publish(session, offer, blocks, today=TODAY)
    (row,) = read_rows(session, TODAY, PublicPoints(None))
    tuesday = MINUTES_A_DAY
    assert row.sessions == ((tuesday + 600, tuesday + 720), (tuesday + 720, tuesday + 840))

    wants_four_hours = {"hours_wanted": 4, "when": {"tue": ["10:00-14:00"]}}
    for sessions, times in ((row.sessions, 1.0), (row.sessions[:1], 0.8 + 0.2 * 2 / 4)):
        found = match(wants_four_hours, replace(row, sessions=sessions, repeats=())).match(0)
        scores = {one.part: one.score for one in found.parts}
        assert scores[Part.TIMES] == pytest.approx(times)
        assert len(found.sessions) == len(sessions)
