"""The table of mail to be sent."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Word


class MailState(Word):
    WAITING = "waiting", N_("Waiting to be sent")
    SENT = "sent", N_("Sent")
    GIVEN_UP = "given_up", N_("Could not be sent")


class OutboxMessage(Base):
    """One mail, stored in the transaction that made it necessary, and sent once afterwards."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_due", "state", "next_attempt_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    """Whose account it goes to, if anyone's; erased with it."""
    recipient: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(40))
    """What it is about, such as ``sign_in_link``."""
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    """Plain text. Emptied once sent when it holds a secret (a link that signs in)."""
    holds_secret: Mapped[bool] = mapped_column(default=False)
    same_as: Mapped[str | None] = mapped_column(String(120), unique=True)
    """Two messages with the same key are one: what is asked twice is sent once."""
    state: Mapped[MailState] = mapped_column(enum_type(MailState), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    """A worker that takes it moves this ahead, so that no other worker takes it too."""
    sent_at: Mapped[datetime | None]
    last_problem: Mapped[str] = mapped_column(String(300), default="")
