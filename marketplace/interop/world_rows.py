"""From the example world's records to the rows of the database, without a database.

Identifiers are UUIDs made from the records' own ids, so that every machine has the same ones and a
second run finds the rows of the first. Dates are moved by whole weeks: weekdays stay, and the world
is as fresh on the day it is loaded as on the day it was written.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from marketplace.geo.places import Place as FoundPlace
from marketplace.interop.people_file import SeedPerson
from marketplace.interop.world_files import MINUTES_A_DAY, SeedOffer, SeedPlace, SeedProvider
from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferFunding,
    OfferLevel,
    OfferSetting,
    OfferTheme,
    Place,
    Session,
)
from marketplace.people.models import Person
from marketplace.providers.examples import example_id
from marketplace.providers.models import Check, Provider
from marketplace.vocabulary import CheckKind, Day, OfferStatus, Origin

Row = dict[str, Any]
Locate = Callable[[str], FoundPlace]

# Whoever loads the world sees offers as last changed at this hour of the day they were confirmed.
_CHANGED_AT = dt.time(9, 0, tzinfo=dt.UTC)


def weeks_since(written_for: dt.date, today: dt.date) -> dt.timedelta:
    """Whole weeks from the day for which the world was written to today."""
    return dt.timedelta(weeks=(today - written_for).days // 7)


@dataclass(slots=True)
class WorldRows:
    """Rows for each table, complete: what is not here is not in the example world."""

    provider: list[Row] = field(default_factory=list)
    check: list[Row] = field(default_factory=list)
    place: list[Row] = field(default_factory=list)
    offer: list[Row] = field(default_factory=list)
    level: list[Row] = field(default_factory=list)
    theme: list[Row] = field(default_factory=list)
    setting: list[Row] = field(default_factory=list)
    feature: list[Row] = field(default_factory=list)
    funding: list[Row] = field(default_factory=list)
    session: list[Row] = field(default_factory=list)
    cost: list[Row] = field(default_factory=list)
    person: list[Row] = field(default_factory=list)

    def without(self, changed: Set[uuid.UUID], *, checked: Set[uuid.UUID]) -> WorldRows:
        """The same without these providers, offers and people, and without the checks of *checked*."""
        places = {row["place_id"] for row in self.offer if row["id"] in changed}
        left = {
            name: [
                row
                for row in getattr(self, name)
                if row.get("offer_id") not in changed and row.get("id") not in changed | places
            ]
            for name in (one.name for one in fields(self))
        }
        left["check"] = [row for row in self.check if row["provider_id"] not in checked]
        return WorldRows(**left)

    def tables(self) -> list[tuple[Any, list[Row], str | None]]:
        """Mapped class, rows, and the column that names the owner whose rows these all are.

        In an order in which every row comes after the rows it points to.
        """
        return [
            (Provider, self.provider, None),
            (Check, self.check, "provider_id"),
            (Place, self.place, None),
            (Offer, self.offer, None),
            (OfferLevel, self.level, "offer_id"),
            (OfferTheme, self.theme, "offer_id"),
            (OfferSetting, self.setting, "offer_id"),
            (OfferFeature, self.feature, "offer_id"),
            (OfferFunding, self.funding, "offer_id"),
            (Session, self.session, "offer_id"),
            (Cost, self.cost, "offer_id"),
            (Person, self.person, None),
        ]


def world_rows(
    providers: Iterable[SeedProvider],
    people: Iterable[SeedPerson],
    *,
    shift: dt.timedelta,
    loaded_on: dt.date,
    locate: Locate,
) -> WorldRows:
    """All rows of the example world. ``locate`` finds the place of a postcode that exists.

    ``loaded_on`` stands for the last change of an offer that nobody has confirmed yet.
    """
    rows = WorldRows()
    for provider in providers:
        _add_provider(rows, provider, shift, locate)
        for offer in provider.offers:
            _add_offer(rows, provider, offer, shift=shift, loaded_on=loaded_on, locate=locate)
    for person in people:
        rows.person.append(_person(person, locate))
    return rows


def _add_provider(rows: WorldRows, provider: SeedProvider, shift: dt.timedelta, locate: Locate) -> None:
    provider_id = example_id("provider", provider.id)
    home = next((offer.place.postcode for offer in provider.offers if offer.place.postcode), None)
    rows.provider.append(
        {
            "id": provider_id,
            "source_id": provider.id,
            "name": provider.name,
            "legal_form": provider.legal_form,
            "about": provider.about or "",
            "cqc_id": provider.cqc_id,
            "cqc_rating": provider.cqc_rating,
            "phone": provider.phone,
            "email": provider.email,
            "website": provider.website,
            "district_code": locate(home).district_code if home else None,
        }
    )
    rows.check.extend(
        {
            "id": example_id("check", f"{provider.id}:{check.kind}"),
            "provider_id": provider_id,
            "kind": check.kind,
            "seen_on": check.seen_on + shift,
            "seen_by": check.seen_by,
            "expires_on": _moved(check.expires_on, shift),
            "outcome": provider.cqc_rating or "" if check.kind is CheckKind.CQC_RATING else "",
        }
        for check in provider.checks
    )


def _add_offer(
    rows: WorldRows,
    provider: SeedProvider,
    offer: SeedOffer,
    *,
    shift: dt.timedelta,
    loaded_on: dt.date,
    locate: Locate,
) -> None:
    offer_id = example_id("offer", offer.id)
    confirmed = _moved(offer.confirmed, shift)
    rows.place.append(_place(offer.id, offer.place, locate))
    rows.offer.append(
        {
            "id": offer_id,
            "source_id": offer.id,
            "provider_id": example_id("provider", provider.id),
            "place_id": example_id("place", offer.id),
            "kind": offer.kind,
            "shared_lives_form": offer.shared_lives_form,
            "name": offer.name,
            "summary": offer.summary,
            "description": offer.description,
            "status": OfferStatus.PUBLIC,
            "vacancy": offer.vacancy,
            "min_age": offer.ages[0],
            "max_age": offer.ages[1],
            "group_size": offer.group_size,
            "staff_ratio": offer.staff_ratio,
            **_transport(offer),
            "flexible": offer.flexible,
            "shortest_visit_minutes": offer.shortest_visit,
            "bank_holidays": offer.bank_holidays,
            "languages": ", ".join(offer.languages),
            "confirmed_on": confirmed,
            "updated_at": dt.datetime.combine(confirmed or loaded_on, _CHANGED_AT),
        }
    )
    key: Row = {"offer_id": offer_id}
    rows.level += [key | {"level": int(level), "made_for": level in offer.made_for} for level in offer.serves]
    rows.theme += [key | {"theme": theme, "origin": Origin.STATED} for theme in offer.themes]
    rows.setting += [key | {"setting": setting} for setting in offer.settings]
    rows.feature += [key | {"feature": feature, "present": True} for feature in offer.has]
    rows.feature += [key | {"feature": feature, "present": False} for feature in offer.has_not]
    rows.funding += [key | {"route": route} for route in offer.paid_by]
    rows.session += _sessions(offer, shift)
    rows.cost += [
        key
        | {
            "id": example_id("cost", f"{offer.id}:{number}"),
            "basis": cost.basis,
            "amount": cost.amount or Decimal(0),
            "amount_to": cost.to,
            "note": cost.note,
        }
        for number, cost in enumerate(offer.costs)
    ]


def _transport(offer: SeedOffer) -> Row:
    if offer.transport is None or offer.transport == "none":
        offered = None if offer.transport is None else False
        return {"transport_offered": offered, "transport_radius_km": None, "transport_cost": None}
    return {
        "transport_offered": True,
        "transport_radius_km": float(offer.transport.radius_km),
        "transport_cost": offer.transport.cost,
    }


def _place(source_id: str, place: SeedPlace, locate: Locate) -> Row:
    found = locate(place.postcode) if place.postcode else None
    return {
        "id": example_id("place", source_id),
        "kind": place.kind,
        "name": place.name,
        "street": place.street,
        "town": place.town,
        "postcode": place.postcode,
        "lat": found.lat if found else None,
        "lon": found.lon if found else None,
        "precision": found.precision if found else None,
        "district_code": found.district_code if found else None,
        "radius_km": float(place.radius_km) if place.radius_km is not None else None,
    }


def _sessions(offer: SeedOffer, shift: dt.timedelta) -> Iterable[Row]:
    for number, session in enumerate(offer.sessions):
        for day in session.days:
            yield {
                "id": example_id("session", f"{offer.id}:{number}:{day}"),
                "offer_id": example_id("offer", offer.id),
                "day_number": list(Day).index(day),
                "starts_minute": session.time.start % MINUTES_A_DAY,
                "ends_minute": session.time.end,
                "repeats": session.repeats,
                "first_date": _moved(session.starts, shift),
                "last_date": _moved(session.ends, shift),
                "places": session.places,
                "places_left": session.left,
            }


def _person(person: SeedPerson, locate: Locate) -> Row:
    return {
        "id": example_id("person", person.reference),
        "reference": person.reference,
        "first_name": person.first_name,
        "age": person.age,
        "district_code": locate(person.postcode).district_code,
        "support_level": person.answers.get("support_level"),
        "answers": dict(person.answers),
        "counts_in_gaps": person.counts_in_gaps,
        "is_example": True,
    }


def _moved(day: dt.date | None, shift: dt.timedelta) -> dt.date | None:
    return None if day is None else day + shift
