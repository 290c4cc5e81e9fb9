"""Two server processes on one database: what changes through one is seen by the next request in each."""

from __future__ import annotations

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

import marketplace
from marketplace import db
from marketplace.db import Database, open_database, write_session
from marketplace.offers.catalogue import mark_changed
from marketplace.offers.document import CostSaid, OfferDocument
from marketplace.offers.drafts import begin_draft
from marketplace.offers.models import Offer, OfferTheme
from marketplace.offers.publishing import publish, publish_at_once
from marketplace.offers.standing import stand
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.settings import Settings
from marketplace.vocabulary import CostBasis, LegalForm, OfferKind, OfferStatus, Theme, Vacancy
from tests.fixtures.accounts import make_account
from tests.fixtures.site import serving as serving_here

ROUNDS = 5


class Visitor:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> str:
        data = urllib.parse.urlencode(fields).encode()
        with self.opener.open(self.address + path, data=data, timeout=30) as answer:
            return str(answer.read().decode())

    def asks_for(self, words: str) -> None:
        page = self.get("/find/what")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token, "the question has no form"
        self.post("/find/what", own_words=words, csrf_token=token[1])


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace", "serve", "--port", str(port)],
        env=environment,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        try:
            with urllib.request.urlopen(address + "/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not get ready in a minute")


@pytest.fixture
def servers(
    database_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Database, list[Visitor]]]:
    """A server in a process of its own and one in this process: they share nothing but the database."""
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 60_000)  # a machine with much else to do is no fault
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "MARKETPLACE_INSTANCE": str(settings.instance_dir),
        "MARKETPLACE_ENV": "test",
        "MARKETPLACE_SENTENCE_MODEL": "off",
    }
    database = open_database(database_url)
    app = marketplace.create_app(replace(settings, database_url=database_url))
    with serving(environment) as elsewhere, serving_here(app) as here:
        yield database, [Visitor(elsewhere), Visitor(here)]
    app.extensions["marketplace.db"].engine.dispose()
    database.engine.dispose()


def test_a_change_is_seen_by_the_next_request_in_each_process(
    servers: tuple[Database, list[Visitor]],
) -> None:
    database, visitors = servers
    with write_session(database) as session:
        kitchen = Offer(
            provider=Provider(name="A group", legal_form=LegalForm.COMMUNITY_GROUP),
            kind=OfferKind.COMMUNITY_GROUP,
            name="Tuesday kitchen",
            summary="We cook a meal together.",
            status=OfferStatus.PUBLIC,
            vacancy=Vacancy.OPEN,
            themes=[OfferTheme(theme=Theme.COOKERY)],
            updated_at=datetime.now(UTC),
        )
        session.add(kitchen)
        session.flush()
        mark_changed(session, [kitchen.id])
        offer_id = kitchen.id
    for visitor in visitors:
        visitor.asks_for("cooking")
    for number in range(ROUNDS):
        for values, is_there in (
            ({"status": OfferStatus.PAUSED}, False),
            ({"status": OfferStatus.PUBLIC}, True),
        ):
            with write_session(database) as session:
                session.execute(update(Offer).where(Offer.id == offer_id).values(**values))
                mark_changed(session, [offer_id])
            for visitor in visitors:
                assert ("Tuesday kitchen" in visitor.get("/find/results")) is is_there, (number, values)
    _a_provider_changes_a_price_and_is_suspended(database, visitors)


def _a_provider_changes_a_price_and_is_suspended(database: Database, visitors: list[Visitor]) -> None:
    """What it changes at once is in every process's results at the next look; so is the suspension."""
    kitchen = OfferDocument(
        kind=OfferKind.COMMUNITY_GROUP,
        name="Friday kitchen",
        summary="We cook a meal.",
        themes=(Theme.COOKERY,),
    )
    with database.write() as session:
        account = make_account(session)
    with write_session(database) as session:
        provider = Provider(name="A group", legal_form=LegalForm.COMMUNITY_GROUP)
        session.add(provider)
        session.flush()
        offer = begin_draft(session, provider=provider, kind=kitchen.kind, account=account, document=kitchen)
        publish(session, offer, kitchen)
    for visitor in visitors:
        assert "Friday kitchen" in visitor.get("/find/results")
    costs = (CostSaid(basis=CostBasis.SESSION, amount=Decimal("7.77")),)
    with write_session(database) as session:
        stored = session.get_one(Offer, offer.id)
        publish_at_once(session, stored, document=replace(kitchen, costs=costs), account=account)
    for visitor in visitors:
        assert "£7.77" in visitor.get("/find/results")
    with write_session(database) as session:
        session.get_one(Provider, provider.id).status = ProviderStatus.SUSPENDED
        stand(session, provider_id=provider.id)
    for visitor in visitors:
        assert "Friday kitchen" not in visitor.get("/find/results")


def test_the_second_server_says_so_when_its_port_is_taken(settings: Settings, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = os.environ | {
            "MARKETPLACE_INSTANCE": str(settings.instance_dir),
            "MARKETPLACE_ENV": "test",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
        }
        done = subprocess.run(
            [sys.executable, "-m", "marketplace", "serve", "--port", str(port)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert f"Can't listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
