"""Someone of a provider at the pages of its offers, in tests."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.offers.document import (
    CostSaid,
    OfferDocument,
    PlaceSaid,
    SessionSaid,
    parse_document,
)
from marketplace.offers.drafts import begin_draft
from marketplace.offers.models import Offer, OfferDraft
from marketplace.offers.publishing import publish
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import (
    CostBasis,
    Day,
    OfferKind,
    PlaceKind,
    Theme,
)
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.providers.factories import make_member, make_provider

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


def editor_of(client: FlaskClient, session: Session) -> Editor:
    """An owner of a checked group, signed in."""
    account = make_account(session, name="Ana")
    provider = make_provider(session, status=ProviderStatus.ACTIVE)
    make_member(session, provider=provider, account=account)
    sign_in(client, account)
    return Editor(client, session, account, provider)
