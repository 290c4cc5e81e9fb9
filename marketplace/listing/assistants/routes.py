"""A Personal Assistant's pages: what the service does, one question a page, and all answers on one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.accounts.access import SignedIn
from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.listing.assistants import operations as keep
from marketplace.listing.assistants import tasks as _tasks
from marketplace.listing.assistants.forms import NameForm, ReadForm, form_of
from marketplace.listing.assistants.hours import (
    needs_exact_times,
    sessions_of_ticks,
    sessions_of_times,
    ticks_of,
    times_of,
)
from marketplace.listing.assistants.operations import By
from marketplace.listing.assistants.pay import PayProblem, legal_figures, pay_problem, works_as_of
from marketplace.listing.assistants.questions import (
    ANY,
    QUESTIONS,
    REQUIRED,
    STATUS_TEST,
    AssistantStep,
    Driving,
)
from marketplace.listing.assistants.told import Told, answer_of, lines_of, told_by
from marketplace.listing.frame import place_of
from marketplace.listing.offers.values import parts_of
from marketplace.offers.drafts import DraftWaitingError, StaleDraftError
from marketplace.offers.publishing import StaleOfferError
from marketplace.people.profile.forms import SEEN, seen
from marketplace.people.supporters.forms import work_times_form
from marketplace.people.walk import CHECK, walk
from marketplace.providers.access import OfProvider, current_provider
from marketplace.providers.models import WorksAs
from marketplace.providers.operations import NotNowError, ProviderError, StaleProviderError
from marketplace.vocabulary import N_, Day, SupportLevel, Theme, TimeOfDay, WageBand
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.today import london_today

blueprint = Blueprint("assistants", __name__)
place_of(
    "assistants.assistant",
    N_("You and your work"),
    "personal_assistant",
    when=lambda provider: provider.is_individual,
)

UNPROCESSABLE = 422
CONFLICT = 409
NEXT = "next"
"""``?then=next``: one open question after the other, instead of back to the list."""
_HIDDEN = frozenset({AssistantStep.WORKS_AS, AssistantStep.AGE})
"""Answers that only those who check see; of names and places a part is public."""
ONE_STEP = f"<any({', '.join(repr(step.value) for step in AssistantStep)}):step>"


@blueprint.route("/provide/assistant", methods=["GET", "POST"])
@access(SignedIn())
def begin() -> ResponseReturnValue:
    """What the service does and does not do, then the name; with it a Personal Assistant has begun."""
    forms: dict[str, FlaskForm] = {"read": ReadForm(), "name": NameForm()}
    steps = walk(forms)
    problem = ""
    if steps.page == CHECK:
        try:
            provider = keep.begin_assistant(
                get_session(),
                provider_id=steps.once,
                account=signed_in_account(),
                first_name=forms["name"].first_name.data,
                family_name=forms["name"].family_name.data,
            )
        except ProviderError:
            problem = gettext("You look after many providers already. Ask us for help.")
        else:
            get_session().commit()
            return redirect(_next_open(provider.id, told_by(get_session(), provider)), 303)
    page = render_template(
        "listing/assistants/begin.html",
        walk=steps,
        heading=gettext("Work as a Personal Assistant"),
        problem=problem,
        back=url_for("joining.provide"),
    )
    return (page, UNPROCESSABLE) if steps.has_problem or problem else page


@blueprint.get("/provide/<uuid:provider_id>/assistant")
@access(OfProvider())
def assistant(provider_id: UUID) -> str:
    """Everything that was told, with the way to change it, and who sees which part."""
    told = _told()
    session = get_session()
    return render_template(
        "listing/assistants/assistant.html",
        provider=current_provider(),
        told=told,
        rows=[(step, lines_of(step, told), step in REQUIRED) for step in told.steps],
        missing=told.missing,
        refused=_tasks.pay_words(session, told, refused=True),
        warning=_tasks.pay_words(session, told, refused=False),
        saved=request.args.get("saved", ""),
        hidden=_HIDDEN,
        preview=_preview(told),
        home=url_for("joining.home", provider_id=provider_id),
    )


@blueprint.route("/provide/<uuid:provider_id>/assistant/what-we-do", methods=["GET", "POST"])
@access(OfProvider())
def what_we_do(provider_id: UUID) -> ResponseReturnValue:
    """What the service does and does not do, to read again."""
    told, form = _told(), ReadForm()
    if request.method == "POST" and form.validate():
        keep.read_contract(told, by=_by())
        get_session().commit()
        return redirect(_overview(provider_id, saved="1"), 303)
    page = render_template(
        "listing/assistants/what_we_do.html",
        form=form,
        read_at=told.details.contract_read_at,
        back=_overview(provider_id),
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route(f"/provide/<uuid:provider_id>/assistant/{ONE_STEP}", methods=["GET", "POST"])
@access(OfProvider())
def question(provider_id: UUID, step: str) -> ResponseReturnValue:
    """One question; its answer is kept at once."""
    asked, told = AssistantStep(step), _told()
    if asked not in told.steps:
        return redirect(_overview(provider_id), 303)
    now = _filled(asked, told)
    form = form_of(asked, now)
    if request.method != "POST":
        return _page(asked, told, form)
    if "skip" in request.form and asked not in REQUIRED:
        return redirect(_after(asked, told), 303)
    if not form.validate():
        return _page(asked, told, form), UNPROCESSABLE
    if asked is AssistantStep.PAY and (problem := _pay_problem(told, form)) is not None:
        if problem.is_refused:
            form.pay.errors = [problem.words]
        if problem.is_refused or "keep" not in request.form:
            return _page(asked, told, form, warning=problem), UNPROCESSABLE
    return _keep(asked, told, form, lambda: _write(asked, told, form))


@blueprint.route("/provide/<uuid:provider_id>/assistant/hours/times", methods=["GET", "POST"])
@access(OfProvider())
def times(provider_id: UUID) -> ResponseReturnValue:
    """The exact hours, day by day."""
    told = _told()
    form = work_times_form(times_of(told.document.sessions))
    if request.method == "POST" and form.validate():
        sessions = sessions_of_times(form.works)
        return _keep(
            AssistantStep.HOURS,
            told,
            form,
            lambda: keep.keep_hours(told, sessions, by=_by()),
            page=_times_page,
        )
    page = _times_page(AssistantStep.HOURS, told, form)
    return (page, UNPROCESSABLE) if form.errors else page


def _told() -> Told:
    provider = current_provider()
    if not provider.is_individual:
        abort(404)
    return told_by(get_session(), provider)


def _by() -> By:
    return By(get_session(), signed_in_account())


def _filled(step: AssistantStep, told: Told) -> dict[str, Any]:
    """The answer so far as the form holds it."""
    answer = answer_of(step, told)
    if step is AssistantStep.HOURS:
        ticks = ticks_of(told.document.sessions, evening_starts=current_settings().evening_starts)
        return {"answer": sorted(ticks)}
    if step is AssistantStep.NAME and not answer:
        return {"first_name": told.said["name"]}
    return answer


def _write(step: AssistantStep, told: Told, form: Any) -> None:  # noqa: C901, PLR0912 (a table of questions)
    by = _by()
    match step:
        case AssistantStep.NAME:
            keep.keep_name(told, first_name=form.first_name.data, family_name=form.family_name.data, by=by)
        case AssistantStep.AREA:
            keep.keep_area(
                told,
                postcode=form.postcode.data,
                town=form.town.data,
                street=form.street.data,
                district_code=form.district_code,
                by=by,
            )
        case AssistantStep.WORKS_AS:
            keep.keep_works_as(told, WorksAs(form.answer.data), by=by)
        case AssistantStep.AGE:
            keep.keep_age(told, WageBand(form.answer.data), by=by)
        case AssistantStep.PAY:
            keep.keep_pay(told, amount=form.amount, note=form.note.data, by=by)
        case AssistantStep.INTERESTS:
            themes = [Theme(value) for value in form.answer.data]
            keep.keep_interests(told, themes=themes, own_words=form.own_words.data, by=by)
        case AssistantStep.TRAVEL:
            keep.keep_radius(told, form.km, by=by)
        case AssistantStep.HOURS:
            evening = current_settings().evening_starts
            keep.keep_hours(told, sessions_of_ticks(form.answer.data, evening_starts=evening), by=by)
        case AssistantStep.SHORTEST:
            minutes = None if form.answer.data == ANY else int(form.answer.data)
            keep.keep_shortest(told, minutes, by=by)
        case AssistantStep.DRIVING:
            keep.keep_driving(told, Driving(form.answer.data), by=by)
        case AssistantStep.SKILLS:
            keep.keep_skills(told, able=form.answer.data, own_words=form.own_words.data, by=by)
        case AssistantStep.LEVELS:
            keep.keep_levels(told, [SupportLevel(int(value)) for value in form.answer.data], by=by)
        case AssistantStep.LANGUAGES:
            keep.keep_languages(told, parts_of(form.languages.data), by=by)
        case AssistantStep.SUMMARY:
            keep.keep_summary(told, form.summary.data, by=by)


def _keep(
    step: AssistantStep,
    told: Told,
    form: FlaskForm,
    write: Callable[[], None],
    page: Callable[..., str] | None = None,
) -> ResponseReturnValue:
    """Write the answer, unless someone else changed it since the form was opened."""
    show, session = page or _page, get_session()
    if request.form.get(SEEN) != seen(answer_of(step, told)):
        return show(step, told, form, conflict=_said(step, told)), CONFLICT
    try:
        keep.make_room(told, session=session)
        write()
    except DraftWaitingError:
        session.rollback()
        return redirect(_overview(current_provider().id, saved="waits"), 303)
    except NotNowError:
        session.rollback()
        return redirect(_overview(current_provider().id, saved="not-now"), 303)
    except (StaleProviderError, StaleDraftError, StaleOfferError):
        session.rollback()
        now = told_by(session, current_provider())
        return show(step, now, form, conflict=_said(step, now)), CONFLICT
    session.commit()
    return redirect(_after(step, told_by(session, current_provider())), 303)


def _page(
    step: AssistantStep,
    told: Told,
    form: Any,
    *,
    conflict: Sequence[str] = (),
    warning: PayProblem | None = None,
) -> str:
    asked = QUESTIONS[step]
    steps = told.steps
    evening = current_settings().evening_starts
    given = form.answer.data if "answer" in form else None
    return render_template(
        "listing/assistants/question.html",
        step=step,
        question=asked,
        form=form,
        chosen=given if isinstance(given, list) else [given],
        number=steps.index(step) + 1,
        total=len(steps),
        then=_then(),
        optional=step not in REQUIRED,
        seen=seen(answer_of(step, told)),
        conflict=tuple(conflict),
        warning=warning,
        status_test=STATUS_TEST,
        law=_law(told) if step in (AssistantStep.PAY, AssistantStep.WORKS_AS) else {},
        days=tuple(Day),
        parts=tuple(TimeOfDay),
        exact=step is AssistantStep.HOURS
        and needs_exact_times(told.document.sessions, evening_starts=evening),
        evening_starts=f"{evening:%H:%M}",
        times_url=url_for("assistants.times", provider_id=told.provider.id, then=_then()),
        back=_overview(told.provider.id),
    )


def _times_page(step: AssistantStep, told: Told, form: Any, *, conflict: Sequence[str] = ()) -> str:
    return render_template(
        "listing/assistants/times.html",
        form=form,
        days=tuple(Day),
        seen=seen(answer_of(step, told)),
        conflict=tuple(conflict),
        then=_then(),
        back=url_for("assistants.question", provider_id=told.provider.id, step=step.value, then=_then()),
    )


def _law(told: Told) -> Mapping[str, Any]:
    """The law's figures of today for the pages about work and pay."""
    figures, today = legal_figures(), london_today()
    works_as = works_as_of(told.provider, told.details)
    band = WageBand.ADULT if works_as is WorksAs.SELF_EMPLOYED else told.details.wage_band or WageBand.ADULT
    return {
        "works_as": works_as,
        "band": band,
        "lowest": figures.lowest_pay_on(today, band),
        "since": figures.pay_rules_on(today).since,
        "link": figures.pay_rules_on(today).link,
        "holiday": figures.holiday_weeks_on(today).amount,
        "pension": figures.pension_trigger_on(today).amount,
    }


def _pay_problem(told: Told, form: Any) -> PayProblem | None:
    return pay_problem(
        form.amount,
        works_as=works_as_of(told.provider, told.details),
        wage_band=told.details.wage_band,
        figures=legal_figures(),
        today=london_today(),
    )


def _said(step: AssistantStep, told: Told) -> list[str]:
    """What was told by now, for a reader whose form began from something else."""
    return list(lines_of(step, told)) or [gettext("Nothing")]


def _after(step: AssistantStep, told: Told) -> str:
    """The next question without an answer, or back to the list of answers."""
    if _then() != NEXT:
        return _overview(told.provider.id, saved="1")
    return _next_open(told.provider.id, told, after=step)


def _next_open(provider_id: UUID, told: Told, *, after: AssistantStep | None = None) -> str:
    passed = -1 if after is None else after.position
    later = [step for step in told.steps if step.position > passed and not answer_of(step, told)]
    if not later:
        return _overview(provider_id)
    return url_for("assistants.question", provider_id=provider_id, step=later[0].value, then=NEXT)


def _overview(provider_id: UUID, *, saved: str | None = None) -> str:
    return url_for("assistants.assistant", provider_id=provider_id, saved=saved)


def _preview(told: Told) -> str:
    """Where the offer is seen as the public will see it; '' while there is none."""
    if told.offer is None:
        return ""
    return url_for("provider_offers.preview", provider_id=told.provider.id, offer_id=told.offer.id)


def _then() -> str | None:
    return NEXT if request.args.get("then") == NEXT else None
