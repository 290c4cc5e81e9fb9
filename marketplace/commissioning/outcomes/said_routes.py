"""'You said, we did': for commissioners to write and show, and for everyone to read."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, CONFLICT, UNPROCESSABLE, blueprint, once
from marketplace.commissioning.council import all_councils, council_of, current_council, enter_council
from marketplace.commissioning.frame import place_of
from marketplace.commissioning.outcomes.models import SaidAndDid
from marketplace.commissioning.outcomes.said import (
    SaidChangedError,
    change,
    councils_that_show,
    gaps_of,
    hide,
    said_of,
    show,
    shown_of,
    write,
)
from marketplace.commissioning.outcomes.said_forms import SaidForm
from marketplace.db import get_session
from marketplace.vocabulary import N_
from marketplace.web.access import Anyone, access

public = Blueprint("said", __name__)

place_of(
    "commissioning.you_said",
    N_("You said, we did"),
    N_("Tell people what changed because they spoke."),
    "talk",
)


@public.get("/you-said")
@access(Anyone())
def councils() -> str:
    """Councils that tell what they changed."""
    names = all_councils()
    found = [(code, names[code]) for code in councils_that_show(get_session()) if code in names]
    return render_template(
        "commissioning/outcomes/you_said_councils.html", councils=sorted(found, key=lambda one: one[1])
    )


@public.get("/you-said/<council_code>")
@access(Anyone())
def council(council_code: str) -> str:
    """What people told one council, and what it did."""
    if council_code not in all_councils():
        abort(404)
    return render_template(
        "commissioning/outcomes/you_said_public.html",
        council=council_of(council_code),
        rows=shown_of(get_session(), council_code),
    )


@blueprint.get("/you-said")
@access(AS_COMMISSIONER)
def you_said() -> str:
    """Everything that is written for the council, shown or not."""
    found = current_council()
    session = get_session()
    return render_template(
        "commissioning/outcomes/you_said.html",
        council=found,
        rows=said_of(session, found.code),
        gaps={one.id: one for one in gaps_of(session, found.code)},
    )


@blueprint.route("/you-said/new", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def you_said_new() -> ResponseReturnValue:
    """Write down what people said, and what was done if it is done."""
    session, found, form, token = get_session(), current_council(), SaidForm(), once()
    form.offer(gaps_of(session, found.code))
    if request.method == "POST" and form.validate():
        try:
            write(
                session,
                council_code=found.code,
                words=form.words,
                form_token=token,
                account=signed_in_account(),
            )
            session.commit()
        except IntegrityError:  # the same form, sent twice at once
            session.rollback()
        return redirect(url_for("commissioning.you_said"), 303)
    page = _form_page(form, once=token)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.route("/you-said/<uuid:said_id>", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def you_said_change(said_id: uuid.UUID) -> ResponseReturnValue:
    """Change what is written."""
    session, row = get_session(), _row(said_id)
    form = SaidForm(
        data={
            "said": row.said,
            "said_on": row.said_on,
            "did": row.did,
            "did_on": row.did_on,
            "theme": row.theme.value if row.theme else "",
            "gap": str(row.gap_id) if row.gap_id else "",
            "seen": row.version,
        }
    )
    form.offer(gaps_of(session, row.council_code))
    if request.method == "POST" and form.validate():
        try:
            change(session, row, words=form.words, expected=form.seen.data or 0, account=signed_in_account())
            session.commit()
            return redirect(url_for("commissioning.you_said"), 303)
        except SaidChangedError:
            session.rollback()
            row = _row(said_id)
            form.seen.data = row.version
            return _form_page(form, row=row, is_stale=True), CONFLICT
    page = _form_page(form, row=row)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.post("/you-said/<uuid:said_id>/<any('show', 'hide'):do>")
@access(AS_COMMISSIONER)
def you_said_show(said_id: uuid.UUID, do: str) -> ResponseReturnValue:
    """Show it to everyone, or take it off again."""
    session, row = get_session(), _row(said_id)
    if do == "show":
        show(session, row, account=signed_in_account(), now=datetime.now(UTC))
    else:
        hide(session, row, account=signed_in_account())
    session.commit()
    return redirect(f"{url_for('commissioning.you_said')}#said-{said_id}", 303)


def _row(said_id: uuid.UUID) -> SaidAndDid:
    """One entry of one of the reader's councils; the page is then of that council."""
    row = get_session().get(SaidAndDid, said_id)
    if row is None:
        abort(404)
    enter_council(row.council_code)
    return row


def _form_page(
    form: SaidForm, *, row: SaidAndDid | None = None, once: str = "", is_stale: bool = False
) -> str:
    return render_template(
        "commissioning/outcomes/you_said_form.html",
        form=form,
        row=row,
        once=once,
        is_stale=is_stale,
        council=current_council(),
    )
