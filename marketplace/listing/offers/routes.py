"""An offer's own page, and what is done with an offer as a whole: begin, send, copy, close."""

from __future__ import annotations

import uuid
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.offers import list_routes, preview_routes, question_routes  # noqa: F401
from marketplace.listing.offers.blueprint import (
    CONFLICT,
    MEMBERS,
    UNPROCESSABLE,
    blueprint,
    current_editing,
    offer_url,
    once,
    step_url,
)
from marketplace.listing.offers.forms import ButtonForm, OneForm, choose_one
from marketplace.listing.offers.state import offer_home
from marketplace.listing.offers.steps import QUESTIONS, OfferStep, step_after
from marketplace.listing.sending import send_provider_too
from marketplace.offers.document import blank
from marketplace.offers.drafts import (
    DraftWaitingError,
    begin_draft,
    copy_offer,
    discard_draft,
    send_draft,
    take_back,
)
from marketplace.offers.models import Offer
from marketplace.offers.publishing import NotPublishableError, bring_back_offer, close_offer, pause_offer
from marketplace.providers.access import current_provider
from marketplace.vocabulary import OfferKind
from marketplace.web.access import access
from marketplace.web.today import london_today

__all__ = ["blueprint"]

SEND_PROBLEM = "not-sent"


@blueprint.route("/new", methods=["GET", "POST"])
@access(MEMBERS)
def new(provider_id: UUID) -> ResponseReturnValue:
    """The first question makes the draft; everything after it is kept page by page."""
    provider, step = current_provider(), OfferStep.KIND
    form = OneForm()
    choose_one(form, step)
    offer_id = once()
    if request.method == "POST" and form.validate():
        kind = OfferKind(form.answer.data)
        made = _made_once(offer_id) or begin_draft(
            get_session(),
            provider=provider,
            kind=kind,
            account=signed_in_account(),
            offer_id=offer_id,
        )
        return _made(made.id, to=step_after(step, blank(kind)))
    page = render_template(
        "listing/offers/new.html",
        form=form,
        question=QUESTIONS[step],
        chosen={form.answer.data},
        once=offer_id,
        provider=provider,
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/<uuid:offer_id>")
@access(MEMBERS)
def offer(provider_id: UUID, offer_id: UUID) -> str:
    """The offer's own page: where it stands, all answers to check, and what can be done."""
    return _offer_page(offer_id)


@blueprint.post("/<uuid:offer_id>/send")
@access(MEMBERS)
def send(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Send what is written to be checked, once nothing that is needed is missing."""
    home = offer_home(get_session(), current_editing(offer_id), today=london_today())
    if home.problems and home.has_draft and not home.is_waiting:
        return _offer_page(offer_id, problem=SEND_PROBLEM), UNPROCESSABLE
    outcome = send_draft(get_session(), home.now.offer, account=signed_in_account())
    send_provider_too(get_session(), current_provider(), signed_in_account())
    get_session().commit()
    return redirect(offer_url(offer_id, done=f"sent-{outcome.value}"), 303)


@blueprint.post("/<uuid:offer_id>/take-back")
@access(MEMBERS)
def take_back_sent(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Take back what waits to be checked, to change it."""
    take_back(get_session(), current_editing(offer_id).offer, account=signed_in_account())
    get_session().commit()
    return redirect(offer_url(offer_id, done="taken-back"), 303)


@blueprint.post("/<uuid:offer_id>/copy")
@access(MEMBERS)
def copy(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """A new draft that says the same; its name is asked first."""
    made = _made_once(once()) or copy_offer(
        get_session(), current_editing(offer_id).offer, account=signed_in_account(), offer_id=once()
    )
    return _made(made.id, to=None)


@blueprint.route("/<uuid:offer_id>/discard", methods=["GET", "POST"])
@access(MEMBERS)
def discard(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Ask once, then throw the draft away; an offer that was never public goes with it."""
    if request.method == "POST" and _gone(offer_id):
        return redirect(url_for("joining.home", provider_id=provider_id, done="deleted"), 303)
    now = current_editing(offer_id)
    if request.method == "POST":
        try:
            discard_draft(get_session(), now.offer, account=signed_in_account())
        except DraftWaitingError:
            return _offer_page(offer_id, problem="waiting"), CONFLICT
        get_session().commit()
        if now.live is None:
            return redirect(url_for("joining.home", provider_id=provider_id, done="deleted"), 303)
        return redirect(offer_url(offer_id, done="discarded"), 303)
    if now.draft is None:
        return redirect(offer_url(offer_id))
    return render_template(
        "listing/offers/discard.html", offer=now.offer, document=now.document, is_live=now.live is not None
    )


@blueprint.route("/<uuid:offer_id>/close", methods=["GET", "POST"])
@access(MEMBERS)
def close(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Ask once, then end an offer: nobody finds it any more."""
    now = current_editing(offer_id)
    if now.live is None:
        return redirect(offer_url(offer_id))
    if request.method == "POST":
        close_offer(get_session(), now.offer, account=signed_in_account())
        get_session().commit()
        return redirect(offer_url(offer_id, done="closed"), 303)
    return render_template("listing/offers/close.html", offer=now.offer, document=now.live)


@blueprint.post("/<uuid:offer_id>/pause")
@access(MEMBERS)
def pause(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Take a public offer off until someone shows it again."""
    try:
        pause_offer(get_session(), current_editing(offer_id).offer, account=signed_in_account())
    except NotPublishableError:
        return _offer_page(offer_id, problem="not-now"), CONFLICT
    get_session().commit()
    return redirect(offer_url(offer_id, done="paused"), 303)


@blueprint.post("/<uuid:offer_id>/bring-back")
@access(MEMBERS)
def bring_back(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Show a closed or paused offer again, as it was approved."""
    try:
        bring_back_offer(get_session(), current_editing(offer_id).offer, account=signed_in_account())
    except NotPublishableError:
        return _offer_page(offer_id, problem="not-now"), CONFLICT
    get_session().commit()
    return redirect(offer_url(offer_id, done="back"), 303)


def _offer_page(offer_id: UUID, *, problem: str = "") -> str:
    home = offer_home(get_session(), current_editing(offer_id), today=london_today())
    return render_template(
        "listing/offers/offer.html",
        home=home,
        offer=home.now.offer,
        document=home.now.document,
        provider=home.now.provider,
        steps=OfferStep,
        step_url=lambda step: step_url(offer_id, step, then="check"),
        form=ButtonForm(),
        once=uuid.uuid4(),
        done=request.args.get("done", ""),
        problem=problem,
        sent_problem=SEND_PROBLEM,
    )


def _made_once(offer_id: UUID) -> Offer | None:
    """The offer that this form has made already; 'not found' where it is another provider's."""
    known = get_session().get(Offer, offer_id)
    if known is not None and known.provider_id != current_provider().id:
        abort(404)
    return known


def _made(offer_id: UUID, *, to: OfferStep | None) -> ResponseReturnValue:
    """Keep a new offer; the same form sent twice at once makes it once."""
    provider_id = current_provider().id
    try:
        get_session().commit()
    except IntegrityError:
        get_session().rollback()
    if to is None:
        return redirect(
            url_for("provider_offers.offer", provider_id=provider_id, offer_id=offer_id, done="copied"), 303
        )
    return redirect(
        url_for("provider_offers.question", provider_id=provider_id, offer_id=offer_id, step=to.value), 303
    )


def _gone(offer_id: UUID) -> bool:
    """Whether the offer was thrown away already, as by the same button pressed twice."""
    return get_session().get(Offer, offer_id) is None
