"""Forms of agreements: what is proposed, and how it ends."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from marketplace.enquiries.agreements.models import Agreement, AgreementEnd
from marketplace.enquiries.agreements.page import NOTICE
from marketplace.enquiries.agreements.refusing import Refused
from marketplace.enquiries.agreements.terms import FURTHEST, Terms, terms_of
from marketplace.enquiries.blueprint import phrases
from marketplace.enquiries.messages.catching import caught
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.models import Mood
from marketplace.offers.models import Offer
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_, CostBasis, FundingRoute
from marketplace.web.day_field import DayField
from marketplace.web.templating import label
from marketplace.web.today import london_today
from marketplace.web.typed import one_line, own_words

NONE = "none"
"""No other offer stands in."""
LONGEST_WORDS = 500
LONGEST_LINE = 300
_LONGEST_NUMBER = 10
_MAY_STAND = frozenset({CaughtKind.ADDRESS, CaughtKind.MANY})
"""Where something is given is part of what is agreed."""
_POUNDS = re.compile(r"£?\s*(\d{1,5}(?:\.\d{1,2})?)")


class _VersionForm(FlaskForm):  # type: ignore[misc]
    """Which version was read."""

    version = HiddenField(default="0")

    @property
    def version_read(self) -> int:
        """0 for nothing yet, and for what is no number."""
        typed = str(self.version.data)
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _LONGEST_NUMBER else 0


class _LookedOver(FlaskForm):  # type: ignore[misc]
    """Words that stand in an agreement, or beside it. What a provider writes is looked over as in messages.

    There they can be sent with a warning, or a moderator reads them first; here neither is possible.
    """

    by_provider = False
    refused: tuple[Refused, ...] = ()
    """What was not taken, for moderators to see."""

    def _take(self, field: Field, text: str, most: int) -> None:
        field.data = text
        _at_most(field, most)
        found = caught(text, phrases()) if self.by_provider else ()
        bad = [one for one in found if one.kind not in _MAY_STAND]
        if bad:
            first = bad[0]
            self.refused += (Refused(text, tuple(dict.fromkeys(one.kind for one in bad))),)
            raise ValidationError(
                gettext("Leave this out: “%(words)s” (%(kind)s)", words=first.words, kind=label(first.kind))
            )


class ButtonForm(_VersionForm):
    """Nothing but a button, and which version was read."""


class TermsForm(_VersionForm, _LookedOver):
    """What one side proposes."""

    sessions = SelectMultipleField()
    starts_on = DayField()
    amount = StringField()
    basis = OneOf([one.value for one in CostBasis], nothing=N_("Choose what the price is for"))
    paid_by = OneOf([one.value for one in FundingRoute], nothing=N_("Choose who pays"))
    when_ill = TextAreaField()
    on_bank_holidays = StringField()
    notice_days = OneOf([str(days) for days in NOTICE], nothing=N_("Choose how long before"), default="28")
    back_up = SelectField(choices=[], validate_choice=False)
    """Which other offer stands in: only the person's side is asked."""
    back_up_words = TextAreaField()

    def validate_starts_on(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the first day"))
        if field.data is not None and abs(field.data - london_today()) > FURTHEST:
            raise ValidationError(gettext("Write a day less than a year away"))

    def validate_amount(self, field: Field) -> None:
        field.data = one_line(field.data)
        is_free = self.basis.data == CostBasis.FREE.value
        if is_free and (not field.data or not self.pounds):
            return
        if is_free:
            raise ValidationError(gettext("It can’t be free and have a price"))
        if not self.pounds:
            raise ValidationError(gettext("Write the price in pounds, like 12.50"))

    def validate_when_ill(self, field: Field) -> None:
        self._take(field, own_words(field.data), LONGEST_WORDS)

    def validate_on_bank_holidays(self, field: Field) -> None:
        self._take(field, one_line(field.data), LONGEST_LINE)

    def validate_back_up_words(self, field: Field) -> None:
        self._take(field, own_words(field.data), LONGEST_LINE)
        if not field.data and self.stands_in is None:
            raise ValidationError(gettext("Write what happens if it falls through one day"))

    @property
    def stands_in(self) -> UUID | None:
        """The offer that was chosen as a back-up; None for none, or one that was not offered to choose."""
        offered = {choice.value for choice in self.back_up.choices} - {NONE}
        return UUID(self.back_up.data) if self.back_up.data in offered else None

    @property
    def pounds(self) -> Decimal | None:
        """What was typed; None where it is no amount."""
        found = _POUNDS.fullmatch(one_line(self.amount.data))
        return Decimal(found[1]) if found else None


class ChangeForm(TermsForm):
    """Other terms for what is agreed. Which offer stands in is not asked: it is the person's own matter."""

    seen = HiddenField(default="")
    from_day = DayField()
    why = TextAreaField()
    has_begun = True

    def validate_starts_on(self, field: Field) -> None:
        if self.has_begun:
            field.process_errors, field.errors = [], ()
        else:
            super().validate_starts_on(field)
            if field.data < london_today():
                raise ValidationError(gettext("Write a day from today on"))

    def validate_from_day(self, field: Field) -> None:
        if self.has_begun and field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write from which day"))

    def validate_back_up_words(self, field: Field) -> None:
        self._take(field, own_words(field.data), LONGEST_LINE)

    def validate_why(self, field: Field) -> None:
        self._take(field, own_words(field.data), LONGEST_WORDS)

    @property
    def seen_change(self) -> UUID | None:
        return _id(self.seen.data)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Which change is answered or taken back."""

    change = HiddenField(default="")

    @property
    def change_id(self) -> UUID | None:
        return _id(self.change.data)


class NoChangeForm(AnswerForm, _LookedOver):
    """Why there is no change."""

    words = TextAreaField()

    def validate_words(self, field: Field) -> None:
        self._take(field, own_words(field.data), LONGEST_WORDS)


class HowForm(_LookedOver):
    """How it is going."""

    mood = OneOf([one.value for one in Mood], nothing=N_("Choose how it is going"))
    words = TextAreaField()
    only_us = BooleanField()
    """Only for the person and who helps them; not asked on the provider's side."""

    def validate_words(self, field: Field) -> None:
        self._take(field, own_words(field.data), LONGEST_WORDS)


class EndForm(_LookedOver):
    """Why it ends, and after which day."""

    reason = OneOf([one.value for one in AgreementEnd], nothing=N_("Choose why it ends"))
    last_day = DayField()
    words = TextAreaField()
    keep = BooleanField()
    """Ask to keep the place for a while; not asked on the provider's side."""

    def validate_last_day(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the last day"))

    def validate_words(self, field: Field) -> None:
        self._take(field, own_words(field.data), LONGEST_WORDS)


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))


def _id(typed: object) -> UUID | None:
    try:
        return UUID(str(typed))
    except ValueError:
        return None


def said_before(offer: Offer, agreement: Agreement | None) -> dict[str, Any]:
    """What the form begins with: what was written, or what the offer says of its price."""
    if agreement is None:
        price = offer.costs[0] if len(offer.costs) == 1 and not offer.costs[0].amount_to else None
        return {
            "version": "0",
            "basis": price.basis.value if price else None,
            "amount": _pounds(price.amount) if price else "",
        }
    return {"version": str(agreement.version), **said_in(terms_of(agreement))}


def said_in(terms: Terms) -> dict[str, Any]:
    """What a form begins with, of terms that are there."""
    return {
        "sessions": [str(one) for one in sorted(terms.session_ids)],
        "starts_on": terms.starts_on,
        "amount": _pounds(terms.amount),
        "basis": terms.basis.value if terms.basis else None,
        "paid_by": terms.paid_by.value if terms.paid_by else None,
        "when_ill": terms.when_ill,
        "on_bank_holidays": terms.on_bank_holidays,
        "notice_days": str(terms.notice_days),
        "back_up_words": terms.back_up_words,
    }


def typed_terms(form: TermsForm, *, starts_on: date) -> Terms:
    """What was typed, once the form is valid, and the first day."""
    basis = CostBasis(form.basis.data)
    return Terms(
        session_ids=frozenset(UUID(one) for one in form.sessions.data or ()),
        starts_on=starts_on,
        amount=Decimal(0) if basis is CostBasis.FREE else form.pounds,
        basis=basis,
        paid_by=FundingRoute(form.paid_by.data),
        when_ill=form.when_ill.data,
        on_bank_holidays=form.on_bank_holidays.data,
        notice_days=int(form.notice_days.data),
        back_up_words=form.back_up_words.data,
    )


def _pounds(amount: Decimal | None) -> str:
    return "" if not amount else f"{amount:.2f}".removesuffix(".00")


class BackUpForm(FlaskForm):  # type: ignore[misc]
    """Which other offer stands in."""

    back_up = OneOf(nothing=N_("Choose one, or none of these"))


class ComeBackForm(FlaskForm):  # type: ignore[misc]
    """From when to go on, and what the provider may read again."""

    first_day = DayField()
    parts = SelectMultipleField()

    def validate_first_day(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the first day"))


class EmploysForm(FlaskForm):  # type: ignore[misc]
    """Who is the employer of the assistant."""

    answer = OneOf(["yes", "no", "not_sure"], nothing=N_("Choose one answer"))


class RelativeForm(FlaskForm):  # type: ignore[misc]
    """Whether the assistant is someone whom a direct payment normally can't pay."""

    answer = OneOf(["yes", "no"], nothing=N_("Choose one answer"))


class TasksForm(FlaskForm):  # type: ignore[misc]
    """What of the employer's list is done."""

    done = SelectMultipleField()


class SumForm(FlaskForm):  # type: ignore[misc]
    """Numbers for the sum; nothing of it is kept, so it is asked by address."""

    hours = StringField()
    pay = StringField()
    insurance = StringField()
    allowance = BooleanField(default=True)

    class Meta:
        csrf = False

    def validate_hours(self, field: Field) -> None:
        _number(field, most=168, wrong=gettext("Write the hours a week, like 6 or 7.5"))

    def validate_pay(self, field: Field) -> None:
        _number(field, most=1000, wrong=gettext("Write the pay in pounds, like 13.50"))

    def validate_insurance(self, field: Field) -> None:
        _number(field, most=10000, wrong=gettext("Write the price in pounds, like 12.50"), zero=True)


def _number(field: Field, *, most: int, wrong: str, zero: bool = False) -> None:
    found = _POUNDS.fullmatch(one_line(field.data))
    number = Decimal(found[1]) if found else None
    if number is None or number > most or (number == 0 and not zero):
        raise ValidationError(wrong)
    field.number = number
