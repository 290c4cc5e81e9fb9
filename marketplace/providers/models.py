"""Tables of providers and of the checks made on them."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import (
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

from marketplace.db import Base, UtcDateTime, enum_type
from marketplace.vocabulary import N_, CheckKind, CqcRating, LegalForm, WageBand, Word
from marketplace.web.today import london_day

NAME_NOT_STATED = "Organisation not named"
"""The name of a provider of whom a listing says nothing."""


class ProviderStatus(Word):
    """Where a provider stands. Only the offers of an active one can be public."""

    DRAFT = "draft", N_("Not finished yet")
    WAITING = "waiting", N_("Waiting to be checked")
    ACTIVE = "active", N_("Checked")
    REFUSED = "refused", N_("Not accepted")
    SUSPENDED = "suspended", N_("Suspended")
    CLOSED = "closed", N_("Closed")


class WorksAs(Word):
    """How a Personal Assistant works. It is a fact that the work decides, not a choice."""

    EMPLOYED = "employed", N_("Employed by the person")
    SELF_EMPLOYED = "self_employed", N_("Self-employed")
    NOT_SURE = "not_sure", N_("Not sure yet")


class MemberRole(Word):
    """What someone may do for a provider."""

    OWNER = "owner", N_("Can change everything and invite others")
    EDITOR = "editor", N_("Can change offers")


class TraceKind(Word):
    """What a provider who comes back under another name may have in common with the one before."""

    NAME_AND_POSTCODE = "name_and_postcode", N_("Same name and postcode")
    EMAIL = "email", N_("Same e-mail address")
    PHONE = "phone", N_("Same phone number")
    NUMBER = "number", N_("Same registration number")


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
    status: Mapped[ProviderStatus] = mapped_column(
        enum_type(ProviderStatus), default=ProviderStatus.ACTIVE, index=True
    )
    registered_number: Mapped[str | None] = mapped_column(String(20))
    """Number of the company or charity."""
    town: Mapped[str | None] = mapped_column(String(100))
    postcode: Mapped[str | None] = mapped_column(String(8))
    """Where it is at home. Never public for an individual; the first half is."""
    district_code: Mapped[str | None] = mapped_column(String(9), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Grows with every change: a form that began from an older one is shown the conflict."""
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    checks: Mapped[list[Check]] = relationship(
        back_populates="provider", cascade="all, delete-orphan", order_by="Check.kind"
    )
    assistant: Mapped[AssistantDetails | None] = relationship(viewonly=True)
    """Of a Personal Assistant only, and only where they have told it."""

    @property
    def last_day(self) -> date | None:
        """The last day in London of a provider that closes or closed; None while nobody said so."""
        return None if self.closed_at is None else london_day(self.closed_at - timedelta(seconds=1))

    @property
    def is_individual(self) -> bool:
        """A Personal Assistant: only a first name and a coarse area are public."""
        return self.legal_form in (LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA)

    @property
    def is_named(self) -> bool:
        """False where another directory listed an offer and not who runs it."""
        return self.name != NAME_NOT_STATED


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
    """The last day on which it counts."""
    dated: Mapped[date | None]
    """The date on the paper itself."""
    outcome: Mapped[str] = mapped_column(String(60), default="")
    """What it says, where that differs: a rating, the name of a course."""
    seen_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    lapse_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When both sides were told that it ran out."""
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the provider was told that it will run out soon."""

    provider: Mapped[Provider] = relationship(back_populates="checks")


class CheckDemand(Base):
    """Which check a council demands of which kind of provider. A setting, never a rule of ours.

    Without a council it holds everywhere; a council's own row for the same kind goes before it.
    """

    __tablename__ = "check_demand"
    __table_args__ = (UniqueConstraint("council_code", "legal_form", "kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    council_code: Mapped[str] = mapped_column(String(9), default="")
    """ONS code of a county or unitary authority; '' is everywhere."""
    legal_form: Mapped[LegalForm] = mapped_column(enum_type(LegalForm))
    kind: Mapped[CheckKind] = mapped_column(enum_type(CheckKind))
    demanded: Mapped[bool] = mapped_column(default=True)
    months: Mapped[int | None] = mapped_column(SmallInteger)
    """How long it counts after it was seen, where the paper has no end of its own."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class ProviderMember(Base):
    """Someone who may act for a provider, or was invited to."""

    __tablename__ = "provider_member"
    __table_args__ = (
        Index(
            "uq_provider_member_live",
            "provider_id",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    """None until the invitation is accepted."""
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[MemberRole] = mapped_column(enum_type(MemberRole))
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invitation_expires_at: Mapped[datetime | None]
    invited_at: Mapped[datetime]
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class AssistantDetails(Base):
    """What a Personal Assistant tells beside their offer; hidden from the public unless said so."""

    __tablename__ = "assistant_details"

    provider_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True
    )
    family_name: Mapped[str] = mapped_column(String(80), default="")
    """Never public."""
    street: Mapped[str] = mapped_column(String(200), default="")
    """Never public."""
    works_as: Mapped[WorksAs | None] = mapped_column(enum_type(WorksAs))
    wage_band: Mapped[WageBand | None] = mapped_column(enum_type(WageBand))
    can_drive: Mapped[bool | None]
    has_car: Mapped[bool | None]
    interests: Mapped[str] = mapped_column(String(600), default="")
    """Public, in their own words."""
    skills: Mapped[str] = mapped_column(String(600), default="")
    """Public, in their own words."""
    contract_read_at: Mapped[datetime | None]
    """When they read what the platform does and does not do."""


class Household(Base):
    """A Shared Lives carer's home, of a scheme. The scheme answers; nothing here identifies it."""

    __tablename__ = "household"
    __table_args__ = (
        CheckConstraint("people_at_once IS NULL OR people_at_once BETWEEN 1 AND 9", name="people_sane"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    """The scheme."""
    first_names: Mapped[str] = mapped_column(String(120))
    """The carers' first names, as the public may read them."""
    scheme_reference: Mapped[str] = mapped_column(String(60), default="")
    """What the scheme calls this household; never public."""
    street: Mapped[str] = mapped_column(String(200), default="")
    """Never public."""
    town: Mapped[str | None] = mapped_column(String(100))
    postcode: Mapped[str | None] = mapped_column(String(8))
    """Only its first half is public."""
    about: Mapped[str] = mapped_column(String(1000), default="")
    pets: Mapped[str] = mapped_column(String(200), default="")
    has_pets: Mapped[bool | None]
    smokes: Mapped[bool | None]
    step_free: Mapped[bool | None]
    has_children: Mapped[bool | None]
    is_rural: Mapped[bool | None]
    people_at_once: Mapped[int | None] = mapped_column(SmallInteger)
    approved_on: Mapped[date | None]
    """When the scheme approved the carers, as the scheme says."""
    review_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class ProviderTrace(Base):
    """A keyed fingerprint of a detail, to notice that a suspended provider comes back."""

    __tablename__ = "provider_trace"
    __table_args__ = (Index("ix_provider_trace_kind_digest", "kind", "digest"),)

    provider_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[TraceKind] = mapped_column(enum_type(TraceKind), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
