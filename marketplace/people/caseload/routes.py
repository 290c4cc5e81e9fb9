"""The caseload: whom a practitioner works with, adding someone, until when, ending, handing over."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.accounts.start_pages import start_page
from marketplace.db import get_session
from marketplace.people.access import london_day
from marketplace.people.caseload import (  # noqa: F401 (their routes)
    choice_routes,
    claim_routes,
    list_routes,
    note_routes,
    operations,
    practitioner_routes,
    queries,
    request_routes,
)
from marketplace.people.caseload.blueprint import AS_PRACTITIONER, UNPROCESSABLE, blueprint
from marketplace.people.caseload.forms import ColleagueForm, NameForm
from marketplace.people.caseload.queries import CaseOrder
from marketplace.people.profile.question_routes import NEXT
from marketplace.people.steps import Step
from marketplace.people.supporters.choices import BASIS_CHOICES, HowLong, ends_on, how_long_choices
from marketplace.people.supporters.forms import BasisForm, HowLongForm, choose_from
from marketplace.people.supporters.models import Basis
from marketplace.people.walk import Walk, walk
from marketplace.vocabulary import Role
from marketplace.web.access import access

__all__ = ["blueprint"]

DONE = {"ended", "changed", "handed_over", "asked", "taken_back"}


@start_page(Role.PRACTITIONER)
def _start(_account: Account) -> str:
    return url_for("caseload.people")


@blueprint.get("/caseload")
@access(AS_PRACTITIONER)
def people() -> str:
    """Everyone whom the practitioner works with; found by name, in the order that helps now."""
    search = request.args.get("search", "")[: queries.LONGEST_SEARCH]
    order = next((one for one in CaseOrder if one.value == request.args.get("order")), CaseOrder.REVIEW)
    number = request.args.get("page", "1")
    page = queries.cases_page(
        get_session(),
        signed_in_account().id,
        search=search,
        order=order,
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 1,
    )
    done = request.args.get("done", "")
    return render_template(
        "caseload/people.html",
        page=page,
        search=search,
        order=order,
        orders=tuple(CaseOrder),
        asked=queries.asked_by(get_session(), signed_in_account().id),
        now=datetime.now(UTC),
        today=london_day(),
        done=done if done in DONE else "",
    )


@blueprint.route("/caseload/new", methods=["GET", "POST"])
@access(AS_PRACTITIONER)
def add() -> ResponseReturnValue:
    """Assisted entry: someone who is not online, on a recorded basis; then the profile's questions."""
    lengths = how_long_choices(today=london_day())
    forms: dict[str, FlaskForm] = {"who": NameForm(), "basis": BasisForm(), "until": HowLongForm()}
    choose_from(forms["until"].how_long, lengths)
    steps = walk(forms)
    if steps.is_sent:
        person = operations.add_person(
            get_session(),
            person_id=steps.once,
            first_name=forms["who"].first_name.data,
            family_name=forms["who"].family_name.data,
            basis=Basis(forms["basis"].basis.data),
            basis_reason=forms["basis"].basis_reason.data,
            today=london_day(),
            ends_on=ends_on(HowLong(forms["until"].how_long.data), today=london_day()),
            by=signed_in_account(),
        )
        get_session().commit()
        first = url_for("profile.question", person_id=person.id, step=Step.WHAT.value, then=NEXT)
        return redirect(first, 303)
    page = _add_page(steps, lengths)
    return (page, UNPROCESSABLE) if steps.has_problem else page


@blueprint.route("/caseload/<uuid:case_id>/until", methods=["GET", "POST"])
@access(AS_PRACTITIONER)
def until(case_id: UUID) -> ResponseReturnValue:
    """Until when the practitioner works with a person; also where the last day is over.

    Who is online chooses it, and can be asked.
    """
    case, person = queries.case_of(get_session(), signed_in_account().id, case_id)
    if person.account_id is not None:
        return render_template("caseload/until.html", case=case, person=person)
    lengths = how_long_choices(today=london_day())
    form = HowLongForm()
    choose_from(form.how_long, lengths)
    if request.method == "POST" and form.validate():
        last_day = ends_on(HowLong(form.how_long.data), today=london_day())
        operations.change_end(get_session(), case=case, ends_on=last_day, by=signed_in_account())
        get_session().commit()
        return redirect(url_for("caseload.people", done="changed"), 303)
    page = render_template("caseload/until.html", case=case, person=person, form=form, lengths=lengths)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/caseload/<uuid:case_id>/end", methods=["GET", "POST"])
@access(AS_PRACTITIONER)
def end(case_id: UUID) -> ResponseReturnValue:
    """Ask once, then end the work with a person."""
    case, person = queries.case_of(get_session(), signed_in_account().id, case_id)
    if request.method == "POST":
        operations.end_case(get_session(), case=case, by=signed_in_account())
        get_session().commit()
        return redirect(url_for("caseload.people", done="ended"), 303)
    return render_template("caseload/end.html", case=case, person=person)


@blueprint.route("/caseload/<uuid:case_id>/hand-over", methods=["GET", "POST"])
@access(AS_PRACTITIONER)
def hand_over(case_id: UUID) -> ResponseReturnValue:
    """Let a colleague of the same organisation go on."""
    account, session = signed_in_account(), get_session()
    case, person = queries.case_of(session, account.id, case_id)
    form = ColleagueForm()
    if request.method == "POST" and form.validate():
        to = queries.colleague(session, form.email.data, organisation=_organisation(account))
        if to is None or to.id == account.id:
            form.email.errors = [gettext("No colleague of yours here has this address")]
        else:
            try:
                operations.hand_over(session, case=case, person=person, to=to, today=london_day(), by=account)
            except operations.HasThisCaseError:
                form.email.errors = [gettext("They work with this person already. End your own part")]
            else:
                session.commit()
                return redirect(url_for("caseload.people", done="handed_over"), 303)
    page = render_template("caseload/hand_over.html", case=case, person=person, form=form)
    return (page, UNPROCESSABLE) if form.errors else page


def _organisation(account: Account) -> str:
    return next((grant.organisation for grant in account.grants if grant.role is Role.PRACTITIONER), "")


def _add_page(steps: Walk, lengths: object) -> str:
    until_form = steps.forms["until"]
    is_check = steps.page == "check"
    return render_template(
        "caseload/add.html",
        walk=steps,
        heading=gettext("Add a person"),
        last_button=gettext("Add and go on to the questions"),
        back=url_for("caseload.people"),
        bases=BASIS_CHOICES,
        lengths=lengths,
        last_day=ends_on(HowLong(until_form.how_long.data), today=london_day()) if is_check else None,
    )
