"""The job that asks providers whether their offers are still right, and counts where no answer came.

An answer that was missed is counted once: the first is told to the provider, after the second the offer
itself says so, after the third it is not shown until someone confirms it. Each provider is a transaction
of its own, so a long night of questions keeps no writer waiting and can be stopped at any provider.

Only providers for whom someone acts here are asked. What was brought in from elsewhere and has nobody here
says when it was last confirmed, and how long ago that is; it is never hidden for that.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.accounts.tokens import hash_of, new_token
from marketplace.audit import Action, record
from marketplace.db import Database, write_session
from marketplace.listing.freshness import mails
from marketplace.listing.freshness.queries import approved_offers, has_member
from marketplace.listing.freshness.rhythm import TOGETHER, answer_by, is_due
from marketplace.offers.models import Offer, OfferHold, StillRightRequest
from marketplace.offers.standing import stand
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.providers.queries import live_accounts_of
from marketplace.settings import FreshnessSettings
from marketplace.vocabulary import OfferStatus
from marketplace.web.today import london_day


@dataclass(frozen=True, slots=True)
class Asked:
    """What was done in one run."""

    providers: int = 0
    missed: int = 0
    hidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.providers or self.missed or self.hidden)

    def __add__(self, other: Asked) -> Asked:
        return Asked(self.providers + other.providers, self.missed + other.missed, self.hidden + other.hidden)


def ask_providers(database: Database, rhythm: FreshnessSettings, *, base_url: str, now: datetime) -> Asked:
    """Count what was missed, then ask whoever is due; safe to run in two processes at once."""
    with database.read() as session:
        providers = list(_to_look_at(session))
    done = Asked()
    for provider_id in providers:
        with write_session(database) as session:
            done += _look_at(session, provider_id, rhythm, base_url=base_url, now=now)
    return done


def _to_look_at(session: Session) -> Sequence[uuid.UUID]:
    """Active providers that someone acts for and that have something approved."""
    approved = (
        select(Offer.provider_id)
        .where(Offer.status == OfferStatus.PUBLIC)
        .where(Offer.hold.is_(None) | (Offer.hold == OfferHold.STALE))
    )
    return session.scalars(
        select(Provider.id)
        .where(Provider.status == ProviderStatus.ACTIVE, has_member(), Provider.id.in_(approved))
        .order_by(Provider.id)
    ).all()


def _look_at(
    session: Session, provider_id: uuid.UUID, rhythm: FreshnessSettings, *, base_url: str, now: datetime
) -> Asked:
    today = london_day(now)
    # Whoever comes second waits here, and then sees what the first one did.
    provider = session.get(Provider, provider_id, with_for_update=True)
    if provider is None or provider.status is not ProviderStatus.ACTIVE:
        return Asked()
    readers = live_accounts_of(session, provider_id)
    if not readers:
        return Asked()
    missed, hidden = _count_missed(session, provider, now=now, today=today)
    if hidden:
        token, request = _request(session, provider, now=now, last_day=today, is_counted=True)
        mails.tell_hidden(
            session,
            to=readers,
            provider=provider,
            offers=hidden,
            address=_address(base_url, token),
            request_id=request.id,
        )
    asked = _ask(session, provider, readers, rhythm, base_url=base_url, now=now, today=today)
    if missed:
        details = {"offers": [offer.id for offer in missed], "hidden": [offer.id for offer in hidden]}
        record(
            session,
            action=Action.STILL_RIGHT_MISSED,
            subject=provider,
            details=details,
            actor=None,
            role=None,
        )
    return Asked(int(asked), len(missed), len(hidden))


def _count_missed(
    session: Session, provider: Provider, *, now: datetime, today: date
) -> tuple[list[Offer], list[Offer]]:
    """Count each question whose time is over, once: which offers had no answer, and which are hidden now."""
    open_requests = session.scalars(
        select(StillRightRequest)
        .where(
            StillRightRequest.provider_id == provider.id,
            StillRightRequest.counted_at.is_(None),
            StillRightRequest.answer_by < today,
        )
        .order_by(StillRightRequest.asked_at)
    ).all()
    missed: list[Offer] = []
    for request in open_requests:
        request.counted_at = now
        # An answer takes `asked_at` away, so these are the ones without.
        for offer in approved_offers(session, provider.id):
            if offer.asked_at == request.asked_at:
                offer.misses += 1
                missed.append(offer)
    if not missed:
        return [], []
    before = {offer.id: offer.hold for offer in missed}
    stand(session, offer_ids=[offer.id for offer in missed], today=today)
    for offer in missed:
        session.refresh(offer, ["hold", "shown_until"])
    hidden = [
        offer for offer in missed if offer.hold is OfferHold.STALE and before[offer.id] is not OfferHold.STALE
    ]
    return missed, hidden


def _ask(
    session: Session,
    provider: Provider,
    readers: Sequence[Account],
    rhythm: FreshnessSettings,
    *,
    base_url: str,
    now: datetime,
    today: date,
) -> bool:
    """One mail with all that is due; what falls due soon is asked about with it."""
    offers = approved_offers(session, provider.id)
    if not any(is_due(offer, rhythm, today=today) for offer in offers):
        return False
    due = [
        offer
        for offer in offers
        if is_due(offer, rhythm, today=today)
        or (offer.asked_at is None and is_due(offer, rhythm, today=today, within=TOGETHER))
    ]
    token, request = _request(session, provider, now=now, last_day=answer_by(now), is_counted=False)
    for offer in due:
        offer.asked_at = request.asked_at
    session.flush()
    # An offer that says so already is shown a while longer: it was asked again.
    stand(session, offer_ids=[offer.id for offer in due], today=today)
    mails.ask(
        session,
        to=readers,
        provider=provider,
        offers=due,
        address=_address(base_url, token),
        answer_by=request.answer_by,
        request_id=request.id,
    )
    record(
        session,
        action=Action.STILL_RIGHT_ASKED,
        subject=provider,
        details={"offers": [offer.id for offer in due], "answer_by": request.answer_by},
        actor=None,
        role=None,
    )
    return True


def _request(
    session: Session, provider: Provider, *, now: datetime, last_day: date, is_counted: bool
) -> tuple[str, StillRightRequest]:
    token = new_token()
    request = StillRightRequest(
        provider_id=provider.id,
        token_hash=hash_of(token),
        asked_at=now,
        answer_by=last_day,
        counted_at=now if is_counted else None,
    )
    session.add(request)
    session.flush()
    return token, request


def _address(base_url: str, token: str) -> str:
    return f"{base_url}/still-right/{token}"
