"""A scheme's pages about its households: the list, one home, its questions, its end, what it offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.frame import place_of
from marketplace.listing.joining.blueprint import once
from marketplace.listing.joining.tasks import Task, TaskSection, TaskState, task_of
from marketplace.listing.shared_lives import operations, queries
from marketplace.listing.shared_lives.forms import WhoForm, form_of
from marketplace.listing.shared_lives.page import answer_of, is_answered, lines_of
from marketplace.listing.shared_lives.questions import FACTS, NEEDED, QUESTIONS, YES_NO, HouseholdStep
from marketplace.offers.drafts import StaleDraftError
from marketplace.offers.publishing import StaleOfferError
from marketplace.people.profile.forms import SEEN, seen
from marketplace.providers.access import OfProvider, current_provider
from marketplace.providers.models import Household, Provider
from marketplace.vocabulary import N_, LegalForm, SharedLivesForm
from marketplace.web.access import access

blueprint = Blueprint("shared_lives", __name__)
place_of(
    "shared_lives.households",
    N_("Homes"),
    "shared_lives",
    when=lambda provider: provider.legal_form in (LegalForm.SHARED_LIVES_SCHEME, LegalForm.COUNCIL),
)

UNPROCESSABLE = 422
CONFLICT = 409
NEXT = "next"
"""``?then=next``: one question after the other, instead of back to the page of the home."""
ONE_STEP = f"<any({', '.join(repr(step.value) for step in HouseholdStep)}):step>"
ONE_FORM = f"<any({', '.join(repr(form.value) for form in SharedLivesForm)}):form>"
DONE = {"saved", "to-send", "ended", "added"}
_WITHOUT_HOUSEHOLDS = frozenset(
    {LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA, LegalForm.COMMUNITY_GROUP, LegalForm.NOT_KNOWN}
)
"""A scheme can be of a council, a charity or a company as well; single people and groups run none."""


@task_of
def household_tasks(session: Session, provider: Provider) -> Iterator[Task]:
    """For a scheme: to add a home."""
    if provider.legal_form is LegalForm.SHARED_LIVES_SCHEME:
        homes = queries.households_of(session, provider.id)
        yield Task(
            name=gettext("Add the homes of your Shared Lives carers"),
            state=TaskState.DONE if homes else TaskState.TO_DO,
            address=url_for("shared_lives.households", provider_id=provider.id),
            words="; ".join(home.household.first_names for home in homes[:5]),
            section=TaskSection.OFFERS,
        )


@blueprint.get("/provide/<uuid:provider_id>/households")
@access(OfProvider())
def households(provider_id: UUID) -> str:
    """All homes of the scheme, and what each offers."""
    _must_be_a_scheme()
    done = request.args.get("done", "")
    return render_template(
        "listing/shared_lives/households.html",
        provider=current_provider(),
        homes=queries.households_of(get_session(), provider_id),
        done=done if done in DONE else "",
    )


@blueprint.route("/provide/<uuid:provider_id>/households/new", methods=["GET", "POST"])
@access(OfProvider())
def add(provider_id: UUID) -> ResponseReturnValue:
    """The first question about a new home; the others follow."""
    _must_be_a_scheme()
    form = WhoForm()
    if request.method == "POST" and form.validate():
        try:
            household = operations.add_household(
                get_session(),
                household_id=once(),
                provider=current_provider(),
                told=form.told,
                account=signed_in_account(),
            )
        except operations.HouseholdError:
            abort(404)
        get_session().commit()
        return redirect(_question_url(household, HouseholdStep.AREA), 303)
    page = render_template(
        "listing/shared_lives/question.html",
        step=HouseholdStep.WHO,
        question=QUESTIONS[HouseholdStep.WHO],
        form=form,
        once=once(),
        then=NEXT,
        number=1,
        total=len(HouseholdStep),
        optional=False,
        back=url_for("shared_lives.households", provider_id=provider_id),
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/provide/<uuid:provider_id>/households/<uuid:household_id>")
@access(OfProvider())
def household(provider_id: UUID, household_id: UUID) -> str:
    """One home: what was told of it, and what it offers."""
    home = _home(household_id)
    offers = queries.offers_of(get_session(), home)
    done = request.args.get("done", "")
    return render_template(
        "listing/shared_lives/household.html",
        provider=current_provider(),
        home=home,
        rows=[(step, lines_of(step, home), step in NEEDED) for step in HouseholdStep],
        is_ready=all(is_answered(step, home) for step in NEEDED),
        offers=offers,
        missing_forms=[form for form in SharedLivesForm if form not in {one.form for one in offers}],
        once=once(),
        done=done if done in DONE else "",
    )


@blueprint.route(
    f"/provide/<uuid:provider_id>/households/<uuid:household_id>/{ONE_STEP}", methods=["GET", "POST"]
)
@access(OfProvider())
def question(provider_id: UUID, household_id: UUID, step: str) -> ResponseReturnValue:
    """One question about a home; its answer is kept at once."""
    asked, home = HouseholdStep(step), _home(household_id)
    now = answer_of(asked, home)
    form = form_of(asked, now)
    if request.method != "POST":
        return _page(asked, home, form)
    if "skip" in request.form and asked not in NEEDED:
        return redirect(_after(asked, home), 303)
    if not form.validate():
        return _page(asked, home, form), UNPROCESSABLE
    if request.form.get(SEEN) != seen(now):
        return _page(asked, home, form, conflict=_said(asked, home)), CONFLICT
    try:
        to_send = operations.change_household(
            get_session(), household=home, told=form.told, account=signed_in_account()
        )
    except (operations.StaleHouseholdError, StaleDraftError, StaleOfferError):
        get_session().rollback()
        home = _home(household_id)
        return _page(asked, home, form, conflict=_said(asked, home)), CONFLICT
    get_session().commit()
    return redirect(_after(asked, home, done="to-send" if to_send else "saved"), 303)


@blueprint.post(f"/provide/<uuid:provider_id>/households/<uuid:household_id>/offers/{ONE_FORM}")
@access(OfProvider())
def offer(provider_id: UUID, household_id: UUID, form: str) -> ResponseReturnValue:
    """Begin an offer of this home, filled with what is known of it."""
    home = _home(household_id)
    if not all(is_answered(step, home) for step in NEEDED):
        return redirect(_home_url(home), 303)
    begun = operations.begin_household_offer(
        get_session(),
        provider=current_provider(),
        household=home,
        form=SharedLivesForm(form),
        offer_id=once(),
        account=signed_in_account(),
    )
    get_session().commit()
    return redirect(url_for("provider_offers.offer", provider_id=provider_id, offer_id=begun.id), 303)


@blueprint.route("/provide/<uuid:provider_id>/households/<uuid:household_id>/end", methods=["GET", "POST"])
@access(OfProvider())
def end(provider_id: UUID, household_id: UUID) -> ResponseReturnValue:
    """Ask once, then end: the home's offers close."""
    if request.method == "POST":
        home = queries.household_of(get_session(), provider_id, household_id, or_ended=True)
        operations.end_household(get_session(), household=home, account=signed_in_account())
        get_session().commit()
        return redirect(url_for("shared_lives.households", provider_id=provider_id, done="ended"), 303)
    home = _home(household_id)
    return render_template(
        "listing/shared_lives/end.html",
        provider=current_provider(),
        home=home,
        offers=queries.offers_of(get_session(), home),
        back=_home_url(home),
    )


def _must_be_a_scheme() -> None:
    if current_provider().legal_form in _WITHOUT_HOUSEHOLDS:
        abort(404)


def _home(household_id: UUID) -> Household:
    _must_be_a_scheme()
    return queries.household_of(get_session(), current_provider().id, household_id)


def _page(step: HouseholdStep, home: Household, form: Any, *, conflict: Sequence[str] = ()) -> str:
    return render_template(
        "listing/shared_lives/question.html",
        step=step,
        question=QUESTIONS[step],
        form=form,
        facts=FACTS,
        answers=YES_NO,
        seen=seen(answer_of(step, home)),
        conflict=tuple(conflict),
        then=_then(),
        number=step.position + 1,
        total=len(HouseholdStep),
        optional=step not in NEEDED,
        back=_home_url(home),
    )


def _said(step: HouseholdStep, home: Household) -> list[str]:
    return list(lines_of(step, home)) or [gettext("Nothing")]


def _after(step: HouseholdStep, home: Household, *, done: str = "saved") -> str:
    later = [one for one in HouseholdStep if one.position > step.position]
    if _then() == NEXT and later:
        return _question_url(home, later[0])
    return _home_url(home, done="added" if _then() == NEXT else done)


def _question_url(home: Household, step: HouseholdStep) -> str:
    return url_for(
        "shared_lives.question",
        provider_id=home.provider_id,
        household_id=home.id,
        step=step.value,
        then=NEXT,
    )


def _home_url(home: Household, *, done: str | None = None) -> str:
    return url_for("shared_lives.household", provider_id=home.provider_id, household_id=home.id, done=done)


def _then() -> str | None:
    return NEXT if request.args.get("then") == NEXT else None
