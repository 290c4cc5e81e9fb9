"""Forms of checks and of what councils ask for. Each names every field that it takes."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError

from marketplace.people.walk import OneOf
from marketplace.providers.checks import Demand
from marketplace.providers.checks_recording import FOOD_RATINGS, LONGEST_OUTCOME, Seen, default_end
from marketplace.providers.council_words import LONGEST_WORDS
from marketplace.providers.demands import LONGEST_REASON, MOST_MONTHS, Asked
from marketplace.vocabulary import CheckKind, CqcRating
from marketplace.web.day_field import DayField
from marketplace.web.templating import day_words
from marketplace.web.typed import one_line, own_words

_LONG_NUMBER = re.compile(r"(?:\d[\s-]?){9,}")
LONGEST_WHY = 500


class CheckForm(FlaskForm):  # type: ignore[misc]
    """What a moderator saw. There is no field for a file, and none for a certificate's number."""

    seen_on = DayField()
    dated = DayField()
    expires_on = DayField()
    outcome = StringField()

    kind: CheckKind
    demands: tuple[Demand, ...]
    today: date

    def about(self, kind: CheckKind, *, demands: tuple[Demand, ...], today: date) -> None:
        """Which check this is; before it is validated."""
        self.kind, self.demands, self.today = kind, demands, today

    def validate_seen_on(self, field: DayField) -> None:
        if field.process_errors:
            return
        if field.data is None:
            raise ValidationError(gettext("Enter the day on which you saw it"))
        if field.data > self.today:
            raise ValidationError(gettext("You can’t have seen it on a day to come"))
        end = default_end(self.kind, field.data, self.demands)
        if self.dated.data is None and self.expires_on.data is None and end is not None and end < self.today:
            raise ValidationError(
                gettext("With this date it counted until %(day)s. Ask for a newer one", day=day_words(end))
            )

    def validate_dated(self, field: DayField) -> None:
        if field.data is None:
            return
        if field.data > (self.seen_on.data or self.today):
            raise ValidationError(gettext("The date on it can’t be after the day you saw it"))
        end = default_end(self.kind, field.data, self.demands)
        if self.expires_on.data is None and end is not None and end < self.today:
            raise ValidationError(
                gettext("With this date it counted until %(day)s. Ask for a newer one", day=day_words(end))
            )

    def validate_expires_on(self, field: DayField) -> None:
        if field.data is None:
            return
        if field.data < self.today:
            raise ValidationError(gettext("It has run out already, so there is nothing to note"))

    def validate_outcome(self, field: Field) -> None:
        field.data = one_line(field.data)
        if self.kind is CheckKind.CQC_RATING and field.data not in set(CqcRating):
            raise ValidationError(gettext("Choose the rating"))
        if self.kind is CheckKind.FOOD_HYGIENE and field.data not in FOOD_RATINGS:
            raise ValidationError(gettext("Choose the rating"))
        if _LONG_NUMBER.search(field.data):
            raise ValidationError(gettext("Leave the number of the paper out. We do not keep it"))
        if len(field.data) > LONGEST_OUTCOME:
            raise ValidationError(
                gettext("This is too long. Write at most %(most)s letters", most=LONGEST_OUTCOME)
            )

    def seen(self) -> Seen:
        """What the form says; without an end it counts as long as a demand allows."""
        since = self.dated.data or self.seen_on.data
        return Seen(
            seen_on=self.seen_on.data,
            dated=self.dated.data,
            expires_on=self.expires_on.data or default_end(self.kind, since, self.demands),
            outcome=self.outcome.data,
        )


class RemoveForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField()

    def validate_reason(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write why"))
        if len(field.data) > LONGEST_WHY:
            raise ValidationError(
                gettext("This is too long. Write at most %(most)s letters", most=LONGEST_WHY)
            )


class DemandForm(FlaskForm):  # type: ignore[misc]
    """What a council says about one check of one kind of provider."""

    asked = OneOf([one.value for one in Asked])
    months = StringField()
    reason = StringField()
    mark = HiddenField()
    """What the council said when the form was opened."""

    def validate_months(self, field: Field) -> None:
        field.data = (field.data or "").strip()
        if not field.data:
            return
        is_number = field.data.isascii() and field.data.isdigit() and len(field.data) < 5
        if not is_number or not 1 <= int(field.data) <= MOST_MONTHS:
            raise ValidationError(
                gettext("Enter a number of months from 1 to %(most)s, or leave it empty", most=MOST_MONTHS)
            )

    def validate_reason(self, field: Field) -> None:
        field.data = one_line(field.data)
        if self.asked.data == Asked.YES and not field.data:
            raise ValidationError(gettext("Write why it is asked for: providers read it"))
        if len(field.data) > LONGEST_REASON:
            raise ValidationError(
                gettext("This is too long. Write at most %(most)s letters", most=LONGEST_REASON)
            )

    @property
    def month_count(self) -> int | None:
        return int(self.months.data) if self.months.data else None


class WordsForm(FlaskForm):  # type: ignore[misc]
    words = TextAreaField()

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        if len(field.data) > LONGEST_WORDS:
            raise ValidationError(
                gettext("This is too long. Write at most %(most)s letters", most=LONGEST_WORDS)
            )
