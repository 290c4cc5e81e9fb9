"""The market position statement, to download."""

from __future__ import annotations

import re

from flask import Response, current_app

from marketplace.commissioning.blueprint import AS_COMMISSIONER, blueprint
from marketplace.commissioning.market.page import figures_now, statement_of
from marketplace.commissioning.market.statement import Statement, as_pdf, as_workbook
from marketplace.web import current_settings
from marketplace.web.access import access

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/market/statement.pdf")
@access(AS_COMMISSIONER)
def statement_pdf() -> Response:
    """The statement to read and print."""
    statement = statement_of(figures_now())
    settings = current_settings()
    fonts = [settings.static_dir / "built" / "fonts"]
    return _file(as_pdf(statement, templates_dir=settings.templates_dir, fonts=fonts), PDF, "pdf", statement)


@blueprint.get("/market/statement.xlsx")
@access(AS_COMMISSIONER)
def statement_xlsx() -> Response:
    """The statement to count on with."""
    statement = statement_of(figures_now())
    return _file(as_workbook(statement), XLSX, "xlsx", statement)


def _file(content: bytes, mimetype: str, ending: str, statement: Statement) -> Response:
    council = re.sub(r"[^a-z0-9]+", "-", statement.council.casefold()).strip("-")
    name = f"market-position-{council}-{statement.day.isoformat()}.{ending}"
    response = current_app.response_class(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
