"""Asking both sides how it is going: 2, 6 and 12 weeks after it started. A job."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.enquiries import mails
from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.telling import PAGE
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import Enquiry
from marketplace.web.today import london_day

ASK_AFTER = (timedelta(weeks=2), timedelta(weeks=6), timedelta(weeks=12))


def ask_how_it_goes(database: Database, *, now: datetime, base_url: str) -> int:
    """Ask about each agreement whose time has come; returns how many.

    Where several times passed at once, such as while nothing ran, it is asked once. What has ended, and
    what no message passes in, is left alone.
    """
    is_due = or_(
        *(
            and_(Agreement.asked_how == number, Agreement.started_at <= now - after)
            for number, after in enumerate(ASK_AFTER)
        )
    )
    goes_on = or_(Agreement.ended_on.is_(None), Agreement.ended_on >= london_day(now))
    due = select(Agreement).where(is_due, goes_on).order_by(Agreement.id)
    with database.read() as session:
        ids = session.scalars(due.with_only_columns(Agreement.id)).all()
    asked = 0
    for agreement_id in ids:
        with write_session(database) as session:
            agreement = session.scalars(
                due.where(Agreement.id == agreement_id).with_for_update()
            ).one_or_none()
            if agreement is not None and agreement.started_at is not None:
                asked += _ask(
                    session, agreement, since=now - agreement.started_at, now=now, base_url=base_url
                )
    return asked


def _ask(session: Session, agreement: Agreement, *, since: timedelta, now: datetime, base_url: str) -> bool:
    enquiry = session.get_one(Enquiry, agreement.enquiry_id)
    if stopped(session, enquiry):
        return False
    agreement.asked_how = sum(after <= since for after in ASK_AFTER)
    news = f"How is it going? {mails.offer_name(session, enquiry)}"
    more = "There are three pictures to choose from. It takes a minute."
    page = f"{PAGE}/how"
    mails.tell_person(session, enquiry=enquiry, news=news, now=now, base_url=base_url, more=more, page=page)
    mails.tell_provider(session, enquiry=enquiry, news=news, base_url=base_url, more=more, page=page)
    return True
