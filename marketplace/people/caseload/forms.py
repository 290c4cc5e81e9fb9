"""Forms of practitioners' work with people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.accounts.addresses import normal_email
from marketplace.people.caseload.claiming import as_code, in_groups
from marketplace.people.caseload.operations import MOST_ITEMS
from marketplace.people.profile.forms import LONGEST_FAMILY_NAME, LONGEST_FIRST_NAME
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_
from marketplace.web.typed import is_name, one_line, own_words

LONGEST_NOTE = 10_000
LONGEST_TITLE = 120
LONGEST_REASON = 2000
LONGEST_ITEM_NOTE = 500
LONGEST_WHY = 500
YES, NO = "yes", "no"


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


class AskForm(FlaskForm):  # type: ignore[misc]
    """Whom to ask by mail."""

    name = StringField()
    email = StringField()

    def validate_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the person’s first name"))
        _at_most(field, LONGEST_FIRST_NAME)

    def validate_email(self, field: Field) -> None:
        try:
            field.data = normal_email(field.data or "")
        except ValueError:
            raise ValidationError(gettext("Enter an e-mail address, like name@example.org")) from None


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why someone is asked, for them to read."""

    reason = TextAreaField()

    def validate_reason(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write why you ask, so that they know it is you"))
        _at_most(field, LONGEST_WHY)


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField()

    def validate_code(self, field: Field) -> None:
        field.data = in_groups(as_code(field.data or ""))
        if not field.data:
            raise ValidationError(gettext("Write the code from the paper"))


class KeepForm(FlaskForm):  # type: ignore[misc]
    """For each of those who see a page: may they go on? Its fields are made by ``keep_form``."""

    def keeps(self, one: uuid.UUID) -> bool:
        return bool(self[_keep(one)].data == YES)


def keep_form(people: Iterable[tuple[uuid.UUID, str]]) -> KeepForm:
    """A form with one question for each; nothing is ticked before it is answered."""
    words = N_("Choose if they may go on: everyone needs an answer")
    fields = {_keep(one): OneOf([YES, NO], nothing=words) for one, _ in people}
    form: KeepForm = type("KeepForm", (KeepForm,), fields)()
    return form


def _keep(one: uuid.UUID) -> str:
    return f"keep-{one}"


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
