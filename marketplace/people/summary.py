"""The answers in words, for the page that lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from flask_babel import gettext, ngettext

from marketplace.people import answers as kept
from marketplace.people.steps import NOT_SURE, QUESTIONS, Step, steps_for
from marketplace.vocabulary import Day
from marketplace.web.templating import clock_words, money


@dataclass(frozen=True)
class AnswerRow:
    """One question and what was answered; no lines where it was skipped."""

    step: Step
    question: str
    lines: tuple[str, ...]
    picture: str


def answer_rows(answers: Mapping[str, Any], *, evening_starts: time) -> list[AnswerRow]:
    """A row for every question that makes sense with these answers, in the order of asking."""
    return [
        AnswerRow(
            step=step,
            question=gettext(step.label),
            lines=tuple(_lines(step, answers, evening_starts=evening_starts)),
            picture=QUESTIONS[step].picture,
        )
        for step in steps_for(answers)
    ]


def _lines(step: Step, answers: Mapping[str, Any], *, evening_starts: time) -> Iterable[str]:
    match step:
        case Step.WHAT:
            if kept.is_most_named(answers):
                yield gettext("I am not sure: show me what many people enjoy")
                return
            yield from _labels(step, kept.themes_of(answers))
            yield from kept.own_words_of(answers)
        case Step.WHERE:
            if answers.get("postcode"):
                yield answers["postcode"]
        case Step.BUDGET:
            if "weekly_budget" in answers:
                amount = money(Decimal(answers["weekly_budget"]))
                yield gettext("%(amount)s a week", amount=amount)
        case Step.WHEN if kept.needs_exact_times(answers, evening_starts=evening_starts):
            yield from _times(answers)
        case Step.MINUTES:
            for minutes in kept.ticked(step, answers, evening_starts=evening_starts):
                yield _up_to(minutes)
        case _:
            yield from _labels(step, kept.ticked(step, answers, evening_starts=evening_starts))
    yield from _beside(step, answers)


def _up_to(minutes: str) -> str:
    """A profile may hold another number than the page offers: a file's, or an older page's."""
    offered = {choice.value: choice.label for choice in QUESTIONS[Step.MINUTES].choices}
    if minutes in offered:
        return gettext(offered[minutes])
    return ngettext("Up to %(num)s minute", "Up to %(num)s minutes", int(minutes))


def _beside(step: Step, answers: Mapping[str, Any]) -> Iterable[str]:
    """What was answered beside the ticks of a question."""
    if step is Step.SUPPORT and "age" in answers:
        yield gettext("Age: %(age)s", age=answers["age"])
    if step is Step.WHEN and "hours_wanted" in answers:
        yield gettext("Hours a week: %(hours)s", hours=kept.hours_wanted_of(answers))


def _labels(step: Step, values: Iterable[str]) -> Iterable[str]:
    words = {choice.value: choice.label for choice in QUESTIONS[step].choices}
    for value in values:
        if value != NOT_SURE:
            yield gettext(words.get(value, value))


def _times(answers: Mapping[str, Any]) -> Iterable[str]:
    for day in Day:
        for window in answers["when"].get(day.value, ()):
            start, _, end = window.partition("-")
            yield gettext(
                "%(day)s, %(start)s to %(end)s",
                day=gettext(day.label),
                start=clock_words(start),
                end=clock_words(end),
            )
