"""Jo and Priya, who agree on something in tests."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.operations import propose, say_yes
from marketplace.enquiries.agreements.terms import Terms
from marketplace.enquiries.models import Side
from marketplace.enquiries.operations import send_enquiries
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.people.profile.models import ProfilePart
from marketplace.providers.models import MemberRole, ProviderMember
from marketplace.vocabulary import CostBasis, FundingRoute, Repeats, Role
from marketplace.web.today import london_day
from tests.directory.factories import offer as make_offer
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person

NOW = datetime.now(UTC)
TODAY = london_day(NOW)
BASE = "https://days.example"


class Both:
    """Jo asks Priya's kitchen."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.jo_account = make_account(session, roles=[Role.PERSON], name="Jo", email="jo@example.org")
        self.jo: Person = make_person(session, account=self.jo_account, first_name="Jo")
        self.kitchen: Offer = make_offer(session, "Kitchen")
        self.priya = make_account(session, roles=[Role.PROVIDER_STAFF], name="Priya", email="p@example.org")
        session.add(
            ProviderMember(
                provider_id=self.kitchen.provider_id,
                account_id=self.priya.id,
                email=self.priya.email,
                role=MemberRole.OWNER,
                invited_at=NOW,
                accepted_at=NOW,
            )
        )
        self.monday = OfferSession(
            offer_id=self.kitchen.id,
            day_number=0,
            starts_minute=600,
            ends_minute=720,
            repeats=Repeats.WEEKLY,
            places=4,
            places_left=1,
        )
        self.kitchen.sessions = [self.monday]
        session.flush()
        (self.enquiry,) = send_enquiries(
            session,
            person=self.jo,
            offers=[self.kitchen],
            parts=[ProfilePart.GOALS],
            words="",
            name="Jo",
            form_token="one form",
            by=Doer(account=self.jo_account, role=Role.PERSON),
            now=NOW,
            base_url=BASE,
        )
        session.commit()
        self.terms = Terms(
            session_ids=frozenset({self.monday.id}),
            starts_on=TODAY,
            amount=Decimal("12.50"),
            basis=CostBasis.SESSION,
            paid_by=FundingRoute.DIRECT_PAYMENT,
            back_up_words="My brother comes",
        )

    def who(self, side: Side) -> dict[str, Any]:
        account, role = (
            (self.jo_account, Role.PERSON) if side is Side.PERSON else (self.priya, Role.PROVIDER_STAFF)
        )
        return {"side": side, "by": Doer(account=account, role=role), "now": NOW, "base_url": BASE}

    def propose(self, side: Side, terms: Terms, version: int = 0) -> Agreement:
        return propose(self.session, self.enquiry, terms=terms, expected_version=version, **self.who(side))

    def yes(self, side: Side, version: int = 1) -> Agreement:
        return say_yes(self.session, self.enquiry, version=version, **self.who(side))


def act_as(client: FlaskClient, account: Account) -> None:
    sign_in(client, account)


def send(client: FlaskClient, address: str, data: dict[str, Any] | None = None) -> TestResponse:
    token = token_on(client.get("/find/what"))
    return client.post(address, data={"csrf_token": token, **(data or {})})


def typed_day(name: str, day: Any) -> dict[str, str]:
    """A day as a form sends it."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
