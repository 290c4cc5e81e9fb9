"""The offer as a person would see it, made from the draft by the page that the public reads."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import flask_babel
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.db import get_session
from marketplace.directory.cards import card, pins
from marketplace.directory.map_drawing import draw_map, outlines_in
from marketplace.directory.offer_page import offer_page
from marketplace.geo.postcodes import PostcodeDirectoryMissingError, PostcodeError
from marketplace.listing.offers import answers
from marketplace.listing.offers.blueprint import MEMBERS, UNPROCESSABLE, blueprint, current_editing, offer_url
from marketplace.listing.offers.question_routes import ONE_STEP
from marketplace.listing.offers.steps import OfferStep, steps_for
from marketplace.listing.offers.who import who_can_find
from marketplace.offers.models import Place
from marketplace.offers.public_place import Point, PublicPoints
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.language import Reading
from marketplace.web.places import postcode_directory
from marketplace.web.today import london_today

__all__ = ["blueprint"]


@blueprint.get("/<uuid:offer_id>/preview")
@access(MEMBERS)
def preview(provider_id: UUID, offer_id: UUID) -> str:
    """The public page of what is written now, in the standard format or in Easy Read."""
    now = current_editing(offer_id)
    is_easy = request.args.get("reading_as") == Reading.EASY
    if is_easy:
        # For this one page, whatever the reader has chosen for themselves.
        g.reading = Reading.EASY
        flask_babel.refresh()  # type: ignore[no-untyped-call]
    shown, today = now.shown, london_today()
    drawn = card(shown, number=1, point=_public_point(shown.place), km=None, today=today)
    pin = [replace(pin, label="", href=None) for pin in pins([drawn])]
    return render_template(
        "listing/offers/preview.html",
        page=offer_page(shown, today=today),
        drawing=draw_map(pin, outlines=outlines_in(current_settings().seeds_dir), height=300),
        more=(),
        is_easy=is_easy,
        is_live=now.live is not None,
        back=offer_url(offer_id),
        other_url=url_for(
            "provider_offers.preview",
            provider_id=provider_id,
            offer_id=offer_id,
            reading_as=Reading.STANDARD.value if is_easy else Reading.EASY.value,
        ),
    )


def _public_point(place: Place | None) -> Point | None:
    """Where the map would show it; publishing looks the point up, so a draft has none yet."""
    if place is None or not place.postcode:
        return None
    try:
        postcodes = postcode_directory()
        found = postcodes.lookup(place.postcode)
    except (PostcodeDirectoryMissingError, PostcodeError):
        return None
    place.lat, place.lon = found.lat, found.lon
    return PublicPoints(postcodes).of_place(place)


@blueprint.post(f"/<uuid:offer_id>/{ONE_STEP}/who")
@access(MEMBERS)
def who(provider_id: UUID, offer_id: UUID, step: str) -> ResponseReturnValue:
    """How many people could find the offer with the answer that is in the form; nothing is kept."""
    asked, now = OfferStep(step), current_editing(offer_id)
    form = answers.form_of(asked, now.document)
    if asked not in steps_for(now.document) or not form.validate():
        return {"words": ""}, UNPROCESSABLE
    after = answers.answered(asked, now.document, form)
    return {"words": who_can_find(get_session(), after)}
