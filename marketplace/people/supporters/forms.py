"""Forms about those who help, and of carers' own time."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.accounts.addresses import normal_email
from marketplace.people.steps import Choice
from marketplace.people.supporters.carers import TimesError, parse_times, times_text
from marketplace.people.supporters.choices import NEEDS_REASON
from marketplace.people.supporters.models import Basis
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_, Day
from marketplace.web.typed import is_name, one_line, own_words

LONGEST_NAME = 120
LONGEST_RELATIONSHIP = 60
LONGEST_REASON = 1000
LONGEST_OWN_WORDS = 2000
MOST_BREAK_HOURS = Decimal(168)
LEAST_BREAK_HOURS = Decimal("0.5")
LONGEST_TIMES = 80


class WhoForm(FlaskForm):  # type: ignore[misc]
    """Whom to ask."""

    name = StringField()
    email = StringField()
    relationship = StringField()

    def validate_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the name of the person you ask"))
        _at_most(field, LONGEST_NAME)

    def validate_email(self, field: Field) -> None:
        try:
            field.data = normal_email(field.data or "")
        except ValueError:
            raise ValidationError(gettext("Enter an e-mail address, like name@example.org")) from None

    def validate_relationship(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_RELATIONSHIP)


class ScopeForm(FlaskForm):  # type: ignore[misc]
    scope = OneOf(nothing=N_("Choose what they may do"))


class HowLongForm(FlaskForm):  # type: ignore[misc]
    how_long = OneOf(nothing=N_("Choose until when"), default="year")


class BasisForm(FlaskForm):  # type: ignore[misc]
    """Why someone may see the record of another person."""

    basis = OneOf([basis.value for basis in Basis], nothing=N_("Choose what allows it"))
    basis_reason = TextAreaField()

    def validate_basis_reason(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data and self.basis.data in {basis.value for basis in NEEDS_REASON}:
            raise ValidationError(gettext("Write why this is best for the person, who decided it, and when"))
        _at_most(field, LONGEST_REASON)


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """Nothing but a button: the token against forged requests."""


class TicksForm(FlaskForm):  # type: ignore[misc]
    """Boxes of which none may be ticked too."""

    answer = SelectMultipleField()


class OneForm(FlaskForm):  # type: ignore[misc]
    """One answer, or none."""

    answer = OneOf(nothing=N_("Choose one answer"))


class BreaksForm(FlaskForm):  # type: ignore[misc]
    hours = StringField()
    amount: Decimal | None = None

    def validate_hours(self, field: Field) -> None:
        text = (field.data or "").strip().replace("½", ".5").replace(",", ".")
        if not text:
            return
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not LEAST_BREAK_HOURS <= amount <= MOST_BREAK_HOURS:
            raise ValidationError(gettext("Enter how many hours in a week, like 6, or leave it out"))
        self.amount = round(amount, 1)


class OwnWordsForm(FlaskForm):  # type: ignore[misc]
    own_words = TextAreaField()

    def validate_own_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_OWN_WORDS)


class _Times(StringField):  # type: ignore[misc]
    """The times of one day as people write them."""

    spans: list[str]

    def pre_validate(self, form: object) -> None:
        self.spans = []
        try:
            self.spans = parse_times((self.data or "")[:LONGEST_TIMES])
        except TimesError:
            raise ValidationError(gettext("Write times like 9:30 to 14:30")) from None


class WorkTimesForm(FlaskForm):  # type: ignore[misc]
    """From when to when, day by day."""

    mon = _Times()
    tue = _Times()
    wed = _Times()
    thu = _Times()
    fri = _Times()
    sat = _Times()
    sun = _Times()

    @property
    def works(self) -> dict[str, list[str]]:
        """What was typed, as in the needs document."""
        return {day.value: self[day.value].spans for day in Day if self[day.value].spans}


def work_times_form(works: dict[str, list[str]]) -> WorkTimesForm:
    return WorkTimesForm(data={day: times_text(spans) for day, spans in works.items()})


def choose_from(field: Field, choices: Iterable[Choice]) -> None:
    """Let *field* take exactly these."""
    field.choices = [SelectChoice(choice.value, choice.value) for choice in choices]


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
