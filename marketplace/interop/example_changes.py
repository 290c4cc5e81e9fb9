"""Examples that someone changed on a page: seeding again leaves them alone, or sets them back."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.interop.world_rows import WorldRows
from marketplace.moderation.models import Review, ReviewState
from marketplace.offers.models import Offer, OfferDraft, Pause
from marketplace.people.models import Person
from marketplace.people.profile.models import ProfileUndo
from marketplace.providers.models import Check, Provider


def changed_here(session: Session, rows: WorldRows) -> set[uuid.UUID]:
    """Example offers, people and providers that someone changed on a page: each change raises the version."""
    changed: set[uuid.UUID] = set()
    for model, wanted in ((Offer, rows.offer), (Person, rows.person), (Provider, rows.provider)):
        found = session.scalars(select(model.id).where(model.version > 1))
        changed |= {row["id"] for row in wanted}.intersection(found)
    return changed


def checked_here(session: Session, providers: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of *providers* of whom somebody here wrote down what they saw."""
    seen = session.scalars(select(Check.provider_id).where(Check.seen_by_id.is_not(None)))
    return set(seen).intersection(providers)


def keep_confirmations(session: Session, rows: WorldRows) -> None:
    """Who said on a page that an offer is still right has said it: the later day stays in *rows*."""
    said = dict(
        session.execute(
            select(Offer.id, Offer.confirmed_on).where(
                Offer.confirmed_on.is_not(None), Offer.source_id.is_not(None)
            )
        ).all()
    )
    for row in rows.offer:
        day = said.get(row["id"])
        if day is not None and (row["confirmed_on"] is None or row["confirmed_on"] < day):
            row["confirmed_on"] = day


def begin_anew(
    session: Session, changed: Collection[uuid.UUID], *, checked: Collection[uuid.UUID], now: datetime
) -> None:
    """Make *changed*, and the checks of *checked*, ready to be written as the files say.

    What was begun or sent from them is withdrawn. What moderators decided about a provider stays.
    """
    session.execute(
        update(Check)
        .where(Check.provider_id.in_(checked))
        .values(seen_by_id=None, dated=None, lapse_told_at=None, reminded_at=None)
    )
    for model in (Offer, Person, Provider):
        session.execute(update(model).where(model.id.in_(changed)).values(version=1))
    session.execute(update(Offer).where(Offer.id.in_(changed)).values(misses=0, asked_at=None))
    session.execute(delete(OfferDraft).where(OfferDraft.offer_id.in_(changed)))
    session.execute(delete(Pause).where(Pause.offer_id.in_(changed)))
    session.execute(delete(ProfileUndo).where(ProfileUndo.person_id.in_(changed)))
    theirs = or_(
        Review.offer_id.in_(changed), and_(Review.provider_id.in_(changed), Review.offer_id.is_(None))
    )
    session.execute(
        update(Review)
        .where(theirs, Review.state == ReviewState.WAITING)
        .values(state=ReviewState.WITHDRAWN, decided_at=now, version=Review.version + 1)
    )
