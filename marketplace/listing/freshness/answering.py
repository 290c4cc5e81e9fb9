"""Answers to 'is this still right': yes for some or all offers, or that one is no longer on.

Functions here know no request and do not commit. Without an account the answer came by a mailed link.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.listing.freshness.queries import approved_offers
from marketplace.listing.freshness.rhythm import is_asked
from marketplace.offers.models import Offer, StillRightRequest
from marketplace.offers.publishing import confirm_offers, pause_offer
from marketplace.providers.models import Provider
from marketplace.web.today import london_day

ALL = "all"


def say_right(
    session: Session,
    *,
    provider: Provider,
    which: str,
    account: Account | None,
    now: datetime,
    only_asked: bool = False,
) -> list[Offer]:
    """Confirm the offer *which* (its identifier), or ``ALL``; twice is once. An offer that was hidden for
    want of an answer is shown again. With *only_asked* nothing is confirmed that was not asked about.

    Returns what was confirmed.
    """
    _wait_for(session, provider)
    offers = _chosen(session, provider, which, only_asked=only_asked)
    if offers:
        confirm_offers(session, offers, account=account, today=london_day(now))
        _close_questions(session, provider, now=now)
    return offers


def say_stopped(
    session: Session,
    *,
    provider: Provider,
    which: str,
    account: Account | None,
    now: datetime,
    only_asked: bool = False,
) -> list[Offer]:
    """Take the offer *which* off until its provider brings it back; never all at once."""
    _wait_for(session, provider)
    if which == ALL:
        return []
    offers = _chosen(session, provider, which, only_asked=only_asked)
    for offer in offers:
        pause_offer(session, offer, account=account)
    if offers:
        _close_questions(session, provider, now=now)
    return offers


def _chosen(session: Session, provider: Provider, which: str, *, only_asked: bool) -> list[Offer]:
    offers: Sequence[Offer] = approved_offers(session, provider.id)
    if which != ALL:
        try:
            wanted = uuid.UUID(which)
        except ValueError:
            return []
        offers = [offer for offer in offers if offer.id == wanted]
    return [offer for offer in offers if not only_asked or is_asked(offer)]


def _wait_for(session: Session, provider: Provider) -> None:
    """The job that counts missed answers locks the provider too: one of both is first."""
    session.execute(select(Provider.id).where(Provider.id == provider.id).with_for_update())


def _close_questions(session: Session, provider: Provider, *, now: datetime) -> None:
    """Note the answer on the open questions once nothing that was asked is left."""
    session.flush()
    if any(is_asked(offer) for offer in approved_offers(session, provider.id)):
        return
    session.execute(
        update(StillRightRequest)
        .where(StillRightRequest.provider_id == provider.id, StillRightRequest.answered_at.is_(None))
        .values(answered_at=now)
    )
