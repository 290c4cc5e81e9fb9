"""A swimmer without a car, a pool too far away, and those who take people there."""

from __future__ import annotations

from typing import Any

from marketplace.matching.catalogue import OfferRow
from marketplace.matching.ranking import Ranking
from marketplace.matching.result import Match
from marketplace.vocabulary import (
    CostBasis,
    Day,
    OfferKind,
    Part,
    PlaceKind,
    Theme,
)
from tests.matching.offers import levels, offer, session
from tests.matching.offers import match as ranked

SWIMMER: dict[str, Any] = {
    "goals": [{"theme": "swimming"}],
    "travel": {"modes": ["bus"], "max_minutes": 40},
    "when": {"tue": ["09:30-11:30"]},
}
"""Someone in Mansfield without a car, free on Tuesday morning. The bus to the pool takes 50 minutes."""


def pool(name: str = "Warm pool", **changes: Any) -> OfferRow:
    """A swimming session 12.3 km away, Tuesday 10:00 to 11:00, £5; 22 minutes by car."""
    usual: dict[str, Any] = {
        "lat": 53.25,
        "lon": -1.15,
        "themes": Theme.SWIMMING.bit,
        "sessions": (session(Day.TUE, "10:00", "11:00"),),
        "cost_basis": CostBasis.SESSION,
        "cost_pence": 500,
        "text": "Swimming in warm water.",
    }
    return offer(name, **{**usual, **changes})


def assistant(name: str = "Donna: swimming and tea", **changes: Any) -> OfferRow:
    """A Personal Assistant of Mansfield with a car (£3 a trip), free on Tuesdays 9 to 12, £16 an hour."""
    usual: dict[str, Any] = {
        "kind": OfferKind.PERSONAL_ASSISTANT,
        "place_kind": PlaceKind.TRAVELS_TO_YOU,
        "radius_km": 8.0,
        "themes": 0,
        "levels": levels(1, 2, 3),
        "transport_offered": True,
        "transport_radius_km": 30.0,
        "transport_pence": 300,
        "flexible": True,
        "shortest_visit_minutes": 60,
        "cost_basis": CostBasis.HOUR,
        "cost_pence": 1600,
        "sessions": (session(Day.TUE, "09:00", "12:00"),),
        "text": "I come along.",
    }
    return offer(name, **{**usual, **changes})


def minibus(name: str = "Village minibus", **changes: Any) -> OfferRow:
    """Transport from Mansfield, 20 km around, Tuesdays 8 to 17, £8 there and back."""
    usual: dict[str, Any] = {
        "kind": OfferKind.TRANSPORT,
        "transport_offered": None,
        "transport_radius_km": None,
        "transport_pence": None,
        "radius_km": 20.0,
        "cost_basis": CostBasis.SESSION,
        "cost_pence": 800,
        "sessions": (session(Day.TUE, "08:00", "17:00"),),
    }
    return assistant(name, **{**usual, **changes})


def match(document: dict[str, Any], *rows: OfferRow) -> Ranking:
    return ranked({**SWIMMER, **document}, *rows)


def only(ranking: Ranking) -> Match:
    assert len(ranking) == 1
    return ranking.match(0)


def score_of(found: Match, part: Part) -> float:
    return next(one.score for one in found.parts if one.part is part)


def reason_of(found: Match, part: Part) -> str:
    return next(str(one.reason) for one in found.parts if one.part is part)


def asked(found: Match) -> list[str]:
    return [str(question) for question in found.ask]
