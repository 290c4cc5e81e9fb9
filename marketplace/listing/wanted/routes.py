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
from marketplace.geo.council_areas import county_of
from marketplace.geo.districts import read_districts
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
FIRST = 8
"""So many groups of lines of a district are shown before someone asks for all of it."""
Member = TypeVar("Member", bound=Word)

place_of("wanted.wanted", N_("What people want"), "goals")


class Group(NamedTuple):
    """Lines that are about the same: a theme at its times, or a part of the week with its themes."""

    about: Theme | TimeBand
    lines: list[Wanted]


class Area(NamedTuple):
    """One district with its lines."""

    code: str
    name: str
    groups: Sequence[Group]
    more: int
    """How many groups are left out."""


@blueprint.get("/provide/<uuid:provider_id>/wanted")
@access(OfProvider())
def wanted(provider_id: UUID) -> str:
    """District by district: theme, part of the week, how many people, at which level, what stops them."""
    session, provider = get_session(), current_provider()
    codes = districts_of(session, provider, postcode_directory())
    chosen = request.args.get("district", "")
    theme, band = _member("theme", Theme), _member("band", TimeBand)
    level, order = _level(), _member("order", WantedOrder) or WantedOrder.MOST
    lines = wanted_in(
        session, [chosen] if chosen in codes else codes, theme=theme, band=band, level=level, order=order
    )
    names = {code: name for code in codes if (name := _name_of(code, lines))}
    shown = [chosen] if chosen in names else list(names)
    most = None if len(shown) == 1 else FIRST
    areas = [_area(code, names[code], lines, order, most) for code in shown]
    return render_template(
        "listing/wanted/wanted.html",
        provider=provider,
        areas=areas,
        codes=codes,
        names=names,
        counted_on=lines[0].counted_on if lines else day_of_counts(session),
        themes=tuple(Theme),
        bands=tuple(TimeBand),
        levels=tuple(SupportLevel),
        orders=tuple(WantedOrder),
        chosen={"district": chosen, "theme": theme, "band": band, "level": level, "order": order},
        is_filtered=any((theme, band, level)),
        not_said=LEVEL_NOT_SAID,
        biggest=_biggest(lines),
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


def _area(code: str, name: str, lines: Sequence[Wanted], order: WantedOrder, most: int | None) -> Area:
    """The lines of one district, together by what they are about, in the order of the first of each."""
    groups: dict[Theme | TimeBand, list[Wanted]] = {}
    for line in lines:
        if line.district_code == code:
            groups.setdefault(line.band if order is WantedOrder.TIME else line.theme, []).append(line)
    every = [Group(about, of_it) for about, of_it in groups.items()]
    return Area(code, name, every[:most], len(every[most:]) if most else 0)


def _name_of(code: str, lines: Sequence[Wanted]) -> str:
    """A district's name; where we hold none only one with lines is shown, by its county and its code."""
    districts = read_districts(current_settings().seeds_dir)
    if code in districts:
        return districts[code].name
    if any(line.district_code == code for line in lines):
        return ", ".join(filter(None, (county_of(code), code)))
    return ""


def _biggest(lines: Sequence[Wanted]) -> Wanted | None:
    """The line with most people whose number may be told, for a sentence at the top."""
    return max(
        (line for line in lines if line.people.number), key=lambda line: line.people.least, default=None
    )


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
