"""The investment case of a gap as a page, as a document, and its owner's words."""

from __future__ import annotations

import uuid

from flask import Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, CONFLICT, UNPROCESSABLE, blueprint
from marketplace.commissioning.council import current_council
from marketplace.commissioning.market.statement import as_pdf
from marketplace.commissioning.register.case import as_statement, case_of
from marketplace.commissioning.register.forms import CaseForm
from marketplace.commissioning.register.gap_routes import gap_of
from marketplace.commissioning.register.operations import GapRefusedError, write_case
from marketplace.db import get_session
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.language import translate
from marketplace.web.today import london_today


@blueprint.get("/register/<uuid:gap_id>/case")
@access(AS_COMMISSIONER)
def register_one_case(gap_id: uuid.UUID) -> str:
    """Need, evidence, options, cost and sources on one page."""
    gap = gap_of(gap_id)
    council = current_council()
    return render_template(
        "commissioning/register/case.html",
        gap=gap,
        council=council,
        case=case_of(get_session(), gap, council, today=london_today()),
    )


@blueprint.get("/register/<uuid:gap_id>/case.pdf")
@access(AS_COMMISSIONER)
def register_one_case_pdf(gap_id: uuid.UUID) -> Response:
    """The same to print and to send on: a tagged PDF."""
    gap = gap_of(gap_id)
    council, settings = current_council(), current_settings()
    case = case_of(get_session(), gap, council, today=london_today())
    content = as_pdf(
        as_statement(gap, case, council),
        templates_dir=settings.templates_dir,
        fonts=[settings.static_dir / "built" / "fonts"],
    )
    response = current_app.response_class(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="investment-case-{gap.number}.pdf"'
    return response


@blueprint.route("/register/<uuid:gap_id>/case/words", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def register_one_case_words(gap_id: uuid.UUID) -> ResponseReturnValue:
    """What the numbers can't say."""
    gap, session = gap_of(gap_id), get_session()
    form = CaseForm(
        data={
            "evidence": gap.evidence,
            "options": gap.options,
            "sources": gap.sources,
            "seen": gap.version,
        }
    )
    status, problem = 200, ""
    if form.is_submitted():
        status = UNPROCESSABLE
        if form.validate():
            try:
                write_case(
                    session,
                    gap,
                    evidence=form.evidence.data,
                    options=form.options.data,
                    sources=form.sources.data,
                    expected=form.seen.data or 0,
                    account=signed_in_account(),
                )
                session.commit()
                return redirect(url_for("commissioning.register_one_case", gap_id=gap_id), 303)
            except GapRefusedError as refused:
                session.rollback()
                gap = gap_of(gap_id)
                form.seen.data, problem, status = gap.version, translate(refused.why.label), CONFLICT
    page = render_template("commissioning/register/case_words.html", form=form, gap=gap, problem=problem)
    return page, status
