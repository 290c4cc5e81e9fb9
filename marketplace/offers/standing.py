"""What is public, and until when: an approved offer is shown while nothing holds it back.

``stand`` works out each offer's hold and last day from its provider's state, the checks that are
demanded and the answers to 'is this still right', and keeps both with the offer. Every public read
compares the last day with the day in London, so that a check that runs out takes its offers away at
midnight without anything having to run.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.offers.changes import mark_changed
from marketplace.offers.models import Offer, OfferHold
from marketplace.providers.checks import ChecksStanding, standing_of
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import OfferStatus
from marketplace.web.today import london_day, london_today

MISSES_TO_WARN = 2
"""After so many questions without an answer the offer says so."""
MISSES_TO_HIDE = 3
"""After so many it is not shown."""
LEFT_AFTER_WARNING = timedelta(days=44)
"""An offer that says so is shown for this long after it was last asked: 14 days to answer and 30 more."""
_FEW = 1_000
"""More changed offers than this are told to the catalogue as 'everything'."""

_OF_PROVIDER = {
    ProviderStatus.DRAFT: OfferHold.PROVIDER_NOT_CHECKED,
    ProviderStatus.WAITING: OfferHold.PROVIDER_NOT_CHECKED,
    ProviderStatus.REFUSED: OfferHold.PROVIDER_NOT_CHECKED,
    ProviderStatus.SUSPENDED: OfferHold.PROVIDER_SUSPENDED,
    ProviderStatus.CLOSED: OfferHold.PROVIDER_CLOSED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Why an approved offer is not shown (None: it is), and the last day on which it is."""

    hold: OfferHold | None
    shown_until: date | None


def standing(
    *,
    provider: ProviderStatus,
    checks: ChecksStanding | None,
    misses: int,
    asked_at: datetime | None,
    today: date,
    closes_at: datetime | None = None,
) -> Standing:
    """How an approved offer stands on a day in London. *checks* is None where nothing is demanded.

    *closes_at* is the midnight after the last day of a provider that is going to close.
    """
    if provider is not ProviderStatus.ACTIVE:
        return Standing(_OF_PROVIDER[provider], None)
    closes_on = None if closes_at is None else london_day(closes_at - timedelta(seconds=1))
    if closes_on is not None and closes_on < today:
        return Standing(OfferHold.PROVIDER_CLOSED, None)
    if checks is not None and checks.missing:
        return Standing(OfferHold.CHECK_MISSING, None)
    confirmed_until = _confirmed_until(misses, asked_at)
    if misses >= MISSES_TO_HIDE or (confirmed_until is not None and confirmed_until < today):
        return Standing(OfferHold.STALE, None)
    ends = [confirmed_until, None if checks is None else checks.last_day, closes_on]
    return Standing(None, min((day for day in ends if day is not None), default=None))


def _confirmed_until(misses: int, asked_at: datetime | None) -> date | None:
    """The last day on which an offer that nobody confirms is shown; None while it is not near."""
    if misses < MISSES_TO_WARN or asked_at is None:
        return None
    return london_day(asked_at) + LEFT_AFTER_WARNING


def stand(
    session: DatabaseSession,
    *,
    provider_id: uuid.UUID | None = None,
    offer_ids: Collection[uuid.UUID] | None = None,
    today: date | None = None,
) -> set[uuid.UUID]:
    """Work out anew how approved offers stand: of a provider, some, or all. The caller commits.

    Returns those that changed, which are also told to the catalogue. Call it in the transaction that
    changes what it depends on: a provider's state, its checks, what is demanded, an answer.
    """
    today = today or london_today()
    session.flush()
    if provider_id is None and offer_ids is None:
        found = sorted(_moved(session, None, None, today), key=lambda one: (one[0].provider_id, one[0].id))
        offer_ids = [row.id for row, _now in found]
    moved: set[uuid.UUID] = set()
    for some in _portions(offer_ids):
        hold_still(session, _owners(provider_id, some))
        changed: dict[Standing, list[uuid.UUID]] = {}
        for row, now in _moved(session, provider_id, some, today):
            changed.setdefault(now, []).append(row.id)
        for now, ids in changed.items():
            _keep(session, now, ids)
            moved.update(ids)
    if moved:
        # Also one that was hidden already by its day: a catalogue of yesterday has it still.
        mark_changed(session, sorted(moved) if len(moved) <= _FEW else None)
    return moved


def hold_still(session: DatabaseSession, which: Select[uuid.UUID]) -> None:
    """Let nobody else change these providers before this transaction ends.

    Whatever decides about what is public takes this first, before an offer or a draft: suspending a
    provider and approving one of its offers at the same moment then happen one after the other.
    """
    session.execute(
        select(Provider.id)
        .where(Provider.id.in_(which))
        .order_by(Provider.id)
        .with_for_update(key_share=True)
    )


def _owners(provider_id: uuid.UUID | None, offer_ids: Collection[uuid.UUID] | None) -> Select[uuid.UUID]:
    if offer_ids is None:
        return select(Provider.id).where(Provider.id == provider_id)
    return select(Offer.provider_id).where(Offer.id.in_(offer_ids))


def _portions(offer_ids: Collection[uuid.UUID] | None) -> Iterator[list[uuid.UUID] | None]:
    """Some identifiers at a time; None, where none were named, as it is."""
    if offer_ids is None:
        yield None
        return
    wanted = list(offer_ids)
    for first in range(0, len(wanted), _FEW):
        yield wanted[first : first + _FEW]


def out_of_step(session: DatabaseSession, *, today: date) -> dict[uuid.UUID, Standing]:
    """Approved offers of which something else is kept than what ``stand`` would keep; only read.

    One whose last day is over is left out: it is not shown, whether or not ``stand`` came by since.
    """
    return {
        row.id: now
        for row, now in _moved(session, None, None, today)
        if not (now.hold and row.hold is None and row.shown_until and row.shown_until < today)
    }


@dataclass(frozen=True, slots=True)
class _Row:
    id: uuid.UUID
    provider_id: uuid.UUID
    provider_status: ProviderStatus
    hold: OfferHold | None
    shown_until: date | None
    misses: int
    asked_at: datetime | None
    closes_at: datetime | None


def _moved(
    session: DatabaseSession,
    provider_id: uuid.UUID | None,
    offer_ids: Collection[uuid.UUID] | None,
    today: date,
) -> Iterator[tuple[_Row, Standing]]:
    """Approved offers that stand otherwise than what is kept, and how they stand."""
    if offer_ids is not None:
        yield from _moved_among(session, Offer.id.in_(offer_ids), today)
    elif provider_id is not None:
        yield from _moved_among(session, Offer.provider_id == provider_id, today)
    else:
        owners = _owners_of_moved(session, today)
        for first in range(0, len(owners), _FEW):
            some = owners[first : first + _FEW]
            yield from _moved_among(session, Offer.provider_id.in_(some), today)


def _moved_among(
    session: DatabaseSession, which: ColumnElement[bool], today: date
) -> Iterator[tuple[_Row, Standing]]:
    query = _with_provider(Offer.id, Offer.provider_id, *_KEPT).where(which).order_by(Offer.id)
    rows = [_Row(*row) for row in session.execute(query)]
    checks = standing_of(session, {row.provider_id for row in rows}, today=today)
    for row in rows:
        now = _standing_of_row(row, checks.get(row.provider_id), today)
        if now != Standing(row.hold, row.shown_until):
            yield row, now


def _owners_of_moved(session: DatabaseSession, today: date) -> list[uuid.UUID]:
    """Providers some of whose offers may stand otherwise than what is kept, in order.

    Most offers of a provider stand alike, so one row for each kind of them is looked at.
    """
    alike = _with_provider(Offer.provider_id, *_KEPT).distinct()
    rows = [_Row(row[0], *row) for row in session.execute(alike)]
    checks = standing_of(session, {row.provider_id for row in rows}, today=today)
    return sorted(
        {
            row.provider_id
            for row in rows
            if _standing_of_row(row, checks.get(row.provider_id), today)
            != Standing(row.hold, row.shown_until)
        }
    )


_KEPT = (Provider.status, Offer.hold, Offer.shown_until, Offer.misses, Offer.asked_at, Provider.closed_at)


def _with_provider(*columns: InstrumentedAttribute[Any]) -> Select[Any]:
    """Columns of approved offers and their providers."""
    return (
        select(*columns)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(Offer.status == OfferStatus.PUBLIC)
    )


def _standing_of_row(row: _Row, checks: ChecksStanding | None, today: date) -> Standing:
    return standing(
        provider=row.provider_status,
        checks=checks,
        misses=row.misses,
        asked_at=row.asked_at,
        today=today,
        closes_at=row.closes_at,
    )


def _keep(session: DatabaseSession, now: Standing, ids: list[uuid.UUID]) -> None:
    for first in range(0, len(ids), _FEW):
        session.execute(
            update(Offer)
            .where(Offer.id.in_(ids[first : first + _FEW]))
            .values(hold=now.hold, shown_until=now.shown_until)
            .execution_options(synchronize_session="fetch")
        )


def unconfirmed_offers(session: DatabaseSession, *, today: date) -> list[uuid.UUID]:
    """Approved offers that are not shown for no other reason than that nobody confirmed them, in the order
    of their identifiers: those held back for it, and those of which the last day for it is over."""
    over = Offer.hold.is_(None) & (Offer.shown_until < today) & (Offer.misses >= MISSES_TO_WARN)
    found = session.execute(
        select(Offer.id, Offer.hold, Offer.misses, Offer.asked_at, Offer.shown_until)
        .where(Offer.status == OfferStatus.PUBLIC, or_(Offer.hold == OfferHold.STALE, over))
        .order_by(Offer.id)
    )
    return [
        offer_id
        for offer_id, hold, misses, asked_at, shown_until in found
        if hold is OfferHold.STALE or _confirmed_until(misses, asked_at) == shown_until
    ]


def is_public(offer: Offer, *, today: date | None = None) -> bool:
    """Whether anyone may see an offer; the same condition as ``queries.public_offers``."""
    return (
        offer.status is OfferStatus.PUBLIC
        and offer.hold is None
        and (offer.shown_until is None or offer.shown_until >= (today or london_today()))
    )


def why_not_public(offer: Offer, *, today: date | None = None) -> str | None:
    """Why nobody sees an offer, for those who manage it; None where everyone does."""
    if is_public(offer, today=today):
        return None
    match offer.status:
        case OfferStatus.DRAFT:
            return _("It has not been sent to be checked yet.")
        case OfferStatus.WAITING:
            return _("It waits to be checked.")
        case OfferStatus.PAUSED:
            return _("It is paused.")
        case OfferStatus.CLOSED:
            return _("It is closed.")
        case _:
            return _why_held(offer.hold)


def _why_held(hold: OfferHold | None) -> str:
    match hold:
        case OfferHold.PROVIDER_NOT_CHECKED:
            return _("It was approved. It is shown when the provider has been checked too.")
        case OfferHold.PROVIDER_SUSPENDED:
            return _("The provider is suspended. Its offers are not shown.")
        case OfferHold.PROVIDER_CLOSED:
            return _("The provider has closed.")
        case OfferHold.STALE:
            return _(
                "Nobody has told us for a long time that it is still right. Say so and it is shown again."
            )
        case _:
            return _("A check that the council asks for is missing or has run out.")
