"""Pages of meetings and tasters: the same for both sides, each at their own address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from marketplace.db import get_session
from marketplace.enquiries.blueprint import (
    ANYWAY,
    CONFLICT,
    TALKING,
    UNPROCESSABLE,
    new_token,
    phrases,
    sent_token,
    to_warn_of,
)
from marketplace.enquiries.forms import NoteForm
from marketplace.enquiries.meetings import contact_routes, operations, reactions  # noqa: F401  (they register)
from marketplace.enquiries.meetings.blueprint import ACTING, blueprint
from marketplace.enquiries.meetings.forms import (
    GOING_ON,
    PersonWentForm,
    PlaceForm,
    TasterForm,
    TimesForm,
    WentForm,
)
from marketplace.enquiries.meetings.page import (
    GO_ON_PICTURES,
    GO_ON_WORDS,
    MOOD_PICTURES,
    kinds_to_propose,
    propose_words,
    standing_words,
    told,
    when,
)
from marketplace.enquiries.meetings.queries import Standing, meetings_of, standing_of
from marketplace.enquiries.meetings.seat import Seat, person_seat, provider_seat
from marketplace.enquiries.meetings.tasters import Taster, Tasters, tasters_of
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.messages.operations import MessageRefusedError, say
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import EnquiryState, MeetingKind, Mood, Side
from marketplace.enquiries.moves import MoveRefusedError, is_over
from marketplace.enquiries.places.operations import NoPlaceError
from marketplace.offers import words as offer_words
from marketplace.people.steps import Choice
from marketplace.people.supporters.queries import supporters_of
from marketplace.providers.access import OfProvider
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited
from marketplace.web.templating import day_words, label
from marketplace.web.today import london_today

OF_PERSON = "/people/<uuid:person_id>/enquiries/<uuid:enquiry_id>/meeting"
OF_PROVIDER = "/provide/<uuid:provider_id>/enquiries/<uuid:enquiry_id>/meeting"
KIND = f"<any({', '.join(repr(one.value) for one in MeetingKind)}):kind>"
__all__ = ["blueprint"]
DONE = {"proposed", "chosen", "none", "off", "went"}


@blueprint.get(OF_PERSON)
@access(ACTING)
def person_meeting(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Which times are proposed, which is agreed, and how the last one went."""
    return _page(person_seat(enquiry_id))


@blueprint.get(OF_PROVIDER)
@access(OfProvider())
def provider_meeting(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _page(provider_seat(provider_id, enquiry_id))


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


@blueprint.post(f"{OF_PERSON}/yes")
@access(ACTING)
@limited(TALKING)
def person_yes(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Choose one of the times."""
    return _yes(person_seat(enquiry_id))


@blueprint.post(f"{OF_PROVIDER}/yes")
@access(OfProvider())
@limited(TALKING)
def provider_yes(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _yes(provider_seat(provider_id, enquiry_id))


@blueprint.route(f"{OF_PERSON}/no", methods=["GET", "POST"])
@access(ACTING)
@limited(TALKING)
def person_no(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """None of the times, or the one that was agreed is called off; with words, or without."""
    return _no(person_seat(enquiry_id))


@blueprint.route(f"{OF_PROVIDER}/no", methods=["GET", "POST"])
@access(OfProvider())
@limited(TALKING)
def provider_no(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _no(provider_seat(provider_id, enquiry_id))


@blueprint.route(f"{OF_PERSON}/went", methods=["GET", "POST"])
@access(ACTING)
@limited(TALKING)
def person_went(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """How it went, in three pictures."""
    return _went(person_seat(enquiry_id), PersonWentForm())


@blueprint.route(f"{OF_PROVIDER}/went", methods=["GET", "POST"])
@access(OfProvider())
@limited(TALKING)
def provider_went(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return _went(provider_seat(provider_id, enquiry_id), WentForm())


def _page(seat: Seat, *, problem: str = "", words: str = "") -> ResponseReturnValue:
    session, now = get_session(), datetime.now(UTC)
    standing = standing_of(meetings_of(session, seat.enquiry.id), now=now)
    why = stopped(session, seat.enquiry)
    done = request.args.get("done", "")
    page = render_template(
        "enquiries/meetings/meeting.html",
        seat=seat,
        standing=standing,
        where_it_stands=standing_words(standing, seat.side),
        when=when,
        is_asked=standing.proposed_by not in {None, seat.side},
        told=told(standing.last, seat.other) if standing.last and not seat.is_person else "",
        kinds=[] if why else [(one, propose_words(one)) for one in _kinds(seat, standing)],
        may_agree=seat.enquiry.state in {EnquiryState.SEEN, EnquiryState.MEETING, EnquiryState.TASTER},
        is_over=is_over(seat.enquiry.state),
        stopped=why,
        helpers=_helpers(seat),
        token=new_token(),
        problem=problem,
        words=words,
        done=done if done in DONE else "",
    )
    return (page, CONFLICT) if problem else page


def _propose(seat: Seat, kind: MeetingKind) -> ResponseReturnValue:
    session, token = get_session(), sent_token()
    standing = standing_of(meetings_of(session, seat.enquiry.id), now=datetime.now(UTC))
    is_known = any(one.form_token == token for one in standing.proposed)
    if not is_known and (kind not in _kinds(seat, standing) or stopped(session, seat.enquiry)):
        return _page(seat, problem=_not_now())
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
        return _page(seat, problem=_not_now())
    except NoPlaceError:
        problem = gettext("One of these times is full by now. Choose another.")
    except operations.OverlapsError:
        problem = gettext("You said yes to something else at that time. Choose another.")
    else:
        session.commit()
        return redirect(seat.url(done="proposed"), 303)
    session.rollback()
    return _propose_page(seat, kind, form, found, token, problem=problem), CONFLICT


def _yes(seat: Seat) -> ResponseReturnValue:
    return _acted(
        seat,
        lambda: operations.accept(get_session(), seat.enquiry, meeting_id=_meeting_id(), act=seat.act),
        done="chosen",
    )


def _no(seat: Seat) -> ResponseReturnValue:
    session, form, token = get_session(), NoteForm(), sent_token()
    standing = standing_of(meetings_of(session, seat.enquiry.id), now=datetime.now(UTC))
    coming = standing.coming
    is_sent = request.method == "POST" and form.validate()
    warned = to_warn_of(form.text.data) if is_sent else ()
    if not is_sent or warned:
        if coming is None and not standing.proposed and not standing.missed:
            return _page(seat, problem=_not_now(), words=form.text.data or "")
        page = render_template(
            "enquiries/meetings/no.html",
            seat=seat,
            form=form,
            token=token,
            coming=coming,
            when=when,
            is_own=standing.proposed_by is seat.side,
            may_write=stopped(session, seat.enquiry) is None,
            warned=warned,
            anyway=ANYWAY,
            side=seat.side.value,
        )
        return (page, UNPROCESSABLE) if form.errors else page

    def act() -> None:
        if request.form.get("meeting"):
            operations.call_off(session, seat.enquiry, meeting_id=_meeting_id(), act=seat.act)
        else:
            operations.turn_down(session, seat.enquiry, act=seat.act)
        if form.text.data:
            say(
                session,
                seat.enquiry,
                side=seat.side,
                text=form.text.data,
                form_token=token,
                account=seat.by.account,
                role=seat.by.role,
                now=seat.act.now,
                base_url=seat.act.base_url,
                phrases=phrases(),
                many=current_settings().many,
            )

    return _acted(seat, act, done="off" if request.form.get("meeting") else "none", words=form.text.data)


def _went(seat: Seat, form: WentForm) -> ResponseReturnValue:
    session, now = get_session(), datetime.now(UTC)
    last = standing_of(meetings_of(session, seat.enquiry.id), now=now).last
    if last is None or is_over(seat.enquiry.state):
        return _page(seat, problem=_not_now())
    if request.method == "POST" and form.validate():
        answer: dict[str, Any] = {"mood": Mood(form.mood.data)}
        if isinstance(form, PersonWentForm):
            answer |= {"words": form.words.data, "wants_to_go_on": GOING_ON[form.go_on.data]}
        return _acted(
            seat,
            lambda: operations.say_how_it_went(
                session, seat.enquiry, meeting_id=_meeting_id(), act=seat.act, **answer
            ),
            done="went",
        )
    page = render_template(
        "enquiries/meetings/went.html",
        seat=seat,
        form=form,
        meeting=last,
        when=when,
        moods=[Choice(one.value, one.label, picture=picture) for one, picture in MOOD_PICTURES.items()],
        going_on=[Choice(one, words, picture=GO_ON_PICTURES[one]) for one, words in GO_ON_WORDS.items()],
    )
    return (page, UNPROCESSABLE) if form.errors else page


def _acted(seat: Seat, act: Callable[[], object], *, done: str, words: str = "") -> ResponseReturnValue:
    """Do it and show the page; where it can't be done now, the page says what is so instead."""
    try:
        act()
    except operations.OverlapsError:
        problem = (
            gettext("You said yes to something else at that time. Choose another.")
            if seat.is_person
            else gettext("This time does not suit any more. Propose another.")
        )
    except NoPlaceError:
        problem = gettext("This time is full by now. Choose another.")
    except MessageRefusedError:
        problem = gettext("Your words can’t be sent now. Nothing was changed.")
    except (operations.NotNowError, MoveRefusedError):
        problem = _not_now()
    else:
        get_session().commit()
        return redirect(seat.url(done=done), 303)
    get_session().rollback()
    return _page(seat, problem=problem, words=words)


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
        helpers=_helpers(seat),
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


def _kinds(seat: Seat, standing: Standing) -> list[MeetingKind]:
    return kinds_to_propose(seat.enquiry, seat.side, standing)


def _helpers(seat: Seat) -> list[str]:
    """Who helps the person now: they could be asked to come too."""
    if not seat.is_person:
        return []
    today = london_today()
    return [
        one.name
        for one in supporters_of(get_session(), seat.enquiry.person_id)
        if one.accepted_at is not None
        and one.starts_on <= today <= one.ends_on
        and one.account_id != seat.by.account.id
    ]


def _meeting_id() -> UUID:
    try:
        return UUID(request.form.get("meeting", ""))
    except ValueError:
        raise operations.NotNowError from None


def _not_now() -> str:
    return gettext("This can’t be done now. Below you see where it stands.")
