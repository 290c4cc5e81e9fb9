"""The mails that ask whether offers are still right: plain text in simple English."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.listing.freshness.rhythm import MISSES_TO_HIDE
from marketplace.offers.models import Offer
from marketplace.outbox import post
from marketplace.providers.models import Provider

_END = "\n\nMeaningful Day\n"
_LINK_IS_FOR = (
    "You don't need to sign in for this. The link can say that an offer is right, or take it off. It can "
    "change nothing else. Please don't pass it on."
)


def ask(
    session: Session,
    *,
    to: Sequence[Account],
    provider: Provider,
    offers: Sequence[Offer],
    address: str,
    answer_by: date,
    request_id: uuid.UUID,
) -> int:
    """Ask everyone who acts for the provider; returns how many mails were written."""
    misses = max(offer.misses for offer in offers)
    lines = "\n".join(f"- {offer.name}{_confirmed(offer)}" for offer in offers)
    by = day(answer_by)
    if misses + 1 >= MISSES_TO_HIDE:
        hidden = [offer for offer in offers if offer.misses + 1 >= MISSES_TO_HIDE]
        subject = f"The last time we ask: is this still right? {provider.name}"
        body = (
            f"We asked twice and heard nothing. People now read with {_these(hidden)} that you have not "
            f"told us.\n\nWithout an answer by {by} people no longer find {_these(hidden)} from "
            f"{day(answer_by + timedelta(days=1))} on.\n\n{lines}"
        )
    elif misses:
        subject = f"Please answer: is this still right? {provider.name}"
        body = (
            f"We asked some time ago and heard nothing. Without an answer by {by} people read that you have "
            f"not told us.\n\n{lines}"
        )
    else:
        subject = f"Is this still right? {provider.name}"
        body = f"This is what people find of {provider.name} on Meaningful Day:\n\n{lines}\n\n"
        body += f"Please tell us by {by} if it is still right."
    body += f"\n\nSay so with one click:\n\n{address}\n\n{_LINK_IS_FOR}"
    return _post(session, to, kind="still_right", subject=subject, body=body, of=request_id)


def tell_hidden(
    session: Session,
    *,
    to: Sequence[Account],
    provider: Provider,
    offers: Sequence[Offer],
    address: str,
    request_id: uuid.UUID,
) -> int:
    """Tell that offers are no longer shown, and how to bring them back."""
    lines = "\n".join(f"- {offer.name}{_confirmed(offer)}" for offer in offers)
    body = (
        f"From today people no longer find this of {provider.name} on Meaningful Day:\n\n{lines}\n\n"
        "We asked three times if it is still right, and heard nothing. Nothing is lost, and nothing is said "
        f"against you.\n\nIf it is still right, say so, and it is shown again at once:\n\n{address}\n\n"
        f"{_LINK_IS_FOR}"
    )
    return _post(
        session,
        to,
        kind="no_longer_shown",
        subject=f"People no longer find this: {provider.name}",
        body=body,
        of=request_id,
    )


def day(when: date) -> str:
    """2 October 2026."""
    return f"{when.day} {when:%B %Y}"


def _confirmed(offer: Offer) -> str:
    return f" (you last said so on {day(offer.confirmed_on)})" if offer.confirmed_on else ""


def _these(offers: Sequence[Offer]) -> str:
    return offers[0].name if len(offers) == 1 else f"{len(offers)} offers"


def _post(
    session: Session, to: Sequence[Account], *, kind: str, subject: str, body: str, of: uuid.UUID
) -> int:
    for account in to:
        post(
            session,
            recipient=account.email,
            kind=kind,
            subject=subject,
            body=f"Hello {account.name},\n\n{body}{_END}",
            account_id=account.id,
            holds_secret=True,
            same_as=f"{kind}-{of}-{account.id}",
        )
    return len(to)
