"""Two workers ask providers at the same moment, or one counts while the provider answers: once is once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.db import Database, open_database
from marketplace.listing.freshness.answering import ALL, say_right
from marketplace.listing.freshness.asking import Asked, ask_providers
from marketplace.offers.models import Offer, StillRightRequest
from marketplace.outbox.models import OutboxMessage
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.settings import FreshnessSettings
from tests.directory.factories import offer
from tests.fixtures.accounts import make_account
from tests.providers.factories import make_member, make_provider

NOW = datetime.now(UTC)
WORKERS = 4


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    """A database that several connections see."""
    database = open_database(database_url)
    yield database
    database.engine.dispose()


def together(*tasks: Callable[[], object]) -> list[object]:
    begin = threading.Barrier(len(tasks))
    results: list[object] = []

    def one(task: Callable[[], object]) -> None:
        begin.wait()
        results.append(task())

    threads = [threading.Thread(target=one, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(tasks), "one of them failed"
    return results


def test_however_many_work_at_once_a_provider_is_asked_once_and_a_miss_counted_once(shared: Database) -> None:
    with shared.write() as session:
        provider = make_provider(session, status=ProviderStatus.ACTIVE)
        make_member(session, provider=provider, account=make_account(session))
        kitchen = offer(session, by=provider, confirmed_on=NOW.date() - timedelta(days=100))
        session.commit()

    def work(at: datetime) -> Callable[[], Asked]:
        return lambda: ask_providers(shared, FreshnessSettings(), base_url="http://127.0.0.1", now=at)

    def answer(at: datetime) -> object:
        with shared.write.begin() as session:
            found = session.get_one(Provider, provider.id)
            return say_right(session, provider=found, which=ALL, account=None, now=at)

    asked = together(*[work(NOW)] * WORKERS)
    assert asked.count(Asked(providers=1)) == 1
    late = NOW + timedelta(days=15)
    missed = together(*[work(late)] * WORKERS)
    assert missed.count(Asked(providers=1, missed=1)) == 1
    with shared.read() as session:
        assert session.get_one(Offer, kitchen.id).misses == 1
        for table in (OutboxMessage, StillRightRequest):
            assert session.scalar(select(func.count()).select_from(table)) == 2
    too_late = late + timedelta(days=15)
    together(work(too_late), lambda: answer(too_late))
    with shared.read() as session:
        found = session.get_one(Offer, kitchen.id)
        assert (found.misses, found.asked_at, found.hold) == (0, None, None), (
            "whoever was first: it is answered"
        )
