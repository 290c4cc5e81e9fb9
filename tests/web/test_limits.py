"""Limits of tries: counted in the database before anything else, for all processes together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import marketplace
from marketplace.db import get_session, open_database
from marketplace.settings import Settings, load_settings
from marketplace.web import limits
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, address_and_field, begin_anew, by_address, limited, per
from marketplace.web.rate_counts import RateCount, count_try, delete_over
from tests.fixtures.database import recorded_statements

START = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
LIMIT = Limit("try", (per(3, minutes=1), per(5, hours=1)), by=address_and_field("email"))


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(limits, "_now", clock)
    return clock


def with_limited_page(app: Flask) -> Flask:
    @access(Anyone())
    @limited(LIMIT)
    def page() -> tuple[str, dict[str, str]]:
        if "right" in limits.request.form:
            session = get_session()
            begin_anew(session, LIMIT)
            session.commit()
        said = "read" if limits.request.method == "GET" else "tried"
        return said, {"Content-Type": "text/plain"}

    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule("/limited", view_func=page, methods=["GET", "POST"])
    return app


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """Applications that share one database, as processes do."""
    made: list[Flask] = []

    def make() -> Flask:
        settings = load_settings(
            {"MARKETPLACE_ENV": "test", "MARKETPLACE_INSTANCE": str(tmp_path), "DATABASE_URL": database_url}
        )
        made.append(with_limited_page(marketplace.create_app(settings)))
        return made[-1]

    yield make
    for app in made:
        app.extensions["marketplace.db"].engine.dispose()


def tries(app: Flask, number: int, *, email: str = "jo@example.org", **more: str) -> list[int]:
    client = app.test_client()
    return [client.post("/limited", data={"email": email, **more}).status_code for _ in range(number)]


def test_two_processes_and_a_restart_count_together(make_app: Callable[[], Flask], clock: Clock) -> None:
    assert tries(make_app(), 2) == [200, 200]
    assert tries(make_app(), 2, email=" JO@Example.org ") == [200, 429]
    assert tries(make_app(), 1, email="sam@example.org") == [200]


def test_waits_grow_and_end(make_app: Callable[[], Flask], clock: Clock) -> None:
    app = make_app()
    assert tries(app, 5) == [200, 200, 200, 429, 429]
    clock.now += timedelta(seconds=61)
    assert tries(app, 3) == [200, 200, 429]  # five in an hour are used up
    clock.now = START + timedelta(minutes=59)
    assert tries(app, 1) == [429]
    clock.now = START + timedelta(minutes=60)
    assert tries(app, 1) == [200]


def test_the_page_says_when_to_try_again(make_app: Callable[[], Flask], clock: Clock) -> None:
    app = make_app()
    tries(app, 3)
    clock.now += timedelta(seconds=20)
    answer = app.test_client().post("/limited", data={"email": "jo@example.org"})
    assert answer.headers["Retry-After"] == "40"
    assert "Try again in 1 minute." in answer.text
    clock.now += timedelta(seconds=60)
    tries(app, 2)
    answer = app.test_client().post("/limited", data={"email": "jo@example.org"})
    assert answer.headers["Retry-After"] == str(3600 - 80)
    assert "Try again in 59 minutes." in answer.text


def test_success_begins_anew(make_app: Callable[[], Flask], clock: Clock) -> None:
    app = make_app()
    tries(app, 2)
    assert tries(app, 1, right="yes") == [200]
    assert tries(app, 4) == [200, 200, 200, 429]


def test_a_header_that_nobody_of_ours_wrote_changes_nothing(
    make_app: Callable[[], Flask], clock: Clock
) -> None:
    client = make_app().test_client()
    codes = [
        client.post(
            "/limited", data={"email": "jo@example.org"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        ).status_code
        for number in range(4)
    ]
    assert codes == [200, 200, 200, 429]


def test_tries_at_once_are_all_counted(database_url: str) -> None:
    def run() -> None:
        database = open_database(database_url)
        for _ in range(10):
            with database.write.begin() as session:
                seen.append(count_try(session, key="k", window=timedelta(hours=1), now=START)[0])
        database.engine.dispose()

    seen: list[int] = []
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 41))


def test_neither_addresses_nor_what_was_typed_is_kept(app: Flask, session: Session) -> None:
    tries(with_limited_page(app), 1)
    keys = session.scalars(select(RateCount.key)).all()
    assert len(keys) == 2
    assert not [key for key in keys if "jo" in key or "127" in key]


def test_counts_that_are_over_are_deleted(session: Session) -> None:
    count_try(session, key="short", window=timedelta(minutes=1), now=START)
    count_try(session, key="long", window=timedelta(hours=1), now=START)
    assert delete_over(session, now=START + timedelta(minutes=1)) == 1
    assert session.scalars(select(RateCount.key)).all() == ["long"]


def test_reading_public_pages_writes_nothing(settings: Settings, make_app: Callable[[], Flask]) -> None:
    app = make_app()
    client = app.test_client()
    with recorded_statements(app.extensions["marketplace.db"].engine) as sent:
        for address in ("/", "/about", "/offers", "/limited", "/healthz"):
            client.get(address)
    assert [sql for sql in sent if not sql.lstrip().upper().startswith("SELECT")] == []


def test_counting_inside_the_requests_own_transaction_is_refused_at_once(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        get_session().execute(select(1))
        with pytest.raises(RuntimeError, match="before the request first asks"):
            limits.try_once(LIMIT, counted_by="jo")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
    ],
)
def test_a_household_counts_as_one(address: str, counted: str) -> None:
    app = Flask(__name__)
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert by_address() == counted
