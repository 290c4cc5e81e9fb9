"""'All of this is still right': by the link of a mail, and on a provider's own page."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.db import get_session
from marketplace.directory.words import public_name
from marketplace.listing.frame import place_of
from marketplace.listing.freshness.answering import say_right, say_stopped
from marketplace.listing.freshness.queries import approved_offers, request_of
from marketplace.listing.freshness.rhythm import (
    MISSES_TO_HIDE,
    MISSES_TO_WARN,
    answer_by,
    due_on,
    is_asked,
)
from marketplace.offers.models import Offer, OfferHold
from marketplace.providers.access import OfProvider, current_provider
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, by_address, limited, per
from marketplace.web.today import london_day, now

blueprint = Blueprint("freshness", __name__)
GONE = 410
ANSWERS = Limit("answers to still right", (per(60, minutes=10), per(400, days=1)), by=by_address)
DONE = {"right", "stopped", "nothing"}
_EDITOR = "provider_offers.offer"

place_of("freshness.own", N_("Still right?"), "tick")


class Line(NamedTuple):
    """One offer with what its provider should know about how fresh it is."""

    offer: Offer
    is_asked: bool
    answer_by: date | None
    due_on: date
    is_hidden: bool
    warns_public: bool
    misses: int
    editor: str
    """Where it is changed, '' while there is no such page."""


class Notice(NamedTuple):
    """What stands on a provider's home while answers are awaited."""

    offers: int
    answer_by: date
    is_hidden: bool
    has_misses: bool


@blueprint.record_once
def _notice_for_the_home(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["still_right_notice"] = notice_for


@blueprint.get("/still-right/<token>")
@access(Anyone())
def mailed(token: str) -> ResponseReturnValue:
    """Reading uses nothing up, so programs that open the links of a mail do no harm."""
    found = request_of(get_session(), token, now=now())
    if found is None:
        return render_template("listing/freshness/gone.html"), GONE
    asked, provider = found
    since = london_day(asked.asked_at)
    lines = [
        line
        for line in _lines(provider)
        if line.is_asked or (line.offer.confirmed_on is not None and line.offer.confirmed_on >= since)
    ]
    return render_template(
        "listing/freshness/mailed.html", lines=lines, provider_name=public_name(provider), **_page()
    )


@blueprint.post("/still-right/<token>")
@access(Anyone())
@limited(ANSWERS)
def mailed_sent(token: str) -> ResponseReturnValue:
    """Confirm or take off what was asked about; a link can do nothing else."""
    found = request_of(get_session(), token, now=now())
    if found is None:
        return render_template("listing/freshness/gone.html"), GONE
    done = _answer(found[1], account=None, only_asked=True)
    return redirect(url_for("freshness.mailed", token=token, done=done), 303)


@blueprint.get("/provide/<uuid:provider_id>/still-right")
@access(OfProvider())
def own(provider_id: UUID) -> str:
    """When each offer was confirmed, and when we ask the next time."""
    return render_template("listing/freshness/own.html", lines=_lines(current_provider()), **_page())


@blueprint.post("/provide/<uuid:provider_id>/still-right")
@access(OfProvider())
def own_sent(provider_id: UUID) -> ResponseReturnValue:
    done = _answer(current_provider(), account=signed_in_account(), only_asked=False)
    return redirect(url_for("freshness.own", provider_id=provider_id, done=done), 303)


def notice_for(provider: Provider) -> Notice | None:
    """What the provider's home says of open questions; None where nothing is asked."""
    lines = [line for line in _lines(provider) if line.is_asked]
    days = [line.answer_by for line in lines if line.answer_by is not None]
    if not days:
        return None
    return Notice(
        offers=len(lines),
        answer_by=min(days),
        is_hidden=any(line.is_hidden for line in lines),
        has_misses=any(line.misses for line in lines),
    )


def _answer(provider: Provider, *, account: Account | None, only_asked: bool) -> str:
    """Do what the button that was pressed says; 'nothing' where it names no offer that can be answered."""
    for said, answer in (("right", say_right), ("stopped", say_stopped)):
        if said in request.form:
            answered = answer(
                get_session(),
                provider=provider,
                which=request.form[said],
                account=account,
                now=now(),
                only_asked=only_asked,
            )
            get_session().commit()
            return said if answered else "nothing"
    return "nothing"


def _lines(provider: Provider) -> list[Line]:
    rhythm = current_settings().freshness
    has_editor = _EDITOR in current_app.view_functions
    today = london_day(now())
    return [
        Line(
            offer=offer,
            is_asked=is_asked(offer),
            answer_by=answer_by(offer.asked_at) if offer.asked_at else None,
            due_on=due_on(offer, rhythm),
            is_hidden=offer.hold is OfferHold.STALE
            or (offer.shown_until is not None and offer.shown_until < today),
            warns_public=MISSES_TO_WARN <= offer.misses < MISSES_TO_HIDE,
            misses=offer.misses,
            editor=url_for(_EDITOR, provider_id=provider.id, offer_id=offer.id) if has_editor else "",
        )
        for offer in approved_offers(get_session(), provider.id)
    ]


def _page() -> dict[str, object]:
    done = request.args.get("done", "")
    return {"done": done if done in DONE else "", "today": london_day(now())}
