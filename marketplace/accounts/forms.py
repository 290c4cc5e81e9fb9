"""The forms of accounts and sign-in. What they hold is checked here, kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, SelectChoice, SelectField, StringField, ValidationError

from marketplace.accounts.addresses import normal_email
from marketplace.accounts.passwords import LONGEST, password_problem
from marketplace.vocabulary import Role
from marketplace.web.typed import is_name, one_line

LONGEST_NAME = 120


def _email(_form: FlaskForm, field: Field) -> None:
    """Write the address the way it is kept, or say what is missing."""
    try:
        field.data = normal_email(field.data or "")
    except ValueError:
        raise ValidationError(gettext("Enter an e-mail address, like name@example.org")) from None


def _name(_form: FlaskForm, field: Field) -> None:
    field.data = one_line(field.data)
    if not is_name(field.data):
        raise ValidationError(gettext("Write what we should call you"))
    if len(field.data) > LONGEST_NAME:
        raise ValidationError(gettext("Write at most %(most)s letters", most=LONGEST_NAME))


def _password(_form: FlaskForm, field: Field) -> None:
    """A password that is typed to get in: only that there is one. Blanks around it are its own."""
    if not field.data:
        raise ValidationError(gettext("Enter your password, or ask for a link by e-mail"))


class EmailForm(FlaskForm):  # type: ignore[misc]
    """One address, to which a link is mailed."""

    email = StringField(validators=[_email])


class SignInForm(EmailForm):
    """An address and a password. ``link=1`` asks for a mailed link instead."""

    password = PasswordField(validators=[_password])


class ChangeEmailForm(EmailForm):
    """Another address, from someone who has a password."""

    current = PasswordField(validators=[_password])


class NameForm(FlaskForm):  # type: ignore[misc]
    name = StringField(validators=[_name])


class _NewPassword(FlaskForm):  # type: ignore[misc]
    known: Iterable[str] = ()
    """What others know of its owner and a password should not be made of."""

    def check(self, field: Field) -> None:
        problem = password_problem(field.data or "", known=self.known)
        if problem:
            raise ValidationError(gettext(problem))


class JoinForm(_NewPassword, NameForm):
    """The last step of joining: a name, and a password for who wants one."""

    password = PasswordField()

    def validate_password(self, field: Field) -> None:
        self.known = (*self.known, self.name.data or "")
        if field.data:
            self.check(field)


class NewPasswordForm(_NewPassword):
    password = PasswordField()

    def validate_password(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Write a new password"))
        self.check(field)


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(validators=[_password])


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField()

    def validate_code(self, field: Field) -> None:
        field.data = "".join((field.data or "").split())[:LONGEST]
        if not field.data:
            raise ValidationError(gettext("Enter the six numbers that your app shows"))


class GrantForm(FlaskForm):  # type: ignore[misc]
    """A role to be given, and for which council or organisation."""

    role = SelectField(
        choices=[SelectChoice("", ""), *(SelectChoice(role.value, role.label) for role in Role)]
    )
    organisation = StringField()

    def validate_role(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose a role"))

    def validate_organisation(self, field: Field) -> None:
        field.data = one_line(field.data)
        if len(field.data) > LONGEST_NAME:
            raise ValidationError(gettext("Write at most %(most)s letters", most=LONGEST_NAME))


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """Nothing but a button: the token against forged requests."""
