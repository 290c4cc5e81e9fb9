"""The page of meetings itself, which every step leads back to."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.db import get_session
from marketplace.enquiries.blueprint import CONFLICT, new_token
from marketplace.enquiries.meetings.page import kinds_to_propose, propose_words, standing_words, told, when
from marketplace.enquiries.meetings.queries import Standing, meetings_of, standing_of
from marketplace.enquiries.meetings.seat import Seat
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import EnquiryState, MeetingKind
from marketplace.enquiries.moves import is_over
from marketplace.offers import words as offer_words
from marketplace.people.supporters.queries import supporters_of
from marketplace.web.today import london_today

DONE = {"proposed", "chosen", "none", "off", "went"}


def meetings_page(seat: Seat, *, problem: str = "", words: str = "") -> ResponseReturnValue:
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
        told=told(standing.last, seat.enquiry.name_shared),
        usual_place=offer_words.where(seat.offer.place) if seat.offer.place else "",
        kinds=[] if why else [(one, propose_words(one)) for one in kinds_of(seat, standing)],
        may_agree=seat.enquiry.state in {EnquiryState.SEEN, EnquiryState.MEETING, EnquiryState.TASTER},
        is_over=is_over(seat.enquiry.state),
        stopped=why,
        helpers=helpers_of(seat),
        token=new_token(),
        problem=problem,
        words=words,
        done=done if done in DONE else "",
    )
    return (page, CONFLICT) if problem else page


def kinds_of(seat: Seat, standing: Standing) -> list[MeetingKind]:
    return kinds_to_propose(seat.enquiry, seat.side, standing)


def helpers_of(seat: Seat) -> list[str]:
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


def not_now() -> str:
    return gettext("This can’t be done now. Below you see where it stands.")
