"""Several questions that are one act: one question a page, nothing kept until the last button.

What was answered on earlier pages travels in the form itself, so nothing half done lies in the
database, every page works without script, and going back loses nothing. All answers are checked again
at the end, whatever a browser sends.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectField, ValidationError

CHECK = "check"
"""The last page: what was answered, to be looked at once more."""


class OneOf(SelectField):  # type: ignore[misc]
    """One answer out of a few; *nothing* says what to do where none was chosen."""

    def __init__(self, values: Iterable[str] = (), *, nothing: str = "", **options: object) -> None:
        super().__init__(choices=[SelectChoice(value, value) for value in values], **options)
        self.nothing = nothing

    def pre_validate(self, form: object) -> None:
        if self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(gettext(self.nothing))


@dataclass(frozen=True)
class Walk:
    """Where someone is in the questions: the page to show, and all forms by the name of their page."""

    forms: Mapping[str, FlaskForm]
    page: str
    """A name of *forms*, or ``CHECK``."""
    is_sent: bool
    """The button of the last page was pressed, and every answer is good."""
    once: uuid.UUID
    """The same for every sending of one form: what is sent twice is done once."""

    @property
    def form(self) -> FlaskForm | None:
        return self.forms.get(self.page)

    @property
    def has_problem(self) -> bool:
        return self.form is not None and bool(self.form.errors)

    @property
    def before(self) -> str:
        """The page before this one, '' before the first."""
        names = [*self.forms, CHECK]
        place = names.index(self.page)
        return names[place - 1] if place else ""

    @property
    def carried(self) -> Sequence[tuple[str, str]]:
        """Names and values of the answers of all other pages, so far as they were given."""
        return [
            (field.name, str(value))
            for name, form in self.forms.items()
            if name != self.page
            for field in _answers(form)
            if field.name in request.form
            for value in (field.data if isinstance(field.data, list) else [field.data])
        ]


def walk(forms: Mapping[str, FlaskForm]) -> Walk:
    """Read what was sent so far and find the page that comes next.

    *forms* are in the order of their pages; a page whose answers are not good is shown again.
    """
    names = list(forms)
    once = _once()
    if request.method != "POST":
        return Walk(forms, names[0], is_sent=False, once=once)
    shown = request.form.get("page", names[0])
    wanted = request.form.get("go")
    if wanted in forms:
        return Walk(forms, str(wanted), is_sent=False, once=once)
    for name, form in forms.items():
        was_seen = name == shown or _is_carried(form)
        if not was_seen or not form.validate():
            return Walk(forms, name, is_sent=False, once=once)
    return Walk(forms, CHECK, is_sent=shown == CHECK, once=once)


def _is_carried(form: FlaskForm) -> bool:
    return any(field.name in request.form for field in _answers(form))


def _answers(form: FlaskForm) -> list[Field]:
    return [field for field in form if field.name != "csrf_token"]


def _once() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("once", ""))
    except ValueError:
        return uuid.uuid4()
