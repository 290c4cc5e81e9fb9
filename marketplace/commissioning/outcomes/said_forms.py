"""The form of 'You said, we did'. It names its fields: nothing else that is sent is read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, TextAreaField, ValidationError

from marketplace.commissioning.outcomes.said import Words
from marketplace.commissioning.register.models import Gap
from marketplace.vocabulary import Theme
from marketplace.web.day_field import DayField
from marketplace.web.templating import label
from marketplace.web.today import london_today
from marketplace.web.typed import own_words, tells_how_to_reach

LONGEST_WORDS = 1000


class SaidForm(FlaskForm):  # type: ignore[misc]
    """What people said, and what was done."""

    said = TextAreaField()
    said_on = DayField()
    did = TextAreaField()
    did_on = DayField()
    theme = SelectField(choices=[])
    gap = SelectField(choices=[])
    seen = IntegerField()
    """The version that the page showed."""

    def offer(self, gaps: Sequence[Gap]) -> None:
        """Fill the lists to choose from."""
        self.theme.choices = [("", gettext("No theme")), *((one.value, label(one)) for one in Theme)]
        self.gap.choices = [
            ("", gettext("No gap")),
            *(
                (str(one.id), gettext("Gap %(number)s: %(title)s", number=one.number, title=one.title))
                for one in gaps
            ),
        ]

    @property
    def words(self) -> Words:
        """Of a form without mistakes."""
        return Words(
            said=self.said.data,
            said_on=self.said_on.data,
            did=self.did.data,
            did_on=self.did_on.data if self.did.data else None,
            theme=Theme(self.theme.data) if self.theme.data else None,
            gap_id=uuid.UUID(self.gap.data) if self.gap.data else None,
        )

    def validate_said(self, field: Field) -> None:
        _clean(field)
        if not field.data:
            raise ValidationError(gettext("Write what people said"))

    def validate_said_on(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the day on which they said it"))
        _is_past(field)

    def validate_did(self, field: Field) -> None:
        _clean(field)

    def validate_did_on(self, field: Field) -> None:
        if field.data is None and not field.process_errors and (self.did.data or "").strip():
            raise ValidationError(gettext("Write the day on which you did it"))
        if field.data and self.said_on.data and field.data < self.said_on.data:
            raise ValidationError(gettext("Write a day after the one on which they said it"))
        _is_past(field)


def _clean(field: Field) -> None:
    field.data = own_words(field.data)
    if len(field.data) > LONGEST_WORDS:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=LONGEST_WORDS))
    if tells_how_to_reach(field.data):
        raise ValidationError(gettext("Leave out phone numbers, mail and web addresses"))


def _is_past(field: Field) -> None:
    if field.data and field.data > london_today():
        raise ValidationError(gettext("Write a day that is not in the future"))
