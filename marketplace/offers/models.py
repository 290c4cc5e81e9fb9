"""Tables of offers, their places, sessions and costs.

A feature, theme or level that has no row is *not known*; it is never read as 'no'.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, UtcDateTime, enum_type
from marketplace.geo.places import Precision
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    N_,
    BankHolidayRule,
    CostBasis,
    Day,
    Feature,
    FundingRoute,
    OfferKind,
    OfferStatus,
    Origin,
    PlaceKind,
    Repeats,
    Setting,
    SharedLivesForm,
    Theme,
    Vacancy,
    Word,
)


class OfferHold(Word):
    """Why an approved offer is not shown."""

    PROVIDER_NOT_CHECKED = "provider_not_checked", N_("The provider has not been checked yet")
    PROVIDER_SUSPENDED = "provider_suspended", N_("The provider is suspended")
    PROVIDER_CLOSED = "provider_closed", N_("The provider has closed")
    CHECK_MISSING = "check_missing", N_("A check that the council asks for is missing or has run out")
    STALE = "stale", N_("Nobody has said for a long time that this is still right")


class DraftState(Word):
    """Where a changed offer stands on its way to the public."""

    OPEN = "open", N_("Being written")
    WAITING = "waiting", N_("Waiting to be checked")
    CHANGES_ASKED = "changes_asked", N_("Changes were asked for")
    REFUSED = "refused", N_("Refused")


class Place(Base):
    """Where an offer happens: an exact address, a coarse area, a travel radius, or online.

    A masked place keeps its true point for matching; pages and feeds show the town and the
    outcode only.
    """

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("kind <> 'travels_to_you' OR radius_km IS NOT NULL", name="radius_when_travelling"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="both_coordinates"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[PlaceKind] = mapped_column(enum_type(PlaceKind))
    name: Mapped[str | None] = mapped_column(String(200))
    street: Mapped[str | None] = mapped_column(String(200))
    town: Mapped[str | None] = mapped_column(String(100))
    postcode: Mapped[str | None] = mapped_column(String(8))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[Precision | None] = mapped_column(enum_type(Precision))
    district_code: Mapped[str | None] = mapped_column(String(9), index=True)
    radius_km: Mapped[float | None]
    """How far a person who comes to you travels, in a straight line from their base."""

    @property
    def outcode(self) -> str | None:
        return self.postcode.split(" ")[0] if self.postcode else None


class Offer(Base):
    """One thing that a person can take up."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("min_age IS NULL OR min_age BETWEEN 0 AND 120", name="min_age_sane"),
        CheckConstraint("max_age IS NULL OR max_age >= coalesce(min_age, 0)", name="ages_in_order"),
        Index("ix_offer_status_kind", "status", "kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    source_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("place.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[OfferKind] = mapped_column(enum_type(OfferKind))
    shared_lives_form: Mapped[SharedLivesForm | None] = mapped_column(enum_type(SharedLivesForm))
    name: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[OfferStatus] = mapped_column(enum_type(OfferStatus), default=OfferStatus.DRAFT)
    vacancy: Mapped[Vacancy] = mapped_column(enum_type(Vacancy), default=Vacancy.NOT_KNOWN)
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    group_size: Mapped[int | None] = mapped_column(SmallInteger)
    staff_ratio: Mapped[str | None] = mapped_column(String(40))
    transport_offered: Mapped[bool | None]
    """Whether it can fetch a person; None is not known."""
    transport_radius_km: Mapped[float | None]
    transport_cost: Mapped[Decimal | None]
    """Pounds there and back."""
    flexible: Mapped[bool] = mapped_column(default=False)
    """True where a person may come for a part of the session, as with a PA's hours."""
    shortest_visit_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    bank_holidays: Mapped[BankHolidayRule] = mapped_column(
        enum_type(BankHolidayRule), default=BankHolidayRule.ASK
    )
    languages: Mapped[str] = mapped_column(String(200), default="")
    confirmed_on: Mapped[date | None]
    """When the provider last said that all of this is right."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Grows whenever what the public sees changes."""
    household_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("household.id", ondelete="SET NULL"), index=True
    )
    """The Shared Lives carers with whom it happens."""
    hold: Mapped[OfferHold | None] = mapped_column(enum_type(OfferHold))
    """Why an offer whose words were approved is not shown all the same. Kept by ``offers.standing``."""
    shown_until: Mapped[date | None]
    """The last day on which it may be shown, in London: then a demanded check or its confirmation runs
    out. Kept by ``offers.standing``."""
    misses: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often in a row the provider did not say that this is still right when asked."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the provider was last asked."""
    first_public_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    provider: Mapped[Provider] = relationship()
    place: Mapped[Place | None] = relationship()
    levels: Mapped[list[OfferLevel]] = relationship(cascade="all, delete-orphan", order_by="OfferLevel.level")
    themes: Mapped[list[OfferTheme]] = relationship(cascade="all, delete-orphan", order_by="OfferTheme.theme")
    settings: Mapped[list[OfferSetting]] = relationship(
        cascade="all, delete-orphan", order_by="OfferSetting.setting"
    )
    features: Mapped[list[OfferFeature]] = relationship(
        cascade="all, delete-orphan", order_by="OfferFeature.feature"
    )
    sessions: Mapped[list[Session]] = relationship(
        cascade="all, delete-orphan", order_by="(Session.day_number, Session.starts_minute)"
    )
    costs: Mapped[list[Cost]] = relationship(
        cascade="all, delete-orphan", order_by="(Cost.basis, Cost.amount)"
    )
    funding: Mapped[list[OfferFunding]] = relationship(
        cascade="all, delete-orphan", order_by="OfferFunding.route"
    )
    pauses: Mapped[list[Pause]] = relationship(cascade="all, delete-orphan", order_by="Pause.first_date")


def _offer_key() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)


class OfferLevel(Base):
    """A support level that an offer can serve; ``made_for`` where it was designed for it."""

    __tablename__ = "offer_level"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 4", name="level_1_to_4"),)

    offer_id: Mapped[uuid.UUID] = _offer_key()
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    made_for: Mapped[bool] = mapped_column(default=False)


class OfferTheme(Base):
    __tablename__ = "offer_theme"

    offer_id: Mapped[uuid.UUID] = _offer_key()
    theme: Mapped[Theme] = mapped_column(enum_type(Theme), primary_key=True)
    origin: Mapped[Origin] = mapped_column(enum_type(Origin), default=Origin.STATED)


class OfferSetting(Base):
    __tablename__ = "offer_setting"

    offer_id: Mapped[uuid.UUID] = _offer_key()
    setting: Mapped[Setting] = mapped_column(enum_type(Setting), primary_key=True)


class OfferFeature(Base):
    """Known access or support: yes or no. No row means not known."""

    __tablename__ = "offer_feature"

    offer_id: Mapped[uuid.UUID] = _offer_key()
    feature: Mapped[Feature] = mapped_column(enum_type(Feature), primary_key=True)
    present: Mapped[bool]


class OfferFunding(Base):
    __tablename__ = "offer_funding"

    offer_id: Mapped[uuid.UUID] = _offer_key()
    route: Mapped[FundingRoute] = mapped_column(enum_type(FundingRoute), primary_key=True)


class Session(Base):
    """A recurring time in Europe/London wall-clock minutes; past midnight ends above 1440."""

    __tablename__ = "offer_session"
    __table_args__ = (
        CheckConstraint("day_number BETWEEN 0 AND 6", name="day_of_week"),
        CheckConstraint("starts_minute BETWEEN 0 AND 1439", name="start_in_day"),
        CheckConstraint(
            "ends_minute > starts_minute AND ends_minute <= starts_minute + 1440",
            name="ends_after_start",
        ),
        CheckConstraint("places IS NULL OR places >= 0", name="places_not_negative"),
        CheckConstraint(
            "places_left IS NULL OR places_left BETWEEN 0 AND coalesce(places, places_left)",
            name="places_left_within_places",
        ),
        CheckConstraint(
            "last_date IS NULL OR first_date IS NULL OR last_date >= first_date",
            name="dates_in_order",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    day_number: Mapped[int] = mapped_column(SmallInteger)
    """0 is Monday, as in ``datetime.date.weekday``."""
    starts_minute: Mapped[int] = mapped_column(SmallInteger)
    ends_minute: Mapped[int] = mapped_column(SmallInteger)
    repeats: Mapped[Repeats] = mapped_column(enum_type(Repeats), default=Repeats.WEEKLY)
    first_date: Mapped[date | None]
    last_date: Mapped[date | None]
    places: Mapped[int | None] = mapped_column(SmallInteger)
    places_left: Mapped[int | None] = mapped_column(SmallInteger)

    @property
    def day(self) -> Day:
        return list(Day)[self.day_number]


class Cost(Base):
    """What an offer costs, in pounds; ``amount_to`` for a price from–to."""

    __tablename__ = "offer_cost"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("amount_to IS NULL OR amount_to >= amount", name="from_below_to"),
        CheckConstraint("(basis = 'free') = (amount = 0)", name="free_costs_nothing"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    basis: Mapped[CostBasis] = mapped_column(enum_type(CostBasis))
    amount: Mapped[Decimal]
    amount_to: Mapped[Decimal | None]
    note: Mapped[str | None] = mapped_column(String(200))


class Pause(Base):
    """Days on which an offer does not happen, such as a summer closure; both days are in it."""

    __tablename__ = "offer_pause"
    __table_args__ = (CheckConstraint("last_date >= first_date", name="days_in_order"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    first_date: Mapped[date]
    last_date: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")


class OfferDraft(Base):
    """What a provider wants an offer to say. The live rows change only when it is published.

    ``document`` is the offer document: one format for drafts, previews, differences and copies.
    """

    __tablename__ = "offer_draft"

    offer_id: Mapped[uuid.UUID] = _offer_key()
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[DraftState] = mapped_column(enum_type(DraftState), default=DraftState.OPEN, index=True)
    began_from: Mapped[int] = mapped_column(Integer, default=0)
    """The offer's version that this draft changes; 0 for one that was never public."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Grows with every change of the draft."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class StillRightRequest(Base):
    """A mailed question whether a provider's offers are still right. Only the link's hash is kept."""

    __tablename__ = "still_right_request"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was counted as a miss."""


class CatalogueEpoch(Base):
    """One row that counts changes of the public catalogue.

    It is raised in the transaction that changes an offer, so the row's lock puts changes in
    order and a reader who sees number *n* has seen everything up to *n*.
    """

    __tablename__ = "catalogue_epoch"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)


class CatalogueChange(Base):
    """Which offer changed at an epoch; without an offer, everything did.

    Under the number's negative stands a random identifier that marks the change itself. Numbers come
    again when a database is made anew or a backup is restored, marks don't.
    """

    __tablename__ = "catalogue_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(index=True)
    offer_id: Mapped[uuid.UUID | None]


class OfferVector(Base):
    """Direction of an offer's text under one sentence model, made when the offer was saved.

    Another model or another text makes it anew: both are kept as checksums.
    """

    __tablename__ = "offer_vector"

    offer_id: Mapped[uuid.UUID] = _offer_key()
    model: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the model's weights."""
    text_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text."""
    values: Mapped[bytes] = mapped_column(LargeBinary)
    """Whole numbers of one byte, one a dimension."""
    scale: Mapped[float]
