"""What a page shows of a provider or an offer that might go: before, after, and what could stand in."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import Session

from marketplace.commissioning.next_offers.closing_reading import Lost
from marketplace.commissioning.report.index import ReportIndex
from marketplace.commissioning.report.near import FreePlaces, district_of, free_places
from marketplace.directory.words import public_name
from marketplace.gaps.disclosure import Shown
from marketplace.gaps.near_fits import stand_ins
from marketplace.geo.districts import District
from marketplace.offers.models import Offer, Place
from marketplace.offers.queries import offer_ids_of, offers_in_order, public_offers
from marketplace.people.matches import current_catalogue
from marketplace.providers.models import Provider
from marketplace.vocabulary import N_, Theme, Word

SHORTEST_SEARCH = 2


class GoingOrder(Word):
    """In which order providers stand."""

    PEOPLE = "people", N_("Most people first")
    OFFERS = "offers", N_("Most offers first")
    NAME = "name", N_("Name")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingLine:
    """One provider of the list."""

    id: uuid.UUID
    name: str
    offers: int
    people: Shown | None
    """Who would find nothing any more, at least; None where that is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One district and theme."""

    district_code: str
    theme: Theme
    before: Shown | None
    people: Shown
    after: Shown
    """At least: what is told of before, and those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsteadLine:
    """One offer that could stand in."""

    offer: Offer
    district: str
    km: int
    places: FreePlaces


def going_lines(
    session: Session,
    codes: Collection[str],
    lost: Mapping[uuid.UUID, Lost],
    *,
    words: str = "",
    order: GoingOrder = GoingOrder.PEOPLE,
) -> list[GoingLine]:
    """Providers with a public offer in one of the districts *codes*, and those whom people there would
    miss; with *words* in their name."""
    is_here: ColumnElement[bool] = or_(
        Place.district_code.in_(codes),
        Place.district_code.is_(None) & Provider.district_code.in_(codes),
        Provider.id.in_(lost),
    )
    found = session.execute(
        public_offers()
        .join(Provider, Provider.id == Offer.provider_id)
        .outerjoin(Place, Place.id == Offer.place_id)
        .where(is_here)
        .with_only_columns(Provider, func.count(Offer.id))
        .group_by(Provider.id)
    )
    lines = [
        GoingLine(
            id=provider.id,
            name=public_name(provider),
            offers=number,
            people=lost[provider.id].people if provider.id in lost else None,
        )
        for provider, number in found
    ]
    wanted = words.casefold().split()
    lines = [line for line in lines if all(word in line.name.casefold() for word in wanted)]

    def size(line: GoingLine) -> int:
        return -((line.people.number or 0) if line.people else 0)

    match order:
        case GoingOrder.OFFERS:
            return sorted(lines, key=lambda one: (-one.offers, one.name.casefold(), one.id))
        case GoingOrder.NAME:
            return sorted(lines, key=lambda one: (one.name.casefold(), one.id))
        case _:
            return sorted(lines, key=lambda one: (size(one), one.name.casefold(), one.id))


def provider_that_may_go(session: Session, provider_id: uuid.UUID) -> tuple[Provider, list[Offer]] | None:
    """A provider and its public offers by name; None for one without any."""
    offers = offers_in_order(session, offer_ids_of(session, provider_id))
    return (offers[0].provider, offers) if offers else None


def changes_of(lost: Lost, index: ReportIndex, codes: Sequence[str]) -> list[Change]:
    """Before and after for each district and theme that is told."""
    changes = []
    for one in lost.wishes:
        if one.district_code not in codes:
            continue
        before = index.unmet(one.district_code, one.theme)
        known = (before.number or 0) if before is not None else 0
        changes.append(
            Change(
                district_code=one.district_code,
                theme=one.theme,
                before=before,
                people=one.people,
                after=Shown(known + (one.people.number or 0)),
            )
        )
    return changes


def instead_of(
    session: Session, offers: Sequence[Offer], provider_offers: Sequence[Offer], facts: Mapping[str, District]
) -> list[InsteadLine]:
    """Public offers of other providers with places that are like *offers* and near them."""
    catalogue = current_catalogue(session)

    def rows(some: Sequence[Offer]) -> list[int]:
        return [catalogue.row_of[one.id] for one in some if one.id in catalogue.row_of]

    found = stand_ins(catalogue, np.array(rows(offers), dtype=np.int64), without=set(rows(provider_offers)))
    ids = [catalogue.ids[one.row] for one in found]
    known = {offer.id: offer for offer in offers_in_order(session, ids)}
    return [
        InsteadLine(
            offer=known[one_id],
            district=district_of(known[one_id], facts),
            km=round(one.km),
            places=free_places(known[one_id]),
        )
        for one, one_id in zip(found, ids, strict=True)
        if one_id in known
    ]
