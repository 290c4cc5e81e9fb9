"""Tables of practitioners' work with people."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.people.supporters.models import Basis, Scope


class Case(Base):
    """A person whom a practitioner works with: on which basis, and until when."""

    __tablename__ = "practitioner_case"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint(
            "basis <> 'best_interests' OR length(basis_reason) > 0", name="reason_for_best_interests"
        ),
        CheckConstraint("scope <> 'act'", name="never_acts"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    basis: Mapped[Basis] = mapped_column(enum_type(Basis))
    basis_reason: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[Scope] = mapped_column(enum_type(Scope), default=Scope.HELP)
    """How far it goes: a person who is online chooses it."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CaseRequest(Base):
    """A practitioner asks someone who is online, by mail; the row goes with the answer."""

    __tablename__ = "case_request"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    """The practitioner."""
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    """Whose page it is, where the practitioner works with them already and asks for a new end."""
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="")
    """In the practitioner's words, for the person to read."""
    asked_at: Mapped[datetime]
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PageClaim(Base):
    """A code with which someone who had no account takes over the page that was kept for them."""

    __tablename__ = "page_claim"

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class CaseNote(Base):
    """What a practitioner writes about their work with a person.

    Words that name someone else, or concern safeguarding, are held back from an automatic download
    until someone has read them with that in mind.
    """

    __tablename__ = "case_note"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    written_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    written_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    names_others: Mapped[bool] = mapped_column(default=False)
    is_safeguarding: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None]
    """When a held-back note was reviewed and may go into the person's download."""
    released_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class Shortlist(Base):
    """Offers that a practitioner picked out for a person, sent or printed."""

    __tablename__ = "shortlist"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    items: Mapped[list[ShortlistItem]] = relationship(
        cascade="all, delete-orphan", order_by="ShortlistItem.position"
    )


class ShortlistItem(Base):
    __tablename__ = "shortlist_item"
    __table_args__ = (UniqueConstraint("shortlist_id", "offer_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    shortlist_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("shortlist.id", ondelete="CASCADE"), index=True
    )
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(String(500), default="")


class Choice(Base):
    """What was chosen with a person, and why; the strategy asks which alternatives were considered."""

    __tablename__ = "choice"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    offer_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("offer.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = mapped_column(Text)
    no_alternative: Mapped[str] = mapped_column(Text, default="")
    """Why nothing else could be considered, where there are no alternatives."""

    alternatives: Mapped[list[Alternative]] = relationship(
        cascade="all, delete-orphan", order_by="Alternative.position"
    )


class Alternative(Base):
    """An offer that was considered before a choice, and why it was not taken."""

    __tablename__ = "alternative"
    __table_args__ = (UniqueConstraint("choice_id", "offer_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    choice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("choice.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    why_not: Mapped[str] = mapped_column(String(500))
