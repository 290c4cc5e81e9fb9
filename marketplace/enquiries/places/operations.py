"""Places that are held, taken and given back, and whose turn it is on a waiting list.

Functions here know no request and do not commit. They lock the offer first, so that places and turns
of one offer never cross; the count itself goes down in one statement, which no two can both win.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.enquiries.models import Enquiry
from marketplace.enquiries.places.models import TakenPlace, WaitingPlace
from marketplace.offers.changes import mark_changed
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.vocabulary import Vacancy

ANSWER_WITHIN = timedelta(hours=48)
"""So long a place that came free is kept for whoever is next on the list."""

AGREE_WITHIN = timedelta(days=14)
"""So long it stays kept once they said that they want it: time to agree."""


class NoPlaceError(Exception):
    """There is no place left in one of the sessions; nothing was taken."""


def take_places(
    session: Session,
    *,
    offer_id: uuid.UUID,
    session_ids: Collection[uuid.UUID],
    person_id: uuid.UUID,
    enquiry_id: uuid.UUID | None,
    now: datetime,
    held_until: datetime | None = None,
) -> None:
    """Take a place in each session, or hold it until *held_until*: all of them or none.

    A place that the person holds already is theirs, and is not counted twice. A session whose places
    the provider does not count is left as it is. Raises ``NoPlaceError``, also where a session is not
    one of the offer.
    """
    offer = _locked(session, offer_id)
    with session.begin_nested():
        for session_id in sorted(session_ids):
            kept = session.scalars(
                select(TakenPlace).where(
                    TakenPlace.session_id == session_id,
                    TakenPlace.person_id == person_id,
                    TakenPlace.released_at.is_(None),
                )
            ).one_or_none()
            if kept is not None:
                kept.enquiry_id = enquiry_id or kept.enquiry_id
                kept.held_until = held_until if kept.held_until else None
            elif _count_down(session, offer_id, session_id):
                session.add(
                    TakenPlace(
                        session_id=session_id,
                        person_id=person_id,
                        enquiry_id=enquiry_id,
                        taken_at=now,
                        held_until=held_until,
                    )
                )
        session.flush()
    _tell_catalogue(session, offer)


def release_places(
    session: Session,
    *,
    person_id: uuid.UUID,
    now: datetime,
    offer_id: uuid.UUID | None = None,
    held_for: uuid.UUID | None = None,
    session_id: uuid.UUID | None = None,
) -> int:
    """Give back the person's places, of one offer or of all; who is next on the list gets them held.

    *held_for* an enquiry: only those that are held, not taken, and for this enquiry. *session_id*: only
    the one in this session.
    """
    wanted = [TakenPlace.person_id == person_id]
    if offer_id is not None:
        wanted.append(OfferSession.offer_id == offer_id)
    if held_for is not None:
        wanted += [TakenPlace.held_until.is_not(None), TakenPlace.enquiry_id == held_for]
    if session_id is not None:
        wanted.append(TakenPlace.session_id == session_id)
    return _release(session, and_(*wanted), now=now)


def join_list(
    session: Session,
    *,
    offer_id: uuid.UUID,
    person_id: uuid.UUID,
    enquiry_id: uuid.UUID | None,
    now: datetime,
    session_ids: Iterable[uuid.UUID] = (),
) -> WaitingPlace:
    """The next turn on the list of an offer. Whoever is on it keeps their turn."""
    offer = _locked(session, offer_id)
    known = _turn_of(session, offer_id, person_id)
    if known is not None:
        return known
    last = session.scalar(select(func.max(WaitingPlace.turn)).where(WaitingPlace.offer_id == offer_id)) or 0
    turn = WaitingPlace(
        offer_id=offer_id,
        person_id=person_id,
        enquiry_id=enquiry_id,
        session_ids=[str(one) for one in session_ids],
        turn=last + 1,
        joined_at=now,
    )
    session.add(turn)
    session.flush()
    _hold_for_next(session, offer_id, now=now)
    _tell_catalogue(session, offer)
    return turn


def leave_list(session: Session, *, offer_id: uuid.UUID, person_id: uuid.UUID, now: datetime) -> bool:
    """End a turn; the place that was kept for it goes to the next."""
    _locked(session, offer_id)
    turn = _turn_of(session, offer_id, person_id)
    if turn is None:
        return False
    turn.ended_at = now
    session.flush()
    mine = [TakenPlace.person_id == person_id, OfferSession.offer_id == offer_id]
    mine.append(
        TakenPlace.held_until.is_not(None) & TakenPlace.enquiry_id.is_not_distinct_from(turn.enquiry_id)
    )
    _release(session, and_(*mine), now=now)
    return True


def release_what_is_over(session: Session, *, now: datetime) -> int:
    """Holds whose time is over, and the turns on lists that went with them. Returns how many places.

    What is kept for a turn whose time stands still is not over.
    """
    stands = exists().where(
        WaitingPlace.person_id == TakenPlace.person_id,
        WaitingPlace.enquiry_id == TakenPlace.enquiry_id,
        WaitingPlace.ended_at.is_(None),
        WaitingPlace.stopped_at.is_not(None),
    )
    over = and_(TakenPlace.held_until <= now, ~stands)
    for offer_id, person_id in session.execute(
        select(OfferSession.offer_id, TakenPlace.person_id)
        .join(OfferSession, OfferSession.id == TakenPlace.session_id)
        .where(over, TakenPlace.released_at.is_(None))
        .order_by(OfferSession.offer_id)
    ).all():
        _locked(session, offer_id)
        turn = _turn_of(session, offer_id, person_id)
        if turn is not None and turn.answer_by is not None and turn.answer_by <= now:
            turn.ended_at = now
    session.flush()
    return _release(session, over, now=now)


def to_be_told(session: Session, *, now: datetime) -> list[Enquiry]:
    """Enquiries for whose person a place is kept, and who were not told yet. Their time begins now."""
    turns = session.scalars(
        select(WaitingPlace)
        .where(
            WaitingPlace.ended_at.is_(None),
            WaitingPlace.answer_by.is_not(None),
            WaitingPlace.offered_at.is_(None),
            WaitingPlace.stopped_at.is_(None),
            WaitingPlace.enquiry_id.is_not(None),
        )
        .order_by(WaitingPlace.offer_id, WaitingPlace.turn)
    ).all()
    told = []
    for turn in turns:
        _locked(session, turn.offer_id)
        session.refresh(turn)
        if turn.ended_at is not None or turn.offered_at is not None or turn.enquiry_id is None:
            continue
        turn.offered_at, turn.answer_by = now, now + ANSWER_WITHIN
        hold_until_answer(session, turn)
        told.append(session.get_one(Enquiry, turn.enquiry_id))
    return told


def want_place(session: Session, *, offer_id: uuid.UUID, person_id: uuid.UUID, now: datetime) -> WaitingPlace:
    """Say yes to the place that is kept: it stays kept until both sides have agreed. Twice is once.

    Raises ``NoPlaceError`` where none is kept, or not any more.
    """
    _locked(session, offer_id)
    turn = _turn_of(session, offer_id, person_id)
    if turn is None or turn.answer_by is None or turn.answer_by <= (turn.stopped_at or now):
        raise NoPlaceError
    if turn.offered_at is not None and turn.answer_by - turn.offered_at > ANSWER_WITHIN:
        return turn
    turn.offered_at, turn.answer_by = turn.offered_at or now, now + AGREE_WITHIN
    turn.stopped_at = turn.stopped_at and now
    hold_until_answer(session, turn)
    session.flush()
    return turn


def hold_until_answer(session: Session, turn: WaitingPlace) -> None:
    """What is kept for a turn is kept as long as its time to answer."""
    session.execute(
        update(TakenPlace)
        .where(
            TakenPlace.person_id == turn.person_id,
            TakenPlace.enquiry_id.is_not_distinct_from(turn.enquiry_id),
            TakenPlace.held_until.is_not(None),
            TakenPlace.released_at.is_(None),
            TakenPlace.session_id.in_(select(OfferSession.id).where(OfferSession.offer_id == turn.offer_id)),
        )
        .values(held_until=turn.answer_by)
    )


def keep_free_places_true(session: Session, offer: Offer) -> None:
    """After its times were written: no more places are free than those that nobody took here."""
    taken = (
        select(func.count())
        .where(TakenPlace.session_id == OfferSession.id, TakenPlace.released_at.is_(None))
        .correlate(OfferSession)
        .scalar_subquery()
    )
    really = OfferSession.places - taken
    session.execute(
        update(OfferSession)
        .where(OfferSession.offer_id == offer.id, OfferSession.places_left > really)
        .values(places_left=case((really > 0, really), else_=0))
        .execution_options(synchronize_session=False)
    )
    _read_counts_anew(session)


def _read_counts_anew(session: Session) -> None:
    """Statements changed the counts, so what was read of them before is no longer so."""
    for row in list(session.identity_map.values()):
        if isinstance(row, OfferSession):
            session.expire(row, ["places_left"])


def _locked(session: Session, offer_id: uuid.UUID) -> Offer:
    session.flush()
    return session.scalars(
        select(Offer).where(Offer.id == offer_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _count_down(session: Session, offer_id: uuid.UUID, session_id: uuid.UUID) -> bool:
    """One place less, in one statement; false where the provider does not count them."""
    counted = session.execute(
        update(OfferSession)
        .where(OfferSession.id == session_id, OfferSession.offer_id == offer_id, OfferSession.places_left > 0)
        .values(places_left=OfferSession.places_left - 1)
        .returning(OfferSession.id)
        .execution_options(synchronize_session=False)
    ).first()
    if counted is not None:
        return True
    there = session.execute(
        select(OfferSession.places_left).where(
            OfferSession.id == session_id, OfferSession.offer_id == offer_id
        )
    ).first()
    if there is None or there[0] is not None:
        raise NoPlaceError
    return False


def _release(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    rows = session.execute(
        select(TakenPlace.id, OfferSession.offer_id)
        .join(OfferSession, OfferSession.id == TakenPlace.session_id)
        .where(which, TakenPlace.released_at.is_(None))
        .order_by(OfferSession.offer_id, TakenPlace.id)
    ).all()
    by_offer: dict[uuid.UUID, list[uuid.UUID]] = {}
    for place_id, offer_id in rows:
        by_offer.setdefault(offer_id, []).append(place_id)
    released = 0
    for offer_id, place_ids in by_offer.items():
        offer = _locked(session, offer_id)
        freed = session.scalars(
            update(TakenPlace)
            .where(TakenPlace.id.in_(place_ids), TakenPlace.released_at.is_(None))
            .values(released_at=now)
            .returning(TakenPlace.session_id)
            .execution_options(synchronize_session=False)
        ).all()
        for session_id in freed:
            session.execute(
                update(OfferSession)
                .where(
                    OfferSession.id == session_id,
                    or_(OfferSession.places.is_(None), OfferSession.places_left < OfferSession.places),
                )
                .values(places_left=OfferSession.places_left + 1)
                .execution_options(synchronize_session=False)
            )
        released += len(freed)
        for row in list(session.identity_map.values()):
            if isinstance(row, TakenPlace):
                session.expire(row)
        _hold_for_next(session, offer_id, now=now)
        _tell_catalogue(session, offer)
    return released


def _hold_for_next(session: Session, offer_id: uuid.UUID, *, now: datetime) -> None:
    """Keep each free place for whoever is next on the list and wants one of these sessions."""
    waiting = session.scalars(
        select(WaitingPlace)
        .where(
            WaitingPlace.offer_id == offer_id,
            WaitingPlace.ended_at.is_(None),
            WaitingPlace.answer_by.is_(None),
        )
        .order_by(WaitingPlace.turn)
    ).all()
    for turn in waiting:
        # A place that is held for a taster is theirs already: no second one in the same session.
        theirs = select(TakenPlace.session_id).where(
            TakenPlace.person_id == turn.person_id, TakenPlace.released_at.is_(None)
        )
        free = session.scalars(
            select(OfferSession.id)
            .where(
                OfferSession.offer_id == offer_id,
                OfferSession.places_left > 0,
                OfferSession.id.not_in(theirs),
            )
            .order_by(OfferSession.day_number, OfferSession.starts_minute)
        ).all()
        fitting = [one for one in free if not turn.session_ids or str(one) in turn.session_ids]
        if not fitting:
            continue
        _count_down(session, offer_id, fitting[0])
        turn.answer_by = now + ANSWER_WITHIN
        session.add(
            TakenPlace(
                session_id=fitting[0],
                person_id=turn.person_id,
                enquiry_id=turn.enquiry_id,
                taken_at=now,
                held_until=turn.answer_by,
            )
        )
        session.flush()


def _turn_of(session: Session, offer_id: uuid.UUID, person_id: uuid.UUID) -> WaitingPlace | None:
    return session.scalars(
        select(WaitingPlace).where(
            WaitingPlace.offer_id == offer_id,
            WaitingPlace.person_id == person_id,
            WaitingPlace.ended_at.is_(None),
        )
    ).one_or_none()


def _tell_catalogue(session: Session, offer: Offer) -> None:
    """What the offer says of free places follows the count, where all its sessions are counted."""
    session.flush()
    _read_counts_anew(session)
    left = session.scalars(select(OfferSession.places_left).where(OfferSession.offer_id == offer.id)).all()
    if left and None not in left:
        if any(left):
            if offer.vacancy in {Vacancy.FULL, Vacancy.WAITING_LIST}:
                offer.vacancy = Vacancy.OPEN
        else:
            offer.vacancy = Vacancy.WAITING_LIST
    # Who began to change the times before is told that they changed.
    offer.version += 1
    session.flush()
    mark_changed(session, [offer.id])
