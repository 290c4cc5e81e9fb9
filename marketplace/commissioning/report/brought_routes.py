"""A council's own lists as pages: bring one, look at it, count it, take it out."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from wtforms import Field, FileField, StringField, ValidationError

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, UNPROCESSABLE, blueprint, once
from marketplace.commissioning.council import council_of, current_council
from marketplace.commissioning.report.brought import (
    count_list,
    keep_list,
    list_of,
    lists_of,
    take_out,
    totals_of,
)
from marketplace.commissioning.report.brought_file import COLUMNS, BroughtFile, read_file, template_file
from marketplace.commissioning.report.models import BroughtDemand
from marketplace.db import get_session
from marketplace.gaps.bands import TimeBand
from marketplace.vocabulary import Theme
from marketplace.web.access import access
from marketplace.web.day_field import DayField
from marketplace.web.today import london_today
from marketplace.web.typed import one_line

LONGEST_NAME, LONGEST_SOURCE = 120, 300
MOST_PROBLEMS = 100


class BringForm(FlaskForm):  # type: ignore[misc]
    """A file, what it is called, and where its numbers come from."""

    name = StringField()
    source = StringField()
    counted_on = DayField()
    file = FileField()

    def validate_name(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data:
            raise ValidationError(gettext("Write what the list is called"))
        if len(field.data) > LONGEST_NAME:
            raise ValidationError(gettext("Write at most %(most)s letters", most=LONGEST_NAME))

    def validate_source(self, field: Field) -> None:
        field.data = one_line(field.data)
        if not field.data:
            raise ValidationError(gettext("Write where the numbers come from"))
        if len(field.data) > LONGEST_SOURCE:
            raise ValidationError(gettext("Write at most %(most)s letters", most=LONGEST_SOURCE))

    def validate_counted_on(self, field: Field) -> None:
        if field.data and field.data > london_today():
            raise ValidationError(gettext("Write a day that is not in the future"))

    def validate_file(self, field: Field) -> None:
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(gettext("Choose a file"))


@blueprint.get("/gaps/brought")
@access(AS_COMMISSIONER)
def gaps_brought() -> str:
    """Every list of the council."""
    council = current_council()
    return render_template(
        "commissioning/report/brought.html", council=council, lists=lists_of(get_session(), council.code)
    )


@blueprint.get("/gaps/brought/template.csv")
@access(AS_COMMISSIONER)
def gaps_brought_template() -> Response:
    """A file to write over."""
    response = current_app.response_class(
        template_file(current_council().names), mimetype="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="what-people-want.csv"'
    return response


@blueprint.route("/gaps/brought/new", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def gaps_brought_new() -> ResponseReturnValue:
    """Bring a file. Where a line is wrong nothing is kept, and each is told."""
    council, form, token = current_council(), BringForm(), once()
    read = BroughtFile((), ())
    if request.method == "POST" and form.validate():
        read = read_file(form.file.data.read(), districts=council.names)
        if not read.problems:
            session = get_session()
            try:
                demand = keep_list(
                    session,
                    read.lines,
                    council_code=council.code,
                    name=form.name.data,
                    source=form.source.data,
                    counted_on=form.counted_on.data,
                    form_token=token,
                    account=signed_in_account(),
                    now=datetime.now(UTC),
                )
                session.commit()
            except IntegrityError:  # the same form, sent twice at once
                session.rollback()
                demand = session.scalars(select(BroughtDemand).where(BroughtDemand.form_token == token)).one()
            return redirect(url_for("commissioning.gaps_brought_one", demand_id=demand.id), 303)
    page = render_template(
        "commissioning/report/bring.html",
        council=council,
        form=form,
        once=token,
        problems=read.problems[:MOST_PROBLEMS],
        problem_count=len(read.problems),
        columns=COLUMNS,
        themes=tuple(Theme),
        bands=tuple(TimeBand),
    )
    return (page, UNPROCESSABLE) if form.errors or read.problems else page


@blueprint.get("/gaps/brought/<uuid:demand_id>")
@access(AS_COMMISSIONER)
def gaps_brought_one(demand_id: uuid.UUID) -> str:
    """What is in a list, as the report would tell it."""
    demand = _demand(demand_id)
    return render_template(
        "commissioning/report/brought_one.html",
        council=council_of(demand.council_code),
        demand=demand,
        totals=totals_of(demand),
    )


@blueprint.post("/gaps/brought/<uuid:demand_id>")
@access(AS_COMMISSIONER)
def gaps_brought_set(demand_id: uuid.UUID) -> ResponseReturnValue:
    """Count it, or take it out; each undoes the other."""
    demand, session = _demand(demand_id), get_session()
    if request.form.get("do") == "count":
        count_list(session, demand, account=signed_in_account())
    elif request.form.get("do") == "remove":
        take_out(session, demand, account=signed_in_account(), now=datetime.now(UTC))
    else:
        abort(400)
    session.commit()
    return redirect(url_for("commissioning.gaps_brought_one", demand_id=demand.id), 303)


def _demand(demand_id: uuid.UUID) -> BroughtDemand:
    return list_of(get_session(), demand_id, current_council().code) or abort(404)
