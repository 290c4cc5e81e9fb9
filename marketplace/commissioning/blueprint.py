"""The blueprint of commissioners' pages, and what they have in common."""

from __future__ import annotations

import uuid

from flask import Blueprint, request

from marketplace.accounts.access import HasRole
from marketplace.commissioning.council import stay_in_councils
from marketplace.vocabulary import Role

blueprint = Blueprint("commissioning", __name__, url_prefix="/commissioning")
blueprint.before_request(stay_in_councils)  # after the access rule, which stands before every view

AS_COMMISSIONER = HasRole(Role.COMMISSIONER)
CONFLICT = 409
UNPROCESSABLE = 422


def once() -> str:
    """The same for every sending of one form: what is sent twice is done once."""
    try:
        return str(uuid.UUID(request.form.get("once", "")))
    except ValueError:
        return str(uuid.uuid4())
