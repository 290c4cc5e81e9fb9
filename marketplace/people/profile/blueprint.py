"""The blueprint of a person's page and profile, and what its pages read and write alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Blueprint, current_app, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.geo.postcodes import PostcodeError
from marketplace.people.access import (
    current_person,
    current_relation,
    hidden_parts,
    london_day,
    unseen_parts,
)
from marketplace.people.profile import queries
from marketplace.people.profile.forms import SEEN, seen
from marketplace.people.profile.models import ProfilePart
from marketplace.people.profile.operations import Doer, StaleProfileError
from marketplace.people.profile.page import Known
from marketplace.people.profile.parts import answers_shown
from marketplace.people.profile.places import person_frame
from marketplace.people.supporters.models import Scope
from marketplace.web import current_settings
from marketplace.web.places import find_place

blueprint = Blueprint("profile", __name__)
CONFLICT = 409
UNPROCESSABLE = 422


@blueprint.record_once
def _frame_for_every_page(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["person_frame"] = person_frame


@blueprint.app_errorhandler(StaleProfileError)
def _ask_once_more(_error: StaleProfileError) -> ResponseReturnValue:
    """Someone was quicker by a moment: the view runs again, and now sees what they wrote."""
    get_session().rollback()
    view = current_app.view_functions[str(request.endpoint)]
    return cast(ResponseReturnValue, current_app.ensure_sync(view)(**(request.view_args or {})))


def doer() -> Doer:
    """Who makes this change, and in which role."""
    return Doer(account=signed_in_account(), role=current_relation().standing.role)


def shown_answers() -> dict[str, Any]:
    """The answers of this page's person that this reader may see."""
    return answers_shown(current_person().answers, unseen_parts())


def known() -> Known:
    """All that this reader may know of this page's person: two statements, and one for hidden parts."""
    session, person, unseen = get_session(), current_person(), unseen_parts()
    communication = queries.communication_of(session, person.id)
    return Known(
        person=person,
        answers=shown_answers(),
        notes=queries.notes_of(session, person.id),
        communication=() if ProfilePart.COMMUNICATION in unseen else communication,
        hidden=hidden_parts(),
        unseen=unseen,
        may_change=current_relation().reaches(Scope.HELP),
        evening_starts=current_settings().evening_starts,
        today=london_day(),
    )


def district_code_of(answers: Mapping[str, Any]) -> str | None:
    """The district of the postcode in *answers*, None where it is not known closely enough."""
    postcode = answers.get("postcode")
    if not postcode:
        return None
    try:
        return find_place(postcode).district_code
    except PostcodeError:
        return None


def is_stale(now: object) -> bool:
    """Whether the form that was sent began from something else than the profile says *now*."""
    sent = request.form.get(SEEN)
    return sent is not None and sent != seen(now)


def back_to(part: ProfilePart, *, saved: bool = True) -> Response:
    """To the part of the profile, with a word that it was saved."""
    url = url_for(
        "profile.profile",
        person_id=current_person().id,
        saved=part.value if saved else None,
        _anchor=f"part-{part.value}",
    )
    return redirect(url, 303)


def of_the_page(now: object, conflict: Sequence[str], *, part: ProfilePart) -> dict[str, Any]:
    """What every question page of the profile has: the way back, and the mark of what it began from.

    *conflict* is what the profile says by now, where the form that was sent began from something else.
    """
    url = url_for("profile.profile", person_id=current_person().id, _anchor=f"part-{part.value}")
    return {"back": url, "seen": seen(now), "conflict": tuple(conflict)}
