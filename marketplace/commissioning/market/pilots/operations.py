"""Writing down a pilot, choosing its offers, ending it. No request here; the route commits."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.commissioning.market.models import Pilot, PilotOffer
from marketplace.offers.models import Offer
from marketplace.vocabulary import N_, Role, Word
from marketplace.web.today import london_day

MOST_OFFERS = 100


class Refusal(Word):
    """Why a pilot was not changed."""

    FIXED = "fixed", N_("The pilot has begun, so its offers stay as they are.")
    TAKEN = "taken", N_("This offer is in a pilot already.")
    TOO_MANY = "too_many", N_("A pilot has at most 100 offers.")
    CHANGED = "changed", N_("Someone else changed this pilot. Look at it again, then go on.")
    ENDS_FIRST = "ends_first", N_("A pilot ends on or after the day on which it starts.")


class PilotRefusedError(Exception):
    """The pilot stays as it was."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


def offers_are_open(pilot: Pilot, *, today: date) -> bool:
    """Whether its offers can still be changed: before it starts, and on the day it was written down."""
    return today < pilot.starts_on or today == london_day(pilot.made_at)


def begin_pilot(
    session: Session,
    *,
    council_code: str,
    name: str,
    about: str,
    starts_on: date,
    ends_on: date | None,
    form_token: str,
    account: Account,
    now: datetime,
) -> Pilot:
    """Write down a pilot. The same form sent twice gives the same pilot."""
    known = session.scalars(select(Pilot).where(Pilot.form_token == form_token)).one_or_none()
    if known is not None:
        return known
    if ends_on is not None and ends_on < starts_on:
        raise PilotRefusedError(Refusal.ENDS_FIRST)
    pilot = Pilot(
        council_code=council_code,
        name=name,
        about=about,
        starts_on=starts_on,
        ends_on=ends_on,
        learned="",
        made_at=now,
        made_by_id=account.id,
        form_token=form_token,
        version=1,
    )
    session.add(pilot)
    session.flush()
    _record(session, Action.PILOT_BEGUN, pilot, account)
    return pilot


def add_offer(session: Session, pilot: Pilot, offer: Offer, *, account: Account, now: datetime) -> None:
    """Put an offer into a pilot; twice is once. Raises ``PilotRefusedError``."""
    _hold(session, pilot)
    # Two pilots that want the same offer at the same moment come one after the other.
    session.execute(select(Offer.id).where(Offer.id == offer.id).with_for_update())
    taken = session.scalar(select(PilotOffer.pilot_id).where(PilotOffer.offer_id == offer.id))
    if taken == pilot.id:
        return
    if not offers_are_open(pilot, today=london_day(now)):
        raise PilotRefusedError(Refusal.FIXED)
    if taken is not None:
        raise PilotRefusedError(Refusal.TAKEN)
    if len(pilot.offers) >= MOST_OFFERS:
        raise PilotRefusedError(Refusal.TOO_MANY)
    pilot.offers.append(PilotOffer(offer_id=offer.id, added_at=now))
    _changed(session, pilot, account, offer=str(offer.id), added=True)


def remove_offer(
    session: Session, pilot: Pilot, offer_id: uuid.UUID, *, account: Account, now: datetime
) -> None:
    """Take an offer out of a pilot that has not begun. Raises ``PilotRefusedError``."""
    _hold(session, pilot)
    row = next((one for one in pilot.offers if one.offer_id == offer_id), None)
    if row is None:
        return
    if not offers_are_open(pilot, today=london_day(now)):
        raise PilotRefusedError(Refusal.FIXED)
    pilot.offers.remove(row)
    _changed(session, pilot, account, offer=str(offer_id), added=False)


def end_pilot(
    session: Session, pilot: Pilot, *, ends_on: date, learned: str, expected: int, account: Account
) -> None:
    """Say when a pilot ends and what was learned; both can be changed later.

    *expected* is the version that the form began from. Raises ``PilotRefusedError``.
    """
    _hold(session, pilot)
    if (pilot.ends_on, pilot.learned) == (ends_on, learned):
        return
    if pilot.version != expected:
        raise PilotRefusedError(Refusal.CHANGED)
    if ends_on < pilot.starts_on:
        raise PilotRefusedError(Refusal.ENDS_FIRST)
    pilot.ends_on, pilot.learned = ends_on, learned
    pilot.version += 1
    _record(session, Action.PILOT_ENDED, pilot, account, ends_on=ends_on.isoformat())


def _hold(session: Session, pilot: Pilot) -> None:
    """Changes of one pilot happen one after the other."""
    session.refresh(pilot, with_for_update=True)


def _changed(session: Session, pilot: Pilot, account: Account, **details: object) -> None:
    pilot.version += 1
    session.flush()
    _record(session, Action.PILOT_CHANGED, pilot, account, **details)


def _record(session: Session, action: Action, pilot: Pilot, account: Account, **details: object) -> None:
    record(
        session,
        action=action,
        subject=pilot,
        details={"council": pilot.council_code, **details},
        actor=account,
        role=Role.COMMISSIONER,
    )
