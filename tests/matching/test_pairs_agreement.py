"""Pairs found quickly are those that trying everybody with everything finds.

``MATCHING_PEOPLE=10000`` asks for more people than the suite's usual few.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from marketplace.matching.catalogue import Catalogue, OfferRow
from marketplace.matching.evaluate import evaluate
from marketplace.matching.needs import parse_needs
from marketplace.matching.pairs import with_pairs
from marketplace.matching.pairs_ways import Lift
from marketplace.matching.query import PARTS, compile_query
from marketplace.matching.ranking import rotation
from marketplace.matching.weights import MOST_PAIRED
from marketplace.vocabulary import Day, OfferKind, PlaceKind, Theme, TravelMode
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of
from tests.matching.oracle import judge
from tests.matching.pairs_oracle import plain_pairs
from tests.matching.random_world import random_needs, random_offer

PEOPLE = int(os.environ.get("MATCHING_PEOPLE", "80"))
OFFERS = 36
A_WORLD_FOR = 20
HELPERS = (OfferKind.PERSONAL_ASSISTANT, OfferKind.BUDDY, OfferKind.TRANSPORT)


def _offer(rng: random.Random, number: int) -> OfferRow:
    """Every third one comes to people and helps; the others are often about something wanted."""
    row = random_offer(rng, number)
    if number % 3:
        wanted = sum(theme.bit for theme in rng.sample(list(Theme), 12))
        day = rng.randrange(7) * 1440
        start = day + rng.randrange(480, 1080)
        return replace(
            row,
            themes=wanted,
            place_kind=rng.choice([PlaceKind.EXACT, PlaceKind.MASKED]),
            sessions=rng.choice([row.sessions, ((start, start + 90),)]),
            repeats=(),
            shortest_visit_minutes=rng.choice([None, 60]),
        )
    hours = tuple(
        (day * 1440 + rng.randrange(0, 600), day * 1440 + rng.randrange(900, 1440)) for day in range(7)
    )
    return replace(
        row,
        kind=rng.choice(HELPERS),
        place_kind=PlaceKind.TRAVELS_TO_YOU,
        radius_km=rng.choice([9.5, 25.0, 40.0]),
        levels=rng.choice([0, 15, row.levels]),
        transport_offered=rng.choice([True, True, False, None]),
        transport_radius_km=rng.choice([None, 12.0, 50.0]),
        features_no=rng.choice([0, row.features_no]),
        repeats=rng.choice([row.repeats, ()]) if len(row.sessions) < 2 else (),
        sessions=row.sessions if len(row.sessions) < 2 else hours,
    )


def _needs(rng: random.Random) -> dict[str, Any]:
    document = {**random_needs(rng), "postcode": "NG18 1AB"}
    if rng.random() < 0.7:
        document["goals"] = [{"theme": theme} for theme in rng.sample(list(Theme), 3)]
    if rng.random() < 0.6:
        document["weekly_budget"] = "200.00"
    if rng.random() < 0.6:
        document["when"] = {day.value: ["07:00-23:00"] for day in Day}
    # Each rule is still met, but not all of them by everybody, or hardly anything would be left.
    for field in ("support_level", "age", "must_have", "when", "weekly_budget"):
        if rng.random() < 0.5:
            document.pop(field, None)
    document["travel"] = {
        "modes": rng.sample(list(TravelMode), rng.choice([1, 1, 2])),
        "max_minutes": rng.choice([20, 30, 45, 60]),
        "with_support": rng.random() < 0.5,
        "wheelchair_space": rng.random() < 0.3,
        "passes": document.get("travel", {}).get("passes", []),
    }
    return document


def test_every_pair_of_a_random_world_is_found_and_no_other() -> None:
    rng = random.Random(31)
    lifts: set[Lift] = set()
    count = 0
    for number in range(PEOPLE):
        if number % A_WORLD_FOR == 0:
            catalogue, rows = _world(rng)
            turn = rotation(catalogue, TODAY)
        needs = parse_needs(_needs(rng))
        query = compile_query(needs, home=MANSFIELD, thesaurus=catalogue.text.thesaurus, today=TODAY)
        found = evaluate(query, catalogue, np.arange(len(catalogue)))
        close = np.column_stack(
            [
                np.zeros(len(rows))
                if goal.meaning is None
                else catalogue.text.closeness(goal.meaning, np.arange(len(rows)))
                for goal in query.goals
            ]
        )
        verdicts = [
            judge(needs, row, query.goals, close[at].tolist(), home=MANSFIELD, today=TODAY)
            for at, row in enumerate(rows)
        ]
        plain = plain_pairs(needs, rows, verdicts, home=MANSFIELD, today=TODAY)
        assert plain.tried <= MOST_PAIRED, "more offers than are tried: this compares too much"
        found, pairs = with_pairs(query, catalogue, found, turn=turn)
        where = (number, needs)
        assert {rows[pair.row] for pair in pairs} == set(plain.by_offer), where
        for pair in pairs:
            candidates = plain.by_offer[rows[pair.row]]
            best = candidates[0].score
            same = next(one for one in candidates if one.helper == rows[pair.helper])
            assert found.score[pair.at] == pytest.approx(best, abs=1e-9), where
            assert same.score == pytest.approx(best, abs=1e-9), where
            parts = {
                part: found.parts[pair.at, n]
                for n, part in enumerate(PARTS)
                if not np.isnan(found.parts[pair.at, n])
            }
            assert parts == pytest.approx(same.parts, abs=1e-6), where
            assert found.minutes[pair.at] == pytest.approx(same.way), where
            assert int(found.weekly_pence[pair.at]) == (-1 if same.weekly is None else same.weekly), where
            assert _sessions(catalogue, found, pair.at) == same.sessions, where
            lifts.add(pair.lift)
        count += len(pairs)
    assert lifts == set(Lift)
    assert count > PEOPLE / 2, "hardly any pairs, so little was compared"


def _world(rng: random.Random) -> tuple[Catalogue, list[OfferRow]]:
    rows = [_offer(rng, number) for number in range(OFFERS)]
    catalogue = catalogue_of(*rows)
    by_id = {row.id: row for row in rows}
    return catalogue, [by_id[one] for one in catalogue.ids]


def _sessions(catalogue: Catalogue, found: Any, at: int) -> frozenset[tuple[int, int]]:
    mine = (found.sessions.row == at) & found.sessions.usable
    index = found.sessions.index[mine]
    starts, ends = catalogue.columns.session_start[index], catalogue.columns.session_end[index]
    return frozenset(zip(starts.tolist(), ends.tolist(), strict=True))
