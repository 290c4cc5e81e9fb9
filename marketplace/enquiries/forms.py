"""Forms of enquiries: whom to ask, what they may read, and words."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.enquiries.models import GIVEN_REASONS
from marketplace.people.steps import Choice
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_
from marketplace.web.typed import is_name, one_line, own_words

LONGEST_WORDS = 4000
LONGEST_NAME = 60
MOST_AT_ONCE = 5


class OffersForm(FlaskForm):  # type: ignore[misc]
    """About which offers."""

    offers = SelectMultipleField()

    def validate_offers(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose at least one"))
        if len(field.data) > MOST_AT_ONCE:
            raise ValidationError(gettext("Choose at most %(most)s at once", most=MOST_AT_ONCE))


class PartsForm(FlaskForm):  # type: ignore[misc]
    """What they may read, and what they may call the person. None of the parts is ticked before."""

    name = StringField()
    parts = SelectMultipleField()

    def validate_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the name that they may use"))
        _at_most(field, LONGEST_NAME)


class WordsForm(FlaskForm):  # type: ignore[misc]
    """Own words, and ready sentences for those who would rather tick."""

    words = TextAreaField()
    starters = SelectMultipleField()

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)


class NoteForm(FlaskForm):  # type: ignore[misc]
    """Words that may stay empty."""

    text = TextAreaField()

    def validate_text(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)


class MessageForm(NoteForm):
    """A message inside an enquiry, or a question: words that are needed."""

    def validate_text(self, field: Field) -> None:
        super().validate_text(field)
        if not field.data:
            raise ValidationError(gettext("Write something first"))


class DeclineForm(NoteForm):
    """Why not."""

    reason = OneOf([one.value for one in GIVEN_REASONS], nothing=N_("Choose a reason"))


def choose_from(field: Field, choices: Iterable[Choice]) -> None:
    """Let *field* take exactly these."""
    field.choices = [SelectChoice(choice.value, choice.value) for choice in choices]


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
