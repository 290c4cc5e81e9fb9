"""Showing a group to providers, and a provider's offer for one. No request here; the route commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.commissioning.groups.models import GroupIdea, GroupIdeaAnswer
from marketplace.offers.models import Offer
from marketplace.vocabulary import Role


def publish(session: Session, idea: GroupIdea, *, account: Account, now: datetime) -> None:
    """Show a group to providers within reach; twice is once."""
    _hold(session, idea)
    if idea.published_at is None and idea.ended_at is None:
        idea.published_at, idea.published_by_id = now, account.id
        _record(session, Action.GROUP_PUBLISHED, idea, account, Role.COMMISSIONER)


def withdraw(session: Session, idea: GroupIdea, *, account: Account) -> None:
    """Show it no longer. What providers began stays theirs."""
    _hold(session, idea)
    if idea.published_at is not None:
        idea.published_at = idea.published_by_id = None
        _record(session, Action.GROUP_WITHDRAWN, idea, account, Role.COMMISSIONER)


def answer(session: Session, idea: GroupIdea, offer: Offer, *, account: Account, now: datetime) -> None:
    """Note that *offer* is for the group; twice is once."""
    _hold(session, idea)
    known = session.scalar(
        select(GroupIdeaAnswer.id).where(
            GroupIdeaAnswer.idea_id == idea.id, GroupIdeaAnswer.offer_id == offer.id
        )
    )
    if known is None:
        session.add(
            GroupIdeaAnswer(
                idea_id=idea.id,
                provider_id=offer.provider_id,
                offer_id=offer.id,
                answered_at=now,
                answered_by_id=account.id,
            )
        )
        session.flush()
        _record(session, Action.GROUP_ANSWERED, idea, account, Role.PROVIDER_STAFF)


def _hold(session: Session, idea: GroupIdea) -> None:
    """Changes of one group happen one after the other."""
    session.refresh(idea, with_for_update=True)


def _record(session: Session, action: Action, idea: GroupIdea, account: Account, role: Role) -> None:
    session.flush()
    record(session, action=action, subject=idea, details={"key": idea.key}, actor=account, role=role)
