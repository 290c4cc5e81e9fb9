"""Forms of the profile that the anonymous journey does not have.

Each form remembers, in ``seen``, what the profile said when the form was opened: a form that began
from something else by the time it is sent is shown the conflict instead of writing over it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.matching.needs import MAX_GOALS
from marketplace.people.forms import WhatForm
from marketplace.people.profile.models import CommunicationNeed
from marketplace.vocabulary import Word
from marketplace.web.typed import is_name, one_line, own_words

LONGEST_NOTE = 2000
LONGEST_COMMUNICATION_NOTE = 300
LONGEST_FIRST_NAME = 60
LONGEST_FAMILY_NAME = 80
SEEN_LETTERS = 16
SEEN = "seen"
"""Name of the hidden field."""


def seen(value: Any) -> str:
    """A short mark of what the profile said; the same content gives the same mark."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:SEEN_LETTERS]


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))


class GoalsForm(WhatForm):
    """Goals of one kind; choosing nothing is an answer too."""

    others: int = 0
    """How many goals of other kinds there are."""

    def validate_answer(self, field: Field) -> None:
        lines = [line for line in (self.own_words.data or "").splitlines() if line.strip()]
        most = MAX_GOALS - self.others
        if len(field.data or ()) + len(lines) > most:
            raise ValidationError(
                gettext(
                    "You can have %(all)s goals in all. Choose at most %(most)s here",
                    all=MAX_GOALS,
                    most=most,
                )
            )


class NoteForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField()

    def validate_text(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_NOTE)


class NameForm(FlaskForm):  # type: ignore[misc]
    first_name = StringField()
    family_name = StringField()

    def validate_first_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the name we should call you"))
        _at_most(field, LONGEST_FIRST_NAME)

    def validate_family_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_FAMILY_NAME)


class TicksForm(FlaskForm):  # type: ignore[misc]
    """Boxes to tick, of which none may be ticked too."""

    answer = SelectMultipleField()
    most: int | None = None

    def validate_answer(self, field: Field) -> None:
        chosen = len(field.data or ())
        if self.most is not None and chosen > self.most:
            raise ValidationError(
                gettext("Choose at most %(most)s. You chose %(chosen)s", most=self.most, chosen=chosen)
            )


class CommunicationNoteForm(FlaskForm):  # type: ignore[misc]
    note = StringField()

    def validate_note(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_COMMUNICATION_NOTE)


class YesNoForm(FlaskForm):  # type: ignore[misc]
    answer = SelectMultipleField(choices=[SelectChoice("yes", "yes"), SelectChoice("no", "no")])

    def validate_answer(self, field: Field) -> None:
        if len(field.data or ()) != 1:
            raise ValidationError(gettext("Choose yes or no"))


def ticks_form(values: Iterable[str], *, ticked: Iterable[str], most: int | None = None) -> TicksForm:
    """A form to tick any of *values*, filled with what is ticked so far."""
    form = TicksForm(data={"answer": list(ticked)})
    form.answer.choices = [SelectChoice(value, value) for value in values]
    form.most = most
    return form


def communication_form(ticked: Iterable[Word]) -> TicksForm:
    return ticks_form([need.value for need in CommunicationNeed], ticked=[one.value for one in ticked])
