"""The forms about a household. A field that a form does not name can't be written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError

from marketplace.geo.places import Precision
from marketplace.geo.postcodes import PostcodeError
from marketplace.listing.offers.forms import at_most, whole_number
from marketplace.listing.shared_lives.questions import YES_NO, HouseholdStep
from marketplace.people.walk import OneOf
from marketplace.vocabulary import Answer
from marketplace.web.day_field import DayField
from marketplace.web.places import advice, find_place
from marketplace.web.today import london_today
from marketplace.web.typed import is_name, one_line, own_words

LONGEST_NAMES = 120
LONGEST_REFERENCE = 60
LONGEST_TOWN = 100
LONGEST_STREET = 200
LONGEST_PETS = 200
LONGEST_ABOUT = 1000
MOST_PEOPLE = 9

_ANSWERS = tuple(answer.value for answer in YES_NO)
_YES = {Answer.YES.value: True, Answer.NO.value: False}


class WhoForm(FlaskForm):  # type: ignore[misc]
    first_names = StringField()
    scheme_reference = StringField()

    def validate_first_names(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the first names of the carers, like Jean and Tom"))
        at_most(field, LONGEST_NAMES)

    def validate_scheme_reference(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LONGEST_REFERENCE)

    @property
    def told(self) -> dict[str, Any]:
        return {"first_names": self.first_names.data, "scheme_reference": self.scheme_reference.data}


class AreaForm(FlaskForm):  # type: ignore[misc]
    postcode = StringField()
    town = StringField()
    street = StringField()

    def validate_postcode(self, field: Field) -> None:
        try:
            found = find_place(one_line(field.data))
        except PostcodeError as error:
            raise ValidationError(advice(error)) from None
        if found.precision is not Precision.POSTCODE:
            raise ValidationError(
                gettext("Enter the whole postcode, like NG18 1AB. Only its first half is shown")
            )
        field.data = found.label

    def validate_town(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not is_name(field.data):
            raise ValidationError(gettext("Write the name of the town or village"))
        at_most(field, LONGEST_TOWN)

    def validate_street(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LONGEST_STREET)

    @property
    def told(self) -> dict[str, Any]:
        return {"postcode": self.postcode.data, "town": self.town.data, "street": self.street.data}


class HomeForm(FlaskForm):  # type: ignore[misc]
    """Yes, no or not known for each fact; what is not said is not known."""

    has_pets = OneOf(_ANSWERS, default=Answer.NOT_KNOWN.value)
    smokes = OneOf(_ANSWERS, default=Answer.NOT_KNOWN.value)
    step_free = OneOf(_ANSWERS, default=Answer.NOT_KNOWN.value)
    has_children = OneOf(_ANSWERS, default=Answer.NOT_KNOWN.value)
    is_rural = OneOf(_ANSWERS, default=Answer.NOT_KNOWN.value)
    pets = StringField()

    def validate_pets(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LONGEST_PETS)

    @property
    def told(self) -> dict[str, Any]:
        return {
            "has_pets": _YES.get(self.has_pets.data),
            "smokes": _YES.get(self.smokes.data),
            "step_free": _YES.get(self.step_free.data),
            "has_children": _YES.get(self.has_children.data),
            "is_rural": _YES.get(self.is_rural.data),
            "pets": self.pets.data,
        }


class PeopleForm(FlaskForm):  # type: ignore[misc]
    people_at_once = StringField()
    people: int | None = None

    def validate_people_at_once(self, field: Field) -> None:
        self.people = whole_number(
            field,
            least=1,
            most=MOST_PEOPLE,
            advice=gettext("Enter how many people, from 1 to %(most)s, or leave it empty", most=MOST_PEOPLE),
        )

    @property
    def told(self) -> dict[str, Any]:
        return {"people_at_once": self.people}


class AboutForm(FlaskForm):  # type: ignore[misc]
    about = TextAreaField()

    def validate_about(self, field: Field) -> None:
        field.data = own_words(field.data)
        at_most(field, LONGEST_ABOUT)

    @property
    def told(self) -> dict[str, Any]:
        return {"about": self.about.data}


class ApprovedForm(FlaskForm):  # type: ignore[misc]
    approved_on = DayField()
    review_on = DayField()

    def validate_approved_on(self, field: Field) -> None:
        if field.data is not None and field.data > london_today():
            raise ValidationError(gettext("Enter a day that is not after today"))

    def validate_review_on(self, field: Field) -> None:
        approved: date | None = self.approved_on.data
        if field.data is not None and approved is not None and field.data < approved:
            raise ValidationError(gettext("Enter a day after you approved them"))

    @property
    def told(self) -> dict[str, Any]:
        return {"approved_on": self.approved_on.data, "review_on": self.review_on.data}


_FORMS: Mapping[HouseholdStep, type[FlaskForm]] = {
    HouseholdStep.WHO: WhoForm,
    HouseholdStep.AREA: AreaForm,
    HouseholdStep.HOME: HomeForm,
    HouseholdStep.PEOPLE: PeopleForm,
    HouseholdStep.ABOUT: AboutForm,
    HouseholdStep.APPROVED: ApprovedForm,
}


def form_of(step: HouseholdStep, answer: Mapping[str, Any]) -> Any:
    """The form of a question, filled with the answer so far."""
    shown = {name: _as_typed(value) for name, value in answer.items() if value is not None}
    return _FORMS[step](data=shown)


def _as_typed(value: Any) -> Any:
    if isinstance(value, bool):
        return (Answer.YES if value else Answer.NO).value
    return str(value) if isinstance(value, int) else value
