"""Tables of what worries someone, and of whom a person does not want to hear from."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Word


class Block(Base):
    """A person does not want to hear from a provider."""

    __tablename__ = "block"
    __table_args__ = (UniqueConstraint("person_id", "provider_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class NumberFor(Word):
    """What a council's number is for."""

    SAFEGUARDING = "safeguarding", N_("Worries about someone's safety")
    OUT_OF_HOURS = "out_of_hours", N_("At night and at weekends")
    SOCIAL_CARE = "social_care", N_("Adult social care")
    DIRECT_PAYMENTS = "direct_payments", N_("Help with direct payments")


class CouncilNumber(Base):
    """Whom to ring at a council, as someone read it on the council's own page."""

    __tablename__ = "council_number"
    __table_args__ = (UniqueConstraint("council_code", "number_for"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    council_code: Mapped[str] = mapped_column(String(9))
    number_for: Mapped[NumberFor] = mapped_column(enum_type(NumberFor))
    phone: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(200), default="")
    """When it is answered, say."""
    source: Mapped[str] = mapped_column(String(300), default="")
    """The page where it was read."""
    checked_on: Mapped[date | None]
    set_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    """None for a number from the files that came with the program."""
    version: Mapped[int] = mapped_column(Integer, default=1)


class ConcernState(Word):
    """Where a concern stands with the moderators."""

    NEW = "new", N_("New")
    LOOKED_AT = "looked_at", N_("Being looked at")
    PASSED_ON = "passed_on", N_("Passed on to the council's safeguarding team")
    CLOSED = "closed", N_("Closed")


class Concern(Base):
    """Something that worries someone, about anyone; it may come without a name."""

    __tablename__ = "concern"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    about_provider_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("provider.id", ondelete="SET NULL"), index=True
    )
    about_offer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer.id", ondelete="SET NULL"))
    about_person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    enquiry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("enquiry.id", ondelete="SET NULL"))
    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("enquiry_message.id", ondelete="SET NULL")
    )
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    """None where it came without a name."""
    words: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(254), default="")
    someone_is_in_danger: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ConcernState] = mapped_column(enum_type(ConcernState), default=ConcernState.NEW, index=True)
    holds_contact: Mapped[bool] = mapped_column(default=False)
    """No messages go to or from this provider until a moderator lets them."""
    made_at: Mapped[datetime]
    triaged_at: Mapped[datetime | None]
    triaged_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    triage_words: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    form_token: Mapped[str | None] = mapped_column(String(64), unique=True)
