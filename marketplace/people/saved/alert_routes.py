"""'Tell me when something new fits': on, off, and how often."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.people.access import OfPerson, current_person, current_relation, london_day
from marketplace.people.profile.blueprint import doer
from marketplace.people.saved import operations, queries
from marketplace.people.saved.blueprint import UNPROCESSABLE, blueprint, whole_answers
from marketplace.people.saved.models import NewMatchAlert, Rhythm
from marketplace.people.saved.page import ranking_of
from marketplace.people.supporters.models import Scope
from marketplace.web.access import access

OFF = "off"


@blueprint.get("/people/<uuid:person_id>/alerts")
@access(OfPerson(Scope.ACT))
def alerts(person_id: UUID) -> str:
    return _page(queries.alert_of(get_session(), person_id))


@blueprint.post("/people/<uuid:person_id>/alerts")
@access(OfPerson(Scope.ACT))
def alerts_sent(person_id: UUID) -> ResponseReturnValue:
    session, person = get_session(), current_person()
    answer = request.form.get("rhythm", "")
    if answer == OFF:
        operations.switch_off(session, person=person, by=doer())
    elif answer in set(Rhythm):
        ranking = ranking_of(session, whole_answers(), today=london_day())
        operations.switch_on(
            session,
            person=person,
            rhythm=Rhythm(answer),
            known=ranking.offers() if ranking is not None else (),
            by=doer(),
        )
    else:
        return _page(queries.alert_of(session, person_id), nothing_chosen=True), UNPROCESSABLE
    session.commit()
    return redirect(url_for("saved.alerts", person_id=person_id, done=1), 303)


def _page(alert: NewMatchAlert | None, *, nothing_chosen: bool = False) -> str:
    return render_template(
        "saved/alerts.html",
        person=current_person(),
        is_own=current_relation().is_person,
        alert=alert,
        is_to_me=alert is not None and alert.account_id == signed_in_account().id,
        rhythms=tuple(Rhythm),
        nothing_chosen=nothing_chosen,
        done="done" in request.args,
    )
