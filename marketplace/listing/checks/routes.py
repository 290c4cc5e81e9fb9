"""The page on which a provider sees its checks. Nothing is uploaded: a moderator notes what they saw."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from marketplace.db import get_session
from marketplace.listing.checks import tasks  # noqa: F401 (the list of what is left to do asks it)
from marketplace.listing.checks.page import checks_page
from marketplace.listing.frame import place_of
from marketplace.providers.access import OfProvider, current_provider
from marketplace.vocabulary import N_
from marketplace.web.access import access
from marketplace.web.today import london_today

blueprint = Blueprint("provider_checks", __name__)
place_of("provider_checks.checks", N_("Checks"), "tick")


@blueprint.get("/provide/<uuid:provider_id>/checks")
@access(OfProvider())
def checks(provider_id: UUID) -> str:
    """What is asked for and why, what was seen, when it runs out, and how to show what is missing."""
    provider = current_provider()
    page = checks_page(get_session(), provider, today=london_today())
    return render_template("listing/checks/checks.html", provider=provider, page=page)
