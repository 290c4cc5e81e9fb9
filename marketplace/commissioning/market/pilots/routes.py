"""Pilots as pages: the list, one pilot with its offers and its people, and its end."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.current import signed_in_account
from marketplace.commissioning.blueprint import AS_COMMISSIONER, CONFLICT, UNPROCESSABLE, blueprint, once
from marketplace.commissioning.council import Council, current_council, enter_council
from marketplace.commissioning.frame import ToDo, needs_doing, place_of
from marketplace.commissioning.market.models import Pilot
from marketplace.commissioning.market.page import statement_part
from marketplace.commissioning.market.pilots.forms import EndForm, PilotForm
from marketplace.commissioning.market.pilots.operations import (
    PilotRefusedError,
    Refusal,
    add_offer,
    begin_pilot,
    end_pilot,
    offers_are_open,
    remove_offer,
)
from marketplace.commissioning.market.pilots.queries import cohort_of, offers_of, offers_to_add, pilots_of
from marketplace.commissioning.market.table import Column, Row, Table
from marketplace.db import get_session
from marketplace.offers.models import Offer
from marketplace.offers.queries import listed_among, public_offers
from marketplace.vocabulary import N_
from marketplace.web.access import access
from marketplace.web.language import translate
from marketplace.web.templating import day_words
from marketplace.web.today import london_today
from marketplace.web.typed import one_line

LONGEST_SEARCH = 100
LATE_AFTER = timedelta(weeks=4)

place_of(
    "commissioning.pilots", N_("Pilots"), N_("What is tried for a time, and what became of it."), "goals"
)


@needs_doing
def ended_pilots(session: Session, council: Council) -> Iterable[ToDo]:
    """Pilots that are over, and nobody has written what was learned."""
    today = london_today()
    over = session.scalars(
        select(Pilot)
        .where(Pilot.council_code == council.code, Pilot.ends_on < today, Pilot.learned == "")
        .order_by(Pilot.ends_on, Pilot.id)
    )
    for pilot in over:
        yield ToDo(
            gettext("The pilot “%(name)s” is over. Write what was learned", name=pilot.name),
            url_for("commissioning.pilots_end", pilot_id=pilot.id),
            is_late=pilot.ends_on is not None and pilot.ends_on < today - LATE_AFTER,
        )


@statement_part
def table_of_pilots(session: Session, council: Council) -> Iterable[Table]:
    """What is tried, for the statement; the people are told on each pilot's own page."""
    yield Table(
        key="pilots",
        title=gettext("Pilots"),
        corner=gettext("Pilot"),
        columns=(Column(gettext("Starts on")), Column(gettext("Ends on")), Column(gettext("Offers"))),
        rows=tuple(
            Row(
                str(line.pilot.id),
                line.pilot.name,
                (
                    day_words(line.pilot.starts_on),
                    day_words(line.pilot.ends_on) if line.pilot.ends_on else "–",
                    line.offers,
                ),
            )
            for line in pilots_of(session, council.code)
        ),
        source=gettext("what the council wrote down up to %(day)s.", day=day_words(london_today())),
    )


@blueprint.get("/pilots")
@access(AS_COMMISSIONER)
def pilots() -> str:
    """Every pilot of the council."""
    council = current_council()
    return render_template(
        "commissioning/market/pilots/pilots.html",
        council=council,
        lines=pilots_of(get_session(), council.code),
        today=london_today(),
    )


@blueprint.route("/pilots/new", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def pilots_new() -> ResponseReturnValue:
    """Write down a pilot; its offers come next."""
    form, council = PilotForm(), current_council()
    token = once()
    if request.method == "POST" and form.validate():
        session = get_session()
        try:
            pilot = begin_pilot(
                session,
                council_code=council.code,
                name=form.name.data,
                about=form.about.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                form_token=token,
                account=signed_in_account(),
                now=datetime.now(UTC),
            )
            session.commit()
        except IntegrityError:  # the same form, sent twice at once
            session.rollback()
            pilot = session.scalars(select(Pilot).where(Pilot.form_token == token)).one()
        return redirect(url_for("commissioning.pilots_one", pilot_id=pilot.id), 303)
    page = render_template("commissioning/market/pilots/new.html", form=form, council=council, once=token)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/pilots/<uuid:pilot_id>")
@access(AS_COMMISSIONER)
def pilots_one(pilot_id: uuid.UUID) -> str:
    """Its offers, and once these are fixed what became of the people."""
    return _page(_pilot(pilot_id))


@blueprint.post("/pilots/<uuid:pilot_id>/offers")
@access(AS_COMMISSIONER)
def pilots_offers(pilot_id: uuid.UUID) -> ResponseReturnValue:
    """Put an offer into it, or take one out."""
    pilot, session = _pilot(pilot_id), get_session()
    offer_id = _offer_id()
    try:
        if request.form.get("do") == "remove":
            remove_offer(session, pilot, offer_id, account=signed_in_account(), now=datetime.now(UTC))
        else:
            offer = session.scalars(public_offers().where(Offer.id == offer_id)).one_or_none()
            if offer is None:
                abort(404)
            add_offer(session, pilot, offer, account=signed_in_account(), now=datetime.now(UTC))
        session.commit()
    except PilotRefusedError as refused:
        session.rollback()
        return _page(_pilot(pilot_id), refused.why), CONFLICT
    words = one_line(request.form.get("q"))[:LONGEST_SEARCH]
    address = url_for("commissioning.pilots_one", pilot_id=pilot_id, q=words or None)
    return redirect(f"{address}#offers", 303)


@blueprint.route("/pilots/<uuid:pilot_id>/end", methods=["GET", "POST"])
@access(AS_COMMISSIONER)
def pilots_end(pilot_id: uuid.UUID) -> ResponseReturnValue:
    """When it ends, and what was learned."""
    pilot, session = _pilot(pilot_id), get_session()
    form = EndForm(data={"ends_on": pilot.ends_on, "learned": pilot.learned, "seen": pilot.version})
    status, problem = 200, ""
    if request.method == "POST":
        if form.validate():
            try:
                end_pilot(
                    session,
                    pilot,
                    ends_on=form.ends_on.data,
                    learned=form.learned.data,
                    expected=form.seen.data or 0,
                    account=signed_in_account(),
                )
                session.commit()
                return redirect(url_for("commissioning.pilots_one", pilot_id=pilot_id), 303)
            except PilotRefusedError as refused:
                session.rollback()
                pilot = _pilot(pilot_id)
                form.seen.data, problem, status = pilot.version, translate(refused.why.label), CONFLICT
        else:
            status = UNPROCESSABLE
    page = render_template("commissioning/market/pilots/end.html", form=form, pilot=pilot, problem=problem)
    return page, status


def _pilot(pilot_id: uuid.UUID) -> Pilot:
    """A pilot of one of the reader's councils; the page is then of that council."""
    pilot = get_session().get(Pilot, pilot_id)
    if pilot is None:
        abort(404)
    enter_council(pilot.council_code)
    return pilot


def _page(pilot: Pilot, refused: Refusal | None = None) -> str:
    session, today = get_session(), london_today()
    is_open = offers_are_open(pilot, today=today)
    words = one_line(request.values.get("q"))[:LONGEST_SEARCH]
    offers = offers_of(session, pilot)
    return render_template(
        "commissioning/market/pilots/pilot.html",
        pilot=pilot,
        council=current_council(),
        offers=offers,
        listed=listed_among(session, [offer.id for offer, _ in offers]),
        is_open=is_open,
        words=words,
        found=offers_to_add(session, words, current_council().codes, today=today) if is_open else (),
        cohort=cohort_of(session, pilot, now=datetime.now(UTC)) if offers and not is_open else None,
        refused=refused,
        today=today,
    )


def _offer_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("offer", ""))
    except ValueError:
        abort(404)
