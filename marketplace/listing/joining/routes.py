"""Joining as a provider, its home with the task list, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import current_account, signed_in_account
from marketplace.accounts.models import Account
from marketplace.accounts.start_pages import start_page
from marketplace.db import get_session
from marketplace.listing import enquiries as _enquiries  # noqa: F401 (its place and task)
from marketplace.listing import help_wanted as _help_wanted  # noqa: F401 (its place and task)
from marketplace.listing import sending
from marketplace.listing.joining import (  # noqa: F401
    closing_routes,
    discard_routes,
    holdings,
    invitation_routes,
    member_routes,
    own_tasks,
)
from marketplace.listing.joining.blueprint import CONFLICT, UNPROCESSABLE, blueprint
from marketplace.listing.joining.forms import JoinForm, KindForm, NameForm, form_of
from marketplace.listing.joining.home import home_of
from marketplace.listing.joining.steps import (
    ASSISTANT,
    KINDS,
    NUMBER_HINTS,
    PARTS_OF,
    QUESTIONS,
    JoinStep,
    is_needed,
    steps_of,
)
from marketplace.offers.standing import stand
from marketplace.people.profile.forms import SEEN, seen
from marketplace.people.walk import CHECK, walk
from marketplace.providers import operations
from marketplace.providers.access import OfProvider, current_member, current_provider
from marketplace.providers.document import provider_differences
from marketplace.providers.models import MemberRole
from marketplace.providers.queries import providers_of
from marketplace.vocabulary import LegalForm, Role
from marketplace.web.access import Anyone, access
from marketplace.web.limits import Limit, by_address, limited, per

__all__ = ["blueprint"]

ONE_STEP = f"<any({', '.join(repr(step.value) for step in JoinStep)}):step>"
BEGUN = Limit("providers begun", (per(30, hours=1), per(60, days=1)), by=by_address)
NEXT = "next"
"""``?then=next``: one question after the other, instead of back to the task list."""
DONE = {"saved", "sent", "taken-back", "waits", "closing", "closing-why", "deleted"}
_BEGIN_ASSISTANT = "assistants.begin"


@start_page(Role.PROVIDER_STAFF)
def _start(account: Account) -> str:
    mine = providers_of(get_session(), account)
    if len(mine) == 1:
        return url_for("joining.home", provider_id=mine[0][0].id)
    return url_for("joining.provide")


@blueprint.get("/provide")
@access(Anyone())
def provide() -> str:
    """How listing works and what it costs, and for those who list already: what they look after."""
    account = current_account()
    mine = providers_of(get_session(), account) if account is not None else []
    deleted = request.args.get("done") == "deleted"
    return render_template("listing/joining/provide.html", mine=mine, account=account, deleted=deleted)


@blueprint.route("/provide/new", methods=["GET", "POST"])
@access(SignedIn())
@limited(BEGUN)
def new() -> ResponseReturnValue:
    """Begin a provider: what it is, and its name."""
    forms: dict[str, FlaskForm] = {"kind": KindForm(), "name": NameForm()}
    steps = walk(forms)
    kind, name = forms["kind"].legal_form.data, forms["name"].name.data
    if kind == ASSISTANT and steps.page != "kind" and _BEGIN_ASSISTANT in current_app.view_functions:
        return redirect(url_for(_BEGIN_ASSISTANT), 303)
    problem = ""
    if steps.page == CHECK:  # there is nothing to look at once more: all of it can be changed
        try:
            provider = operations.begin_provider(
                get_session(),
                account=signed_in_account(),
                legal_form=LegalForm(kind),
                name=name,
                provider_id=steps.once,
            )
        except operations.ProviderError:
            problem = gettext("You look after many providers already. Ask us for help.")
        else:
            get_session().commit()
            return redirect(
                url_for("joining.tell", provider_id=provider.id, step=JoinStep.WHERE.value, then=NEXT), 303
            )
    page = render_template(
        "listing/joining/new.html",
        walk=steps,
        heading=gettext(QUESTIONS[JoinStep.NAME if steps.page == "name" else JoinStep.KIND].heading),
        questions=QUESTIONS,
        kinds=KINDS,
        problem=problem,
        back=url_for("joining.provide"),
    )
    return (page, UNPROCESSABLE) if steps.has_problem or problem else page


@blueprint.get("/provide/<uuid:provider_id>")
@access(OfProvider())
def home(provider_id: UUID) -> str:
    """Where the provider stands, what is left to do, and what it offers."""
    done = request.args.get("done", "")
    is_owner = current_member().role is MemberRole.OWNER
    return render_template(
        "listing/joining/home.html",
        home=home_of(get_session(), current_provider()),
        is_owner=is_owner,
        can_be_deleted=is_owner and not operations.was_ever_sent(get_session(), current_provider()),
        done=done if done in DONE else "",
    )


@blueprint.route(f"/provide/<uuid:provider_id>/tell/{ONE_STEP}", methods=["GET", "POST"])
@access(OfProvider())
def tell(provider_id: UUID, step: str) -> ResponseReturnValue:
    """One question about the provider."""
    provider, asked = current_provider(), JoinStep(step)
    said = operations.said_of(get_session(), provider)
    legal_form = LegalForm(said["legal_form"])
    if provider.is_individual or asked not in steps_of(legal_form):
        abort(404)
    form = form_of(asked, legal_form=legal_form, said=said)
    now = {part.value: said[part.value] for part in PARTS_OF[asked]}
    if request.method != "POST":
        return _question_page(asked, form, now)
    if "skip" in request.form and not is_needed(asked, legal_form):
        return redirect(_onward(asked, legal_form, done=""), 303)
    if not form.validate():
        return _question_page(asked, form, now), UNPROCESSABLE
    if request.form.get(SEEN, seen(now)) != seen(now) and _differs(form, now):
        return _question_page(asked, form, now, has_conflict=True), CONFLICT
    try:
        waits = operations.change_provider(
            get_session(),
            provider=provider,
            account=signed_in_account(),
            expected_version=provider.version,
            changes=form.changes(),
        )
    except operations.NotNowError:
        return _question_page(asked, form, now, is_not_now=True), CONFLICT
    stand(get_session(), provider_id=provider.id)  # another council may ask for other checks
    get_session().commit()
    legal_form = LegalForm(form.data.get("legal_form", legal_form))
    return redirect(_onward(asked, legal_form, done="waits" if waits else "saved"), 303)


@blueprint.post("/provide/<uuid:provider_id>/send")
@access(OfProvider())
def send(provider_id: UUID) -> ResponseReturnValue:
    """Send the provider, with the offers that are ready, to be checked."""
    try:
        sending.send_provider(get_session(), current_provider(), signed_in_account())
    except sending.NotReadyError:
        get_session().rollback()
        return redirect(url_for("joining.home", provider_id=provider_id, _anchor="to-do"), 303)
    get_session().commit()
    return redirect(url_for("joining.home", provider_id=provider_id, done="sent"), 303)


@blueprint.post("/provide/<uuid:provider_id>/take-back")
@access(OfProvider())
def take_back(provider_id: UUID) -> ResponseReturnValue:
    """Take back what was sent about the provider, to change it first."""
    operations.take_back(get_session(), provider=current_provider(), account=signed_in_account())
    get_session().commit()
    return redirect(url_for("joining.home", provider_id=provider_id, done="taken-back"), 303)


def _onward(step: JoinStep, legal_form: LegalForm, *, done: str) -> str:
    """The question after this one, or the home page."""
    provider_id = current_provider().id
    steps = steps_of(legal_form)
    after = steps[steps.index(step) + 1 :]
    if request.args.get("then") == NEXT and after:
        return url_for("joining.tell", provider_id=provider_id, step=after[0].value, then=NEXT)
    return url_for("joining.home", provider_id=provider_id, done=done or None)


def _differs(form: JoinForm, now: Mapping[str, Any]) -> bool:
    return any(str(now.get(part.value, "")) != str(value or "") for part, value in form.changes().items())


def _question_page(
    step: JoinStep,
    form: JoinForm,
    now: Mapping[str, Any],
    *,
    has_conflict: bool = False,
    is_not_now: bool = False,
) -> str:
    provider = current_provider()
    return render_template(
        "listing/joining/tell.html",
        step=step,
        question=QUESTIONS[step],
        form=form,
        kinds=[kind for kind in KINDS if kind.value != ASSISTANT],
        number_hint=NUMBER_HINTS.get(provider.legal_form, ""),
        is_needed=is_needed(step, provider.legal_form),
        seen=seen(now),
        conflict=[f"{gettext(one.label)}: {gettext(one.after)}" for one in provider_differences(None, now)]
        or [gettext("Nothing")]
        if has_conflict
        else [],
        is_not_now=is_not_now,
        then=request.args.get("then"),
        back=url_for("joining.home", provider_id=provider.id),
    )
