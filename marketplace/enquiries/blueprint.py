"""The blueprint of enquiries, and what the pages of both sides do alike."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from flask import Blueprint, current_app, request, session, url_for

from marketplace.accounts.tries import ACCOUNT_KEY
from marketplace.db import get_session
from marketplace.enquiries.messages.catching import Caught, caught, read_phrases
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.models import EnquiryState
from marketplace.enquiries.page import sentences
from marketplace.enquiries.queries import news_for_person
from marketplace.people.access import current_person
from marketplace.web import current_settings
from marketplace.web.limits import Limit, by_address, per

blueprint = Blueprint("enquiries", __name__)
UNPROCESSABLE = 422
CONFLICT = 409
ANYWAY = "anyway"
"""The name of the button that sends what the writer was warned of."""

SENDING = Limit(
    "enquiries of an account",
    (per(30, hours=1), per(60, days=1)),
    by=lambda: str(session.get(ACCOUNT_KEY, "")),
)
SENDING_BY_ADDRESS = Limit("enquiries", (per(60, hours=1), per(200, days=1)), by=by_address)
TALKING = Limit(
    "messages of an account",
    (per(30, minutes=10), per(200, days=1)),
    by=lambda: str(session.get(ACCOUNT_KEY, "")),
)


@blueprint.app_context_processor
def _for_the_persons_page() -> dict[str, Any]:
    return {"enquiry_news": lambda: news_for_person(get_session(), current_person().id)}


blueprint.add_app_template_filter(sentences)


def new_token() -> str:
    """For the hidden field of a form: the same form sent twice does its work once."""
    return uuid.uuid4().hex


def sent_token() -> str:
    """The token of the form that was sent; a new one where it is not one of ours."""
    try:
        return uuid.UUID(request.form.get("form_token", "")).hex
    except ValueError:
        return new_token()


def phrases() -> tuple[str, ...]:
    return read_phrases(current_settings().seeds_dir)


def to_warn_of(text: str) -> tuple[Caught, ...]:
    """What a writer is asked about before the words are sent; nothing once they said 'anyway'."""
    if ANYWAY in request.form:
        return ()
    return tuple(one for one in caught(text, phrases()) if one.kind is not CaughtKind.MANY)


def asked_page() -> int:
    return max(1, request.args.get("page", 1, type=int))


def address_if_there(endpoint: str, **values: Any) -> str:
    """The address of a page that another room may add; '' while it is not there."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def address_in(endpoint: str, state: EnquiryState, states: Collection[EnquiryState], **values: Any) -> str:
    """The address of a page that an enquiry has in some states only; '' in the others."""
    return address_if_there(endpoint, **values) if state in states else ""
