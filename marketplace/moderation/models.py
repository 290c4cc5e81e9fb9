"""Tables of what waits for a moderator, what was decided, and what was stopped."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Word


class ReviewOf(Word):
    """What waits to be checked."""

    PROVIDER = "provider", N_("A provider that wants to join")
    OFFER = "offer", N_("An offer")


class ReviewState(Word):
    WAITING = "waiting", N_("Waiting")
    CHANGES_ASKED = "changes_asked", N_("Changes were asked for")
    APPROVED = "approved", N_("Approved")
    REFUSED = "refused", N_("Refused")
    WITHDRAWN = "withdrawn", N_("Taken back by the provider")


class Verdict(Word):
    APPROVE = "approve", N_("Approve")
    ASK_FOR_CHANGES = "ask_for_changes", N_("Ask for changes")
    REFUSE = "refuse", N_("Refuse")


class Review(Base):
    """One thing that was sent to be checked, as it was when it was sent."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("(about = 'offer') = (offer_id IS NOT NULL)", name="offer_named"),
        CheckConstraint("approvals_needed BETWEEN 1 AND 2", name="one_or_two_people"),
        Index(
            "uq_review_waiting_provider",
            "provider_id",
            unique=True,
            sqlite_where=text("state = 'waiting' AND offer_id IS NULL"),
            postgresql_where=text("state = 'waiting' AND offer_id IS NULL"),
        ),
        Index(
            "uq_review_waiting_offer",
            "offer_id",
            unique=True,
            sqlite_where=text("state = 'waiting' AND offer_id IS NOT NULL"),
            postgresql_where=text("state = 'waiting' AND offer_id IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    about: Mapped[ReviewOf] = mapped_column(enum_type(ReviewOf))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    state: Mapped[ReviewState] = mapped_column(
        enum_type(ReviewState), default=ReviewState.WAITING, index=True
    )
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was sent: an offer document, or what a provider says of itself."""
    live_document: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was live at that moment; None for something new."""
    draft_version: Mapped[int] = mapped_column(Integer)
    approvals_needed: Mapped[int] = mapped_column(SmallInteger, default=1)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What a moderator must look at twice, such as the return of someone who was suspended."""
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1)

    decisions: Mapped[list[Decision]] = relationship(
        cascade="all, delete-orphan", order_by="Decision.made_at"
    )

    @property
    def is_import(self) -> bool:
        """Of a listing that an import brought in: a draft's first version is 1."""
        return self.about is ReviewOf.OFFER and self.draft_version == 0

    @property
    def state_words(self) -> str:
        """The state's label; no provider takes back what an import brought in."""
        if self.is_import and self.state is ReviewState.WITHDRAWN:
            return N_("Settled by a new import")
        return self.state.label


class Decision(Base):
    """What one moderator said about one review."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("review_id", "account_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Told to the provider, except with an approval."""
    made_at: Mapped[datetime]


class Suspension(Base):
    """A provider was stopped, everywhere and at once."""

    __tablename__ = "suspension"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    """For moderators."""
    told: Mapped[str] = mapped_column(Text, default="")
    """What the provider is told."""
    began_at: Mapped[datetime]
    began_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    end_reason: Mapped[str] = mapped_column(Text, default="")


class ImprovementNote(Base):
    """What a provider was asked to make better, by when, and what came of it."""

    __tablename__ = "improvement_note"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    shared_with_provider: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date | None]
    written_at: Mapped[datetime]
    written_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    done_at: Mapped[datetime | None]
    done_words: Mapped[str] = mapped_column(Text, default="")


class ClosureNotice(Base):
    """A person whose provider fails or closes: told once, with what fits instead."""

    __tablename__ = "closure_notice"
    __table_args__ = (UniqueConstraint("provider_id", "person_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    offer_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Which of its offers the person had saved, been given or chosen."""
    closes_on: Mapped[date | None]
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When someone said that the person has something else."""
    settled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    alternatives: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What fitted instead when the notice was made, as the command line prints it."""
