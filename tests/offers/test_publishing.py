"""Drafts and what becomes of them: sent, published, changed at once, closed and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.accounts.models import Account
from marketplace.audit import AuditEntry
from marketplace.offers.catalogue import read_epoch
from marketplace.offers.document import CostSaid, PauseSaid, document_of, parse_document
from marketplace.offers.drafts import (
    DraftWaitingError,
    SendOutcome,
    StaleDraftError,
    begin_draft,
    change_draft,
    copy_offer,
    discard_draft,
    draft_for,
    draft_of,
    return_draft,
    send_draft,
    take_back,
)
from marketplace.offers.models import DraftState, Offer, OfferDraft, OfferVector, Place
from marketplace.offers.publishing import (
    NotAtOnceError,
    NotPublishableError,
    StaleOfferError,
    bring_back_offer,
    close_offer,
    confirm_offers,
    pause_offer,
    publish,
    publish_at_once,
)
from marketplace.offers.queries import public_offer
from marketplace.offers.vectors import text_hash, text_of
from marketplace.providers import sending
from marketplace.providers.models import ProviderStatus
from marketplace.vocabulary import CostBasis, Feature, OfferStatus, Role, Theme, Vacancy
from tests.directory import factories
from tests.fixtures.accounts import make_account
from tests.offers.documents import KITCHEN, make_provider
from tests.offers.test_vectors import LetterModel

TODAY = date(2026, 5, 3)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def account(session: DatabaseSession) -> Account:
    return make_account(session, roles=[Role.PROVIDER_STAFF])


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[sending.Sending | sending.TakenBack]:
    """What was sent to be checked and taken back, in the place of those who check it."""
    found: list[sending.Sending | sending.TakenBack] = []
    monkeypatch.setattr(sending, "_ON_SENT", [lambda _session, what: found.append(what)])
    monkeypatch.setattr(sending, "_ON_TAKEN_BACK", [lambda _session, what: found.append(what)])
    return found


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def draft(session: DatabaseSession, account: Account) -> Offer:
    """A new offer whose draft says everything."""
    return begin_draft(
        session, provider=make_provider(session), kind=KITCHEN.kind, account=account, document=KITCHEN
    )


@pytest.fixture
def live(session: DatabaseSession, draft: Offer) -> Offer:
    return publish(session, draft, KITCHEN, today=TODAY)


def reload(session: DatabaseSession, offer: Offer) -> Offer:
    session.flush()
    session.expire_all()
    return session.get_one(Offer, offer.id)


def actions(session: DatabaseSession) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_publishing_writes_every_word_and_finds_the_place(session: DatabaseSession, draft: Offer) -> None:
    before = read_epoch(session)
    publish(session, draft, KITCHEN, today=TODAY)
    stored = reload(session, draft)
    assert document_of(stored) == KITCHEN
    assert (stored.status, stored.confirmed_on, stored.version) == (OfferStatus.PUBLIC, TODAY, 2)
    assert stored.first_public_at is not None
    assert stored.place is not None
    assert (stored.place.district_code, stored.place.lat) == ("E07000174", pytest.approx(53.14, abs=0.02))
    assert draft_of(session, draft.id) is None
    assert public_offer(session, draft.id) is stored
    assert read_epoch(session) == before + 1


def test_the_sentence_vector_is_made_when_the_words_are_published(
    session: DatabaseSession, draft: Offer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = LetterModel()
    monkeypatch.setattr("marketplace.offers.writing._embedder", lambda: model)
    publish(session, draft, KITCHEN, today=TODAY)
    full = replace(KITCHEN, vacancy=Vacancy.FULL)
    publish_at_once(session, draft, document=full, account=account)
    assert model.asked == [text_of(KITCHEN.name, KITCHEN.summary, KITCHEN.description)]
    assert session.get_one(OfferVector, draft.id).text_hash == text_hash(model.asked[0])


def test_rows_that_stay_keep_their_identifiers(session: DatabaseSession, live: Offer) -> None:
    sessions = {row.day: row.id for row in live.sessions}
    less = replace(KITCHEN.sessions[0], places_left=0)
    after = replace(KITCHEN, sessions=(less,), themes=(Theme.COOKERY, Theme.ANIMALS))
    publish(session, live, after, today=TODAY)
    stored = reload(session, live)
    assert document_of(stored) == after
    assert [row.id for row in stored.sessions] == [sessions[less.day]]


def test_the_place_of_another_offer_stays_where_it_is(session: DatabaseSession, live: Offer) -> None:
    assert live.place is not None
    other = factories.offer(session, "Same hall", at=live.place)
    assert KITCHEN.place is not None
    moved = replace(KITCHEN, place=replace(KITCHEN.place, postcode="S80 1EJ", town="Worksop"))
    publish(session, live, moved, today=TODAY)
    assert reload(session, other).place.postcode == "NG18 1AB"  # type: ignore[union-attr]
    now = reload(session, live).place
    assert isinstance(now, Place)
    assert (now.postcode, round(now.lat or 0, 1)) == ("S80 1EJ", 53.3)


def test_the_live_words_stay_until_the_changed_ones_are_approved(
    session: DatabaseSession, live: Offer, account: Account, heard: list[sending.Sending]
) -> None:
    draft = draft_for(session, live, account=account)
    wanted = replace(KITCHEN, name="Wednesday kitchen", vacancy=Vacancy.FULL)
    change_draft(session, live, document=wanted, account=account, expected_version=draft.version)
    assert send_draft(session, live, account=account) is SendOutcome.WAITING
    assert send_draft(session, live, account=account) is SendOutcome.WAITING
    stored = reload(session, live)
    assert (stored.name, stored.vacancy) == ("Tuesday kitchen", Vacancy.FULL)
    (sent,) = heard
    assert sent.live is not None
    assert parse_document(sent.live) == replace(KITCHEN, vacancy=Vacancy.FULL)
    assert parse_document(sent.document) == wanted
    with pytest.raises(DraftWaitingError):
        change_draft(session, live, document=KITCHEN, account=account, expected_version=draft.version)

    # Meanwhile a place is free again: approving the name must not fill it.
    publish_at_once(
        session, live, document=replace(document_of(stored), vacancy=Vacancy.OPEN), account=account
    )
    publish(
        session, live, parse_document(sent.document), live=parse_document(sent.live), today=date(2026, 6, 1)
    )
    stored = reload(session, live)
    assert document_of(stored) == replace(wanted, vacancy=Vacancy.OPEN)
    assert draft_of(session, live.id) is None


def test_a_stale_form_gets_the_other_ones_words_and_the_same_words_twice_are_once(
    session: DatabaseSession, draft: Offer, account: Account
) -> None:
    mine, theirs = replace(KITCHEN, name="Mine"), replace(KITCHEN, name="Theirs")
    change_draft(session, draft, document=theirs, account=account, expected_version=1)
    change_draft(session, draft, document=theirs, account=account, expected_version=1)
    with pytest.raises(StaleDraftError) as stale:
        change_draft(session, draft, document=mine, account=account, expected_version=1)
    assert (stale.value.theirs, stale.value.version) == (theirs, 2)
    assert stale.value.changed_by_id == account.id
    assert actions(session).count("offer_draft_changed") == 1


def test_what_was_sent_can_be_taken_back_and_given_back(
    session: DatabaseSession,
    draft: Offer,
    account: Account,
    heard: list[sending.Sending | sending.TakenBack],
) -> None:
    send_draft(session, draft, account=account)
    assert draft.status is OfferStatus.WAITING
    take_back(session, draft, account=account)
    take_back(session, draft, account=account)
    assert draft.status is OfferStatus.DRAFT
    assert [type(one) for one in heard] == [sending.Sending, sending.TakenBack]
    assert isinstance(heard[0], sending.Sending)
    assert heard[0].live is None
    send_draft(session, draft, account=account)
    return_draft(session, draft, state=DraftState.CHANGES_ASKED)
    change_draft(
        session, draft, document=replace(KITCHEN, name="Better"), account=account, expected_version=1
    )
    kept = session.get_one(OfferDraft, draft.id)
    assert (kept.state, draft.status, draft.name) == (DraftState.CHANGES_ASKED, OfferStatus.DRAFT, "Better")


def test_times_places_and_prices_of_an_approved_offer_change_at_once(
    session: DatabaseSession, live: Offer, account: Account
) -> None:
    cheaper = CostSaid(basis=CostBasis.SESSION, amount=Decimal(3), note="with tea")
    wanted = replace(KITCHEN, costs=(cheaper,), sessions=KITCHEN.sessions[:1], group_size=6)
    draft = draft_for(session, live, account=account)
    change_draft(session, live, document=replace(KITCHEN, name="Later"), account=account, expected_version=1)
    publish_at_once(session, live, document=wanted, account=account, expected_version=live.version)
    publish_at_once(session, live, document=wanted, account=account, expected_version=1)
    stored = reload(session, live)
    assert (document_of(stored), stored.version, stored.confirmed_on) == (wanted, 3, TODAY)
    assert parse_document(session.get_one(OfferDraft, live.id).document) == replace(wanted, name="Later")
    assert draft.version == 3
    with pytest.raises(StaleOfferError):
        publish_at_once(session, live, document=KITCHEN, account=account, expected_version=2)
    assert actions(session).count("offer_changed_at_once") == 1


@pytest.mark.parametrize(
    ("change", "is_at_once"),
    [
        ({"name": "Free money"}, False),
        ({"features": {**KITCHEN.features, Feature.HEARING_LOOP: True}}, False),
        ({"features": {Feature.STEP_FREE: False}}, True),
        ({"costs": (CostSaid(basis=CostBasis.SESSION, amount=Decimal(3), note="call me"),)}, False),
        ({"costs": (CostSaid(basis=CostBasis.FREE),)}, True),
        ({"pauses": (PauseSaid(first_date=TODAY, last_date=TODAY, reason="call me"),)}, False),
        ({"pauses": (PauseSaid(first_date=TODAY, last_date=TODAY),)}, True),
        ({"min_age": 16}, False),
    ],
)
def test_new_words_and_new_claims_are_looked_at_first(
    session: DatabaseSession, live: Offer, account: Account, change: dict[str, object], is_at_once: bool
) -> None:
    wanted = replace(KITCHEN, **change)  # type: ignore[arg-type]
    if is_at_once:
        publish_at_once(session, live, document=wanted, account=account)
    else:
        with pytest.raises(NotAtOnceError) as refused:
            publish_at_once(session, live, document=wanted, account=account)
        assert refused.value.fields == tuple(change)
    assert document_of(reload(session, live)) == (wanted if is_at_once else KITCHEN)


def test_a_draft_that_needs_no_moderator_is_live_when_it_is_sent(
    session: DatabaseSession, live: Offer, account: Account, heard: list[sending.Sending]
) -> None:
    draft_for(session, live, account=account)
    full = replace(KITCHEN, vacancy=Vacancy.FULL)
    change_draft(session, live, document=full, account=account, expected_version=1)
    assert send_draft(session, live, account=account) is SendOutcome.LIVE
    assert send_draft(session, live, account=account) is SendOutcome.NOTHING
    assert document_of(reload(session, live)) == full
    assert draft_of(session, live.id) is None
    assert heard == []


def test_a_suspended_provider_corrects_but_publishes_nothing(
    session: DatabaseSession, live: Offer, account: Account, heard: list[sending.Sending]
) -> None:
    live.provider.status = ProviderStatus.SUSPENDED
    full = replace(KITCHEN, vacancy=Vacancy.FULL)
    with pytest.raises(NotPublishableError):
        publish_at_once(session, live, document=full, account=account)
    draft_for(session, live, account=account)
    change_draft(session, live, document=full, account=account, expected_version=1)
    assert send_draft(session, live, account=account) is SendOutcome.WAITING
    assert document_of(reload(session, live)) == KITCHEN


def test_an_offer_is_paused_closed_and_brought_back_as_it_was_approved(
    session: DatabaseSession, live: Offer, draft: Offer, account: Account
) -> None:
    pause_offer(session, live, account=None)
    pause_offer(session, live, account=None)
    assert public_offer(session, live.id) is None
    close_offer(session, live, account=account)
    with pytest.raises(NotPublishableError):
        pause_offer(session, live, account=account)
    bring_back_offer(session, live, account=account)
    assert public_offer(session, live.id) is not None
    assert [one for one in actions(session) if "draft" not in one][-3:] == [
        "offer_paused",
        "offer_closed",
        "offer_brought_back",
    ]
    never = begin_draft(session, provider=live.provider, kind=KITCHEN.kind, account=account)
    with pytest.raises(NotPublishableError):
        bring_back_offer(session, never, account=account)
    with pytest.raises(NotPublishableError):
        close_offer(session, never, account=account)


def test_a_copy_is_a_draft_of_its_own_and_a_discarded_draft_takes_what_was_never_public_along(
    session: DatabaseSession, live: Offer, account: Account
) -> None:
    copy = copy_offer(session, live, account=account)
    said = parse_document(session.get_one(OfferDraft, copy.id).document)
    assert (said.name, said.sessions[0].places_left) == ("Copy of Tuesday kitchen", None)
    assert said.features == KITCHEN.features
    draft_for(session, live, account=account)
    for offer in (copy, live, live):
        discard_draft(session, offer, account=account)
    session.flush()
    assert list(session.scalars(select(Offer.id))) == [live.id]
    assert draft_of(session, live.id) is None


def test_saying_that_it_is_still_right_forgets_what_was_missed(
    session: DatabaseSession, live: Offer, account: Account
) -> None:
    live.misses = 2
    later = TODAY + timedelta(days=90)
    assert confirm_offers(session, [live], account=account, today=later) == [live.id]
    assert (live.misses, live.confirmed_on) == (0, later)
