"""The gap register as pages: the list, a new gap, one gap with what was done, and its end."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from flask import abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, CONFLICT, UNPROCESSABLE, blueprint, once
from marketplace.commissioning.council import Council, council_of, current_council
from marketplace.commissioning.frame import ToDo, needs_doing, place_of
from marketplace.commissioning.register.counts import counts_in, counts_of
from marketplace.commissioning.register.forms import EndForm, GapForm, StepForm
from marketplace.commissioning.register.models import Gap, GapState
from marketplace.commissioning.register.operations import (
    Cell,
    GapRefusedError,
    Plan,
    add_offer,
    add_step,
    change_gap,
    end_gap,
    open_gap,
    remove_offer,
    reopen_gap,
)
from marketplace.commissioning.register.queries import (
    A_PAGE,
    GOING_ON,
    NOBODY,
    Chosen,
    RegisterOrder,
    commissioners,
    gap_by_id,
    gaps_chosen,
    is_late,
    offers_of,
    offers_to_note,
    same_gaps,
    steps_of,
)
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import get_session
from marketplace.gaps.bands import TimeBand
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.vocabulary import N_, SupportLevel, Theme, Word
from marketplace.web.access import access
from marketplace.web.language import translate
from marketplace.web.templating import label
from marketplace.web.today import london_today
from marketplace.web.typed import one_line

LONGEST_SEARCH = 100
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
    chosen, owners = _chosen(session), commissioners(session)
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
    form = _gap_form(session, data={"title": _title_of(cell, council)})
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
                    plan=_plan(form),
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


@blueprint.get("/register/<uuid:gap_id>")
@access(AS_COMMISSIONER)
def register_one(gap_id: uuid.UUID) -> str:
    """One gap: what is missing, who does what, what was done, before and after."""
    return _page(_gap(gap_id), StepForm(formdata=None))


@blueprint.route("/register/<uuid:gap_id>/change", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def register_one_change(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Change what is written. Who was slower sees what it says now, with their own words kept."""
    gap, session = _gap(gap_id), get_session()
    form = _gap_form(
        session,
        data={
            "title": gap.title,
            "why": gap.why,
            "owner": str(gap.owner_id or ""),
            "action": gap.action,
            "due_on": gap.due_on,
            "seen": gap.version,
        },
        owner=gap.owner_id,
    )
    status, problem = 200, ""
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.validate():
            try:
                change_gap(
                    session,
                    gap,
                    plan=_plan(form),
                    expected=form.seen.data or 0,
                    account=signed_in_account(),
                    now=datetime.now(UTC),
                )
                session.commit()
                return redirect(url_for("commissioning.register_one", gap_id=gap_id), 303)
            except GapRefusedError as refused:
                session.rollback()
                gap = _gap(gap_id)
                form.seen.data, problem, status = gap.version, translate(refused.why.label), CONFLICT
    owners = dict(commissioners(session))
    page = render_template(
        "commissioning/register/change.html",
        form=form,
        gap=gap,
        problem=problem,
        owner=owners.get(gap.owner_id, "") if gap.owner_id else "",
    )
    return page, status


@blueprint.post("/register/<uuid:gap_id>/steps")
@access(AS_COMMISSIONER)
def register_one_steps(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Note what was done."""
    gap, session, form = _gap(gap_id), get_session(), StepForm()
    if not form.validate():
        return _page(gap, form), UNPROCESSABLE
    add_step(session, gap, words=form.words.data, account=signed_in_account(), now=datetime.now(UTC))
    session.commit()
    return redirect(f"{url_for('commissioning.register_one', gap_id=gap_id)}#steps", 303)


@blueprint.post("/register/<uuid:gap_id>/offers")
@access(AS_COMMISSIONER)
def register_one_offers(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Note an offer that closes it, or take one out."""
    gap, session, offer_id = _gap(gap_id), get_session(), _offer_id()
    try:
        if request.form.get("do") == "remove":
            remove_offer(session, gap, offer_id, account=signed_in_account())
        else:
            offer = session.scalars(public_offers().where(Offer.id == offer_id)).one_or_none()
            if offer is None:
                abort(404)
            add_offer(session, gap, offer, account=signed_in_account(), now=datetime.now(UTC))
        session.commit()
    except GapRefusedError as refused:
        session.rollback()
        return _page(_gap(gap_id), StepForm(formdata=None), translate(refused.why.label)), CONFLICT
    words = one_line(request.form.get("q"))[:LONGEST_SEARCH]
    address = url_for("commissioning.register_one", gap_id=gap_id, q=words or None)
    return redirect(f"{address}#offers", 303)


@blueprint.route("/register/<uuid:gap_id>/end", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def register_one_end(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Close it with what the newest report says, or set it aside."""
    gap, session = _gap(gap_id), get_session()
    form = EndForm(data={"state": GapState.CLOSED.value, "words": gap.closed_words, "seen": gap.version})
    after = counts_in(
        newest_report(session),
        council_code=gap.council_code,
        district_code=gap.district_code,
        theme=gap.theme,
        band=gap.band,
        level=gap.level,
    )
    status, problem = 200, ""
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.validate():
            try:
                end_gap(
                    session,
                    gap,
                    state=GapState(form.state.data),
                    words=form.words.data,
                    after={} if after is None else after.to_json(),
                    expected=form.seen.data or 0,
                    account=signed_in_account(),
                    now=datetime.now(UTC),
                )
                session.commit()
                return redirect(url_for("commissioning.register_one", gap_id=gap_id), 303)
            except GapRefusedError as refused:
                session.rollback()
                gap = _gap(gap_id)
                form.seen.data, problem, status = gap.version, translate(refused.why.label), CONFLICT
    page = render_template(
        "commissioning/register/end.html",
        form=form,
        gap=gap,
        problem=problem,
        before=counts_of(gap.before),
        after=after,
        states=(GapState.CLOSED, GapState.SET_ASIDE),
    )
    return page, status


@blueprint.post("/register/<uuid:gap_id>/reopen")
@access(AS_COMMISSIONER)
def register_one_reopen(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Go on with it."""
    gap, session = _gap(gap_id), get_session()
    reopen_gap(session, gap, account=signed_in_account(), now=datetime.now(UTC))
    session.commit()
    return redirect(url_for("commissioning.register_one", gap_id=gap_id), 303)


def _page(gap: Gap, form: StepForm, problem: str = "") -> str:
    session, today = get_session(), london_today()
    words = one_line(request.values.get("q"))[:LONGEST_SEARCH]
    council = current_council()
    now = counts_in(
        newest_report(session),
        council_code=gap.council_code,
        district_code=gap.district_code,
        theme=gap.theme,
        band=gap.band,
        level=gap.level,
    )
    owners = dict(commissioners(session))
    return render_template(
        "commissioning/register/gap.html",
        gap=gap,
        council=council,
        owner=owners.get(gap.owner_id, "") if gap.owner_id else "",
        is_late=is_late(gap, today),
        goes_on=gap.state in GOING_ON,
        before=counts_of(gap.before),
        after=counts_of(gap.after),
        now=now,
        steps=steps_of(session, gap),
        offers=offers_of(session, gap),
        words=words,
        found=offers_to_note(session, words, council.codes, gap, today=today),
        form=form,
        problem=problem,
    )


def _gap(gap_id: uuid.UUID) -> Gap:
    """A gap; the page is then of its council, whichever was chosen before."""
    gap = gap_by_id(get_session(), gap_id)
    if gap is None:
        abort(404)
    g.council = council_of(gap.council_code)
    return gap


def _gap_form(session: Session, *, data: dict[str, object], owner: uuid.UUID | None = None) -> GapForm:
    """Owners are commissioners; who was one stays chosen until somebody else is."""
    form = GapForm(data=data)
    choices = [("", gettext("Nobody yet"))]
    choices += [(str(account_id), name) for account_id, name in commissioners(session)]
    if owner is not None and str(owner) not in dict(choices):
        choices.append((str(owner), gettext("Who had it before")))
    form.owner.choices = choices
    return form


def _plan(form: GapForm) -> Plan:
    return Plan(
        title=form.title.data,
        why=form.why.data,
        owner_id=uuid.UUID(form.owner.data) if form.owner.data else None,
        action=form.action.data,
        due_on=form.due_on.data,
    )


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
    known = {str(account_id) for account_id, _ in commissioners(session)} | {NOBODY}
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


def _offer_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("offer", ""))
    except ValueError:
        abort(404)


def _safe(value: object) -> str:
    """Words never become formulas in a table program."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
