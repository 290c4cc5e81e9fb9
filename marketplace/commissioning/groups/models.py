"""Tables of groups that could be. Who would be in one is known to the program alone."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.listing.wanted.models import ShownCount
from marketplace.vocabulary import Theme


class GroupIdea(Base):
    """People near each other with the same unmet wish at the same time; never fewer than eight."""

    __tablename__ = "group_idea"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """District, place, theme and part of the week: the same group is found again under it."""
    district_code: Mapped[str] = mapped_column(String(9), index=True)
    place_code: Mapped[str] = mapped_column(String(20), default="")
    theme: Mapped[Theme] = mapped_column(enum_type(Theme))
    band: Mapped[TimeBand] = mapped_column(enum_type(TimeBand))
    people: Mapped[Shown] = mapped_column(ShownCount)
    found_on: Mapped[date]
    """In the newest report that found it."""
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]


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


class GroupIdeaAnswer(Base):
    """A provider's offer for a group."""

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
