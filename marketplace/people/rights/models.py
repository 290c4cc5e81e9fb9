"""Tables of who looked at a profile, of what a person asked for, and of lawful holds."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.people.profile.models import ProfilePart
from marketplace.vocabulary import N_, Role, Word


class RequestKind(Word):
    DOWNLOAD = "download", N_("Download everything")
    ERASE = "erase", N_("Erase everything")


class RequestState(Word):
    ASKED = "asked", N_("You asked")
    HELD = "held", N_("We have to keep it for now")
    DONE = "done", N_("Done")
    WITHDRAWN = "withdrawn", N_("You changed your mind")


class ProfileView(Base):
    """Someone else looked at a profile. Looks on one day at the same part count as one row."""

    __tablename__ = "profile_view"
    __table_args__ = (
        Index("ix_profile_view_once", "person_id", "account_id", "looked_on", "part", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(120))
    """As it was then. Emptied when that account is erased: an erased name stands nowhere."""
    role: Mapped[Role] = mapped_column(enum_type(Role))
    organisation: Mapped[str] = mapped_column(String(120), default="")
    part: Mapped[ProfilePart] = mapped_column(enum_type(ProfilePart))
    looked_on: Mapped[date]
    """The day in London."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(Integer, default=1)


class RightsRequest(Base):
    """A person asked for their data, or to have it erased."""

    __tablename__ = "rights_request"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[RequestKind] = mapped_column(enum_type(RequestKind))
    state: Mapped[RequestState] = mapped_column(enum_type(RequestState))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    due_on: Mapped[date]
    """One calendar month after it was asked, as the law says."""
    carry_out_at: Mapped[datetime | None] = mapped_column(index=True)
    """Erasing waits a few days, so that a person can change their mind."""
    closed_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")
    """What we told the person: why something is held, or what was done."""


class LawfulHold(Base):
    """A reason in law to keep a record for now, such as a live safeguarding concern."""

    __tablename__ = "lawful_hold"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    placed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    review_on: Mapped[date]
    released_at: Mapped[datetime | None]
