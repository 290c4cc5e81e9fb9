"""Pages about employing a Personal Assistant: for the person's side only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from marketplace.db import get_session
from marketplace.enquiries.agreements import employing, terms
from marketplace.enquiries.agreements.blueprint import (
    ACTING,
    OF_PERSON,
    UNPROCESSABLE,
    Seat,
    blueprint,
    person_seat,
)
from marketplace.enquiries.agreements.documents import agreed_times
from marketplace.enquiries.agreements.employing import PAID_DIRECTLY, Task
from marketplace.enquiries.agreements.forms import EmploysForm, RelativeForm, SumForm, TasksForm
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.page import weekly_hours
from marketplace.enquiries.agreements.showing import show
from marketplace.people.access import current_person, london_day, unseen_parts
from marketplace.people.profile.models import ProfilePart
from marketplace.people.steps import Choice
from marketplace.planning.employing import Job, yearly_cost
from marketplace.providers.models import WorksAs
from marketplace.providers.queries import assistant_details
from marketplace.vocabulary import N_, CostBasis, OfferKind, WageBand
from marketplace.web.access import access

EMPLOYS = {"yes": True, "no": False, "not_sure": None}
EMPLOYS_CHOICES = (
    Choice("yes", N_("We say when and how the work is done. They get a wage from us."), picture="home"),
    Choice("no", N_("They run their own business, and send a bill."), picture="micro_enterprise"),
    Choice("not_sure", N_("I am not sure"), picture="not_sure"),
)
THEY_SAID: Mapping[WorksAs | None, str] = {
    WorksAs.EMPLOYED: N_("They say here that the person employs them."),
    WorksAs.SELF_EMPLOYED: N_("They say here that they are self-employed."),
}
RELATIVE_CHOICES = (Choice("yes", N_("Yes"), picture="tick"), Choice("no", N_("No"), picture="cross"))


@blueprint.route(f"{OF_PERSON}/employing/who", methods=["GET", "POST"])
@access(ACTING)
def person_employs(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Who is the employer: a fact that the work decides."""
    seat = person_seat(enquiry_id)
    agreement = _of_assistant(seat)
    if agreement is None:
        return _nothing_here(seat)
    form = EmploysForm()
    if form.validate_on_submit():
        employing.note_employs(get_session(), seat.enquiry, employs=EMPLOYS[form.answer.data], by=seat.by)
        get_session().commit()
        onward = "relative" if agreement.paid_by in PAID_DIRECTLY else "employing"
        return redirect(seat.url(onward), 303)
    if request.method != "POST":
        form.answer.data = {True: "yes", False: "no"}.get(agreement.employs)  # type: ignore[arg-type]
    page = render_template(
        "enquiries/agreements/employs.html",
        seat=seat,
        form=form,
        options=EMPLOYS_CHOICES,
        check_status=employing.CHECK_STATUS,
        they_said=THEY_SAID.get(_works_as(seat), ""),
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


@blueprint.route(f"{OF_PERSON}/employing/relative", methods=["GET", "POST"])
@access(ACTING)
def person_relative(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Whom a direct payment normally can't pay. It is said, and nothing is forbidden."""
    seat = person_seat(enquiry_id)
    agreement = _of_assistant(seat)
    if agreement is None:
        return _nothing_here(seat)
    form = RelativeForm()
    if form.validate_on_submit():
        is_relative = form.answer.data == "yes"
        employing.note_relative(get_session(), seat.enquiry, is_relative=is_relative, by=seat.by)
        get_session().commit()
        return redirect(seat.url("employing"), 303)
    if request.method != "POST" and agreement.close_relative is not None:
        form.answer.data = "yes" if agreement.close_relative else "no"
    page = render_template(
        "enquiries/agreements/relative.html",
        seat=seat,
        form=form,
        options=RELATIVE_CHOICES,
        rule=employing.legal_figures().direct_payment_relatives_on(london_day()),
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


@blueprint.route(f"{OF_PERSON}/employing", methods=["GET", "POST"])
@access(ACTING)
def person_employing(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """What an employer must do, with ticks that are kept; another page where the assistant is self-employed."""
    seat, today = person_seat(enquiry_id), london_day()
    agreement = _of_assistant(seat)
    if agreement is None:
        return _nothing_here(seat)
    form = TasksForm()
    form.done.choices = [SelectChoice(task.value, task.value) for task in Task]
    if form.validate_on_submit():
        done = [Task(one) for one in form.done.data]
        employing.tick_tasks(get_session(), seat.enquiry, done=done, by=seat.by)
        get_session().commit()
        return redirect(seat.url("employing", done="saved"), 303)
    if request.method != "POST":
        form.done.data = agreement.employer_done
    figures = employing.legal_figures()
    page = render_template(
        "enquiries/agreements/employing.html",
        seat=seat,
        agreement=agreement,
        form=form,
        tasks=employing.tasks_shown(figures, day=today, band=_band(seat), council=_councils_words()),
        rule=figures.direct_payment_relatives_on(today) if agreement.close_relative else None,
        is_paid_directly=agreement.paid_by in PAID_DIRECTLY,
        check_status=employing.CHECK_STATUS,
        today=today,
        was_saved=request.args.get("done") == "saved",
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


@blueprint.get(f"{OF_PERSON}/employing/cost")
@access(ACTING)
def person_cost(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """What it costs a year: from what was agreed, or from numbers that are typed. Nothing is kept."""
    seat, today = person_seat(enquiry_id), london_day()
    agreement = _of_assistant(seat)
    if agreement is None:
        return _nothing_here(seat)
    was_typed = "hours" in request.args
    form = SumForm(request.args if was_typed else None, data=_first_numbers(agreement, today))
    is_good = form.validate() if was_typed or (form.hours.data and form.pay.data) else False
    lines: tuple[employing.SumLine, ...] = ()
    cost, figures = None, employing.legal_figures()
    if is_good:
        job = Job(
            hours_a_week=form.hours.number,
            pay_an_hour=form.pay.number,
            insurance_a_year=form.insurance.number,
            band=_band(seat),
            claims_allowance=bool(form.allowance.data),
        )
        cost = yearly_cost(job, figures=figures, day=today)
        lines = employing.sum_lines(cost, job, figures=figures, day=today)
    page = render_template(
        "enquiries/agreements/cost.html",
        seat=seat,
        form=form,
        cost=cost,
        lines=lines,
        pounds=employing.pounds,
        insurance=figures.insurance_price_on(today),
        sources=[figures.national_insurance_on(today), figures.pension_share_on(today)],
        pay_since=figures.pay_rules_on(today),
        band=_band(seat),
        today=today,
    )
    return (page, UNPROCESSABLE) if was_typed and not is_good else page


def _of_assistant(seat: Seat) -> Agreement | None:
    if seat.offer.kind is not OfferKind.PERSONAL_ASSISTANT:
        return None
    return terms.agreement_of(get_session(), seat.enquiry.id)


def _nothing_here(seat: Seat) -> ResponseReturnValue:
    return show(seat, problem=gettext("This page is for an agreement with a Personal Assistant."))


def _first_numbers(agreement: Agreement, today: date) -> dict[str, object]:
    hours = weekly_hours(agreed_times(agreement))
    by_the_hour = agreement.basis is CostBasis.HOUR and agreement.amount
    return {
        "hours": f"{hours:f}".rstrip("0").rstrip(".") if hours else "",
        "pay": f"{agreement.amount:.2f}" if by_the_hour else "",
        "insurance": f"{employing.legal_figures().insurance_price_on(today).amount:f}",
        "allowance": True,
    }


def _councils_words() -> employing.CouncilsWords:
    """Of the person's council, for a reader who may know where they live."""
    is_hidden = ProfilePart.ABOUT in unseen_parts()
    return employing.councils_words(get_session(), None if is_hidden else current_person().district_code)


def _band(seat: Seat) -> WageBand | None:
    details = assistant_details(get_session(), seat.offer.provider)
    return details.wage_band if details else None


def _works_as(seat: Seat) -> WorksAs | None:
    details = assistant_details(get_session(), seat.offer.provider)
    return details.works_as if details else None
