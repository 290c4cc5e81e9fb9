"""Tables of what was agreed, and of how it goes."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.enquiries.models import Mood, Side
from marketplace.vocabulary import N_, CostBasis, FundingRoute, Word


class AgreementEnd(Word):
    """Why something that was agreed ended."""

    MOVED_ON = "moved_on", N_("Moved on to something else")
    GOAL_MET = "goal_met", N_("The goal was met")
    NOT_RIGHT = "not_right", N_("It was not right")
    MONEY = "money", N_("Money")
    HEALTH = "health", N_("Health")
    PROVIDER_STOPPED = "provider_stopped", N_("The provider stopped")
    OTHER = "other", N_("Something else")


class ChangeState(Word):
    """What became of a change that one side asked for."""

    OPEN = "open", N_("Not answered yet")
    AGREED = "agreed", N_("Both sides said yes")
    DECLINED = "declined", N_("The other side said no")
    WITHDRAWN = "withdrawn", N_("It was taken back")
    OVER = "over", N_("It fell away without an answer")


class Agreement(Base):
    """What was agreed. It counts once both sides said yes to the same version."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
        CheckConstraint("notice_days BETWEEN 0 AND 365", name="notice_sane"),
        CheckConstraint("ended_on IS NULL OR ended_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    enquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    amount: Mapped[Decimal | None]
    basis: Mapped[CostBasis | None] = mapped_column(enum_type(CostBasis))
    paid_by: Mapped[FundingRoute | None] = mapped_column(enum_type(FundingRoute))
    when_ill: Mapped[str] = mapped_column(String(500), default="")
    on_bank_holidays: Mapped[str] = mapped_column(String(300), default="")
    notice_days: Mapped[int] = mapped_column(SmallInteger, default=28)
    """Notice that either side gives."""
    back_up_offer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer.id", ondelete="SET NULL"))
    back_up_words: Mapped[str] = mapped_column(String(300), default="")
    person_agreed_at: Mapped[datetime | None]
    person_agreed_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    provider_agreed_at: Mapped[datetime | None]
    provider_agreed_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    started_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_side: Mapped[Side | None] = mapped_column(enum_type(Side))
    end_reason: Mapped[AgreementEnd | None] = mapped_column(enum_type(AgreementEnd))
    end_words: Mapped[str] = mapped_column(String(500), default="")
    keep_place_until: Mapped[date | None]
    """Until then the person may come back: nobody else gets the place."""
    returned_at: Mapped[datetime | None]
    """When the person came back to a place that was kept."""
    keep_asked_until: Mapped[date | None]
    """Until when the person asked to keep the place; it is kept once the provider said yes."""
    keep_told_at: Mapped[datetime | None]
    """When both sides were told that the place is kept for two more weeks only."""
    close_relative: Mapped[bool | None]
    """Whether the assistant is a partner, or a close relative of the same household; None: not asked."""
    employs: Mapped[bool | None]
    """Whether the person, or who pays, employs the Personal Assistant; None where nobody said."""
    employer_done: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What of the employer's list is ticked."""
    asked_how: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often both sides were asked how it is going: after 2, 6 and 12 weeks."""
    agreed_times: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Its times as they were written down. What the provider makes of the offer later changes nothing here."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    sessions: Mapped[list[AgreementSession]] = relationship(cascade="all, delete-orphan")


class AgreementSession(Base):
    """A session that was agreed, for as long as the offer has it: a place is taken in it."""

    __tablename__ = "agreement_session"

    agreement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agreement.id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("offer_session.id", ondelete="CASCADE"), primary_key=True
    )


class HowItGoes(Base):
    """What one side says about how it is going."""

    __tablename__ = "how_it_goes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    agreement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agreement.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[Side] = mapped_column(enum_type(Side))
    is_carer: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    mood: Mapped[Mood] = mapped_column(enum_type(Mood))
    words: Mapped[str] = mapped_column(String(500), default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    """Only for the person and who helps them: the provider does not read it."""
    said_at: Mapped[datetime]


class AgreementChange(Base):
    """Other terms that one side asks for while the agreed ones hold.

    ``before`` and ``terms`` are whole documents, with their times as they were that day: what an offer
    says later does not change what stands here.
    """

    __tablename__ = "agreement_change"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_when_not_open"),
        CheckConstraint("in_force_at IS NULL OR state = 'agreed'", name="in_force_when_agreed"),
        Index(
            "uq_agreement_change_open",
            "agreement_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    agreement_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agreement.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[ChangeState] = mapped_column(enum_type(ChangeState), default=ChangeState.OPEN)
    side: Mapped[Side] = mapped_column(enum_type(Side))
    """Who asks for it."""
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    from_day: Mapped[date]
    """The first day on which it holds."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(500), default="")
    """Why."""
    answered_at: Mapped[datetime | None]
    """When it was answered, taken back, or fell away."""
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    answer_words: Mapped[str] = mapped_column(String(500), default="")
    in_force_at: Mapped[datetime | None]
    """When the agreement began to say it."""
    nudges: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often the other side was reminded."""


class RefusedWords(Base):
    """What a provider wrote into an agreement and was not taken there: for moderators alone."""

    __tablename__ = "agreement_refused_words"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    enquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    tried_at: Mapped[datetime]
