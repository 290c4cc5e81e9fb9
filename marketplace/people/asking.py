"""One question of the needs: the form it has, and the answers after the form was sent.

The anonymous journey and the profile ask the same questions, so both come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm

from marketplace.people import answers as kept
from marketplace.people.forms import BudgetForm, WhatForm, WhereForm, choice_form
from marketplace.people.steps import NOT_SURE, QUESTIONS, Choice, Step
from marketplace.vocabulary import Theme
from marketplace.web import current_settings


def form_of(step: Step, answers: Mapping[str, Any]) -> FlaskForm:
    """The form of a question, filled with the answers so far, or with what was sent."""
    match step:
        case Step.WHAT:
            ticked = kept.ticked(step, answers, evening_starts=current_settings().evening_starts)
            own_words = "\n".join(kept.own_words_of(answers))
            return WhatForm(data={"answer": list(ticked), "own_words": own_words})
        case Step.WHERE:
            return WhereForm(data={"postcode": answers.get("postcode", "")})
        case Step.BUDGET:
            return BudgetForm(data={"budget": answers.get("weekly_budget", "").removesuffix(".00")})
        case _:
            ticked = kept.ticked(step, answers, evening_starts=current_settings().evening_starts)
            return choice_form(step, ticked=ticked, **_beside(step, answers))


def answered(step: Step, answers: Mapping[str, Any], form: Any) -> dict[str, Any]:
    """The answers after a valid *form* of the question was sent."""
    match step:
        case Step.WHAT:
            themes = [Theme(value) for value in form.answer.data if value != NOT_SURE]
            own_words = form.own_words.data or ""
            if not themes and not own_words.strip():
                return kept.with_most_named(answers)
            return kept.with_goals(answers, themes=themes, own_words=own_words)
        case Step.WHERE:
            return kept.with_postcode(answers, form.postcode.data)
        case Step.BUDGET:
            return kept.with_budget(answers, form.amount)
        case _:
            evening = current_settings().evening_starts
            chosen = kept.keep_ticked(step, answers, form.answer.data, evening_starts=evening)
            if step is Step.SUPPORT:
                return kept.with_age(chosen, form.years)
            if step is Step.WHEN:
                return kept.with_hours_wanted(chosen, form.hours)
            return chosen


def _beside(step: Step, answers: Mapping[str, Any]) -> dict[str, str]:
    """What a question with ticks asks beside them."""
    if step is Step.SUPPORT:
        return {"age": kept.age_of(answers)}
    if step is Step.WHEN:
        return {"hours_wanted": kept.hours_wanted_of(answers)}
    return {}


def offered(step: Step, answers: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The question's choices; nothing is offered as 'would like' that must be there already."""
    choices = QUESTIONS[step].choices
    if step is not Step.LIKE:
        return choices
    must = set(answers.get("must_have", ()))
    return tuple(choice for choice in choices if choice.value not in must)
