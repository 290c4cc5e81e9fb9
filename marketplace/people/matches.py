"""The results page: what fits a visitor's needs, in words that a reader understands.

Ranking is pure and knows no page; this turns one page of it into what the template shows.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any, cast
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.orm import Session

from marketplace.db import get_database, get_session
from marketplace.directory.cards import Card, card, pins
from marketplace.directory.map_drawing import MapDrawing, draw_map, outlines_in
from marketplace.geo.places import Place
from marketplace.geo.postcodes import PostcodeError
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.direction import idea_vectors
from marketplace.matching.embedding import installed_embedder
from marketplace.matching.fit import Fit, fit_of, points_of
from marketplace.matching.needs import Needs, parse_needs
from marketplace.matching.ranking import Filters, Ranking, rank
from marketplace.matching.result import Companion, Match, NearMiss, PartScore
from marketplace.matching.weights import VERSION, VERSION_DATE
from marketplace.offers.catalogue import EXTENSION, CatalogueHolder, kept_file
from marketplace.offers.models import Offer
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.queries import offers_in_order
from marketplace.people.closer import Outside, outside_home_area
from marketplace.people.spoken import say, spoken_of
from marketplace.people.steps import Step
from marketplace.settings import Mode
from marketplace.vocabulary import OfferKind, Part, PlaceKind, Stop, Theme
from marketplace.web import current_settings
from marketplace.web.places import find_place, postcode_directory

PAGE_SIZE = 10
FEW = 3
"""So few matches that the page also says what would give more."""
MOST_NEAR_MISSES = 5
MOST_HELPS = 5
MOST_REASONS = 3
GOOD_REASON = 0.5
"""A part below this is no reason for an offer; it stands in the details with its number."""

STEP_OF_STOP = {
    Stop.AGE: Step.SUPPORT,
    Stop.LEVEL: Step.SUPPORT,
    Stop.MUST_HAVE: Step.MUST,
    Stop.TRAVEL: Step.MINUTES,
    Stop.TIMES: Step.WHEN,
    Stop.COST: Step.BUDGET,
}

_ON_THE_CARD = frozenset({Part.TRAVEL, Part.COST})
_CAN_BE_CHANGED = frozenset({Stop.TRAVEL, Stop.TIMES, Stop.COST})


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part of a score for the table of all parts; numbers from 0 to 100."""

    part: Part
    score: int
    weight: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason on a card; a weak one is said, but not as something that speaks for the offer."""

    text: str
    is_weak: bool


@dataclass(frozen=True, slots=True)
class CompanionShown:
    """Who goes with the person or takes them there, and what both of them cost together."""

    id: UUID
    name: str
    kind: OfferKind
    cost: Decimal | None
    reason: str
    price: str


@dataclass(frozen=True, slots=True)
class MatchShown:
    """One match with its card, its reasons and what to ask."""

    card: Card
    match: Match
    fit: Fit
    points: int
    known: int
    """Of 100, how much of what counts for this person is known of the offer."""
    reasons: tuple[Reason, ...]
    asks: tuple[str, ...]
    parts: tuple[PartShown, ...]
    companion: CompanionShown | None
    outside: Outside | None
    """That it lies outside the person's council area, and what is nearer."""
    way: str
    """How they get there; '' where home is not known, or the card says that they come, or to ask where it is."""
    price: str
    """What one visit a week costs with the way there; '' where the card's price says it all."""


@dataclass(frozen=True, slots=True)
class MissShown:
    """An offer that nearly fits: what stands between, and which answer that is about."""

    miss: NearMiss
    where: str
    stop: Stop
    would_help: str
    is_help: bool
    """``would_help`` is a change; else it is only a fact about the offer."""
    step: Step | None


@dataclass(frozen=True, slots=True)
class Understood:
    """A goal in own words, what we took it to mean and to rule out, and the words that we read as others."""

    number: int
    text: str
    themes: tuple[Theme, ...]
    refused: tuple[str, ...]
    """What stands under a 'not', as it was written."""
    mended: tuple[tuple[str, str], ...]
    """What was written, and what we read it as."""


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """What ``find/results.html`` shows."""

    shown: tuple[MatchShown, ...]
    total: int
    total_without_filters: int
    page: int
    pages: int
    drawing: MapDrawing | None
    near_misses: tuple[MissShown, ...]
    would_help: tuple[tuple[str, int], ...]
    understood: tuple[Understood, ...]
    home: Place | None
    version: str
    version_date: date

    @property
    def first_number(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def is_few(self) -> bool:
        return self.total_without_filters <= FEW


def results_page(
    session: Session,
    answers: Mapping[str, Any],
    *,
    filters: Filters,
    page: int,
    today: date,
    leave_out: Collection[UUID] = (),
) -> ResultsPage:
    """Rank, filter, and explain one page of what fits *answers* (a needs document with goals).

    Offers to *leave_out* are those that the reader does not want to see again.
    """
    needs = parse_needs(answers)
    home = home_of(needs)
    whole = rank(needs, current_catalogue(session), home=home, today=today)
    everything = whole.without(leave_out)
    ranking = everything.filtered(filters).kinds_mixed()
    pages = max(1, ceil(len(ranking) / PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    matches = ranking.matches(start, start + PAGE_SIZE)
    misses = _near_misses(everything, leave_out) if page == pages else []
    wanted = [match.offer for match in matches] + [miss.offer for miss in misses]
    offers = {offer.id: offer for offer in offers_in_order(session, wanted)}
    points = PublicPoints(postcode_directory())
    places = {offer.id: offer.place for offer in offers.values()}
    outside = outside_home_area(session, everything, matches, places, home=home)
    shown = tuple(
        _shown(
            match,
            offers[match.offer],
            number=number,
            points=points,
            today=today,
            outside=outside.get(match.offer),
        )
        for number, match in enumerate(matches, start=start + 1)
        if match.offer in offers
    )
    # Counted by matching again, so only where the page shows it: at the end of the list.
    helps = MOST_HELPS if len(everything) <= FEW else FEW
    changes = whole.what_would_help(today=today, limit=helps) if page == pages else ()
    return ResultsPage(
        shown=shown,
        total=len(ranking),
        total_without_filters=len(everything),
        page=page,
        pages=pages,
        drawing=_drawing(shown, home),
        near_misses=tuple(
            _miss(miss, offers[miss.offer], points=points, today=today)
            for miss in misses
            if miss.offer in offers
        ),
        would_help=tuple((say(change.change), change.more_matches) for change in changes),
        understood=_understood(everything),
        home=home,
        version=VERSION,
        version_date=VERSION_DATE,
    )


def current_catalogue(session: Session) -> Catalogue:
    """The catalogue that all threads of this process share, fresh as of *session*."""
    holder = current_app.extensions.get(EXTENSION)
    if holder is None:
        settings = current_settings()
        embedder = installed_embedder() if settings.uses_sentence_model else None
        new = CatalogueHolder(
            settings.seeds_dir,
            postcode_directory(),
            embedder=embedder,
            # In tests all sessions share one connection, which two threads can't use at a time.
            open_session=None if settings.mode is Mode.TEST else get_database().read,
            kept_at=kept_file(settings),
        )
        holder = current_app.extensions.setdefault(EXTENSION, new)
    return cast(CatalogueHolder, holder).current(session)


def warm(app: Flask) -> None:
    """Make the catalogue in the background, so that the first visitor does not wait for it."""

    def make() -> None:
        with app.app_context():
            catalogue = current_catalogue(get_session())
            if catalogue.text.embedder is not None:
                idea_vectors(catalogue.text.embedder, catalogue.text.thesaurus.names)

    threading.Thread(target=make, name="warm-catalogue", daemon=True).start()


def home_of(needs: Needs) -> Place | None:
    """The place of the needs' postcode; None where there is none, or it is no longer known."""
    if not needs.postcode:
        return None
    try:
        return find_place(needs.postcode)
    except PostcodeError:
        return None  # kept before the directory changed: distance then plays no part


def _near_misses(ranking: Ranking, leave_out: Collection[UUID]) -> list[NearMiss]:
    found = ranking.near_misses(MOST_NEAR_MISSES + len(leave_out))
    return [miss for miss in found if miss.offer not in leave_out][:MOST_NEAR_MISSES]


def _shown(
    match: Match, offer: Offer, *, number: int, points: PublicPoints, today: date, outside: Outside | None
) -> MatchShown:
    return MatchShown(
        card=_card(match, offer, number=number, points=points, today=today),
        match=match,
        fit=fit_of(match.score),
        points=points_of(match.score),
        known=points_of(match.confidence),
        reasons=_reasons(match),
        asks=tuple(say(question) for question in match.ask),
        parts=tuple(_part(part) for part in match.parts),
        companion=None if match.companion is None else _companion(match.companion),
        outside=outside,
        way=_way(match, offer),
        price="" if match.price is None else say(match.price),
    )


def _way(match: Match, offer: Offer) -> str:
    known = offer.place is not None and offer.place.kind is not PlaceKind.TRAVELS_TO_YOU
    return say(match.way) if match.way is not None and known else ""


def _companion(companion: Companion) -> CompanionShown:
    return CompanionShown(
        id=companion.offer,
        name=companion.name,
        kind=companion.kind,
        cost=companion.weekly_cost,
        reason=say(companion.reason),
        price=say(companion.price),
    )


def _reasons(match: Match) -> tuple[Reason, ...]:
    """What the person wants to do always comes first, even where it fits weakly; then what counts most.

    What the card says in a line of its own is not said again: the way there, the cost, and of two who
    work together when that is and who goes along.
    """
    said = set(_ON_THE_CARD)
    if match.companion is not None:
        said |= {Part.TRANSPORT, Part.TIMES} if match.companion.tells_times else {Part.TRANSPORT}
    elif match.minutes == 0:
        said.add(Part.TRANSPORT)
    parts = [part for part in match.parts if part.part not in said]
    best = sorted(parts, key=lambda part: (part.part is not Part.GOALS, -part.score * part.weight))
    told = [part for part in best if part.part is Part.GOALS or part.score >= GOOD_REASON]
    return tuple(Reason(say(part.reason), part.score < GOOD_REASON) for part in told[:MOST_REASONS])


def _card(match: Match | NearMiss, offer: Offer, *, number: int, points: PublicPoints, today: date) -> Card:
    place = offer.place
    exact = place is not None and place.kind is PlaceKind.EXACT
    # From the true point of a home, three searches would find the door: only exact places say how far.
    km = match.distance_km if exact and isinstance(match, Match) else None
    point = points.of_place(place)
    return card(offer, number=number, point=point, km=km, today=today, whom=spoken_of())


def _part(part: PartScore) -> PartShown:
    return PartShown(part.part, round(part.score * 100), round(part.weight * 100), say(part.reason))


def _miss(miss: NearMiss, offer: Offer, *, points: PublicPoints, today: date) -> MissShown:
    # How far somebody comes is not in this reader's hands.
    is_theirs = (
        miss.stop is Stop.TRAVEL and offer.place is not None and offer.place.kind is PlaceKind.TRAVELS_TO_YOU
    )
    return MissShown(
        miss=miss,
        where=_card(miss, offer, number=0, points=points, today=today).where,
        stop=miss.stop,
        would_help=say(miss.would_help),
        is_help=miss.stop in _CAN_BE_CHANGED and not is_theirs,
        step=None if is_theirs else STEP_OF_STOP.get(miss.stop),
    )


def _drawing(shown: Sequence[MatchShown], home: Place | None) -> MapDrawing | None:
    return draw_map(
        pins([one.card for one in shown]),
        None if home is None else (home.lat, home.lon),
        outlines=outlines_in(current_settings().seeds_dir),
    )


def _understood(ranking: Ranking) -> tuple[Understood, ...]:
    return tuple(
        Understood(
            number,
            compiled.goal.text,
            tuple(compiled.said),
            compiled.meaning.refused_phrases,
            tuple(compiled.meaning.mended.items()),
        )
        for number, compiled in enumerate(ranking.query.goals)
        if compiled.meaning is not None
        and (compiled.said or compiled.meaning.refused_phrases or compiled.meaning.mended)
    )
