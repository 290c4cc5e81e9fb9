"""The start page, and every room's pages on the same blueprint."""

from __future__ import annotations

from flask import render_template, url_for

from marketplace.accounts.models import Account
from marketplace.accounts.start_pages import start_page
from marketplace.commissioning import holdings as _holdings  # noqa: F401 (part of a download)
from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import current_council
from marketplace.commissioning.frame import START, council_frame, to_do
from marketplace.commissioning.groups import routes as _groups  # noqa: F401 (its pages)
from marketplace.commissioning.market import routes as _market  # noqa: F401 (its pages)
from marketplace.commissioning.market.pilots import routes as _pilots  # noqa: F401 (its pages)
from marketplace.commissioning.next_offers import routes as _next_offers  # noqa: F401 (its pages)
from marketplace.commissioning.outcomes import routes as _outcomes  # noqa: F401 (its pages)
from marketplace.commissioning.register import routes as _register  # noqa: F401 (its pages)
from marketplace.commissioning.report import routes as _report  # noqa: F401 (its pages)
from marketplace.db import get_session
from marketplace.vocabulary import Role
from marketplace.web.access import access

__all__ = ["blueprint"]

blueprint.add_app_template_global(council_frame, "council_frame")


@start_page(Role.COMMISSIONER)
def _start(_account: Account) -> str:
    return url_for(START)


@blueprint.get("")
@access(AS_COMMISSIONER)
def start() -> str:
    """What needs doing, and where everything is."""
    return render_template(
        "commissioning/start.html", waiting=to_do(get_session(), current_council()), council=current_council()
    )
