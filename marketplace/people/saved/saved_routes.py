"""What a person saved: the list, notes, taking off and putting back, side by side, and sharing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.people.access import OfPerson, current_person, current_relation, london_day, unseen_parts
from marketplace.people.profile.blueprint import doer
from marketplace.people.profile.models import ProfilePart
from marketplace.people.saved import operations, queries, taken_off
from marketplace.people.saved.blueprint import blueprint, may_keep, reader_answers
from marketplace.people.saved.models import Keeping
from marketplace.people.saved.operations import LONGEST_NOTE
from marketplace.people.saved.page import MOST_COMPARED, SavedOrder, comparison, saved_shown
from marketplace.people.supporters.models import Scope
from marketplace.web import current_settings
from marketplace.web.access import access


@blueprint.get("/people/<uuid:person_id>/saved")
@access(OfPerson(parts=(ProfilePart.GOALS,)))
def saved(person_id: UUID) -> str:
    return _saved_page()


@blueprint.post("/people/<uuid:person_id>/saved/<uuid:offer_id>/note")
@access(OfPerson(Scope.HELP))
def note(person_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    session = get_session()
    kept = queries.saved_match(session, person_id, offer_id)
    operations.write_note(session, kept=kept, note=request.form.get("note", ""))
    session.commit()
    return redirect(
        url_for("saved.saved", person_id=person_id, done="note", _anchor=f"saved-{offer_id}"), 303
    )


@blueprint.post("/people/<uuid:person_id>/saved/<uuid:offer_id>/remove")
@access(OfPerson(Scope.HELP))
def remove(person_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Take it off; the page that follows carries what it was, sealed, for putting it back."""
    session = get_session()
    kept = queries.kept_match(session, person_id, offer_id)
    removed = None
    if kept is not None and kept.keeping is Keeping.SAVED:
        removed = (
            str(kept.result.get("name", "")),
            offer_id,
            taken_off.sealed(kept, secret_key=current_settings().secret_key),
        )
        operations.forget_match(session, person_id=person_id, offer_id=offer_id, keeping=Keeping.SAVED)
        session.commit()
    return _saved_page(removed=removed)


@blueprint.post("/people/<uuid:person_id>/saved/<uuid:offer_id>/put-back")
@access(OfPerson(Scope.HELP))
def put_back(person_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    was = taken_off.opened(
        request.form.get("was", ""),
        person_id=person_id,
        offer_id=offer_id,
        secret_key=current_settings().secret_key,
    )
    if was is None:
        abort(400)
    session = get_session()
    queries.named_offer(session, offer_id)
    operations.keep_match(
        session,
        person=current_person(),
        offer_id=offer_id,
        keeping=Keeping.SAVED,
        was=was.match,
        by=doer(),
        note=was.note,
        kept_at=was.kept_at,
    )
    session.commit()
    return redirect(url_for("saved.saved", person_id=person_id, _anchor=f"saved-{offer_id}"), 303)


@blueprint.get("/people/<uuid:person_id>/compare")
@access(OfPerson(parts=(ProfilePart.GOALS,)))
def compare(person_id: UUID) -> ResponseReturnValue:
    """Up to four offers side by side, chosen in the address."""
    ids = list(dict.fromkeys(request.args.getlist("offer", type=UUID)))
    if len(ids) < 2 or len(ids) > MOST_COMPARED:
        return redirect(url_for("saved.saved", person_id=person_id, done="few" if len(ids) < 2 else "many"))
    answers, _carers = reader_answers()
    return render_template(
        "saved/compare.html",
        person=current_person(),
        is_own=current_relation().is_person,
        may_ask=current_relation().reaches(Scope.ACT) or current_relation().case is not None,
        page=comparison(get_session(), ids, answers, today=london_day()),
        today=london_day(),
    )


@blueprint.get("/people/<uuid:person_id>/saved/share")
@access(OfPerson(Scope.ACT))
def share(person_id: UUID) -> str:
    """Whom to ask to look at what is saved."""
    return _share_page()


@blueprint.post("/people/<uuid:person_id>/saved/share")
@access(OfPerson(Scope.ACT))
def share_sent(person_id: UUID) -> ResponseReturnValue:
    session = get_session()
    wanted = set(request.form.getlist("supporter", type=UUID))
    chosen = [account for supporter, account in _others() if supporter.id in wanted]
    if not chosen:
        return _share_page(nobody=True), 422
    operations.share_saved(
        session,
        person=current_person(),
        to=chosen,
        shared_by=signed_in_account().name,
        address=current_settings().base_url + url_for("saved.saved", person_id=person_id),
        once=str(request.form.get("once", type=UUID) or uuid4()),
    )
    session.commit()
    return redirect(url_for("saved.saved", person_id=person_id, done="shared"), 303)


def _saved_page(*, removed: tuple[str, UUID, str] | None = None) -> str:
    session, person = get_session(), current_person()
    answers, _carers = reader_answers()
    order = request.args.get("sort", SavedOrder.NEWEST, type=SavedOrder)
    shown = saved_shown(
        session,
        queries.saved_matches(session, person.id, Keeping.SAVED),
        answers,
        order=order,
        today=london_day(),
        tells_score=not unseen_parts(),
    )
    return render_template(
        "saved/saved.html",
        person=person,
        is_own=current_relation().is_person,
        shown=shown,
        order=order,
        orders=tuple(SavedOrder),
        removed=removed,
        done=request.args.get("done", ""),
        may_keep=may_keep(),
        may_act=current_relation().reaches(Scope.ACT),
        most_compared=MOST_COMPARED,
        longest_note=LONGEST_NOTE,
        today=london_day(),
    )


def _share_page(*, nobody: bool = False) -> str:
    return render_template(
        "saved/share.html",
        person=current_person(),
        is_own=current_relation().is_person,
        supporters=[supporter for supporter, _account in _others()],
        nobody=nobody,
        once=request.form.get("once") or uuid4(),
    )


def _others() -> list[tuple[Any, Any]]:
    """Supporters who may look today, but not whoever shares."""
    found = queries.supporters_with_account(get_session(), current_person().id, today=london_day())
    return [(supporter, account) for supporter, account in found if account.id != signed_in_account().id]
