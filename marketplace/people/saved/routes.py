"""What fits a person: the list with its reasons, saving, hiding, and taking either back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.db import get_session
from marketplace.offers.queries import listed_among
from marketplace.people.access import OfPerson, current_person, current_relation, london_day, unseen_parts
from marketplace.people.list_links import list_links
from marketplace.people.matches import results_page
from marketplace.people.profile.blueprint import doer
from marketplace.people.profile.models import ProfilePart
from marketplace.people.result_filters import filter_choices, filters_from
from marketplace.people.saved import (  # noqa: F401 (their routes)
    alert_routes,
    later_routes,
    operations,
    queries,
    saved_routes,
)
from marketplace.people.saved.blueprint import (
    blueprint,
    chosen_filters,
    may_keep,
    reader_answers,
    whole_answers,
)
from marketplace.people.saved.models import HideReason, Keeping
from marketplace.people.saved.page import match_of, ranking_of
from marketplace.people.steps import Step
from marketplace.people.supporters.models import Scope
from marketplace.people.why import why_page
from marketplace.web import current_settings
from marketplace.web.access import access

__all__ = ["blueprint"]

WAS_SAVED = "saved"


@blueprint.get("/people/<uuid:person_id>/matches")
@access(OfPerson(parts=(ProfilePart.GOALS,)))
def matches(person_id: UUID) -> str:
    """What fits the person: the same list as on the find journey, from their own profile."""
    session, person = get_session(), current_person()
    answers, carers = reader_answers()
    is_own = current_relation().is_person
    if not answers.get("goals"):
        return render_template(
            "saved/no_goals.html",
            person=person,
            is_own=is_own,
            is_private=ProfilePart.GOALS in unseen_parts(),
            may_change=may_keep(),
        )
    choices = filter_choices()
    chosen = chosen_filters(choices)
    kept = queries.kept_offers(session, person_id)
    evening = current_settings().evening_starts
    page = results_page(
        session,
        answers,
        filters=filters_from(chosen, evening=evening.hour * 60 + evening.minute),
        page=request.args.get("page", 1, type=int),
        today=london_day(),
        leave_out=kept.hidden,
    )
    return render_template(
        "saved/matches.html",
        person=person,
        is_own=is_own,
        page=page,
        chosen=chosen,
        choices=choices,
        kept=kept,
        reasons=tuple(HideReason),
        may_keep=may_keep(),
        may_act=current_relation().reaches(Scope.ACT),
        carers=carers,
        parts_are_hidden=bool(unseen_parts()),
        **_done(person_id),
    )


@blueprint.get("/people/<uuid:person_id>/matches/<uuid:offer_id>/why")
@access(OfPerson(parts=(ProfilePart.GOALS,)))
def why(person_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """One match taken apart, from what this reader may see."""
    answers, _carers = reader_answers()
    if not answers.get("goals"):
        return redirect(list_links().results())
    page = why_page(get_session(), answers, offer_id, today=london_day()) or abort(404)
    return render_template("find/why.html", page=page, matters=Step.MATTERS, person=current_person())


@blueprint.post("/people/<uuid:person_id>/matches/<uuid:offer_id>/save")
@access(OfPerson(Scope.HELP))
def save(person_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    _keep(offer_id, Keeping.SAVED)
    get_session().commit()
    return _back(saved=offer_id)


@blueprint.post("/people/<uuid:person_id>/matches/<uuid:offer_id>/hide")
@access(OfPerson(Scope.HELP))
def hide(person_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    reason = request.form.get("reason", type=HideReason)
    if reason is None:
        abort(400)
    before = queries.kept_match(get_session(), person_id, offer_id)
    was = WAS_SAVED if before is not None and before.keeping is Keeping.SAVED else None
    _keep(offer_id, Keeping.HIDDEN, reason=reason)
    get_session().commit()
    return _back(hidden=offer_id, was=was)


@blueprint.post("/people/<uuid:person_id>/matches/<uuid:offer_id>/show")
@access(OfPerson(Scope.HELP))
def show(person_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """No longer hide it; what was saved before is saved again, with its note."""
    session = get_session()
    kept = queries.kept_match(session, person_id, offer_id)
    if kept is not None and kept.keeping is Keeping.HIDDEN and request.form.get("was") == WAS_SAVED:
        operations.put_back(session, kept=kept, by=doer())
    else:
        operations.forget_match(session, person_id=person_id, offer_id=offer_id, keeping=Keeping.HIDDEN)
    session.commit()
    return _back()


@blueprint.get("/people/<uuid:person_id>/hidden")
@access(OfPerson(parts=(ProfilePart.GOALS,)))
def hidden(person_id: UUID) -> str:
    """What the person does not want to see, and why; each can come back."""
    session = get_session()
    hidden = queries.saved_matches(session, person_id, Keeping.HIDDEN)
    return render_template(
        "saved/hidden.html",
        person=current_person(),
        is_own=current_relation().is_person,
        may_keep=may_keep(),
        hidden=hidden,
        listed=listed_among(session, [one.offer_id for one in hidden]),
    )


def _keep(offer_id: UUID, keeping: Keeping, *, reason: HideReason | None = None) -> None:
    """Keep the offer with its match as the person's own list has it now."""
    session = get_session()
    offer = queries.named_offer(session, offer_id)
    match = match_of(ranking_of(session, whole_answers(), today=london_day()), offer_id)
    operations.keep_match(
        session,
        person=current_person(),
        offer_id=offer_id,
        keeping=keeping,
        was=operations.as_it_is(offer, match),
        by=doer(),
        reason=reason,
    )


def _back(**done: Any) -> Response:
    """To the same page of the list, with the same filters, and a word on what was done."""
    onward = {name: value for name, value in done.items() if value is not None}
    page = request.args.get("page", type=int)
    if page is not None and page > 1:
        onward["page"] = page
    return redirect(list_links().results(**onward, **chosen_filters(filter_choices())), 303)


def _done(person_id: UUID) -> dict[str, Any]:
    """What was done just before this page: the match that was saved or hidden, and how to undo it."""
    saved, hid = request.args.get("saved", type=UUID), request.args.get("hidden", type=UUID)
    offer_id = saved or hid
    done = queries.kept_match(get_session(), person_id, offer_id) if offer_id else None
    return {"done": done, "was": request.args.get("was") if hid else None}
