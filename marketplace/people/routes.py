"""The find journey: one question a page, kept on the server without knowing who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.db import get_session
from marketplace.people import answers as kept
from marketplace.people.asking import answered, form_of, offered
from marketplace.people.forms import ALL_SLOTS, LONGEST_WISH, HoursForm, NearMeForm
from marketplace.people.matches import results_page
from marketplace.people.result_filters import filter_choices, filters_from
from marketplace.people.steps import NOT_SURE, QUESTIONS, Choice, Step, step_after, step_before, steps_for
from marketplace.people.summary import answer_rows
from marketplace.people.visitor import current_answers, current_journey, forget, keep
from marketplace.people.why import why_page
from marketplace.vocabulary import N_, Day, Theme
from marketplace.web import current_settings
from marketplace.web.access import Anyone, access
from marketplace.web.today import london_today

blueprint = Blueprint("find", __name__)

# What people said in Nottinghamshire's survey: tables 1 and 3 of the Day Opportunities Strategy.
THEMES_ON_THE_FRONT = (
    Theme.FRIENDS,
    Theme.ARTS_CRAFTS,
    Theme.SPORT,
    Theme.DAYS_OUT,
    Theme.COOKERY,
    Theme.SWIMMING,
    Theme.CAFES_PUBS,
    Theme.GYM,
    Theme.COMPUTERS,
    Theme.HOME_SKILLS,
)

ONE_STEP = f"/find/<any({', '.join(repr(step.value) for step in Step)}):step>"

NOT_SURE_WHAT = Choice(NOT_SURE, N_("I am not sure. Show me what many people enjoy"), picture="not_sure")

CHECK = "check"
"""``?then=check``: the visitor came to change one answer and goes straight back."""


@blueprint.get("/")
@access(Anyone())
def home() -> str:
    """The front door, with the shortest way to results on it."""
    answers = current_answers()
    filled = {
        "own_words": ", ".join(kept.own_words_of(answers))[:LONGEST_WISH],
        "postcode": answers.get("postcode", ""),
    }
    return render_template("pages/home.html", themes=THEMES_ON_THE_FRONT, form=NearMeForm(data=filled))


@blueprint.get("/find/start")
@access(Anyone())
def start() -> ResponseReturnValue:
    """Begin, or go on where the answers are."""
    journey = current_journey()
    if journey is not None and journey.answers:
        return redirect(url_for("find.check"))
    return redirect(url_for("find.question", step=Step.WHAT.value))


@blueprint.post("/find/near-me")
@access(Anyone())
def near_me() -> ResponseReturnValue:
    """The two questions of the front page: straight to the results."""
    form = NearMeForm()
    if not form.validate():
        return render_template("pages/home.html", themes=THEMES_ON_THE_FRONT, form=form), 422
    answers = kept.with_goals(current_answers(), themes=(), own_words=form.own_words.data or "")
    keep(kept.with_postcode(answers, form.postcode.data or ""))
    get_session().commit()
    return redirect(url_for("find.results"), 303)


@blueprint.get(ONE_STEP)
@access(Anyone())
def question(step: str) -> str:
    return _ask(Step(step), current_answers())


@blueprint.post(ONE_STEP)
@access(Anyone())
def answer(step: str) -> ResponseReturnValue:
    asked = Step(step)
    answers = current_answers()
    if "skip" in request.form:
        return _go_on(asked, kept.without(asked, answers))
    form = form_of(asked, answers)
    if not form.validate():
        return _ask(asked, answers, form=form), 422
    return _go_on(asked, answered(asked, answers, form))


@blueprint.route("/find/when/hours", methods=["GET", "POST"])
@access(Anyone())
def hours() -> ResponseReturnValue:
    """The weekly grid behind the easy choices of when."""
    answers = current_answers()
    form = HoursForm(
        data={"slots": sorted(kept.hours_of(answers)), "hours_wanted": kept.hours_wanted_of(answers)}
    )
    if request.method == "POST" and form.validate():
        chosen = kept.with_hours(answers, form.slots.data)
        return _go_on(Step.WHEN, kept.with_hours_wanted(chosen, form.hours))
    page = render_template(
        "find/hours.html",
        form=form,
        days=tuple(Day),
        hours=range(kept.FIRST_HOUR, kept.LAST_HOUR),
        ticked=set(form.slots.data or ()),
        first_slot=ALL_SLOTS[0],
        then=_then(),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/find/check")
@access(Anyone())
def check() -> ResponseReturnValue:
    answers = current_answers()
    if not answers:
        return redirect(url_for("find.question", step=Step.WHAT.value))
    rows = answer_rows(answers, evening_starts=current_settings().evening_starts)
    return render_template("find/check.html", rows=rows, ready=bool(answers.get("goals")))


@blueprint.route("/find/clear", methods=["GET", "POST"])
@access(Anyone())
def clear() -> ResponseReturnValue:
    """Ask once, then delete the answers."""
    if request.method == "POST":
        forget()
        get_session().commit()
        return redirect(url_for("find.cleared"), 303)
    return render_template("find/clear.html")


@blueprint.get("/find/cleared")
@access(Anyone())
def cleared() -> str:
    return render_template("find/cleared.html")


@blueprint.get("/find/results")
@access(Anyone())
def results() -> ResponseReturnValue:
    answers = current_answers()
    if not answers.get("goals"):
        return redirect(url_for("find.question", step=Step.WHAT.value))
    evening = current_settings().evening_starts
    choices = filter_choices()
    chosen = {
        name: request.args[name]
        for name, _words, options in choices
        if request.args.get(name) in {value for value, _ in options if value}
    }
    page = results_page(
        get_session(),
        answers,
        filters=filters_from(chosen, evening=evening.hour * 60 + evening.minute),
        page=request.args.get("page", 1, type=int),
        today=london_today(),
    )
    unanswered = [step for step in steps_for(answers) if not kept.is_answered(step, answers)]
    return render_template(
        "find/results.html", page=page, chosen=chosen, choices=choices, unanswered=unanswered
    )


@blueprint.get("/find/results/<uuid:offer_id>/why")
@access(Anyone())
def why(offer_id: UUID) -> ResponseReturnValue:
    """One result taken apart, step by step; also for what does not fit."""
    answers = current_answers()
    if not answers.get("goals"):
        return redirect(url_for("find.question", step=Step.WHAT.value))
    page = why_page(get_session(), answers, offer_id, today=london_today()) or abort(404)
    return render_template("find/why.html", page=page, matters=Step.MATTERS)


@blueprint.post("/find/not-meant")
@access(Anyone())
def not_meant() -> ResponseReturnValue:
    """The visitor's own words meant something else: that theme counts no more for them."""
    number = request.form.get("goal", type=int)
    theme = request.form.get("theme", type=Theme)
    if number is None or theme is None:
        abort(400)
    keep(kept.without_meaning(current_answers(), goal=number, theme=theme))
    get_session().commit()
    return redirect(url_for("find.results"), 303)


@blueprint.post("/find/as-written")
@access(Anyone())
def as_written() -> ResponseReturnValue:
    """A word that we took for a spelling mistake is meant as it stands."""
    number = request.form.get("goal", type=int)
    word = request.form.get("word", "")
    if number is None or not word:
        abort(400)
    keep(kept.with_word_as_written(current_answers(), goal=number, word=word))
    get_session().commit()
    return redirect(url_for("find.results"), 303)


def _ask(step: Step, answers: Mapping[str, Any], *, form: Any = None) -> str:
    form = form or form_of(step, answers)
    steps = steps_for(answers)
    before = step_before(step, answers)
    asked = QUESTIONS[step]
    chosen = form.answer.data or () if "answer" in form else ()
    return render_template(
        [f"find/{step.value}.html", "find/choices.html"],
        step=step,
        question=asked,
        form=form,
        offered=offered(step, answers),
        not_sure=NOT_SURE_WHAT,
        chosen=set(chosen),
        number=steps.index(step) + 1 if step in steps else len(steps),
        total=len(steps),
        back=url_for("find.check")
        if _then()
        else url_for("find.question", step=before.value)
        if before
        else url_for("find.home"),
        then=_then(),
        has_goals=bool(answers.get("goals")),
        exact=step is Step.WHEN
        and kept.needs_exact_times(answers, evening_starts=current_settings().evening_starts),
    )


def _go_on(step: Step, answers: Mapping[str, Any]) -> ResponseReturnValue:
    """Keep the answers and go to the next question, or back to the list of answers."""
    keep(answers)
    get_session().commit()
    following = step_after(step, answers)
    if _then() or following is None:
        return redirect(url_for("find.check"), 303)
    return redirect(url_for("find.question", step=following.value), 303)


def _then() -> str | None:
    return CHECK if request.args.get("then") == CHECK else None
