"""The blueprint of joining, and what its pages have in common."""

from __future__ import annotations

import uuid
from typing import cast

from flask import Blueprint, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from marketplace.db import get_session
from marketplace.listing.frame import provider_frame
from marketplace.providers.operations import StaleProviderError

blueprint = Blueprint("joining", __name__)
UNPROCESSABLE = 422
CONFLICT = 409
GONE = 410


@blueprint.record_once
def _frame_for_every_page(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["provider_frame"] = provider_frame


@blueprint.app_errorhandler(StaleProviderError)
def _ask_once_more(_error: StaleProviderError) -> ResponseReturnValue:
    """Someone was quicker by a moment: the view runs again, and now sees what they wrote."""
    get_session().rollback()
    view = current_app.view_functions[str(request.endpoint)]
    return cast(ResponseReturnValue, current_app.ensure_sync(view)(**(request.view_args or {})))


def once() -> uuid.UUID:
    """The same for every sending of one form: what is sent twice is done once."""
    try:
        return uuid.UUID(request.form.get("once", ""))
    except ValueError:
        return uuid.uuid4()
