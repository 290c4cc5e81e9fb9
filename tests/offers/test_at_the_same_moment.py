"""Two transactions that decide about the same offer at the same moment, really committed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from marketplace.accounts.models import Account
from marketplace.db import Database, open_database, write_session
from marketplace.offers.document import document_of
from marketplace.offers.drafts import begin_draft, change_draft, draft_for
from marketplace.offers.models import Offer, OfferDraft, OfferHold
from marketplace.offers.publishing import StaleOfferError, publish, publish_at_once
from marketplace.offers.standing import stand
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import OfferKind, Vacancy
from tests.fixtures.accounts import make_account
from tests.offers.documents import KITCHEN, make_provider

PLAIN = replace(KITCHEN, place=None)


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.engine.dispose()


@pytest.fixture
def offer(shared: Database) -> Offer:
    """A draft that nobody has approved yet, of a checked provider."""
    with shared.write() as session:
        account = make_account(session)
    with write_session(shared) as session:
        return begin_draft(
            session,
            provider=make_provider(session),
            kind=OfferKind.COMMUNITY_GROUP,
            account=account,
            document=PLAIN,
        )


def test_an_offer_that_is_approved_while_its_provider_is_suspended_is_not_shown(
    shared: Database, offer: Offer
) -> None:
    begun = threading.Event()

    def approve() -> None:
        begun.set()
        with write_session(shared) as session:
            publish(session, session.get_one(Offer, offer.id), PLAIN)

    with ThreadPoolExecutor() as others:
        with write_session(shared) as session:
            provider = session.get_one(Provider, offer.provider_id, with_for_update=True)
            provider.status = ProviderStatus.SUSPENDED
            stand(session, provider_id=provider.id)
            approved = others.submit(approve)
            assert begun.wait(10)
            with pytest.raises(TimeoutError):
                approved.result(timeout=0.3)
        approved.result(timeout=20)
    with shared.read() as session:
        assert session.get_one(Offer, offer.id).hold is OfferHold.PROVIDER_SUSPENDED


def test_of_two_changes_from_one_version_one_is_made_and_one_is_told(shared: Database, offer: Offer) -> None:
    with write_session(shared) as session:
        live = publish(session, session.get_one(Offer, offer.id), PLAIN)
        version = live.version
    together = threading.Barrier(2)

    def change(vacancy: Vacancy) -> bool:
        with shared.write() as session:
            account = session.query(Account).one()
            session.rollback()
            together.wait(10)
            live = session.get_one(Offer, offer.id)
            wanted = replace(PLAIN, vacancy=vacancy)
            try:
                publish_at_once(session, live, document=wanted, account=account, expected_version=version)
            except StaleOfferError:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor() as both:
        made = list(both.map(change, (Vacancy.FULL, Vacancy.WAITING_LIST)))
    assert sorted(made) == [False, True]
    with shared.read() as session:
        stored = session.get_one(Offer, offer.id)
        expected = Vacancy.FULL if made[0] else Vacancy.WAITING_LIST
        assert (document_of(stored).vacancy, stored.version) == (expected, version + 1)


def test_two_who_open_the_draft_of_a_live_offer_get_the_same_one(shared: Database, offer: Offer) -> None:
    with write_session(shared) as session:
        publish(session, session.get_one(Offer, offer.id), PLAIN)
        account = session.query(Account).one()
    together = threading.Barrier(2)

    def begin(_number: int) -> int:
        together.wait(10)
        with write_session(shared) as session:
            live = session.get_one(Offer, offer.id)
            draft = draft_for(session, live, account=account)
            wanted = replace(PLAIN, name="Kitchen")
            return change_draft(
                session, live, document=wanted, account=account, expected_version=draft.version
            ).version

    with ThreadPoolExecutor() as both:
        assert list(both.map(begin, range(2))) == [2, 2]
    with shared.read() as session:
        assert session.query(OfferDraft).one().version == 2
