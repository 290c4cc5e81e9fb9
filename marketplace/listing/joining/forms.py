"""Forms of joining, of who may act for a provider, and of its end. Each names every field that it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError

from marketplace.accounts.addresses import normal_email
from marketplace.geo.postcodes import PostcodeError
from marketplace.listing.joining.steps import ASSISTANT, KINDS, JoinStep, is_needed
from marketplace.people.walk import OneOf
from marketplace.providers.document import ProviderPart
from marketplace.providers.models import MemberRole
from marketplace.vocabulary import N_, LegalForm
from marketplace.web.day_field import DayField
from marketplace.web.places import advice, find_place
from marketplace.web.typed import is_name, one_line, own_words

LONGEST_NAME = 200
LONGEST_TOWN = 100
LONGEST_ABOUT = 2000
LONGEST_REASON = 1000
LONGEST_PHONE = 40
LONGEST_WEBSITE = 500
CLOSING_WITHIN = timedelta(days=2 * 365)

_COMPANY_NUMBER = re.compile(r"[A-Z]{2}\d{6}|\d{8}")
_CHARITY_NUMBER = re.compile(r"\d{6,7}(-\d{1,3})?")
_CQC_ID = re.compile(r"1-\d{5,12}|[A-Z0-9]{5}")
_PHONE = re.compile(r"\+?[\d ()-]{5,}")
_WEBSITE = re.compile(r"https?://[\w.-]+\.[a-z]{2,}(:\d+)?(/[^\s<>\"']*)?", re.IGNORECASE)


class JoinForm(FlaskForm):  # type: ignore[misc]
    """One question about a provider; ``changes`` is what its answers are in the provider's document."""

    def changes(self) -> dict[ProviderPart, Any]:
        return {ProviderPart(field.name): field.data for field in self if field.name in _PART_NAMES}


class KindForm(JoinForm):
    legal_form = OneOf([kind.value for kind in KINDS], nothing=N_("Choose what you are"))


class NameForm(JoinForm):
    name = StringField()

    def validate_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the name that people know, without a web address"))
        _at_most(field, LONGEST_NAME)


class WhereForm(JoinForm):
    """A postcode, or its first half; the district is found from it."""

    postcode = StringField()
    town = StringField()
    district_code: str | None = None

    def validate_postcode(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data:
            raise ValidationError(gettext("Enter a postcode. The first half is fine too"))
        try:
            place = find_place(field.data)
        except PostcodeError as error:
            raise ValidationError(advice(error)) from None
        field.data, self.district_code = place.label, place.district_code

    def validate_town(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_TOWN)

    def changes(self) -> dict[ProviderPart, Any]:
        return {**super().changes(), ProviderPart.DISTRICT_CODE: self.district_code}


class AboutForm(JoinForm):
    about = TextAreaField()

    def validate_about(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_ABOUT)


class ContactForm(JoinForm):
    phone = StringField()
    email = StringField()
    website = StringField()

    def validate_phone(self, field: Field) -> None:
        field.data = one_line(field.data)
        if field.data and (not _PHONE.fullmatch(field.data) or len(field.data) > LONGEST_PHONE):
            raise ValidationError(gettext("Enter a phone number, like 01623 555 0101, or leave it empty"))

    def validate_email(self, field: Field) -> None:
        if not (field.data or "").strip():
            field.data = ""
            return
        try:
            field.data = normal_email(field.data)
        except ValueError:
            raise ValidationError(
                gettext("Enter an e-mail address, like name@example.org, or leave it empty")
            ) from None

    def validate_website(self, field: Field) -> None:
        field.data = one_line(field.data)
        if field.data and "://" not in field.data:
            field.data = f"https://{field.data}"
        if field.data and (not _WEBSITE.fullmatch(field.data) or len(field.data) > LONGEST_WEBSITE):
            raise ValidationError(gettext("Enter a website, like www.example.org, or leave it empty"))


class NumberForm(JoinForm):
    registered_number = StringField()
    legal_form: LegalForm = LegalForm.NOT_KNOWN

    def validate_registered_number(self, field: Field) -> None:
        number = one_line(field.data).replace(" ", "").upper()
        if number or is_needed(JoinStep.NUMBER, self.legal_form):
            if self.legal_form in {LegalForm.CHARITY, LegalForm.CIO}:
                if not _CHARITY_NUMBER.fullmatch(number):
                    raise ValidationError(gettext("Enter a charity number, like 1234567"))
            elif not _COMPANY_NUMBER.fullmatch(number):
                raise ValidationError(gettext("Enter a company number, like 01234567"))
        field.data = number


class CqcForm(JoinForm):
    cqc_id = StringField()

    def validate_cqc_id(self, field: Field) -> None:
        number = one_line(field.data).replace(" ", "").upper()
        if number and not _CQC_ID.fullmatch(number):
            raise ValidationError(gettext("Enter the number of the location, like 1-123456789"))
        field.data = number


FORMS: Mapping[JoinStep, type[JoinForm]] = {
    JoinStep.KIND: KindForm,
    JoinStep.NAME: NameForm,
    JoinStep.WHERE: WhereForm,
    JoinStep.ABOUT: AboutForm,
    JoinStep.CONTACT: ContactForm,
    JoinStep.NUMBER: NumberForm,
    JoinStep.CQC: CqcForm,
}
_PART_NAMES = frozenset(part.value for part in ProviderPart)


def form_of(step: JoinStep, *, legal_form: LegalForm, said: Mapping[str, Any]) -> JoinForm:
    """The form of a question, filled with what the provider says of itself."""
    form = FORMS[step](data=dict(said))
    if isinstance(form, NumberForm):
        form.legal_form = legal_form
    elif isinstance(form, KindForm):  # who works for people alone is asked other things from the start
        form.legal_form.choices = [one for one in form.legal_form.choices if one.value != ASSISTANT]
    return form


class ColleagueForm(FlaskForm):  # type: ignore[misc]
    """Whom to ask."""

    email = StringField()

    def validate_email(self, field: Field) -> None:
        try:
            field.data = normal_email(field.data or "")
        except ValueError:
            raise ValidationError(gettext("Enter an e-mail address, like name@example.org")) from None


class RoleForm(FlaskForm):  # type: ignore[misc]
    role = OneOf([role.value for role in MemberRole], nothing=N_("Choose what they may do"))


class ClosingForm(FlaskForm):  # type: ignore[misc]
    """The last day, and why, for moderators."""

    closes_on = DayField()
    reason = TextAreaField()

    today: date

    def validate_closes_on(self, field: Field) -> None:
        if field.data is None:
            raise ValidationError(gettext("Enter your last day"))
        if not self.today <= field.data <= self.today + CLOSING_WITHIN:
            raise ValidationError(gettext("The last day is today or within two years"))

    def validate_reason(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write why you close"))
        _at_most(field, LONGEST_REASON)


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
