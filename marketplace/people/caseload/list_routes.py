"""Lists of offers that a practitioner makes for a person: picked, put in order, sent or printed."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.db import get_session
from marketplace.people.access import current_person, current_relation
from marketplace.people.caseload import operations, queries
from marketplace.people.caseload.blueprint import (
    MAKING,
    READING,
    UNPROCESSABLE,
    blueprint,
    is_practitioner,
    once,
)
from marketplace.people.caseload.candidates import candidates, cards_of, shown
from marketplace.people.caseload.forms import LONGEST_ITEM_NOTE, PickForm, ShortlistForm
from marketplace.people.caseload.models import Shortlist
from marketplace.people.caseload.operations import ItemChange
from marketplace.people.profile.blueprint import CONFLICT, is_stale
from marketplace.people.profile.forms import seen
from marketplace.people.steps import Choice
from marketplace.people.supporters.forms import ButtonForm, choose_from
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.typed import own_words


@blueprint.get("/people/<uuid:person_id>/shortlists")
@access(READING)
def shortlists(person_id: UUID) -> str:
    """The lists made for a person, and what was chosen with them."""
    session = get_session()
    choices = queries.choices_for(session, person_id)
    ids = [choice.offer_id for choice, _ in choices if choice.offer_id]
    ids += [other.offer_id for choice, _ in choices for other in choice.alternatives]
    return render_template(
        "caseload/shortlists.html",
        person=current_person(),
        is_own=current_relation().is_person,
        may_change=is_practitioner(),
        lists=queries.shortlists_for(session, person_id, only_given=not is_practitioner()),
        choices=choices,
        cards=cards_of(session, ids),
        done=request.args.get("done", ""),
    )


@blueprint.route("/people/<uuid:person_id>/shortlists/new", methods=["GET", "POST"])
@access(MAKING)
def new_shortlist(person_id: UUID) -> ResponseReturnValue:
    """Pick from what fits best and from what the person saved."""
    session = get_session()
    offered = candidates(session)
    form = PickForm(data={"title": gettext("Ideas for %(name)s", name=current_person().first_name)})
    choose_from(form.offers, [Choice(str(one.card.id), one.card.name) for one in offered])
    list_id = once()
    if request.method == "POST" and form.validate():
        picked = set(form.offers.data)
        operations.make_shortlist(
            session,
            shortlist_id=list_id,
            person=current_person(),
            title=form.title.data,
            offers=[one.card.id for one in offered if str(one.card.id) in picked],
            by=signed_in_account(),
        )
        session.commit()
        return redirect(url_for("caseload.shortlist", person_id=person_id, shortlist_id=list_id), 303)
    page = render_template(
        "caseload/new_shortlist.html",
        person=current_person(),
        form=form,
        offered=offered,
        picked=set(form.offers.data or ()),
        once=list_id,
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/people/<uuid:person_id>/shortlists/<uuid:shortlist_id>")
@access(READING)
def shortlist(person_id: UUID, shortlist_id: UUID) -> str:
    """One list: to read, and for its practitioner to put in order."""
    return _page(_shortlist(shortlist_id), None)


@blueprint.post("/people/<uuid:person_id>/shortlists/<uuid:shortlist_id>")
@access(MAKING)
def change_shortlist(person_id: UUID, shortlist_id: UUID) -> ResponseReturnValue:
    """Its name, note and order; each offer's note; what is taken off."""
    found, form = _shortlist(shortlist_id), ShortlistForm()
    if not form.validate():
        return _page(found, form), UNPROCESSABLE
    if is_stale(_as_it_is(found)):
        return _page(found, form, is_stale=True), CONFLICT
    operations.change_shortlist(
        get_session(),
        shortlist=found,
        title=form.title.data,
        note=form.note.data,
        items=_changes(found),
        by=signed_in_account(),
    )
    get_session().commit()
    url = url_for("caseload.shortlist", person_id=person_id, shortlist_id=shortlist_id, done="saved")
    return redirect(url, 303)


@blueprint.post("/people/<uuid:person_id>/shortlists/<uuid:shortlist_id>/give")
@access(MAKING)
def give_shortlist(person_id: UUID, shortlist_id: UUID) -> ResponseReturnValue:
    """Give the list to the person: by mail where they are online, else it was given on paper."""
    person, session = current_person(), get_session()
    url = url_for("caseload.shortlist", person_id=person_id, shortlist_id=shortlist_id)
    operations.give_shortlist(
        session,
        shortlist=_shortlist(shortlist_id),
        owner=session.get(Account, person.account_id) if person.account_id else None,
        address=current_settings().base_url + url,
        by=signed_in_account(),
    )
    session.commit()
    return redirect(f"{url}?done=given", 303)


@blueprint.get("/people/<uuid:person_id>/shortlists/<uuid:shortlist_id>/print")
@access(READING)
def print_shortlist(person_id: UUID, shortlist_id: UUID) -> str:
    """In big type with pictures, one offer a block, and a picture for a phone that leads to each."""
    found = _shortlist(shortlist_id)
    return render_template(
        "caseload/print_shortlist.html",
        person=current_person(),
        shortlist=found,
        items=shown(get_session(), [(item.offer_id, item.note) for item in found.items], with_qr=True),
        back=url_for("caseload.shortlist", person_id=person_id, shortlist_id=shortlist_id),
    )


def _shortlist(shortlist_id: UUID) -> Shortlist:
    return queries.shortlist_for(
        get_session(), current_person().id, shortlist_id, only_given=not is_practitioner()
    )


def _as_it_is(found: Shortlist) -> list[object]:
    """What a form that changes the list began from."""
    items = [[item.offer_id, item.note] for item in found.items]
    return [found.title, found.note, items]


def _page(found: Shortlist, form: ShortlistForm | None, *, is_stale: bool = False) -> str:
    session, person = get_session(), current_person()
    return render_template(
        "caseload/shortlist.html",
        person=person,
        is_own=current_relation().is_person,
        may_change=is_practitioner(),
        shortlist=found,
        form=form or ShortlistForm(data={"title": found.title, "note": found.note}),
        button=ButtonForm(),
        items=shown(session, [(item.offer_id, item.note) for item in found.items]),
        is_online=person.account_id is not None,
        seen=seen(_as_it_is(found)),
        is_stale=is_stale,
        typed=request.form,
        done=request.args.get("done", ""),
    )


def _changes(found: Shortlist) -> list[ItemChange]:
    """What the form says of each offer of the list: its place, its note, or that it is taken off."""
    changes = []
    for item in found.items:
        if request.form.get(f"off-{item.offer_id}"):
            continue
        place = request.form.get(f"place-{item.offer_id}", "")
        note = own_words(request.form.get(f"note-{item.offer_id}", item.note))
        changes.append(
            ItemChange(
                item.offer_id,
                int(place) if place.isascii() and place.isdigit() and len(place) < 4 else item.position + 1,
                note[:LONGEST_ITEM_NOTE],
            )
        )
    return changes
