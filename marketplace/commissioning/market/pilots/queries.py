"""Reads of pilots and, through ``gaps.disclosure``, of the people who came to them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.commissioning.market.models import Pilot, PilotOffer
from marketplace.commissioning.offer_search import public_offers_named
from marketplace.enquiries.agreements.models import Agreement, HowItGoes
from marketplace.enquiries.models import Enquiry, Mood, Side
from marketplace.gaps.disclosure import Row, Shown, percent, shown, split
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.providers.models import Provider
from marketplace.settings import LONDON
from marketplace.web.today import london_day

COMPARED = timedelta(weeks=12)
"""So long before the start is compared with so long after it."""
GOING = timedelta(weeks=12)
"""Who is still there after so long has stayed."""


class PilotLine(NamedTuple):
    """A pilot in a list."""

    pilot: Pilot
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The people of a pilot, up to and with a Sunday."""

    up_to: date
    asked_before: Shown
    """In the twelve weeks before it started, about the same offers."""
    asked_first: Shown
    """In its first twelve weeks."""
    asked: Shown
    """Since it started."""
    started_before: Shown
    started_first: Shown
    started: Shown
    long_ago: Shown
    """Who started twelve weeks ago or more."""
    stayed: Shown
    """Of these, who was still there after twelve weeks."""
    moods: Row
    """How the last said that it goes: good, in between, not good."""

    @property
    def stayed_percent(self) -> int | None:
        return percent(self.stayed, self.long_ago)


def pilots_of(session: Session, council_code: str) -> list[PilotLine]:
    """Every pilot of a council, the newest first."""
    offers = (
        select(func.count()).select_from(PilotOffer).where(PilotOffer.pilot_id == Pilot.id).scalar_subquery()
    )
    rows = session.execute(
        select(Pilot, offers)
        .where(Pilot.council_code == council_code)
        .order_by(Pilot.starts_on.desc(), Pilot.name, Pilot.id)
    )
    return [PilotLine(pilot, number) for pilot, number in rows]


def offers_of(session: Session, pilot: Pilot) -> Sequence[tuple[Offer, Provider]]:
    """Its offers, public or not any more, with their providers, in the order of the names."""
    rows = session.execute(
        select(Offer, Provider)
        .join(PilotOffer, PilotOffer.offer_id == Offer.id)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(PilotOffer.pilot_id == pilot.id)
        .order_by(Offer.name, Offer.id)
    )
    return [(offer, provider) for offer, provider in rows]


def offers_to_add(
    session: Session, words: str, districts: Collection[str], *, today: date
) -> Sequence[tuple[Offer, Provider]]:
    """Public offers of *districts* in no pilot by name, or provider's name; at most twenty."""
    in_a_pilot = exists().where(PilotOffer.offer_id == Offer.id)
    return public_offers_named(session, words, districts, but=in_a_pilot, today=today)


def cohort_of(session: Session, pilot: Pilot, *, now: datetime) -> Cohort:
    """What became of the people who came to a pilot whose offers are fixed. Three statements.

    Counted are people who agreed to be counted, up to the last Sunday: between one week's numbers and the
    next many people change. Someone who asked about several of its offers counts once.
    """
    offers = select(PilotOffer.offer_id).where(PilotOffer.pilot_id == pilot.id)
    today = london_day(now)
    monday = today - timedelta(days=today.weekday())
    start = pilot.starts_on
    # Its end plays no part: with an end that can be moved, day after day could be told apart.
    windows = {
        "before": (start - COMPARED, min(start, monday)),
        "first": (start, min(start + COMPARED, monday)),
        "since": (start, monday),
    }
    asked = _who(session, Enquiry.person_id, Enquiry.sent_at, Enquiry.offer_id.in_(offers))
    agreements = session.execute(
        select(Agreement.id, Agreement.person_id, Agreement.started_at, Agreement.ended_on).where(
            Agreement.offer_id.in_(offers), Agreement.started_at.is_not(None), _agreed(Agreement.person_id)
        )
    ).all()
    began = [(person, london_day(started)) for _, person, started, _ in agreements if started]
    old = {person for person, day in began if _within(day, windows["since"]) and day + GOING <= monday}
    stayed = {
        person
        for _, person, started, ended in agreements
        if started and person in old and _stayed(london_day(started), ended, windows["since"], monday)
    }
    return Cohort(
        up_to=monday - timedelta(days=1),
        asked_before=_shown(asked, windows["before"]),
        asked_first=_shown(asked, windows["first"]),
        asked=_shown(asked, windows["since"]),
        started_before=_shown(began, windows["before"]),
        started_first=_shown(began, windows["first"]),
        started=_shown(began, windows["since"]),
        long_ago=shown(len(old)),
        stayed=shown(len(stayed)),
        moods=_moods(session, [one[0] for one in agreements], before=_midnight(monday)),
    )


def _who(
    session: Session,
    person: InstrumentedAttribute[uuid.UUID],
    at: InstrumentedAttribute[datetime],
    which: ColumnElement[bool],
) -> list[tuple[uuid.UUID, date]]:
    rows = session.execute(select(person, at).where(which, _agreed(person)))
    return [(who, london_day(moment)) for who, moment in rows]


def _agreed(person: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    """Who agreed to be counted."""
    return exists().where(Person.id == person, Person.counts_in_gaps)


def _shown(what: Sequence[tuple[uuid.UUID, date]], window: tuple[date, date]) -> Shown:
    return shown(len({person for person, day in what if _within(day, window)}))


def _within(day: date, window: tuple[date, date]) -> bool:
    return window[0] <= day < window[1]


def _stayed(started: date, ended: date | None, window: tuple[date, date], monday: date) -> bool:
    is_old = _within(started, window) and started + GOING <= monday
    return is_old and (ended is None or ended >= started + GOING)


def _moods(session: Session, agreements: Sequence[uuid.UUID], *, before: datetime) -> Row:
    """The last word of each person, in one statement."""
    rows = session.execute(
        select(Agreement.person_id, HowItGoes.mood)
        .join(Agreement, Agreement.id == HowItGoes.agreement_id)
        .where(
            and_(
                HowItGoes.agreement_id.in_(agreements),
                HowItGoes.side == Side.PERSON,
                ~HowItGoes.is_carer,
                HowItGoes.said_at < before,
            )
        )
        .order_by(HowItGoes.said_at, HowItGoes.id)
    )
    last = {person: mood for person, mood in rows}  # noqa: C416 (a later row overwrites)
    return split([sum(mood is one for mood in last.values()) for one in Mood])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)
