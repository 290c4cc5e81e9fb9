"""The short questions on a person's own pages: for the person, who acts for them, a practitioner, a carer."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import UNPROCESSABLE, once
from marketplace.commissioning.outcomes.asking import (
    Respondent,
    ask_no_more,
    before,
    keep_answers,
    next_questions,
    take_back,
)
from marketplace.commissioning.outcomes.models import Asks
from marketplace.commissioning.outcomes.questions import Question, Questions, read_questions
from marketplace.db import get_session
from marketplace.people.access import (
    OfPerson,
    Standing,
    current_person,
    current_relation,
    london_day,
    looked_at,
)
from marketplace.people.supporters.models import Scope
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.language import Reading, current_reading

blueprint = Blueprint("questions", __name__)

ABOUT_THE_PERSON = OfPerson(Scope.ACT, or_practitioner=True)
AS_CARER = OfPerson(only=Standing.SUPPORTER)


@blueprint.record_once
def _line_on_the_page(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(
        question_line=question_line, questions_page=questions_page, in_words=in_words
    )


def all_questions() -> Questions:
    return read_questions(current_settings().seeds_dir)


def in_words(told: object) -> str:
    """A question or an answer in the format of the reader: both stand in the list."""
    name = "easy" if current_reading() is Reading.EASY else "words"
    return str(getattr(told, name))


def question_line() -> str:
    """Where the person, or a carer, is asked on this page; '' where nobody is to be asked now."""
    relation = current_relation()
    if not (relation.is_person or relation.standing is Standing.SUPPORTER):
        return ""
    asks = Asks.PERSON if relation.is_person else Asks.CARER
    who = _respondent(asks)
    if not before(get_session(), who).is_due(who.person, today=london_day()):
        return ""
    return url_for(_page_of(asks), person_id=who.person.id)


def questions_page() -> str:
    """Where the questions about this page's person are, also when nobody is asked; '' where the reader may
    not answer for them."""
    relation = current_relation()
    if relation.reaches(Scope.ACT) or relation.standing is Standing.PRACTITIONER:
        return url_for(_page_of(Asks.PERSON), person_id=current_person().id)
    return ""


@blueprint.route("/people/<uuid:person_id>/questions", methods=["GET", "POST"])
@access(ABOUT_THE_PERSON)
def asked(person_id: uuid.UUID) -> ResponseReturnValue:
    """Two or three questions about the person's week."""
    return _asked(person_id, Asks.PERSON)


@blueprint.route("/people/<uuid:person_id>/carer/questions", methods=["GET", "POST"])
@access(AS_CARER)
def asked_carer(person_id: uuid.UUID) -> ResponseReturnValue:
    """Two or three questions about the carer's own life."""
    return _asked(person_id, Asks.CARER)


@blueprint.post("/people/<uuid:person_id>/questions/undo")
@access(ABOUT_THE_PERSON)
def undo(person_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what was just answered."""
    return _undo(person_id, Asks.PERSON)


@blueprint.post("/people/<uuid:person_id>/carer/questions/undo")
@access(AS_CARER)
def undo_carer(person_id: uuid.UUID) -> ResponseReturnValue:
    return _undo(person_id, Asks.CARER)


@blueprint.post("/people/<uuid:person_id>/questions/no-more")
@access(ABOUT_THE_PERSON)
def no_more(person_id: uuid.UUID) -> ResponseReturnValue:
    """Whether a line on the page may ask again."""
    return _no_more(person_id, Asks.PERSON)


@blueprint.post("/people/<uuid:person_id>/carer/questions/no-more")
@access(AS_CARER)
def no_more_carer(person_id: uuid.UUID) -> ResponseReturnValue:
    return _no_more(person_id, Asks.CARER)


def _asked(person_id: uuid.UUID, asks: Asks) -> ResponseReturnValue:
    looked_at()  # the page shows nothing of the profile
    session, who, form = get_session(), _respondent(asks), FlaskForm()
    if request.method == "POST" and form.validate():
        token = once()
        keep_answers(
            session,
            who,
            {} if "skip" in request.form else _values(who),
            helped="helped" in request.form or _is_practitioner(),
            form_token=token,
            today=london_day(),
        )
        session.commit()
        return redirect(url_for(_page_of(asks), person_id=person_id, saved=token), 303)
    known = before(session, who)
    page = render_template(
        "commissioning/outcomes/asked.html",
        person=who.person,
        is_own=current_relation().is_person,
        is_carer=asks is Asks.CARER,
        is_practitioner=_is_practitioner(),
        questions=next_questions(all_questions(), who, known),
        chosen=request.form,
        form=form,
        once=once(),
        saved=request.args.get("saved", ""),
        undone=request.args.get("undone") == "1",
        never=known.never,
        here=_page_of(asks),
    )
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _undo(person_id: uuid.UUID, asks: Asks) -> ResponseReturnValue:
    looked_at()
    who = _respondent(asks)
    take_back(get_session(), who, form_token=request.form.get("once", "")[:64], today=london_day())
    get_session().commit()
    return redirect(url_for(_page_of(asks), person_id=person_id, undone="1"), 303)


def _no_more(person_id: uuid.UUID, asks: Asks) -> ResponseReturnValue:
    looked_at()
    who = _respondent(asks)
    ask_no_more(get_session(), who, no_more=request.form.get("again") != "yes", today=london_day())
    get_session().commit()
    return redirect(url_for(_page_of(asks), person_id=person_id), 303)


def _values(who: Respondent) -> dict[Question, int]:
    """What was chosen, of the questions that may be asked here; anything else is left out."""
    found = {}
    for question in all_questions().asked_of(who.asks, age=who.person.age):
        typed = request.form.get(_field(question.id), "")
        if typed in {str(number) for number in range(len(question.answers))}:
            found[question] = int(typed)
    return found


def _field(question_id: str) -> str:
    return f"q-{question_id}"


def _respondent(asks: Asks) -> Respondent:
    return Respondent(current_person(), asks, signed_in_account(), current_relation().standing.role)


def _is_practitioner() -> bool:
    return current_relation().standing is Standing.PRACTITIONER


def _page_of(asks: Asks) -> str:
    return "questions.asked_carer" if asks is Asks.CARER else "questions.asked"
