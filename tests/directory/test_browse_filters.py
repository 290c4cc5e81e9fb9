"""An address becomes a search and the search becomes the same address."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from marketplace.directory.browse_filters import BrowseFilters, Order, read_filters
from marketplace.vocabulary import Day, Feature, OfferKind, SupportLevel, Theme, TimeOfDay

FULL = BrowseFilters(
    q="art",
    near="NG18 1AB",
    miles=5,
    kind=(OfferKind.DAY_SERVICE,),
    theme=(Theme.COOKERY, Theme.GYM),
    level=SupportLevel.PERSONALISED,
    day=(Day.SAT,),
    time=(TimeOfDay.EVENING,),
    has=(Feature.STEP_FREE,),
    unknown=True,
    cost=Decimal(20),
    places=True,
    sort=Order.COST,
    page=3,
)


def again(filters: BrowseFilters) -> BrowseFilters:
    return read_filters(MultiDict(filters.address_args()))


@pytest.mark.parametrize("filters", [FULL, BrowseFilters(), BrowseFilters(cost=Decimal(0)), FULL.on_page(1)])
def test_a_search_survives_its_address(filters: BrowseFilters) -> None:
    assert again(filters) == filters


def test_an_empty_search_has_no_arguments() -> None:
    assert BrowseFilters().address_args() == {}
    assert BrowseFilters().is_empty


@pytest.mark.parametrize(
    "field", ["q", "near", "kind", "theme", "level", "day", "time", "has", "cost", "places"]
)
def test_a_choice_taken_away_is_gone_and_the_list_starts_again(field: str) -> None:
    left = FULL.without(field)
    assert getattr(left, field) == getattr(BrowseFilters(), field)
    assert left.page == 1
    assert again(left) == left


def test_one_of_several_themes_can_be_taken_away() -> None:
    assert FULL.without("theme", Theme.GYM).theme == (Theme.COOKERY,)


def test_without_a_place_there_is_no_distance() -> None:
    assert FULL.without("near").miles is None


def test_orders_that_make_no_sense_are_not_offered_and_not_used() -> None:
    assert Order.NEAREST not in BrowseFilters(q="art").orders
    assert Order.BEST not in BrowseFilters(near="Leeds").orders
    assert BrowseFilters(sort=Order.NEAREST).order is Order.CONFIRMED
    assert BrowseFilters(sort=Order.BEST, near="Leeds").order is Order.NEAREST
    assert BrowseFilters(q="art").order is Order.BEST


@given(st.dictionaries(st.sampled_from(sorted(FULL.address_args())), st.lists(st.text(), max_size=3)))
def test_no_address_breaks_it(args: dict[str, list[str]]) -> None:
    filters = read_filters(MultiDict(args))
    assert again(filters) == filters
    assert len(filters.q) <= 200
