"""A person's page, their profile, the printed 'About me', hiding and showing, and undoing."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.accounts.next_page import local_path
from marketplace.accounts.start_pages import start_page
from marketplace.db import get_session
from marketplace.offers.queries import listed_among
from marketplace.people.access import (
    OfPerson,
    current_person,
    current_relation,
    london_day,
    looked_at,
    open_part,
)
from marketplace.people.caseload.queries import practitioners_of
from marketplace.people.profile import own_routes, queries, question_routes, save_routes  # noqa: F401
from marketplace.people.profile.blueprint import back_to, blueprint, doer, known
from marketplace.people.profile.models import ProfilePart, ProfileUndo
from marketplace.people.profile.operations import (
    UNDO_FOR,
    begin_page,
    confirm_communication,
    hide_part,
    show_part,
    undo,
)
from marketplace.people.profile.page import (
    communication_lines,
    due_reviews,
    goal_groups,
    level_of,
    next_steps,
    parts_shown,
)
from marketplace.people.profile.places import place_url
from marketplace.people.supporters.models import Scope
from marketplace.people.visitor import current_answers
from marketplace.vocabulary import Role, SupportLevel
from marketplace.web.access import access

__all__ = ["blueprint"]

MOST_SHOWN = 3
PART = f"<any({', '.join(repr(part.value) for part in ProfilePart)}):part>"
EVERY_PART = tuple(ProfilePart)


@start_page(Role.PERSON)
def _own_page(account: Account) -> str:
    """A person's own page, or the way to begin one."""
    person = queries.person_of_account(get_session(), account.id)
    return url_for("profile.person", person_id=person.id) if person else url_for("profile.begin")


@blueprint.get("/people/new")
@access(SignedIn())
def begin() -> ResponseReturnValue:
    """Begin a page of one's own; with ``next``, on the way to another page that needs one."""
    account = signed_in_account()
    person = queries.person_of_account(get_session(), account.id)
    if person is not None:
        return redirect(_onward() or url_for("profile.person", person_id=person.id))
    return render_template("profile/begin.html", account=account)


@blueprint.post("/people/new")
@access(SignedIn())
def begin_sent() -> ResponseReturnValue:
    person = begin_page(get_session(), account=signed_in_account())
    get_session().commit()
    return redirect(_onward() or url_for("profile.person", person_id=person.id), 303)


def _onward() -> str | None:
    return local_path(request.args.get("next"))


@blueprint.get("/people/<uuid:person_id>")
@access(OfPerson(parts=(ProfilePart.ABOUT, ProfilePart.GOALS)))
def person(person_id: UUID) -> str:
    """What I want, what to do next, what I saved, who helps and who looked."""
    session, relation = get_session(), current_relation()
    told = known()
    own = relation.is_person
    saved = queries.saved_offers(session, person_id, limit=MOST_SHOWN) if own else []
    supporters = queries.supporters_now(session, person_id) if own else []
    practitioners = practitioners_of(session, person_id) if own else []
    matches_url = place_url("saved.matches")
    invite_url = place_url("supporters.supporters") if own and not supporters else ""
    return render_template(
        "profile/person.html",
        person=current_person(),
        is_own=own,
        goals=goal_groups(told.answers),
        goals_are_unseen=ProfilePart.GOALS in told.unseen,
        steps=next_steps(
            told,
            is_own=own,
            can_match=matches_url,
            can_invite=invite_url,
            can_save=url_for("profile.save_answers") if own and current_answers() else "",
        ),
        saved=saved,
        listed=listed_among(session, [one.offer_id for one in saved]),
        supporters=supporters,
        practitioners=practitioners,
        looks=queries.last_looks(session, person_id, limit=MOST_SHOWN) if own else [],
        today=told.today,
        matches_url=matches_url,
        saved_url=place_url("saved.saved"),
        supporters_url=place_url("supporters.supporters"),
        looks_url=place_url("rights.who_looked"),
        is_new=request.args.get("saved") == "journey",
        is_claimed=own and request.args.get("saved") == "claimed",
    )


@blueprint.get("/people/<uuid:person_id>/profile")
@access(OfPerson(parts=EVERY_PART))
def profile(person_id: UUID) -> str:
    """Every part of the profile with its answers."""
    told = known()
    parts = parts_shown(told)
    looked_at(*(shown.part for shown in parts if shown.has_answers))
    saved = request.args.get("saved")
    can_undo = saved in set(ProfilePart) and _undo() is not None
    return render_template(
        "profile/profile.html",
        person=current_person(),
        relation=current_relation(),
        is_own=current_relation().is_person,
        may_change=told.may_change,
        may_act=current_relation().reaches(Scope.ACT),
        parts=parts,
        saved=ProfilePart(saved) if saved in set(ProfilePart) else None,
        undone=request.args.get("undone") == "1",
        can_undo=can_undo,
        due=due_reviews(told.communication, told.today),
        communication_needs=[one.need for one in told.communication],
        levels=() if ProfilePart.LEVEL in told.unseen else queries.levels_of(get_session(), person_id),
    )


@blueprint.get("/people/<uuid:person_id>/profile/about-me")
@access(OfPerson(parts=EVERY_PART))
def about_me(person_id: UUID) -> str:
    """One page to print or to hand out. What the person hid stays out of it, for them too."""
    told = known()
    parts = {shown.part: shown for shown in parts_shown(told) if not shown.is_hidden}
    looked_at(*(part for part, shown in parts.items() if shown.has_answers))
    return render_template(
        "profile/about_me.html",
        person=current_person(),
        parts=parts,
        kinds=ProfilePart,
        goals=goal_groups(told.answers) if ProfilePart.GOALS in parts else [],
        communication=communication_lines(told.communication) if ProfilePart.COMMUNICATION in parts else (),
        level=level_of(told.answers) if ProfilePart.LEVEL in parts else None,
        hidden=[part for part in ProfilePart if part in told.hidden] if current_relation().is_person else [],
        today=told.today,
    )


@blueprint.get("/people/<uuid:person_id>/profile/level")
@access(OfPerson(parts=(ProfilePart.LEVEL,)))
def levels(person_id: UUID) -> str:
    """How much support was said to be needed, when and by whom."""
    open_part(ProfilePart.LEVEL)
    said = queries.levels_of(get_session(), person_id)
    return render_template(
        "profile/levels.html",
        person=current_person(),
        levels=[(record, name, SupportLevel(record.level)) for record, name in said],
    )


@blueprint.post(f"/people/<uuid:person_id>/profile/parts/{PART}/hide")
@access(OfPerson(only_the_person=True))
def hide(person_id: UUID, part: str) -> ResponseReturnValue:
    hide_part(get_session(), person=current_person(), part=ProfilePart(part), by=doer())
    get_session().commit()
    return back_to(ProfilePart(part), saved=False)


@blueprint.post(f"/people/<uuid:person_id>/profile/parts/{PART}/show")
@access(OfPerson(only_the_person=True))
def show(person_id: UUID, part: str) -> ResponseReturnValue:
    show_part(get_session(), person=current_person(), part=ProfilePart(part), by=doer())
    get_session().commit()
    return back_to(ProfilePart(part), saved=False)


@blueprint.post("/people/<uuid:person_id>/profile/communication/still-right")
@access(OfPerson(Scope.HELP))
def still_right(person_id: UUID) -> ResponseReturnValue:
    open_part(ProfilePart.COMMUNICATION)
    confirm_communication(get_session(), person=current_person(), today=london_day(), by=doer())
    get_session().commit()
    return back_to(ProfilePart.COMMUNICATION)


@blueprint.post("/people/<uuid:person_id>/profile/undo")
@access(OfPerson(Scope.HELP))
def undo_change(person_id: UUID) -> ResponseReturnValue:
    """Put back what was there before this reader's last change."""
    before = _undo()
    if before is not None:
        undo(get_session(), person=current_person(), before=before, by=doer())
        get_session().commit()
    return redirect(
        url_for("profile.profile", person_id=person_id, undone="1" if before is not None else None), 303
    )


def _undo() -> ProfileUndo | None:
    return queries.undo_of(
        get_session(),
        current_person(),
        account_id=signed_in_account().id,
        since=datetime.now(UTC) - UNDO_FOR,
    )
