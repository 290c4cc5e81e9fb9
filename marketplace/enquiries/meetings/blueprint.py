"""The blueprint of meetings, and who may act on the person's side of them."""

from __future__ import annotations

from flask import Blueprint

from marketplace.people.access import OfPerson
from marketplace.people.supporters.models import Scope

blueprint = Blueprint("meetings", __name__)
ACTING = OfPerson(Scope.ACT, or_practitioner=True)
OF_PERSON = "/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>/meeting"
OF_PROVIDER = "/provide/<uuid:provider_id>/enquiries/<uuid:enquiry_id>/meeting"
