"""Tables of enquiries: from the first words to an agreement, and what becomes of it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.people.profile.models import ProfilePart
from marketplace.vocabulary import N_, Word


class Side(Word):
    """Who did something in an enquiry. A supporter or practitioner stands on the person's side."""

    PERSON = "person", N_("The person")
    PROVIDER = "provider", N_("The provider")
    SITE = "site", N_("This site")


class EnquiryState(Word):
    """Where an enquiry stands. Which may follow which is in ``enquiries.moves``."""

    SENT = "sent", N_("Sent")
    SEEN = "seen", N_("Seen")
    MORE_ASKED = "more_asked", N_("They asked you something")
    MEETING = "meeting", N_("A meeting was proposed")
    TASTER = "taster", N_("A taster session")
    WAITING = "waiting", N_("On the waiting list")
    AGREED = "agreed", N_("Agreed")
    DECLINED = "declined", N_("They can't")
    WITHDRAWN = "withdrawn", N_("Taken back")
    NO_ANSWER = "no_answer", N_("No answer")


OPEN_STATES = frozenset(
    {
        EnquiryState.SENT,
        EnquiryState.SEEN,
        EnquiryState.MORE_ASKED,
        EnquiryState.MEETING,
        EnquiryState.TASTER,
        EnquiryState.WAITING,
    }
)


class DeclineReason(Word):
    """Why a provider can't; it feeds what is missing."""

    FULL = "full", N_("There is no place")
    CANT_MEET_NEED = "cant_meet_need", N_("We can't give the support that is needed")
    TOO_FAR = "too_far", N_("It is too far")
    OTHER = "other", N_("Something else")
    CLOSED = "closed", N_("It has closed")
    """Said by the site, when the offer or its provider closes."""


GIVEN_REASONS = tuple(one for one in DeclineReason if one is not DeclineReason.CLOSED)
"""What a provider can choose from."""


class Mood(Word):
    """How something went, in three pictures."""

    GOOD = "good", N_("Good")
    MIXED = "mixed", N_("In between")
    BAD = "bad", N_("Not good")


class MeetingKind(Word):
    MEETING = "meeting", N_("Meeting")
    TASTER = "taster", N_("Taster session")


class Enquiry(Base):
    """What one person asks one provider about one offer."""

    __tablename__ = "enquiry"
    __table_args__ = (
        UniqueConstraint("form_token", "offer_id"),
        CheckConstraint("(state = 'declined') = (decline_reason IS NOT NULL)", name="reason_when_declined"),
        Index(
            "uq_enquiry_open",
            "person_id",
            "offer_id",
            unique=True,
            sqlite_where=text("state NOT IN ('declined', 'withdrawn', 'no_answer', 'agreed')"),
            postgresql_where=text("state NOT IN ('declined', 'withdrawn', 'no_answer', 'agreed')"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    form_token: Mapped[str] = mapped_column(String(64))
    """Of the form it came from: the same form sent twice makes one enquiry for each offer."""
    state: Mapped[EnquiryState] = mapped_column(enum_type(EnquiryState), index=True)
    state_since: Mapped[datetime]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(enum_type(DeclineReason))
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """When the provider first did something that a person would call an answer."""
    nudges: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often the provider was reminded while somebody waits; one from before the wait counts for nothing."""
    nudged_at: Mapped[datetime | None]
    """When it was reminded last: the next step leaves time after it, whatever stood still before."""
    name_shared: Mapped[str] = mapped_column(String(60), default="")
    """What the provider may call the person: the first name unless the person said another."""
    contact_shared_at: Mapped[datetime | None]
    """When the person chose to give the provider their address for mail or phone."""
    contact_words: Mapped[str] = mapped_column(String(200), default="")
    """What they gave."""
    paused_at: Mapped[datetime | None]
    """When both sides were told that no message passes because of the provider; None while messages do."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    shares: Mapped[list[EnquiryShare]] = relationship(
        cascade="all, delete-orphan", order_by="EnquiryShare.part"
    )


class EnquiryShare(Base):
    """A part of the profile that the provider of this enquiry may read, while it is open or agreed."""

    __tablename__ = "enquiry_share"

    enquiry_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("enquiry.id", ondelete="CASCADE"), primary_key=True
    )
    part: Mapped[ProfilePart] = mapped_column(enum_type(ProfilePart), primary_key=True)
    shared_at: Mapped[datetime]


class EnquiryMove(Base):
    """One step of an enquiry: what it became, who did it, when and why."""

    __tablename__ = "enquiry_move"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    enquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), index=True)
    state: Mapped[EnquiryState] = mapped_column(enum_type(EnquiryState))
    side: Mapped[Side] = mapped_column(enum_type(Side))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text, default="")


class EnquiryMessage(Base):
    """Words that were relayed. Nobody's address is in them unless its owner chose so."""

    __tablename__ = "enquiry_message"
    __table_args__ = (UniqueConstraint("enquiry_id", "form_token"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    enquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(enum_type(Side))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    form_token: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What was noticed in it: a phone number, bank details, pressure."""
    held_at: Mapped[datetime | None]
    """A moderator reads it before the other side does."""
    released_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    leads_to: Mapped[EnquiryState | None] = mapped_column(enum_type(EnquiryState))
    """What the enquiry becomes once a moderator passes these words on."""


class Meeting(Base):
    """A time that one side proposed: to meet, or to try a session."""

    __tablename__ = "enquiry_meeting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        UniqueConstraint("enquiry_id", "form_token", "starts_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    enquiry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MeetingKind] = mapped_column(enum_type(MeetingKind))
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("offer_session.id", ondelete="SET NULL"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(300), default="")
    proposed_by: Mapped[Side] = mapped_column(enum_type(Side))
    proposed_at: Mapped[datetime]
    form_token: Mapped[str | None] = mapped_column(String(64))
    """Of the form it came from; one form proposes up to three times."""
    reminded_at: Mapped[datetime | None]
    wants_to_go_on: Mapped[bool | None]
    """What the person lets the provider read of how it went."""
    provider_went: Mapped[Mood | None] = mapped_column(enum_type(Mood))
    accepted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    went: Mapped[Mood | None] = mapped_column(enum_type(Mood))
    went_words: Mapped[str] = mapped_column(String(500), default="")
    went_at: Mapped[datetime | None]
