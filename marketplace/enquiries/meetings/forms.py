"""Forms of meetings: up to three times, words, how it went, and contact details."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.enquiries.blueprint import phrases
from marketplace.enquiries.meetings.operations import MOST_TIMES, Slot
from marketplace.enquiries.meetings.tasters import wall
from marketplace.enquiries.messages.catching import caught
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.models import Mood
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_
from marketplace.web.clock_field import ClockField
from marketplace.web.day_field import DayField
from marketplace.web.today import now as now_
from marketplace.web.typed import one_line, own_words

LONGEST_PLACE = 120
LONGEST_WORDS = 500
LONGEST_WAY = 90
FURTHEST = timedelta(days=182)
LONGEST_MEETING = timedelta(hours=10)
GOING_ON = {"yes": True, "not_sure": None, "no": False}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]{2,}")
_NOT_A_PLACE = frozenset(CaughtKind) - {CaughtKind.ADDRESS, CaughtKind.MANY}


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """Where, in words."""

    place = StringField()
    needs_place = True

    def validate_place(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data and self.needs_place:
            raise ValidationError(gettext("Write where you meet"))
        _at_most(field, LONGEST_PLACE)
        if any(one.kind in _NOT_A_PLACE for one in caught(field.data, phrases())):
            raise ValidationError(
                gettext("Write only the place here. Leave out phone numbers, links and other words")
            )


class TimesForm(PlaceForm):
    """Up to three times; the first is needed."""

    day_1, from_1, to_1 = DayField(), ClockField(), ClockField()
    day_2, from_2, to_2 = DayField(), ClockField(), ClockField()
    day_3, from_3, to_3 = DayField(), ClockField(), ClockField()

    def validate(self, extra_validators: object = None) -> bool:
        is_good = super().validate(extra_validators)
        self.slots = tuple(self._slots())
        for number, one in enumerate(self.slots):
            if any(
                one.starts_at < other.ends_at and other.starts_at < one.ends_at
                for other in self.slots[:number]
            ):
                _say(self.day_1, gettext("Two of these times overlap"))
                return False
        return is_good and not self.errors

    slots: tuple[Slot, ...] = ()

    @property
    def rows(self) -> list[tuple[DayField, ClockField, ClockField]]:
        return [
            (self[f"day_{number}"], self[f"from_{number}"], self[f"to_{number}"])
            for number in range(1, MOST_TIMES + 1)
        ]

    def _slots(self) -> Iterator[Slot]:
        for number, (day, starts, ends) in enumerate(self.rows):
            is_empty = not any(day.typed) and not starts.data and not ends.data
            if is_empty and number:
                continue
            if any(field.process_errors for field in (day, starts, ends)):
                continue
            if day.data is None:
                _say(day, gettext("Write the day"))
            elif starts.clock is None or ends.clock is None:
                _say(ends if starts.clock else starts, gettext("Write from when to when"))
            else:
                first, last = (one.hour * 60 + one.minute for one in (starts.clock, ends.clock))
                slot = Slot(starts_at=wall(day.data, first), ends_at=wall(day.data, last))
                wrong = _wrong_with(slot, now=now_())
                if wrong:
                    _say(day, wrong)
                else:
                    yield slot


class TasterForm(PlaceForm):
    """Up to three of the days on which it can be tried."""

    needs_place = False
    times = SelectMultipleField()

    def validate_times(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose at least one day"))
        if len(field.data) > MOST_TIMES:
            raise ValidationError(gettext("Choose at most %(most)s days", most=MOST_TIMES))


class WentForm(FlaskForm):  # type: ignore[misc]
    """How it went."""

    mood = OneOf([one.value for one in Mood], nothing=N_("Choose how it went"))


class PersonWentForm(WentForm):
    """The same for the person, with what the provider is told of it."""

    words = TextAreaField()
    go_on = OneOf(list(GOING_ON), nothing=N_("Choose one of the three"))

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)


class ContactForm(FlaskForm):  # type: ignore[misc]
    """How the provider may reach the person."""

    phone = StringField()
    email = StringField()

    def validate_phone(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_WAY)
        digits = sum(letter.isdigit() for letter in field.data)
        if field.data and (not 7 <= digits <= 15 or re.search(r"[^\d\s()+.-]", field.data)):
            raise ValidationError(gettext("Write a phone number, like 01632 960 001"))

    def validate_email(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_WAY)
        if field.data and not _EMAIL.fullmatch(field.data):
            raise ValidationError(gettext("Write an e-mail address, like name@example.com"))
        if not field.data and not one_line(self.phone.data):
            raise ValidationError(gettext("Write a phone number or an e-mail address"))

    @property
    def said(self) -> str:
        """What the provider will read: one line for each way."""
        return "\n".join(one for one in (self.phone.data, self.email.data) if one)


def _wrong_with(slot: Slot, *, now: datetime) -> str:
    if slot.ends_at.timestamp() <= slot.starts_at.timestamp():
        return gettext("The end must be after the start, like 2pm to 3pm")
    if slot.ends_at - slot.starts_at > LONGEST_MEETING:
        return gettext("That is very long. Write a shorter time")
    if slot.starts_at <= now:
        return gettext("This time is over. Write one that is still to come")
    return gettext("Write a day in the next six months") if slot.starts_at > now + FURTHEST else ""


def _say(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))
