"""Walking the find journey in tests as a visitor would: fetch the page, send its form."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.people.models import FindJourney

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token_on(page: TestResponse) -> str:
    found = _TOKEN.search(page.text)
    assert found, "the page has no form token"
    return found[1]


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Fetch the page at *path* and send its form with *fields*; lists are sent as many values."""
    form = {"csrf_token": token_on(client.get(path)), **fields}
    return client.post(path, data=form)


def near_me(client: FlaskClient, *, own_words: str = "cooking", postcode: str = "NG18 1AB") -> TestResponse:
    """The two questions of the front page."""
    form = {"csrf_token": token_on(client.get("/")), "own_words": own_words, "postcode": postcode}
    return client.post("/find/near-me", data=form)


def kept_answers(session: Session) -> dict[str, Any]:
    """The answers of the only journey there is."""
    session.expire_all()
    return dict(session.scalars(select(FindJourney)).one().answers)
