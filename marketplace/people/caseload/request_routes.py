"""Asking someone who is online: the practitioner's pages, and what the link in the mail opens."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import current_account, signed_in_account
from marketplace.accounts.models import Account
from marketplace.accounts.tries import ACCOUNT_KEY
from marketplace.db import get_session
from marketplace.people.access import london_day
from marketplace.people.caseload import asking, queries
from marketplace.people.caseload.blueprint import AS_PRACTITIONER, GONE, UNPROCESSABLE, blueprint
from marketplace.people.caseload.forms import AskForm, ReasonForm
from marketplace.people.caseload.models import CaseRequest
from marketplace.people.profile.queries import person_of_account
from marketplace.people.supporters.choices import (
    PRACTITIONER_SCOPES,
    HowLong,
    ends_on,
    how_long_choices,
)
from marketplace.people.supporters.forms import HowLongForm, ScopeForm, choose_from
from marketplace.people.supporters.models import Scope
from marketplace.people.walk import walk
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, by_address, limited, per

ASKING = Limit(
    "questions of practitioners",
    (per(40, hours=1), per(100, days=1)),
    by=lambda: str(cookie.get(ACCOUNT_KEY, "")),
)
ANSWERING = Limit("answers to practitioners", (per(30, minutes=10), per(200, days=1)), by=by_address)


@blueprint.route("/caseload/ask", methods=["GET", "POST"])
@access(AS_PRACTITIONER)
@limited(ASKING)
def ask() -> ResponseReturnValue:
    """Someone who is online: who, and why; they decide the rest."""
    forms: dict[str, FlaskForm] = {"who": AskForm(), "why": ReasonForm()}
    steps = walk(forms)
    problem = ""
    if steps.is_sent:
        try:
            asking.ask_person(
                get_session(),
                request_id=steps.once,
                name=forms["who"].name.data,
                email=forms["who"].email.data,
                reason=forms["why"].reason.data,
                base_url=current_settings().base_url,
                by=signed_in_account(),
            )
        except asking.AskingError as error:
            problem = _in_words(error)
        else:
            get_session().commit()
            return redirect(url_for("caseload.people", done="asked"), 303)
    page = render_template(
        "caseload/ask.html",
        walk=steps,
        heading=gettext("Ask someone who is online"),
        last_button=gettext("Ask them now"),
        back=url_for("caseload.people"),
        problem=problem,
    )
    return (page, UNPROCESSABLE) if steps.has_problem or problem else page


@blueprint.post("/caseload/asked/<uuid:request_id>/again")
@access(AS_PRACTITIONER)
@limited(ASKING)
def ask_again(request_id: UUID) -> ResponseReturnValue:
    session, account = get_session(), signed_in_account()
    asking.ask_once_more(
        session,
        asked=queries.one_asked_by(session, account.id, request_id),
        base_url=current_settings().base_url,
        by=account,
    )
    session.commit()
    return redirect(url_for("caseload.people", done="asked"), 303)


@blueprint.post("/caseload/asked/<uuid:request_id>/take-back")
@access(AS_PRACTITIONER)
def take_back(request_id: UUID) -> ResponseReturnValue:
    session, account = get_session(), signed_in_account()
    asking.take_back(session, asked=queries.one_asked_by(session, account.id, request_id), by=account)
    session.commit()
    return redirect(url_for("caseload.people", done="taken_back"), 303)


@blueprint.post("/caseload/<uuid:case_id>/ask")
@access(AS_PRACTITIONER)
@limited(ASKING)
def ask_for_longer(case_id: UUID) -> ResponseReturnValue:
    """Ask someone who is online to choose a new end: theirs to give, and nobody else's."""
    session, account = get_session(), signed_in_account()
    case, person = queries.case_of(session, account.id, case_id)
    owner = session.get(Account, person.account_id) if person.account_id else None
    if owner is None:
        return redirect(url_for("caseload.until", case_id=case_id), 303)
    try:
        asking.ask_person(
            session,
            request_id=case.id,  # one open question for each case
            name=person.first_name,
            email=owner.email,
            reason="",
            base_url=current_settings().base_url,
            by=account,
            person=person,
        )
    except asking.AskingError as error:
        page = render_template("caseload/until.html", case=case, person=person, problem=_in_words(error))
        return page, UNPROCESSABLE
    session.commit()
    return redirect(url_for("caseload.people", done="asked"), 303)


@blueprint.get("/practitioner-requests/<token>")
@access(Anyone())
def request_page(token: str) -> ResponseReturnValue:
    """Reading uses nothing up, so programs that open the links of a mail do no harm."""
    found = _found(token)
    if found is None:
        return _gone()
    asked, practitioner, organisation = found
    account = current_account()
    return render_template(
        "caseload/request.html",
        token=token,
        asked=asked,
        practitioner=practitioner,
        organisation=organisation,
        account=account,
        is_own=account is not None and account.id == practitioner.id,
        has_page=account is not None and person_of_account(get_session(), account.id) is not None,
        onward=request.path,
        before=queries.case_now(
            get_session(), person_id=asked.person_id, account_id=practitioner.id, today=london_day()
        ),
    )


@blueprint.route("/practitioner-requests/<token>/yes", methods=["GET", "POST"])
@access(SignedIn())
@limited(ANSWERING)
def say_yes(token: str) -> ResponseReturnValue:
    """How far, until when; then yes. Nothing is given before the last button."""
    session, account = get_session(), signed_in_account()
    found = _found(token)
    if found is None:
        return _gone()
    asked, practitioner, organisation = found
    person = person_of_account(session, account.id)
    if person is None or practitioner.id == account.id:
        return redirect(url_for("caseload.request_page", token=token), 303)
    lengths = how_long_choices(today=london_day())
    forms: dict[str, FlaskForm] = {"scope": ScopeForm(), "until": HowLongForm()}
    choose_from(forms["scope"].scope, PRACTITIONER_SCOPES)
    choose_from(forms["until"].how_long, lengths)
    steps = walk(forms)
    last_day = (
        ends_on(HowLong(forms["until"].how_long.data), today=london_day()) if steps.page == "check" else None
    )
    if steps.is_sent and last_day is not None:
        try:
            asking.agree(
                session,
                asked=asked,
                person=person,
                scope=Scope(forms["scope"].scope.data),
                today=london_day(),
                ends_on=last_day,
                by=account,
            )
        except asking.AskingError:
            return _gone()
        session.commit()
        return redirect(url_for("supporters.supporters", person_id=person.id, done="agreed"), 303)
    page = render_template(
        "caseload/say_yes.html",
        walk=steps,
        heading=gettext("Say yes to %(name)s", name=practitioner.name),
        last_button=gettext("Yes, they may work with me"),
        back=url_for("caseload.request_page", token=token),
        practitioner=practitioner,
        organisation=organisation,
        scopes=PRACTITIONER_SCOPES,
        lengths=lengths,
        last_day=last_day,
        before=queries.case_now(session, person_id=person.id, account_id=practitioner.id, today=london_day()),
    )
    return (page, UNPROCESSABLE) if steps.has_problem else page


@blueprint.post("/practitioner-requests/<token>/no")
@access(Anyone())
@limited(ANSWERING)
def say_no(token: str) -> ResponseReturnValue:
    found = _found(token)
    if found is None:
        return _gone()
    asked, practitioner, _ = found
    try:
        until = asking.refuse(get_session(), asked=asked, today=london_day(), by=current_account())
    except asking.AskingError:
        return _gone()
    get_session().commit()
    return render_template("supporters/turned_down.html", practitioner=practitioner, until=until)


def _found(token: str) -> tuple[CaseRequest, Account, str] | None:
    return queries.request_of(get_session(), token, now=datetime.now(UTC))


def _gone() -> ResponseReturnValue:
    return render_template("caseload/request_gone.html"), GONE


def _in_words(error: asking.AskingError) -> str:
    match error:
        case asking.AskedAlreadyError():
            return gettext(
                "You asked them already. Wait for the answer, or send the mail again from your caseload."
            )
        case asking.AskedThemselvesError():
            return gettext("This is your own e-mail address.")
        case _:
            return gettext("Too many have not answered yet. Take back what you no longer need.")
