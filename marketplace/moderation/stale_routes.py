"""Offers that nobody confirmed when they should have: what goes out of the results is seen by someone."""

from __future__ import annotations

from typing import NamedTuple

from flask import render_template, request

from marketplace.accounts.current import signed_in_as
from marketplace.db import get_session
from marketplace.geo.council_areas import council_code, councils
from marketplace.geo.districts import district_name, read_districts
from marketplace.listing.freshness.queries import StaleOffer, count_stale_offers, stale_offers
from marketplace.moderation.blueprint import SEES_COUNTS, blueprint, page_number
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.today import london_today

PAGE_SIZE = 50


class StalePage(NamedTuple):
    """One page of the list."""

    rows: list[StaleOffer]
    total: int
    page: int
    pages: int


@blueprint.get("/moderation/stale")
@access(SEES_COUNTS)
def stale() -> str:
    """Offers without an answer, those that are hidden first, and old ones that nobody looks after."""
    session, settings = get_session(), current_settings()
    districts = read_districts(settings.seeds_dir)
    names = councils(districts)
    council = request.args.get("council", "")
    chosen = [code for code in districts if council_code(code) == council] if council in names else None
    today, long_ago = london_today(), settings.freshness.long_ago
    total = count_stale_offers(session, today=today, long_ago=long_ago, districts=chosen)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(page_number(), pages)
    rows = stale_offers(
        session,
        today=today,
        long_ago=long_ago,
        districts=chosen,
        most=PAGE_SIZE,
        skip=(number - 1) * PAGE_SIZE,
    )
    return render_template(
        "moderation/stale.html",
        page=StalePage(rows, total, number, pages),
        council=council if chosen is not None else "",
        councils=names,
        names={
            row.district_code: district_name(row.district_code, districts)
            for row in rows
            if row.district_code
        },
        is_moderator=signed_in_as(Role.MODERATOR),
    )
