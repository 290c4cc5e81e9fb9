"""The form of a lawful hold."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_, Word

LONGEST_REASON = 2000


class ReviewIn(Word):
    """When someone looks again whether a record still has to be kept."""

    MONTH = "month", N_("In one month")
    QUARTER = "quarter", N_("In three months")
    HALF_YEAR = "half_year", N_("In six months")

    def day(self, today: date) -> date:
        days = {ReviewIn.MONTH: 30, ReviewIn.QUARTER: 91, ReviewIn.HALF_YEAR: 182}
        return today + timedelta(days=days[self])


class HoldForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(
        validators=[
            InputRequired(lazy_gettext("Write the reason in law")),
            Length(max=LONGEST_REASON, message=lazy_gettext("Write it shorter")),
        ]
    )
    review = OneOf([one.value for one in ReviewIn], nothing=N_("Choose when someone looks at it again"))
