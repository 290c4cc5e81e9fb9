"""Tables of what worries someone, and of whom a person does not want to hear from."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    ForeignKey,
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
