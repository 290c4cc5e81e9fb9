"""Forms of moderators' work. Each names its fields: nothing else that is sent is read."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, TextAreaField, ValidationError

from marketplace.moderation.models import Verdict
from marketplace.people.walk import OneOf
from marketplace.vocabulary import N_, Word
from marketplace.web.day_field import DayField
from marketplace.web.typed import own_words

LONGEST_WORDS = 2000


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """What is decided about one review, and the words that the provider reads."""

    verdict = OneOf([one.value for one in Verdict], nothing=N_("Choose what you decide"))
    reason = TextAreaField()
    seen = IntegerField()
    """The version of the review that the page showed."""

    def validate_reason(self, field: Field) -> None:
        field.data = own_words(field.data)
        _at_most(field)
        if field.data:
            return
        if self.verdict.data == Verdict.ASK_FOR_CHANGES.value:
            raise ValidationError(gettext("Write what they should change"))
        if self.verdict.data == Verdict.REFUSE.value:
            raise ValidationError(gettext("Write why it is refused"))


class Which(Word):
    """Which of the listings on a page are decided together."""

    TICKED = "ticked", N_("Those I ticked")
    REST = "rest", N_("All on this page, except those I ticked")


class TogetherForm(FlaskForm):  # type: ignore[misc]
    """One decision about several imported listings."""

    which = OneOf([one.value for one in Which], nothing=N_("Choose which of them you mean"))
    verdict = OneOf([Verdict.APPROVE.value, Verdict.REFUSE.value], nothing=N_("Choose what you decide"))
    reason = TextAreaField()

    def validate_reason(self, field: Field) -> None:
        _wanted(field, gettext("Write why, for other moderators"))


class SuspendForm(FlaskForm):  # type: ignore[misc]
    """Why a provider is stopped: for moderators, and for the provider."""

    reason = TextAreaField()
    told = TextAreaField()

    def validate_reason(self, field: Field) -> None:
        _wanted(field, gettext("Write the reason for other moderators"))

    def validate_told(self, field: Field) -> None:
        _wanted(field, gettext("Write what the provider is told"))


class RestoreForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField()

    def validate_reason(self, field: Field) -> None:
        _wanted(field, gettext("Write why it is shown again"))


class Ends(Word):
    """Whether what closes has stopped already."""

    STOPPED = "stopped", N_("It has stopped already")
    ON_A_DAY = "on_a_day", N_("It goes on until a day")


class CloseForm(FlaskForm):  # type: ignore[misc]
    """When a provider closes, and why."""

    ends = OneOf([one.value for one in Ends], nothing=N_("Say when it ends"))
    last_day = DayField()
    reason = TextAreaField()

    def __init__(self, *, today: date) -> None:
        super().__init__()
        self.today = today

    def validate_last_day(self, field: Field) -> None:
        if self.ends.data != Ends.ON_A_DAY.value:
            field.errors = []
            return
        if field.data is None and not field.process_errors:
            raise ValidationError(gettext("Write the last day"))
        if field.data is not None and field.data < self.today:
            raise ValidationError(gettext("This day is over. Choose “It has stopped already”"))

    def validate_reason(self, field: Field) -> None:
        _wanted(field, gettext("Write why it closes"))


class NoteForm(FlaskForm):  # type: ignore[misc]
    """What a provider should make better."""

    text = TextAreaField()
    due_on = DayField()
    is_shared = BooleanField()

    def validate_text(self, field: Field) -> None:
        _wanted(field, gettext("Write what should get better"))


class NoteDoneForm(FlaskForm):  # type: ignore[misc]
    words = TextAreaField()

    def validate_words(self, field: Field) -> None:
        _wanted(field, gettext("Write what came of it"))


def _wanted(field: Field, problem: str) -> None:
    field.data = own_words(field.data)
    if not field.data:
        raise ValidationError(problem)
    _at_most(field)


def _at_most(field: Field) -> None:
    if len(field.data) > LONGEST_WORDS:
        raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=LONGEST_WORDS))
