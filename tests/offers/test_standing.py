"""What is public and until when: holds, last days, and the midnight in London at which they end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.offers.catalogue import CatalogueHolder
from marketplace.offers.models import Offer, OfferHold
from marketplace.offers.publishing import publish
from marketplace.offers.queries import public_offers
from marketplace.offers.standing import (
    LEFT_AFTER_WARNING,
    MISSES_TO_HIDE,
    MISSES_TO_WARN,
    Standing,
    is_public,
    stand,
    why_not_public,
)
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.settings import Settings
from marketplace.vocabulary import CheckKind, OfferStatus
from tests.offers.documents import KITCHEN, demand, give_check, make_provider

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
TODAY = date(2026, 5, 3)
MIDNIGHTS = {
    "winter": (date(2026, 1, 14), datetime(2026, 1, 15, 0, 0, tzinfo=UTC)),
    "summer": (date(2026, 7, 14), datetime(2026, 7, 14, 23, 0, tzinfo=UTC)),
}
"""The last day of a check, and the moment at which it is over."""


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def provider(session: DatabaseSession) -> Provider:
    return make_provider(session)


@pytest.fixture
def kitchen(session: DatabaseSession, provider: Provider) -> Offer:
    made = Offer(
        provider=provider, kind=KITCHEN.kind, name="", updated_at=datetime.now(UTC), status=OfferStatus.DRAFT
    )
    session.add(made)
    session.flush()
    return publish(session, made, KITCHEN, today=TODAY)


def standing_of(session: DatabaseSession, offer: Offer) -> Standing:
    session.refresh(offer)
    return Standing(offer.hold, offer.shown_until)


@on_sqlite
@pytest.mark.parametrize(
    ("status", "hold"),
    [
        (ProviderStatus.DRAFT, OfferHold.PROVIDER_NOT_CHECKED),
        (ProviderStatus.WAITING, OfferHold.PROVIDER_NOT_CHECKED),
        (ProviderStatus.ACTIVE, None),
        (ProviderStatus.REFUSED, OfferHold.PROVIDER_NOT_CHECKED),
        (ProviderStatus.SUSPENDED, OfferHold.PROVIDER_SUSPENDED),
        (ProviderStatus.CLOSED, OfferHold.PROVIDER_CLOSED),
    ],
)
def test_only_the_offers_of_an_active_provider_are_shown(
    session: DatabaseSession, kitchen: Offer, status: ProviderStatus, hold: OfferHold | None
) -> None:
    kitchen.provider.status = status
    moved = stand(session, provider_id=kitchen.provider_id, today=TODAY)
    assert moved == (set() if hold is None else {kitchen.id})
    assert standing_of(session, kitchen) == Standing(hold, None)
    assert (why_not_public(kitchen) is None) is (hold is None)
    kitchen.provider.status = ProviderStatus.ACTIVE
    stand(session, today=TODAY)
    assert is_public(kitchen, today=TODAY)


@on_sqlite
def test_a_demanded_check_is_missing_then_counts_then_runs_out(
    session: DatabaseSession, kitchen: Offer, provider: Provider
) -> None:
    demand(session, CheckKind.INSURANCE)
    stand(session, provider_id=provider.id, today=TODAY)
    assert standing_of(session, kitchen) == Standing(OfferHold.CHECK_MISSING, None)
    last_day = TODAY + timedelta(days=30)
    give_check(session, provider, CheckKind.INSURANCE, last_day=last_day)
    stand(session, provider_id=provider.id, today=TODAY)
    assert standing_of(session, kitchen) == Standing(None, last_day)
    stand(session, today=last_day)
    assert is_public(kitchen, today=last_day)
    assert not is_public(kitchen, today=last_day + timedelta(days=1))
    assert stand(session, today=last_day + timedelta(days=1)) == {kitchen.id}
    assert standing_of(session, kitchen) == Standing(OfferHold.CHECK_MISSING, None)


@on_sqlite
def test_an_offer_that_nobody_confirms_is_shown_for_a_while_and_then_no_more(
    session: DatabaseSession, kitchen: Offer
) -> None:
    kitchen.asked_at = datetime(2026, 5, 3, 9, tzinfo=UTC)
    kitchen.misses = MISSES_TO_WARN
    stand(session, today=TODAY)
    last_day = TODAY + LEFT_AFTER_WARNING
    assert standing_of(session, kitchen) == Standing(None, last_day)
    stand(session, today=last_day + timedelta(days=1))
    assert standing_of(session, kitchen) == Standing(OfferHold.STALE, None)
    kitchen.misses, kitchen.asked_at = MISSES_TO_HIDE, datetime(2026, 9, 1, tzinfo=UTC)
    stand(session, today=date(2026, 9, 1))
    assert standing_of(session, kitchen) == Standing(OfferHold.STALE, None)
    kitchen.misses, kitchen.asked_at = 0, None
    stand(session, today=date(2026, 9, 1))
    assert standing_of(session, kitchen) == Standing(None, None)


@pytest.mark.parametrize("season", MIDNIGHTS)
def test_a_check_lapses_at_midnight_in_london_without_a_job(
    client: FlaskClient,
    session: DatabaseSession,
    provider: Provider,
    kitchen: Offer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    season: str,
) -> None:
    last_day, over = MIDNIGHTS[season]
    demand(session, CheckKind.DBS_ENHANCED)
    give_check(session, provider, CheckKind.DBS_ENHANCED, last_day=last_day)
    stand(session, provider_id=provider.id, today=last_day - timedelta(days=9))
    assert standing_of(session, kitchen) == Standing(None, last_day)
    session.commit()
    holder = CatalogueHolder(settings.seeds_dir, PostcodeDirectory.open(settings.postcode_dir))
    for moment, is_shown in ((over - timedelta(seconds=1), True), (over, False)):
        monkeypatch.setattr("marketplace.web.today.now", lambda moment=moment: moment)
        assert (client.get(f"/offers/{kitchen.id}").status_code == 200) is is_shown
        assert ("Tuesday kitchen" in client.get("/offers").text) is is_shown
        assert (str(kitchen.id) in client.get("/sitemap.xml").text) is is_shown
        assert (session.scalars(public_offers()).all() == [kitchen]) is is_shown
        assert (kitchen.id in holder.current(session).row_of) is is_shown
        assert (why_not_public(kitchen) is None) is is_shown


@on_sqlite
def test_a_catalogue_of_yesterday_lets_go_of_what_was_recomputed_after_midnight(
    session: DatabaseSession, provider: Provider, kitchen: Offer, settings: Settings
) -> None:
    last_day, _over = MIDNIGHTS["winter"]
    demand(session, CheckKind.DBS_ENHANCED)
    give_check(session, provider, CheckKind.DBS_ENHANCED, last_day=last_day)
    stand(session, today=last_day)
    holder = CatalogueHolder(settings.seeds_dir, PostcodeDirectory.open(settings.postcode_dir))
    assert kitchen.id in holder.current(session, today=last_day).row_of
    stand(session, today=last_day + timedelta(days=1))
    assert session.scalar(select(Offer.shown_until)) is None
    assert kitchen.id not in holder.current(session, today=last_day + timedelta(days=1)).row_of
