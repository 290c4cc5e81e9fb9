"""The catalogue in memory: built from the public offers, fresh at the next request.

The only crossing from the offers' tables to matching. Reads are plain columns, one statement a
table, because building objects for a hundred thousand offers would take half a minute.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.matching.catalogue import ROOM, Catalogue, OfferRow, build_catalogue
from marketplace.matching.embedding import Embedder, WholeVector
from marketplace.matching.needs import MINUTES_A_DAY
from marketplace.matching.patching import patch
from marketplace.matching.text import Thesaurus
from marketplace.offers.models import (
    CatalogueChange,
    CatalogueEpoch,
    Cost,
    Offer,
    OfferFeature,
    OfferFunding,
    OfferLevel,
    OfferTheme,
    Place,
    Session,
)
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.vectors import read_vectors, text_hash, text_of
from marketplace.settings import LONDON
from marketplace.vocabulary import CostBasis, OfferStatus, Origin, Repeats

THESAURUS_FILE = "thesaurus.yaml"

_VISIT_BASES = (
    CostBasis.FREE,
    CostBasis.SESSION,
    CostBasis.HOUR,
    CostBasis.NIGHT,
    CostBasis.WEEK,
)
"""Of an offer's prices, the first of these that it names is the one a visit is charged by."""


_PUBLIC_OFFERS = (
    select(
        Offer.id,
        Offer.name,
        Offer.kind,
        Offer.source_id,
        Offer.vacancy,
        Offer.min_age,
        Offer.max_age,
        Offer.transport_offered,
        Offer.transport_radius_km,
        Offer.transport_cost,
        Offer.flexible,
        Offer.shortest_visit_minutes,
        Offer.bank_holidays,
        Offer.summary,
        Offer.description,
        Place.kind.label("place_kind"),
        Place.postcode,
        Place.lat,
        Place.lon,
        Place.radius_km,
    )
    .outerjoin(Place, Offer.place_id == Place.id)
    .where(Offer.status == OfferStatus.PUBLIC)
    .order_by(Offer.id)
)


@dataclass(slots=True)
class _Held:
    epoch: int
    today: date
    catalogue: Catalogue


class CatalogueHolder:
    """One catalogue for a process and database; threads share it, one at a time rebuilds it."""

    def __init__(
        self, seeds_dir: Path, postcodes: PostcodeDirectory, *, embedder: Embedder | None = None
    ) -> None:
        self._points = PublicPoints(postcodes)
        self._embedder = embedder
        self._thesaurus_path = seeds_dir / THESAURUS_FILE
        self._thesaurus: Thesaurus | None = None
        self._held: _Held | None = None
        self._lock = threading.Lock()

    def current(self, session: DatabaseSession, *, today: date | None = None) -> Catalogue:
        """The catalogue as of this session's view of the database, or newer, on *today* in London.

        Offers that changed are put in; at midnight, when sessions may have come to their end, after
        a change of everything, or when there is no more room, it is made anew.
        """
        epoch = read_epoch(session)
        today = today or datetime.now(UTC).astimezone(LONDON).date()
        held = self._held
        if held is not None and held.today == today and held.epoch >= epoch:
            return held.catalogue
        with self._lock:
            held = self._held
            if held is None or held.today != today or held.epoch < epoch:
                held = self._held = self._renewed(session, held, epoch, today)
            return held.catalogue

    def _renewed(self, session: DatabaseSession, held: _Held | None, epoch: int, today: date) -> _Held:
        if held is not None and held.today == today:
            changed = changed_since(session, held.epoch)
            if changed is not None and len(changed) <= ROOM:
                rows = self._read(session, today, only=changed)
                found = {row.id: row for row in rows}
                if patch(held.catalogue, {offer_id: found.get(offer_id) for offer_id in changed}):
                    return _Held(epoch, today, held.catalogue)
        if self._thesaurus is None:
            self._thesaurus = Thesaurus.load(self._thesaurus_path)
        catalogue = build_catalogue(self._read(session, today), self._thesaurus, embedder=self._embedder)
        return _Held(epoch, today, catalogue)

    def _read(
        self, session: DatabaseSession, today: date, only: Collection[UUID] | None = None
    ) -> list[OfferRow]:
        rows = read_rows(session, today, self._points, only=only)
        if self._embedder is None:
            return rows
        vectors = read_vectors(session, self._embedder, only)
        return [_with_vector(row, vectors.get(row.id)) for row in rows]


def _with_vector(row: OfferRow, kept: tuple[str, WholeVector] | None) -> OfferRow:
    if kept is None or kept[0] != text_hash(row.text):
        return row
    return replace(row, vector=kept[1])


def changed_since(session: DatabaseSession, epoch: int) -> set[UUID] | None:
    """The offers that changed after *epoch*; None where everything did."""
    statement = select(CatalogueChange.offer_id).where(CatalogueChange.number > epoch)
    changed = set(session.scalars(statement))
    return None if None in changed else {offer_id for offer_id in changed if offer_id is not None}


def read_epoch(session: DatabaseSession) -> int:
    """The number of the last change of the public catalogue; 0 before the first."""
    return session.scalar(select(CatalogueEpoch.number)) or 0


def mark_changed(session: DatabaseSession, offer_ids: Iterable[UUID] | None = None) -> int:
    """Say, in the transaction that changes offers, that the catalogue did; None is 'everything'.

    The epoch's row is locked until the commit, so that numbers become visible in their order.
    """
    raised = update(CatalogueEpoch).values(number=CatalogueEpoch.number + 1)
    number = session.scalar(raised.returning(CatalogueEpoch.number))
    if number is None:
        number = 1
        session.add(CatalogueEpoch(id=1, number=number))
        session.flush()
    changed: list[UUID | None] = [None] if offer_ids is None else list(offer_ids)
    session.add_all(CatalogueChange(number=number, offer_id=offer_id) for offer_id in changed)
    return number


def read_rows(
    session: DatabaseSession,
    today: date,
    points: PublicPoints,
    *,
    only: Collection[UUID] | None = None,
) -> list[OfferRow]:
    """Every public offer (or *only* some) as matching needs it; ten statements whatever their number.

    An offer whose sessions are all over is left out; one that never said when it is on is not.
    A home, or the base of someone who comes to you, stands at its public point: with the true one
    behind the minutes of a result, three searches from three postcodes would find the door.
    """
    levels = _masks(session, only, OfferLevel.offer_id, OfferLevel.level, lambda level: 1 << (level - 1))
    made_for = _masks(
        session,
        only,
        OfferLevel.offer_id,
        OfferLevel.level,
        lambda level: 1 << (level - 1),
        OfferLevel.made_for.is_(True),
    )
    stated = _masks(
        session,
        only,
        OfferTheme.offer_id,
        OfferTheme.theme,
        _bit,
        OfferTheme.origin == Origin.STATED,
    )
    suggested = _masks(
        session,
        only,
        OfferTheme.offer_id,
        OfferTheme.theme,
        _bit,
        OfferTheme.origin == Origin.SUGGESTED,
    )
    features_yes = _masks(
        session,
        only,
        OfferFeature.offer_id,
        OfferFeature.feature,
        _bit,
        OfferFeature.present.is_(True),
    )
    features_no = _masks(
        session,
        only,
        OfferFeature.offer_id,
        OfferFeature.feature,
        _bit,
        OfferFeature.present.is_(False),
    )
    funding = _masks(session, only, OfferFunding.offer_id, OfferFunding.route, _bit)
    sessions, over = _sessions(session, today, only)
    costs = _costs(session, only)
    rows = []
    for one in session.execute(_of(_PUBLIC_OFFERS, Offer.id, only)):
        if one.id in over:
            continue
        timetable = sessions.get(one.id, [])
        point = points.of(one)
        basis, pence, is_range = costs.get(one.id, (None, None, False))
        rows.append(
            OfferRow(
                id=one.id,
                name=one.name,
                kind=one.kind,
                source_id=one.source_id,
                lat=None if point is None else point[0],
                lon=None if point is None else point[1],
                place_kind=one.place_kind,
                radius_km=one.radius_km,
                levels=levels.get(one.id, 0),
                made_for=made_for.get(one.id, 0),
                themes=stated.get(one.id, 0),
                suggested_themes=suggested.get(one.id, 0),
                features_yes=features_yes.get(one.id, 0),
                features_no=features_no.get(one.id, 0),
                min_age=one.min_age,
                max_age=one.max_age,
                vacancy=one.vacancy,
                transport_offered=one.transport_offered,
                transport_radius_km=one.transport_radius_km,
                transport_pence=_pence(one.transport_cost),
                flexible=one.flexible,
                shortest_visit_minutes=one.shortest_visit_minutes,
                cost_basis=basis,
                cost_pence=pence,
                cost_is_range=is_range,
                funding=funding.get(one.id, 0),
                sessions=tuple((start, end) for start, end, _ in timetable),
                repeats=tuple(repeats for _, _, repeats in timetable),
                bank_holidays=one.bank_holidays,
                text=text_of(one.name, one.summary, one.description),
            )
        )
    return rows


def _of(
    statement: Select[*tuple[Any, ...]], owner: InstrumentedAttribute[UUID], only: Collection[UUID] | None
) -> Select[*tuple[Any, ...]]:
    """The statement for *only* some offers, where some are named."""
    return statement if only is None else statement.where(owner.in_(only))


def _bit(word: Any) -> int:
    return int(word.bit)


def _masks(
    session: DatabaseSession,
    only: Collection[UUID] | None,
    owner: InstrumentedAttribute[UUID],
    value: InstrumentedAttribute[Any],
    bit_of: Any,
    *where: Any,
) -> dict[UUID, int]:
    bits: dict[Any, int] = {}
    masks: dict[UUID, int] = defaultdict(int)
    for offer_id, word in session.execute(_of(select(owner, value).where(*where), owner, only)):
        if word not in bits:
            bits[word] = bit_of(word)
        masks[offer_id] |= bits[word]
    return masks


def _sessions(
    session: DatabaseSession, today: date, only: Collection[UUID] | None
) -> tuple[dict[UUID, list[tuple[int, int, Repeats]]], set[UUID]]:
    """Sessions that are still to come, by offer; and the offers whose every session is over."""
    statement = select(
        Session.offer_id,
        Session.day_number,
        Session.starts_minute,
        Session.ends_minute,
        Session.repeats,
        Session.first_date,
        Session.last_date,
    ).order_by(Session.offer_id, Session.day_number, Session.starts_minute, Session.id)
    found: dict[UUID, list[tuple[int, int, Repeats]]] = defaultdict(list)
    timed = set()
    for offer_id, day, start, end, repeats, first_date, last_date in session.execute(
        _of(statement, Session.offer_id, only)
    ):
        timed.add(offer_id)
        last = first_date if repeats is Repeats.DATED and last_date is None else last_date
        if last is not None and last < today:
            continue
        first = day * MINUTES_A_DAY
        found[offer_id].append((first + start, first + end, repeats))
    return found, timed - set(found)


def _costs(
    session: DatabaseSession, only: Collection[UUID] | None
) -> dict[UUID, tuple[CostBasis, int, bool]]:
    """The price a visit is charged by: basis, lowest pence, and whether it differs."""
    prices: dict[UUID, dict[CostBasis, list[tuple[Decimal, Decimal | None]]]] = defaultdict(dict)
    statement = select(Cost.offer_id, Cost.basis, Cost.amount, Cost.amount_to)
    for offer_id, basis, amount, amount_to in session.execute(_of(statement, Cost.offer_id, only)):
        prices[offer_id].setdefault(basis, []).append((amount, amount_to))
    chosen = {}
    for offer_id, by_basis in prices.items():
        basis = next(basis for basis in _VISIT_BASES if basis in by_basis)
        amounts = by_basis[basis]
        lowest = min(amount for amount, _ in amounts)
        is_range = len(amounts) > 1 or any(to is not None for _, to in amounts)
        chosen[offer_id] = (basis, int(lowest * 100), is_range)
    return chosen


def _pence(pounds: Decimal | None) -> int | None:
    return None if pounds is None else int(pounds * 100)
