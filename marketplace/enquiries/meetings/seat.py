"""From which side someone sits at a page of meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, url_for

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.directory.words import public_name
from marketplace.enquiries.meetings.operations import Act
from marketplace.enquiries.models import Enquiry, Side
from marketplace.enquiries.queries import enquiry_of_person, enquiry_of_provider, named
from marketplace.offers.models import Offer
from marketplace.people.access import current_person
from marketplace.people.profile.blueprint import doer
from marketplace.people.profile.changes import Doer
from marketplace.providers.models import Provider
from marketplace.vocabulary import OfferKind, Role
from marketplace.web import current_settings


@dataclass(frozen=True, kw_only=True)
class Seat:
    """From which side of which enquiry."""

    enquiry: Enquiry
    offer: Offer
    provider: Provider
    side: Side
    by: Doer
    other: str
    """How the other side is called here."""

    @property
    def is_person(self) -> bool:
        return self.side is Side.PERSON

    @property
    def is_alone(self) -> bool:
        """Whether the provider is one person, who works without anyone beside them."""
        return self.provider.is_individual or self.offer.kind in {
            OfferKind.PERSONAL_ASSISTANT,
            OfferKind.BUDDY,
        }

    @property
    def act(self) -> Act:
        return Act(side=self.side, by=self.by, now=datetime.now(UTC), base_url=current_settings().base_url)

    @property
    def home(self) -> str:
        """The address of the enquiry on this side."""
        return url_for(f"enquiries.one_of_{self.side.value}", enquiry_id=self.enquiry.id, **self._whose)

    def url(self, page: str = "meeting", **values: Any) -> str:
        endpoint = f"meetings.{self.side.value}_{page}"
        return url_for(endpoint, enquiry_id=self.enquiry.id, **self._whose, **values)

    @property
    def _whose(self) -> dict[str, Any]:
        if self.is_person:
            return {"person_id": self.enquiry.person_id}
        return {"provider_id": self.enquiry.provider_id}


def person_seat(enquiry_id: UUID) -> Seat:
    """Only behind ``OfPerson``."""
    session = get_session()
    enquiry = enquiry_of_person(session, current_person().id, enquiry_id) or abort(404)
    offer, provider = named(session, enquiry)
    return Seat(
        enquiry=enquiry,
        offer=offer,
        provider=provider,
        side=Side.PERSON,
        by=doer(),
        other=public_name(provider),
    )


def provider_seat(provider_id: UUID, enquiry_id: UUID) -> Seat:
    """Only behind ``OfProvider``."""
    session = get_session()
    enquiry = enquiry_of_provider(session, provider_id, enquiry_id) or abort(404)
    offer, provider = named(session, enquiry)
    return Seat(
        enquiry=enquiry,
        offer=offer,
        provider=provider,
        side=Side.PROVIDER,
        by=Doer(account=signed_in_account(), role=Role.PROVIDER_STAFF),
        other=enquiry.name_shared,
    )
