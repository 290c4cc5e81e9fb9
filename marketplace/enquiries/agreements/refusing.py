"""Words of a provider that an agreement did not take: kept for moderators, who see who tries what.

Nobody else reads them. They are forgotten after a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.enquiries.agreements.models import RefusedWords
from marketplace.enquiries.messages.kinds import CaughtKind
from marketplace.enquiries.models import Enquiry
from marketplace.offers.models import Offer
from marketplace.providers.models import Provider

KEPT_FOR = timedelta(days=90)
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Refused:
    """What somebody typed, and what was noticed in it."""

    text: str
    kinds: tuple[CaughtKind, ...]


@dataclass(frozen=True, slots=True)
class RefusedShown:
    """What a moderator reads: the words, by whom, about which offer. Never who the person is."""

    words: RefusedWords
    offer: Offer
    provider: Provider


def note_refused(
    session: Session, enquiry: Enquiry, refused: Iterable[Refused], *, account: Account, now: datetime
) -> None:
    """Keep what was not taken. The same words, tried again in the same enquiry, are kept once."""
    known = set(
        session.scalars(
            select(RefusedWords.text).where(
                RefusedWords.enquiry_id == enquiry.id, RefusedWords.by_id == account.id
            )
        )
    )
    for one in refused:
        if one.text in known:
            continue
        known.add(one.text)
        session.add(
            RefusedWords(
                enquiry_id=enquiry.id,
                by_id=account.id,
                text=one.text,
                flags=[kind.value for kind in one.kinds],
                tried_at=now,
            )
        )
    session.flush()


def refused_in_agreements(session: Session, *, since: datetime) -> list[RefusedShown]:
    """What was tried since then; the newest first."""
    rows = session.execute(
        select(RefusedWords, Offer, Provider)
        .join(Enquiry, Enquiry.id == RefusedWords.enquiry_id)
        .join(Offer, Offer.id == Enquiry.offer_id)
        .join(Provider, Provider.id == Enquiry.provider_id)
        .where(RefusedWords.tried_at > since)
        .order_by(RefusedWords.tried_at.desc(), RefusedWords.id)
        .limit(MOST_SHOWN)
    )
    return [RefusedShown(*row) for row in rows]


def forget_refused(session: Session, *, now: datetime) -> int:
    """Delete what has had its time; returns how many."""
    gone = session.scalars(
        delete(RefusedWords)
        .where(RefusedWords.tried_at < now - KEPT_FOR)
        .returning(RefusedWords.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
