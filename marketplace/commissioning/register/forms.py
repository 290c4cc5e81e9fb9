"""Forms of the gap register. Each names its fields: nothing else that is sent is read."""

from __future__ import annotations

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, StringField, TextAreaField, ValidationError

from marketplace.commissioning.register.models import GapState
from marketplace.web.day_field import DayField
from marketplace.web.typed import one_line, own_words

LONGEST_TITLE = 200
LONGEST_WORDS = 4000


class GapForm(FlaskForm):  # type: ignore[misc]
    """What is missing, who takes it on, what is done and by when."""

    title = StringField()
    why = TextAreaField()
    owner = SelectField(validate_choice=True)
    action = TextAreaField()
    due_on = DayField()
    seen = IntegerField()
    """The version of the gap that the page showed; nothing for a new one."""

    def validate_title(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data:
            raise ValidationError(gettext("Write what is missing"))
        _at_most(field, LONGEST_TITLE)

    def validate_why(self, field: Field) -> None:
        _words(field)

    def validate_action(self, field: Field) -> None:
        _words(field)


class StepForm(FlaskForm):  # type: ignore[misc]
    """One thing that was done or said."""

    words = TextAreaField()

    def validate_words(self, field: Field) -> None:
        _words(field)
        if not field.data:
            raise ValidationError(gettext("Write what was done"))


class EndForm(FlaskForm):  # type: ignore[misc]
    """How it ended."""

    state = SelectField(choices=[GapState.CLOSED.value, GapState.SET_ASIDE.value])
    words = TextAreaField()
    seen = IntegerField()

    def validate_words(self, field: Field) -> None:
        _words(field)
        if not field.data:
            raise ValidationError(gettext("Write what closed it, or why it is set aside"))


class CaseForm(FlaskForm):  # type: ignore[misc]
    """The owner's words of an investment case."""

    evidence = TextAreaField()
    options = TextAreaField()
    sources = TextAreaField()
    seen = IntegerField()

    def validate_evidence(self, field: Field) -> None:
        _words(field)

    def validate_options(self, field: Field) -> None:
        _words(field)

    def validate_sources(self, field: Field) -> None:
        _words(field)


def _words(field: Field) -> None:
    field.data = own_words(field.data)
    _at_most(field, LONGEST_WORDS)


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
