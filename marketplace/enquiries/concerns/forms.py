"""Forms of worries."""

from __future__ import annotations

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField, TextAreaField, ValidationError

from marketplace.enquiries.concerns.words import Worry
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_
from marketplace.web.typed import one_line, own_words

LONGEST = 4000


class WorryForm(FlaskForm):  # type: ignore[misc]
    """About a message or an enquiry: a picture is enough."""

    worry = OneOf([one.value for one in Worry], nothing=N_("Choose what worries you"))
    words = TextAreaField()
    end_too = BooleanField()
    """End at once what is agreed with them; asked only where something is."""

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST)


class ConcernForm(FlaskForm):  # type: ignore[misc]
    """From anyone, about anyone; only words are needed."""

    words = TextAreaField()
    contact = StringField()
    in_danger = BooleanField()

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write what worries you"))
        _at_most(field, LONGEST)

    def validate_contact(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, 254)


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
