"""A new assistant who writes to many people in a short time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account, RoleGrant
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.models import Enquiry, EnquiryMessage, Side
from marketplace.outbox import post
from marketplace.providers.models import Provider
from marketplace.settings import ManySettings
from marketplace.vocabulary import Role


def writes_to_many(session: Session, enquiry: Enquiry, *, now: datetime, many: ManySettings) -> bool:
    """Whether with this message a new individual has written to too many people just now."""
    provider = session.get_one(Provider, enquiry.provider_id)
    began = provider.created_at
    if not provider.is_individual or began is None or began <= now - timedelta(days=many.days):
        return False
    others = session.scalar(
        select(func.count(func.distinct(Enquiry.person_id)))
        .join(EnquiryMessage, EnquiryMessage.enquiry_id == Enquiry.id)
        .where(
            Enquiry.provider_id == provider.id,
            Enquiry.person_id != enquiry.person_id,
            EnquiryMessage.side == Side.PROVIDER,
            EnquiryMessage.sent_at > now - timedelta(minutes=many.minutes),
        )
    )
    return (others or 0) + 1 >= many.people


def tell_moderators(
    session: Session,
    message: EnquiryMessage,
    enquiry: Enquiry,
    *,
    now: datetime,
    many: ManySettings,
    base_url: str,
) -> None:
    """Tell every moderator that somebody writes to many: once for messages that follow each other quickly."""
    held_before = session.scalars(
        select(EnquiryMessage.flags)
        .join(Enquiry, Enquiry.id == EnquiryMessage.enquiry_id)
        .where(
            Enquiry.provider_id == enquiry.provider_id,
            EnquiryMessage.id != message.id,
            EnquiryMessage.held_at > now - timedelta(minutes=many.minutes),
        )
    )
    if any(CaughtKind.MANY.value in flags for flags in held_before):
        return
    name = session.get_one(Provider, enquiry.provider_id).name
    for one in _moderators(session):
        post(
            session,
            recipient=one.email,
            kind="writes_to_many",
            subject=f"{name} writes to many people at once",
            body=f"Hello {one.name},\n\n{name} began not long ago, and writes to many people in a few minutes. "
            "These messages wait: nobody has read them yet. Please look at them:\n\n"
            f"{base_url}/moderation/messages\n\nMeaningful Day\n",
            account_id=one.id,
            same_as=f"many-{message.id}-{one.id}",
        )


def _moderators(session: Session) -> Iterable[Account]:
    moderators = select(Account).where(
        Account.grants.any(RoleGrant.role == Role.MODERATOR), Account.suspended_at.is_(None)
    )
    return session.scalars(moderators.order_by(Account.email))
