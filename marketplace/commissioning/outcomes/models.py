"""Tables of short questions that people answer, and of what was changed because people said so."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, enum_type
from marketplace.vocabulary import N_, Theme, Word


class Asks(Word):
    """Who is asked."""

    PERSON = "person", N_("The person")
    CARER = "carer", N_("The carer")


class SurveyAnswer(Base):
    """What someone answered to one question of the list in ``seeds/questions.yaml``."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        UniqueConstraint("person_id", "asks", "question", "form_token"),
        CheckConstraint("value BETWEEN 0 AND 20", name="value_sane"),
        Index("ix_survey_answer_question_said_on", "question", "said_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Whose week it is about, also where the carer answers."""
    asks: Mapped[Asks] = mapped_column(enum_type(Asks))
    question: Mapped[str] = mapped_column(String(60))
    value: Mapped[int] = mapped_column(SmallInteger)
    """The place of the answer in the question's own list, from 0."""
    said_on: Mapped[date]
    helped: Mapped[bool] = mapped_column(default=False)
    """Someone helped to answer."""
    said_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    form_token: Mapped[str] = mapped_column(String(64))


class SaidAndDid(Base):
    """'You said, we did': what people told a council, and what it changed."""

    __tablename__ = "said_and_did"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    council_code: Mapped[str] = mapped_column(String(9), index=True)
    said: Mapped[str] = mapped_column(Text)
    did: Mapped[str] = mapped_column(Text, default="")
    theme: Mapped[Theme | None] = mapped_column(enum_type(Theme))
    said_on: Mapped[date]
    did_on: Mapped[date | None]
    gap_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("gap.id", ondelete="SET NULL"))
    written_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
