"""Reads of groups that could be. Who is in one is not read here."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.commissioning.groups.models import GroupIdea, GroupIdeaAnswer
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.vocabulary import Theme


class IdeaLine(NamedTuple):
    """A group in a list of commissioners."""

    idea: GroupIdea
    answers: int
    """How many offers providers have begun for it."""
    offered: int
    """How many of them are public."""


class OwnLine(NamedTuple):
    """A group in a provider's list."""

    idea: GroupIdea
    offer_id: uuid.UUID | None
    """Of the provider, begun for it."""


def ideas_in(
    session: Session, districts: Collection[str], *, theme: Theme | None = None
) -> Sequence[IdeaLine]:
    """Groups of *districts* that the newest report found, or that are shown to providers, most people first."""
    own = GroupIdeaAnswer.idea_id == GroupIdea.id
    answers = select(func.count()).select_from(GroupIdeaAnswer).where(own).scalar_subquery()
    public = public_offers().with_only_columns(Offer.id)
    offered = (
        select(func.count())
        .select_from(GroupIdeaAnswer)
        .where(own, GroupIdeaAnswer.offer_id.in_(public))
        .scalar_subquery()
    )
    query = (
        select(GroupIdea, answers, offered)
        .where(GroupIdea.district_code.in_(districts), GroupIdea.ended_at.is_(None))
        .order_by(GroupIdea.people.desc(), GroupIdea.key)
    )
    if theme is not None:
        query = query.where(GroupIdea.theme == theme)
    return [IdeaLine(*row) for row in session.execute(query)]


def published_in(session: Session, districts: Collection[str], provider_id: uuid.UUID) -> Sequence[OwnLine]:
    """Groups that are shown to providers, with what this provider began for each."""
    mine = (
        select(GroupIdeaAnswer.offer_id)
        .where(GroupIdeaAnswer.idea_id == GroupIdea.id, GroupIdeaAnswer.provider_id == provider_id)
        .order_by(GroupIdeaAnswer.answered_at)
        .limit(1)
    )
    rows = session.execute(
        select(GroupIdea, mine.scalar_subquery())
        .where(
            GroupIdea.district_code.in_(districts),
            GroupIdea.published_at.is_not(None),
            GroupIdea.ended_at.is_(None),
        )
        .order_by(GroupIdea.people.desc(), GroupIdea.key)
    )
    return [OwnLine(idea, offer_id) for idea, offer_id in rows]


def published_idea(session: Session, idea_id: uuid.UUID) -> GroupIdea | None:
    """A group that providers may see."""
    return session.scalars(
        select(GroupIdea).where(
            GroupIdea.id == idea_id, GroupIdea.published_at.is_not(None), GroupIdea.ended_at.is_(None)
        )
    ).one_or_none()
