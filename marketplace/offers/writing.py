"""Writing a document to an offer's rows: those that stay keep their identifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import current_app, has_app_context
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.geo.places import Place as FoundPlace
from marketplace.geo.places import PostcodeError
from marketplace.geo.postcodes import PostcodeDirectoryMissingError
from marketplace.matching.embedding import Embedder, installed_embedder
from marketplace.offers.document import (
    OfferDocument,
    PlaceSaid,
    cost_columns,
    pause_columns,
    place_columns,
    plain_columns,
    session_columns,
    theme_rows,
)
from marketplace.offers.models import (
    Cost,
    Offer,
    OfferFeature,
    OfferFunding,
    OfferLevel,
    OfferSetting,
    OfferTheme,
    OfferVector,
    Pause,
    Place,
    Session,
)
from marketplace.offers.vectors import make_vectors, store_vectors, text_hash, text_of
from marketplace.settings import Settings
from marketplace.web.places import find_place

Locate = Callable[[str], FoundPlace]
OnWritten = Callable[[DatabaseSession, Offer], None]
_Registered = TypeVar("_Registered", bound=OnWritten)
_ON_WRITTEN: list[OnWritten] = []


def on_written(react: _Registered) -> _Registered:
    """Call *react* in the transaction that writes an offer's rows. Registering twice is once."""
    if react not in _ON_WRITTEN:
        _ON_WRITTEN.append(react)
    return react


def write_rows(
    session: DatabaseSession, offer: Offer, document: OfferDocument, *, locate: Locate | None = None
) -> None:
    """Make the rows of *offer* what *document* says, with its point and its vector; its version grows."""
    for name, value in plain_columns(document).items():
        setattr(offer, name, value)
    _write_place(session, offer, document.place, locate)
    _put(offer, "levels", OfferLevel, ("level",), _levels(document))
    _put(
        offer,
        "themes",
        OfferTheme,
        ("theme",),
        [{"theme": theme, "origin": origin} for theme, origin in theme_rows(document)],
    )
    _put(offer, "settings", OfferSetting, ("setting",), [{"setting": one} for one in document.settings])
    _put(
        offer,
        "features",
        OfferFeature,
        ("feature",),
        [{"feature": one, "present": there} for one, there in document.features.items()],
    )
    _put(offer, "funding", OfferFunding, ("route",), [{"route": route} for route in document.funding])
    _put(
        offer,
        "sessions",
        Session,
        ("day_number", "starts_minute", "ends_minute", "repeats", "first_date"),
        [session_columns(one) for one in document.sessions],
    )
    _put(offer, "pauses", Pause, ("first_date",), [pause_columns(one) for one in document.pauses])
    _put(offer, "costs", Cost, ("basis", "note"), [cost_columns(one) for one in document.costs])
    offer.version += 1
    offer.updated_at = datetime.now(UTC)
    session.flush()
    for react in _ON_WRITTEN:
        react(session, offer)
    _keep_vector(session, offer)


def _levels(document: OfferDocument) -> list[dict[str, object]]:
    return [{"level": int(level), "made_for": made} for level, made in document.levels.items()]


def _put(
    offer: Offer,
    name: str,
    kind: type[Any],
    key: tuple[str, ...],
    wanted: Iterable[Mapping[str, object]],
) -> None:
    """Make the offer's rows what is *wanted*. A row with the same *key* stays and keeps its identifier."""
    there: dict[tuple[object, ...], list[Any]] = defaultdict(list)
    for row in getattr(offer, name):
        there[tuple(getattr(row, one) for one in key)].append(row)
    rows = []
    for columns in wanted:
        same = there[tuple(columns[one] for one in key)]
        row = same.pop(0) if same else kind()
        for column, value in columns.items():
            if getattr(row, column) != value:
                setattr(row, column, value)
        rows.append(row)
    setattr(offer, name, rows)


def _write_place(
    session: DatabaseSession, offer: Offer, said: PlaceSaid | None, locate: Locate | None
) -> None:
    place = offer.place
    if said is None:
        offer.place = None
        return
    if place is None or _is_shared(session, place, offer):
        place = Place(kind=said.kind)
        offer.place = place
        session.add(place)
    moved = (place.postcode or "") != said.postcode or place.lat is None
    place.kind = said.kind
    for name, value in place_columns(said).items():
        setattr(place, name, value)
    if moved:
        found = _found(said.postcode, locate)
        place.lat = found.lat if found else None
        place.lon = found.lon if found else None
        place.precision = found.precision if found else None
        place.district_code = found.district_code if found else None
        if found and found.postcode:
            place.postcode = found.postcode


def _is_shared(session: DatabaseSession, place: Place, offer: Offer) -> bool:
    others = select(func.count()).where(Offer.place_id == place.id, Offer.id != offer.id)
    return bool(session.scalar(others))


def _found(postcode: str, locate: Locate | None) -> FoundPlace | None:
    """The point of a postcode; an unknown one has none, and then distance plays no part."""
    if not postcode or (locate is None and not has_app_context()):
        return None
    try:
        return (locate or find_place)(postcode)
    except (PostcodeError, PostcodeDirectoryMissingError):
        return None


def _keep_vector(session: DatabaseSession, offer: Offer) -> None:
    """Read what the offer is about anew where its words changed and a sentence model is installed."""
    embedder = _embedder()
    if embedder is None:
        return
    text = text_of(offer.name, offer.summary, offer.description)
    kept = session.execute(
        select(OfferVector.model, OfferVector.text_hash).where(OfferVector.offer_id == offer.id)
    ).one_or_none()
    if kept is None or tuple(kept) != (embedder.checksum, text_hash(text)):
        store_vectors(session, make_vectors(embedder, [(offer.id, text)]))


def _embedder() -> Embedder | None:
    if not has_app_context():
        return None
    settings = cast(Settings, current_app.extensions["marketplace.settings"])
    return installed_embedder() if settings.uses_sentence_model else None
