"""The gap register as pages: the list, as a file, and a new gap."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, UNPROCESSABLE, blueprint, once
from marketplace.commissioning.council import Council, current_council
from marketplace.commissioning.frame import ToDo, needs_doing, place_of
from marketplace.commissioning.register import case_routes as _case  # noqa: F401 (pages of a case)
from marketplace.commissioning.register import gap_routes as _one  # noqa: F401 (pages of one gap)
from marketplace.commissioning.register.counts import counts_in
from marketplace.commissioning.register.gap_form import gap_form, plan_of
from marketplace.commissioning.register.models import Gap, GapState
from marketplace.commissioning.register.operations import (
    Cell,
    open_gap,
)
from marketplace.commissioning.register.queries import (
    A_PAGE,
    GOING_ON,
    NOBODY,
    Chosen,
    RegisterOrder,
    commissioners,
    gaps_chosen,
    same_gaps,
)
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import get_session
from marketplace.gaps.bands import TimeBand
from marketplace.vocabulary import N_, SupportLevel, Theme, Word
from marketplace.web.access import access
from marketplace.web.templating import label
from marketplace.web.today import london_today

MOST_IN_FILE = 5000
_TRIES = 3
COLUMNS = (
    "number",
    "title",
    "state",
    "district_code",
    "district",
    "theme",
    "band",
    "level",
    "owner",
    "action",
    "due_on",
    "opened_on",
    "closed_on",
    "unmet_before",
    "unmet_after",
)
Member = TypeVar("Member", bound=Word)

place_of("commissioning.register", N_("Register"), N_("Gaps that someone takes on, and by when."), "write")


@needs_doing
def late_gaps(session: Session, council: Council) -> Iterable[ToDo]:
    """Gaps whose day is over, and how many nobody has taken on."""
    today = london_today()
    for gap in session.scalars(
        select(Gap)
        .where(Gap.council_code == council.code, Gap.state.in_(GOING_ON), Gap.due_on < today)
        .order_by(Gap.due_on, Gap.number)
    ):
        yield ToDo(
            gettext("Gap %(number)s is late: %(title)s", number=gap.number, title=gap.title),
            url_for("commissioning.register_one", gap_id=gap.id),
            is_late=True,
        )
    free = session.scalar(
        select(func.count())
        .select_from(Gap)
        .where(Gap.council_code == council.code, Gap.state.in_(GOING_ON), Gap.owner_id.is_(None))
    )
    if free:
        yield ToDo(
            ngettext("%(num)s gap has no owner yet", "%(num)s gaps have no owner yet", free),
            url_for("commissioning.register", owner=NOBODY),
        )


@blueprint.get("/register")
@access(AS_COMMISSIONER)
def register() -> str:
    """Every gap of the council, what is late or due next first."""
    session, today = get_session(), london_today()
    chosen, owners = _chosen(session), commissioners(session, current_council().code)
    page = max(1, request.args.get("page", 1, type=int))
    lines, number = gaps_chosen(session, chosen, today=today, page=page)
    pages = max(1, -(-number // A_PAGE))
    if page > pages:
        page = pages
        lines, number = gaps_chosen(session, chosen, today=today, page=page)
    return render_template(
        "commissioning/register/register.html",
        council=current_council(),
        lines=lines,
        number=number,
        page=page,
        pages=pages,
        owners=[(str(account_id), name) for account_id, name in owners],
        nobody=NOBODY,
        states=tuple(GapState),
        orders=tuple(RegisterOrder),
        chosen=_as_args(chosen),
        is_filtered=bool(chosen.state or chosen.district or chosen.owner or chosen.late),
    )


@blueprint.get("/register.csv")
@access(AS_COMMISSIONER)
def register_csv() -> ResponseReturnValue:
    """What the list shows, all pages of it."""
    session, today, council = get_session(), london_today(), current_council()
    lines, _ = gaps_chosen(session, _chosen(session), today=today, a_page=MOST_IN_FILE)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for gap, owner, _late in lines:
        before, after = gap.before.get("unmet"), gap.after.get("unmet")
        rows.writerow(
            _safe(value)
            for value in (
                gap.number,
                gap.title,
                gap.state.value,
                gap.district_code,
                council.names.get(gap.district_code or "", ""),
                gap.theme and gap.theme.value,
                gap.band and gap.band.value,
                gap.level,
                owner,
                gap.action,
                gap.due_on,
                gap.opened_at.date(),
                gap.closed_at and gap.closed_at.date(),
                before,
                after,
            )
        )
    response = current_app.response_class("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="gaps-{today.isoformat()}.csv"'
    return response


@blueprint.route("/register/new", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def register_new() -> ResponseReturnValue:
    """Take on a cell of the report, or something else that is missing."""
    session, council, cell, token = get_session(), current_council(), _cell(), once()
    form = gap_form(session, council_code=council.code, data={"title": _title_of(cell, council)})
    reading = newest_report(session)
    counts = counts_in(
        reading,
        council_code=council.code,
        district_code=cell.district_code,
        theme=cell.theme,
        band=cell.band,
        level=cell.level,
    )
    if request.method == "POST" and form.validate():
        gap = None
        for left in reversed(range(_TRIES)):
            try:
                gap = open_gap(
                    session,
                    cell=cell,
                    plan=plan_of(form),
                    before={} if counts is None else counts.to_json(),
                    report_id=None if reading is None else reading.id,
                    form_token=token,
                    account=signed_in_account(),
                    now=datetime.now(UTC),
                )
                session.commit()
                break
            except IntegrityError:  # two at the same moment want the same number
                session.rollback()
                if not left:
                    raise
        return redirect(url_for("commissioning.register_one", gap_id=gap.id if gap else None), 303)
    page = render_template(
        "commissioning/register/new.html",
        form=form,
        council=council,
        cell=cell,
        counts=counts,
        once=token,
        same=same_gaps(session, (council.code, cell.district_code, cell.theme)),
        themes=tuple(Theme),
        bands=tuple(TimeBand),
        levels=tuple(SupportLevel),
    )
    return (page, UNPROCESSABLE) if form.errors else page


def _cell() -> Cell:
    """What is asked for in the address or the form, out of the fixed lists only."""
    council = current_council()
    district, level = request.values.get("district", ""), request.values.get("level", "")
    theme = _member("theme", Theme)
    band = _member("band", TimeBand) if theme is not None else None
    return Cell(
        council_code=council.code,
        district_code=district if district in council.codes else None,
        theme=theme,
        band=band,
        level=int(level) if band is not None and level in {"1", "2", "3", "4"} else None,
    )


def _title_of(cell: Cell, council: Council) -> str:
    """A title to begin from."""
    if cell.theme is None:
        return ""
    where = council.names.get(cell.district_code or "", council.name)
    parts = [label(cell.theme), *([label(cell.band).lower()] if cell.band else []), where]
    if cell.level:
        parts.append(gettext("level %(number)s", number=cell.level))
    return ", ".join(parts)


def _chosen(session: Session) -> Chosen:
    council, owner = current_council(), request.args.get("owner", "")
    known = {str(account_id) for account_id, _ in commissioners(session, council.code)} | {NOBODY}
    district = request.args.get("district", "")
    return Chosen(
        council_code=council.code,
        state=_member("state", GapState),
        district=district if district in council.codes else "",
        owner=owner if owner in known else "",
        late=request.args.get("late") == "1",
        order=_member("order", RegisterOrder) or RegisterOrder.DUE,
    )


def _as_args(chosen: Chosen) -> dict[str, str]:
    return {
        "state": chosen.state.value if chosen.state else "",
        "district": chosen.district,
        "owner": chosen.owner,
        "late": "1" if chosen.late else "",
        "order": chosen.order.value,
    }


def _member(name: str, members: type[Member]) -> Member | None:
    value = request.values.get(name, "")
    return members(value) if value in set(members) else None


def _safe(value: object) -> str:
    """Words never become formulas in a table program."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
