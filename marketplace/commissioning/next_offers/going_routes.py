"""What if a provider or an offer were taken away: the list to choose from, and before and after."""

from __future__ import annotations

import uuid

from flask import abort, render_template, request

from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.council import current_council
from marketplace.commissioning.next_offers.closing_reading import lost_by_provider
from marketplace.commissioning.next_offers.going import (
    GoingOrder,
    changes_of,
    going_lines,
    instead_of,
    provider_that_may_go,
)
from marketplace.commissioning.pictures import DistrictMap, district_map
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import get_session
from marketplace.directory.map_drawing import outlines_in
from marketplace.directory.words import public_name
from marketplace.geo.districts import read_districts
from marketplace.web import current_settings
from marketplace.web.access import access

A_PAGE = 25
LONGEST_SEARCH = 80


@blueprint.get("/what-if/without")
@access(AS_COMMISSIONER)
def what_if_without() -> str:
    """Providers to choose from; those whom most people would miss first."""
    council, session = current_council(), get_session()
    reading = newest_report(session)
    lost = lost_by_provider(reading, council.code)
    words = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    value = request.args.get("order", "")
    order = GoingOrder(value) if value in set(GoingOrder) else GoingOrder.PEOPLE
    lines = going_lines(session, council.codes, lost or {}, words=words, order=order)
    pages = max(1, -(-len(lines) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "commissioning/next_offers/without.html",
        council=council,
        reading=reading,
        is_told=lost is not None,
        lines=lines[(page - 1) * A_PAGE : page * A_PAGE],
        number=len(lines),
        page=page,
        pages=pages,
        words=words,
        chosen={"q": words, "order": order.value},
        orders=tuple(GoingOrder),
    )


@blueprint.get("/what-if/without/<uuid:provider_id>")
@access(AS_COMMISSIONER)
def what_if_without_one(provider_id: uuid.UUID) -> str:
    """Before and after without one provider, or without one of its offers."""
    council, session = current_council(), get_session()
    reading = newest_report(session)
    found = provider_that_may_go(session, provider_id)
    if found is None:
        abort(404)
    provider, offers = found
    offer = next((one for one in offers if str(one.id) == request.args.get("offer", "")), None)
    if offer is None and request.args.get("offer"):
        abort(404)
    told = lost_by_provider(reading, council.code)
    whole = (told or {}).get(provider_id)
    # A provider with one offer goes with it.
    lost = whole if offer is None or len(offers) == 1 else whole.offers.get(offer.id) if whole else None
    changes = changes_of(lost, reading.index, council.codes) if lost and reading else []
    themes = list(dict.fromkeys(one.theme for one in changes))
    theme = next(
        (one for one in themes if one.value == request.args.get("theme")), themes[0] if themes else None
    )
    settings = current_settings()
    outlines = outlines_in(settings.seeds_dir)
    drawings: tuple[DistrictMap | None, ...] = ()
    if theme is not None and reading is not None:
        before = {code: reading.index.unmet(code, theme) for code in council.codes}
        after = before | {one.district_code: one.after for one in changes if one.theme is theme}
        drawings = (
            district_map(before, outlines=outlines, beside=after.values()),
            district_map(after, outlines=outlines, beside=before.values()),
        )
    return render_template(
        "commissioning/next_offers/without_one.html",
        council=council,
        reading=reading,
        is_told=told is not None,
        provider=provider,
        name=public_name(provider),
        offers=offers,
        offer=offer,
        lost=lost,
        whole=whole,
        of_offers=whole.offers if whole else {},
        changes=changes,
        themes=themes,
        theme=theme,
        drawings=drawings,
        instead=instead_of(session, [offer] if offer else offers, offers, read_districts(settings.seeds_dir)),
    )
