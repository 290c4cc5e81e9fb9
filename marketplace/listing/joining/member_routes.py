"""Who may change a provider's pages: asking a colleague, what they may do, taking someone off."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.joining.blueprint import UNPROCESSABLE, blueprint
from marketplace.listing.joining.forms import ColleagueForm, RoleForm
from marketplace.offers import left as _left  # noqa: F401 (what goes with an assistant who leaves)
from marketplace.people.steps import Choice
from marketplace.people.walk import walk
from marketplace.providers import members, queries
from marketplace.providers.access import OfProvider, current_member, current_provider
from marketplace.providers.models import MemberRole
from marketplace.vocabulary import N_
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import Limit, by_address, limited, per

INVITATIONS = Limit("colleagues asked", (per(30, hours=1), per(100, days=1)), by=by_address)
DONE = {"asked", "again", "changed", "ended"}
ROLES = (
    Choice(
        MemberRole.EDITOR.value,
        N_("Change offers"),
        N_("They can change what you offer and what you say of yourselves."),
        "change",
    ),
    Choice(
        MemberRole.OWNER.value,
        N_("Change everything"),
        N_("They can also ask and take off others, and close."),
        "key",
    ),
)


@blueprint.get("/provide/<uuid:provider_id>/people")
@access(OfProvider())
def people(provider_id: UUID) -> str:
    """Everyone who may change these pages, or was asked to."""
    found = queries.members_of(get_session(), provider_id)
    done = request.args.get("done", "")
    return render_template(
        "listing/joining/people.html",
        provider=current_provider(),
        acting=[(member, account) for member, account in found if member.accepted_at],
        asked=[member for member, _ in found if not member.accepted_at],
        mine=current_member(),
        is_owner=current_member().role is MemberRole.OWNER,
        done=done if done in DONE else "",
    )


@blueprint.route("/provide/<uuid:provider_id>/people/invite", methods=["GET", "POST"])
@access(OfProvider(MemberRole.OWNER))
@limited(INVITATIONS)
def invite(provider_id: UUID) -> ResponseReturnValue:
    """Ask a colleague: whom, and what they may do."""
    forms: dict[str, FlaskForm] = {"who": ColleagueForm(), "role": RoleForm()}
    steps = walk(forms)
    problem = ""
    if steps.is_sent:
        try:
            members.invite(
                get_session(),
                member_id=steps.once,
                provider=current_provider(),
                email=forms["who"].email.data,
                role=MemberRole(forms["role"].role.data),
                base_url=current_settings().base_url,
                account=signed_in_account(),
            )
        except members.AlreadyMemberError:
            problem = gettext("Someone with this e-mail address is here already, or was asked.")
        except members.TooManyMembersError:
            problem = gettext("There are too many people here. Take someone off first.")
        else:
            get_session().commit()
            return redirect(url_for("joining.people", provider_id=provider_id, done="asked"), 303)
    page = render_template(
        "listing/joining/invite.html",
        walk=steps,
        heading=gettext("Ask a colleague"),
        last_button=gettext("Ask them now"),
        back=url_for("joining.people", provider_id=provider_id),
        roles=ROLES,
        problem=problem,
    )
    return (page, UNPROCESSABLE) if steps.has_problem or problem else page


@blueprint.post("/provide/<uuid:provider_id>/people/<uuid:member_id>/again")
@access(OfProvider(MemberRole.OWNER))
@limited(INVITATIONS)
def ask_again(provider_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Send the invitation once more, with a new link."""
    members.ask_again(
        get_session(),
        member=queries.member_of(get_session(), provider_id=provider_id, member_id=member_id),
        provider=current_provider(),
        base_url=current_settings().base_url,
        account=signed_in_account(),
    )
    get_session().commit()
    return redirect(url_for("joining.people", provider_id=provider_id, done="again"), 303)


@blueprint.route("/provide/<uuid:provider_id>/people/<uuid:member_id>/may", methods=["GET", "POST"])
@access(OfProvider(MemberRole.OWNER))
def member_may(provider_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Change what someone may do."""
    member = queries.member_of(get_session(), provider_id=provider_id, member_id=member_id)
    form = RoleForm(data={"role": member.role.value})
    problem = ""
    if request.method == "POST" and form.validate():
        try:
            members.change_role(
                get_session(),
                member=member,
                provider=current_provider(),
                role=MemberRole(form.role.data),
                account=signed_in_account(),
            )
        except members.LastOwnerError:
            problem = _last_owner()
        else:
            get_session().commit()
            return redirect(url_for("joining.people", provider_id=provider_id, done="changed"), 303)
    page = render_template(
        "listing/joining/may.html",
        form=form,
        member=member,
        roles=ROLES,
        problem=problem,
        back=url_for("joining.people", provider_id=provider_id),
    )
    return (page, UNPROCESSABLE) if form.errors or problem else page


@blueprint.route("/provide/<uuid:provider_id>/people/<uuid:member_id>/end", methods=["GET", "POST"])
@access(OfProvider(MemberRole.OWNER))
def end_member(provider_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Ask once, then take someone off, or take an invitation back."""
    return _end(provider_id, member_id, is_own=current_member().id == member_id)


@blueprint.route("/provide/<uuid:provider_id>/people/leave", methods=["GET", "POST"])
@access(OfProvider())
def leave(provider_id: UUID) -> ResponseReturnValue:
    """Leave these pages oneself."""
    return _end(provider_id, current_member().id, is_own=True)


def _end(provider_id: UUID, member_id: UUID, *, is_own: bool) -> ResponseReturnValue:
    session, is_sent = get_session(), request.method == "POST"
    member = queries.member_of(session, provider_id=provider_id, member_id=member_id, or_ended=is_sent)
    problem = ""
    if is_sent:
        try:
            members.end(session, member=member, provider=current_provider(), account=signed_in_account())
        except members.LastOwnerError:
            problem = _last_owner()
        else:
            session.commit()
            if is_own:
                return redirect(url_for("joining.provide"), 303)
            return redirect(url_for("joining.people", provider_id=provider_id, done="ended"), 303)
    page = render_template(
        "listing/joining/end_member.html",
        member=member,
        provider=current_provider(),
        is_own=is_own,
        problem=problem,
        back=url_for("joining.people", provider_id=provider_id),
    )
    return (page, UNPROCESSABLE) if problem else page


def _last_owner() -> str:
    return gettext("Somebody must be able to change everything. Give this to someone else first.")
