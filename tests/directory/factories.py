"""Real rows for the directory's tests: each call writes one offer with all that it needs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session as DatabaseSession

from marketplace.geo.places import Precision
from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferFunding,
    OfferLevel,
    OfferTheme,
    Place,
    Session,
)
from marketplace.providers.models import Check, Provider
from marketplace.vocabulary import (
    CheckKind,
    CostBasis,
    Day,
    Feature,
    FundingRoute,
    LegalForm,
    OfferKind,
    OfferStatus,
    PlaceKind,
    Repeats,
    Theme,
    Vacancy,
)

MANSFIELD = ("NG18 1AB", 53.1440, -1.1970)
WORKSOP = ("S80 1EJ", 53.3040, -1.1240)
NORWICH = ("NR2 1TF", 52.6290, 1.2920)


def provider(session: DatabaseSession, **fields: Any) -> Provider:
    made = Provider(**{"name": "Oakfield Centre", "legal_form": LegalForm.CHARITY, **fields})
    session.add(made)
    session.flush()
    return made


def personal_assistant(session: DatabaseSession, **fields: Any) -> Provider:
    """With everything that must never be shown."""
    hidden = {
        "phone": "07700 900123",
        "email": "dawn.okafor@example.example",
        "website": "https://dawn.example",
    }
    return provider(
        session,
        **{"name": "Dawn Okafor", "legal_form": LegalForm.SELF_EMPLOYED_PA, **hidden, **fields},
    )


def place(
    kind: PlaceKind = PlaceKind.EXACT, at: tuple[str, float, float] = MANSFIELD, **fields: Any
) -> Place:
    postcode, lat, lon = at
    known = {} if kind is PlaceKind.ONLINE else {"postcode": postcode, "lat": lat, "lon": lon}
    precise = {} if kind is PlaceKind.ONLINE else {"precision": Precision.POSTCODE, "town": "Mansfield"}
    return Place(kind=kind, **{**known, **precise, **fields})


def times(days: Iterable[Day], start: int, end: int, **fields: Any) -> list[Session]:
    """Sessions from *start* to *end*, in hours."""
    return [
        Session(
            day_number=day.position,
            starts_minute=start * 60,
            ends_minute=end * 60,
            repeats=fields.pop("repeats", Repeats.WEEKLY),
            **fields,
        )
        for day in days
    ]


def price(amount: str, basis: CostBasis = CostBasis.SESSION) -> Cost:
    return Cost(basis=CostBasis.FREE if amount == "0" else basis, amount=Decimal(amount))


def check(kind: CheckKind, *, seen_on: date, expires_on: date | None = None) -> Check:
    return Check(kind=kind, seen_on=seen_on, seen_by="Nottinghamshire market team", expires_on=expires_on)


def offer(
    session: DatabaseSession,
    name: str = "Tuesday kitchen",
    *,
    by: Provider | None = None,
    at: Place | None = None,
    themes: Iterable[Theme] = (),
    features: Mapping[Feature, bool] | None = None,
    levels: Mapping[int, bool] | None = None,
    sessions: Iterable[Session] = (),
    costs: Iterable[Cost] = (),
    funding: Iterable[FundingRoute] = (),
    **fields: Any,
) -> Offer:
    """A public day service unless told otherwise; ``levels`` says of each whether made for it."""
    made = Offer(
        id=fields.pop("id", uuid.uuid4()),
        name=name,
        provider=by or provider(session),
        place=at,
        **{
            "kind": OfferKind.DAY_SERVICE,
            "status": OfferStatus.PUBLIC,
            "vacancy": Vacancy.OPEN,
            "updated_at": datetime.now(UTC),
            **fields,
        },
    )
    made.themes = [OfferTheme(theme=theme) for theme in themes]
    made.features = [OfferFeature(feature=one, present=here) for one, here in (features or {}).items()]
    made.levels = [OfferLevel(level=level, made_for=main) for level, main in (levels or {}).items()]
    made.funding = [OfferFunding(route=route) for route in funding]
    made.sessions, made.costs = list(sessions), list(costs)
    session.add(made)
    session.flush()
    return made
