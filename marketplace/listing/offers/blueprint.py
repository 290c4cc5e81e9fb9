"""The blueprint of the offer editor, and what its pages have in common."""

from __future__ import annotations

import uuid
from typing import Any, cast

from flask import Blueprint, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.db import get_session
from marketplace.listing.offers.editing import Editing, editing
from marketplace.listing.offers.steps import LISTED, OfferStep
from marketplace.offers.drafts import StaleDraftError
from marketplace.offers.publishing import StaleOfferError
from marketplace.people.profile.forms import SEEN, seen
from marketplace.providers.access import OfProvider, current_provider

blueprint = Blueprint("provider_offers", __name__, url_prefix="/provide/<uuid:provider_id>/offers")

MEMBERS = OfProvider()
CONFLICT = 409
UNPROCESSABLE = 422
CHECK = "check"
"""``?then=check``: someone came to change one answer and goes straight back to the list."""
AGAIN = "offer_editor_again"


def current_editing(offer_id: uuid.UUID) -> Editing:
    """The offer of the address, which is one of the provider's."""
    return editing(get_session(), provider=current_provider(), offer_id=offer_id)


@blueprint.errorhandler(StaleDraftError)
@blueprint.errorhandler(StaleOfferError)
def _ask_once_more(error: Exception) -> ResponseReturnValue:
    """Someone was quicker by a moment: the view runs again, and now sees what they wrote."""
    if g.get(AGAIN):
        raise error
    setattr(g, AGAIN, True)
    get_session().rollback()
    view = current_app.view_functions[str(request.endpoint)]
    return cast(ResponseReturnValue, current_app.ensure_sync(view)(**(request.view_args or {})))


def is_stale(now: object) -> bool:
    """Whether the form that was sent began from something else than the document says *now*."""
    sent = request.form.get(SEEN)
    return sent is not None and sent != seen(now)


def goes_back() -> bool:
    """Whether someone came from the list of answers to change one."""
    return request.args.get("then") == CHECK


def step_url(offer_id: uuid.UUID, step: OfferStep, **query: Any) -> str:
    """The page of a question; the way back stays with it."""
    then = CHECK if goes_back() else None
    return url_for(
        "provider_offers.listed" if step in LISTED else "provider_offers.question",
        provider_id=current_provider().id,
        offer_id=offer_id,
        step=step.value,
        **query | {"then": query.get("then", then)},
    )


def offer_url(offer_id: uuid.UUID, *, step: OfferStep | None = None, done: str | None = None) -> str:
    """The offer's own page, at the row of a question."""
    return url_for(
        "provider_offers.offer",
        provider_id=current_provider().id,
        offer_id=offer_id,
        done=done,
        _anchor=f"row-{step.value}" if step else None,
    )


def once() -> uuid.UUID:
    """The same for every sending of one form: what is sent twice is done once."""
    try:
        return uuid.UUID(request.form.get("once", ""))
    except ValueError:
        return uuid.uuid4()
