"""A carer's own time, told by the carer; and the person's word on whether matches think of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.db import get_session
from marketplace.matching.needs import NeedsError
from marketplace.people import answers as kept
from marketplace.people.access import (
    OfPerson,
    Standing,
    current_person,
    current_relation,
    london_day,
)
from marketplace.people.profile.blueprint import shown_answers
from marketplace.people.steps import EasyTime
from marketplace.people.supporters import carer_operations, queries
from marketplace.people.supporters.blueprint import UNPROCESSABLE, blueprint, doer
from marketplace.people.supporters.carer_page import Given, carer_rows, what_matches_give
from marketplace.people.supporters.carers import merged
from marketplace.people.supporters.forms import (
    BreaksForm,
    OneForm,
    OwnWordsForm,
    TicksForm,
    choose_from,
    work_times_form,
)
from marketplace.people.supporters.models import Carer, Scope
from marketplace.people.supporters.questions import ANY, CARER_QUESTIONS, CarerStep
from marketplace.vocabulary import Day
from marketplace.web import current_settings
from marketplace.web.access import access

AS_CARER = OfPerson(only=Standing.SUPPORTER)
AGREEING = OfPerson(Scope.ACT, or_practitioner=True)
ONE_STEP = f"<any({', '.join(repr(step.value) for step in CarerStep)}):step>"


@blueprint.get("/people/<uuid:person_id>/carer")
@access(OfPerson())
def carer(person_id: UUID) -> str:
    """For a supporter: their own time. For the person: whether matches think of it."""
    session, relation, today = get_session(), current_relation(), london_day()
    own = _own_carer() if relation.standing is Standing.SUPPORTER else None
    may_agree = relation.reaches(Scope.ACT) or relation.standing is Standing.PRACTITIONER
    everyone = queries.carers_of(session, person_id, today=today) if may_agree else []
    return render_template(
        "supporters/carer.html",
        person=current_person(),
        is_own=relation.is_person,
        is_supporter=relation.standing is Standing.SUPPORTER,
        own=own,
        rows=carer_rows(own),
        given=_given(own) if own is not None else [],
        others=[
            (one, carer_rows(one.carer, with_own_words=False))
            for one in everyone
            if own is None or one.carer.id != own.id
        ],
        may_agree=may_agree,
        saved=request.args.get("saved") == "1",
    )


@blueprint.route(f"/people/<uuid:person_id>/carer/{ONE_STEP}", methods=["GET", "POST"])
@access(AS_CARER)
def carer_question(person_id: UUID, step: str) -> ResponseReturnValue:
    """One question about the carer's time."""
    asked, own = CarerStep(step), _own_carer()
    form = _form_of(asked, own)
    if request.method == "POST" and form.validate():
        return _tell(_told(asked, form))
    page = render_template(
        "supporters/carer_question.html",
        step=asked,
        question=CARER_QUESTIONS[asked],
        form=form,
        exact=own is not None and asked is CarerStep.WORK and _needs_exact(own.works),
        back=url_for("supporters.carer", person_id=person_id),
        person=current_person(),
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/carer/work-times", methods=["GET", "POST"])
@access(AS_CARER)
def carer_times(person_id: UUID) -> ResponseReturnValue:
    """The exact times of work, day by day."""
    own = _own_carer()
    form = work_times_form(dict(own.works) if own else {})
    if request.method == "POST" and form.validate():
        return _tell({"works": form.works})
    page = render_template(
        "supporters/carer_times.html",
        form=form,
        days=tuple(Day),
        back=url_for("supporters.carer_question", person_id=person_id, step=CarerStep.WORK.value),
    )
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.post("/people/<uuid:person_id>/carers/<uuid:carer_id>/<any('count', 'do-not-count'):answer>")
@access(AGREEING)
def count_carer(person_id: UUID, carer_id: UUID, answer: str) -> ResponseReturnValue:
    """The person says whether their matches think of this carer's time."""
    found = queries.carer_of(get_session(), person_id, carer_id, today=london_day())
    carer_operations.count(
        get_session(), carer=found.carer, person=current_person(), agrees=answer == "count", by=doer()
    )
    get_session().commit()
    return redirect(url_for("supporters.carer", person_id=person_id, saved="1"), 303)


def _own_carer() -> Carer | None:
    return queries.own_carer(get_session(), account_id=signed_in_account().id, person_id=current_person().id)


def _given(own: Carer) -> list[Given]:
    """What the first matches would give this carer; nothing where the goals are not for them to see."""
    told = merged([own])
    answers = {**shown_answers(), "carer": told}
    if not told or not answers.get("goals"):
        return []
    try:
        return what_matches_give(get_session(), answers, today=london_day())
    except NeedsError:  # kept before the rules for answers changed
        return []


def _form_of(step: CarerStep, own: Carer | None) -> Any:
    choices = CARER_QUESTIONS[step].choices
    match step:
        case CarerStep.WORK:
            easy = kept.easy_times_of(
                {"when": own.works if own else {}}, evening_starts=current_settings().evening_starts
            )
            ticks = TicksForm(data={"answer": [time.value for time in easy]})
            choose_from(ticks.answer, choices)
            return ticks
        case CarerStep.SHORTEST | CarerStep.NOTICE:
            now = None
            if own is not None:
                now = own.shortest_break_minutes if step is CarerStep.SHORTEST else own.notice_days
            one = OneForm(data={"answer": str(now) if now is not None else None})
            choose_from(one.answer, choices)
            return one
        case CarerStep.BREAKS:
            hours = own.breaks_wanted_hours if own else None
            return BreaksForm(data={"hours": f"{hours:g}" if hours is not None else ""})
        case CarerStep.WORDS:
            return OwnWordsForm(data={"own_words": own.own_words if own else ""})


def _told(step: CarerStep, form: Any) -> dict[str, Any]:
    """The fields of the carer after a valid form."""
    match step:
        case CarerStep.WORK:
            evening = current_settings().evening_starts
            chosen = [EasyTime(value) for value in form.answer.data]
            return {"works": kept.with_easy_times({}, chosen, evening_starts=evening).get("when", {})}
        case CarerStep.SHORTEST:
            return {"shortest_break_minutes": _number(form.answer.data)}
        case CarerStep.NOTICE:
            return {"notice_days": _number(form.answer.data)}
        case CarerStep.BREAKS:
            return {"breaks_wanted_hours": None if form.amount is None else float(form.amount)}
        case CarerStep.WORDS:
            return {"own_words": form.own_words.data}


def _number(answer: str) -> int | None:
    return None if answer == ANY else int(answer)


def _needs_exact(works: dict[str, Any]) -> bool:
    """True where the easy times would say something else than what was told."""
    return kept.needs_exact_times({"when": works}, evening_starts=current_settings().evening_starts)


def _tell(told: dict[str, Any]) -> ResponseReturnValue:
    carer_operations.tell(get_session(), account=signed_in_account(), person=current_person(), told=told)
    get_session().commit()
    return redirect(url_for("supporters.carer", person_id=current_person().id, saved="1"), 303)
