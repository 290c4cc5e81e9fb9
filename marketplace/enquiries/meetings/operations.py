"""Proposing a time, choosing one, calling it off, and how it went.

Functions here know no request and do not commit. They lock the enquiry first, so that of two answers
at the same moment one is given and the other is told where it stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from marketplace.audit import Action, record
from marketplace.enquiries import mails
from marketplace.enquiries.meetings.queries import Standing, agreed_times, meetings_of, standing_of
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Enquiry, EnquiryState, Meeting, MeetingKind, Mood, Side
from marketplace.enquiries.moves import is_over, may_follow, move
from marketplace.enquiries.places.models import TakenPlace
from marketplace.enquiries.places.operations import NoPlaceError, release_places, take_places
from marketplace.enquiries.places.queries import turn_of
from marketplace.offers.models import Session as OfferSession
from marketplace.people.profile.changes import Doer

MOST_TIMES = 3
A_DAY_BEFORE = timedelta(days=1)
_STATES = {MeetingKind.MEETING: EnquiryState.MEETING, MeetingKind.TASTER: EnquiryState.TASTER}
_PAGE = "/meeting"
_MEETING_STATES = frozenset(_STATES.values())


class NotNowError(Exception):
    """Where the enquiry stands now, this can't be done; nothing was written."""


class OverlapsError(Exception):
    """The person has said yes to something else at that time; nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time that is proposed; both with a zone. ``session_id`` is of the offer's session that is tried."""

    starts_at: datetime
    ends_at: datetime
    session_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who does something, from which side, and when."""

    side: Side
    by: Doer
    now: datetime
    base_url: str


def may_propose(enquiry: Enquiry, side: Side, kind: MeetingKind, standing: Standing) -> bool:
    """One time is agreed at once; who waits for a place stays on the list while they meet."""
    if standing.coming is not None:
        return False
    to = _STATES[kind]
    return enquiry.state in {to, EnquiryState.WAITING} or to in may_follow(enquiry, side)


def propose(
    session: Session,
    enquiry: Enquiry,
    *,
    kind: MeetingKind,
    slots: Sequence[Slot],
    place: str,
    form_token: str,
    act: Act,
) -> list[Meeting]:
    """Propose up to three times; they take the place of what was open. The same form proposes once.

    Raises ``NotNowError``, ``NoPlaceError`` where a session that is to be tried is full, and
    ``OverlapsError`` where the person themselves is somewhere else then.
    """
    _lock(session, enquiry)
    meetings = meetings_of(session, enquiry.id)
    known = [one for one in meetings if one.form_token == form_token]
    if known:
        return known
    standing = standing_of(meetings, now=act.now)
    if stopped(session, enquiry) is not None or not may_propose(enquiry, act.side, kind, standing):
        raise NotNowError
    if not 1 <= len(slots) <= MOST_TIMES or any(one.starts_at <= act.now for one in slots):
        raise ValueError(f"1 to {MOST_TIMES} times to come are proposed")
    if act.side is Side.PERSON:
        _refuse_overlaps(session, enquiry, slots, now=act.now)
    for session_id in {one.session_id for one in slots if one.session_id}:
        if not _has_place(session, enquiry, session_id):
            raise NoPlaceError
    _drop(standing.proposed + standing.missed, now=act.now)
    made = [
        Meeting(
            enquiry_id=enquiry.id,
            kind=kind,
            session_id=one.session_id,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            place=place,
            proposed_by=act.side,
            proposed_at=act.now,
            form_token=form_token,
        )
        for one in slots
    ]
    session.add_all(made)
    session.flush()
    if _STATES[kind] in may_follow(enquiry, act.side) and enquiry.state is not EnquiryState.WAITING:
        _move(session, enquiry, _STATES[kind], act)
    news = "A time to meet was proposed:" if kind is MeetingKind.MEETING else "A day to try it was proposed:"
    _tell(session, enquiry, news, act)
    _remember(session, Action.MEETING_PROPOSED, enquiry, act, kind=kind, times=len(made))
    return made


def accept(session: Session, enquiry: Enquiry, *, meeting_id: uuid.UUID, act: Act) -> Meeting:
    """Say yes to one of the times; the others fall away, and a place is held until a taster is over.

    Twice is once. Raises ``NotNowError``, ``OverlapsError``, and ``NoPlaceError`` where it is full by
    now; then the caller rolls back.
    """
    _lock(session, enquiry)
    meetings = meetings_of(session, enquiry.id)
    chosen = next((one for one in meetings if one.id == meeting_id), None)
    if chosen is None or chosen.proposed_by is act.side or chosen.cancelled_at is not None:
        raise NotNowError
    if chosen.accepted_at is not None:
        return chosen
    if is_over(enquiry.state) or stopped(session, enquiry) is not None or chosen.starts_at <= act.now:
        raise NotNowError
    _refuse_overlaps(session, enquiry, [chosen], now=act.now)
    if chosen.kind is MeetingKind.TASTER and chosen.session_id is not None:
        _hold_place(session, enquiry, chosen.session_id, until=chosen.ends_at, now=act.now)
    chosen.accepted_at = act.now
    if chosen.starts_at - act.now <= A_DAY_BEFORE:
        chosen.reminded_at = act.now  # the mail that says 'agreed' is reminder enough
    _drop((one for one in meetings if one.accepted_at is None and one.cancelled_at is None), now=act.now)
    if act.side is Side.PROVIDER and enquiry.answered_at is None:
        enquiry.answered_at = act.now
    session.flush()
    _tell(session, enquiry, "A time is agreed:", act)
    _remember(session, Action.MEETING_ACCEPTED, enquiry, act, kind=chosen.kind)
    return chosen


def turn_down(session: Session, enquiry: Enquiry, *, act: Act) -> None:
    """None of the open times: 'another time, please', or one's own taken back. Twice is once."""
    _lock(session, enquiry)
    standing = standing_of(meetings_of(session, enquiry.id), now=act.now)
    open_ = standing.proposed + standing.missed
    if not open_:
        if enquiry.state is EnquiryState.SEEN:
            return
        raise NotNowError
    _drop(open_, now=act.now)
    session.flush()
    _back_to_seen(session, enquiry, act)
    is_own = open_[0].proposed_by is act.side
    _tell(session, enquiry, "A time was taken back:" if is_own else "Another time, please:", act)
    _remember(session, Action.MEETING_TURNED_DOWN, enquiry, act)


def call_off(session: Session, enquiry: Enquiry, *, meeting_id: uuid.UUID, act: Act) -> None:
    """Call off a time that was agreed; the place that was held comes free. Twice is once."""
    _lock(session, enquiry)
    meeting = next((one for one in meetings_of(session, enquiry.id) if one.id == meeting_id), None)
    if meeting is None or meeting.accepted_at is None or meeting.ends_at <= act.now:
        raise NotNowError
    if meeting.cancelled_at is not None:
        return
    meeting.cancelled_at = act.now
    session.flush()
    give_back_place(session, enquiry, meeting, now=act.now)
    _back_to_seen(session, enquiry, act)
    _tell(session, enquiry, "It was called off:", act)
    _remember(session, Action.MEETING_CALLED_OFF, enquiry, act, kind=meeting.kind)


def call_off_all(session: Session, enquiry: Enquiry, *, act: Act) -> int:
    """Nobody meets any more in what is agreed: what was to come is called off, the other side told once.

    Places are those of the agreement by then. Returns how many times fell away.
    """
    _lock(session, enquiry)
    live = [
        one for one in meetings_of(session, enquiry.id) if one.cancelled_at is None and one.ends_at > act.now
    ]
    for one in live:
        one.cancelled_at = act.now
        _remember(session, Action.MEETING_CALLED_OFF, enquiry, act, kind=one.kind)
    session.flush()
    if live:
        _tell(session, enquiry, "It was called off:", act)
    return len(live)


def say_how_it_went(
    session: Session,
    enquiry: Enquiry,
    *,
    meeting_id: uuid.UUID,
    mood: Mood,
    act: Act,
    words: str = "",
    wants_to_go_on: bool | None = None,
) -> Meeting:
    """How it went, once it began; it may be said anew.

    Of the person's answer the provider reads *wants_to_go_on* alone; None is 'not sure'. What the
    provider says stays with the provider. Raises ``NotNowError``.
    """
    _lock(session, enquiry)
    meeting = next((one for one in meetings_of(session, enquiry.id) if one.id == meeting_id), None)
    if meeting is None or not may_say_how_it_went(meeting, now=act.now):
        raise NotNowError
    if act.side is Side.PROVIDER:
        meeting.provider_went = mood
    else:
        is_news = meeting.went_at is None or meeting.wants_to_go_on is not wants_to_go_on
        meeting.went, meeting.went_words, meeting.went_at = mood, words, act.now
        meeting.wants_to_go_on = wants_to_go_on
        if is_news:
            _tell(session, enquiry, "There is news about", act)
    session.flush()
    _remember(session, Action.MEETING_WENT, enquiry, act, kind=meeting.kind)
    return meeting


def may_say_how_it_went(meeting: Meeting, *, now: datetime) -> bool:
    return meeting.accepted_at is not None and meeting.cancelled_at is None and meeting.starts_at <= now


def give_back_place(session: Session, enquiry: Enquiry, meeting: Meeting, *, now: datetime) -> None:
    """What was held for a taster comes free; a place that is kept from the waiting list stays kept."""
    if meeting.kind is not MeetingKind.TASTER or meeting.session_id is None:
        return
    turn = turn_of(session, enquiry)
    is_from_list = turn is not None and turn.answer_by is not None and turn.answer_by > now
    if turn is not None and is_from_list and not _holds_another(session, enquiry, meeting.session_id):
        session.execute(
            update(TakenPlace)
            .where(
                TakenPlace.enquiry_id == enquiry.id,
                TakenPlace.session_id == meeting.session_id,
                TakenPlace.held_until.is_not(None),
                TakenPlace.released_at.is_(None),
            )
            .values(held_until=turn.answer_by)
        )
        return
    release_places(
        session,
        person_id=enquiry.person_id,
        offer_id=enquiry.offer_id,
        held_for=enquiry.id,
        session_id=meeting.session_id,
        now=now,
    )


def _hold_place(
    session: Session, enquiry: Enquiry, session_id: uuid.UUID, *, until: datetime, now: datetime
) -> None:
    kept = _kept(session, enquiry, session_id)
    if kept is not None and (kept.held_until is None or kept.held_until >= until):
        return
    take_places(
        session,
        offer_id=enquiry.offer_id,
        session_ids=[session_id],
        person_id=enquiry.person_id,
        enquiry_id=enquiry.id,
        now=now,
        held_until=until,
    )


def _has_place(session: Session, enquiry: Enquiry, session_id: uuid.UUID) -> bool:
    time = session.scalars(
        select(OfferSession).where(OfferSession.id == session_id, OfferSession.offer_id == enquiry.offer_id)
    ).one_or_none()
    if time is None:
        return False
    return time.places_left != 0 or _kept(session, enquiry, session_id) is not None


def _kept(session: Session, enquiry: Enquiry, session_id: uuid.UUID) -> TakenPlace | None:
    return session.scalars(
        select(TakenPlace).where(
            TakenPlace.session_id == session_id,
            TakenPlace.person_id == enquiry.person_id,
            TakenPlace.released_at.is_(None),
        )
    ).one_or_none()


def _holds_another(session: Session, enquiry: Enquiry, session_id: uuid.UUID) -> bool:
    """Whether a place of another session is held for the enquiry: then that one is from the list."""
    another = exists().where(
        TakenPlace.enquiry_id == enquiry.id,
        TakenPlace.session_id != session_id,
        TakenPlace.held_until.is_not(None),
        TakenPlace.released_at.is_(None),
    )
    return bool(session.scalar(select(another)))


def _refuse_overlaps(
    session: Session, enquiry: Enquiry, times: Iterable[Slot | Meeting], *, now: datetime
) -> None:
    taken = agreed_times(session, enquiry.person_id, now=now)
    if any(
        one.starts_at < other.ends_at and other.starts_at < one.ends_at for one in times for other in taken
    ):
        raise OverlapsError


def _drop(meetings: Iterable[Meeting], *, now: datetime) -> None:
    for meeting in meetings:
        if meeting.accepted_at is None:
            meeting.cancelled_at = now


def _lock(session: Session, enquiry: Enquiry) -> None:
    session.flush()
    session.refresh(enquiry, with_for_update=True)


def _back_to_seen(session: Session, enquiry: Enquiry, act: Act) -> None:
    if enquiry.state in _MEETING_STATES:
        _move(session, enquiry, EnquiryState.SEEN, act)


def _move(session: Session, enquiry: Enquiry, to: EnquiryState, act: Act) -> None:
    move(
        session,
        enquiry,
        to=to,
        side=act.side,
        account=act.by.account,
        role=act.by.role,
        now=act.now,
        base_url=act.base_url,
        tells=False,  # the mails here say what it is about
    )


def _tell(session: Session, enquiry: Enquiry, news: str, act: Act) -> None:
    said = f"{news} {mails.offer_name(session, enquiry)}"
    if act.side is Side.PERSON:
        mails.tell_provider(session, enquiry=enquiry, news=said, base_url=act.base_url, page=_PAGE)
    else:
        mails.tell_person(session, enquiry=enquiry, news=said, now=act.now, base_url=act.base_url, page=_PAGE)


def _remember(session: Session, action: Action, enquiry: Enquiry, act: Act, **details: Any) -> None:
    record(
        session,
        action=action,
        subject=enquiry,
        details={"person": enquiry.person_id, "side": act.side, **details},
        actor=act.by.account,
        role=act.by.role,
    )
