"""When an offer is asked about, and until when it is answered. Days are London's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from marketplace.offers.models import Offer, OfferHold
from marketplace.offers.standing import MISSES_TO_HIDE, MISSES_TO_WARN
from marketplace.settings import FreshnessSettings
from marketplace.vocabulary import OfferKind, OfferStatus
from marketplace.web.today import london_day

__all__ = ["ANSWER_WITHIN", "MISSES_TO_HIDE", "MISSES_TO_WARN", "due_on", "is_asked", "is_due", "is_late"]

ANSWER_WITHIN = timedelta(days=14)
TOGETHER = timedelta(days=14)
"""What falls due within so many days is asked about in the same mail."""


def due_on(offer: Offer, rhythm: FreshnessSettings) -> date:
    """The day on which its provider is asked the next time, where nothing is open."""
    each = rhythm.each_assistant if offer.kind is OfferKind.PERSONAL_ASSISTANT else rhythm.each
    return (offer.confirmed_on or london_day(offer.updated_at)) + each


def is_due(offer: Offer, rhythm: FreshnessSettings, *, today: date, within: timedelta = timedelta()) -> bool:
    """Whether its provider is to be asked now: it is shown, and its time came or an answer was missed."""
    if offer.status is not OfferStatus.PUBLIC or offer.hold is not None or offer.misses >= MISSES_TO_HIDE:
        return False
    if offer.asked_at is not None:
        return is_late(offer.asked_at, today=today)
    return due_on(offer, rhythm) <= today + within


def is_asked(offer: Offer) -> bool:
    """Whether an answer is awaited; also for one that is hidden because none came."""
    return (
        offer.status is OfferStatus.PUBLIC
        and offer.asked_at is not None
        and offer.hold in {None, OfferHold.STALE}
    )


def is_late(asked_at: datetime, *, today: date) -> bool:
    """Whether the time to answer is over."""
    return today > answer_by(asked_at)


def answer_by(asked_at: datetime) -> date:
    """The last day to answer."""
    return london_day(asked_at) + ANSWER_WITHIN
