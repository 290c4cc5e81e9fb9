"""What happens to changes by themselves: they begin to hold on their day, and who does not answer is reminded."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.db import Database, write_session
from marketplace.enquiries import mails
from marketplace.enquiries.agreements.changing import put_in_force
from marketplace.enquiries.agreements.models import Agreement, AgreementChange, ChangeState
from marketplace.enquiries.agreements.telling import PAGE, tell
from marketplace.enquiries.agreements.terms import locked_agreement
from marketplace.enquiries.messages.passing import stopped_for_new
from marketplace.enquiries.models import Enquiry, Side
from marketplace.planning.working_days import after_working_days
from marketplace.web.today import london_day

REMIND_AFTER = (3, 6)
"""Working days, as for an enquiry."""
FALLS_AFTER = 10
"""Then the change falls away, and what was agreed goes on."""


def put_changes_in_force(database: Database, *, now: datetime, base_url: str) -> int:
    """Write into agreements what holds from today, and tell both sides on that day. Returns how many."""
    due = (
        select(Agreement.enquiry_id)
        .join(AgreementChange, AgreementChange.agreement_id == Agreement.id)
        .where(
            AgreementChange.state == ChangeState.AGREED,
            AgreementChange.in_force_at.is_(None),
            AgreementChange.from_day <= london_day(now),
        )
        .distinct()
        .order_by(Agreement.enquiry_id)
    )
    with database.read() as session:
        ids = session.scalars(due).all()
    done = 0
    for enquiry_id in ids:
        with write_session(database) as session:
            agreement = locked_agreement(session, enquiry_id)
            begun = [] if agreement is None else put_in_force(session, agreement, now=now)
            if begun:  # the page may have been faster
                enquiry = session.get_one(Enquiry, enquiry_id)
                for side in (Side.PERSON, Side.PROVIDER):
                    tell(session, enquiry, side, "From today a change holds:", now=now, base_url=base_url)
            done += len(begun)
    return done


def remind_of_changes(database: Database, *, now: datetime, base_url: str) -> int:
    """Remind whoever is asked for a change after 3 and 6 working days; after 10 it falls away.

    Where nothing passes between the two, nobody is reminded and nothing falls away. Returns of how many.
    """
    with database.read() as session:
        ids = [one.id for one in _open(session) if _is_due(one, now=now)]
    done = 0
    for change_id in ids:
        with write_session(database) as session:
            done += _remind(session, change_id, now=now, base_url=base_url)
    return done


def _open(session: Session) -> Sequence[AgreementChange]:
    return session.scalars(
        select(AgreementChange)
        .where(AgreementChange.state == ChangeState.OPEN)
        .order_by(AgreementChange.proposed_at, AgreementChange.id)
    ).all()


def _is_due(change: AgreementChange, *, now: datetime) -> bool:
    steps = (*REMIND_AFTER, FALLS_AFTER)
    return after_working_days(change.proposed_at, steps[min(change.nudges, len(REMIND_AFTER))]) <= now


def _remind(session: Session, change_id: uuid.UUID, *, now: datetime, base_url: str) -> bool:
    found = session.get(AgreementChange, change_id)
    if found is None:
        return False
    agreement = session.get_one(Agreement, found.agreement_id)
    locked_agreement(session, agreement.enquiry_id)
    change = session.get(AgreementChange, change_id, populate_existing=True)
    enquiry = session.get_one(Enquiry, agreement.enquiry_id)
    if change is None or change.state is not ChangeState.OPEN or not _is_due(change, now=now):
        return False  # answered meanwhile, or another worker was faster
    if stopped_for_new(session, enquiry):
        return False
    if change.nudges >= len(REMIND_AFTER):
        change.state, change.answered_at = ChangeState.OVER, now
        news = "Nobody answered a change, so it stays as it is:"
        for side in (Side.PERSON, Side.PROVIDER):
            tell(session, enquiry, side, news, now=now, base_url=base_url)
        return True
    change.nudges += 1
    news = f"Somebody waits for your answer to a change: {mails.offer_name(session, enquiry)}"
    more = "A short answer helps, also if it is no."
    if change.side is Side.PROVIDER:
        mails.tell_person(
            session, enquiry=enquiry, news=news, now=now, base_url=base_url, more=more, page=PAGE
        )
    else:
        mails.tell_provider(session, enquiry=enquiry, news=news, base_url=base_url, more=more, page=PAGE)
    return True
