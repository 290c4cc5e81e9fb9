"""Councils' own numbers, as settings: who is rung about someone's safety, and when that was last checked."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import Field, HiddenField, StringField, ValidationError

from marketplace.accounts.access import HasRole
from marketplace.accounts.current import signed_in_account, signed_in_as
from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.db import get_session
from marketplace.enquiries.concerns.models import CouncilNumber, NumberFor
from marketplace.enquiries.concerns.numbers import (
    Number,
    StaleNumberError,
    number_at,
    numbers_by_council,
    numbers_of,
    set_number,
)
from marketplace.listing.checks.page import council_names
from marketplace.moderation.blueprint import CONFLICT, UNPROCESSABLE, blueprint
from marketplace.vocabulary import Role
from marketplace.web.access import access
from marketplace.web.day_field import DayField
from marketplace.web.today import london_today
from marketplace.web.typed import one_line

_SETTING = HasRole(Role.MODERATOR, Role.ADMINISTRATOR)
_FOR = "<any({}):number_for>".format(", ".join(NumberFor))
_PHONE = re.compile(r"\+?[\d() -]{3,40}")
_LONGEST_WORDS = 200
_LONGEST_SOURCE = 300
READ_AGAIN_AFTER = timedelta(days=365)
_DONE = {"saved", "same", "removed"}


class NumberForm(FlaskForm):  # type: ignore[misc]
    """One number; an empty phone takes it away."""

    expected = HiddenField()
    phone = StringField()
    words = StringField()
    source = StringField()
    checked_on = DayField()

    def validate_phone(self, field: Field) -> None:
        field.data = one_line(field.data)
        if field.data and (not _PHONE.fullmatch(field.data) or sum(map(str.isdigit, field.data)) < 3):
            raise ValidationError(gettext("Enter a phone number, like 0300 500 80 80"))

    def validate_words(self, field: Field) -> None:
        field.data = one_line(field.data)
        if len(field.data) > _LONGEST_WORDS:
            raise ValidationError(
                gettext("This is too long. Write at most %(most)s letters", most=_LONGEST_WORDS)
            )

    def validate_source(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not self.phone.data and not field.data:
            return
        parts = urlsplit(field.data)
        if parts.scheme != "https" or not parts.hostname or len(field.data) > _LONGEST_SOURCE:
            raise ValidationError(
                gettext("Enter the council’s page where you read it, starting with https://")
            )

    def validate_checked_on(self, field: DayField) -> None:
        if field.process_errors or not self.phone.data:
            return
        if field.data is None:
            raise ValidationError(gettext("Enter the day on which you read it"))
        if field.data > london_today():
            raise ValidationError(gettext("You can’t have read it on a day to come"))


@blueprint.get("/moderation/council-numbers")
@access(_SETTING)
def council_numbers() -> str:
    """Which council: those with numbers first, and which of them should be read again."""
    names, known = council_names(), numbers_by_council(get_session())
    return render_template(
        "moderation/numbers/councils.html",
        own=sorted(
            ((code, names.get(code, code), numbers) for code, numbers in known.items()),
            key=lambda one: one[1],
        ),
        others=[(code, name) for code, name in names.items() if code not in known],
        is_old=_is_old,
    )


@blueprint.get("/moderation/council-numbers/<council>")
@access(_SETTING)
def numbers_of_council(council: str) -> str:
    """What one council told, and who changed it when."""
    session, name = get_session(), _name(council)
    done = request.args.get("done", "")
    return render_template(
        "moderation/numbers/council.html",
        council=council,
        name=name,
        numbers=numbers_of(session, council),
        kinds=tuple(NumberFor),
        history=_history(council),
        labels={kind.value: kind for kind in NumberFor},
        is_old=_is_old,
        done=done if done in _DONE else "",
    )


@blueprint.route(f"/moderation/council-numbers/<council>/{_FOR}", methods=["GET", "POST"])
@access(_SETTING)
def council_number(council: str, number_for: str) -> ResponseReturnValue:
    """Change one number, or only say that it was read again."""
    session, name, kind = get_session(), _name(council), NumberFor(number_for)
    row = number_at(session, council, kind)
    form = NumberForm(data=_as_form(row))
    is_stale = False
    if request.method == "POST" and form.validate():
        phone = form.phone.data
        try:
            is_new = set_number(
                session,
                council=council,
                number_for=kind,
                number=Number(
                    phone=phone,
                    words=form.words.data if phone else "",
                    source=form.source.data if phone else "",
                    checked_on=form.checked_on.data if phone else None,
                ),
                expected=int(form.expected.data) if form.expected.data.isdecimal() else 0,
                account=signed_in_account(),
                role=Role.MODERATOR if signed_in_as(Role.MODERATOR) else Role.ADMINISTRATOR,
            )
        except StaleNumberError as stale:
            session.rollback()
            is_stale, row = True, stale.theirs
            form.expected.data = str(row.version if row else 0)
        else:
            session.commit()
            done = "same" if not is_new else "saved" if phone else "removed"
            return redirect(url_for("moderation.numbers_of_council", council=council, done=done), 303)
    page = render_template(
        "moderation/numbers/number.html",
        council=council,
        name=name,
        kind=kind,
        form=form,
        theirs=number_at(session, council, kind) if is_stale else None,
    )
    if is_stale:
        return page, CONFLICT
    return (page, UNPROCESSABLE) if form.errors else page


def _as_form(row: CouncilNumber | None) -> dict[str, object]:
    if row is None:
        return {"expected": "0"}
    return {
        "expected": str(row.version),
        "phone": row.phone,
        "words": row.words,
        "source": row.source,
        "checked_on": row.checked_on,
    }


def _name(council: str) -> str:
    return council_names().get(council) or abort(404)


def _is_old(number: CouncilNumber) -> bool:
    return number.checked_on is None or number.checked_on < london_today() - READ_AGAIN_AFTER


def _history(council: str) -> list[tuple[AuditEntry, str]]:
    """Who changed a number of the council, the newest first."""
    ids = select(CouncilNumber.id).where(CouncilNumber.council_code == council)
    session = get_session()
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.action.in_((Action.COUNCIL_NUMBER_SET.value, Action.COUNCIL_NUMBER_REMOVED.value)),
            AuditEntry.subject_kind == CouncilNumber.__tablename__,
            AuditEntry.subject_id.in_([str(one) for one in session.scalars(ids)]),
        )
        .order_by(AuditEntry.number.desc())
        .limit(50)
    ).all()
    names = {
        account.id: account.name
        for account in session.scalars(
            select(Account).where(Account.id.in_([one.actor_id for one in entries if one.actor_id]))
        )
    }
    return [(entry, names.get(entry.actor_id, "") if entry.actor_id else "") for entry in entries]
