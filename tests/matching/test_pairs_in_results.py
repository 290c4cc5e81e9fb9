"""Pairs among the other results: their order, totals, filters and documents."""

from __future__ import annotations

import json
from decimal import Decimal

from marketplace.matching.needs import parse_needs
from marketplace.matching.ranking import Filters, rank, rank_result
from marketplace.matching.weights import MOST_PAIRED, PAIR_RULES
from marketplace.vocabulary import (
    Day,
    Theme,
)
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of, offer, session
from tests.matching.pairs import SWIMMER, assistant, match, minibus, only, pool


def test_of_several_helpers_the_best_score_counts_then_the_nearest() -> None:
    wants = {"weekly_budget": "60.00"}
    cheap = assistant("Cheap", cost_pence=1300)
    found = only(match(wants, pool(), assistant(), cheap, minibus(cost_pence=4000)))
    assert found.companion is not None
    assert found.companion.name == "Cheap"
    further = assistant("Further", lat=53.17)
    same = only(match(wants, pool(), further, assistant()))
    assert same.companion is not None
    assert same.companion.name == "Donna: swimming and tea"


def test_a_pair_counts_in_the_total_and_stands_in_the_order_of_scores() -> None:
    near = offer("Paddling nearby", themes=Theme.SWIMMING.bit)
    rows = (pool(), assistant(), near)
    needs = parse_needs({**SWIMMER, "when": {"tue": ["09:30-12:30"]}})
    result = rank_result(needs, catalogue_of(*rows), home=MANSFIELD, today=TODAY)
    assert result.total == 2
    assert [one.name for one in result.matches] == ["Paddling nearby", "Warm pool"]
    assert [one.score for one in result.matches] == sorted(
        (one.score for one in result.matches), reverse=True
    )
    assert result.near_misses == ()
    again = rank_result(needs, catalogue_of(*rows), home=MANSFIELD, today=TODAY)
    assert json.dumps(result.document()) == json.dumps(again.document())


def test_what_would_help_counts_the_pairs_that_one_has_and_those_that_come() -> None:
    rows = (pool(), assistant(), pool("Evening pool", sessions=(session(Day.SAT, "10:00", "11:00"),)))
    weekend = assistant("Weekend", sessions=(session(Day.SAT, "09:00", "12:00"),))
    catalogue = catalogue_of(*rows, weekend)
    needs = parse_needs(SWIMMER)
    ranking = rank(needs, catalogue, home=MANSFIELD, today=TODAY)
    helps = {str(one.change): one.more_matches for one in ranking.what_would_help(today=TODAY)}
    assert helps["Could you go on Saturdays?"] == 1
    # The pool of Tuesday is there already, so a car of the family's own opens nothing more.
    assert "Could someone take you by car?" not in helps
    saturday = parse_needs({**SWIMMER, "when": {**SWIMMER["when"], "sat": ["09:00-17:00"]}})
    assert len(rank(saturday, catalogue, home=MANSFIELD, today=TODAY)) == len(ranking) + 1


def test_filters_see_the_minutes_the_cost_and_the_days_of_the_pair() -> None:
    ranking = match({}, pool(), assistant())
    assert len(ranking.filtered(Filters(max_minutes=22))) == 1
    assert len(ranking.filtered(Filters(max_minutes=15))) == 0
    assert len(ranking.filtered(Filters(max_weekly_cost=Decimal(36)))) == 1
    assert len(ranking.filtered(Filters(max_weekly_cost=Decimal(10)))) == 0
    assert len(ranking.filtered(Filters(days=frozenset({1})))) == 1
    assert len(ranking.filtered(Filters(days=frozenset({2})))) == 0


def test_only_the_sessions_that_the_two_can_be_at_are_named() -> None:
    place = pool(sessions=(session(Day.TUE, "10:00", "11:00"), session(Day.THU, "10:00", "11:00")))
    free = {"when": {"tue": ["09:30-11:30"], "thu": ["09:30-11:30"]}}
    found = only(match(free, place, assistant()))
    assert [one.day for one in found.sessions] == [Day.TUE]
    assert [one.day for one in only(match({"when": None}, place, assistant())).sessions] == [Day.TUE]


def test_the_document_names_the_companion() -> None:
    document = json.loads(json.dumps(only(match({}, pool(), assistant())).document()))
    donna = assistant()
    assert document["with"] == {
        "offer": str(donna.id),
        "source_id": donna.source_id,
        "name": donna.name,
        "kind": "personal_assistant",
        "weekly_cost": "27.73",
        "reason": "Donna (Personal Assistant) goes with you and stays with you. You can go at: Tuesday 10am to 11am.",
        "price": "Together about £35.73 a week. Warm pool: £5. Donna: £27.73. The way there and back: £3.",
    }
    alone = only(match({}, pool(lat=53.15, lon=-1.195))).document()
    assert alone["with"] is None


def test_companions_are_looked_for_for_so_many_offers_and_no_more() -> None:
    pools = [pool(f"Pool {number}", lat=53.24 + number / 10_000) for number in range(MOST_PAIRED + 5)]
    ranking = match({}, *pools, assistant())
    assert len(ranking) == MOST_PAIRED
    # The nearest of those that are otherwise equal.
    assert ranking.of_offer(ranking.catalogue.row_of[pools[0].id]) is not None
    assert ranking.of_offer(ranking.catalogue.row_of[pools[-1].id]) is None


def test_the_published_rules_are_short_sentences() -> None:
    for rule in PAIR_RULES:
        for sentence in rule.split(". "):
            assert len(sentence.split()) <= 25, sentence
