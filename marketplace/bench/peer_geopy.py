"""The plain search as a first program would do it: a loop, and geopy's geodesic for every offer."""

from __future__ import annotations

import math

import geopy.distance

from marketplace.bench.search import (
    COMES,
    FULL,
    NEAR_SHARE,
    ONLINE,
    THEME_SHARE,
    WORD_SHARE,
    Search,
    SearchColumns,
)
from marketplace.matching.catalogue import Catalogue

ABOUT = "Python loop, geopy's geodesic for every offer"


class GeopyLoop:
    def __init__(self, catalogue: Catalogue, extra: SearchColumns) -> None:
        c, (starts, said, _) = catalogue.columns, catalogue.text.columns.by_row()
        first = starts.tolist()
        terms = said.tolist()
        self.offers = list(
            zip(
                c.lat.tolist(),
                c.lon.tolist(),
                c.place_kind.tolist(),
                c.radius_km.tolist(),
                c.vacancy.tolist(),
                c.features_no.tolist(),
                c.levels.tolist(),
                c.min_age.tolist(),
                c.max_age.tolist(),
                (c.themes | c.suggested_themes).tolist(),
                c.cost_pence.tolist(),
                c.session_count.tolist(),
                extra.weeks.tolist(),
                [frozenset(terms[first[row] : first[row + 1]]) for row in range(len(catalogue))],
                strict=True,
            )
        )

    def __call__(self, search: Search, limit: int = 20) -> list[tuple[int, float]]:
        home = (search.ruler.lat, search.ruler.lon)
        level = 1 << max(search.level - 1, 0)
        any_time = not any(search.week)
        terms = frozenset(search.terms)
        found = []
        for row, offer in enumerate(self.offers):
            lat, lon, place, radius, vacancy, no, levels, low, high, themes, price, sessions, week, words = (
                offer
            )
            km = math.inf if math.isnan(lat) else geopy.distance.geodesic(home, (lat, lon)).km
            placeless = math.isinf(km) or place == ONLINE
            theme, word = bool(themes & search.themes), not terms.isdisjoint(words)
            if (
                (placeless or km <= (radius if place == COMES else search.reach_km))
                and (theme or word)
                and vacancy != FULL
                and not no & search.must
                and (not search.level or levels & level or (not levels and search.level < 4))
                and (search.age < 0 or (search.age >= low and (high < 0 or search.age <= high)))
                and (any_time or not sessions or any(a & b for a, b in zip(week, search.week, strict=True)))
                and (search.budget_pence < 0 or price <= search.budget_pence)
            ):
                left = 0.0 if placeless else 1.0 - min(km / search.reach_km, 1.0)
                score = THEME_SHARE * theme + WORD_SHARE * word + NEAR_SHARE * left
                found.append((-score, km, row))
        return [(row, -score) for score, _, row in sorted(found)[:limit]]
