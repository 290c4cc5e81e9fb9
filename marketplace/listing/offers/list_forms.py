"""The forms of answers of which an offer has several: times, breaks and prices.

Each gives the items that it stands for; a form for one item is filled from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.listing.offers import values
from marketplace.listing.offers.forms import at_most, pounds, whole_number
from marketplace.offers.document import CostSaid, PauseSaid, SessionSaid
from marketplace.offers.reading import LENGTHS
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_, CostBasis, Day, Repeats
from marketplace.web.day_field import DayField
from marketplace.web.typed import one_line

MOST_PLACES = 1_000
MOST_DATES = 20
ASK = "ask"
REPEATED = (Repeats.WEEKLY, Repeats.FORTNIGHTLY, Repeats.MONTHLY)


class _Span:
    """From when to when, and how many places; part of a form."""

    starts = StringField()
    ends = StringField()
    places = StringField()
    places_left = StringField()
    span: tuple[int, int] | None = None
    all_places: int | None = None
    left: int | None = None

    def validate_starts(self, field: Field) -> None:
        _clock(field)

    def validate_ends(self, field: Field) -> None:
        _clock(field)
        try:
            self.span = values.parse_span(self.starts.data, field.data)
        except values.TypedError:
            raise ValidationError(gettext("The end must be after the start, like 9:30am to 2pm")) from None

    def validate_places(self, field: Field) -> None:
        self.all_places = _places(field)

    def validate_places_left(self, field: Field) -> None:
        self.left = _places(field)
        if self.left is not None and self.all_places is not None and self.left > self.all_places:
            raise ValidationError(gettext("There can’t be more places left than there are places"))


class TimesForm(_Span, FlaskForm):  # type: ignore[misc]
    """The same time on one or several days of the week."""

    days = SelectMultipleField(choices=[SelectChoice(one.value, one.value) for one in Day])
    repeats = OneOf(
        [one.value for one in REPEATED], nothing=N_("Choose how often"), default=Repeats.WEEKLY.value
    )
    first_date = DayField()
    last_date = DayField()

    def validate_days(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose at least one day"))

    def validate_last_date(self, field: Field) -> None:
        _in_order(self.first_date, field)

    @property
    def items(self) -> tuple[SessionSaid, ...]:
        starts, ends = self.span or (0, 0)
        return tuple(
            SessionSaid(
                day=Day(one),
                starts=starts,
                ends=ends,
                repeats=Repeats(self.repeats.data),
                first_date=self.first_date.data,
                last_date=self.last_date.data,
                places=self.all_places,
                places_left=self.left,
            )
            for one in self.days.data
        )


class DatesForm(_Span, FlaskForm):  # type: ignore[misc]
    """A time on single dates, each on a line."""

    dates = TextAreaField()
    on: tuple[date, ...] = ()

    def validate_dates(self, field: Field) -> None:
        lines = list(values.parts_of(field.data or ""))
        if not lines:
            raise ValidationError(gettext("Write at least one date, like 4 8 2027"))
        if len(lines) > MOST_DATES:
            raise ValidationError(gettext("Write at most %(most)s dates at once", most=MOST_DATES))
        try:
            self.on = tuple(values.parse_day(line) for line in lines)
        except values.TypedError as error:
            raise ValidationError(
                gettext("‘%(typed)s’ is not a date. Write it like 4 8 2027", typed=str(error)[:40])
            ) from None

    @property
    def items(self) -> tuple[SessionSaid, ...]:
        starts, ends = self.span or (0, 0)
        return tuple(
            SessionSaid(
                day=tuple(Day)[one.weekday()],
                starts=starts,
                ends=ends,
                repeats=Repeats.DATED,
                first_date=one,
                places=self.all_places,
                places_left=self.left,
            )
            for one in self.on
        )


class PauseForm(FlaskForm):  # type: ignore[misc]
    """Days on which it is not on."""

    first_date = DayField()
    last_date = DayField()
    reason = StringField()

    def validate_first_date(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Enter the first day, like 4 8 2027"))

    def validate_last_date(self, field: Field) -> None:
        _in_order(self.first_date, field)

    def validate_reason(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LENGTHS["pauses.reason"])

    @property
    def items(self) -> tuple[PauseSaid, ...]:
        first: date | None = self.first_date.data
        if first is None:
            return ()
        last = self.last_date.data or first
        return (PauseSaid(first_date=first, last_date=last, reason=self.reason.data or ""),)


class CostForm(FlaskForm):  # type: ignore[misc]
    """A price, free, or 'people should ask'."""

    basis = OneOf([*(basis.value for basis in CostBasis), ASK], nothing=N_("Choose how it is paid, or ‘ask’"))
    amount = StringField()
    amount_to = StringField()
    note = StringField()
    pounds: Decimal | None = None
    pounds_to: Decimal | None = None

    @property
    def has_amount(self) -> bool:
        return self.basis.data not in (CostBasis.FREE.value, ASK)

    def validate_amount(self, field: Field) -> None:
        if not self.has_amount:
            return
        self.pounds = pounds(field)
        if not self.pounds:
            raise ValidationError(gettext("Enter the price in pounds, like 4 or 12.50"))

    def validate_amount_to(self, field: Field) -> None:
        if not self.has_amount:
            return
        self.pounds_to = pounds(field)
        if self.pounds and self.pounds_to is not None and self.pounds_to < self.pounds:
            raise ValidationError(gettext("The highest price must not be below the lowest"))

    def validate_note(self, field: Field) -> None:
        field.data = one_line(field.data)
        at_most(field, LENGTHS["costs.note"])

    @property
    def items(self) -> tuple[CostSaid, ...]:
        if self.basis.data == ASK:
            return ()
        basis = CostBasis(self.basis.data)
        to = self.pounds_to if self.pounds_to != self.pounds else None
        return (
            CostSaid(basis=basis, amount=self.pounds or Decimal(0), amount_to=to, note=self.note.data or ""),
        )


class PlacesLeftForm(FlaskForm):  # type: ignore[misc]
    """How many places are left at each time; made by :func:`places_left_form`."""

    sessions: Sequence[SessionSaid] = ()

    @property
    def items(self) -> tuple[SessionSaid, ...]:
        return tuple(
            replace(one, places_left=self[name].left)
            for name, one in zip(_left_names(self.sessions), self.sessions, strict=True)
        )


class _LeftField(StringField):  # type: ignore[misc]
    """Places left of one time."""

    of: SessionSaid
    left: int | None

    def pre_validate(self, form: object) -> None:
        self.left = _places(self)
        if self.left is not None and self.of.places is not None and self.left > self.of.places:
            raise ValidationError(gettext("There can’t be more places left than there are places"))


def places_left_form(sessions: Sequence[SessionSaid]) -> PlacesLeftForm:
    """A field for each time, filled with what was said."""
    names = _left_names(sessions)
    made = type("AllPlacesLeftForm", (PlacesLeftForm,), {name: _LeftField() for name in names})
    form: PlacesLeftForm = made(
        data={
            name: "" if one.places_left is None else str(one.places_left)
            for name, one in zip(names, sessions, strict=True)
        }
    )
    form.sessions = sessions
    for name, one in zip(names, sessions, strict=True):
        form[name].of = one
    return form


def _left_names(sessions: Sequence[SessionSaid]) -> list[str]:
    return [f"left_{number}" for number in range(1, len(sessions) + 1)]


def times_form(session: SessionSaid | None) -> TimesForm:
    """The form of a time that comes again, or an empty one."""
    if session is None:
        return TimesForm()
    return TimesForm(
        data={
            **_span_data(session),
            "days": [session.day.value],
            "repeats": session.repeats.value,
            "first_date": session.first_date,
            "last_date": session.last_date,
        }
    )


def dates_form(session: SessionSaid | None) -> DatesForm:
    """The form of a time on single dates, or an empty one."""
    if session is None:
        return DatesForm()
    return DatesForm(data={**_span_data(session), "dates": values.day_text(session.first_date)})


def pause_form(pause: PauseSaid | None) -> PauseForm:
    if pause is None:
        return PauseForm()
    return PauseForm(
        data={
            "first_date": pause.first_date,
            "last_date": pause.last_date,
            "reason": pause.reason,
        }
    )


def cost_form(cost: CostSaid | None) -> CostForm:
    if cost is None:
        return CostForm()
    return CostForm(
        data={
            "basis": cost.basis.value,
            "amount": values.pounds_text(cost.amount or None),
            "amount_to": values.pounds_text(cost.amount_to),
            "note": cost.note,
        }
    )


def _span_data(session: SessionSaid) -> dict[str, str]:
    return {
        "starts": values.clock_text(session.starts),
        "ends": values.clock_text(session.ends),
        "places": "" if session.places is None else str(session.places),
        "places_left": "" if session.places_left is None else str(session.places_left),
    }


def _clock(field: Field) -> None:
    try:
        values.parse_clock(field.data or "")
    except values.TypedError:
        raise ValidationError(gettext("Enter a time, like 9:30am")) from None


def _in_order(first: Field, last: Field) -> None:
    if first.data is not None and last.data is not None and last.data < first.data:
        raise ValidationError(gettext("The last day must be the first day or after it"))


def _places(field: Field) -> int | None:
    words = gettext("Enter how many places, like 8, or leave it empty")
    return whole_number(field, least=0, most=MOST_PLACES, advice=words)
