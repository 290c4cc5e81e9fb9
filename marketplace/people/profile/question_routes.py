"""Changing the profile, one question a page: the journey's questions and the profile's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from marketplace.db import get_session
from marketplace.people import answers as kept
from marketplace.people.access import OfPerson, current_person, london_day, open_part
from marketplace.people.asking import answered, form_of, offered
from marketplace.people.forms import ALL_SLOTS, ChoiceForm, HoursForm
from marketplace.people.profile import goals as sorted_goals
from marketplace.people.profile.blueprint import (
    CONFLICT,
    UNPROCESSABLE,
    back_to,
    blueprint,
    district_code_of,
    doer,
    is_stale,
    known,
    of_the_page,
    shown_answers,
)
from marketplace.people.profile.forms import GoalsForm, TicksForm, ticks_form
from marketplace.people.profile.merging import answer_of
from marketplace.people.profile.models import ProfilePart
from marketplace.people.profile.operations import keep_answers
from marketplace.people.profile.page import goal_words, unanswered
from marketplace.people.profile.parts import PART_OF_STEP, with_part
from marketplace.people.profile.questions import GOALS, IMPORTANT
from marketplace.people.routes import NOT_SURE_WHAT
from marketplace.people.steps import NOT_SURE, QUESTIONS, Choice, Question, Step, steps_for
from marketplace.people.summary import answer_rows
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Day, GoalStance, Theme
from marketplace.web import current_settings
from marketplace.web.access import access

ONE_STEP = f"<any({', '.join(repr(step.value) for step in Step)}):step>"
ONE_STANCE = f"<any({', '.join(repr(stance.value) for stance in GoalStance)}):stance>"
NEXT = "next"
"""``?then=next``: one open question after the other, instead of back to the profile."""
GOAL_TICKS = "goal-"
_PROFILE = "profile"


@blueprint.route(f"/people/<uuid:person_id>/profile/{ONE_STEP}", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def question(person_id: UUID, step: str) -> ResponseReturnValue:
    """A question of the journey, answered for the profile."""
    asked = Step(step)
    open_part(PART_OF_STEP[asked])
    answers = _answers_for(asked)
    form = form_of(asked, answers)
    if isinstance(form, ChoiceForm):
        form.question = _nothing_is_an_answer(form.question)
    if request.method == "POST":
        if "skip" in request.form:
            return _keep_step(asked, kept.without(asked, answers), form)
        if not form.validate():
            return _step_page(asked, answers, form), UNPROCESSABLE
        return _keep_step(asked, answered(asked, answers, form), form)
    return _step_page(asked, answers, form)


@blueprint.route("/people/<uuid:person_id>/profile/when/hours", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def hours(person_id: UUID) -> ResponseReturnValue:
    """The weekly grid behind the easy choices of when."""
    open_part(ProfilePart.TIMES)
    answers = shown_answers()
    form = HoursForm(
        data={"slots": sorted(kept.hours_of(answers)), "hours_wanted": kept.hours_wanted_of(answers)}
    )
    if request.method == "POST" and form.validate():
        after = kept.with_hours_wanted(kept.with_hours(answers, form.slots.data), form.hours)
        if answer_of(Step.WHEN, after) != answer_of(Step.WHEN, answers) and is_stale(
            answer_of(Step.WHEN, answers)
        ):
            return _hours_page(form, conflict=_said(Step.WHEN)), CONFLICT
        return _keep(Step.WHEN, after)
    page = _hours_page(form)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route(f"/people/<uuid:person_id>/profile/goals/{ONE_STANCE}", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def goals(person_id: UUID, stance: str) -> ResponseReturnValue:
    """Goals of one kind: keep doing, do more of, try, or learn."""
    open_part(ProfilePart.GOALS)
    kind, answers = GoalStance(stance), shown_answers()
    now = sorted_goals.goals_of(answers, kind)
    form = GoalsForm(
        data={
            "answer": [theme.value for theme in sorted_goals.themes_of(now)],
            "own_words": "\n".join(sorted_goals.own_words_of(now)),
        }
    )
    form.others = len(answers.get("goals", ())) - len(now)
    if request.method == "POST" and form.validate():
        after = sorted_goals.with_goals_of(
            answers,
            stance=kind,
            themes=[Theme(value) for value in form.answer.data if value != NOT_SURE],
            own_words=form.own_words.data or "",
        )
        conflict = [goal_words(goal) for goal in now]
        if after != answers and is_stale(now):
            return _goals_page(kind, form, now, conflict=conflict), CONFLICT
        return _keep(Step.WHAT, after)
    page = _goals_page(kind, form, now)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/people/<uuid:person_id>/profile/goals/important", methods=["GET", "POST"])
@access(OfPerson(Scope.HELP))
def important(person_id: UUID) -> ResponseReturnValue:
    """Which of the goals matter most."""
    open_part(ProfilePart.GOALS)
    answers = shown_answers()
    everything = answers.get("goals", [])
    values = [f"{GOAL_TICKS}{place}" for place in range(len(everything))]
    now = [values[place] for place in sorted_goals.important_goals(answers)]
    form = ticks_form(values, ticked=now, most=sorted_goals.MOST_IMPORTANT_GOALS)
    choices = tuple(
        Choice(value, goal_words(goal), picture=goal.get("theme") or "write")
        for value, goal in zip(values, everything, strict=True)
    )
    if request.method == "POST" and form.validate():
        places = {values.index(value) for value in form.answer.data}
        after = sorted_goals.with_important_goals(answers, places)
        conflict = [goal_words(goal) for goal in everything]
        # The ticks name places in the list, so any change of the list is a conflict.
        if is_stale([everything, now]):
            return _important_page(form, choices, [everything, now], conflict=conflict), CONFLICT
        return _keep(Step.WHAT, after)
    page = _important_page(form, choices, [everything, now])
    return (page, UNPROCESSABLE) if form.errors else page


def _answers_for(step: Step) -> dict[str, Any]:
    """The answers as the question sees them: of the goals only those that are not sorted yet."""
    answers = shown_answers()
    if step is not Step.WHAT:
        return answers
    loose = [dict(goal) for goal in sorted_goals.goals_of(answers, None)]
    return {**answers, "goals": loose} if loose else _without_goals(answers)


def _keep_step(step: Step, after: Mapping[str, Any], form: FlaskForm) -> ResponseReturnValue:
    before = _answers_for(step)
    if answer_of(step, after) != answer_of(step, before) and is_stale(answer_of(step, before)):
        return _step_page(step, before, form, conflict=_said(step)), CONFLICT
    if step is Step.WHAT:
        sorted_ones = [goal for goal in shown_answers().get("goals", ()) if goal.get("stance")]
        everything = [*sorted_ones, *after.get("goals", ())]
        after = {**_without_goals(after), "goals": everything} if everything else _without_goals(after)
    return _keep(step, after)


def _keep(step: Step, after: Mapping[str, Any]) -> ResponseReturnValue:
    """Keep what *after* says of the question's part, and go on."""
    person, part = current_person(), PART_OF_STEP[step]
    answers = with_part(person.answers, after, part)
    moved = answers.get("postcode") != person.answers.get("postcode")
    keep_answers(
        get_session(),
        person=person,
        answers=answers,
        district_code=district_code_of(answers) if moved else person.district_code,
        part=part,
        today=london_day(),
        by=doer(),
    )
    get_session().commit()
    return _next_question(step) if _then() == NEXT else back_to(part)


def _next_question(step: Step) -> ResponseReturnValue:
    """The next question that is still open; after the last, the profile."""
    person_id = current_person().id
    later = [other for other in unanswered(known()) if other.position > step.position]
    if not later:
        return redirect(url_for("profile.profile", person_id=person_id), 303)
    url = url_for("profile.question", person_id=person_id, step=later[0].value, then=NEXT)
    return redirect(url, 303)


def _step_page(step: Step, answers: Mapping[str, Any], form: Any, *, conflict: Sequence[str] = ()) -> str:
    steps = steps_for(answers)
    walking = _then() == NEXT
    exact = step is Step.WHEN and kept.needs_exact_times(
        answers, evening_starts=current_settings().evening_starts
    )
    return render_template(
        [f"find/{step.value}.html", "find/choices.html"],
        step=step,
        question=QUESTIONS[step],
        form=form,
        offered=offered(step, answers),
        not_sure=NOT_SURE_WHAT,
        chosen=set(form.answer.data or ()) if "answer" in form else set(),
        number=steps.index(step) + 1 if step in steps else len(steps),
        total=len(steps),
        then=None if walking else _PROFILE,
        has_goals=False,
        exact=exact,
        hours_url=url_for("profile.hours", person_id=current_person().id, then=_then()),
        removable=None if walking else kept.is_answered(step, answers),
        **of_the_page(answer_of(step, answers), conflict, part=PART_OF_STEP[step]),
    )


def _hours_page(form: HoursForm, *, conflict: Sequence[str] = ()) -> str:
    url = url_for("profile.question", person_id=current_person().id, step=Step.WHEN.value, then=_then())
    return render_template(
        "find/hours.html",
        form=form,
        days=tuple(Day),
        hours=range(kept.FIRST_HOUR, kept.LAST_HOUR),
        ticked=set(form.slots.data or ()),
        first_slot=ALL_SLOTS[0],
        then=None if _then() == NEXT else _PROFILE,
        **{
            **of_the_page(answer_of(Step.WHEN, shown_answers()), conflict, part=ProfilePart.TIMES),
            "back": url,
        },
    )


def _goals_page(
    stance: GoalStance, form: GoalsForm, now: Sequence[Mapping[str, Any]], *, conflict: Sequence[str] = ()
) -> str:
    return render_template(
        "profile/goals.html",
        question=GOALS[stance],
        form=form,
        offered=QUESTIONS[Step.WHAT].choices,
        chosen=set(form.answer.data or ()),
        then=_PROFILE,
        removable=None,
        **of_the_page(now, conflict, part=ProfilePart.GOALS),
    )


def _important_page(
    form: TicksForm, choices: Sequence[Choice], now: object, *, conflict: Sequence[str] = ()
) -> str:
    return render_template(
        "profile/ticks.html",
        question=IMPORTANT,
        form=form,
        offered=choices,
        chosen=set(form.answer.data or ()),
        then=_PROFILE,
        removable=None,
        **of_the_page(now, conflict, part=ProfilePart.GOALS),
    )


def _said(step: Step) -> list[str]:
    """What the profile says now, for a reader whose form began from something else."""
    rows = answer_rows(_answers_for(step), evening_starts=current_settings().evening_starts)
    return list(next((row.lines for row in rows if row.step is step), ())) or [gettext("Nothing")]


def _nothing_is_an_answer(asked: Question) -> Question:
    """In a profile an answer is taken away by ticking nothing."""
    return replace(asked, nothing="")


def _without_goals(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name != "goals"}


def _then() -> str | None:
    return NEXT if request.args.get("then") == NEXT else None
