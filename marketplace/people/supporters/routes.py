"""Who helps a person: asking someone, changing until when, stopping; and the supporters' own page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.accounts.start_pages import start_page
from marketplace.accounts.tries import ACCOUNT_KEY
from marketplace.db import get_session
from marketplace.people.access import (
    OfPerson,
    Standing,
    current_person,
    current_relation,
    london_day,
)
from marketplace.people.caseload.queries import practitioners_of
from marketplace.people.profile.operations import Doer
from marketplace.people.supporters import carer_routes, invitation_routes, operations, queries  # noqa: F401
from marketplace.people.supporters.blueprint import (
    UNPROCESSABLE,
    blueprint,
    doer,
    latest_end,
    may_change,
    most_scope,
    reason_of,
)
from marketplace.people.supporters.choices import (
    BASIS_CHOICES,
    HowLong,
    ends_on,
    how_long_choices,
    scope_choices,
)
from marketplace.people.supporters.forms import (
    BasisForm,
    HowLongForm,
    ScopeForm,
    WhoForm,
    choose_from,
)
from marketplace.people.supporters.models import Basis, Scope, SupportEnd, Supporter
from marketplace.people.walk import Walk, walk
from marketplace.vocabulary import Role
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import Limit, by_address, limited, per

__all__ = ["blueprint"]

CHOOSING = OfPerson(Scope.ACT, or_practitioner=True)
INVITATIONS = Limit("invitations", (per(30, hours=1), per(100, days=1)), by=by_address)
INVITATIONS_OF_ACCOUNT = Limit(
    "invitations of an account",
    (per(30, hours=1), per(100, days=1)),
    by=lambda: str(cookie.get(ACCOUNT_KEY, "")),
)
DONE = {"asked", "again", "changed", "stopped", "agreed"}


@start_page(Role.SUPPORTER)
def _start(_account: Account) -> str:
    return url_for("supporters.supporting")


@blueprint.get("/people/<uuid:person_id>/supporters")
@access(CHOOSING)
def supporters(person_id: UUID) -> str:
    """Everyone who helps, or was asked to: on which basis, how far, until when."""
    session, relation = get_session(), current_relation()
    people = queries.supporters_of(session, person_id)
    done = request.args.get("done", "")
    return render_template(
        "supporters/supporters.html",
        person=current_person(),
        is_own=relation.is_person,
        helping=[one for one in people if one.accepted_at],
        asked=[one for one in people if not one.accepted_at],
        changeable={one.id for one in people if may_change(relation, one)},
        practitioners=practitioners_of(session, person_id),
        carers=queries.carers_of(session, person_id, today=london_day()),
        today=london_day(),
        done=done if done in DONE else "",
    )


@blueprint.route("/people/<uuid:person_id>/supporters/invite", methods=["GET", "POST"])
@access(CHOOSING)
@limited(INVITATIONS, INVITATIONS_OF_ACCOUNT)
def invite(person_id: UUID) -> ResponseReturnValue:
    """Ask someone to help: who, how far, until when, and for practitioners on which basis."""
    relation = current_relation()
    scopes = scope_choices(most_scope(relation))
    lengths = how_long_choices(today=london_day(), latest=latest_end(relation))
    forms: dict[str, FlaskForm] = {"who": WhoForm(), "scope": ScopeForm(), "until": HowLongForm()}
    choose_from(forms["scope"].scope, scopes)
    choose_from(forms["until"].how_long, lengths)
    if relation.standing is Standing.PRACTITIONER:
        forms["basis"] = BasisForm()
    steps = walk(forms)
    problem = ""
    if steps.is_sent:
        try:
            _ask(forms, once=steps.once)
        except operations.AlreadyAskedError:
            problem = gettext("Someone with this e-mail address helps already, or was asked.")
        except operations.OwnPageError:
            problem = gettext("This is the person’s own e-mail address. Ask someone else.")
        except operations.TooManySupportersError:
            problem = gettext("There are too many helpers. Stop someone’s help first.")
        else:
            get_session().commit()
            return redirect(url_for("supporters.supporters", person_id=person_id, done="asked"), 303)
    page = _invite_page(steps, scopes=scopes, lengths=lengths, problem=problem)
    return (page, UNPROCESSABLE) if steps.has_problem or problem else page


@blueprint.post("/people/<uuid:person_id>/supporters/<uuid:supporter_id>/again")
@access(CHOOSING)
@limited(INVITATIONS, INVITATIONS_OF_ACCOUNT)
def ask_again(person_id: UUID, supporter_id: UUID) -> ResponseReturnValue:
    """Send the invitation once more, with a new link."""
    supporter = _changeable(supporter_id)
    operations.ask_again(
        get_session(),
        supporter=supporter,
        person=current_person(),
        base_url=current_settings().base_url,
        by=doer(),
    )
    get_session().commit()
    return redirect(url_for("supporters.supporters", person_id=person_id, done="again"), 303)


@blueprint.route("/people/<uuid:person_id>/supporters/<uuid:supporter_id>/until", methods=["GET", "POST"])
@access(CHOOSING)
def until(person_id: UUID, supporter_id: UUID) -> ResponseReturnValue:
    """Change until when someone may help."""
    supporter = _changeable(supporter_id)
    choices = how_long_choices(today=london_day(), latest=latest_end(current_relation()))
    form = HowLongForm()
    choose_from(form.how_long, choices)
    if request.method == "POST" and form.validate():
        operations.change_end(
            get_session(),
            supporter=supporter,
            person=current_person(),
            ends_on=_last_day(form.how_long.data),
            by=doer(),
        )
        get_session().commit()
        return redirect(url_for("supporters.supporters", person_id=person_id, done="changed"), 303)
    page = render_template(
        "supporters/until.html",
        supporter=supporter,
        person=current_person(),
        form=form,
        lengths=choices,
        back=url_for("supporters.supporters", person_id=person_id),
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/supporters/<uuid:supporter_id>/stop", methods=["GET", "POST"])
@access(CHOOSING)
def stop(person_id: UUID, supporter_id: UUID) -> ResponseReturnValue:
    """Ask once, then end someone's help from the very next request on."""
    if request.method == "POST":
        supporter = _changeable(supporter_id, or_ended=True)
        operations.end(
            get_session(),
            supporter=supporter,
            person=current_person(),
            reason=reason_of(current_relation()),
            by=doer(),
        )
        get_session().commit()
        return redirect(url_for("supporters.supporters", person_id=person_id, done="stopped"), 303)
    return render_template(
        "supporters/stop.html",
        supporter=_changeable(supporter_id),
        person=current_person(),
        is_own=current_relation().is_person,
    )


@blueprint.get("/supporting")
@access(SignedIn())
def supporting() -> str:
    """Everyone whom the reader helps."""
    account = signed_in_account()
    return render_template(
        "supporters/supporting.html",
        people=queries.people_supported(get_session(), account.id),
        today=london_day(),
        stopped=request.args.get("done") == "stopped",
    )


@blueprint.route("/supporting/<uuid:supporter_id>/stop", methods=["GET", "POST"])
@access(SignedIn())
def stop_helping(supporter_id: UUID) -> ResponseReturnValue:
    """A supporter ends their own help."""
    account, session = signed_in_account(), get_session()
    mine = {
        supporter.id: (supporter, person)
        for supporter, person in queries.people_supported(session, account.id)
    }
    if supporter_id not in mine:
        abort(404)
    supporter, person = mine[supporter_id]
    if request.method == "POST":
        operations.end(
            session,
            supporter=supporter,
            person=person,
            reason=SupportEnd.STOPPED,
            by=Doer(account=account, role=Role.SUPPORTER),
        )
        session.commit()
        return redirect(url_for("supporters.supporting", done="stopped"), 303)
    return render_template("supporters/stop_helping.html", supporter=supporter, person=person)


def _ask(forms: Mapping[str, FlaskForm], *, once: UUID) -> None:
    """Make the invitation of all answers. Raises ``InvitationError``."""
    relation, who = current_relation(), forms["who"]
    basis, reason = Basis.CONSENT, ""
    if "basis" in forms:
        basis, reason = Basis(forms["basis"].basis.data), forms["basis"].basis_reason.data
    elif relation.supporter is not None:  # who acts for the person asks on the basis they have themselves
        basis, reason = relation.supporter.basis, relation.supporter.basis_reason
    last_day = _last_day(forms["until"].how_long.data)
    operations.invite(
        get_session(),
        supporter_id=once,
        person=current_person(),
        name=who.name.data,
        email=who.email.data,
        relationship=who.relationship.data,
        scope=Scope(forms["scope"].scope.data),
        basis=basis,
        basis_reason=reason,
        today=london_day(),
        ends_on=last_day,
        base_url=current_settings().base_url,
        by=doer(),
    )


def _last_day(how_long: str) -> date:
    """The last day of a help that lasts so long, but no later than this reader may give."""
    day, latest = ends_on(HowLong(how_long), today=london_day()), latest_end(current_relation())
    return day if latest is None else min(day, latest)


def _changeable(supporter_id: UUID, *, or_ended: bool = False) -> Supporter:
    """One of this person's supporters whom this reader may change; 'not found' for any other."""
    supporter = queries.supporter_of(get_session(), current_person().id, supporter_id, or_ended=or_ended)
    if not may_change(current_relation(), supporter):
        abort(404)
    return supporter


def _invite_page(steps: Walk, *, scopes: object, lengths: object, problem: str) -> str:
    person, is_own = current_person(), current_relation().is_person
    return render_template(
        "supporters/invite.html",
        walk=steps,
        heading=gettext("Ask someone to help you")
        if is_own
        else gettext("Ask someone to help %(name)s", name=person.first_name),
        last_button=gettext("Ask them now"),
        back=url_for("supporters.supporters", person_id=person.id),
        person=person,
        is_own=is_own,
        scopes=scopes,
        lengths=lengths,
        bases=BASIS_CHOICES,
        last_day=_last_day(steps.forms["until"].how_long.data) if steps.page == "check" else None,
        problem=problem,
    )
