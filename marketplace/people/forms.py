"""The forms of the find journey: one question each. What they hold is checked here, kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.geo.postcodes import PostcodeError
from marketplace.people.answers import FIRST_HOUR, LAST_HOUR, MOST_OWN_WORDS
from marketplace.people.steps import NOT_SURE, QUESTIONS, Question, Step
from marketplace.vocabulary import Day
from marketplace.web.places import advice, find_place
from marketplace.web.typed import own_words

LONGEST_OWN_WORDS = 2000
LONGEST_WISH = 200
LONGEST_POSTCODE = 16
MOST_A_WEEK = Decimal(5000)
YOUNGEST, OLDEST = 16, 120
FEWEST_HOURS, MOST_HOURS = Decimal("0.25"), Decimal(168)
ALL_SLOTS = tuple(f"{day.value}-{hour}" for day in Day for hour in range(FIRST_HOUR, LAST_HOUR))


def _values(step: Step) -> list[str]:
    return [choice.value for choice in QUESTIONS[step].choices]


def _choices(*values: str) -> list[SelectChoice]:
    """For checking what was sent; the words are drawn from the question."""
    return [SelectChoice(value, value) for value in values]


def _no_longer(most: int) -> Callable[[FlaskForm, Field], None]:
    def check(_form: FlaskForm, field: Field) -> None:
        if len(field.data or "") > most:
            raise ValidationError(
                gettext("Your own words are too long. Write at most %(most)s letters", most=most)
            )

    return check


def _no_more_lines(_form: FlaskForm, field: Field) -> None:
    lines = [line for line in (field.data or "").splitlines() if line.strip()]
    if len(lines) > MOST_OWN_WORDS:
        raise ValidationError(
            gettext("Write at most %(most)s lines. You have %(lines)s", most=MOST_OWN_WORDS, lines=len(lines))
        )


def _printable(_form: FlaskForm, field: Field) -> None:
    field.data = own_words(field.data)


class WhatForm(FlaskForm):  # type: ignore[misc]
    answer = SelectMultipleField(choices=_choices(NOT_SURE, *_values(Step.WHAT)))
    own_words = TextAreaField(
        validators=[
            _printable,
            _no_longer(LONGEST_OWN_WORDS),
            _no_more_lines,
        ]
    )

    def validate_answer(self, field: Field) -> None:
        if not field.data and not (self.own_words.data or "").strip():
            raise ValidationError(gettext("Choose what you would like to do, or write it in your own words"))


class NearMeForm(FlaskForm):  # type: ignore[misc]
    """The two questions of the front page, which lead straight to the results."""

    own_words = StringField(
        validators=[
            _printable,
            _no_longer(LONGEST_WISH),
        ]
    )
    postcode = StringField()

    def validate_own_words(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(gettext("Write what you would like to do, like cooking or football"))

    def validate_postcode(self, field: Field) -> None:
        _place(field)


class WhereForm(FlaskForm):  # type: ignore[misc]
    postcode = StringField()

    def validate_postcode(self, field: Field) -> None:
        _place(field)


class BudgetForm(FlaskForm):  # type: ignore[misc]
    budget = StringField()
    amount: Decimal | None = None

    def validate_budget(self, field: Field) -> None:
        text = (field.data or "").strip().lstrip("£").replace(",", "").strip()
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise ValidationError(gettext("Enter an amount in pounds, like 40 or 12.50")) from None
        if not amount.is_finite() or not 0 <= amount <= MOST_A_WEEK:
            raise ValidationError(gettext("Enter an amount between £0 and £5,000"))
        if amount != round(amount, 2):
            raise ValidationError(gettext("Enter pounds and pence, like 12.50"))
        self.amount = amount


class ChoiceForm(FlaskForm):  # type: ignore[misc]
    """Any question that is answered by ticking; :func:`choice_form` gives it the question's choices."""

    answer = SelectMultipleField()
    question: Question

    def validate_answer(self, field: Field) -> None:
        chosen = len(field.data or ())
        if not chosen and self.question.nothing:
            raise ValidationError(gettext(self.question.nothing))
        if not self.question.many and chosen > 1:
            raise ValidationError(gettext("Choose one answer"))
        if self.question.most and chosen > self.question.most:
            raise ValidationError(
                gettext(
                    "Choose at most %(most)s. You chose %(chosen)s", most=self.question.most, chosen=chosen
                )
            )


class SupportForm(ChoiceForm):
    """How much support, and how old: both can be left out, but not both at once."""

    age = StringField()
    years: int | None = None

    def validate_answer(self, field: Field) -> None:
        if field.data or not (self.age.data or "").strip():
            super().validate_answer(field)

    def validate_age(self, field: Field) -> None:
        text = (field.data or "").strip()
        if not text:
            return
        if not (text.isascii() and text.isdigit()) or not YOUNGEST <= int(text[:4]) <= OLDEST:
            raise ValidationError(
                gettext(
                    "Enter your age in years, from %(youngest)s to %(oldest)s, or leave it out",
                    youngest=YOUNGEST,
                    oldest=OLDEST,
                )
            )
        self.years = int(text)


class HoursWanted:
    """Hours a week, beside a question of when; part of a form."""

    hours_wanted = StringField()
    hours: Decimal | None = None

    def validate_hours_wanted(self, field: Field) -> None:
        text = (field.data or "").strip().replace("½", ".5")
        if not text:
            return
        try:
            hours = Decimal(text)
        except InvalidOperation:
            hours = Decimal("NaN")
        if not hours.is_finite() or not FEWEST_HOURS <= hours <= MOST_HOURS:
            raise ValidationError(gettext("Enter how many hours in a week, like 6, or leave it out"))
        self.hours = hours


class WhenForm(HoursWanted, ChoiceForm):
    """The easy times, and how many hours a week."""


class HoursForm(HoursWanted, FlaskForm):  # type: ignore[misc]
    """The weekly grid: an hour a box."""

    slots = SelectMultipleField(choices=_choices(*ALL_SLOTS))

    def validate_slots(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose an hour when you could go, or go back"))


_FORMS: Mapping[Step, type[ChoiceForm]] = {Step.SUPPORT: SupportForm, Step.WHEN: WhenForm}


def choice_form(step: Step, *, ticked: Iterable[str], **beside: str) -> ChoiceForm:
    """The form of a question with ticks, filled with the answers so far; *beside* them its other fields."""
    form = _FORMS.get(step, ChoiceForm)(data={"answer": list(ticked), **beside})
    form.question = QUESTIONS[step]
    form.answer.choices = _choices(*_values(step))
    return form


def _place(field: Field) -> None:
    """Write the postcode the usual way, or say what is wrong with it."""
    try:
        field.data = find_place(field.data or "").label
    except PostcodeError as error:
        raise ValidationError(advice(error)) from None
