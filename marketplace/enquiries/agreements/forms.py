"""Forms of agreements: what is proposed, and how it ends."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectMultipleField, StringField, TextAreaField, ValidationError

from marketplace.enquiries.agreements.models import Agreement, AgreementEnd
from marketplace.enquiries.agreements.operations import Terms
from marketplace.enquiries.agreements.page import NOTICE
from marketplace.enquiries.models import Mood
from marketplace.offers.models import Offer
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_, CostBasis, FundingRoute
from marketplace.web.day_field import DayField
from marketplace.web.typed import one_line, own_words

LONGEST_WORDS = 500
LONGEST_LINE = 300
_POUNDS = re.compile(r"£?\s*(\d{1,5}(?:\.\d{1,2})?)")


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """Nothing but a button, and which version was read."""

    version = HiddenField()


class TermsForm(FlaskForm):  # type: ignore[misc]
    """What one side proposes."""

    version = HiddenField(default="0")
    sessions = SelectMultipleField()
    starts_on = DayField()
    amount = StringField()
    basis = OneOf([one.value for one in CostBasis], nothing=N_("Choose what the price is for"))
    paid_by = OneOf([one.value for one in FundingRoute], nothing=N_("Choose who pays"))
    when_ill = TextAreaField()
    on_bank_holidays = StringField()
    notice_days = OneOf([str(days) for days in NOTICE], nothing=N_("Choose how long before"), default="28")
    back_up_words = TextAreaField()

    def validate_starts_on(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the first day"))

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
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)

    def validate_on_bank_holidays(self, field: Field) -> None:
        field.data = one_line(field.data)
        _at_most(field, LONGEST_LINE)

    def validate_back_up_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write what happens if it falls through one day"))
        _at_most(field, LONGEST_LINE)

    @property
    def pounds(self) -> Decimal | None:
        """What was typed; None where it is no amount."""
        found = _POUNDS.fullmatch(one_line(self.amount.data))
        return Decimal(found[1]) if found else None


class HowForm(FlaskForm):  # type: ignore[misc]
    """How it is going."""

    mood = OneOf([one.value for one in Mood], nothing=N_("Choose how it is going"))
    words = TextAreaField()

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)


class EndForm(FlaskForm):  # type: ignore[misc]
    """Why it ends, and after which day."""

    reason = OneOf([one.value for one in AgreementEnd], nothing=N_("Choose why it ends"))
    last_day = DayField()
    words = TextAreaField()

    def validate_last_day(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the last day"))

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field, LONGEST_WORDS)


def _at_most(field: Field, most: int) -> None:
    if len(field.data) > most:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=most))


def said_before(offer: Offer, agreement: Agreement | None) -> dict[str, Any]:
    """What the form begins with: what was written, or what the offer says of its price."""
    if agreement is None:
        price = offer.costs[0] if len(offer.costs) == 1 and not offer.costs[0].amount_to else None
        return {
            "version": "0",
            "basis": price.basis.value if price else None,
            "amount": _pounds(price.amount) if price else "",
        }
    return {
        "version": str(agreement.version),
        "sessions": [str(one.session_id) for one in agreement.sessions],
        "starts_on": agreement.starts_on,
        "amount": _pounds(agreement.amount),
        "basis": agreement.basis.value if agreement.basis else None,
        "paid_by": agreement.paid_by.value if agreement.paid_by else None,
        "when_ill": agreement.when_ill,
        "on_bank_holidays": agreement.on_bank_holidays,
        "notice_days": str(agreement.notice_days),
        "back_up_words": agreement.back_up_words,
    }


def typed_terms(form: TermsForm) -> Terms:
    """What was typed, once the form is valid."""
    basis = CostBasis(form.basis.data)
    return Terms(
        session_ids=frozenset(UUID(one) for one in form.sessions.data or ()),
        starts_on=form.starts_on.data,
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
