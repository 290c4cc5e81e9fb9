"""Fairness: what is never used, and that the same people are ordered the same whoever asks."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from typing import Any

import pytest

from marketplace.matching.catalogue import Catalogue, Columns, OfferRow
from marketplace.matching.needs import Needs, NeedsError, parse_needs
from marketplace.matching.ranking import rank
from marketplace.vocabulary import FundingRoute
from tests.matching.offers import MANSFIELD, TODAY, catalogue_of
from tests.matching.random_world import random_needs, random_offer

NEVER = (
    "ethnicity",
    "religion",
    "sexuality",
    "sex",
    "gender",
    "disability",
    "diagnosis",
    "condition",
    "name",
)
NEVER_OF_A_PROVIDER = ("fee", "paid", "answer", "popular", "views", "rating", "sponsor")


def _order(needs: Needs, catalogue: Catalogue) -> list[tuple[Any, float]]:
    ranking = rank(needs, catalogue, home=MANSFIELD, today=TODAY)
    return [(ranking.match(place).offer, ranking.match(place).score) for place in range(len(ranking))]


@pytest.mark.parametrize("attribute", NEVER)
def test_a_needs_document_has_no_place_for(attribute: str) -> None:
    with pytest.raises(NeedsError, match="no such field"):
        parse_needs({"goals": [{"theme": "cookery"}], attribute: "anything"})


def test_swapping_who_pays_and_who_asks_changes_no_score_and_no_order() -> None:
    rng = random.Random(11)
    catalogue = catalogue_of(*(random_offer(rng, number) for number in range(150)))
    matched = 0
    for _ in range(60):
        needs = parse_needs(random_needs(rng))
        orders = [
            _order(replace(needs, funding=route, reference=f"person paid by {route}"), catalogue)
            for route in (None, *FundingRoute)
        ]
        assert all(order == orders[0] for order in orders)
        matched += len(orders[0])
    assert matched > 60


def test_swapping_how_an_offer_may_be_paid_changes_no_order() -> None:
    rng = random.Random(12)
    rows = [random_offer(rng, number) for number in range(150)]
    as_they_are = catalogue_of(*rows)
    swapped = catalogue_of(*(replace(row, funding=rng.randrange(16)) for row in rows))
    for _ in range(60):
        needs = parse_needs(random_needs(rng))
        assert _order(needs, as_they_are) == _order(needs, swapped)


def test_swapping_names_of_offers_changes_no_order() -> None:
    rng = random.Random(13)
    rows = [random_offer(rng, number) for number in range(100)]
    as_they_are = catalogue_of(*rows)
    renamed = catalogue_of(*(replace(row, name=f"AAA {number}") for number, row in enumerate(reversed(rows))))
    for _ in range(40):
        needs = parse_needs(random_needs(rng))
        assert _order(needs, as_they_are) == _order(needs, renamed)


def test_the_columns_hold_nothing_about_fees_answers_or_popularity() -> None:
    names = [*Columns._fields, *(field.name for field in fields(OfferRow))]
    assert not [name for name in names if any(word in name for word in NEVER_OF_A_PROVIDER)]
