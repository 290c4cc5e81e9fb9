"""A new assistant who writes to many people in a short time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.enquiries.models import Enquiry, EnquiryMessage, Side
from marketplace.providers.models import Provider

MANY_PEOPLE = 10
IN_SO_LONG = timedelta(minutes=10)
NEW_FOR = timedelta(days=30)


def writes_to_many(session: Session, enquiry: Enquiry, *, now: datetime) -> bool:
    """Whether with this message a new individual has written to ``MANY_PEOPLE`` or more just now."""
    provider = session.get_one(Provider, enquiry.provider_id)
    if not provider.is_individual or provider.created_at is None or provider.created_at <= now - NEW_FOR:
        return False
    others = session.scalar(
        select(func.count(func.distinct(Enquiry.person_id)))
        .join(EnquiryMessage, EnquiryMessage.enquiry_id == Enquiry.id)
        .where(
            Enquiry.provider_id == provider.id,
            Enquiry.person_id != enquiry.person_id,
            EnquiryMessage.side == Side.PROVIDER,
            EnquiryMessage.sent_at > now - IN_SO_LONG,
        )
    )
    return (others or 0) + 1 >= MANY_PEOPLE
