"""The job that ends open enquiries about what has closed, and tells the person what else fits.

Each enquiry is a transaction of its own that asks the row again, as in ``reminding``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.enquiries import mails
from marketplace.enquiries.deadlines.alternatives import alternatives
from marketplace.enquiries.deadlines.reminding import listed
from marketplace.enquiries.models import OPEN_STATES, DeclineReason, Enquiry, EnquiryState, Side
from marketplace.enquiries.moves import MoveRefusedError, move
from marketplace.offers.models import Offer
from marketplace.people.saved.alerts import Matching
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import OfferStatus
from marketplace.web.today import london_day


def end_what_closed(
    database: Database, matching: Callable[[], Matching], *, base_url: str, now: datetime
) -> int:
    """End each open enquiry whose offer or provider has closed. *matching* is asked only where one is."""
    with database.read() as session:
        ids = session.scalars(_closed()).all()
    ended = 0
    for enquiry_id in ids:
        with database.read() as session:  # ranked without keeping a writer waiting
            enquiry = session.get(Enquiry, enquiry_id)
            if enquiry is None:
                continue
            found = alternatives(session, enquiry, matching(), today=london_day(now))
            names = [match.name for match in found]
        with write_session(database) as session:
            ended += _end(session, enquiry_id, names, base_url=base_url, now=now)
    return ended


def _closed() -> Select[uuid.UUID]:
    return (
        select(Enquiry.id)
        .join(Offer, Offer.id == Enquiry.offer_id)
        .join(Provider, Provider.id == Enquiry.provider_id)
        .where(
            Enquiry.state.in_(OPEN_STATES),
            or_(Offer.status == OfferStatus.CLOSED, Provider.status == ProviderStatus.CLOSED),
        )
        .order_by(Enquiry.sent_at, Enquiry.id)
    )


def _end(
    session: Session, enquiry_id: uuid.UUID, names: Sequence[str], *, base_url: str, now: datetime
) -> bool:
    if session.scalar(_closed().where(Enquiry.id == enquiry_id)) is None:
        return False  # it goes on after all, or another worker was faster
    enquiry = session.get_one(Enquiry, enquiry_id, with_for_update=True)
    try:
        move(
            session,
            enquiry,
            to=EnquiryState.DECLINED,
            reason=DeclineReason.CLOSED,
            side=Side.SITE,
            account=None,
            role=None,
            now=now,
            base_url=base_url,
            tells=False,  # the mail here says more; who closed it knows
        )
    except MoveRefusedError:
        return False
    mails.tell_person(
        session,
        enquiry=enquiry,
        news=f"This has closed, so your enquiry ended: {mails.offer_name(session, enquiry)}",
        now=now,
        base_url=base_url,
        more=listed(names),
    )
    return True
