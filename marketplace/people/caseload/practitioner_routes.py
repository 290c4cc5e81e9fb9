"""For the person: how far and until when a practitioner may go, and ending it at once."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.people.access import OfPerson, current_person, london_day
from marketplace.people.caseload import asking, operations, queries
from marketplace.people.caseload.blueprint import UNPROCESSABLE, blueprint
from marketplace.people.supporters.choices import PRACTITIONER_SCOPES, HowLong, ends_on, how_long_choices
from marketplace.people.supporters.forms import HowLongForm, ScopeForm, choose_from
from marketplace.people.supporters.models import Scope
from marketplace.web.access import access

OWN = OfPerson(only_the_person=True)


@blueprint.route("/people/<uuid:person_id>/practitioners/<uuid:case_id>/scope", methods=["GET", "POST"])
@access(OWN)
def change_scope(person_id: UUID, case_id: UUID) -> ResponseReturnValue:
    """How far a practitioner may go."""
    case, practitioner = queries.practitioner_of(get_session(), person_id, case_id)
    form = ScopeForm(data={"scope": case.scope.value})
    choose_from(form.scope, PRACTITIONER_SCOPES)
    if request.method == "POST" and form.validate():
        asking.change_case(
            get_session(),
            case=case,
            scope=Scope(form.scope.data),
            ends_on=case.ends_on,
            by=signed_in_account(),
        )
        get_session().commit()
        return _back(person_id, "changed")
    page = render_template(
        "caseload/change_scope.html",
        person=current_person(),
        practitioner=practitioner,
        form=form,
        scopes=PRACTITIONER_SCOPES,
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/practitioners/<uuid:case_id>/until", methods=["GET", "POST"])
@access(OWN)
def change_until(person_id: UUID, case_id: UUID) -> ResponseReturnValue:
    """Until when a practitioner may see the page; also where the last day is over."""
    case, practitioner = queries.practitioner_of(get_session(), person_id, case_id)
    lengths = how_long_choices(today=london_day())
    form = HowLongForm()
    choose_from(form.how_long, lengths)
    if request.method == "POST" and form.validate():
        asking.change_case(
            get_session(),
            case=case,
            scope=case.scope,
            ends_on=ends_on(HowLong(form.how_long.data), today=london_day()),
            by=signed_in_account(),
        )
        get_session().commit()
        return _back(person_id, "changed")
    page = render_template(
        "supporters/until.html",
        supporter={"name": practitioner.name, "ends_on": case.ends_on},
        person=current_person(),
        form=form,
        lengths=lengths,
        back=url_for("supporters.supporters", person_id=person_id),
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/practitioners/<uuid:case_id>/stop", methods=["GET", "POST"])
@access(OWN)
def stop_practitioner(person_id: UUID, case_id: UUID) -> ResponseReturnValue:
    """Ask once, then end it from the very next request on."""
    session = get_session()
    case, practitioner = queries.practitioner_of(session, person_id, case_id, or_ended=True)
    if request.method == "POST":
        operations.stop_case(session, case=case, person=current_person(), by=signed_in_account())
        session.commit()
        return _back(person_id, "stopped")
    return render_template(
        "caseload/stop_practitioner.html", person=current_person(), practitioner=practitioner
    )


def _back(person_id: UUID, done: str) -> ResponseReturnValue:
    return redirect(url_for("supporters.supporters", person_id=person_id, done=done), 303)
