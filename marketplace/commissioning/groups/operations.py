"""Showing a group or a call to providers, a provider's offer for one, and what a person says to a group.

No request here; the route commits.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.commissioning.groups.models import (
    GroupIdea,
    GroupIdeaAnswer,
    GroupIdeaPerson,
    IdeaKind,
    JoinAnswer,
)
from marketplace.commissioning.next_offers.reading import CouldBe
from marketplace.offers.models import Offer
from marketplace.people.models import Person
from marketplace.vocabulary import Role


def publish(session: Session, idea: GroupIdea, *, account: Account, now: datetime) -> None:
    """Show a group or a call to providers within reach; twice is once."""
    _hold(session, idea)
    if idea.published_at is None and idea.ended_at is None:
        idea.published_at, idea.published_by_id = now, account.id
        done = Action.CALL_PUBLISHED if idea.kind is IdeaKind.CALL else Action.GROUP_PUBLISHED
        _record(session, done, idea, account, Role.COMMISSIONER)


def withdraw(session: Session, idea: GroupIdea, *, account: Account) -> None:
    """Show it no longer. What providers began stays theirs."""
    _hold(session, idea)
    if idea.published_at is not None:
        idea.published_at = idea.published_by_id = None
        done = Action.CALL_WITHDRAWN if idea.kind is IdeaKind.CALL else Action.GROUP_WITHDRAWN
        _record(session, done, idea, account, Role.COMMISSIONER)


def call_for(session: Session, one: CouldBe, *, found_on: date, account: Account, now: datetime) -> GroupIdea:
    """Ask providers for an offer that a report proposes; twice is once. The numbers are the report's."""
    idea = session.scalar(select(GroupIdea).where(GroupIdea.key == one.key)) or _new_call(
        session, one, found_on
    )
    publish(session, idea, account=account, now=now)
    idea.people, idea.size, idea.found_on = one.people, one.size, found_on
    return idea


def _new_call(session: Session, one: CouldBe, found_on: date) -> GroupIdea:
    idea = GroupIdea(
        key=one.key,
        kind=IdeaKind.CALL,
        district_code=one.district_code,
        place_code=one.outcode,
        theme=one.theme,
        band=one.band,
        level=int(one.level),
        size=one.size,
        people=one.people,
        found_on=found_on,
    )
    try:
        with session.begin_nested():
            session.add(idea)
            session.flush()
    except IntegrityError:  # a colleague was faster
        return session.scalars(select(GroupIdea).where(GroupIdea.key == one.key)).one()
    return idea


def answer(session: Session, idea: GroupIdea, offer: Offer, *, account: Account, now: datetime) -> None:
    """Note that *offer* is for the group or the call; twice is once."""
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
        done = Action.CALL_ANSWERED if idea.kind is IdeaKind.CALL else Action.GROUP_ANSWERED
        _record(session, done, idea, account, Role.PROVIDER_STAFF)


def say_whether(
    session: Session,
    person: Person,
    idea_id: uuid.UUID,
    said: JoinAnswer | None,
    *,
    account: Account,
    role: Role,
    now: datetime,
) -> None:
    """Keep what *person* says to a group near them; None takes it back. Saying it twice changes nothing.

    Raises ``LookupError`` where they are in no such group, or nobody shows it and they said nothing to it.
    """
    row = session.scalar(
        select(GroupIdeaPerson)
        .where(GroupIdeaPerson.idea_id == idea_id, GroupIdeaPerson.person_id == person.id)
        .with_for_update()
    )
    idea = None if row is None else session.get(GroupIdea, idea_id)
    if row is None or idea is None or (row.answer is None and not is_open(idea)):
        raise LookupError(idea_id)
    if row.answer is said:
        return
    row.answer, row.answered_at = said, None if said is None else now
    if idea.ended_at is not None and said is not JoinAnswer.NOT_FOR_ME:
        session.delete(row)  # nothing is left of the group but what was said to it
    session.flush()
    record(
        session,
        action=Action.GROUP_JOIN_ANSWERED,
        subject=person,
        details={"answer": said.value if said else ""},  # not what it was about: nothing deletes an entry
        actor=account,
        role=role,
    )


def is_open(idea: GroupIdea) -> bool:
    """Whether a council shows it now."""
    return idea.published_at is not None and idea.ended_at is None


def _hold(session: Session, idea: GroupIdea) -> None:
    """Changes of one group happen one after the other."""
    session.refresh(idea, with_for_update=True)


def _record(session: Session, action: Action, idea: GroupIdea, account: Account, role: Role) -> None:
    session.flush()
    record(session, action=action, subject=idea, details={"key": idea.key}, actor=account, role=role)
