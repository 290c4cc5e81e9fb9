"""Reading requests for help, for the person, for providers, for moderators and for what is missing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, case, cast, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.enquiries.help.models import HelpState, HelpTold, HelpWanted
from marketplace.enquiries.help.suiting import can_be_told, reachable
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.providers.models import Provider

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """One request on the person's own list."""

    wanted: HelpWanted
    answers: int
    """How many can help, of those whom the person may hear from now."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A provider that can help, as the person reads it."""

    told: HelpTold
    offer: Offer


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request as a provider reads it. Whose it is stays out."""

    wanted: HelpWanted
    told: HelpTold
    offer: Offer


@dataclass(frozen=True, slots=True)
class Noticed:
    """Words of an answer that were not passed on, for moderators. Never who the person is."""

    told: HelpTold
    offer: Offer
    provider: Provider


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request that nobody could help with: what a gap report reads of it."""

    person_id: uuid.UUID
    district_code: str | None
    needs: dict[str, Any]
    """The needs document of the request: what for, when, at which level."""
    at: datetime


def of_person(session: Session, person_id: uuid.UUID, *, today: date) -> list[Asked]:
    """A person's requests: open ones first, the newest first."""
    is_live = case(((HelpWanted.state == HelpState.OPEN) & (HelpWanted.open_until >= today), 0), else_=1)
    found = session.scalars(
        select(HelpWanted)
        .where(HelpWanted.person_id == person_id)
        .order_by(is_live, HelpWanted.posted_at.desc(), HelpWanted.id)
        .limit(MOST_SHOWN)
    ).all()
    yes = session.execute(
        select(HelpTold.help_id, HelpTold.offer_id).where(
            HelpTold.help_id.in_([one.id for one in found]), HelpTold.can_help.is_(True)
        )
    ).all()
    heard = can_be_told(session, person_id, {offer_id for _, offer_id in yes}, today=today)
    return [
        Asked(one, sum(help_id == one.id and offer_id in heard for help_id, offer_id in yes)) for one in found
    ]


def help_of_person(session: Session, person_id: uuid.UUID, help_id: uuid.UUID) -> HelpWanted | None:
    return session.scalars(
        select(HelpWanted).where(HelpWanted.id == help_id, HelpWanted.person_id == person_id)
    ).one_or_none()


def posted_with(session: Session, person_id: uuid.UUID, once: uuid.UUID | None) -> HelpWanted | None:
    """What one form of this person posted already; None where it was not sent yet."""
    if once is None:
        return None
    return session.scalars(
        select(HelpWanted).where(HelpWanted.person_id == person_id, HelpWanted.form_token == once.hex)
    ).one_or_none()


def answers_to(session: Session, wanted: HelpWanted, *, today: date) -> list[Answered]:
    """Who can help, by the score of the match; only those whom the person may hear from now."""
    told = session.scalars(
        select(HelpTold)
        .where(HelpTold.help_id == wanted.id, HelpTold.can_help.is_(True))
        .order_by(HelpTold.score.desc(), HelpTold.offer_id)
    ).all()
    heard = can_be_told(session, wanted.person_id, {one.offer_id for one in told}, today=today)
    offers = {
        offer.id: offer
        for offer in session.scalars(
            select(Offer)
            .where(Offer.id.in_(heard))
            .options(
                joinedload(Offer.provider).options(
                    selectinload(Provider.checks), joinedload(Provider.assistant)
                ),
                joinedload(Offer.place),
                selectinload(Offer.sessions),
                selectinload(Offer.costs),
                selectinload(Offer.themes),
                selectinload(Offer.pauses),
            )
        )
    }
    return [Answered(one, offers[one.offer_id]) for one in told if one.offer_id in offers]


def said_no(session: Session, wanted: HelpWanted) -> int:
    """How many providers answered that they can't now."""
    count = select(func.count()).select_from(HelpTold)
    return session.scalar(count.where(HelpTold.help_id == wanted.id, HelpTold.can_help.is_(False))) or 0


def of_provider(session: Session, provider_id: uuid.UUID, *, today: date) -> list[Waiting]:
    """Open requests that a provider was told of, unanswered ones first; none that it may not hear of now."""
    is_answered = case((HelpTold.can_help.is_(None), 0), else_=1)
    rows = session.execute(
        reachable(HelpWanted.person_id, today=today)
        .join(HelpTold, HelpTold.offer_id == Offer.id)
        .join(HelpWanted, HelpWanted.id == HelpTold.help_id)
        .where(
            Offer.provider_id == provider_id,
            HelpWanted.state == HelpState.OPEN,
            HelpWanted.open_until >= today,
        )
        .with_only_columns(HelpWanted, HelpTold, Offer)
        .order_by(is_answered, HelpWanted.posted_at.desc(), HelpWanted.id)
        .limit(MOST_SHOWN)
    )
    return [Waiting(*row) for row in rows]


def help_of_provider(
    session: Session, provider_id: uuid.UUID, help_id: uuid.UUID
) -> tuple[HelpWanted, HelpTold, Offer] | None:
    """A request that this provider was told of, whatever became of it."""
    row = session.execute(
        select(HelpWanted, HelpTold, Offer)
        .join(HelpTold, HelpTold.help_id == HelpWanted.id)
        .join(Offer, Offer.id == HelpTold.offer_id)
        .where(Offer.provider_id == provider_id, HelpWanted.id == help_id)
        .order_by(HelpTold.told_at, HelpTold.offer_id)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def unanswered_of_provider(session: Session, provider_id: uuid.UUID, *, today: date) -> int:
    """How many open requests wait for an answer of this provider."""
    return sum(one.told.can_help is None for one in of_provider(session, provider_id, today=today))


def stopped_answers(session: Session, *, since: datetime) -> list[Noticed]:
    """Answers in which something was noticed, of requests told since; the newest first."""
    rows = session.execute(
        select(HelpTold, Offer, Provider)
        .join(Offer, Offer.id == HelpTold.offer_id)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(func.length(cast(HelpTold.flags, String)) > len("[]"), HelpTold.told_at > since)
        .order_by(HelpTold.told_at.desc(), HelpTold.offer_id)
        .limit(MOST_SHOWN)
    )
    return [Noticed(*row) for row in rows]


def unanswered_for_gaps(session: Session, *, since: datetime, today: date) -> list[Unanswered]:
    """Requests that ended without anyone who could help, of people who agreed to be counted.

    What was found or taken back, or is still open, is no gap.
    """
    could = exists().where(HelpTold.help_id == HelpWanted.id, HelpTold.can_help.is_(True))
    rows = session.execute(
        select(HelpWanted.person_id, HelpWanted.district_code, HelpWanted.needs, HelpWanted.posted_at)
        .join(Person, Person.id == HelpWanted.person_id)
        .where(
            HelpWanted.state.in_((HelpState.OPEN, HelpState.OVER)),
            HelpWanted.open_until < today,
            HelpWanted.posted_at >= since,
            Person.counts_in_gaps,
            ~could,
        )
        .order_by(HelpWanted.posted_at, HelpWanted.id)
    )
    return [Unanswered(*row) for row in rows]
