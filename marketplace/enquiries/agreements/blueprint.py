"""The blueprint of agreements, and from which side of which enquiry someone sits at its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, url_for
from flask_babel import gettext

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.directory.words import public_name
from marketplace.enquiries.models import Enquiry, Side
from marketplace.enquiries.queries import enquiry_of_person, enquiry_of_provider
from marketplace.offers.models import Offer
from marketplace.people.access import OfPerson, current_person, current_relation
from marketplace.people.profile.changes import Doer
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Role

blueprint = Blueprint("agreements", __name__)
CONFLICT, UNPROCESSABLE = 409, 422
OF_PERSON = "/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>/agreement"
OF_PROVIDER = "/provide/<uuid:provider_id>/enquiries/<uuid:enquiry_id>/agreement"
ACTING = OfPerson(Scope.ACT, or_practitioner=True)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """From which side of which enquiry someone sits at this page."""

    enquiry: Enquiry
    offer: Offer
    side: Side
    by: Doer
    other: str
    """How the other side is called here."""
    home: str
    """The address of the enquiry on this side."""

    def url(self, page: str = "", **values: Any) -> str:
        whose: dict[str, Any] = (
            {"person_id": self.enquiry.person_id}
            if self.side is Side.PERSON
            else {"provider_id": self.enquiry.provider_id}
        )
        endpoint = f"agreements.{self.side.value}_{page or 'agreement'}"
        return url_for(endpoint, enquiry_id=self.enquiry.id, **whose, **values)


def person_seat(enquiry_id: UUID) -> Seat:
    person = current_person()
    enquiry = enquiry_of_person(get_session(), person.id, enquiry_id) or abort(404)
    offer = get_session().get_one(Offer, enquiry.offer_id)
    return Seat(
        enquiry=enquiry,
        offer=offer,
        side=Side.PERSON,
        by=Doer(account=signed_in_account(), role=current_relation().standing.role),
        other=public_name(offer.provider),
        home=f"/people/{person.id}/enquiries/{enquiry.id}",
    )


def provider_seat(provider_id: UUID, enquiry_id: UUID) -> Seat:
    enquiry = enquiry_of_provider(get_session(), provider_id, enquiry_id) or abort(404)
    return Seat(
        enquiry=enquiry,
        offer=get_session().get_one(Offer, enquiry.offer_id),
        side=Side.PROVIDER,
        by=Doer(account=signed_in_account(), role=Role.PROVIDER_STAFF),
        other=enquiry.name_shared or gettext("the person"),
        home=f"/provide/{provider_id}/enquiries/{enquiry.id}",
    )
