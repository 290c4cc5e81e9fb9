"""What a person saved, and up to four of it side by side: typed objects for the templates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.directory.cards import Card, card
from marketplace.directory.check_words import CheckLine, check_lines
from marketplace.directory.words import brought_in_on
from marketplace.matching.facts import times_words
from marketplace.matching.fit import Fit, fit_of, points_of
from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import Ranking, rank
from marketplace.matching.result import Match, Say
from marketplace.matching.weights import VERSION
from marketplace.offers.models import Offer
from marketplace.offers.public_place import PublicPoints
from marketplace.offers.queries import offers_in_order
from marketplace.people.matches import current_catalogue, home_of
from marketplace.people.saved.models import SavedMatch
from marketplace.people.saved.queries import features_of
from marketplace.people.spoken import say, spoken_of
from marketplace.providers.checks import checks_of
from marketplace.vocabulary import N_, Feature, PlaceKind, Word
from marketplace.web.places import postcode_directory
from marketplace.web.templating import day_words

MOST_COMPARED = 4


class SavedOrder(Word):
    """How the list of what is saved may be sorted."""

    NEWEST = "newest", N_("Saved last")
    FIT = "fit", N_("Fits best")
    NEAREST = "nearest", N_("Shortest way")
    CHEAPEST = "cheapest", N_("Costs least")
    NAME = "name", N_("By name")


class Told(Enum):
    """What is known of something that a person must have, or would like."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"
    NOT_NEEDED = "not_needed"
    """It is about a place, and the person does not go to one."""


@dataclass(frozen=True, slots=True)
class SavedShown:
    """One saved offer as it is today, and what has changed since it was saved."""

    kept: SavedMatch
    name: str
    card: Card | None
    """None where it is no longer listed."""
    match: Match | None
    """None where it does not fit today's answers."""
    fit: Fit | None
    points: int | None
    changes: tuple[str, ...]

    @property
    def offer_id(self) -> UUID:
        return self.kept.offer_id


@dataclass(frozen=True, slots=True)
class Column:
    """One offer of a comparison."""

    offer_id: UUID
    name: str
    card: Card
    fit: Fit | None
    points: int | None
    weekly_cost: Decimal | None
    travel_cost: Decimal | None
    minutes: int | None
    times: tuple[str, ...]
    musts: Mapping[Feature, Told]
    likes: Mapping[Feature, Told]
    asks: tuple[str, ...]
    companion: str
    checks: tuple[CheckLine, ...]
    """What was seen of the provider and counts today."""


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: tuple[Column, ...]
    musts: tuple[Feature, ...]
    likes: tuple[Feature, ...]


def ranking_of(session: Session, answers: Mapping[str, Any], *, today: date) -> Ranking | None:
    """What fits *answers*; None where they have no goals yet."""
    if not answers.get("goals"):
        return None
    needs = parse_needs(answers)
    return rank(needs, current_catalogue(session), home=home_of(needs), today=today)


def match_of(ranking: Ranking | None, offer_id: UUID) -> Match | None:
    """The match of one offer; None where it does not fit, or nobody said what is wanted."""
    row = None if ranking is None else ranking.catalogue.row_of.get(offer_id)
    return None if ranking is None or row is None else ranking.of_offer(row)


def saved_shown(
    session: Session,
    kept: Sequence[SavedMatch],
    answers: Mapping[str, Any],
    *,
    order: SavedOrder,
    today: date,
    tells_score: bool,
) -> list[SavedShown]:
    """Everything in *kept* with today's match. The kept score is told only where *tells_score*."""
    ranking = ranking_of(session, answers, today=today) if kept else None
    offers = {offer.id: offer for offer in offers_in_order(session, [one.offer_id for one in kept])}
    shown = [
        _saved(
            one,
            offers.get(one.offer_id),
            match_of(ranking, one.offer_id),
            today=today,
            tells_score=tells_score,
            has_goals=ranking is not None,
        )
        for one in kept
    ]
    return _sorted(shown, order)


def comparison(
    session: Session, ids: Sequence[UUID], answers: Mapping[str, Any], *, today: date
) -> Comparison:
    """Public offers side by side, in the order of *ids*, at most four."""
    ranking = ranking_of(session, answers, today=today)
    offers = offers_in_order(session, list(dict.fromkeys(ids))[:MOST_COMPARED])
    features = features_of(session, [offer.id for offer in offers])
    checks = checks_of(session, {offer.provider_id for offer in offers})
    musts = _features(answers.get("must_have", ()))
    likes = _features(answers.get("would_like", ()))
    return Comparison(
        columns=tuple(
            _column(
                offer,
                match_of(ranking, offer.id),
                features.get(offer.id, {}),
                checks=check_lines(checks.get(offer.provider_id, ()), today=today)[0],
                musts=musts,
                likes=likes,
                today=today,
            )
            for offer in offers
        ),
        musts=musts,
        likes=likes,
    )


def _saved(
    kept: SavedMatch,
    offer: Offer | None,
    match: Match | None,
    *,
    today: date,
    tells_score: bool,
    has_goals: bool,
) -> SavedShown:
    return SavedShown(
        kept=kept,
        name=offer.name if offer else str(kept.result.get("name", "")),
        card=_card(offer, today=today) if offer else None,
        match=match,
        fit=fit_of(match.score) if match else None,
        points=points_of(match.score) if match else None,
        changes=tuple(_changes(kept, offer, match, tells_score=tells_score, has_goals=has_goals)),
    )


def _changes(
    kept: SavedMatch, offer: Offer | None, match: Match | None, *, tells_score: bool, has_goals: bool
) -> list[str]:
    """What a reader should know before they rely on what they saved."""
    if offer is None:
        return [gettext("It is no longer listed.")]
    told = []
    if offer.updated_at > kept.kept_at:
        day = day_words(offer.updated_at)
        told.append(
            gettext("It changed on %(day)s in the list that it came from.", day=day)
            if brought_in_on(offer)
            else gettext("The provider changed it on %(day)s.", day=day)
        )
    if tells_score and has_goals:
        if kept.score is not None and match is None:
            told.append(say(Say(N_("It no longer fits your answers."))))
        elif match is not None and kept.score is None:
            told.append(say(Say(N_("It did not fit your answers before. Now it does."))))
        elif match is not None and kept.score is not None:
            was, now = points_of(kept.score), points_of(match.score)
            if was != now:
                told.append(gettext("It was %(was)s of 100. Now it is %(now)s.", was=was, now=now))
        if kept.rules_version != VERSION:
            told.append(say(Say(N_("The rules of matching have changed since you saved it."))))
    return told


def _sorted(shown: list[SavedShown], order: SavedOrder) -> list[SavedShown]:
    """In the chosen order; what is not known comes last, and equals stay newest first."""
    last = float("inf")

    def minutes(one: SavedShown) -> float:
        return last if one.match is None or one.match.minutes is None else one.match.minutes

    def cost(one: SavedShown) -> float:
        unknown = one.match is None or one.match.weekly_cost is None
        return last if unknown else float(one.match.weekly_cost)  # type: ignore[union-attr,arg-type]

    if order is SavedOrder.FIT:
        return sorted(shown, key=lambda one: -(one.match.score if one.match else -1.0))
    if order is SavedOrder.NEAREST:
        return sorted(shown, key=minutes)
    if order is SavedOrder.CHEAPEST:
        return sorted(shown, key=cost)
    if order is SavedOrder.NAME:
        return sorted(shown, key=lambda one: one.name.casefold())
    return shown


def _column(
    offer: Offer,
    match: Match | None,
    features: Mapping[str, bool],
    *,
    checks: tuple[CheckLine, ...],
    musts: Collection[Feature],
    likes: Collection[Feature],
    today: date,
) -> Column:
    has_place = offer.place is None or offer.place.kind not in (PlaceKind.ONLINE, PlaceKind.TRAVELS_TO_YOU)
    return Column(
        offer_id=offer.id,
        name=offer.name,
        card=_card(offer, today=today),
        fit=fit_of(match.score) if match else None,
        points=points_of(match.score) if match else None,
        weekly_cost=match.weekly_cost if match else None,
        travel_cost=match.travel_cost if match else None,
        minutes=match.minutes if match else None,
        times=tuple(say(time) for time in times_words(match.sessions)) if match else (),
        musts={feature: _told(feature, features, has_place=has_place) for feature in musts},
        likes={feature: _told(feature, features, has_place=has_place) for feature in likes},
        asks=tuple(say(question) for question in match.ask) if match else (),
        companion=match.companion.name if match and match.companion else "",
        checks=checks,
    )


def _told(feature: Feature, features: Mapping[str, bool], *, has_place: bool) -> Told:
    present = features.get(feature.value)
    if present is not None:
        return Told.YES if present else Told.NO
    return Told.NOT_NEEDED if feature.is_of_a_place and not has_place else Told.NOT_KNOWN


def _features(names: Collection[str]) -> tuple[Feature, ...]:
    return tuple(feature for feature in Feature if feature.value in names)


def _card(offer: Offer, *, today: date) -> Card:
    point = PublicPoints(postcode_directory()).of_place(offer.place)
    return card(offer, number=0, point=point, km=None, today=today, whom=spoken_of())
