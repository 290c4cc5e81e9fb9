"""Telling the people of a group, once, that somebody offers what they want."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from marketplace.audit import Action, record
from marketplace.commissioning.groups.models import (
    GroupIdea,
    GroupIdeaAnswer,
    GroupIdeaPerson,
    IdeaKind,
    JoinAnswer,
)
from marketplace.db import Database, write_session
from marketplace.offers.models import Offer
from marketplace.offers.queries import public_offers
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.readers import readers_of
from marketplace.web.templating import inside
from marketplace.web.today import london_day


def tell_groups(database: Database, *, now: datetime, base_url: str) -> int:
    """Tell everyone in a group whose offer became public. Returns how many groups were told.

    Only who still agrees to be counted is told, nobody twice about one group, and nobody who said that it
    is not for them. Of a call nobody is known who could be told.
    """
    with database.read() as session:
        if session.scalar(select(GroupIdeaAnswer.id).where(_is_due(now)).limit(1)) is None:
            return 0
    told = 0
    with write_session(database) as session:
        rows = session.execute(
            select(GroupIdeaAnswer, GroupIdea, Offer)
            .join(GroupIdea, GroupIdea.id == GroupIdeaAnswer.idea_id)
            .join(Offer, Offer.id == GroupIdeaAnswer.offer_id)
            .where(_is_due(now))
            .order_by(GroupIdeaAnswer.answered_at, GroupIdeaAnswer.id)
            .with_for_update(of=GroupIdeaAnswer, skip_locked=True)
        ).all()
        for answer, idea, offer in rows:
            answer.told_at = now
            _tell(session, idea, offer, now=now, base_url=base_url)
            record(
                session,
                action=Action.GROUP_TOLD,
                subject=idea,
                details={"key": idea.key, "offer": str(offer.id)},
                actor=None,
                role=None,
            )
            told += 1
    return told


def _is_due(now: datetime) -> ColumnElement[bool]:
    public = public_offers(london_day(now)).with_only_columns(Offer.id)
    groups = select(GroupIdea.id).where(GroupIdea.kind == IdeaKind.GROUP)
    return and_(
        GroupIdeaAnswer.told_at.is_(None),
        GroupIdeaAnswer.offer_id.in_(public),
        GroupIdeaAnswer.idea_id.in_(groups),
    )


def _tell(session: Session, idea: GroupIdea, offer: Offer, *, now: datetime, base_url: str) -> None:
    rows = session.execute(
        select(GroupIdeaPerson, Person)
        .join(Person, Person.id == GroupIdeaPerson.person_id)
        .where(
            GroupIdeaPerson.idea_id == idea.id,
            GroupIdeaPerson.told_at.is_(None),
            or_(GroupIdeaPerson.answer.is_(None), GroupIdeaPerson.answer != JoinAnswer.NOT_FOR_ME),
            Person.counts_in_gaps,
        )
        .order_by(Person.id)
    ).all()
    readers = readers_of(session, [person.id for _, person in rows], today=london_day(now))
    for row, person in rows:
        row.told_at = now
        for reader in readers.get(person.id, ()):
            whose = "You asked" if reader.is_person else f"{person.first_name} asked"
            post(
                session,
                recipient=reader.account.email,
                kind="group_offered",
                subject="Somebody offers what you asked for"
                if reader.is_person
                else f"Somebody offers what {person.first_name} asked for",
                body=(
                    f"Hello {reader.account.name},\n\n"
                    f"{whose} for something like this, and so did other people near by:\n\n"
                    f"{idea.theme.label}, {inside(idea.band.label)}\n\n"
                    f"Now somebody offers it: {offer.name}\n\n{base_url}/offers/{offer.id}\n\n"
                    f"What else could be near by:\n\n{base_url}/people/{person.id}/groups\n\n"
                    "You need not do anything. Nobody was told who you are.\n\n"
                    "We tell you because you agreed to be counted. You can change that here:\n\n"
                    f"{base_url}/people/{person.id}/profile/count-me\n\nMeaningful Day\n"
                ),
                account_id=reader.account.id if reader.is_person else None,
                same_as=f"group-{idea.id.hex}-{person.id.hex}-{reader.account.id.hex}",
            )
