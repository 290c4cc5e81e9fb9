"""Three readings of the rules agree: the plain one, NumPy, and compiled code.

``MATCHING_PEOPLE=10000`` asks for more people than the suite's usual few hundred.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

import numpy as np
import pytest

from marketplace.matching import first_plain, kernel
from marketplace.matching.catalogue import Catalogue, OfferRow
from marketplace.matching.evaluate import evaluate
from marketplace.matching.first import first_in_numpy, first_matches, spans_of
from marketplace.matching.first_rows import LEAST_CHOSEN
from marketplace.matching.needs import parse_needs
from marketplace.matching.query import PARTS, compile_query
from marketplace.matching.ranking import order_of, rotation
from marketplace.matching.thesaurus import Thesaurus
from marketplace.settings import load_settings
from marketplace.vocabulary import PlaceKind, Theme
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of, offer
from tests.matching.oracle import judge
from tests.matching.random_world import random_needs, random_offer

PEOPLE = int(os.environ.get("MATCHING_PEOPLE", "250"))
OFFERS, MANY_OFFERS = 40, 2_000
A_WORLD_FOR = 25


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load(load_settings({"MARKETPLACE_ENV": "test"}).seeds_dir / "thesaurus.yaml")


def _world(rng: random.Random, thesaurus: Thesaurus) -> tuple[Catalogue, list[OfferRow]]:
    rows = [random_offer(rng, number) for number in range(OFFERS)]
    catalogue = catalogue_of(*rows, thesaurus=thesaurus)
    by_id = {row.id: row for row in rows}
    return catalogue, [by_id[one] for one in catalogue.ids]


def test_the_accelerator_is_here_so_that_it_is_tested() -> None:
    assert kernel.COMPILED


def test_three_readings_of_the_rules_agree_on_random_people(thesaurus: Thesaurus) -> None:
    rng = random.Random(2026)
    matched = 0
    for number in range(PEOPLE):
        if number % A_WORLD_FOR == 0:
            catalogue, rows = _world(rng, thesaurus)
            turn = rotation(catalogue, TODAY)
        needs = parse_needs(random_needs(rng))
        home = MANSFIELD if needs.postcode else None
        query = compile_query(needs, home=home, thesaurus=catalogue.text.thesaurus, today=TODAY)
        found = evaluate(query, catalogue, np.arange(len(catalogue)))
        close = np.column_stack(
            [
                np.zeros(len(rows))
                if goal.meaning is None
                else catalogue.text.closeness(goal.meaning, np.arange(len(rows)))
                for goal in query.goals
            ]
        )
        for at, row in enumerate(rows):
            plain = judge(needs, row, query.goals, close[at].tolist(), home=home, today=TODAY)
            where = (number, at, needs, row)
            assert int(found.stops[at]) == sum(stop.bit for stop in plain.stops), where
            parts = {
                part: found.parts[at, n] for n, part in enumerate(PARTS) if not np.isnan(found.parts[at, n])
            }
            if not plain.stops:
                assert parts == pytest.approx(plain.parts, abs=1e-6), where
                assert found.score[at] == pytest.approx(plain.score, abs=1e-6), where
        order = order_of(catalogue, found, TODAY)[:20]
        in_numpy = first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=20)
        compiled = first_matches(query, catalogue, turn=turn, limit=20)
        assert in_numpy.rows.tolist() == order.tolist()
        assert compiled.rows.tolist() == order.tolist()
        assert compiled.scores.tolist() == in_numpy.scores.tolist()
        matched += len(order)
    assert matched > PEOPLE, "hardly anything matched, so little was compared"


def test_a_short_list_is_the_beginning_of_a_long_one(thesaurus: Thesaurus) -> None:
    # So many offers that most of them never get more than a rough bound.
    rng = random.Random(7)
    rows = [random_offer(rng, number) for number in range(MANY_OFFERS)]
    catalogue = catalogue_of(*rows, thesaurus=thesaurus)
    turn = rotation(catalogue, TODAY)
    longest = 0
    for _ in range(40):
        needs = parse_needs(random_needs(rng))
        home = MANSFIELD if needs.postcode else None
        query = compile_query(needs, home=home, thesaurus=catalogue.text.thesaurus, today=TODAY)
        every = first_matches(query, catalogue, turn=turn, limit=MANY_OFFERS)
        few = first_matches(query, catalogue, turn=turn, limit=5)
        assert few.rows.tolist() == every.rows[:5].tolist()
        assert len(every.rows) == np.sum(evaluate(query, catalogue, np.arange(len(catalogue))).stops == 0)
        longest = max(longest, len(every.rows))
    assert longest > 2 * LEAST_CHOSEN, "nobody found enough for some to be left out early"


def test_where_most_offers_are_left_out_early_the_list_is_that_of_looking_at_all(
    thesaurus: Thesaurus,
) -> None:
    rng = random.Random(5)
    left_out = 0
    for number in range(PEOPLE // 2):
        if number % A_WORLD_FOR == 0:
            catalogue = catalogue_of(*(random_offer(rng, at) for at in range(300)), thesaurus=thesaurus)
            turn = rotation(catalogue, TODAY)
        needs = parse_needs(random_needs(rng))
        home = MANSFIELD if needs.postcode else None
        query = compile_query(needs, home=home, thesaurus=catalogue.text.thesaurus, today=TODAY)
        found = evaluate(query, catalogue, np.arange(len(catalogue)))
        order = order_of(catalogue, found, TODAY)
        in_numpy = first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=5)
        compiled = first_matches(query, catalogue, turn=turn, limit=5)
        assert in_numpy.rows.tolist() == compiled.rows.tolist() == order[:5].tolist()
        assert in_numpy.scores.tolist() == compiled.scores.tolist() == found.score[order[:5]].tolist()
        left_out += max(len(order) - 5, 0)
    assert left_out > PEOPLE


def test_however_few_are_looked_at_at_once_the_list_is_that_of_looking_at_all(
    thesaurus: Thesaurus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_plain, "CHOSEN", 3)
    monkeypatch.setattr(first_plain, "FIRST_PORTION", -3)
    monkeypatch.setattr(first_plain, "NEXT_PORTION", 2)
    rng = random.Random(11)
    catalogue = catalogue_of(*(random_offer(rng, at) for at in range(300)), thesaurus=thesaurus)
    turn = rotation(catalogue, TODAY)
    longer = 0
    for _ in range(PEOPLE // 5):
        needs = parse_needs(random_needs(rng))
        home = MANSFIELD if needs.postcode else None
        query = compile_query(needs, home=home, thesaurus=catalogue.text.thesaurus, today=TODAY)
        found = evaluate(query, catalogue, np.arange(len(catalogue)))
        order = order_of(catalogue, found, TODAY)
        in_numpy = first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=5)
        assert in_numpy.rows.tolist() == order[:5].tolist()
        assert in_numpy.scores.tolist() == found.score[order[:5]].tolist()
        longer += len(order) > 5
    assert longer > PEOPLE // 20


def test_where_the_first_that_were_chosen_turn_out_off_topic_the_others_are_looked_at(
    thesaurus: Thesaurus, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A rough bound counts a suggested theme as stated, and does not look at what is ruled out.
    monkeypatch.setattr(first_plain, "CHOSEN", 1)
    themes = Theme.SPORT.bit | Theme.SWIMMING.bit
    near = offer("The hall", themes=0, suggested_themes=themes, text="Open all week.")
    far = offer("The field", themes=Theme.SPORT.bit, text="Open all week.", lat=53.2)
    catalogue = catalogue_of(near, far, thesaurus=thesaurus)
    document = {"goals": [{"text": "football but not swimming"}], "postcode": "NG18 1AB"}
    needs = parse_needs(document | {"travel": {"modes": ["car"]}})
    query = compile_query(needs, home=MANSFIELD, thesaurus=catalogue.text.thesaurus, today=TODAY)
    turn = rotation(catalogue, TODAY)
    found = first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=5)
    assert found.rows.tolist() == [catalogue.row_of[far.id]]


@pytest.mark.parametrize("comes_km", [7.9, 8.1, 19.9, 60.0])
def test_somebody_who_comes_to_people_is_found_as_far_as_they_come_and_no_further(comes_km: float) -> None:
    visitor = offer(place_kind=PlaceKind.TRAVELS_TO_YOU, radius_km=comes_km)
    catalogue = catalogue_of(visitor)
    needs = parse_needs({"goals": [{"theme": "cookery"}], "postcode": "NG18 1AB"})
    for share, found in ((0.99, 1), (1.01, 0)):
        north = replace(MANSFIELD, lat=53.1450 + share * comes_km / 111.27, lon=-1.1950)
        query = compile_query(needs, home=north, thesaurus=catalogue.text.thesaurus, today=TODAY)
        turn = rotation(catalogue, TODAY)
        assert len(first_matches(query, catalogue, turn=turn).rows) == found
        in_numpy = first_in_numpy(query, catalogue, spans_of(query, catalogue), turn=turn, limit=20)
        assert len(in_numpy.rows) == found
