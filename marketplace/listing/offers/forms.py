"""The forms of the questions about an offer. What they hold is checked here and put into the document
by ``answers``; a field that a form does not name can't be written by anyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from marketplace.geo.places import Precision
from marketplace.geo.postcodes import PostcodeDirectoryMissingError, PostcodeError
from marketplace.listing.offers import values
from marketplace.listing.offers.steps import QUESTIONS, OfferStep
from marketplace.offers.reading import LENGTHS
from marketplace.people.walk import OneOf
from marketplace.vocabulary import Answer, Feature, PlaceKind, SupportLevel
from marketplace.web.places import advice, find_place
from marketplace.web.typed import one_line, own_words

MOST_PEOPLE = 1_000
OLDEST = 120
MOST_MILES = 100
MOST_POUNDS = Decimal(10_000)
SHORTEST_VISIT, LONGEST_VISIT = 15, 24 * 60
MADE_FOR, CAN_COME, LEFT_OPEN = "made_for", "can_come", "open"


def at_most(field: Field, most: int) -> None:
    if len(field.data or "") > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))


def whole_number(field: Field, *, least: int, most: int, advice: str) -> int | None:
    """The whole number that was typed; None where nothing was."""
    if not (field.data or "").strip():
        return None
    try:
        return values.parse_whole(field.data, least=least, most=most)
    except values.TypedError:
        raise ValidationError(advice) from None


def pounds(field: Field) -> Decimal | None:
    """The amount that was typed; None where nothing was."""
    if not (field.data or "").strip():
        return None
    try:
        amount = values.parse_pounds(field.data)
    except values.TypedError:
        raise ValidationError(gettext("Enter an amount in pounds, like 4 or 12.50")) from None
    if amount > MOST_POUNDS:
        raise ValidationError(gettext("Enter an amount of up to £10,000"))
    return amount


def miles(field: Field) -> float | None:
    """Kilometres of the miles that were typed; None where nothing was."""
    if not (field.data or "").strip():
        return None
    try:
        return values.parse_miles(field.data, most=MOST_MILES)
    except values.TypedError:
        raise ValidationError(
            gettext("Enter a number of miles, from 1 to %(most)s", most=MOST_MILES)
        ) from None


class OneForm(FlaskForm):  # type: ignore[misc]
    """A question with one answer out of a few."""

    answer = OneOf()


class TicksForm(FlaskForm):  # type: ignore[misc]
    """A question with boxes to tick; *nothing* says what to do where one is needed."""

    answer = SelectMultipleField()
    nothing: str = ""

    def validate_answer(self, field: Field) -> None:
        if self.nothing and not field.data:
            raise ValidationError(gettext(self.nothing))


class NameForm(FlaskForm):  # type: ignore[misc]
    name = StringField()

    def validate_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data:
            raise ValidationError(gettext("Write what it is called"))
        at_most(field, LENGTHS["name"])


class SummaryForm(FlaskForm):  # type: ignore[misc]
    summary = StringField()
    is_needed: bool = True
    """False where a longer description tells it already."""

    def validate_summary(self, field: Field) -> None:
        field.data = one_line(field.data)
        if self.is_needed and not field.data:
            raise ValidationError(gettext("Write in one or two sentences what it is"))
        at_most(field, LENGTHS["summary"])


class DescriptionForm(FlaskForm):  # type: ignore[misc]
    description = TextAreaField()

    def validate_description(self, field: Field) -> None:
        field.data = own_words(field.data)
        at_most(field, LENGTHS["description"])


class LevelsForm(FlaskForm):  # type: ignore[misc]
    """For each level: made for it, can come too, or left open."""

    level_1 = OneOf((MADE_FOR, CAN_COME, LEFT_OPEN), default=LEFT_OPEN)
    level_2 = OneOf((MADE_FOR, CAN_COME, LEFT_OPEN), default=LEFT_OPEN)
    level_3 = OneOf((MADE_FOR, CAN_COME, LEFT_OPEN), default=LEFT_OPEN)
    level_4 = OneOf((MADE_FOR, CAN_COME, LEFT_OPEN), default=LEFT_OPEN)

    @property
    def levels(self) -> dict[SupportLevel, bool]:
        chosen = {level: self[f"level_{level.value}"].data for level in SupportLevel}
        return {level: value == MADE_FOR for level, value in chosen.items() if value != LEFT_OPEN}


class AgesForm(FlaskForm):  # type: ignore[misc]
    min_age = StringField()
    max_age = StringField()
    youngest: int | None = None
    oldest: int | None = None

    def validate_min_age(self, field: Field) -> None:
        self.youngest = self._age(field)

    def validate_max_age(self, field: Field) -> None:
        self.oldest = self._age(field)
        if self.youngest is not None and self.oldest is not None and self.oldest < self.youngest:
            raise ValidationError(gettext("The oldest age must be the same as the youngest, or above it"))

    @staticmethod
    def _age(field: Field) -> int | None:
        words = gettext("Enter an age in years, from 0 to %(oldest)s, or leave it empty", oldest=OLDEST)
        return whole_number(field, least=0, most=OLDEST, advice=words)


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Where it happens; which of the fields are asked hangs on the kind of place."""

    place_name = StringField()
    street = StringField()
    town = StringField()
    postcode = StringField()
    radius = StringField()
    postcode_is_right = BooleanField()
    kind: PlaceKind = PlaceKind.EXACT
    km: float | None = None
    is_unknown: bool = False
    """The postcode has the right shape, but nobody knows it: the page offers to keep it all the same."""

    def validate_place_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LENGTHS["place.name"])

    def validate_street(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LENGTHS["place.street"])

    def validate_town(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LENGTHS["place.town"])

    def validate_postcode(self, field: Field) -> None:
        field.data = one_line(field.data).upper()
        if not field.data and not self.town.data:
            raise ValidationError(gettext("Enter a postcode, like NG18 1AB, or write the town"))
        if not field.data:
            return
        try:
            found = find_place(field.data)
        except PostcodeDirectoryMissingError:
            return
        except PostcodeError as error:
            raise ValidationError(advice(error)) from None
        whole = len(field.data.replace(" ", "")) > len(found.label.replace(" ", ""))
        if whole and found.precision is not Precision.POSTCODE:
            self.is_unknown = True
            if not self.postcode_is_right.data:
                raise ValidationError(
                    gettext("We can’t find this postcode. Check it, or tick below that it is right")
                )
            field.data = _spaced(field.data)
            return
        field.data = found.label

    def validate_radius(self, field: Field) -> None:
        if self.kind is not PlaceKind.TRAVELS_TO_YOU:
            return
        self.km = miles(field)
        if self.km is None:
            raise ValidationError(gettext("Enter how many miles you travel, like 10"))


class VisitsForm(OneForm):
    """Whether a part of the time is enough, and how long it must be."""

    shortest = StringField()
    minutes: int | None = None

    def validate_shortest(self, field: Field) -> None:
        self.minutes = whole_number(
            field,
            least=SHORTEST_VISIT,
            most=LONGEST_VISIT,
            advice=gettext("Enter a number of minutes, like 60, or leave it empty"),
        )


class TransportForm(OneForm):
    radius = StringField()
    price = StringField()
    km: float | None = None
    amount: Decimal | None = None

    def validate_radius(self, field: Field) -> None:
        self.km = miles(field)

    def validate_price(self, field: Field) -> None:
        self.amount = pounds(field)


class GroupForm(FlaskForm):  # type: ignore[misc]
    group_size = StringField()
    staff_ratio = StringField()
    size: int | None = None

    def validate_group_size(self, field: Field) -> None:
        self.size = whole_number(
            field,
            least=1,
            most=MOST_PEOPLE,
            advice=gettext("Enter how many people, like 8, or leave it empty"),
        )

    def validate_staff_ratio(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LENGTHS["staff_ratio"])


class LanguagesForm(FlaskForm):  # type: ignore[misc]
    languages = StringField()

    def validate_languages(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LENGTHS["languages"])


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """Nothing but a button: the token against forged requests."""


def one_form(step: OfferStep, answer: str | None) -> OneForm:
    """The form of a question with one answer, filled with what was said."""
    form = OneForm(data={"answer": answer})
    choose_one(form, step)
    return form


def choose_one(form: OneForm, step: OfferStep) -> None:
    """Let *form* take exactly the question's choices."""
    question = QUESTIONS[step]
    form.answer.choices = [SelectChoice(choice.value, choice.value) for choice in question.choices]
    form.answer.nothing = question.nothing


def ticks_form(step: OfferStep, ticked: Iterable[str]) -> TicksForm:
    """The form of a question with boxes to tick, filled with what was said."""
    form = TicksForm(data={"answer": list(ticked)})
    question = QUESTIONS[step]
    form.answer.choices = [SelectChoice(choice.value, choice.value) for choice in question.choices]
    form.nothing = question.nothing
    return form


def features_form(features: Iterable[Feature], known: Mapping[Feature, bool]) -> FlaskForm:
    """Yes, no or not known for each of *features*; not known until somebody says it."""
    listed = tuple(features)
    answers = tuple(answer.value for answer in Answer)
    fields = {feature.value: OneOf(answers, nothing="", default=Answer.NOT_KNOWN.value) for feature in listed}
    made = type("FeaturesForm", (FlaskForm,), dict(fields))
    said = {
        feature.value: (Answer.YES if known[feature] else Answer.NO).value
        for feature in listed
        if feature in known
    }
    form: FlaskForm = made(data=said)
    return form


def features_said(form: FlaskForm, features: Iterable[Feature]) -> dict[Feature, bool]:
    """What a features form says; what is not known is left out."""
    said = {feature: form[feature.value].data for feature in features}
    return {feature: value == Answer.YES for feature, value in said.items() if value != Answer.NOT_KNOWN}


def _spaced(postcode: str) -> str:
    """The usual way to write a postcode: 'NG18 1AB'."""
    letters = "".join(postcode.split())
    return f"{letters[:-3]} {letters[-3:]}"
