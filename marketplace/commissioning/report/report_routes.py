"""Reports that are kept: the list, one that is being made, two side by side, and files."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, defer

from marketplace.accounts.current import signed_in_account
from marketplace.audit import Action, record
from marketplace.commissioning.blueprint import AS_COMMISSIONER, CONFLICT, blueprint
from marketplace.commissioning.council import current_council
from marketplace.commissioning.market.statement import as_workbook
from marketplace.commissioning.report.comparing import changed_lines, district_changes
from marketplace.commissioning.report.documents import as_csv, document_of, file_name, statement_of_gaps
from marketplace.commissioning.report.kept import Reading, kept_reports, report_by_id
from marketplace.commissioning.report.making import ask_for_report, next_report_on
from marketplace.commissioning.report.models import GapReport as KeptReport
from marketplace.commissioning.report.models import ReportState
from marketplace.commissioning.report.page import Chosen, chosen_report
from marketplace.db import get_session
from marketplace.vocabulary import Role
from marketplace.web.access import access
from marketplace.web.today import london_today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECONDS = 10
"""After so many a page about a report that is being made is loaded again."""
_UNFINISHED = (ReportState.WAITING, ReportState.RUNNING)


@blueprint.get("/gaps/reports")
@access(AS_COMMISSIONER)
def gaps_reports() -> str:
    """The kept reports, newest first, and making one now."""
    return _reports_page(get_session())


@blueprint.post("/gaps/reports")
@access(AS_COMMISSIONER)
def gaps_make() -> ResponseReturnValue:
    """Ask for a report where a week has gone by. Asking again leads to the one that is on its way."""
    session, account, today = get_session(), signed_in_account(), london_today()
    asked = ask_for_report(session, today=today, now=datetime.now(UTC), by_id=account.id)
    if asked is not None:
        record(session, action=Action.GAP_REPORT_ASKED, subject=asked, actor=account, role=Role.COMMISSIONER)
        session.commit()
        return redirect(url_for("commissioning.gaps_reports_one", report_id=asked.id), 303)
    newest = next((one for one in kept_reports(session) if one.state in _UNFINISHED), None)
    if newest is not None:
        return redirect(url_for("commissioning.gaps_reports_one", report_id=newest.id), 303)
    return _reports_page(session, is_refused=True), CONFLICT


@blueprint.get("/gaps/reports/<uuid:report_id>")
@access(AS_COMMISSIONER)
def gaps_reports_one(report_id: uuid.UUID) -> ResponseReturnValue:
    """How far a report is; one that is done leads to its gaps."""
    report = get_session().get(KeptReport, report_id, options=[defer(KeptReport.document)])
    if report is None:
        abort(404)
    if report.state is ReportState.DONE:
        return redirect(url_for("commissioning.gaps", report=report.id), 303)
    stands_still = "still" in request.args
    page = current_app.make_response(
        render_template(
            "commissioning/report/one.html", report=report, seconds=SECONDS, stands_still=stands_still
        )
    )
    if report.state in _UNFINISHED and not stands_still:
        page.headers["Refresh"] = str(SECONDS)
    return page


@blueprint.get("/gaps/compare")
@access(AS_COMMISSIONER)
def gaps_reports_compare() -> str:
    """Two reports side by side, cell by cell; by default the newest and the one before it."""
    session, council = get_session(), current_council()
    done = [one for one in kept_reports(session, limit=60) if one.state is ReportState.DONE]
    before = _report(session, "before") or (report_by_id(session, done[1].id) if len(done) > 1 else None)
    after = _report(session, "after") or (report_by_id(session, done[0].id) if done else None)
    lines = changed_lines(before, after, names=council.names) if before and after else []
    return render_template(
        "commissioning/report/compare.html",
        council=council,
        reports=done,
        before=before,
        after=after,
        lines=lines,
        districts=district_changes(before, after, names=council.names) if before and after else [],
    )


@blueprint.get("/gaps/report.<ending>")
@access(AS_COMMISSIONER)
def gaps_reports_file(ending: str) -> Response:
    """Everything that the report says of the council, as JSON, CSV or a workbook."""
    chosen, council = chosen_report(get_session()), current_council()
    if chosen is None or ending not in ("json", "csv", "xlsx"):
        abort(404)
    if ending == "json":
        content = current_app.json.dumps(document_of(chosen.reading, council))
        response = current_app.response_class(content, mimetype="application/json")
    elif ending == "csv":
        response = current_app.response_class(
            as_csv(chosen.reading, council), mimetype="text/csv; charset=utf-8"
        )
    else:
        book = as_workbook(statement_of_gaps(chosen.reading, council))
        response = current_app.response_class(book, mimetype=XLSX)
    name = file_name(chosen.reading, council, ending)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _reports_page(session: Session, *, is_refused: bool = False) -> str:
    chosen: Chosen | None = chosen_report(session)
    today = london_today()
    next_on = next_report_on(session, today=today)
    return render_template(
        "commissioning/report/reports.html",
        council=current_council(),
        reports=kept_reports(session),
        chosen=chosen,
        report_query=chosen.query if chosen else {},
        next_on=next_on,
        is_made=next_on > today,
        is_refused=is_refused,
    )


def _report(session: Session, name: str) -> Reading | None:
    try:
        return report_by_id(session, uuid.UUID(request.args.get(name, "")))
    except ValueError:
        return None
