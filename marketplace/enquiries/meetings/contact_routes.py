"""Giving contact details: what, a look at what the provider will read, and the way back."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.db import get_session
from marketplace.enquiries.blueprint import CONFLICT, TALKING, UNPROCESSABLE
from marketplace.enquiries.meetings.blueprint import ACTING, blueprint
from marketplace.enquiries.meetings.contact import give_contact, may_give_contact, take_contact_back
from marketplace.enquiries.meetings.forms import ContactForm
from marketplace.enquiries.meetings.operations import NotNowError
from marketplace.enquiries.meetings.seat import Seat, person_seat
from marketplace.web.access import access
from marketplace.web.limits import limited

PATH = "/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>/contact"


@blueprint.route(PATH, methods=["GET", "POST"])
@access(ACTING)
@limited(TALKING)
def person_contact(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Write what to give, look at it, and give it."""
    seat, form, session = person_seat(enquiry_id), ContactForm(), get_session()
    if not may_give_contact(session, seat.enquiry):
        return _page(seat, form, status=CONFLICT)
    wants = request.form.get("go", "")
    if request.method != "POST" or wants == "change":
        return _page(seat, form)
    if not form.validate():
        return _page(seat, form, status=UNPROCESSABLE)
    if wants != "give":
        return _page(seat, form, shown=tuple(form.said.splitlines()))
    try:
        give_contact(session, seat.enquiry, words=form.said, act=seat.act)
    except NotNowError:
        session.rollback()
        return _page(seat, form, status=CONFLICT)
    session.commit()
    return redirect(seat.url("contact", done="given"), 303)


@blueprint.post(f"{PATH}/take-back")
@access(ACTING)
def person_contact_back(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """From now on the provider's page does not show it."""
    seat = person_seat(enquiry_id)
    take_contact_back(get_session(), seat.enquiry, act=seat.act)
    get_session().commit()
    return redirect(seat.url("contact", done="back"), 303)


def _page(
    seat: Seat, form: ContactForm, *, shown: tuple[str, ...] = (), status: int = 200
) -> ResponseReturnValue:
    done = request.args.get("done", "")
    page = render_template(
        "enquiries/meetings/contact.html",
        seat=seat,
        form=form,
        shown=shown,
        given=tuple(seat.enquiry.contact_words.splitlines()) if seat.enquiry.contact_shared_at else (),
        is_refused=status == CONFLICT,
        done=done if done in {"given", "back"} else "",
    )
    return page, status
