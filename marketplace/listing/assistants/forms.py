"""The forms of a Personal Assistant's questions. A field that a form does not name can't be written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from marketplace.geo.places import Precision
from marketplace.geo.postcodes import PostcodeError
from marketplace.listing.assistants.hours import ALL_TICKS
from marketplace.listing.assistants.questions import QUESTIONS, AssistantStep
from marketplace.listing.offers import values
from marketplace.listing.offers.forms import at_most, pounds
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_
from marketplace.web.places import advice, find_place
from marketplace.web.typed import is_name, one_line, own_words, tells_how_to_reach

LONGEST_FIRST_NAME = 60
LONGEST_FAMILY_NAME = 80
LONGEST_TOWN = 100
LONGEST_STREET = 200
LONGEST_WORDS = 600
LONGEST_NOTE = 200
LONGEST_LANGUAGES = 200
LONGEST_SUMMARY = 400
MOST_MILES = 50
MOST_AN_HOUR = Decimal(200)


class ReadForm(FlaskForm):  # type: ignore[misc]
    """That what the service does, and does not do, was read."""

    read = BooleanField()

    def validate_read(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Tick the box when you have read this"))


class NameForm(FlaskForm):  # type: ignore[misc]
    first_name = StringField()
    family_name = StringField()

    def validate_first_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write your first name"))
        at_most(field, LONGEST_FIRST_NAME)

    def validate_family_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write your family name. It is never shown"))
        at_most(field, LONGEST_FAMILY_NAME)


class AreaForm(FlaskForm):  # type: ignore[misc]
    """Where someone lives: the whole postcode for distances, of which only the first half is shown."""

    postcode = StringField()
    town = StringField()
    street = StringField()
    district_code: str | None = None

    def validate_postcode(self, field: Field) -> None:
        text = one_line(field.data)
        try:
            found = find_place(text)
        except PostcodeError as error:
            raise ValidationError(advice(error)) from None
        if found.precision is not Precision.POSTCODE:
            raise ValidationError(
                gettext("Enter the whole postcode, like NG18 1AB. Only its first half is shown")
            )
        field.data, self.district_code = found.label, found.district_code

    def validate_town(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the name of the town or village"))
        at_most(field, LONGEST_TOWN)

    def validate_street(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LONGEST_STREET)


class OneForm(FlaskForm):  # type: ignore[misc]
    answer = OneOf(nothing=N_("Choose one answer"))


class TicksForm(FlaskForm):  # type: ignore[misc]
    answer = SelectMultipleField()


class WordsForm(TicksForm):
    """Boxes to tick, and own words beside them."""

    own_words = TextAreaField()
    needs_a_tick: bool = False

    def validate_answer(self, field: Field) -> None:
        if self.needs_a_tick and not field.data:
            raise ValidationError(gettext("Choose at least one thing that you like doing"))

    def validate_own_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        at_most(field, LONGEST_WORDS)
        _introduced_here(field)


class PayForm(FlaskForm):  # type: ignore[misc]
    pay = StringField()
    note = StringField()
    amount: Decimal | None = None

    def validate_pay(self, field: Field) -> None:
        self.amount = pounds(field)
        if not self.amount or self.amount > MOST_AN_HOUR:
            raise ValidationError(gettext("Enter an amount in pounds, like 16 or 16.50"))

    def validate_note(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LONGEST_NOTE)
        _introduced_here(field)


class TravelForm(FlaskForm):  # type: ignore[misc]
    radius = StringField()
    km: float | None = None

    def validate_radius(self, field: Field) -> None:
        try:
            self.km = values.parse_miles(field.data or "", most=MOST_MILES)
        except values.TypedError:
            raise ValidationError(
                gettext("Enter a number of miles, from 1 to %(most)s", most=MOST_MILES)
            ) from None


class HoursForm(FlaskForm):  # type: ignore[misc]
    """The grid: a part of a day a box."""

    answer = SelectMultipleField(choices=[SelectChoice(tick, tick) for tick in ALL_TICKS])


class LanguagesForm(FlaskForm):  # type: ignore[misc]
    languages = StringField()

    def validate_languages(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LONGEST_LANGUAGES)


class SummaryForm(FlaskForm):  # type: ignore[misc]
    summary = StringField()

    def validate_summary(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data:
            raise ValidationError(gettext("Write one sentence about yourself"))
        at_most(field, LONGEST_SUMMARY)
        _introduced_here(field)


def _introduced_here(field: Field) -> None:
    """People reach an assistant through us until they have chosen one."""
    if tells_how_to_reach(field.data):
        raise ValidationError(gettext("Leave out phone numbers, e-mail and web addresses. People ask here."))


_FORMS: Mapping[AssistantStep, type[FlaskForm]] = {
    AssistantStep.NAME: NameForm,
    AssistantStep.AREA: AreaForm,
    AssistantStep.PAY: PayForm,
    AssistantStep.TRAVEL: TravelForm,
    AssistantStep.HOURS: HoursForm,
    AssistantStep.INTERESTS: WordsForm,
    AssistantStep.SKILLS: WordsForm,
    AssistantStep.LEVELS: TicksForm,
    AssistantStep.LANGUAGES: LanguagesForm,
    AssistantStep.SUMMARY: SummaryForm,
}


def form_of(step: AssistantStep, answer: Mapping[str, Any]) -> FlaskForm:
    """The form of a question, filled with the answer so far."""
    form = _FORMS.get(step, OneForm)(data=dict(answer))
    question = QUESTIONS[step]
    if question.choices:
        form.answer.choices = [SelectChoice(choice.value, choice.value) for choice in question.choices]
    if isinstance(form, WordsForm):
        form.needs_a_tick = step is AssistantStep.INTERESTS
    return form
