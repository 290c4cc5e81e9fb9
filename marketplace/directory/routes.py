"""The directory's pages. Everything here works without a session and without script."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, abort, render_template, request, url_for

from marketplace.db import get_session
from marketplace.directory import browse_page
from marketplace.directory.browse_filters import BrowseFilters, read_filters
from marketplace.directory.cards import card, pins
from marketplace.directory.invented import invented
from marketplace.directory.map_drawing import draw_map, outlines_in
from marketplace.directory.matching_page import matching_page
from marketplace.directory.nearby import more_like
from marketplace.directory.offer_page import offer_page, provider_facts
from marketplace.directory.queries import public_provider
from marketplace.directory.search import PAGE_SIZE, search
from marketplace.directory.words import may_name_contact
from marketplace.geo.postcodes import PostcodeDirectory, PostcodeDirectoryMissingError
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.queries import listed_offers, offer_ids_of, offers_in_order, public_offer
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.places import postcode_directory
from marketplace.web.today import london_today

blueprint = Blueprint("directory", __name__)

ONE_HOUR = 3600


@blueprint.app_context_processor
def _for_all_pages() -> dict[str, object]:
    return {"invented": invented}


@blueprint.get("/offers")
@access(Anyone())
def browse() -> str:
    settings = current_settings()
    result = search(
        get_session(),
        read_filters(request.args),
        postcodes=_postcodes(),
        today=london_today(),
        evening_starts=settings.evening_starts,
    )
    cards = [
        card(hit.offer, number=number, point=hit.point, km=hit.km, today=london_today())
        for number, hit in enumerate(result.hits, start=result.first)
    ]
    drawing = draw_map(
        pins(cards),
        result.near.point if result.near and cards else None,
        outlines=outlines_in(settings.seeds_dir),
    )
    instead = () if result.total else browse_page.what_would_help(result, search_again=_count)
    return render_template(
        "directory/browse.html",
        result=result,
        filters=result.filters,
        cards=cards,
        drawing=drawing,
        chips=browse_page.chips(result),
        problem=browse_page.near_problem(result),
        instead=instead,
        choices=browse_page.CHOICES,
        page_size=PAGE_SIZE,
    )


@blueprint.get("/offers/<uuid:offer_id>")
@access(Anyone())
def offer(offer_id: uuid.UUID) -> str:
    session = get_session()
    found = public_offer(session, offer_id) or abort(404)
    points = PublicPoints(_postcodes())
    shown = card(found, number=1, point=points.of_place(found.place), km=None, today=london_today())
    pin = [replace(pin, label="", href=None) for pin in pins([shown])]
    drawing = draw_map(pin, outlines=outlines_in(current_settings().seeds_dir), height=300)
    return render_template(
        "directory/offer.html",
        page=offer_page(found, today=london_today(), long_ago=current_settings().freshness.long_ago),
        drawing=drawing,
        more=more_like(session, found, points=points, today=london_today()),
    )


@blueprint.get("/providers/<uuid:provider_id>")
@access(Anyone())
def provider(provider_id: uuid.UUID) -> str:
    session = get_session()
    found = public_provider(session, provider_id) or abort(404)
    points = PublicPoints(_postcodes())
    offers = offers_in_order(session, offer_ids_of(session, provider_id))
    cards = [
        card(offer, number=number, point=points.of_place(offer.place), km=None, today=london_today())
        for number, offer in enumerate(offers, start=1)
    ]
    facts = provider_facts(found, today=london_today())
    texts = (found.about, *(text for offer in offers for text in (offer.summary, offer.description)))
    return render_template(
        "directory/provider.html",
        provider=facts,
        contact_in_words=not facts.has_contact and may_name_contact(*texts),
        cards=cards,
        drawing=draw_map(pins(cards), outlines=outlines_in(current_settings().seeds_dir), height=300),
    )


@blueprint.get("/how-matching-works")
@access(Anyone())
def matching() -> str:
    return render_template("directory/matching.html", page=matching_page(today=london_today()))


@blueprint.get("/sitemap.xml")
@access(Anyone())
def sitemap() -> Response:
    """Pages for search engines: public offers, their providers, and what the service says of itself."""
    base = current_settings().base_url
    rows = listed_offers(get_session())
    addresses: list[tuple[str, date | None]] = [
        (url_for(endpoint), None)
        for endpoint in ("find.home", "directory.browse", "directory.matching", "pages.help_choosing")
    ]
    addresses += [(url_for("directory.offer", offer_id=row.id), row.confirmed_on) for row in rows]
    addresses += [
        (url_for("directory.provider", provider_id=provider_id), None)
        for provider_id in sorted({row.provider_id for row in rows})
    ]
    text = render_template("directory/sitemap.xml", base=base, addresses=addresses)
    return _kept_an_hour(Response(text, mimetype="application/xml"))


@blueprint.get("/robots.txt")
@access(Anyone())
def robots() -> Response:
    """Offers may be found by search engines; a visitor's own search and answers are left alone."""
    lines = (
        "User-agent: *",
        "Disallow: /find/",
        "Disallow: /offers?",
        f"Sitemap: {current_settings().base_url}{url_for('directory.sitemap')}",
    )
    return _kept_an_hour(Response("\n".join(lines) + "\n", mimetype="text/plain"))


def _count(filters: BrowseFilters) -> int:
    return search(
        get_session(),
        filters,
        postcodes=_postcodes(),
        today=london_today(),
        evening_starts=current_settings().evening_starts,
        only_count=True,
    ).total


def _postcodes() -> PostcodeDirectory | None:
    """The postcode directory; the pages work without, only 'near' does not."""
    try:
        return postcode_directory()
    except PostcodeDirectoryMissingError:
        return None


def _kept_an_hour(response: Response) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = ONE_HOUR
    return response
