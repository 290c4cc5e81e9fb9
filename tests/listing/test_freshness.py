"""Whether offers are still right: asked at a rhythm, counted once, said, then hidden, never silently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit.models import AuditEntry
from marketplace.db import Database
from marketplace.listing.freshness.asking import Asked, ask_providers
from marketplace.listing.freshness.queries import stale_offers
from marketplace.offers.models import Offer, OfferHold, StillRightRequest
from marketplace.offers.queries import public_offers
from marketplace.outbox.models import OutboxMessage
from marketplace.providers.models import Provider, ProviderMember, ProviderStatus
from marketplace.settings import FreshnessSettings
from marketplace.vocabulary import OfferKind, OfferStatus, Role
from tests.accounts.mail import SQLITE
from tests.directory.factories import offer
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.providers.factories import make_member, make_provider

pytestmark = pytest.mark.parametrize(**SQLITE)

RHYTHM = FreshnessSettings()
NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0)
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session, name="Oak CIC", status=ProviderStatus.ACTIVE)


@pytest.fixture
def owner(session: Session, provider: Provider) -> Account:
    account = make_account(session, name="Bo")
    make_member(session, provider=provider, account=account)
    return account


@pytest.fixture
def kitchen(session: Session, provider: Provider) -> Offer:
    made = offer(session, "Tuesday kitchen", by=provider, confirmed_on=TODAY - 90 * DAY)
    session.commit()
    return made


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """``at(moment)`` makes the pages' clock stand there."""

    def stand(moment: datetime) -> None:
        monkeypatch.setattr("marketplace.web.today.now", lambda: moment)
        monkeypatch.setattr("marketplace.listing.freshness.routes.now", lambda: moment)

    return stand  # type: ignore[return-value]


def run(database: Database, when: datetime = NOW) -> Asked:
    return ask_providers(database, RHYTHM, base_url="https://days.example", now=when)


def mails(session: Session, kind: str = "still_right") -> list[OutboxMessage]:
    session.expire_all()
    query = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.created_at)
    return list(session.scalars(query))


def link(mail: OutboxMessage) -> str:
    found = re.search(r"https://days\.example(/still-right/\S+)", mail.body)
    assert found is not None
    return found[1]


def test_a_provider_is_asked_once_about_all_that_is_due_and_what_is_due_soon(
    session: Session, database: Database, provider: Provider, owner: Account, kitchen: Offer
) -> None:
    colleague = make_account(session, name="Kim")
    make_member(session, provider=provider, account=colleague)
    soon = offer(session, "Choir", by=provider, confirmed_on=TODAY - 80 * DAY)
    fresh = offer(session, "Garden", by=provider, confirmed_on=TODAY - 30 * DAY)
    helper = offer(
        session, "At your door", by=provider, kind=OfferKind.PERSONAL_ASSISTANT, confirmed_on=TODAY - 60 * DAY
    )
    offer(session, "A draft", by=provider, status=OfferStatus.DRAFT)
    session.commit()
    assert run(database) == Asked(providers=1)
    sent = mails(session)
    assert {mail.recipient for mail in sent} == {owner.email, colleague.email}
    for name in ("Tuesday kitchen", "Choir", "At your door"):
        assert f"- {name} (you last said so on" in sent[0].body
    assert "Garden" not in sent[0].body
    assert "draft" not in sent[0].body
    assert sent[0].holds_secret
    assert [one.asked_at for one in (soon, helper)] == [NOW, NOW]
    assert fresh.asked_at is None
    assert run(database, NOW + 14 * DAY) == Asked(), "there are 14 days to answer"


def test_whoever_has_nobody_here_is_not_asked(session: Session, database: Database, kitchen: Offer) -> None:
    assert run(database) == Asked()
    assert kitchen.asked_at is None


def test_without_an_answer_the_offer_says_so_then_is_hidden_and_both_sides_know(
    session: Session,
    database: Database,
    provider: Provider,
    owner: Account,
    kitchen: Offer,
    client: FlaskClient,
) -> None:
    page = f"/offers/{kitchen.id}"
    run(database)
    first = NOW + 15 * DAY
    assert run(database, first) == Asked(providers=1, missed=1)
    assert run(database, first) == Asked(), "a miss is counted once"
    session.refresh(kitchen)
    assert kitchen.misses == 1
    assert "has not told us" not in client.get(page).text
    assert "Without an answer by" in mails(session)[-1].body

    second = first + 15 * DAY
    assert run(database, second) == Asked(providers=1, missed=1)
    session.refresh(kitchen)
    assert (kitchen.misses, kitchen.hold) == (2, None)
    assert "The provider has not told us for 12 weeks that this is right." in client.get(page).text
    last = mails(session)[-1]
    assert "people no longer find Tuesday kitchen from" in last.body
    assert "The last time we ask" in last.subject

    third = second + 15 * DAY
    assert run(database, third) == Asked(missed=1, hidden=1)
    session.refresh(kitchen)
    assert kitchen.hold is OfferHold.STALE
    assert client.get(page).status_code == 404
    (told,) = mails(session, "no_longer_shown")
    assert "- Tuesday kitchen" in told.body
    (stale,) = stale_offers(session, today=third.date(), long_ago=RHYTHM.long_ago)
    assert (stale.id, stale.misses, stale.is_shown, stale.is_managed) == (kitchen.id, 3, False, True)
    assert run(database, third + 30 * DAY) == Asked(), "what is hidden is not asked about again"
    history = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert [action.removeprefix("still_right_") for action in history] == [
        "asked",
        "asked",
        "missed",
        "asked",
        "missed",
        "missed",
    ]


def test_thirty_days_after_its_last_question_an_offer_is_hidden_without_any_job(
    session: Session, database: Database, owner: Account, kitchen: Offer
) -> None:
    for days in (0, 15, 30):
        run(database, NOW + days * DAY)
    last_day = TODAY + (30 + 44) * DAY
    assert kitchen.id in set(session.scalars(public_offers(last_day).with_only_columns(Offer.id)))
    assert kitchen.id not in set(session.scalars(public_offers(last_day + DAY).with_only_columns(Offer.id)))


def test_one_click_of_the_mail_confirms_everything_without_signing_in(
    session: Session,
    database: Database,
    provider: Provider,
    owner: Account,
    kitchen: Offer,
    client: FlaskClient,
) -> None:
    choir = offer(session, "Choir", by=provider, confirmed_on=TODAY - 85 * DAY)
    session.commit()
    run(database)
    path = link(mails(session)[0])
    page = client.get(path)
    assert "All of this is still right" in page.text
    assert page.text.index("Choir") < page.text.index("Tuesday kitchen")
    form = {"csrf_token": token_on(page), "right": "all"}
    done = [client.post(path, data=form).location for _ in range(2)]  # the same form, sent twice
    assert done == [f"{path}?done=right", f"{path}?done=nothing"]
    session.expire_all()
    assert [one.confirmed_on for one in (kitchen, choir)] == [TODAY, TODAY]
    assert [one.asked_at for one in (kitchen, choir)] == [None, None]
    assert session.scalars(select(StillRightRequest)).one().answered_at is not None
    assert "Everything we asked about is answered" in client.get(path).text
    assert run(database, NOW + 15 * DAY) == Asked(), "nothing was missed"
    confirmed = session.scalars(select(AuditEntry).where(AuditEntry.action == "offer_confirmed")).all()
    assert [entry.actor_id for entry in confirmed] == [None, None]


def test_the_link_confirms_or_takes_off_what_was_asked_and_nothing_else(
    session: Session,
    database: Database,
    provider: Provider,
    owner: Account,
    kitchen: Offer,
    client: FlaskClient,
) -> None:
    garden = offer(session, "Garden", by=provider, confirmed_on=TODAY - 10 * DAY)
    other = offer(
        session,
        "Elsewhere",
        by=make_provider(session, name="Elm", status=ProviderStatus.ACTIVE),
        confirmed_on=TODAY - 300 * DAY,
    )
    choir = offer(session, "Choir", by=provider, confirmed_on=TODAY - 95 * DAY)
    session.commit()
    run(database)
    path = link(mails(session)[0])
    for which in (str(garden.id), str(other.id), "everything", ""):
        assert send(client, path, right=which).location.endswith("done=nothing")
        assert send(client, path, stopped=which).location.endswith("done=nothing")
    assert send(client, path, stopped="all").location.endswith("done=nothing")
    assert send(client, path, name="Mine", status="closed").location.endswith("done=nothing")
    assert send(client, path, stopped=str(choir.id)).location.endswith("done=stopped")
    session.expire_all()
    assert choir.status is OfferStatus.PAUSED
    assert (garden.confirmed_on, other.confirmed_on) == (TODAY - 10 * DAY, TODAY - 300 * DAY)
    assert kitchen.asked_at is not None
    assert send(client, path, right=str(kitchen.id)).location.endswith("done=right")
    assert client.get(f"/provide/{provider.id}/still-right").status_code == 303, "it signs nobody in"


def test_a_link_ends_with_its_time_its_provider_and_its_readers(
    session: Session,
    database: Database,
    provider: Provider,
    owner: Account,
    kitchen: Offer,
    client: FlaskClient,
    at: object,
) -> None:
    run(database)
    path = link(mails(session)[0])
    assert client.get("/still-right/nothing-like-it").status_code == 410
    form = {"csrf_token": token_on(client.get(path)), "right": "all"}
    at(NOW + 61 * DAY)  # type: ignore[operator]
    assert client.get(path).status_code == 410
    assert client.post(path, data=form).status_code == 410
    at(NOW + DAY)  # type: ignore[operator]
    assert client.get(path).status_code == 200
    provider.status = ProviderStatus.SUSPENDED
    session.commit()
    assert client.post(path, data=form).status_code == 410
    provider.status = ProviderStatus.ACTIVE
    left = session.scalars(select(ProviderMember)).one()
    left.ended_at = NOW + DAY
    session.commit()
    assert client.get(path).status_code == 410, "whoever was taken off may still have the mail"
    assert kitchen.confirmed_on == TODAY - 90 * DAY


def test_on_its_own_page_a_provider_confirms_and_brings_back_what_was_hidden(
    app: Flask, session: Session, database: Database, provider: Provider, owner: Account, kitchen: Offer
) -> None:
    client = app.test_client()
    sign_in(client, owner)
    path = f"/provide/{provider.id}/still-right"
    home = f"/provide/{provider.id}"
    assert "All of this is still right" not in client.get(home).text
    start = NOW - 45 * DAY
    kitchen.confirmed_on = TODAY - 140 * DAY
    session.commit()
    for days in (0, 15, 30, 45):
        run(database, start + days * DAY)
    assert client.get(f"/offers/{kitchen.id}").status_code == 404
    assert "no longer find some of what you offer" in client.get(home).text
    assert "People can’t find it now" in client.get(path).text
    assert send(client, path, right="all").location == f"{path}?done=right"
    assert "You said today that it is right" in client.get(path).text
    assert client.get(f"/offers/{kitchen.id}").status_code == 200
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "offer_confirmed")).one()
    assert entry.actor_id == owner.id


def test_what_nobody_looks_after_says_how_old_it_is_and_stays(
    session: Session, database: Database, provider: Provider, client: FlaskClient
) -> None:
    old = offer(session, "Old list", by=provider, confirmed_on=TODAY - 401 * DAY)
    newer = offer(session, "Newer list", by=provider, confirmed_on=TODAY - 300 * DAY)
    session.commit()
    run(database)
    assert "That is 13 months ago" in client.get(f"/offers/{old.id}").text
    assert "more than 6 months ago" in client.get(f"/offers/{newer.id}").text
    found = stale_offers(session, today=TODAY, long_ago=RHYTHM.long_ago)
    assert [(one.name, one.is_managed, one.is_shown) for one in found] == [("Old list", False, True)]
    assert stale_offers(session, today=TODAY, long_ago=RHYTHM.long_ago, districts=["E07000148"]) == []


def test_moderators_and_commissioners_see_what_went_out_of_the_results(
    app: Flask, session: Session, owner: Account, kitchen: Offer
) -> None:
    kitchen.confirmed_on, kitchen.misses, kitchen.hold = TODAY - 140 * DAY, 3, OfferHold.STALE
    session.commit()
    for role in (Role.MODERATOR, Role.COMMISSIONER):
        client = app.test_client()
        sign_in(client, make_account(session, roles=[role], name=role.label))
        page = client.get("/moderation/stale").text
        assert "Tuesday kitchen" in page
        assert "Not shown" in page
        assert "There is nothing to look after" in client.get("/moderation/stale?council=E10000020").text
        assert "Tuesday kitchen" in client.get("/moderation/stale?council=E10000024&page=9").text
