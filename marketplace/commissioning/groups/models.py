"""Tables of groups that could be, and of calls to providers. Who would be in a group is known to the program
alone, and to each person of themselves."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.listing.wanted.models import ShownCount
from marketplace.vocabulary import N_, SupportLevel, Theme, Word


class IdeaKind(Word):
    """What a council shows to providers."""

    GROUP = "group", N_("Group that could be")
    CALL = "call", N_("Call to providers")


class JoinAnswer(Word):
    """What someone says to a group near them."""

    JOINS = "joins", N_("I would join in")
    NOT_FOR_ME = "not_for_me", N_("Not for me")


class GroupIdea(Base):
    """People near each other with the same unmet wish at the same time; never fewer than eight.

    Or a call: an offer that would help, out of a report's list of proposals. Of a call nobody knows who
    its people are.
    """

    __tablename__ = "group_idea"
    __table_args__ = (
        CheckConstraint("(kind = 'call') = (level IS NOT NULL)", name="level_of_calls"),
        CheckConstraint(
            "joining IS NULL OR (joining >= 10 AND joining / 5 * 5 = joining)", name="joining_was_rounded"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """District, place, theme and part of the week: the same group is found again under it. A call has the
    key of its proposal, with the level."""
    kind: Mapped[IdeaKind] = mapped_column(enum_type(IdeaKind), default=IdeaKind.GROUP)
    district_code: Mapped[str] = mapped_column(String(9), index=True)
    place_code: Mapped[str] = mapped_column(String(20), default="")
    theme: Mapped[Theme] = mapped_column(enum_type(Theme))
    band: Mapped[TimeBand] = mapped_column(enum_type(TimeBand))
    level: Mapped[int | None] = mapped_column(SmallInteger)
    """Of a call."""
    size: Mapped[int | None] = mapped_column(SmallInteger)
    """Of a call: so many places would have room for those shown."""
    people: Mapped[Shown] = mapped_column(ShownCount)
    joining: Mapped[Shown | None] = mapped_column(ShownCount)
    """Of a group: at least so many said that they would join in. Counted with each report; None where
    fewer than eight did."""
    found_on: Mapped[date]
    """In the newest report that found it."""
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]

    @property
    def support_level(self) -> SupportLevel | None:
        return None if self.level is None else SupportLevel(self.level)


class GroupIdeaPerson(Base):
    """Someone who would be in a group: so that they can be told when someone offers it."""

    __tablename__ = "group_idea_person"

    idea_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("group_idea.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    told_at: Mapped[datetime | None]
    answer: Mapped[JoinAnswer | None] = mapped_column(enum_type(JoinAnswer))
    """Who said 'not for me' stays known until they change it: else the next report would ask them again."""
    answered_at: Mapped[datetime | None]


class GroupIdeaAnswer(Base):
    """A provider's offer for a group or a call."""

    __tablename__ = "group_idea_answer"
    __table_args__ = (UniqueConstraint("idea_id", "offer_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    idea_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group_idea.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    told_at: Mapped[datetime | None]
    """When the people of the group were told, once the offer is public."""
