"""Choosing a back-up: for the person's side only."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from wtforms import SelectChoice

from marketplace.db import get_session
from marketplace.enquiries.agreements import terms
from marketplace.enquiries.agreements.back_up import (
    Candidate,
    NoBackUpError,
    back_up_of,
    candidates,
    choose_back_up,
)
from marketplace.enquiries.agreements.blueprint import (
    ACTING,
    OF_PERSON,
    UNPROCESSABLE,
    Seat,
    blueprint,
    person_seat,
)
from marketplace.enquiries.agreements.documents import agreed_times
from marketplace.enquiries.agreements.forms import NONE, BackUpForm
from marketplace.enquiries.agreements.showing import show
from marketplace.people.access import london_day, unseen_parts
from marketplace.people.matches import current_catalogue, home_of
from marketplace.people.saved.alerts import Matching
from marketplace.people.steps import Choice
from marketplace.web.access import access
from marketplace.web.templating import label


@blueprint.route(f"{OF_PERSON}/back-up", methods=["GET", "POST"])
@access(ACTING)
def person_back_up(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Choose what stands in, also when the first choice is no longer there."""
    seat, session = person_seat(enquiry_id), get_session()
    agreement = terms.agreement_of(session, enquiry_id)
    if agreement is None:
        return show(seat, problem=gettext("Nothing is written down yet."))
    others = back_up_choices(seat)
    form = BackUpForm()
    form.back_up.choices = [SelectChoice(one.value, one.value) for one in others]
    if request.method != "POST":
        form.back_up.data = str(agreement.back_up_offer_id or NONE)
    elif form.validate():
        try:
            choose_back_up(
                session,
                seat.enquiry,
                offer_id=None if form.back_up.data == NONE else UUID(form.back_up.data),
                by=seat.by,
            )
        except NoBackUpError:
            session.rollback()
            form.back_up.errors = [gettext("This is not shown any more. Choose another one")]
        else:
            session.commit()
            return redirect(seat.url(done="back-up"), 303)
    page = render_template("enquiries/agreements/back_up.html", seat=seat, form=form, others=others)
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def back_up_choices(seat: Seat) -> list[Choice]:
    """Offers at the agreed times and 'none of these'; what was chosen before is always among them."""
    session = get_session()
    agreement = terms.agreement_of(session, seat.enquiry.id)
    found = candidates(
        session,
        seat.enquiry,
        agreed=agreed_times(agreement) if agreement else [],
        kind=seat.offer.kind,
        matching=Matching(catalogue=current_catalogue, home=home_of),
        today=london_day(),
        unseen=bool(unseen_parts()),
    )
    choices = [
        Choice(str(one.offer.id), one.offer.name, _why(one), picture=one.offer.kind.value) for one in found
    ]
    known = back_up_of(session, agreement) if agreement else None
    if known is not None and str(known.id) not in {one.value for one in choices}:
        choices.insert(0, Choice(str(known.id), known.name, known.provider))
    if choices:
        choices.append(Choice(NONE, gettext("None of these")))
    return choices


def _why(one: Candidate) -> str:
    if one.covers_all:
        times = ngettext("It has the same time.", "It has all the same times.", one.times)
    elif one.covered:
        times = gettext("It has %(some)s of %(all)s times.", some=one.covered, all=one.times)
    elif one.times:
        times = gettext("Ask about the times.")
    else:
        times = ""
    words = [label(one.offer.kind) + ".", times, gettext("You saved it.") if one.is_saved else ""]
    return " ".join(word for word in words if word)
