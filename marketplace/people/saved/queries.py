"""Reading what a person saved and hid, and who is told of new matches."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from marketplace.accounts.models import Account
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.people.saved.models import Keeping, NewMatchAlert, SavedMatch
from marketplace.people.supporters.models import Supporter


@dataclass(frozen=True, slots=True)
class Kept:
    """The offers that a person saved and those they hid."""

    saved: frozenset[uuid.UUID]
    hidden: frozenset[uuid.UUID]


def kept_offers(session: Session, person_id: uuid.UUID) -> Kept:
    """What a list of matches has to know, in one query."""
    rows = session.execute(
        select(SavedMatch.offer_id, SavedMatch.keeping)
        .where(SavedMatch.person_id == person_id)
        .order_by(SavedMatch.offer_id)
    ).all()
    return Kept(
        saved=frozenset(offer for offer, keeping in rows if keeping is Keeping.SAVED),
        hidden=frozenset(offer for offer, keeping in rows if keeping is Keeping.HIDDEN),
    )


def saved_matches(session: Session, person_id: uuid.UUID, keeping: Keeping) -> list[SavedMatch]:
    """All of one kind, the newest first."""
    return list(
        session.scalars(
            select(SavedMatch)
            .where(SavedMatch.person_id == person_id, SavedMatch.keeping == keeping)
            .order_by(SavedMatch.kept_at.desc(), SavedMatch.id)
        )
    )


def kept_match(session: Session, person_id: uuid.UUID, offer_id: uuid.UUID) -> SavedMatch | None:
    return session.scalars(
        select(SavedMatch).where(SavedMatch.person_id == person_id, SavedMatch.offer_id == offer_id)
    ).one_or_none()


def saved_match(session: Session, person_id: uuid.UUID, offer_id: uuid.UUID) -> SavedMatch:
    """One that is saved. Raises ``NoResultFound``."""
    return session.scalars(
        select(SavedMatch).where(
            SavedMatch.person_id == person_id,
            SavedMatch.offer_id == offer_id,
            SavedMatch.keeping == Keeping.SAVED,
        )
    ).one()


def named_offer(session: Session, offer_id: uuid.UUID) -> Offer:
    """A public offer without what hangs on it. Raises ``NoResultFound``."""
    return session.scalars(public_offers().where(Offer.id == offer_id)).one()


def features_of(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, bool]]:
    """What public offers say about access and support: by feature whether it is there."""
    query = public_offers().where(Offer.id.in_(ids)).options(selectinload(Offer.features))
    return {
        offer.id: {one.feature.value: one.present for one in offer.features}
        for offer in session.scalars(query.order_by(Offer.id))
    }


def supporters_with_account(
    session: Session, person_id: uuid.UUID, *, today: date
) -> Sequence[tuple[Supporter, Account]]:
    """Who may look at the person's page today, by name."""
    rows = session.execute(
        select(Supporter, Account)
        .join(Account, Account.id == Supporter.account_id)
        .where(
            Supporter.person_id == person_id,
            Supporter.accepted_at.is_not(None),
            Supporter.ended_at.is_(None),
            Supporter.starts_on <= today,
            Supporter.ends_on >= today,
        )
        .order_by(Supporter.name, Supporter.id)
    )
    return [(supporter, account) for supporter, account in rows]


def alert_of(session: Session, person_id: uuid.UUID) -> NewMatchAlert | None:
    return session.get(NewMatchAlert, person_id)


def due_alerts(session: Session, *, now: datetime, after: uuid.UUID | None, most: int) -> list[uuid.UUID]:
    """People whose alert is due, a block at a time in order of their identifiers, from *after* on."""
    due = select(NewMatchAlert.person_id).where(NewMatchAlert.next_at <= now)
    if after is not None:
        due = due.where(NewMatchAlert.person_id > after)
    return list(session.scalars(due.order_by(NewMatchAlert.person_id).limit(most)))
