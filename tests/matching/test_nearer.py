"""Matches nearer home for the same wish."""

from __future__ import annotations

from typing import Any

from marketplace.matching.catalogue import OfferRow
from marketplace.matching.nearer import nearer_for_the_same_wish
from marketplace.vocabulary import PlaceKind, Theme
from tests.matching.offers import match, offer

FAR = offer("Far kitchen", lat=53.30)
NEAR = offer("Near kitchen")
BY_CAR: dict[str, Any] = {"travel": {"modes": ["car"], "max_minutes": 60}}


def _nearer(*others: OfferRow, goals: list[dict[str, Any]] | None = None, limit: int = 10) -> list[str]:
    document = {**BY_CAR, **({"goals": goals} if goals else {})}
    ranking = match(document, FAR, *others)
    catalogue = ranking.catalogue
    at = [int(one) for one in ranking.order if catalogue.names[ranking.found.rows[one]] == FAR.name]
    positions = nearer_for_the_same_wish(ranking, at[0], limit=limit)
    return [catalogue.names[ranking.found.rows[one]] for one in positions]


def test_the_best_nearer_match_comes_first_and_no_more_than_asked_for() -> None:
    middle = offer("Kitchen on the way", lat=53.20)
    assert _nearer(middle, NEAR) == [NEAR.name, middle.name]
    assert _nearer(middle, NEAR, limit=1) == [NEAR.name]


def test_what_is_further_away_is_not_nearer() -> None:
    assert _nearer(offer("Further kitchen", lat=53.35)) == []


def test_it_is_about_the_wish_that_the_far_one_serves_best() -> None:
    swimming = offer("Near pool", themes=Theme.SWIMMING.bit)
    wishes = [{"theme": "swimming", "importance": 3}, {"theme": "cookery", "importance": 1}]
    assert _nearer(swimming, NEAR, goals=wishes) == [NEAR.name]


def test_somebody_who_comes_to_the_person_and_what_is_online_are_no_place_nearer_home() -> None:
    comes = offer("Donna", place_kind=PlaceKind.TRAVELS_TO_YOU, radius_km=30.0)
    online = offer("Kitchen on screen", place_kind=PlaceKind.ONLINE, lat=None, lon=None)
    assert _nearer(comes, online) == []


def test_a_stopped_offer_is_never_named() -> None:
    other_level = offer("Kitchen for others", levels=0b1000, made_for=0b1000)
    ranking = match({**BY_CAR, "support_level": 1}, FAR, other_level)
    assert len(nearer_for_the_same_wish(ranking, int(ranking.order[0]), limit=5)) == 0
