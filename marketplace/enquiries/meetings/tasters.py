"""The days on which an offer can be tried: its own times, on days on which they really happen."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.enquiries.meetings.operations import Slot
from marketplace.enquiries.places.models import TakenPlace
from marketplace.offers.models import Offer
from marketplace.offers.models import Session as OfferSession
from marketplace.planning.dates import Repeating, days_on
from marketplace.settings import LONDON
from marketplace.web.today import london_day

AHEAD = timedelta(days=35)
"""A place is held until then, so it is not far; whatever happens once a month happens within it."""
MOST = 24


@dataclass(frozen=True, slots=True)
class Taster:
    """One day on which one of the times can be tried."""

    time: OfferSession
    day: date
    starts_at: datetime
    ends_at: datetime
    is_sure: bool
    """False where it repeats and nobody told us which week, or on a bank holiday."""

    @property
    def value(self) -> str:
        return f"{self.time.id}_{self.day.isoformat()}"

    @property
    def slot(self) -> Slot:
        return Slot(starts_at=self.starts_at, ends_at=self.ends_at, session_id=self.time.id)


@dataclass(frozen=True, slots=True)
class Tasters:
    """What can be tried, soonest first, and which of the offer's times are full."""

    choices: tuple[Taster, ...]
    full: tuple[OfferSession, ...]


def tasters_of(session: Session, offer: Offer, *, person_id: uuid.UUID, now: datetime) -> Tasters:
    """The days in the next five weeks. A time is not full for whoever has a place in it. Two statements."""
    mine = _kept_places(session, [one.id for one in offer.sessions], person_id)
    since = london_day(now)
    breaks = [(one.first_date, one.last_date) for one in offer.pauses]
    choices: list[Taster] = []
    full: list[OfferSession] = []
    for one in offer.sessions:
        days = days_on(
            Repeating(one.day_number, one.repeats, one.first_date, one.last_date),
            since=since,
            until=since + AHEAD,
            breaks=breaks,
            on_bank_holidays=offer.bank_holidays,
        )
        if days and one.places_left == 0 and one.id not in mine:
            full.append(one)
            continue
        for found in days:
            starts, ends = (wall(found.day, minute) for minute in (one.starts_minute, one.ends_minute))
            if starts > now:
                choices.append(Taster(one, found.day, starts, ends, found.is_sure))
    choices.sort(key=lambda one: (one.starts_at, one.ends_at, str(one.time.id)))
    return Tasters(tuple(choices[:MOST]), tuple(full))


def wall(day: date, minute: int) -> datetime:
    """The moment, in UTC, at which the clocks in London show so many minutes after the midnight of *day*."""
    days, rest = divmod(minute, 24 * 60)
    local = datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60)), tzinfo=LONDON)
    return local.astimezone(UTC)


def _kept_places(
    session: Session, session_ids: Collection[uuid.UUID], person_id: uuid.UUID
) -> frozenset[uuid.UUID]:
    return frozenset(
        session.scalars(
            select(TakenPlace.session_id).where(
                TakenPlace.session_id.in_(session_ids),
                TakenPlace.person_id == person_id,
                TakenPlace.released_at.is_(None),
            )
        )
    )
