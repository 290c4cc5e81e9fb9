"""Forms of pilots. Each names its fields: nothing else that is sent is read."""

from __future__ import annotations

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField, ValidationError

from marketplace.web.day_field import DayField
from marketplace.web.typed import one_line, own_words

LONGEST_NAME = 120
LONGEST_WORDS = 4000


class PilotForm(FlaskForm):  # type: ignore[misc]
    """What is tried, and from when to when."""

    name = StringField()
    about = TextAreaField()
    starts_on = DayField()
    ends_on = DayField()

    def validate_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data:
            raise ValidationError(gettext("Write what the pilot is called"))
        _at_most(field, LONGEST_NAME)

    def validate_about(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)

    def validate_starts_on(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the day on which it starts"))

    def validate_ends_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("Write a day after the one on which it starts"))


class EndForm(FlaskForm):  # type: ignore[misc]
    """When it ends, and what was learned."""

    ends_on = DayField()
    learned = TextAreaField()
    seen = IntegerField()
    """The version of the pilot that the page showed."""

    def validate_ends_on(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the day on which it ends"))

    def validate_learned(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
