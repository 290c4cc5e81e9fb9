"""Reads of groups that could be, and of calls. Who is in a group is read for that person alone."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.commissioning.groups.models import (
    GroupIdea,
    GroupIdeaAnswer,
    GroupIdeaPerson,
    IdeaKind,
    JoinAnswer,
)
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.people.models import Person
from marketplace.providers.models import Provider
from marketplace.vocabulary import OfferStatus, Theme


class Begun(NamedTuple):
    """What a provider began for a group or a call, as the council sees it."""

    offer_id: uuid.UUID
    offer: str
    provider: str
    status: OfferStatus
    is_public: bool
    answered_at: datetime


class IdeaLine(NamedTuple):
    """A group or a call in a list of commissioners."""

    idea: GroupIdea
    answers: Sequence[Begun]


class OwnLine(NamedTuple):
    """A group or a call in a provider's list."""

    idea: GroupIdea
    offer_id: uuid.UUID | None
    """Of the provider, begun for it."""


class NearLine(NamedTuple):
    """A group in a person's own list: what they said, and the public offers for it."""

    idea: GroupIdea
    said: JoinAnswer | None
    offers: Sequence[tuple[uuid.UUID, str]]


def ideas_in(
    session: Session, districts: Collection[str], *, theme: Theme | None = None
) -> Sequence[IdeaLine]:
    """Groups of *districts* that the newest report found, or that are shown to providers, most people first."""
    query = (
        select(GroupIdea)
        .where(
            GroupIdea.kind == IdeaKind.GROUP,
            GroupIdea.district_code.in_(districts),
            GroupIdea.ended_at.is_(None),
        )
        .order_by(GroupIdea.people.desc(), GroupIdea.key)
    )
    if theme is not None:
        query = query.where(GroupIdea.theme == theme)
    return _with_answers(session, session.scalars(query).all())


def calls_in(session: Session, districts: Collection[str]) -> Sequence[IdeaLine]:
    """Calls for *districts*: those that providers see first, then those that were taken back."""
    ideas = session.scalars(
        select(GroupIdea)
        .where(GroupIdea.kind == IdeaKind.CALL, GroupIdea.district_code.in_(districts))
        .order_by(GroupIdea.published_at.is_(None), GroupIdea.published_at.desc(), GroupIdea.key)
    ).all()
    return _with_answers(session, ideas)


def called_for(session: Session, districts: Collection[str]) -> Mapping[str, GroupIdea]:
    """Calls that providers see now, by the key of their proposal."""
    ideas = session.scalars(
        select(GroupIdea)
        .where(
            GroupIdea.kind == IdeaKind.CALL,
            GroupIdea.district_code.in_(districts),
            GroupIdea.published_at.is_not(None),
        )
        .order_by(GroupIdea.key)
    )
    return {idea.key: idea for idea in ideas}


def published_in(
    session: Session, districts: Collection[str], provider_id: uuid.UUID, *, kind: IdeaKind
) -> Sequence[OwnLine]:
    """Groups or calls that are shown to providers, with what this provider began for each."""
    mine = (
        select(GroupIdeaAnswer.offer_id)
        .where(GroupIdeaAnswer.idea_id == GroupIdea.id, GroupIdeaAnswer.provider_id == provider_id)
        .order_by(GroupIdeaAnswer.answered_at)
        .limit(1)
    )
    rows = session.execute(
        select(GroupIdea, mine.scalar_subquery())
        .where(
            GroupIdea.kind == kind,
            GroupIdea.district_code.in_(districts),
            GroupIdea.published_at.is_not(None),
            GroupIdea.ended_at.is_(None),
        )
        .order_by(GroupIdea.people.desc(), GroupIdea.key)
    )
    return [OwnLine(idea, offer_id) for idea, offer_id in rows]


def published_idea(session: Session, idea_id: uuid.UUID) -> GroupIdea | None:
    """A group or a call that providers may see."""
    return session.scalars(
        select(GroupIdea).where(
            GroupIdea.id == idea_id, GroupIdea.published_at.is_not(None), GroupIdea.ended_at.is_(None)
        )
    ).one_or_none()


def groups_near(session: Session, person: Person) -> Sequence[NearLine]:
    """The groups that a council shows and in which *person* would be, and those to which they said 'not for
    me'. Two statements."""
    if not person.counts_in_gaps:
        shown = GroupIdeaPerson.answer == JoinAnswer.NOT_FOR_ME
    else:
        shown = or_(
            GroupIdeaPerson.answer == JoinAnswer.NOT_FOR_ME,
            GroupIdea.published_at.is_not(None) & GroupIdea.ended_at.is_(None),
        )
    rows = session.execute(
        select(GroupIdea, GroupIdeaPerson.answer)
        .join(GroupIdeaPerson, GroupIdeaPerson.idea_id == GroupIdea.id)
        .where(GroupIdeaPerson.person_id == person.id, shown)
        .order_by(GroupIdea.people.desc(), GroupIdea.key)
    ).all()
    if not rows:
        return ()
    offers: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    public = public_offers().with_only_columns(Offer.id)
    found = session.execute(
        select(GroupIdeaAnswer.idea_id, Offer.id, Offer.name)
        .join(Offer, Offer.id == GroupIdeaAnswer.offer_id)
        .where(GroupIdeaAnswer.idea_id.in_([idea.id for idea, _ in rows]), Offer.id.in_(public))
        .order_by(GroupIdeaAnswer.answered_at, Offer.id)
    )
    for idea_id, offer_id, name in found:
        offers[idea_id].append((offer_id, name))
    return [NearLine(idea, said, offers[idea.id]) for idea, said in rows]


def waiting_near(session: Session, person: Person) -> int:
    """How many groups that a council shows *person* said nothing to."""
    if not person.counts_in_gaps:
        return 0
    return (
        session.scalar(
            select(func.count())
            .select_from(GroupIdeaPerson)
            .join(GroupIdea, GroupIdea.id == GroupIdeaPerson.idea_id)
            .where(
                GroupIdeaPerson.person_id == person.id,
                GroupIdeaPerson.answer.is_(None),
                GroupIdea.published_at.is_not(None),
                GroupIdea.ended_at.is_(None),
            )
        )
        or 0
    )


def _with_answers(session: Session, ideas: Sequence[GroupIdea]) -> Sequence[IdeaLine]:
    """One statement more, however many there are."""
    begun: dict[uuid.UUID, list[Begun]] = defaultdict(list)
    public = public_offers().with_only_columns(Offer.id)
    rows = session.execute(
        select(
            GroupIdeaAnswer.idea_id,
            Offer.id,
            Offer.name,
            Provider.name,
            Offer.status,
            Offer.id.in_(public),
            GroupIdeaAnswer.answered_at,
        )
        .join(Offer, Offer.id == GroupIdeaAnswer.offer_id)
        .join(Provider, Provider.id == GroupIdeaAnswer.provider_id)
        .where(GroupIdeaAnswer.idea_id.in_([idea.id for idea in ideas]))
        .order_by(GroupIdeaAnswer.answered_at, Offer.id)
    )
    for idea_id, offer_id, offer, provider, status, is_public, answered_at in rows:
        begun[idea_id].append(Begun(offer_id, offer, provider, status, bool(is_public), answered_at))
    return [IdeaLine(idea, begun[idea.id]) for idea in ideas]
