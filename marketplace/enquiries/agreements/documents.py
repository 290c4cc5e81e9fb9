"""Terms as a document: whole, and with their times as they were, so that history stays what it was."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.enquiries.agreements.models import Agreement
from marketplace.enquiries.agreements.terms import Terms
from marketplace.offers.models import Session as OfferSession
from marketplace.vocabulary import CostBasis, FundingRoute, Repeats


def document_of(
    terms: Terms, sessions: Iterable[OfferSession], *, known: Collection[OfferSession] = ()
) -> dict[str, Any]:
    """*sessions* are those of the offer; *known* ones stand in for what it has no longer."""
    times = {one.id: one for one in (*known, *sessions) if one.id in terms.session_ids}
    return {
        "sessions": times_as_they_are(times.values()),
        "starts_on": terms.starts_on.isoformat(),
        "amount": None if terms.amount is None else f"{terms.amount:.2f}",
        "basis": terms.basis and terms.basis.value,
        "paid_by": terms.paid_by and terms.paid_by.value,
        "when_ill": terms.when_ill,
        "on_bank_holidays": terms.on_bank_holidays,
        "notice_days": terms.notice_days,
        "back_up_words": terms.back_up_words,
    }


def terms_in(document: Mapping[str, Any]) -> Terms:
    return Terms(
        session_ids=frozenset(uuid.UUID(one["id"]) for one in document["sessions"]),
        starts_on=date.fromisoformat(document["starts_on"]),
        amount=None if document["amount"] is None else Decimal(document["amount"]),
        basis=CostBasis(document["basis"]) if document["basis"] else None,
        paid_by=FundingRoute(document["paid_by"]) if document["paid_by"] else None,
        when_ill=document["when_ill"],
        on_bank_holidays=document["on_bank_holidays"],
        notice_days=document["notice_days"],
        back_up_words=document["back_up_words"],
    )


def times_as_they_are(sessions: Iterable[OfferSession]) -> list[dict[str, Any]]:
    """Times to keep, in one order, so that the same times are the same document."""
    return [_time(one) for one in sorted(sessions, key=lambda one: one.id)]


def agreed_times(agreement: Agreement) -> list[OfferSession]:
    """The times of an agreement, whether or not the offer still has them; they are no rows of the offer."""
    return times_in({"sessions": agreement.agreed_times})


def times_in(document: Mapping[str, Any]) -> list[OfferSession]:
    """The times as they were; they are no rows of the offer."""
    return [
        OfferSession(
            id=uuid.UUID(one["id"]),
            day_number=one["day_number"],
            starts_minute=one["starts_minute"],
            ends_minute=one["ends_minute"],
            repeats=Repeats(one["repeats"]),
        )
        for one in document["sessions"]
    ]


def _time(one: OfferSession) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "day_number": one.day_number,
        "starts_minute": one.starts_minute,
        "ends_minute": one.ends_minute,
        "repeats": one.repeats.value,
    }
