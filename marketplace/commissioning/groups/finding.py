"""Groups that could be, found with each report. Who is in one is kept only to tell them of an offer."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.commissioning.groups.models import (
    GroupIdea,
    GroupIdeaAnswer,
    GroupIdeaPerson,
    IdeaKind,
    JoinAnswer,
)
from marketplace.commissioning.report.making import Made, after_report
from marketplace.gaps.candidates import Wishes, wishes_of
from marketplace.gaps.disclosure import FEWEST_SHOWN, Shown, shown
from marketplace.gaps.groups import Group, ShownGroup, groups_of, shown_groups
from marketplace.people.models import Person


@after_report
def keep_groups(session: Session, made: Made) -> None:
    """Write down the groups of *made*; what was a group before and is none now ends."""
    geography = made.geography
    # All places at once: groups about one theme share nobody, on both sides of a council's border.
    wishes = wishes_of(made.asked, geography, places=np.arange(len(geography.outcodes)))
    groups = groups_of(wishes, without=_not_for_them(session, wishes, made))
    people = {group.key(geography): group for group in groups}
    told = {one.key: one for one in shown_groups(wishes, groups, made.tables)}
    known = {idea.key: idea for idea in session.scalars(_groups())}
    counted = set(session.scalars(select(Person.id).where(Person.counts_in_gaps)))
    for key, one in told.items():
        idea = known.get(key)
        if idea is None:
            idea = GroupIdea(key=key, theme=one.theme, band=one.band)
            session.add(idea)
        _write(idea, one, made)
        session.flush()
        _keep_people(session, idea, _ids(people[key], made) & counted)
        idea.joining = _joining(session, idea)
    _end(session, [idea for key, idea in known.items() if key not in told])


def _groups() -> Select[GroupIdea]:
    return select(GroupIdea).where(GroupIdea.kind == IdeaKind.GROUP)


def _not_for_them(session: Session, wishes: Wishes, made: Made) -> npt.NDArray[np.int64]:
    """Wishes of people who said 'not for me' to a group about the same."""
    rows = session.execute(
        select(GroupIdeaPerson.person_id, GroupIdea.theme)
        .join(GroupIdea, GroupIdea.id == GroupIdeaPerson.idea_id)
        .where(GroupIdeaPerson.answer == JoinAnswer.NOT_FOR_ME)
    ).all()
    number = {one: at for at, one in enumerate(made.ids)} if rows else {}
    left_out = [(number[one], theme.position) for one, theme in rows if one in number]
    asked = wishes.asked
    found = np.zeros(len(asked.person), dtype=np.bool_)
    for person, theme in left_out:
        found |= (asked.person == person) & (asked.theme == theme)
    return np.flatnonzero(found)


def _joining(session: Session, idea: GroupIdea) -> Shown | None:
    """Never more than the group itself is told as, so that it says nothing new of who wants it."""
    count = session.scalar(
        select(func.count())
        .select_from(GroupIdeaPerson)
        .where(GroupIdeaPerson.idea_id == idea.id, GroupIdeaPerson.answer == JoinAnswer.JOINS)
    )
    if not count or count < FEWEST_SHOWN:
        return None
    return min(shown(count), idea.people, key=lambda one: one.least)


def _write(idea: GroupIdea, one: ShownGroup, made: Made) -> None:
    geography = made.geography
    idea.district_code = geography.district_codes[int(geography.place_district[one.place])]
    idea.place_code = geography.outcodes[one.place]
    idea.people = one.people
    idea.found_on = made.today
    idea.ended_at = None


def _ids(group: Group, made: Made) -> set[uuid.UUID]:
    return {made.ids[number] for number in group.people.tolist()}


def _keep_people(session: Session, idea: GroupIdea, ids: Collection[uuid.UUID]) -> None:
    """Who was told stays told, and who said 'not for me' is not asked again."""
    rows = session.execute(
        select(GroupIdeaPerson.person_id, GroupIdeaPerson.answer).where(GroupIdeaPerson.idea_id == idea.id)
    )
    kept = {one.person_id: one.answer for one in rows}
    gone = {person_id for person_id, answer in kept.items() if answer is not JoinAnswer.NOT_FOR_ME} - set(ids)
    if gone:
        session.execute(
            delete(GroupIdeaPerson).where(
                GroupIdeaPerson.idea_id == idea.id, GroupIdeaPerson.person_id.in_(gone)
            )
        )
    session.add_all(GroupIdeaPerson(idea_id=idea.id, person_id=one) for one in sorted(set(ids) - set(kept)))
    session.flush()


def _end(session: Session, over: Collection[GroupIdea]) -> None:
    """Nobody needs to know any more who was in a group that is none, unless an offer for it is on its way."""
    answered = set(session.scalars(select(GroupIdeaAnswer.idea_id).where(GroupIdeaAnswer.told_at.is_(None))))
    moment = datetime.now(UTC)
    for idea in over:
        if idea.id in answered:
            continue
        session.execute(
            delete(GroupIdeaPerson).where(
                GroupIdeaPerson.idea_id == idea.id,
                or_(GroupIdeaPerson.answer.is_(None), GroupIdeaPerson.answer != JoinAnswer.NOT_FOR_ME),
            )
        )
        if idea.ended_at is None:
            session.execute(update(GroupIdea).where(GroupIdea.id == idea.id).values(ended_at=moment))
