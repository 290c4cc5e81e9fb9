"""Forms of requests for help: the words, what it is about, when, and a provider's answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectMultipleField, TextAreaField, ValidationError

from marketplace.enquiries.blueprint import phrases
from marketplace.enquiries.help.operations import LONGEST
from marketplace.enquiries.help.said import ALL_SLOTS
from marketplace.enquiries.messages.catching import caught
from marketplace.enquiries.messages.kinds import Caught, CaughtKind
from marketplace.vocabulary import Theme
from marketplace.web.templating import label
from marketplace.web.typed import own_words

SOMETHING_ELSE = "something_else"
ANY_TIME = "any_time"
NO_NAME = "no_name"
_INTRODUCED = re.compile(r"\b(?i:my name is|i am called|i'm called|call me) +([^\W\d_][\w'-]*)")
_SHORTEST_NAME = 2


class _OwnWords(FlaskForm):  # type: ignore[misc]
    """Words that strangers read: without a phone number, an address, bank details or pressure."""

    words = TextAreaField()
    nothing = ""
    found: tuple[Caught, ...] = ()

    def validate_words(self, field: Field) -> None:
        field.data = own_words(field.data)
        if not field.data:
            raise ValidationError(gettext("Write something first"))
        if len(field.data) > LONGEST:
            raise ValidationError(gettext("This is too long. Write at most %(most)s letters", most=LONGEST))
        self.found = tuple(one for one in caught(field.data, phrases()) if one.kind is not CaughtKind.MANY)
        if self.found:
            first = self.found[0]
            raise ValidationError(
                gettext("Leave this out: “%(words)s” (%(kind)s)", words=first.words, kind=label(first.kind))
            )


class HelpForm(_OwnWords):
    """What help is looked for. A name that is in it is asked about once."""

    no_name = SelectMultipleField(choices=[SelectChoice(NO_NAME, NO_NAME)])
    names: Collection[str] = ()
    named = ""

    def validate_words(self, field: Field) -> None:
        super().validate_words(field)
        self.named = name_in(field.data, self.names)
        if self.named and NO_NAME not in (self.no_name.data or ()):
            raise ValidationError(
                gettext("Leave out the name “%(name)s”. Or tick that it is no name here", name=self.named)
            )


class AboutForm(FlaskForm):  # type: ignore[misc]
    about = SelectMultipleField(
        choices=[SelectChoice(value, value) for value in (*(theme.value for theme in Theme), SOMETHING_ELSE)]
    )

    def validate_about(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose what it is about, or “Something else”"))


class TimesForm(FlaskForm):  # type: ignore[misc]
    slots = SelectMultipleField(
        choices=[SelectChoice(value, value) for value in (*(slot.value for slot in ALL_SLOTS), ANY_TIME)]
    )

    def validate_slots(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose a time, or “Any time”"))


class AnswerForm(_OwnWords):
    """'I can help', with a few words."""


def name_in(text: str, names: Iterable[str]) -> str:
    """The first of *names* that stands in *text* as a name, or who the text says it is about; else ''.

    With its capital, and not as the first word of a sentence: 'Will someone come?' names nobody.
    """
    introduced = _INTRODUCED.search(text.replace("’", "'"))
    if introduced is not None:
        return introduced[1]
    for name in names:
        if len(name) < _SHORTEST_NAME:
            continue
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            before = text[: found.start()].rstrip(" \t“\"'(")
            if before and before[-1] not in ".!?\n":
                return name
    return ""
