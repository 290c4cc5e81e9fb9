"""Tables of what a person says about themselves beside the answers that matching reads."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Word


class ProfilePart(Word):
    """The parts of a profile. Each can be hidden from anyone but the person."""

    ABOUT = "about", N_("About me")
    STRENGTHS = "strengths", N_("What I can already do")
    GOALS = "goals", N_("What I want to do")
    IN_MY_LIFE = "in_my_life", N_("Who is in my life")
    LEVEL = "level", N_("How much support I need")
    TRAVEL = "travel", N_("How I travel")
    TIMES = "times", N_("When I have time")
    MUST_BE_RIGHT = "must_be_right", N_("What must be right")
    COMMUNICATION = "communication", N_("How to talk with me")
    MONEY = "money", N_("Money")
    PREFERENCES = "preferences", N_("What matters to me")


class NoteKind(Word):
    """A short text in the person's own words, by the question that it answers."""

    CAN_DO = "can_do", N_("Things I can do")
    LEARNT_BEFORE = "learnt_before", N_("Jobs I had and things I learnt")
    IN_MY_LIFE = "in_my_life", N_("People who are already in my life")
    GOOD_DAY = "good_day", N_("A good day for me")
    CULTURE = "culture", N_("Culture and faith")
    LANGUAGE = "language", N_("Languages I speak")
    STAFF_GENDER = "staff_gender", N_("Who I want support from")
    OTHER = "other", N_("Anything else")


class CommunicationNeed(Word):
    """What helps a person to understand and be understood (Accessible Information Standard)."""

    EASY_READ = "easy_read", N_("Easy Read with pictures")
    LARGE_PRINT = "large_print", N_("Large print")
    BRAILLE = "braille", N_("Braille")
    AUDIO = "audio", N_("Spoken words instead of writing")
    BSL = "bsl", N_("British Sign Language")
    MAKATON = "makaton", N_("Makaton")
    OBJECTS = "objects", N_("Objects or pictures of reference")
    DEVICE = "device", N_("I use a communication aid")
    HEARING_AID = "hearing_aid", N_("I use a hearing aid or lip-read")
    MORE_TIME = "more_time", N_("Give me more time")
    PHONE_FIRST = "phone_first", N_("Phone me, don't write")
    TEXT_FIRST = "text_first", N_("Write to me, don't phone")
    SUPPORTER = "supporter", N_("Talk with me and my supporter together")
    OTHER_LANGUAGE = "other_language", N_("A language other than English")


class WhoSaid(Word):
    """Who said how much support a person needs."""

    PERSON = "person", N_("The person said so")
    SUPPORTER = "supporter", N_("A supporter said so")
    PRACTITIONER = "practitioner", N_("A practitioner said so")
    RECORD = "record", N_("It came with the record")


class ProfileNote(Base):
    """One short text of a profile."""

    __tablename__ = "profile_note"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NoteKind] = mapped_column(enum_type(NoteKind))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    written_at: Mapped[datetime]
    written_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class HiddenPart(Base):
    """A part of the profile that only the person sees."""

    __tablename__ = "hidden_part"

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    part: Mapped[ProfilePart] = mapped_column(enum_type(ProfilePart), primary_key=True)
    hidden_at: Mapped[datetime]


class CommunicationRecord(Base):
    """A communication need: recorded, flagged, shared when the person agrees, and looked at again."""

    __tablename__ = "communication_record"

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    need: Mapped[CommunicationNeed] = mapped_column(enum_type(CommunicationNeed), primary_key=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    recorded_on: Mapped[date]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    share_with_providers: Mapped[bool] = mapped_column(default=False)
    review_on: Mapped[date]


class LevelRecord(Base):
    """The support level that was said on a day, and by whom. The latest one counts."""

    __tablename__ = "level_record"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 4", name="level"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    said_on: Mapped[date]
    said_at: Mapped[datetime]
    who: Mapped[WhoSaid] = mapped_column(enum_type(WhoSaid))
    said_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(String(500), default="")


class ProfileUndo(Base):
    """What a profile said before its last change, for whoever made the change and wants it back.

    Kept for a short time only, and worth nothing once the profile has changed again.
    """

    __tablename__ = "profile_undo"

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer)
    """The person's version after the change."""
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
