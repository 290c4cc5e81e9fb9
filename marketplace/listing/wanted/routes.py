"""What people near a provider want and nothing fits, with 'offer this'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.wanted import LEVEL_NOT_SAID
from marketplace.geo.districts import district_name, read_districts
from marketplace.listing.frame import place_of
from marketplace.listing.wanted.areas import districts_of
from marketplace.listing.wanted.drafts import wished_document
from marketplace.listing.wanted.queries import Wanted, WantedOrder, day_of_counts, wanted_in
from marketplace.offers.drafts import begin_draft
from marketplace.providers.access import OfProvider, current_provider
from marketplace.vocabulary import N_, SupportLevel, Theme, Word
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.places import postcode_directory

blueprint = Blueprint("wanted", __name__)
FIRST = 12
"""So many lines of a district are shown before someone asks for all."""
Member = TypeVar("Member", bound=Word)

place_of("wanted.wanted", N_("What people want"), "goals")


class Area(NamedTuple):
    """One district with its lines."""

    code: str
    name: str
    lines: Sequence[Wanted]
    more: int
    """How many lines are left out."""


@blueprint.get("/provide/<uuid:provider_id>/wanted")
@access(OfProvider())
def wanted(provider_id: UUID) -> str:
    """District by district: theme, part of the week, how many people, at which level, what stops them."""
    session, provider = get_session(), current_provider()
    codes = districts_of(session, provider, postcode_directory())
    chosen = request.args.get("district", "")
    theme, band = _member("theme", Theme), _member("band", TimeBand)
    level, order = _level(), _member("order", WantedOrder) or WantedOrder.MOST
    shown = [chosen] if chosen in codes else codes
    lines = wanted_in(session, shown, theme=theme, band=band, level=level, order=order)
    names = {code: district_name(code, read_districts(current_settings().seeds_dir)) for code in codes}
    most = None if "all" in request.args or len(shown) == 1 else FIRST
    areas = []
    for code in shown:
        of_area = [line for line in lines if line.district_code == code]
        areas.append(Area(code, names[code], of_area[:most], max(0, len(of_area) - (most or len(of_area)))))
    return render_template(
        "listing/wanted/wanted.html",
        provider=provider,
        areas=areas,
        names=names,
        counted_on=lines[0].counted_on if lines else day_of_counts(session),
        themes=tuple(Theme),
        bands=tuple(TimeBand),
        levels=tuple(SupportLevel),
        orders=tuple(WantedOrder),
        chosen={"district": chosen, "theme": theme, "band": band, "level": level, "order": order},
        is_filtered=any((theme, band, level)),
        not_said=LEVEL_NOT_SAID,
        biggest=_biggest(areas),
        new_once=uuid4,
    )


@blueprint.post("/provide/<uuid:provider_id>/wanted/offer")
@access(OfProvider())
def offer(provider_id: UUID) -> ResponseReturnValue:
    """Begin a draft with what a line says, and go to its answers."""
    theme, band = _sent("theme", Theme), _sent("band", TimeBand)
    if theme is None or band is None:
        abort(404)
    districts = read_districts(current_settings().seeds_dir)
    code, typed = request.form.get("district", ""), request.form.get("level", "")
    document = wished_document(
        current_provider(),
        theme=theme,
        band=band,
        level=SupportLevel(int(typed)) if typed in {"1", "2", "3", "4"} else None,
        district=districts.get(code),
        district_code=code,
    )
    offer_id = _once()
    try:
        begin_draft(
            get_session(),
            provider=current_provider(),
            kind=document.kind,
            account=signed_in_account(),
            document=document,
            offer_id=offer_id,
        )
        get_session().commit()
    except IntegrityError:  # the same form, sent twice at once
        get_session().rollback()
    except LookupError:
        abort(404)
    return redirect(url_for("provider_offers.offer", provider_id=provider_id, offer_id=offer_id), 303)


def _biggest(areas: Sequence[Area]) -> tuple[Area, Wanted] | None:
    """The line with most people whose number may be told, for a sentence at the top."""
    told = [(area, line) for area in areas for line in area.lines if line.people.number]
    return max(told, key=lambda one: (one[1].people.least, -areas.index(one[0])), default=None)


def _member(name: str, members: type[Member]) -> Member | None:
    value = request.args.get(name, "")
    return members(value) if value in set(members) else None


def _sent(name: str, members: type[Member]) -> Member | None:
    value = request.form.get(name, "")
    return members(value) if value in set(members) else None


def _once() -> UUID:
    """The same for every sending of one form: what is sent twice is done once."""
    try:
        return UUID(request.form.get("once", ""))
    except ValueError:
        return uuid4()


def _level() -> int | None:
    value = request.args.get("level", "")
    return int(value) if value in {"1", "2", "3", "4"} else None
