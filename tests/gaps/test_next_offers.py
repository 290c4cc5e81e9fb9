"""Proposals as they may be shown: their order, what they cost, and a plan of several."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from marketplace.gaps.bands import TimeBand
from marketplace.gaps.costing import Cost, PriceBasis, cost_of, median_prices
from marketplace.gaps.disclosure import A_FEW, Shown
from marketplace.gaps.next_offers import next_offers, plan
from marketplace.vocabulary import CostBasis, SupportLevel, Theme
from tests.gaps.worlds import Wish, on_a_line, tables_of, world
from tests.matching.offers import catalogue_of, levels, offer

LINE = on_a_line(3)
TWELVE_FIFTY = {(Theme.COOKERY, SupportLevel.ENABLEMENT): Decimal("12.50")}


def test_the_planted_gap_comes_first_and_equals_stand_in_the_order_of_the_list() -> None:
    wishes = world(
        LINE,
        Wish(place=2, people=22, theme=Theme.SWIMMING, bands=(TimeBand.SUNDAY_MORNING,), level=4),
        Wish(place=1, people=11),
        Wish(place=0, people=12),
        Wish(place=0, people=7, theme=Theme.GYM),
    )
    first, *rest = next_offers(wishes, tables_of(wishes), prices=TWELVE_FIFTY)
    assert first.candidate == (2, Theme.SWIMMING, TimeBand.SUNDAY_MORNING, SupportLevel.SPECIALIST)
    assert (first.people, first.size, first.fills) == (Shown(20), 20, True)
    assert first.cost.basis is PriceBasis.NOT_KNOWN
    # 12 and 11 are both shown as 10, so the order says nothing of which is which.
    assert [(one.candidate.place, str(one.people), one.size) for one in rest] == [
        (0, "10", 12),
        (1, "10", 12),
    ]
    assert rest[0].cost.year == Decimal(21_600)
    small = next_offers(wishes, tables_of(wishes), prices={}, themes=[Theme.COOKERY], size=8)
    assert {one.size for one in small} == {8}
    once = next_offers(wishes, tables_of(wishes), prices={}, each_theme=1)
    assert [one.candidate.theme for one in once] == [Theme.SWIMMING, Theme.COOKERY]
    with pytest.raises(ValueError, match="sizes"):
        next_offers(wishes, tables_of(wishes), prices={}, size=1)


def test_a_plan_names_sessions_that_share_nobody_and_how_much_of_what_is_shown_they_serve() -> None:
    wishes = world(
        LINE,
        Wish(place=0, people=19, bands=(TimeBand.SATURDAY_MORNING, TimeBand.SUNDAY_MORNING)),
        Wish(place=2, people=14),
        Wish(place=1, people=9, theme=Theme.GYM),
        Wish(place=1, people=6, theme=Theme.MONEY),
    )
    found = plan(wishes, tables_of(wishes), sessions=10, prices=TWELVE_FIFTY)
    assert [(one.candidate.theme, one.candidate.place, str(one.people)) for one in found.proposals] == [
        (Theme.COOKERY, 0, "20"),
        (Theme.COOKERY, 2, "15"),
        (Theme.GYM, 1, "10"),
    ]
    assert found.people == Shown(45)
    assert found.of_unmet_percent == 100  # 45 of the 45 that are shown; the six are a star
    nobody = plan(world(LINE), tables_of(world(LINE)), sessions=3, prices={})
    assert (nobody.proposals, nobody.people, nobody.of_unmet_percent) == ((), Shown(0), None)


@pytest.mark.parametrize(
    ("people", "size", "each"),
    [(Shown(10), 12, 2160), (Shown(30), 12, 1800), (Shown(10), 8, 1800), (A_FEW, 8, None), (None, 8, None)],
)
def test_the_cost_for_each_person_helped_is_made_of_the_shown_number(
    people: Shown | None, size: int, each: int | None
) -> None:
    cost = cost_of(
        theme=Theme.COOKERY, level=SupportLevel.ENABLEMENT, size=size, people=people, prices=TWELVE_FIFTY
    )
    assert cost == Cost(
        basis=PriceBasis.THEME_AND_LEVEL,
        hour=Decimal("12.50"),
        year=Decimal(1800) * size,
        a_person=None if each is None else Decimal(each),
    )


def test_the_price_is_the_middle_one_of_at_least_five_real_offers() -> None:
    hourly = [
        offer(f"hour {pence}", cost_basis=CostBasis.HOUR, cost_pence=pence, levels=levels(2))
        for pence in (900, 1000, 1350, 1400)
    ]
    a_session = offer("session", cost_basis=CostBasis.SESSION, cost_pence=2400, levels=levels(2))
    free = [offer(f"free {number}") for number in range(9)]
    dear = [
        offer(
            f"gym {number}",
            cost_basis=CostBasis.HOUR,
            cost_pence=5000,
            levels=levels(2),
            themes=Theme.GYM.bit,
        )
        for number in range(2)
    ]
    catalogue = catalogue_of(*hourly, a_session, *free, *dear)
    rows = np.arange(int(catalogue.used[0]))
    prices = median_prices(catalogue, rows)
    # Two hours for £24 are £12 an hour: 9, 10, 12, 13.50, 14; with two at £50 the middle is 13.50.
    assert prices == {
        (Theme.COOKERY, SupportLevel.ENABLEMENT): Decimal("12.00"),
        (None, SupportLevel.ENABLEMENT): Decimal("13.50"),
    }
    cost = cost_of(theme=Theme.GYM, level=SupportLevel.ENABLEMENT, size=8, people=None, prices=prices)
    assert (cost.basis, cost.hour) == (PriceBasis.LEVEL, Decimal("13.50"))
    few = rows[[catalogue.names[row].startswith("hour") for row in rows]]
    assert median_prices(catalogue, few) == {}
