"""Questions with several answers: times, breaks and prices. A list, and a page for each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.assistants.pay import costs_problem
from marketplace.listing.offers import list_forms
from marketplace.listing.offers.blueprint import (
    CONFLICT,
    MEMBERS,
    UNPROCESSABLE,
    blueprint,
    current_editing,
    goes_back,
    is_stale,
    offer_url,
    step_url,
)
from marketplace.listing.offers.editing import Editing, Kept, keep
from marketplace.listing.offers.lists import (
    LISTS,
    Item,
    ListKind,
    TooManyError,
    form_for,
    item_of,
    items_of,
    mark,
    with_items,
    without_item,
)
from marketplace.listing.offers.question_routes import frame, said_now
from marketplace.listing.offers.steps import LISTED, QUESTIONS, OfferStep, step_after
from marketplace.listing.offers.summary import item_words, time_words
from marketplace.listing.offers.who import who_can_find
from marketplace.offers.document import SessionSaid
from marketplace.people.profile.forms import seen
from marketplace.people.steps import Choice
from marketplace.vocabulary import N_, CostBasis, Day, Repeats
from marketplace.web.access import access
from marketplace.web.today import london_today

_BASES = (
    Choice(CostBasis.FREE.value, N_("Nothing, it is free")),
    Choice(CostBasis.SESSION.value, N_("A price each time")),
    Choice(CostBasis.HOUR.value, N_("A price for an hour")),
    Choice(CostBasis.WEEK.value, N_("A price for a week")),
    Choice(CostBasis.NIGHT.value, N_("A price for a night")),
)
_ASK = Choice(list_forms.ASK, N_("It depends. People should ask"))
ONE_LIST = f"<any({', '.join(repr(step.value) for step in LISTED)}):step>"


@blueprint.get(f"/<uuid:offer_id>/{ONE_LIST}")
@access(MEMBERS)
def listed(provider_id: UUID, offer_id: UUID, step: str) -> ResponseReturnValue:
    """What there is so far; with nothing yet it begins with the first."""
    kind, now = LISTS[OfferStep(step)], current_editing(offer_id)
    items = items_of(kind, now.document)
    if not items and "done" not in request.args:
        return redirect(_item_url(kind, offer_id, "add"))
    following = None if goes_back() else step_after(kind.step, now.document)
    return render_template(
        "listing/offers/list.html",
        kind=kind,
        items=[(mark(item), item_words(item, today=london_today())) for item in items],
        heading=gettext(QUESTIONS[kind.step].heading),
        picture_name=QUESTIONS[kind.step].picture,
        is_times=kind.step is OfferStep.TIMES,
        done=request.args.get("done", ""),
        may_change=now.may_change(kind.step),
        who=who_can_find(get_session(), now.document) if kind.step is OfferStep.TIMES else "",
        next_url=step_url(offer_id, following) if following else offer_url(offer_id, step=kind.step),
        **frame(kind.step, now),
    )


@blueprint.route(f"/<uuid:offer_id>/{ONE_LIST}/add", methods=["GET", "POST"])
@access(MEMBERS)
def add(provider_id: UUID, offer_id: UUID, step: str) -> ResponseReturnValue:
    """One more: the same time on several days, a break, or a price."""
    kind, now = LISTS[OfferStep(step)], current_editing(offer_id)
    return _item_page(kind, now, form_for(kind, None))


@blueprint.route("/<uuid:offer_id>/times/add-dates", methods=["GET", "POST"])
@access(MEMBERS)
def add_dates(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """A time on single dates."""
    kind, now = LISTS[OfferStep.TIMES], current_editing(offer_id)
    return _item_page(kind, now, list_forms.dates_form(None), is_dated=True)


@blueprint.route(f"/<uuid:offer_id>/{ONE_LIST}/<string:wanted>", methods=["GET", "POST"])
@access(MEMBERS)
def item(provider_id: UUID, offer_id: UUID, step: str, wanted: str) -> ResponseReturnValue:
    """Change one. Where someone else changed or removed it by now, what was typed is kept and said so."""
    kind, now = LISTS[OfferStep(step)], current_editing(offer_id)
    found = item_of(kind, now.document, wanted)
    if found is None and request.method == "GET":
        return redirect(step_url(offer_id, kind.step))
    is_dated = isinstance(found, SessionSaid) and found.repeats is Repeats.DATED
    is_dated = is_dated or (found is None and "dates" in request.form)
    form = list_forms.dates_form(None) if found is None and is_dated else form_for(kind, found)
    return _item_page(kind, now, form, instead_of=found, is_gone=found is None, is_dated=is_dated)


@blueprint.post(f"/<uuid:offer_id>/{ONE_LIST}/<string:wanted>/remove")
@access(MEMBERS)
def remove(provider_id: UUID, offer_id: UUID, step: str, wanted: str) -> ResponseReturnValue:
    """Take one away. One that is gone already stays so."""
    kind, now = LISTS[OfferStep(step)], current_editing(offer_id)
    after = without_item(kind, now.document, wanted)
    if after == now.document:
        return redirect(step_url(offer_id, kind.step, done=Kept.SAME.value), 303)
    if not now.may_change(kind.step):
        return redirect(offer_url(offer_id, done="waiting"), 303)
    kept = keep(get_session(), now, after, account=signed_in_account())
    get_session().commit()
    return redirect(step_url(offer_id, kind.step, done=kept.value), 303)


@blueprint.route("/<uuid:offer_id>/places-left", methods=["GET", "POST"])
@access(MEMBERS)
def places_left(provider_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """How many places are left at each time: what changes most often, on one page."""
    kind, now = LISTS[OfferStep.TIMES], current_editing(offer_id)
    sessions = now.document.sessions
    if not sessions:
        return redirect(step_url(offer_id, OfferStep.TIMES))
    form = list_forms.places_left_form(sessions)
    conflict: Sequence[str] = ()
    is_waiting = not now.may_change(kind.step)
    code = 200
    if request.method == "POST" and is_stale(sessions):
        # The fields stand for times in their order: with another list they would mean other times.
        conflict, code = said_now(kind.step, now), CONFLICT
    elif request.method == "POST" and form.validate() and not is_waiting:
        after = replace(now.document, sessions=form.items)
        kept = keep(get_session(), now, after, account=signed_in_account())
        get_session().commit()
        return redirect(offer_url(offer_id, step=kind.step, done=kept.value), 303)
    page = render_template(
        "listing/offers/places_left.html",
        form=form,
        sessions=[(f"left_{number}", one) for number, one in enumerate(sessions, start=1)],
        time_words=time_words,
        heading=gettext("How many places are free?"),
        hint=gettext("Leave it empty where you do not count."),
        question_picture="tick",
        seen=seen(sessions),
        conflict=conflict,
        is_waiting=is_waiting,
        **{**frame(kind.step, now), "back": offer_url(offer_id, step=kind.step)},
    )
    return page, UNPROCESSABLE if form.errors else code


def _item_page(
    kind: ListKind,
    now: Editing,
    form: Any,
    *,
    instead_of: Item | None = None,
    is_gone: bool = False,
    is_dated: bool = False,
) -> ResponseReturnValue:
    """Show the form of an item, or keep what was sent."""
    offer_id = now.offer.id
    conflict: Sequence[str] = ()
    code = 200
    if request.method == "POST" and "skip" in request.form:
        return redirect(_after_skip(kind, now), 303)
    if request.method == "POST" and not form.validate():
        code = UNPROCESSABLE
    elif request.method == "POST":
        try:
            after = with_items(kind, now.document, form.items, instead_of=instead_of)
        except TooManyError as error:
            form.form_errors.append(str(error))
            after, code = now.document, UNPROCESSABLE
        if kind.step is OfferStep.COST:
            problem = costs_problem(get_session(), now.provider, after.costs, today=london_today())
            if problem is not None and problem.is_refused:
                form.amount.errors = [problem.words]
                code = UNPROCESSABLE
        is_there = set(form.items) <= set(items_of(kind, now.document))
        if code == 200 and (after == now.document or (is_gone and is_there)):
            return redirect(_after(kind, now, form, Kept.SAME), 303)
        if code == 200 and not now.may_change(kind.step):
            code = CONFLICT
        elif code == 200 and is_gone and is_stale(None):
            conflict, code = said_now(kind.step, now), CONFLICT
        elif code == 200:
            kept = keep(get_session(), now, after, account=signed_in_account())
            get_session().commit()
            return redirect(_after(kind, now, form, kept), 303)
    is_new = instead_of is None and not is_gone
    page = render_template(
        f"listing/offers/items/{'dates' if is_dated else kind.step.value}.html",
        kind=kind,
        form=form,
        heading=gettext(kind.heading),
        hint=gettext(QUESTIONS[kind.step].hint),
        question_picture=QUESTIONS[kind.step].picture,
        seen=seen(None if is_gone else mark(instead_of) if instead_of else None),
        conflict=conflict,
        is_waiting=not now.may_change(kind.step),
        is_new=is_new,
        can_skip=is_new and not items_of(kind, now.document),
        days=tuple(Day),
        repeats=list_forms.REPEATED,
        bases=(*_BASES, _ASK) if is_new else _BASES,
        dates_url=_item_url(kind, offer_id, "add-dates"),
        days_url=_item_url(kind, offer_id, "add"),
        **{**frame(kind.step, now), **_back(kind, now)},
    )
    return page, code


def _back(kind: ListKind, now: Editing) -> dict[str, object]:
    """To the list, where there is one already."""
    return {"back": step_url(now.offer.id, kind.step)} if items_of(kind, now.document) else {}


def _after(kind: ListKind, now: Editing, form: Any, kept: Kept) -> str:
    """To the list; 'ask what it costs' has nothing to list and goes on."""
    if not form.items:
        return _after_skip(kind, now)
    return step_url(now.offer.id, kind.step, done=kept.value)


def _after_skip(kind: ListKind, now: Editing) -> str:
    following = None if goes_back() else step_after(kind.step, now.document)
    return step_url(now.offer.id, following) if following else offer_url(now.offer.id, step=kind.step)


def _item_url(kind: ListKind, offer_id: UUID, last: str) -> str:
    base, _, query = step_url(offer_id, kind.step).partition("?")
    return f"{base}/{last}{'?' + query if query else ''}"
