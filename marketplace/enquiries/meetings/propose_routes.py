"""Proposing: up to three times to meet, or up to three days to try it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from marketplace.db import get_session
from marketplace.enquiries.blueprint import ANYWAY, CONFLICT, TALKING, UNPROCESSABLE, sent_token, to_warn_of
from marketplace.enquiries.meetings import operations
from marketplace.enquiries.meetings.blueprint import ACTING, OF_PERSON, OF_PROVIDER, blueprint
from marketplace.enquiries.meetings.forms import PlaceForm, TasterForm, TimesForm
from marketplace.enquiries.meetings.meeting_page import helpers_of, kinds_of, meetings_page, not_now
from marketplace.enquiries.meetings.page import propose_words
from marketplace.enquiries.meetings.queries import meetings_of, standing_of
from marketplace.enquiries.meetings.seat import Seat, person_seat, provider_seat
from marketplace.enquiries.meetings.tasters import Taster, Tasters, tasters_of
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import MeetingKind, Side
from marketplace.enquiries.moves import MoveRefusedError
from marketplace.enquiries.places.operations import NoPlaceError
from marketplace.offers import words as offer_words
from marketplace.people.steps import Choice
from marketplace.providers.access import OfProvider
from marketplace.web.access import access
from marketplace.web.limits import limited
from marketplace.web.templating import day_words, label

KIND = f"<any({', '.join(repr(one.value) for one in MeetingKind)}):kind>"


@blueprint.route(f"{OF_PERSON}/{KIND}", methods=["GET", "POST"])
@access(ACTING)
@limited(TALKING)
def person_propose(person_id: UUID, enquiry_id: UUID, kind: str) -> ResponseReturnValue:  # noqa: ARG001
    """Propose up to three times to meet, or days to try it."""
    return _propose(person_seat(enquiry_id), MeetingKind(kind))


@blueprint.route(f"{OF_PROVIDER}/{KIND}", methods=["GET", "POST"])
@access(OfProvider())
@limited(TALKING)
def provider_propose(provider_id: UUID, enquiry_id: UUID, kind: str) -> ResponseReturnValue:
    return _propose(provider_seat(provider_id, enquiry_id), MeetingKind(kind))


def _propose(seat: Seat, kind: MeetingKind) -> ResponseReturnValue:
    session, token = get_session(), sent_token()
    standing = standing_of(meetings_of(session, seat.enquiry.id), now=datetime.now(UTC))
    is_known = any(one.form_token == token for one in standing.proposed)
    if not is_known and (kind not in kinds_of(seat, standing) or stopped(session, seat.enquiry)):
        return meetings_page(seat, problem=not_now())
    found = _tasters(seat, kind)
    form: PlaceForm = TimesForm() if found is None else TasterForm()
    if isinstance(form, TasterForm) and found is not None:
        form.times.choices = [SelectChoice(one.value, one.value) for one in found.choices]
    if request.method != "POST":
        return _propose_page(seat, kind, form, found, token)
    if not form.validate():
        return _propose_page(seat, kind, form, found, token), UNPROCESSABLE
    if seat.is_person:
        warned = [one for one in to_warn_of(form.place.data) if one.kind is CaughtKind.ADDRESS]
        if warned:
            return _propose_page(seat, kind, form, found, token, warned=warned)
    slots = (
        [one.slot for one in found.choices if one.value in form.times.data]
        if isinstance(form, TasterForm) and found is not None
        else list(form.slots)
    )
    try:
        operations.propose(
            session,
            seat.enquiry,
            kind=kind,
            slots=slots,
            place=form.place.data,
            form_token=token,
            act=seat.act,
        )
    except (operations.NotNowError, MoveRefusedError):
        session.rollback()
        return meetings_page(seat, problem=not_now())
    except NoPlaceError:
        problem = gettext("One of these times is full by now. Choose another.")
    except operations.OverlapsError:
        problem = gettext("You said yes to something else at that time. Choose another.")
    else:
        session.commit()
        return redirect(seat.url(done="proposed"), 303)
    session.rollback()
    return _propose_page(seat, kind, form, found, token, problem=problem), CONFLICT


def _propose_page(
    seat: Seat,
    kind: MeetingKind,
    form: PlaceForm,
    found: Tasters | None,
    token: str,
    *,
    problem: str = "",
    warned: object = (),
) -> str:
    return render_template(
        "enquiries/meetings/propose.html",
        seat=seat,
        kind=kind,
        heading=propose_words(kind),
        form=form,
        choices=[Choice(one.value, _taster_words(one), hint=_doubt(one)) for one in found.choices]
        if found is not None
        else None,
        full=[
            gettext("%(day)s, %(times)s", day=label(one.day), times=offer_words.times(one))
            for one in (found.full if found is not None else ())
        ],
        usual_place=offer_words.where(seat.offer.place),
        helpers=helpers_of(seat),
        token=token,
        problem=problem,
        warned=warned,
        anyway=ANYWAY,
        side=Side.PERSON.value,
    )


def _tasters(seat: Seat, kind: MeetingKind) -> Tasters | None:
    """The days to choose from; None where a time is typed: to meet, or a part of somebody's hours."""
    if kind is MeetingKind.MEETING or seat.offer.flexible or not seat.offer.sessions:
        return None
    now = datetime.now(UTC)
    return tasters_of(get_session(), seat.offer, person_id=seat.enquiry.person_id, now=now)


def _taster_words(one: Taster) -> str:
    return gettext(
        "%(weekday)s %(day)s, %(times)s",
        weekday=label(offer_words.DAYS[one.day.weekday()]),
        day=day_words(one.day),
        times=offer_words.times(one.time),
    )


def _doubt(one: Taster) -> str:
    return "" if one.is_sure else gettext("It may not be on that day. They will say.")
