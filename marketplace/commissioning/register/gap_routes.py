"""One gap of the register as pages: what was done, a change, its offers, and its end."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, CONFLICT, UNPROCESSABLE, blueprint
from marketplace.commissioning.council import current_council, enter_council
from marketplace.commissioning.register.counts import counts_in, counts_of
from marketplace.commissioning.register.forms import EndForm, StepForm
from marketplace.commissioning.register.gap_form import gap_form, plan_of
from marketplace.commissioning.register.models import Gap, GapState
from marketplace.commissioning.register.operations import (
    GapRefusedError,
    add_offer,
    add_step,
    change_gap,
    end_gap,
    remove_offer,
    reopen_gap,
)
from marketplace.commissioning.register.queries import (
    GOING_ON,
    gap_by_id,
    is_late,
    offers_of,
    offers_to_note,
    owner_name,
    steps_of,
)
from marketplace.commissioning.report.kept import newest_report
from marketplace.db import get_session
from marketplace.offers.models import Offer
from marketplace.offers.queries import listed_among, public_offers
from marketplace.web.access import access
from marketplace.web.language import translate
from marketplace.web.today import london_today
from marketplace.web.typed import one_line

LONGEST_SEARCH = 100


@blueprint.get("/register/<uuid:gap_id>")
@access(AS_COMMISSIONER)
def register_one(gap_id: uuid.UUID) -> str:
    """One gap: what is missing, who does what, what was done, before and after."""
    return _page(gap_of(gap_id), StepForm(formdata=None))


@blueprint.route("/register/<uuid:gap_id>/change", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def register_one_change(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Change what is written. Who was slower sees what it says now, with their own words kept."""
    gap, session = gap_of(gap_id), get_session()
    form = gap_form(
        session,
        council_code=gap.council_code,
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
                    plan=plan_of(form),
                    expected=form.seen.data or 0,
                    account=signed_in_account(),
                    now=datetime.now(UTC),
                )
                session.commit()
                return redirect(url_for("commissioning.register_one", gap_id=gap_id), 303)
            except GapRefusedError as refused:
                session.rollback()
                gap = gap_of(gap_id)
                form.seen.data, problem, status = gap.version, translate(refused.why.label), CONFLICT
    page = render_template(
        "commissioning/register/change.html",
        form=form,
        gap=gap,
        problem=problem,
        owner=owner_name(session, gap),
    )
    return page, status


@blueprint.post("/register/<uuid:gap_id>/steps")
@access(AS_COMMISSIONER)
def register_one_steps(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Note what was done."""
    gap, session, form = gap_of(gap_id), get_session(), StepForm()
    if not form.validate():
        return _page(gap, form), UNPROCESSABLE
    add_step(session, gap, words=form.words.data, account=signed_in_account(), now=datetime.now(UTC))
    session.commit()
    return redirect(f"{url_for('commissioning.register_one', gap_id=gap_id)}#steps", 303)


@blueprint.post("/register/<uuid:gap_id>/offers")
@access(AS_COMMISSIONER)
def register_one_offers(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Note an offer that closes it, or take one out."""
    gap, session, offer_id = gap_of(gap_id), get_session(), _offer_id()
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
        return _page(gap_of(gap_id), StepForm(formdata=None), translate(refused.why.label)), CONFLICT
    words = one_line(request.form.get("q"))[:LONGEST_SEARCH]
    address = url_for("commissioning.register_one", gap_id=gap_id, q=words or None)
    return redirect(f"{address}#offers", 303)


@blueprint.route("/register/<uuid:gap_id>/end", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def register_one_end(gap_id: uuid.UUID) -> ResponseReturnValue:
    """Close it with what the newest report says, or set it aside."""
    gap, session = gap_of(gap_id), get_session()
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
                gap = gap_of(gap_id)
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
    gap, session = gap_of(gap_id), get_session()
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
    offers = offers_of(session, gap)
    return render_template(
        "commissioning/register/gap.html",
        gap=gap,
        council=council,
        owner=owner_name(session, gap),
        is_late=is_late(gap, today),
        goes_on=gap.state in GOING_ON,
        before=counts_of(gap.before),
        after=counts_of(gap.after),
        now=now,
        steps=steps_of(session, gap),
        offers=offers,
        listed=listed_among(session, [offer.id for offer, _ in offers]),
        words=words,
        found=offers_to_note(session, words, council.codes, gap, today=today),
        form=form,
        problem=problem,
    )


def gap_of(gap_id: uuid.UUID) -> Gap:
    """A gap of one of the reader's councils; the page is then of that council."""
    gap = gap_by_id(get_session(), gap_id)
    if gap is None:
        abort(404)
    enter_council(gap.council_code)
    return gap


def _offer_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("offer", ""))
    except ValueError:
        abort(404)
