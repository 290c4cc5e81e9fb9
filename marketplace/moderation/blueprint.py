"""The blueprint of moderators' work, and what its pages have in common."""

from __future__ import annotations

import uuid

from flask import Blueprint, request

from marketplace.accounts.access import HasRole
from marketplace.vocabulary import Role

blueprint = Blueprint("moderation", __name__)
CONFLICT = 409
UNPROCESSABLE = 422
_LAST_PAGE = 100_000

AS_MODERATOR = HasRole(Role.MODERATOR)
SEES_COUNTS = HasRole(Role.MODERATOR, Role.COMMISSIONER)
"""For pages that name no person."""
AS_PRACTITIONER = HasRole(Role.PRACTITIONER)


def once() -> uuid.UUID:
    """The same for every sending of one form: what is sent twice is done once."""
    try:
        return uuid.UUID(request.form.get("once", ""))
    except ValueError:
        return uuid.uuid4()


def page_number() -> int:
    number = request.args.get("page", "1")
    is_number = number.isascii() and number.isdigit() and len(number) < 8
    return min(int(number), _LAST_PAGE) if is_number else 1
