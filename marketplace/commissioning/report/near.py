"""The offers nearest to a gap, and what of each stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.commissioning.report.kept import Reading
from marketplace.commissioning.report.page import BandLine
from marketplace.commissioning.report.places import Places
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.hindrances import Hindrance
from marketplace.gaps.near_fits import near_fits
from marketplace.gaps.supply import ASSUMED_PLACES
from marketplace.geo.districts import District, district_name
from marketplace.offers.models import Offer
from marketplace.offers.queries import offers_in_order
from marketplace.offers.words import ages, cost_in_short
from marketplace.people.matches import current_catalogue
from marketplace.vocabulary import SupportLevel, Theme, Vacancy

GROWN_UP = 18
"""That an offer is for everybody from this age on says nothing worth looking at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreePlaces:
    """How many places an offer has left."""

    number: int
    is_assumed: bool
    """Nobody said; it is what the report takes for offers of the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearOffer:
    """One public offer near a gap."""

    offer: Offer
    district: str
    km: int
    """Whole kilometres in a straight line; 0 is under one, or that it comes to people."""
    in_the_way: tuple[Hindrance, ...]
    is_paid: bool
    """It costs something, or nobody said what."""
    price: str
    ages: str
    """'' where every adult may come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """From where and for whom we looked: the place with most unmet people that may be told, the part of
    the week and the level likewise. None where nothing of it is told."""

    outcode: str
    """'' is the middle of the district."""
    band: TimeBand | None
    level: SupportLevel | None
    offers: tuple[NearOffer, ...]


def free_places(offer: Offer) -> FreePlaces:
    """As the report counts them: those of its roomiest time, or an assumption by its kind."""
    if offer.vacancy in {Vacancy.FULL, Vacancy.WAITING_LIST}:
        return FreePlaces(number=0, is_assumed=False)
    left = [one.places_left for one in offer.sessions if one.places_left is not None]
    if left:
        return FreePlaces(number=max(left), is_assumed=False)
    return FreePlaces(number=ASSUMED_PLACES[offer.kind], is_assumed=True)


def _ages(offer: Offer) -> str:
    is_for_adults = offer.max_age is None and (offer.min_age or 0) <= GROWN_UP
    return "" if is_for_adults else ages(offer) or ""


def district_of(offer: Offer, facts: Mapping[str, District]) -> str:
    """The name of the district in which an offer is; '' where that is not known."""
    code = (offer.place.district_code if offer.place else None) or offer.provider.district_code
    return district_name(code, facts) if code else ""


def look_near(
    session: Session,
    reading: Reading,
    places: Places | None,
    *,
    district_code: str,
    theme: Theme,
    bands: Sequence[BandLine],
    facts: Mapping[str, District],
    evening: int,
) -> Looked | None:
    """The nearest offers about *theme*; None where the report tells no place of the district."""
    own = [key for key in (places.middles if places else {}) if key.split()[1] == district_code]
    if places is None or not own:
        return None
    row = reading.index.themes.get((district_code, theme))
    unmet = {one.place_key: one.unmet.number or 0 for one in (row.places if row else None) or ()}
    key = max(sorted(own), key=lambda one: unmet.get(one, 0))
    band = max(
        (one for one in bands if one.unmet and one.unmet.number),
        key=lambda one: (one.unmet.number or 0) if one.unmet else 0,
        default=None,
    )
    levels = [
        (unmet_of.number, level)
        for level, _, unmet_of in (band.levels if band else ())
        if level <= max(SupportLevel) and unmet_of is not None and unmet_of.number
    ]
    level = SupportLevel(max(levels, key=lambda one: (one[0], -one[1]))[1]) if levels else None
    catalogue = current_catalogue(session)
    here = [places.middles[one] for one in ([key] if unmet.get(key) else own)]
    lat, lon = (sum(one) / len(here) for one in zip(*here, strict=True))
    at = band.band if band else None
    found = near_fits(catalogue, lat=lat, lon=lon, theme=theme, band=at, level=level, evening=evening)
    ids = [catalogue.ids[one.row] for one in found]
    offers = {offer.id: offer for offer in offers_in_order(session, ids)}
    return Looked(
        outcode=key.split()[0] if unmet.get(key) else "",
        band=at,
        level=level,
        offers=tuple(
            NearOffer(
                offer=offers[one_id],
                district=district_of(offers[one_id], facts),
                km=round(one.km),
                in_the_way=one.in_the_way,
                is_paid=any(cost.amount for cost in offers[one_id].costs) or not offers[one_id].costs,
                price=cost_in_short(offers[one_id]),
                ages=_ages(offers[one_id]),
            )
            for one, one_id in zip(found, ids, strict=True)
            if one_id in offers
        ),
    )
