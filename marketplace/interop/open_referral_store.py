"""Write the services that were read: found again by their identifiers, changed only where they differ."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.interop.importing import Outcome, Progress, Report, RowError
from marketplace.interop.open_referral import ReadFile
from marketplace.interop.open_referral_rows import OfferRows, Row, ServiceRows, imported_id, status_of
from marketplace.interop.open_referral_service import NOT_STATED
from marketplace.interop.row_sync import sync_rows
from marketplace.offers.catalogue import mark_changed
from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferSetting,
    OfferTheme,
    Place,
    Session,
)
from marketplace.offers.standing import stand
from marketplace.providers.checks import managed_here
from marketplace.providers.models import Provider
from marketplace.settings import LONDON
from marketplace.vocabulary import OfferStatus

_ONE_AT_A_TIME = 0x6F7275_6B
"""Number of the lock that keeps two imports from writing at once (PostgreSQL)."""
_FEW_CHANGES = 100
"""More changed offers than this are told to the catalogue as 'everything'."""
_AT_ONCE = 5_000


class _Stored(NamedTuple):
    """What is there already of an offer."""

    id: uuid.UUID
    source_id: str
    provider_id: uuid.UUID
    status: OfferStatus
    confirmed_on: Any
    updated_at: datetime


@dataclass(slots=True)
class _Import:
    session: DatabaseSession
    trusted: bool
    now: datetime
    report: Report
    changed_providers: set[uuid.UUID]
    refused_providers: set[str]
    by_service: dict[str, list[_Stored]]
    """Offers of services with several places, by the service's identifier."""
    in_file: set[uuid.UUID]
    """Every offer that the file names."""
    public_changes: set[uuid.UUID]
    managed: set[uuid.UUID]
    """Providers who look after their listings here: no file writes over what they say."""


def store_services(
    session: DatabaseSession,
    found: ReadFile,
    *,
    trusted: bool,
    now: datetime,
    progress: Progress = lambda _: None,
) -> Report:
    """Write *found* in the session's transaction; the caller commits.

    Without *trusted* new and changed listings wait for a moderator. A fixed number of statements for every
    `AT_ONCE` services.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    report = found.report
    managed = _managed(session, found)
    changed, refused = _sync_providers(session, found, trusted=trusted, managed=managed)
    job = _Import(
        session=session,
        trusted=trusted,
        now=now,
        report=report,
        changed_providers=changed,
        refused_providers=refused,
        by_service=_by_service(session),
        in_file=found.offer_ids,
        public_changes=set(),
        managed=managed,
    )
    for number, batch in enumerate(found.services(), start=1):
        _store_batch(job, batch)
        if number % 4 == 0:
            progress(f"Stored {report.read:,} services")
    if job.public_changes:
        few = len(job.public_changes) <= _FEW_CHANGES
        # A provider that was stopped here stays stopped, whatever a file says of its services.
        stand(session, offer_ids=job.public_changes if few else None, today=now.astimezone(LONDON).date())
        mark_changed(session, sorted(job.public_changes) if few else None)
    return report


def _sync_providers(
    session: DatabaseSession, found: ReadFile, *, trusted: bool, managed: set[uuid.UUID]
) -> tuple[set[uuid.UUID], set[str]]:
    """Write providers; those that changed, and identifiers that belong to somebody else here."""
    known: dict[str, tuple[uuid.UUID, str]] = {}
    for some in _portions(list(found.providers)):
        query = select(Provider.source_id, Provider.id, Provider.name).where(Provider.source_id.in_(some))
        known |= {source_id: (id_, name) for source_id, id_, name in session.execute(query) if source_id}
    refused = {
        source_id for source_id, (id_, _) in known.items() if id_ != imported_id("provider", source_id)
    }
    kept = set() if trusted else _vouched_for(session, found, [id_ for id_, _ in known.values()])
    kept |= managed
    rows = [
        row
        for source_id, row in found.providers.items()
        if source_id not in refused
        and row["id"] not in kept
        # A file that does not say who it is takes away no name that another one told.
        and not (row["name"] == NOT_STATED and source_id in known and known[source_id][1] != NOT_STATED)
    ]
    changed: set[uuid.UUID] = set()
    sync_rows(session, _table(Provider), rows, owner=None, owners=(), touched=changed)
    return changed, refused


def _managed(session: DatabaseSession, found: ReadFile) -> set[uuid.UUID]:
    """Those of the file's providers whom someone here looks after, or did."""
    ids = [row["id"] for row in found.providers.values()]
    return set().union(*(managed_here(session, some) for some in _portions(ids)))


def _vouched_for(session: DatabaseSession, found: ReadFile, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Providers with public offers that are not of this file: a file nobody vouches for can't rename them."""
    vouched: set[uuid.UUID] = set()
    for some in _portions(list(ids)):
        query = select(Offer.provider_id, Offer.id).where(
            Offer.provider_id.in_(some), Offer.status == OfferStatus.PUBLIC
        )
        vouched |= {provider for provider, offer in session.execute(query) if offer not in found.offer_ids}
    return vouched


def _by_service(session: DatabaseSession) -> dict[str, list[_Stored]]:
    found: dict[str, list[_Stored]] = defaultdict(list)
    for stored in _stored(session, Offer.source_id.contains("@", autoescape=True)):
        at = stored.source_id.find("@")
        while at > 0:
            found[stored.source_id[:at]].append(stored)
            at = stored.source_id.find("@", at + 1)
    return found


def _stored(session: DatabaseSession, which: Any) -> list[_Stored]:
    query = select(
        Offer.id, Offer.source_id, Offer.provider_id, Offer.status, Offer.confirmed_on, Offer.updated_at
    ).where(which)
    return [
        _Stored(id_, source_id or "", provider_id, status, confirmed_on, updated_at)
        for id_, source_id, provider_id, status, confirmed_on, updated_at in session.execute(query)
    ]


def _store_batch(job: _Import, batch: Sequence[ServiceRows]) -> None:
    stored = _stored_of(job.session, batch)
    of_others = {row.source_id for row in stored.values() if row.id != imported_id("offer", row.source_id)}
    job.managed |= managed_here(job.session, {row.provider_id for row in stored.values()})
    taken = []
    for service in batch:
        try:
            _check_owner(job, service, stored, of_others)
        except RowError as error:
            job.report.reject(service.number, error)
        else:
            taken.append(service)
    offers = [offer for service in taken for offer in service.offers]
    touched = _sync_offers(job, offers, stored)
    for service in taken:
        if service.provider["id"] in job.changed_providers:
            touched |= {offer.id for offer in service.offers}
    _settle(job, offers, touched, stored)
    gone = _close_what_is_gone(job, taken, stored)
    for service in taken:
        ids = {offer.id for offer in service.offers}
        if service.source_id in gone or (touched & ids and stored.keys() & ids):
            job.report.add(Outcome.UPDATED)
        else:
            job.report.add(Outcome.CREATED if touched & ids else Outcome.UNCHANGED)


def _stored_of(session: DatabaseSession, batch: Sequence[ServiceRows]) -> dict[uuid.UUID, _Stored]:
    """Offers that are there of these services, or under these identifiers."""
    source_ids = {offer.offer["source_id"] for service in batch for offer in service.offers}
    source_ids |= {service.source_id for service in batch}
    own = [own_id for service in batch if (own_id := _as_uuid(service.source_id))]
    rows: list[_Stored] = []
    for some in _portions(sorted(source_ids)):
        rows += _stored(session, Offer.source_id.in_(some))
    rows += _stored(session, Offer.id.in_(own)) if own else []
    return {row.id: row for row in rows}


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _check_owner(
    job: _Import, service: ServiceRows, stored: dict[uuid.UUID, _Stored], of_others: set[str]
) -> None:
    """A file changes only what came from a file like it, whatever identifiers it names."""
    if _as_uuid(service.source_id) in stored:
        raise RowError("id", f"{service.source_id} is an offer of this marketplace itself")
    for offer in service.offers:
        if offer.offer["source_id"] in of_others:
            raise RowError("id", f"{service.source_id} is the identifier of an offer that came another way")
    if any(offer.id in stored and stored[offer.id].provider_id in job.managed for offer in service.offers):
        raise RowError(
            "organization",
            f"{service.provider['name']}: its provider looks after this listing here. Nothing was changed",
        )
    if service.provider["source_id"] in job.refused_providers:
        raise RowError(
            "organization",
            f"{service.provider['source_id']} is the identifier of a provider that came another way",
        )


def _sync_offers(
    job: _Import, offers: Sequence[OfferRows], stored: dict[uuid.UUID, _Stored]
) -> set[uuid.UUID]:
    """Write offers and all that hangs on them; the ones of which anything was written.

    Levels, ways to pay, vacancy and transport are left alone: these files don't tell them, but
    providers may.
    """
    ids = [offer.id for offer in offers]
    touched: set[uuid.UUID] = set()
    places: set[uuid.UUID] = set()
    place_of = {imported_id("place", offer.offer["source_id"]): offer.id for offer in offers}
    sync_rows(
        job.session,
        _table(Place),
        [offer.place for offer in offers if offer.place],
        owner="id",
        owners=place_of,
        touched=places,
    )
    touched |= {place_of[place] for place in places}
    rows = [_offer_row(job, offer, stored.get(offer.id)) for offer in offers]
    sync_rows(job.session, _table(Offer), rows, owner=None, owners=(), touched=touched)
    parts: list[tuple[Any, Iterable[list[Row]]]] = [
        (OfferTheme, (offer.themes for offer in offers)),
        (OfferSetting, (offer.settings for offer in offers)),
        (OfferFeature, (offer.features for offer in offers)),
        (Session, (offer.sessions for offer in offers)),
        (Cost, (offer.costs for offer in offers)),
    ]
    for model, lists in parts:
        wanted = [row for rows_of_one in lists for row in rows_of_one]
        sync_rows(job.session, _table(model), wanted, owner="offer_id", owners=ids, touched=touched)
    return touched


def _offer_row(job: _Import, offer: OfferRows, stored: _Stored | None) -> Row:
    confirmed = offer.offer["confirmed_on"]
    if stored and stored.confirmed_on and (confirmed is None or stored.confirmed_on > confirmed):
        # The provider has confirmed it here since.
        confirmed = stored.confirmed_on
    return offer.offer | {
        "status": status_of(offer.shown, trusted=job.trusted, now=stored.status if stored else None),
        "confirmed_on": confirmed,
        "updated_at": stored.updated_at if stored else job.now,
    }


def _settle(
    job: _Import,
    offers: Sequence[OfferRows],
    touched: set[uuid.UUID],
    stored: dict[uuid.UUID, _Stored],
) -> None:
    """Changed offers get their date of change, and wait again where nobody vouches for the change."""
    changed = sorted(touched & stored.keys())
    if changed:
        job.session.execute(
            update(_table(Offer)).where(_table(Offer).c.id.in_(changed)).values(updated_at=job.now)
        )
    was_public = {id_ for id_ in touched if id_ in stored and stored[id_].status is OfferStatus.PUBLIC}
    becomes_public = {
        offer.id
        for offer in offers
        if offer.id in touched
        and status_of(
            offer.shown,
            trusted=job.trusted,
            now=stored[offer.id].status if offer.id in stored else None,
        )
        is OfferStatus.PUBLIC
    }
    if not job.trusted and becomes_public:
        _set_status(job.session, becomes_public, OfferStatus.WAITING)
        becomes_public = set()
    job.public_changes |= was_public | becomes_public


def _close_what_is_gone(
    job: _Import, services: Sequence[ServiceRows], stored: dict[uuid.UUID, _Stored]
) -> set[str]:
    """Close the listings of places that a service has no more; the services of which there were any."""
    by_source = {row.source_id: row for row in stored.values()}
    gone: set[str] = set()
    closed: set[uuid.UUID] = set()
    for service in services:
        there = [*job.by_service.get(service.source_id, ()), by_source.get(service.source_id)]
        for row in there:
            if (
                row is not None
                and row.id not in job.in_file
                and row.id == imported_id("offer", row.source_id)
                and row.status is not OfferStatus.CLOSED
            ):
                gone.add(service.source_id)
                closed.add(row.id)
                if row.status is OfferStatus.PUBLIC:
                    job.public_changes.add(row.id)
    if closed:
        _set_status(job.session, closed, OfferStatus.CLOSED)
    return gone


def _set_status(session: DatabaseSession, ids: set[uuid.UUID], status: OfferStatus) -> None:
    offers = _table(Offer)
    session.execute(update(offers).where(offers.c.id.in_(sorted(ids))).values(status=status))


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _portions(values: list[Any]) -> Iterable[list[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
