"""'People near you want this too', on a person's own pages: for the person, and for who helps or acts for them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.groups.models import JoinAnswer
from marketplace.commissioning.groups.operations import say_whether
from marketplace.commissioning.groups.queries import groups_near, waiting_near
from marketplace.db import get_session
from marketplace.geo.districts import district_name, read_districts
from marketplace.people.access import (
    OfPerson,
    current_person,
    current_relation,
    open_part,
    unseen_parts,
)
from marketplace.people.profile.models import ProfilePart
from marketplace.people.supporters.models import Scope
from marketplace.web import current_settings
from marketplace.web.access import access

blueprint = Blueprint("near", __name__)

MAY_ANSWER = OfPerson(Scope.HELP, parts=(ProfilePart.GOALS,))
"""A group tells what somebody wants, so who may not see that sees no group."""


@blueprint.app_template_global()
def groups_waiting() -> int:
    """How many groups near this page's person they said nothing to; 0 for who may not answer for them."""
    if not current_relation().reaches(Scope.HELP) or ProfilePart.GOALS in unseen_parts():
        return 0
    if "groups_waiting" not in g:
        g.groups_waiting = waiting_near(get_session(), current_person())
    found: int = g.groups_waiting
    return found


@blueprint.app_template_global()
def groups_page() -> str:
    """Where the groups near this page's person are; '' for who may not answer for them."""
    if not current_relation().reaches(Scope.HELP) or ProfilePart.GOALS in unseen_parts():
        return ""
    return url_for("near.groups", person_id=current_person().id)


@blueprint.get("/people/<uuid:person_id>/groups")
@access(MAY_ANSWER)
def groups(person_id: uuid.UUID) -> str:
    """The groups that a council shows in which the person would be, with what they can say to each."""
    open_part(ProfilePart.GOALS)
    person, districts = current_person(), read_districts(current_settings().seeds_dir)
    lines = groups_near(get_session(), person)
    changed = next((line for line in lines if str(line.idea.id) == request.args.get("done", "")), None)
    return render_template(
        "commissioning/groups/near.html",
        person=person,
        back=url_for("profile.person", person_id=person_id),
        is_own=current_relation().is_person,
        lines=[line for line in lines if line.said is not JoinAnswer.NOT_FOR_ME],
        refused=[line for line in lines if line.said is JoinAnswer.NOT_FOR_ME],
        changed=changed,
        is_taken_back="done" in request.args and changed is None,
        names={line.idea.district_code: district_name(line.idea.district_code, districts) for line in lines},
        joins=JoinAnswer.JOINS,
        not_for_me=JoinAnswer.NOT_FOR_ME,
    )


@blueprint.post("/people/<uuid:person_id>/groups/<uuid:near_id>")
@access(MAY_ANSWER)
def say(person_id: uuid.UUID, near_id: uuid.UUID) -> ResponseReturnValue:
    """'I would join in', 'Not for me', or neither any more."""
    open_part(ProfilePart.GOALS)
    typed = request.form.get("said", "")
    try:
        say_whether(
            get_session(),
            current_person(),
            near_id,
            JoinAnswer(typed) if typed in set(JoinAnswer) else None,
            account=signed_in_account(),
            role=current_relation().standing.role,
            now=datetime.now(UTC),
        )
    except LookupError:
        abort(404)
    get_session().commit()
    return redirect(url_for("near.groups", person_id=person_id, done=near_id), 303)
