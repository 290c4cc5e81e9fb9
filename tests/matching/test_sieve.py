"""The list made from the rows that an early look leaves is the list made from evaluating everything."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import numpy as np
import pytest

from marketplace.geo.travel import DEFAULT_MODEL
from marketplace.matching.catalogue import Catalogue
from marketplace.matching.codes import PLACE_KINDS
from marketplace.matching.evaluate import Evaluation, evaluate
from marketplace.matching.near import STOPS, _changes, near_misses
from marketplace.matching.needs import Needs, parse_needs
from marketplace.matching.pairs import Pair, with_pairs
from marketplace.matching.patching import put_in
from marketplace.matching.query import Query, compile_query
from marketplace.matching.ranking import order_of, rank, rotation
from marketplace.matching.thesaurus import Thesaurus
from marketplace.settings import load_settings
from marketplace.vocabulary import PlaceKind, Stop
from tests.matching import test_pairs_agreement as pair_world
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of
from tests.matching.random_world import random_needs, random_offer

PEOPLE = int(os.environ.get("MATCHING_PEOPLE", "60"))
OFFERS = 400
FAR = 1.2
"""Degrees: up to 130 km away, so that most offers are out of reach and some nearly are."""


@pytest.fixture(scope="module")
def world() -> Catalogue:
    """Offers around Mansfield and further away; some have changed, and some are gone."""
    seeds = load_settings({"MARKETPLACE_ENV": "test"}).seeds_dir
    rng = random.Random(77)
    rows = []
    for number in range(OFFERS):
        row = (pair_world._offer if number % 2 else random_offer)(rng, number)
        if row.lat is not None and rng.random() < (0.3 if number % 2 else 0.7):
            row = replace(row, lat=row.lat + rng.uniform(-FAR, FAR), lon=-1.2 + rng.uniform(-FAR, FAR))
        rows.append(row)
    catalogue = catalogue_of(*rows, thesaurus=Thesaurus.load(seeds / "thesaurus.yaml"))
    changed = {row.id: replace(row, min_age=None, max_age=None) for row in rows[:20]}
    return put_in(catalogue, {**changed, **dict.fromkeys(row.id for row in rows[20:30])})


def _everything(query: Query, world: Catalogue) -> tuple[Evaluation, tuple[Pair, ...]]:
    found = evaluate(query, world, np.arange(len(world)))
    return with_pairs(query, world, found, turn=rotation(world, TODAY))


def _compiled(needs: Needs, world: Catalogue) -> Query:
    home = MANSFIELD if needs.postcode else None
    return compile_query(needs, home=home, thesaurus=world.text.thesaurus, today=TODAY)


def test_nothing_is_lost_by_looking_early(world: Catalogue) -> None:
    rng = random.Random(78)
    matched = paired = 0
    missed: set[Stop] = set()
    for number in range(PEOPLE):
        needs = parse_needs((pair_world._needs if number % 2 else random_needs)(rng))
        query = _compiled(needs, world)
        found, pairs = _everything(query, world)
        order = order_of(world, found, TODAY)
        ranking = rank(needs, world, home=query.home, today=TODAY)
        where = (number, needs)
        assert ranking.found.rows[ranking.order].tolist() == found.rows[order].tolist(), where
        here = ranking.order
        for name in ("score", "confidence", "minutes", "mode", "weekly_pence", "best_session"):
            mine, all_of_them = getattr(ranking.found, name)[here], getattr(found, name)[order]
            np.testing.assert_array_equal(mine, all_of_them, err_msg=f"{name} of {where}")
        np.testing.assert_array_equal(ranking.found.parts[here], found.parts[order])
        assert {(pair.row, pair.helper) for pair in ranking.pairs.values()} == {
            (pair.row, pair.helper) for pair in pairs
        }, where
        misses = [(miss.row, miss.stop, str(miss.would_help)) for miss in ranking.near_misses(OFFERS)]
        assert misses == [
            (row, stop, str(would_help)) for row, stop, would_help in _plain_misses(query, world, found)
        ], where
        matched, paired = matched + len(order), paired + len(pairs)
        missed |= {stop for _, stop, _ in misses}
    assert matched > 3 * PEOPLE
    assert paired > PEOPLE
    assert missed == {*STOPS} - {Stop.GOALS, Stop.KIND}


def _plain_misses(query: Query, world: Catalogue, found: Evaluation) -> list[tuple[int, Stop, object]]:
    """Everything that has one stop and is not about something else; too far by little only."""
    misses = []
    for at in range(len(found.rows)):
        mask = int(found.stops[at])
        if mask.bit_count() != 1 or mask == Stop.GOALS.bit:
            continue
        if mask == Stop.TRAVEL.bit:
            row = found.rows[at]
            if world.columns.place_kind[row] == PLACE_KINDS.index(PlaceKind.TRAVELS_TO_YOU):
                near = found.distance_km[at] - world.columns.radius_km[row] <= 15.0
            elif np.isnan(found.minutes[at]):
                near = found.distance_km[at] <= 15.0
            else:
                near = found.minutes[at] - query.max_minutes <= 30.0
            if not near:
                continue
        misses.append(at)
    keys = (world.columns.tie_key[found.rows[misses]], found.distance_km[misses], -found.score[misses])
    told = {miss.row: miss.would_help for miss in near_misses(query, world, found, OFFERS)}
    in_order = [misses[one] for one in np.lexsort(keys)]
    return [
        (int(found.rows[at]), STOPS[int(found.stops[at]).bit_length() - 1], told[int(found.rows[at])])
        for at in in_order
    ]


def test_each_number_of_more_matches_is_that_of_evaluating_everything(world: Catalogue) -> None:
    rng = random.Random(79)
    told = 0
    for number in range(PEOPLE // 4):
        needs = parse_needs((pair_world._needs if number % 2 else random_needs)(rng))
        query = _compiled(needs, world)
        ranking = rank(needs, world, home=query.home, today=TODAY)
        helps = {str(one.change): one.more_matches for one in ranking.what_would_help(today=TODAY, limit=99)}
        expected = {}
        most: dict[str, int] = {}
        for say, changed in _changes(query):
            found, _ = _everything(_compiled(changed, world), world)
            more = int(np.count_nonzero(found.stops == 0)) - len(ranking)
            if more > most.get(say.text, 0):  # a longer way that gives no more is not asked for
                expected[str(say)] = most[say.text] = more
        assert helps == expected, (number, needs)
        told += len(helps)
    assert told > PEOPLE / 4


def test_a_list_far_from_everything_is_empty_and_says_so(world: Catalogue) -> None:
    """No row at all is left to evaluate."""
    needs = parse_needs({"goals": [{"text": "swimming"}], "postcode": "ZE1 0AA"})
    shetland = replace(MANSFIELD, label="ZE1 0AA", lat=60.15, lon=-1.15)
    small = catalogue_of(random_offer(random.Random(1), 1))
    small = put_in(small, dict.fromkeys(small.ids))
    ranking = rank(needs, small, home=shetland, today=TODAY, travel_model=DEFAULT_MODEL)
    assert len(ranking) == 0
    assert ranking.near_misses(5) == ()
    assert ranking.what_would_help(today=TODAY) == ()
    assert len(rank(needs, world, home=shetland, today=TODAY).found.rows) < OFFERS / 4
