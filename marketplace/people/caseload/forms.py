"""Forms of practitioners' work with people."""

from __future__ import annotations

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.accounts.addresses import normal_email
from marketplace.people.caseload.operations import MOST_ITEMS
from marketplace.people.profile.forms import LONGEST_FAMILY_NAME, LONGEST_FIRST_NAME
from marketplace.web.typed import is_name, one_line, own_words

LONGEST_NOTE = 10_000
LONGEST_TITLE = 120
LONGEST_REASON = 2000
LONGEST_ITEM_NOTE = 500


class NameForm(FlaskForm):  # type: ignore[misc]
    """Whom the page is for."""

    first_name = StringField()
    family_name = StringField()

    def validate_first_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the person’s first name"))
        _at_most(field, LONGEST_FIRST_NAME)

    def validate_family_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_FAMILY_NAME)


class ColleagueForm(FlaskForm):  # type: ignore[misc]
    email = StringField()

    def validate_email(self, field: Field) -> None:
        try:
            field.data = normal_email(field.data or "")
        except ValueError:
            raise ValidationError(gettext("Enter an e-mail address, like name@example.org")) from None


class CaseNoteForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField()
    names_others = BooleanField()
    is_safeguarding = BooleanField()

    def validate_text(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write the note"))
        _at_most(field, LONGEST_NOTE)


class PickForm(FlaskForm):  # type: ignore[misc]
    """Which offers go on a list."""

    title = StringField()
    offers = SelectMultipleField()

    def validate_title(self, field: Field) -> None:
        _title(field)

    def validate_offers(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose what goes on the list"))
        if len(field.data) > MOST_ITEMS:
            raise ValidationError(gettext("Choose at most %(most)s", most=MOST_ITEMS))


class ShortlistForm(FlaskForm):  # type: ignore[misc]
    title = StringField()
    note = TextAreaField()

    def validate_title(self, field: Field) -> None:
        _title(field)

    def validate_note(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_REASON)


class ChoiceForm(FlaskForm):  # type: ignore[misc]
    """Why this was chosen, and why nothing else could be considered."""

    reason = TextAreaField()
    no_alternative = TextAreaField()

    def validate_reason(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write why this was chosen"))
        _at_most(field, LONGEST_REASON)

    def validate_no_alternative(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_REASON)


def _title(field: Field) -> None:
    field.data = one_line(field.data)
    if not field.data:
        raise ValidationError(gettext("Give the list a name"))
    _at_most(field, LONGEST_TITLE)


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
