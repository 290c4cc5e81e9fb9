"""The time of a turn on a waiting list: it stands still while no message passes.

Who waits for a provider that is stopped for a while, or misses a check, can't agree with it; so they lose
neither their turn nor the hours in which they may answer.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Enquiry
from marketplace.enquiries.places.models import WaitingPlace
from marketplace.enquiries.places.operations import hold_until_answer
from marketplace.web.today import london_day


def clocks_to_turn(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Turns with a place whose time runs and should stand still, or the other way round."""
    rows = session.execute(
        select(WaitingPlace, Enquiry)
        .join(Enquiry, Enquiry.id == WaitingPlace.enquiry_id)
        .where(WaitingPlace.ended_at.is_(None), WaitingPlace.answer_by.is_not(None))
        .order_by(WaitingPlace.offer_id, WaitingPlace.turn)
    )
    return [turn.id for turn, enquiry in rows if _should_stand(session, enquiry, now) is not _stands(turn)]


def turn_clocks(session: Session, *, now: datetime) -> int:
    """Stop and start them: what was left when one stopped is left when it goes on. Returns how many."""
    turned = 0
    for turn_id in clocks_to_turn(session, now=now):
        turn = session.get_one(WaitingPlace, turn_id, with_for_update=True, populate_existing=True)
        if turn.ended_at is not None or turn.answer_by is None:
            continue
        if turn.stopped_at is None:
            turn.stopped_at = now
        else:
            stood = now - turn.stopped_at
            turn.answer_by += stood
            turn.offered_at = turn.offered_at and turn.offered_at + stood
            turn.stopped_at = None
            hold_until_answer(session, turn)
        turned += 1
    session.flush()
    return turned


def _stands(turn: WaitingPlace) -> bool:
    return turn.stopped_at is not None


def _should_stand(session: Session, enquiry: Enquiry, now: datetime) -> bool:
    return stopped(session, enquiry, today=london_day(now)) is not None
