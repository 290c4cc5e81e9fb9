"""Tables of providers and of the checks made on them."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, enum_type
from marketplace.vocabulary import CheckKind, CqcRating, LegalForm


class Provider(Base):
    """A day service, charity, group, scheme or Personal Assistant that lists offers."""

    __tablename__ = "provider"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    source_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    """The identifier in the system that it was brought in from."""
    name: Mapped[str] = mapped_column(String(200))
    legal_form: Mapped[LegalForm] = mapped_column(enum_type(LegalForm))
    about: Mapped[str] = mapped_column(Text, default="")
    cqc_id: Mapped[str | None] = mapped_column(String(20))
    cqc_rating: Mapped[CqcRating | None] = mapped_column(enum_type(CqcRating))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(500))

    checks: Mapped[list[Check]] = relationship(
        back_populates="provider", cascade="all, delete-orphan", order_by="Check.kind"
    )

    @property
    def is_individual(self) -> bool:
        """A Personal Assistant: only a first name and a coarse area are public."""
        return self.legal_form in (LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA)


class Check(Base):
    """A dated fact: what was seen, when, by whom, and when it runs out. Never a certificate."""

    __tablename__ = "provider_check"
    __table_args__ = (
        UniqueConstraint("provider_id", "kind"),
        CheckConstraint("expires_on IS NULL OR expires_on >= seen_on", name="expires_after_seen"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CheckKind] = mapped_column(enum_type(CheckKind))
    seen_on: Mapped[date]
    seen_by: Mapped[str] = mapped_column(String(200))
    expires_on: Mapped[date | None]

    provider: Mapped[Provider] = relationship(back_populates="checks")
