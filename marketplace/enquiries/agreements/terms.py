"""What an agreement says and how it stands: read by every page and every step of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.models import Enquiry, EnquiryState, Side
from marketplace.enquiries.moves import may_follow
from marketplace.settings import LONDON
from marketplace.vocabulary import CostBasis, FundingRoute

FURTHEST = timedelta(days=366)
"""So far away a first or last day may be."""


class NotNowError(Exception):
    """Where the enquiry or the agreement stands now, this can't be done; nothing was written."""


class StaleAgreementError(Exception):
    """The other side wrote something else in the meantime: ``theirs`` is what it says now."""

    def __init__(self, theirs: Agreement) -> None:
        self.theirs = theirs
        super().__init__(f"the agreement is at version {theirs.version}")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one side proposes."""

    session_ids: frozenset[uuid.UUID]
    starts_on: date
    amount: Decimal | None = None
    """Pounds; None where nothing is said of the price."""
    basis: CostBasis | None = None
    paid_by: FundingRoute | None = None
    when_ill: str = ""
    on_bank_holidays: str = ""
    notice_days: int = 28
    back_up_words: str = ""


def agreement_of(session: Session, enquiry_id: uuid.UUID) -> Agreement | None:
    return session.scalars(select(Agreement).where(Agreement.enquiry_id == enquiry_id)).one_or_none()


def terms_of(agreement: Agreement) -> Terms:
    return Terms(
        session_ids=frozenset(uuid.UUID(one["id"]) for one in agreement.agreed_times),
        starts_on=agreement.starts_on,
        amount=agreement.amount,
        basis=agreement.basis,
        paid_by=agreement.paid_by,
        when_ill=agreement.when_ill,
        on_bank_holidays=agreement.on_bank_holidays,
        notice_days=agreement.notice_days,
        back_up_words=agreement.back_up_words,
    )


def is_agreed(agreement: Agreement) -> bool:
    return agreement.person_agreed_at is not None and agreement.provider_agreed_at is not None


def said_yes(agreement: Agreement, side: Side) -> bool:
    at = agreement.person_agreed_at if side is Side.PERSON else agreement.provider_agreed_at
    return at is not None


def may_be_agreed(enquiry: Enquiry) -> bool:
    return EnquiryState.AGREED in may_follow(enquiry, Side.SITE)


def locked_agreement(session: Session, enquiry_id: uuid.UUID) -> Agreement | None:
    """The agreement of an enquiry as it is now, kept from others until the transaction ends."""
    session.flush()
    return session.scalars(
        select(Agreement)
        .where(Agreement.enquiry_id == enquiry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def running_between(session: Session, person_id: uuid.UUID, provider_id: uuid.UUID) -> list[Agreement]:
    """What the two have agreed and nobody has ended."""
    return list(
        session.scalars(
            select(Agreement)
            .join(Enquiry, Enquiry.id == Agreement.enquiry_id)
            .where(
                Agreement.person_id == person_id,
                Agreement.provider_id == provider_id,
                Agreement.ended_at.is_(None),
                Enquiry.state == EnquiryState.AGREED,
            )
            .order_by(Agreement.starts_on, Agreement.id)
        )
    )


def day_after(last_day: date) -> datetime:
    """The moment at which *last_day* is over in London."""
    return datetime.combine(last_day + timedelta(days=1), time(), LONDON)
