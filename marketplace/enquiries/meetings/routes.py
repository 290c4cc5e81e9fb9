"""Pages of meetings and tasters: the same for both sides, each at their own address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.db import get_session
from marketplace.enquiries.blueprint import (
    ANYWAY,
    TALKING,
    UNPROCESSABLE,
    phrases,
    sent_token,
    to_warn_of,
)
from marketplace.enquiries.forms import NoteForm
from marketplace.enquiries.meetings import (  # noqa: F401  (they register)
    contact_routes,
    operations,
    propose_routes,
    reactions,
)
from marketplace.enquiries.meetings.blueprint import ACTING, OF_PERSON, OF_PROVIDER, blueprint
from marketplace.enquiries.meetings.forms import (
    GOING_ON,
    PersonWentForm,
    WentForm,
)
from marketplace.enquiries.meetings.meeting_page import meetings_page, not_now
from marketplace.enquiries.meetings.page import (
    GO_ON_PICTURES,
    GO_ON_WORDS,
    MOOD_PICTURES,
    when,
)
from marketplace.enquiries.meetings.queries import meetings_of, standing_of
from marketplace.enquiries.meetings.seat import Seat, person_seat, provider_seat
from marketplace.enquiries.messages.operations import MessageRefusedError, say
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Mood
from marketplace.enquiries.moves import MoveRefusedError, is_over
from marketplace.enquiries.places.operations import NoPlaceError
from marketplace.people.steps import Choice
from marketplace.providers.access import OfProvider
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited

__all__ = ["blueprint"]


@blueprint.get(OF_PERSON)
@access(ACTING)
def person_meeting(person_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Which times are proposed, which is agreed, and how the last one went."""
    return meetings_page(person_seat(enquiry_id))


@blueprint.get(OF_PROVIDER)
@access(OfProvider())
def provider_meeting(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    return meetings_page(provider_seat(provider_id, enquiry_id))


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
            return meetings_page(seat, problem=not_now(), words=form.text.data or "")
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
        return meetings_page(seat, problem=not_now())
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
        problem = not_now()
    else:
        get_session().commit()
        return redirect(seat.url(done=done), 303)
    get_session().rollback()
    return meetings_page(seat, problem=problem, words=words)


def _meeting_id() -> UUID:
    try:
        return UUID(request.form.get("meeting", ""))
    except ValueError:
        raise operations.NotNowError from None
