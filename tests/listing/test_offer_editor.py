"""Writing an offer: one question a page, kept at once, checked, sent; what is live changes at once or waits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import AuditEntry
from marketplace.listing.offers.steps import LISTED, OfferStep, steps_for
from marketplace.offers.document import (
    CostSaid,
    OfferDocument,
    PlaceSaid,
    SessionSaid,
    document_of,
    parse_document,
)
from marketplace.offers.drafts import begin_draft
from marketplace.offers.models import DraftState, Offer, OfferDraft
from marketplace.offers.publishing import publish
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    OfferKind,
    OfferStatus,
    PlaceKind,
    Repeats,
    Setting,
    SupportLevel,
    Theme,
    Vacancy,
)
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.providers.factories import make_member, make_provider

pytestmark = pytest.mark.parametrize(**SQLITE)

WHOLE = OfferDocument(
    kind=OfferKind.COMMUNITY_GROUP,
    name="Cooking together",
    summary="We cook a meal and eat it together.",
    themes=(Theme.COOKERY,),
    place=PlaceSaid(kind=PlaceKind.EXACT, name="Village hall", town="Mansfield", postcode="NG18 1AB"),
    sessions=(SessionSaid(day=Day.TUE, starts=600, ends=720),),
    costs=(CostSaid(basis=CostBasis.SESSION, amount=Decimal("4.50")),),
)


class Editor:
    """Someone of a provider at the pages of its offers."""

    def __init__(self, client: FlaskClient, session: Session, account: Account, provider: Provider) -> None:
        self.client, self.session, self.account, self.provider = client, session, account, provider
        self.base = f"/provide/{provider.id}/offers"

    def press(self, path: str, **fields: Any) -> TestResponse:
        token = token_on(self.client.get("/find/what"))
        return self.client.post(self.base + path, data={"csrf_token": token, **fields})

    def seen(self, path: str) -> str:
        page = self.client.get(self.base + path)
        found = re.search(r'name="seen" value="(\w+)"', page.text)
        assert found, page.text
        return found[1]

    def draft(self, offer_id: UUID) -> OfferDocument:
        self.session.expire_all()
        return parse_document(self.session.get_one(OfferDraft, offer_id).document)

    def begin(self, document: OfferDocument = WHOLE) -> Offer:
        offer = begin_draft(
            self.session, provider=self.provider, kind=document.kind, account=self.account, document=document
        )
        self.session.commit()
        return offer

    def live(self, document: OfferDocument = WHOLE) -> Offer:
        offer = self.begin(document)
        self.session.delete(self.session.get_one(OfferDraft, offer.id))
        publish(self.session, offer, document)
        self.session.commit()
        return offer


@pytest.fixture
def editor(client: FlaskClient, session: Session) -> Editor:
    account = make_account(session, name="Ana")
    provider = make_provider(session, status=ProviderStatus.ACTIVE)
    make_member(session, provider=provider, account=account)
    sign_in(client, account)
    return Editor(client, session, account, provider)


def step_of(answer: TestResponse) -> str:
    return answer.location.rpartition("/")[2]


def test_a_group_answers_six_questions_and_can_send_its_offer(editor: Editor) -> None:
    once = str(uuid4())
    first, second = (editor.press("/new", answer="community_group", once=once) for _ in range(2))
    offer = editor.session.scalars(select(Offer)).one()  # the form sent twice began one
    assert first.location == second.location == f"{editor.base}/{offer.id}/name"
    path = f"/{offer.id}"
    refused = editor.press(f"{path}/send")
    assert refused.status_code == 422
    assert "Give it a name." in refused.text
    assert step_of(editor.press(f"{path}/name", name="Cooking together")) == "summary"
    assert step_of(editor.press(f"{path}/summary", summary="We cook and eat.")) == "description"
    assert step_of(editor.press(f"{path}/description", skip="1")) == "themes"
    assert step_of(editor.press(f"{path}/themes", answer=["cookery", "friends"])) == "levels"
    assert step_of(editor.press(f"{path}/place", answer="exact")) == "address"
    # Where the provider is at home stands there already.
    assert 'value="NG18 1AB"' in editor.client.get(f"{editor.base}{path}/address").text
    editor.press(f"{path}/address", postcode="ng181ab", place_name="Village hall", town="Mansfield")
    sent = editor.press(f"{path}/send")
    assert sent.location.endswith("done=sent-waiting")
    assert editor.session.get_one(OfferDraft, offer.id).state is DraftState.WAITING
    place = PlaceSaid(kind=PlaceKind.EXACT, name="Village hall", town="Mansfield", postcode="NG18 1AB")
    assert editor.draft(offer.id) == OfferDocument(
        kind=OfferKind.COMMUNITY_GROUP,
        name="Cooking together",
        summary="We cook and eat.",
        themes=(Theme.COOKERY, Theme.FRIENDS),
        place=place,
    )


def test_every_page_of_an_offer_is_whole_and_leads_to_the_next(editor: Editor) -> None:
    offer = editor.begin()
    for step in steps_for(WHOLE):
        page = editor.client.get(f"{editor.base}/{offer.id}/{step.value}", follow_redirects=True)
        assert page.status_code == 200, step
        if step in LISTED:
            assert editor.client.get(f"{editor.base}/{offer.id}/{step.value}/add").status_code == 200
    for page in ("", "/times/add-dates", "/places-left", "/preview", "/preview?reading_as=easy", "/discard"):
        assert editor.client.get(f"{editor.base}/{offer.id}{page}").status_code == 200, page
    assert editor.client.get(f"{editor.base}/new").status_code == 200
