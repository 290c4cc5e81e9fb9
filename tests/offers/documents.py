"""Documents and providers for the tests of drafts and publishing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session as DatabaseSession

from marketplace.offers.document import CostSaid, OfferDocument, PauseSaid, PlaceSaid, SessionSaid
from marketplace.providers.models import Check, CheckDemand, Provider, ProviderStatus
from marketplace.vocabulary import (
    BankHolidayRule,
    CheckKind,
    CostBasis,
    Day,
    Feature,
    FundingRoute,
    LegalForm,
    OfferKind,
    PlaceKind,
    Repeats,
    Setting,
    SupportLevel,
    Theme,
    Vacancy,
)

KITCHEN = OfferDocument(
    kind=OfferKind.COMMUNITY_GROUP,
    name="Tuesday kitchen",
    summary="We cook a meal together.",
    description="Six of us cook.\nThen we eat.",
    place=PlaceSaid(
        kind=PlaceKind.EXACT,
        name="Village hall",
        street="Chapel Lane",
        town="Mansfield",
        postcode="NG18 1AB",
    ),
    levels={SupportLevel.PREVENTION: True, SupportLevel.ENABLEMENT: False},
    themes=(Theme.COOKERY, Theme.FRIENDS),
    settings=(Setting.LOCAL_WITH_FRIENDS,),
    features={Feature.STEP_FREE: True, Feature.HEARING_LOOP: False},
    funding=(FundingRoute.SELF_FUNDER, FundingRoute.DIRECT_PAYMENT),
    sessions=(
        SessionSaid(day=Day.TUE, starts=18 * 60, ends=20 * 60, places=12, places_left=3),
        SessionSaid(day=Day.FRI, starts=22 * 60, ends=26 * 60, repeats=Repeats.MONTHLY),
    ),
    pauses=(PauseSaid(first_date=date(2026, 8, 4), last_date=date(2026, 8, 28), reason="Summer"),),
    costs=(CostSaid(basis=CostBasis.SESSION, amount=Decimal("4.50"), amount_to=Decimal(6), note="with tea"),),
    vacancy=Vacancy.OPEN,
    min_age=18,
    max_age=64,
    group_size=8,
    staff_ratio="1 to 4",
    transport_offered=True,
    transport_radius_km=8.0,
    transport_cost=Decimal("3.00"),
    flexible=True,
    shortest_visit_minutes=60,
    bank_holidays=BankHolidayRule.CLOSED,
    languages=("Polish", "Urdu"),
)
"""A document in which every part says something, but for what only Shared Lives and imports have."""


def make_provider(session: DatabaseSession, **fields: Any) -> Provider:
    """A provider that was begun on this site and checked."""
    made = Provider(
        **{
            "name": "Chapel Lane group",
            "legal_form": LegalForm.COMMUNITY_GROUP,
            "status": ProviderStatus.ACTIVE,
            **fields,
        }
    )
    session.add(made)
    session.flush()
    return made


def demand(session: DatabaseSession, kind: CheckKind, *, of: LegalForm = LegalForm.COMMUNITY_GROUP) -> None:
    """Everyone of this form has to have this check."""
    session.add(CheckDemand(legal_form=of, kind=kind, changed_at=datetime.now(UTC)))
    session.flush()


def give_check(session: DatabaseSession, provider: Provider, kind: CheckKind, *, last_day: date) -> Check:
    """The provider shows a check that counts up to and with *last_day*."""
    made = Check(
        provider_id=provider.id,
        kind=kind,
        seen_on=last_day - timedelta(days=365),
        seen_by="Anna Field",
        expires_on=last_day,
    )
    session.add(made)
    session.flush()
    return made
