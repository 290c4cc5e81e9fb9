"""The offer document: everything that an offer says, in one frozen value.

Drafts are kept as its JSON, previews and differences are made from it, copies begin with it, and
publishing writes it to the tables. What is absent is *not known*; it is never read as 'no'. This is the
door: the values stand in ``said``, reading their JSON in ``reading``.
"""

from __future__ import annotations

from datetime import UTC, datetime

from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferFunding,
    OfferLevel,
    OfferSetting,
    OfferTheme,
    Pause,
    Place,
    Session,
)
from marketplace.offers.reading import DocumentError, parse_document
from marketplace.offers.said import (
    FIELDS,
    CostSaid,
    OfferDocument,
    PauseSaid,
    PlaceSaid,
    SessionSaid,
    blank,
    changed_fields,
    clock,
    with_fields_of,
)
from marketplace.providers.models import Provider
from marketplace.vocabulary import OfferStatus, Origin, SupportLevel, Theme

__all__ = [
    "FIELDS",
    "CostSaid",
    "DocumentError",
    "OfferDocument",
    "PauseSaid",
    "PlaceSaid",
    "SessionSaid",
    "as_offer",
    "blank",
    "changed_fields",
    "clock",
    "document_of",
    "parse_document",
    "transient",
    "with_fields_of",
]


def document_of(offer: Offer) -> OfferDocument:
    """What an offer's rows say."""
    return OfferDocument(
        kind=offer.kind,
        shared_lives_form=offer.shared_lives_form,
        name=offer.name,
        summary=offer.summary,
        description=offer.description,
        place=None if offer.place is None else _place_said(offer.place),
        levels={SupportLevel(row.level): row.made_for for row in offer.levels},
        themes=tuple(row.theme for row in offer.themes if row.origin is Origin.STATED),
        suggested=tuple(row.theme for row in offer.themes if row.origin is Origin.SUGGESTED),
        settings=tuple(row.setting for row in offer.settings),
        features={row.feature: row.present for row in offer.features},
        funding=tuple(row.route for row in offer.funding),
        sessions=tuple(session_said(row) for row in offer.sessions),
        pauses=tuple(pause_said(row) for row in offer.pauses),
        costs=tuple(cost_said(row) for row in offer.costs),
        vacancy=offer.vacancy,
        min_age=offer.min_age,
        max_age=offer.max_age,
        group_size=offer.group_size,
        staff_ratio=offer.staff_ratio or "",
        transport_offered=offer.transport_offered,
        transport_radius_km=offer.transport_radius_km,
        transport_cost=offer.transport_cost,
        flexible=offer.flexible,
        shortest_visit_minutes=offer.shortest_visit_minutes,
        bank_holidays=offer.bank_holidays,
        languages=tuple(one for part in offer.languages.split(",") if (one := part.strip())),
        household_id=offer.household_id,
    )


def as_offer(document: OfferDocument, *, of: Offer, provider: Provider) -> Offer:
    """An offer that is in no session and says *document*: for pages that show it before it is public.

    It has the identifier of *of*, and what only publishing sets (dates, the point on the map) is its own.
    """
    shown = transient(document)
    shown.id = of.id
    shown.provider, shown.provider_id = provider, provider.id
    shown.confirmed_on, shown.version = of.confirmed_on, of.version
    return shown


def transient(document: OfferDocument) -> Offer:
    """Rows that say *document*, in no session and of nobody: what reads rows can read a document."""
    place = document.place
    shown = Offer(
        place=None if place is None else Place(kind=place.kind, **place_columns(place)),
        status=OfferStatus.PUBLIC,
        updated_at=datetime.now(UTC),
        misses=0,
        **plain_columns(document),
    )
    shown.levels = [OfferLevel(level=int(level), made_for=made) for level, made in document.levels.items()]
    shown.themes = [OfferTheme(theme=theme, origin=origin) for theme, origin in theme_rows(document)]
    shown.settings = [OfferSetting(setting=setting) for setting in document.settings]
    shown.features = [OfferFeature(feature=one, present=here) for one, here in document.features.items()]
    shown.funding = [OfferFunding(route=route) for route in document.funding]
    shown.sessions = [Session(**session_columns(session)) for session in document.sessions]
    shown.pauses = [Pause(**pause_columns(pause)) for pause in document.pauses]
    shown.costs = [Cost(**cost_columns(cost)) for cost in document.costs]
    return shown


# What a part of a document is in the columns of its table, and back.


def plain_columns(document: OfferDocument) -> dict[str, object]:
    """The columns of the offer's own row."""
    return {
        "kind": document.kind,
        "shared_lives_form": document.shared_lives_form,
        "name": document.name,
        "summary": document.summary,
        "description": document.description,
        "vacancy": document.vacancy,
        "min_age": document.min_age,
        "max_age": document.max_age,
        "group_size": document.group_size,
        "staff_ratio": document.staff_ratio or None,
        "transport_offered": document.transport_offered,
        "transport_radius_km": document.transport_radius_km,
        "transport_cost": document.transport_cost,
        "flexible": document.flexible,
        "shortest_visit_minutes": document.shortest_visit_minutes,
        "bank_holidays": document.bank_holidays,
        "languages": ", ".join(document.languages),
        "household_id": document.household_id,
    }


def place_columns(place: PlaceSaid) -> dict[str, object]:
    """The columns of a place that the provider says; its point is not among them."""
    return {
        "name": place.name or None,
        "street": place.street or None,
        "town": place.town or None,
        "postcode": place.postcode or None,
        "radius_km": place.radius_km,
    }


def theme_rows(document: OfferDocument) -> list[tuple[Theme, Origin]]:
    """Each theme with who said so."""
    stated = [(theme, Origin.STATED) for theme in document.themes]
    return stated + [(theme, Origin.SUGGESTED) for theme in document.suggested]


def session_columns(session: SessionSaid) -> dict[str, object]:
    return {
        "day_number": session.day.position,
        "starts_minute": session.starts,
        "ends_minute": session.ends,
        "repeats": session.repeats,
        "first_date": session.first_date,
        "last_date": session.last_date,
        "places": session.places,
        "places_left": session.places_left,
    }


def pause_columns(pause: PauseSaid) -> dict[str, object]:
    return {"first_date": pause.first_date, "last_date": pause.last_date, "reason": pause.reason}


def cost_columns(cost: CostSaid) -> dict[str, object]:
    return {
        "basis": cost.basis,
        "amount": cost.amount,
        "amount_to": cost.amount_to,
        "note": cost.note or None,
    }


def session_said(row: Session) -> SessionSaid:
    return SessionSaid(
        day=row.day,
        starts=row.starts_minute,
        ends=row.ends_minute,
        repeats=row.repeats,
        first_date=row.first_date,
        last_date=row.last_date,
        places=row.places,
        places_left=row.places_left,
    )


def pause_said(row: Pause) -> PauseSaid:
    return PauseSaid(first_date=row.first_date, last_date=row.last_date, reason=row.reason)


def cost_said(row: Cost) -> CostSaid:
    return CostSaid(basis=row.basis, amount=row.amount, amount_to=row.amount_to, note=row.note or "")


def _place_said(place: Place) -> PlaceSaid:
    return PlaceSaid(
        kind=place.kind,
        name=place.name or "",
        street=place.street or "",
        town=place.town or "",
        postcode=place.postcode or "",
        radius_km=place.radius_km,
    )
