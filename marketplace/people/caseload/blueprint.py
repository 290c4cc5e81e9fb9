"""The blueprint of practitioners' work, and what its pages have in common."""

from __future__ import annotations

import uuid

from flask import Blueprint, request

from marketplace.accounts.access import HasRole
from marketplace.people.access import OfPerson, Standing, current_relation
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Role

blueprint = Blueprint("caseload", __name__)
UNPROCESSABLE = 422
GONE = 410

AS_PRACTITIONER = HasRole(Role.PRACTITIONER)
WITH_A_CASE = OfPerson(only=Standing.PRACTITIONER)
"""The practitioner of this person, and nobody else."""
MAKING = OfPerson(Scope.HELP, only=Standing.PRACTITIONER)
"""The same, where the person lets them help and not only look."""
READING = OfPerson(Scope.ACT, or_practitioner=True)
"""What the practitioner made for the person is also for the person, and for who acts for them."""


def is_practitioner() -> bool:
    return current_relation().standing is Standing.PRACTITIONER


def once() -> uuid.UUID:
    """The same for every sending of one form: what is sent twice is done once."""
    try:
        return uuid.UUID(request.form.get("once", ""))
    except ValueError:
        return uuid.uuid4()
