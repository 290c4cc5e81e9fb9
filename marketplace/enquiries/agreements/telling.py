"""Telling the other side of an agreement, and writing down who did what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit import Action, record
from marketplace.enquiries import mails
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.models import Enquiry, Side
from marketplace.people.profile.changes import Doer

PAGE = "/agreement"


def tell(
    session: Session, enquiry: Enquiry, side: Side, news: str, *, now: datetime, base_url: str, more: str = ""
) -> None:
    """Tell the other side than *side*. What was written stays on the site; *more* is for the person."""
    news = f"{news} {mails.offer_name(session, enquiry)}"
    if side is Side.PERSON:
        mails.tell_provider(session, enquiry=enquiry, news=news, base_url=base_url, page=PAGE)
    else:
        mails.tell_person(
            session, enquiry=enquiry, news=news, now=now, base_url=base_url, more=more, page=PAGE
        )


def remember(
    session: Session, action: Action, agreement: Agreement, by: Doer, side: Side, **details: object
) -> None:
    record(
        session,
        action=action,
        subject=agreement,
        details={"person": agreement.person_id, "side": side, **details},
        actor=by.account,
        role=by.role,
    )
